"""A round of 300 mixed returns with known answers and every fault planted: all is found again or named."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pmdiag_build.content.fields import FormField
from tests.returns.conftest import Returns
from tests.returns.mixed_round import CONTRADICTED, GOOD, put_mixed_round
from tests.returns.samples import said_by


@pytest.mark.slow
def test_every_answer_of_a_mixed_round_is_found_again_or_named(
    returns: Returns, pack: bytes, fields: Sequence[FormField]
) -> None:
    put = put_mixed_round(returns, pack, fields)

    found = returns.read()

    said = {response.record.reference: said_by(response) for response in found.responses}
    assert put.known | put.contradicted == said
    accounts = found.accounts
    assert put.uncounted == {
        "blank": accounts.blank,
        "duplicate": accounts.duplicate,
        "in conflict": accounts.in_conflict,
        "set aside": accounts.set_aside,
    }
    assert accounts.found == GOOD + len(put.contradicted) + sum(put.uncounted.values())
    named = " ".join(map(str, found.problems))
    for name in CONTRADICTED:
        assert any(problem.place.file == f"contradicted/{name}" for problem in found.problems), name
    for source in [*(str(a.place) for a in found.set_aside), *(d.response.source for d in found.duplicates)]:
        assert source in named
