"""Two thousand mutants of filled packs: none is silently lost by cutting, zeroing, repeating or prefixing."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from pmdiag_build.content.fields import FormField
from pmdiag_build.content.model import Tool
from pmdiag_build.returns.completeness import incomplete
from pmdiag_build.returns.decode import decode
from pmdiag_build.returns.questionnaire import Questionnaire
from pmdiag_build.returns.readers import readings
from tests.returns.paper import Answers, edited, filled, filled_on_top
from tests.returns.samples import said_by, sample_answers

EACH = 400
Mutate = Callable[[bytes, random.Random], bytes]


def _cut(pdf: bytes, chance: random.Random) -> bytes:
    while True:
        cut = pdf[: chance.randrange(1, len(pdf))]
        # Cut to the byte between two savings it is the whole file of the earlier one, and nobody can tell.
        if not cut.rstrip().endswith(b"%%EOF"):
            return cut


def _zero(pdf: bytes, chance: random.Random) -> bytes:
    size = chance.choice([4, 5, 8, 16, 64, 512, 4096])
    start = chance.randrange(len(pdf) - size)
    return pdf[:start] + bytes(size) + pdf[start + size :]


def _repeat(pdf: bytes, chance: random.Random) -> bytes:
    size = chance.choice([16, 64, 512, 4096])
    start = chance.randrange(len(pdf) - size)
    return pdf[: start + size] + pdf[start:]


def _prefix(pdf: bytes, chance: random.Random) -> bytes:
    return b"Received: from a by b\r\n" * chance.randrange(1, 60) + pdf


def _flip(pdf: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(pdf))
    return pdf[:at] + bytes([pdf[at] ^ 1 << chance.randrange(8)]) + pdf[at + 1 :]


MUTATIONS: dict[str, Mutate] = {"cut": _cut, "zero": _zero, "repeat": _repeat, "prefix": _prefix, "flip": _flip}


def _outcome(pdf: bytes, questionnaire: Questionnaire, answers: Answers) -> str:
    for _, _, reading in readings("a.pdf", pdf):
        records = [record for record in reading.records if incomplete(record, questionnaire) is None]
        if not records:
            return "set aside"
        problems = list(reading.problems)
        said = [said_by(decode(record, questionnaire, problems)) for record in records]
        if said == [answers]:
            return "right"
        return "wrong and said" if problems else "wrong in silence"
    return "lost"


@pytest.mark.slow
@pytest.mark.parametrize("mutation", MUTATIONS)
def test_no_mutant_is_lost_in_silence(mutation: str, pack: bytes, fields: Sequence[FormField], tool: Tool) -> None:
    questionnaire = Questionnaire.of(tool)
    answers = sample_answers(fields, 3, "R1")
    wholes = [
        filled(pack, answers),
        filled_on_top(pack, answers),
        filled_on_top(filled_on_top(pack, sample_answers(fields, 4)), answers | _taken_back(fields, answers)),
        edited(filled(pack, answers), lambda pdf: None),
    ]
    chance = random.Random(f"mutants by {mutation}")
    outcomes: Counter[str] = Counter()
    for number in range(EACH):
        whole = wholes[number % len(wholes)]
        assert number >= len(wholes) or _outcome(whole, questionnaire, answers) == "right"
        outcomes[_outcome(MUTATIONS[mutation](whole, chance), questionnaire, answers)] += 1

    assert sum(outcomes.values()) == EACH
    assert outcomes["lost"] == 0
    if mutation != "flip":  # a flipped letter of a comment is another letter: nobody can tell
        assert outcomes["wrong in silence"] == 0
    assert outcomes["set aside"] > 0


def _taken_back(fields: Sequence[FormField], answers: Answers) -> dict[str, str]:
    """What a second saving must write so that nothing of the first one is left."""
    asked = [field for field in fields if field.kind not in ("clear", "id") and field.name not in answers]
    return {field.name: "Off" if field.kind == "radio" else "" for field in asked}
