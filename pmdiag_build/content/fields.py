"""What a pack consists of: the kinds of its sections, the fields that each declares, and which wording they ask.

One table has all that is known of a kind; only its layout, of the same name, is in layouts/pack.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from pmdiag_build.content.field_names import (
    COMMENT_KINDS,
    ENTRY_SHEET,
    MORE_ROOM,
    PACK_ID,
    PackId,
    action_name,
    agreed_name,
    clear_name,
    comment_name,
    notes_name,
    overall_name,
    plan_name,
    rating_name,
    record_name,
    summary_name,
)
from pmdiag_build.content.model import Choice, Feature, GuidePage, Pack, Prompt, RecordField, Section, Tool, fill
from pmdiag_build.content.questions import apart_of, differences, fingerprint_of, own_questions
from pmdiag_build.problems import ContentWrong, Fault, Location

_REMEMBERED = 64
"""Packs of which the fields are remembered: more than a tool has."""

FieldKind = Literal["radio", "text", "line", "choice", "clear", "id"]

_WORDS_ALOUD = 6
"""Words of a statement that are said with each of its controls: a person hears them four times."""

RECORDS = ("record", "review-record")
"""Sections that ask who and when: people who answer, or a review meeting, which the source asks four lines only."""


@dataclass(frozen=True, slots=True)
class FormField:
    """A field that a pack declares.

    `kind`: `radio` (one of `options`, exported as names), `text` (multi-line), `line` (one line), `choice`
    (a drop-down of `options`), `clear` (a push-button that takes back the field `clears`), `id` (hidden,
    read-only). `question` is the whole question, by which readers of returns recognise the wording; `value` what is
    filled in beforehand. `short` is how a screen reader says the field at each of its controls, if not with `question`.
    `ruled` fields have lines for handwriting. `beside` is drawn beside the buttons, as what they answer is far above.
    """

    name: str
    kind: FieldKind
    question: str
    options: tuple[Choice, ...] = ()
    value: str = ""
    clears: str = ""
    short: str = ""
    ruled: bool = False
    beside: str = ""

    @property
    def aloud(self) -> str:
        """The accessible name of the field's control."""
        return self.short or self.question

    def option_aloud(self, option: Choice) -> str:
        """The accessible name of the button for an option: what differs between the buttons comes first."""
        return f"{option.label}, {self.aloud}"


@lru_cache(_REMEMBERED)
def pack_asks(tool: Tool, pack: Pack) -> str:
    """Everything that the pack asks, as JSON: field names, kinds, questions and options."""
    asked = [
        (f.name, f.kind, f.question, [(o.code, o.label) for o in f.options])
        for section in pack.sections
        # On a wall people answer what its feature asks, though a program can't read it there.
        for f in section_fields(tool, pack, replace(section, kind="feature") if section.kind == "wall" else section)
        if f.kind not in ("clear", "id")
    ]
    return json.dumps(asked, ensure_ascii=True, separators=(",", ":"))


def fingerprint(edition: str, pack: str, asks: str) -> str:
    """Eight hexadecimal digits over an edition's name, a pack's name and what the pack asks (`pack_asks`)."""
    # As JSON writes a list of the three.
    return fingerprint_of(f"[{json.dumps(edition)},{json.dumps(pack)},{asks}]")


def pack_id(tool: Tool, pack: Pack) -> str:
    """`PACK@EDITION@FINGERPRINT`: which wording a return answered."""
    return str(_pack_id(tool, pack))


def footer_of(tool: Tool, pack: Pack) -> str:
    """What the foot of each of its pages says: the `pack_id`, and two letters that show a typing mistake."""
    return _pack_id(tool, pack).printed


def _pack_id(tool: Tool, pack: Pack) -> PackId:
    return PackId(pack.id, tool.edition, fingerprint(tool.edition, pack.id, pack_asks(tool, pack)))


def question_fingerprints(tool: Tool) -> Mapping[str, str]:
    """Field name (`rating_1_3`, `overall_2`) → the fingerprint of that question's own wording: the text of each
    statement that is asked, the title of each feature, and what else decides its meaning where that has changed."""
    return {name: fingerprint_of(question.own) for name, question in own_questions(tool).items()}


def entry_sheet_id(tool: Tool) -> str:
    """What an entry sheet says that it asks, in the form of a `pack_id`: `entry-sheet@EDITION@FINGERPRINT`."""
    asked = json.dumps(dict(question_fingerprints(tool)), separators=(",", ":"))
    return str(PackId(ENTRY_SHEET, tool.edition, fingerprint_of(asked)))


@lru_cache(_REMEMBERED)
def pack_fields(tool: Tool, pack: Pack) -> tuple[FormField, ...]:
    """Every field of a pack in reading order, `pack_id` last; empty for a pack that is not fillable."""
    if not pack.fillable:
        return ()
    return (*_declared(tool, pack), FormField(PACK_ID, "id", PACK_ID, value=pack_id(tool, pack)))


