"""A round of 300 mixed returns with known answers and every fault planted: all is found again or named."""

from __future__ import annotations

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.returns import read_round
from tests.returns.mixed_round import CONTRADICTED, GOOD, MixedRound
from tests.returns.samples import said_by


@pytest.mark.slow
def test_every_answer_of_a_mixed_round_is_found_again_or_named(mixed_round: MixedRound, tool: Tool) -> None:
    found = read_round([mixed_round.folder], tool)

    found.accounts.check()
    said = {response.record.reference: said_by(response) for response in found.responses}
    assert mixed_round.known | mixed_round.contradicted == said
    accounts = found.accounts
    assert mixed_round.uncounted == {
        "blank": accounts.blank,
        "duplicate": accounts.duplicate,
        "in conflict": accounts.in_conflict,
        "set aside": accounts.set_aside,
    }
    assert accounts.found == GOOD + len(mixed_round.contradicted) + sum(mixed_round.uncounted.values())
    named = " ".join(map(str, found.problems))
    for name in CONTRADICTED:
        assert any(problem.place.file == f"contradicted/{name}" for problem in found.problems), name
    for source in [*(str(a.place) for a in found.set_aside), *(d.response.source for d in found.duplicates)]:
        assert source in named
