"""What a round is made of, as the report says it: editions, how many answered each, and how their questions differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pmdiag_build.content.field_names import header_of_name
from pmdiag_build.content.questions import Difference
from pmdiag_build.results.made_of import Part
from pmdiag_build.results.phrases import Phrases
from pmdiag_build.results.views.parts import ReportInput, Table


@dataclass(frozen=True, slots=True)
class Differing:
    """A question that another edition asks otherwise: its number, how it differs, and both wordings."""

    id: str
    how: str
    theirs: str
    ours: str


@dataclass(frozen=True, slots=True)
class EditionDiffers:
    """The differing questions of one edition under their title; `there` and `here` say whose wording follows."""

    title: str
    there: str
    here: str
    questions: tuple[Differing, ...]


@dataclass(frozen=True, slots=True)
class MadeOf:
    """What the round is made of: sentences, how many answered each edition, and each edition's differing questions."""

    sentences: tuple[str, ...]
    table: Table | None
    editions: tuple[EditionDiffers, ...]


def made_of_part(report: ReportInput) -> MadeOf | None:
    """What the round is made of; None where nobody answered."""
    say, here, found = report.say, report.tool.edition, report.release.editions
    if not found:
        return None
    first = found[0].part
    if len(found) == 1 and first.standing in ("here", "unsaid") and not first.open:
        key = "made_one" if first.standing == "here" else "made_unsaid_all"
        return MadeOf((say.fill(key, edition=here),), None, ())
    editions = tuple(_edition_differs(report, one.part) for one in found if one.part.differing)
    sentences = (say.words["made_intro"], *(sentence for one in found for sentence in _standing(report, one.part)))
    return MadeOf(sentences, edition_table(report), editions)


def edition_table(report: ReportInput) -> Table | None:
    """How many answered each edition; None where there is only one."""
    say, found, n = report.say, report.release.editions, report.release.rules.min_group
    if len(found) < 2:
        return None
    rows: list[tuple[str | int, ...]] = []
    for one in found:
        shown = say.fill("made_few" if one.few else "made_enough", n=n) if one.responses is None else one.responses
        rows.append((_edition_name(report, one.part), shown))
    note = say.fill("made_few_note", n=n) if any(one.few for one in found) else ""
    heads = (say.words["apart_edition"], say.words["responses_column"])
    return Table(say.fill("made_caption", who=say.who(report.total)), heads, tuple(rows), note)


def _edition_name(report: ReportInput, part: Part) -> str:
    if part.standing == "unsaid":
        return report.say.words["made_unsaid"]
    other = part.standing == "unknown" and part.edition == report.tool.edition
    return report.say.fill("made_other", edition=part.edition) if other else part.edition


def _standing(report: ReportInput, part: Part) -> Iterator[str]:
    """What is to be said of an edition beside its differing questions."""
    say, name, numbers = report.say, _edition_name(report, part), report.say.listed(part.open)
    if part.standing == "unsaid":
        yield say.fill("made_not_said", edition=report.tool.edition)
        if part.open:
            yield say.fill("made_unclear", numbers=numbers)
    elif part.all_open:
        yield say.fill("made_unknown_all", edition=name)
    elif part.open:
        yield say.fill("made_unknown", edition=name, numbers=numbers)
    elif part.standing == "unknown":
        yield say.fill("made_unknown_same", edition=name)
    elif part.standing == "known" and not part.differing:
        yield say.fill("made_same", edition=name)


def _edition_differs(report: ReportInput, part: Part) -> EditionDiffers:
    say, here = report.say, report.tool.edition
    return EditionDiffers(
        say.fill("made_differs", edition=part.edition, here=here),
        say.fill("made_in", edition=part.edition),
        say.fill("made_in", edition=here),
        tuple(
            Differing(header_of_name(one.name), how_it_differs(say, one), one.theirs, one.ours)
            for one in part.differing
        ),
    )


def how_it_differs(say: Phrases, one: Difference) -> str:
    """How another edition's question differs, and how it is therefore counted."""
    return say.words[f"made_{one.kind.replace(' ', '_')}"]