def _declared(tool: Tool, pack: Pack) -> Iterator[FormField]:
    for section in pack.sections:
        yield from section_fields(tool, pack, section)


def section_fields(tool: Tool, pack: Pack, section: Section) -> Iterator[FormField]:
    """The fields of one section of a pack, in reading order; none for a section that asks nothing."""
    return SECTION_KINDS[section.kind].fields(tool, pack, section)


def _record(tool: Tool, pack: Pack, section: Section) -> Iterator[FormField]:
    for f in tool.record.fields:
        yield from _record_field(tool, f, f.help, pack.mode if f.name == "mode" else "")


def _record_field(tool: Tool, f: RecordField, help_: str = "", value: str = "") -> Iterator[FormField]:
    """`help_` as it is printed beside the label; without it for a review."""
    name = record_name(f.name)
    yield FormField(name, f.kind, f.label, f.options, value, short=_sentences(f.label, help_))
    if f.kind == "choice":
        yield _clear(tool, name, f.label)


def _review_record(tool: Tool, pack: Pack, section: Section) -> Iterator[FormField]:
    for name in tool.action_plan.record:
        yield from _record_field(tool, tool.record.field(name))


def _summary(tool: Tool, pack: Pack, section: Section) -> Iterator[FormField]:
    for feature in tool.framework.features:
        question = f"{tool.summary.table_heading} {feature.title}"
        yield from _radio(tool, agreed_name(feature.id), question, _feature_aloud(tool, "agreed_aloud", feature))
    for prompt in tool.summary.prompts:
        yield FormField(summary_name(prompt.id), "text", prompt.text)


def _action_plan(tool: Tool, pack: Pack, section: Section) -> Iterator[FormField]:
    for prompt in tool.action_plan.questions:
        yield FormField(plan_name(prompt.id), "text", prompt.text)
    # The source prints four record fields under the plan; a pack with a record has asked them already.
    if not any(s.kind in RECORDS for s in pack.sections):
        yield from _review_record(tool, pack, section)
    for row in range(1, section.rows + 1):
        for column in tool.action_plan.columns:
            question = f"{tool.action_plan.rows_title} {row}: {column.text}"
            yield FormField(action_name(row, column.id), "text", question)


def _more_room(tool: Tool, pack: Pack, section: Section) -> Iterator[FormField]:
    words = tool.words["pack"]
    title = words["more_room_title"]
    yield FormField(MORE_ROOM, "text", title, short=_sentences(title, words["more_room_help"]))


def _feature(tool: Tool, pack: Pack, section: Section) -> Iterator[FormField]:
    prompts, questions = tool.framework.prompts, own_questions(tool)
    feature = tool.framework.feature(section.feature)
    for s in feature.used_statements:
        name = rating_name(s.id)
        rated, *clear = _radio(tool, name, questions[name].aloud, f"{s.id} {_beginning(s.text)}", s.id)
        yield replace(rated, beside=s.id) if pack.print == "large" else rated
        yield from clear
    name = overall_name(feature.id)
    yield from _radio(tool, name, questions[name].aloud, _feature_aloud(tool, "overall_aloud", feature))
    for kind in COMMENT_KINDS:
        yield _comment(comment_name(kind, feature.id), prompts[kind], feature)
    notes = {"interview": tool.interview.notes, "workshop": tool.workshop.notes}.get(pack.voice)
    if notes is not None:
        yield replace(_comment(notes_name(feature.id), notes, feature), ruled=True)


def _nothing(tool: Tool, pack: Pack, section: Section) -> Iterator[FormField]:
    return iter(())


def _title_of_page(tool: Tool, pack: Pack, section: Section) -> str:
    if page := page_of(tool, section.kind):
        return page.title
    place = Location(f"packs/{pack.id}.yaml", spot=f"section {section.kind}")
    raise ContentWrong.one(place, Fault("No page has this layout", f"Add a page with layout: {section.kind} to guide/"))


def _anchor_of_page(tool: Tool, section: Section) -> str:
    page = page_of(tool, section.kind)
    return page.id if page else section.kind


def _title_of_feature(tool: Tool, pack: Pack, section: Section) -> str:
    feature = tool.framework.feature(section.feature)
    return f"{feature.id} {feature.short}"


def _anchor_of_feature(tool: Tool, section: Section) -> str:
    return f"{section.kind}-{section.feature}"


Declare = Callable[[Tool, Pack, Section], Iterator[FormField]]


@dataclass(frozen=True, slots=True)
class SectionKind:
    """What is known of a kind of section: its title in the contents and as bookmark, its anchor, its fields.

    The anchor is the name that links within the pack lead to, one for each section. The title raises ContentWrong
    where the section shows a page of the site that the content does not have.
    """

    title: Callable[[Tool, Pack, Section], str]
    anchor: Callable[[Tool, Section], str] = lambda _, section: section.kind
    fields: Declare = _nothing


def _shows_page(fields: Declare = _nothing) -> SectionKind:
    """A section that shows what a page of the site shows; the page has the layout of that name."""
    return SectionKind(_title_of_page, _anchor_of_page, fields)


SECTION_KINDS: Mapping[str, SectionKind] = {
    "cover": SectionKind(lambda tool, pack, _: tool.title),
    "contents": SectionKind(lambda tool, pack, _: tool.words["pack"]["contents"]),
    "opening": SectionKind(lambda tool, pack, _: pack.title),
    "record": SectionKind(lambda tool, pack, _: tool.record.title, fields=_record),
    "review-record": SectionKind(lambda tool, pack, _: tool.words["pack"]["review_record"], fields=_review_record),
    "guide": SectionKind(
        lambda tool, pack, section: tool.pages[section.page].title, lambda tool, section: section.page
    ),
    "features": _shows_page(),
    "good": _shows_page(),
    "feature": SectionKind(_title_of_feature, _anchor_of_feature, _feature),
    "wall": SectionKind(_title_of_feature, _anchor_of_feature),
    "summary": _shows_page(_summary),
    "action-plan": _shows_page(_action_plan),
    "interview-script": SectionKind(lambda tool, pack, _: tool.interview.opening.title),
    "interview-afterwards": SectionKind(lambda tool, pack, _: tool.interview.afterwards.title),
    "interview-card": SectionKind(lambda tool, pack, _: tool.words["pack"]["card_title"]),
    "workshop-plan": SectionKind(lambda tool, pack, _: tool.workshop.plan_title),
    "workshop-rules": SectionKind(lambda tool, pack, _: tool.workshop.bring.title),
    "workshop-differing": SectionKind(lambda tool, pack, _: tool.workshop.differing.title),
    "workshop-further": SectionKind(lambda tool, pack, _: tool.workshop.further.title),
    "example": _shows_page(),
    "more-room": SectionKind(lambda tool, pack, _: tool.words["pack"]["more_room_title"], fields=_more_room),
    "corrections": _shows_page(),
}


def page_of(tool: Tool, layout: str) -> GuidePage | None:
    """The page of the site that the layout draws, where there is one."""
    return next((page for page in tool.pages.values() if page.layout == layout), None)


def anchor_of(tool: Tool, section: Section) -> str:
    """The name that links within the pack lead to: that of the page that the section shows, else of its kind."""
    return SECTION_KINDS[section.kind].anchor(tool, section)


def title_of(tool: Tool, pack: Pack, section: Section) -> str:
    """The section's title in the contents and as bookmark."""
    return SECTION_KINDS[section.kind].title(tool, pack, section)


def _comment(name: str, prompt: Prompt, feature: Feature) -> FormField:
    # Each feature has the same prompt: a screen reader must say which.
    where = f"{feature.id} {feature.short}"
    question = f"{where}: {prompt.text} {prompt.help}".rstrip()
    return FormField(name, "text", question, short=_sentences(prompt.text, _sentences(where, prompt.help)))


def _radio(tool: Tool, name: str, question: str, short: str, shortest: str = "") -> Iterator[FormField]:
    """`short` is said with each level, `shortest` with the button that takes it back."""
    options = tuple(Choice(level.code, level.label) for level in tool.framework.levels)
    yield FormField(name, "radio", question, options, short=short)
    yield _clear(tool, name, shortest or short)


def _clear(tool: Tool, name: str, question: str) -> FormField:
    # Most viewers offer no way back from a choice: a second click on a level, an empty entry in a list.
    return FormField(clear_name(name), "clear", f"{tool.words['pack']['clear_choice']}, {question}", clears=name)


def _feature_aloud(tool: Tool, word: str, feature: Feature) -> str:
    return fill(tool.words["pack"][word], id=feature.id, short=feature.short)


def _beginning(text: str) -> str:
    """The first words of a statement, enough to know it by. It is said whole in its row."""
    words = text.split()
    return text if len(words) <= _WORDS_ALOUD else f"{' '.join(words[:_WORDS_ALOUD]).rstrip(',;:')} …"


def _sentences(first: str, then: str) -> str:
    """Two texts one after the other, with a full stop between them where the first has no mark at its end."""
    return f"{first}{'' if not then or first[-1] in '.:?!' else '.'} {then}".rstrip()


def asked_apart(tool: Tool) -> frozenset[str]:
    """The field names (`rating_5_1`, `overall_2`) of the questions that some other known edition does not ask, asks
    with another meaning, or that only it asks."""
    return frozenset().union(*map(apart_of, differences(tool).values()))
