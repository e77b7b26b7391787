"""Contradictions planted at random in filled packs: each must be named with what it says, and none counted."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from pmdiag_build.content.field_names import header_of_name
from pmdiag_build.content.fields import FormField
from pmdiag_build.content.model import Tool
from pmdiag_build.returns import Processes, Round, files_of, round_of
from tests.returns.paper import Answers, fields_of, put, saved
from tests.returns.samples import said_by

TEXTS = ("Well.", "We talk every week", "22/11/2026", "Łódź and Tŷ Gwyn, 5 %", "None", "First\nsecond", "Leeds North")
_CODES = ("L", "D", "E")
_IN_A_FILE = 20
_FILES = 25
"""So many files make a round."""

_KNOWN_BY = ("pack_id", "record_reference", "record_mode")

Plant = Callable[[Pdf, Object, random.Random], set[str]]
"""Plants a contradiction in a field; returns what its places say, which must be named."""


@dataclass(slots=True)
class _Planted:
    """One filled pack: what is planted in it by field, and what else it says."""

    file: str
    reference: str
    answers: Answers
    kinds: dict[str, str] = field(default_factory=dict)
    readings: dict[str, set[str]] = field(default_factory=dict)


def failures(tool: Tool, packs: Sequence[bytes], seed: int, number: int) -> list[str]:
    """Plants so many contradictions in these packs; one line for each that was counted, not named, or did harm."""
    chance, fields = random.Random(seed), fields_of(tool)
    wrong: list[str] = []
    planted = made = 0
    while planted < number:
        files: dict[str, bytes] = {}
        plants: list[_Planted] = []
        for _ in range(_FILES):
            made += 1
            one = _Planted(f"{made}.pdf", f"R{made}", _answers(fields, f"R{made}", chance))
            files[one.file] = _with_plants(packs[made % len(packs)], one, chance)
            plants.append(one)
            planted += len(one.kinds)
            if planted >= number:
                break
        found = round_of(files_of(files.items()), tool, reading_in=Processes.ONE)
        found.accounts.check()
        wrong += [line for one in plants for line in _failed(one, found)]
    return wrong


def _answers(fields: Sequence[FormField], reference: str, chance: random.Random) -> dict[str, str]:
    answers = {"record_reference": reference, "record_mode": "individual"}
    for one in fields:
        if one.kind == "radio" and chance.random() < 0.7:
            answers[one.name] = chance.choice(one.options).code
        elif one.kind == "text" and chance.random() < 0.5:
            answers[one.name] = f"{chance.choice(TEXTS)} ({reference})"
    return answers


def _with_plants(pack: bytes, planted: _Planted, chance: random.Random) -> bytes:
    with pikepdf.open(io.BytesIO(pack)) as pdf:
        put(pdf, planted.answers)
        fields = [one for one in pdf.Root.AcroForm.Fields if plants_for(one)]
        for one in chance.sample(fields, _IN_A_FILE):
            plant = chance.choice(plants_for(one))
            name = str(one.T)
            planted.kinds[name] = plant.__name__
            planted.readings[name] = plant(pdf, one, chance)
        return saved(pdf)


def _failed(planted: _Planted, found: Round) -> Iterator[str]:
    lines = [" ".join(str(problem).split()) for problem in found.problems if problem.place.file == planted.file]
    responses = [one for one in found.responses if one.record.reference == planted.reference]
    if len(responses) != 1:
        yield f"{planted.file}: all of it is lost: {'; '.join(lines)}"
        return
    said = said_by(responses[0]) | {"record_group_size": ""}  # which is 1 for one person
    said = {name: text for name, text in said.items() if text}
    for name, kind in planted.kinds.items():
        why = f"{planted.file}: {kind}, {name}:"
        if name in said:
            yield f"{why} counted as {said[name]!r}"
        named = [line for line in lines if f"{header_of_name(name)}: " in line or name in line]
        if not named:
            yield f"{why} not named"
        elif missing := [one for one in planted.readings[name] if not any(" ".join(one.split()) in s for s in named)]:
            yield f"{why} {missing} not said in {named}"
    rest = {name: text for name, text in planted.answers.items() if name not in planted.kinds}
    said = {name: text for name, text in said.items() if name not in planted.kinds}
    if said != rest:
        yield f"{planted.file}: other answers are {dict(said.items() ^ rest.items())}"


def plants_for(field: Object) -> Sequence[Plant]:
    """What can be planted in a field of a pack; nothing in those by which a return is told from others."""
    if field.get("/FT") not in (Name.Btn, Name.Tx, Name.Ch) or str(field.T) in _KNOWN_BY:
        return ()
    if field.FT == Name.Btn:
        return _IN_BUTTONS if Name.Kids in field else ()
    return _IN_CHOICES if field.FT == Name.Ch else _IN_TEXTS


# ---- buttons


def _on(group: Object, *codes: str) -> None:
    for kid in group.Kids:
        kid.AS = next((Name(f"/{code}") for code in codes if f"/{code}" in kid.AP.N), Name.Off)


def _kid(group: Object, code: str) -> Object:
    return next(kid for kid in group.Kids if f"/{code}" in kid.AP.N)


def _stored_only(_: Pdf, group: Object, chance: random.Random) -> set[str]:
    code = chance.choice(_CODES)
    group.V = chance.choice([Name(f"/{code}"), String(code), String(f"/{code}")])
    _on(group)
    return {code}


def _shown_only(_: Pdf, group: Object, chance: random.Random) -> set[str]:
    code = chance.choice(_CODES)
    group.V = chance.choice([Name.Off, String("Off"), String("")])
    _on(group, code)
    return {code}


def _stored_and_shown(_: Pdf, group: Object, chance: random.Random) -> set[str]:
    stored, shown = chance.sample(_CODES, 2)
    group.V = chance.choice([Name(f"/{stored}"), String(stored), Array([Name(f"/{stored}")])])
    _on(group, shown)
    return {stored, shown}


def _two_stored(_: Pdf, group: Object, chance: random.Random) -> set[str]:
    one, other = chance.sample(_CODES, 2)
    group.V = Array([Name(f"/{one}"), String(other)])
    _on(group, one)
    return {one, other}


def _two_on(_: Pdf, group: Object, chance: random.Random) -> set[str]:
    one, other = chance.sample(_CODES, 2)
    group.V = Name(f"/{one}")
    _on(group, one, other)
    return {one, other}


def _two_on_and_none_stored(_: Pdf, group: Object, chance: random.Random) -> set[str]:
    one, other = chance.sample(_CODES, 2)
    if chance.random() < 0.5:
        del group["/V"]
    _on(group, one, other)
    return {one, other}


def _button_of_its_own_mind(_: Pdf, group: Object, chance: random.Random) -> set[str]:
    code, other = chance.sample(_CODES, 2)
    group.V = Name(f"/{code}")
    _on(group, code)
    _kid(group, chance.choice([code, other])).V = Name(f"/{other}")
    return {code, other}


def _button_that_knows_of_none(_: Pdf, group: Object, chance: random.Random) -> set[str]:
    code = chance.choice(_CODES)
    del group["/V"]
    _on(group, code)
    _kid(group, code).V = Name.Off
    return {code}


def _button_with_another_look(_: Pdf, group: Object, chance: random.Random) -> set[str]:
    """A button in a state that it has no appearance for, so nothing is shown."""
    code, other = chance.sample(_CODES, 2)
    group.V = Name(f"/{code}")
    _on(group)
    _kid(group, other).AS = Name(f"/{code}")
    return {code}


def _button_out_of_its_group(_: Pdf, group: Object, chance: random.Random) -> set[str]:
    """As Apple's programs leave it, with another choice in the group."""
    code, other = chance.sample(_CODES, 2)
    kid = _kid(group, code)
    group.V = Name(f"/{other}")
    _on(group, code, other)
    del kid["/Parent"]
    kid.T, kid.FT, kid.Ff, kid.V = group.T, Name.Btn, 1 << 15, Name(f"/{code}")
    return {code, other}


def _by_number(pdf: Pdf, group: Object, chance: random.Random) -> set[str]:
    """States that are numbers, which `/Opt` explains."""
    for number, code in enumerate(_CODES):
        kid = _kid(group, code)
        kid.AP = Dictionary(N=Dictionary({f"/{number}": pdf.make_stream(b""), "/Off": pdf.make_stream(b"")}))
    group.Opt = Array([String(code) for code in _CODES])
    stored, shown = chance.sample(range(len(_CODES)), 2)
    group.V = chance.choice([Name(f"/{stored}"), String(_CODES[stored]), String(str(stored))])
    how = chance.random()
    _on(group, *([str(shown)] if how < 0.7 else []))
    return {_CODES[stored], _CODES[shown]} if how < 0.7 else {_CODES[stored]}


def _copy(pdf: Pdf, group: Object, chance: random.Random) -> set[str]:
    code, other = chance.sample([*_CODES, "Off"], 2)
    group.V = Name(f"/{code}")
    _on(group, code)
    pdf.Root.AcroForm.Fields.append(pdf.make_indirect(Dictionary(FT=Name.Btn, T=group.T, V=Name(f"/{other}"))))
    return {code, other} - {"Off"}


def _copy_with_buttons(pdf: Pdf, group: Object, chance: random.Random) -> set[str]:
    """The form's list has a copy of a group, whose buttons are on no page."""
    code, other = chance.sample([*_CODES, "Off"], 2)
    group.V = Name(f"/{code}")
    _on(group, code)
    copy = pdf.make_indirect(Dictionary(FT=Name.Btn, T=group.T, Ff=group.Ff))
    if chance.random() < 0.5:
        copy.V = Name(f"/{other}")
    copy.Kids = Array([_copied_button(pdf, copy, one, other) for one in _CODES])
    pdf.Root.AcroForm.Fields.append(copy)
    return {code, other} - {"Off"}


def _copied_button(pdf: Pdf, group: Object, code: str, chosen: str) -> Object:
    looks = Dictionary({f"/{code}": pdf.make_stream(b""), "/Off": pdf.make_stream(b"")})
    state = Name(f"/{code}") if code == chosen else Name.Off
    return pdf.make_indirect(Dictionary(Subtype=Name.Widget, Parent=group, AS=state, AP=Dictionary(N=looks)))


# ---- texts


def drawn(pdf: Pdf, field: Object, text: str, chance: random.Random | None = None) -> None:
    """Gives a field an appearance that shows a text, in one of the ways of programs."""
    shown = text.encode("ascii", "replace")
    half = len(shown) // 2
    ways = [b"(%s) Tj" % shown, b"<%s> Tj" % shown.hex().encode(), b"[(%s) -20 (%s)] TJ" % (shown[:half], shown[half:])]
    show = (chance or random.Random(0)).choice(ways)
    font = Dictionary(Helv=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    content = b"/Tx BMC q BT /Helv 11 Tf 2 20 Td %s ET Q EMC" % show
    stream = pdf.make_stream(content)
    stream.Resources = Dictionary(Font=font)
    if chance and chance.random() < 0.2:
        stream.Subtype = Name.Form
        outer = pdf.make_stream(b"q /Fm Do Q")
        outer.Resources = Dictionary(XObject=Dictionary(Fm=stream))
        stream = outer
    field.AP = Dictionary(N=stream)
    field.Rect = Array([0, 0, 400, 20])


def _text_and_appearance(pdf: Pdf, field: Object, chance: random.Random) -> set[str]:
    text = chance.choice(TEXTS)
    # Other words, a word more, a letter more, a letter less, half of it.
    shown = chance.choice(["Not at all", f"{text} not", f"{text}x", text[:-3] + text[-2:], text[: len(text) // 2]])
    field.V = String(text)
    drawn(pdf, field, " ".join(shown.split()), chance)
    return {text}


def _appearance_only(pdf: Pdf, field: Object, chance: random.Random) -> set[str]:
    text = chance.choice(["Well", "22/11/2026", "no"])
    if chance.random() < 0.5 and "/V" in field:
        del field["/V"]
    else:
        field.V = String("")
    drawn(pdf, field, text, chance)
    return {text}


def _rich_text(_: Pdf, field: Object, chance: random.Random) -> set[str]:
    text, other = chance.sample(TEXTS, 2)
    field.V = String(text)
    field.RV = String(f'<body xmlns="http://www.w3.org/1999/xhtml"><p>{other}</p></body>')
    return {text, other}


def _rich_text_beside_none(_: Pdf, field: Object, chance: random.Random) -> set[str]:
    text = chance.choice(TEXTS)
    field.V = String("")
    field.RV = String(f'<body xmlns="http://www.w3.org/1999/xhtml"><p>{text}</p></body>')
    return {text}


def _copy_of_text(pdf: Pdf, field: Object, chance: random.Random) -> set[str]:
    text, other = chance.sample([*TEXTS, ""], 2)
    field.V = String(text)
    second = pdf.make_stream(other.encode("utf-16")) if other and chance.random() < 0.3 else String(other)
    pdf.Root.AcroForm.Fields.append(pdf.make_indirect(Dictionary(FT=Name.Tx, T=field.T, V=second)))
    return {text, other} - {""}


def _widget_of_its_own_mind(pdf: Pdf, field: Object, chance: random.Random) -> set[str]:
    """A second box for the same text, which stores or shows another one."""
    text, other = chance.sample(TEXTS[:3], 2)
    field.V = String(text)
    first = Dictionary(Type=Name.Annot, Subtype=Name.Widget, F=4, Rect=field.Rect, Parent=field)
    second = Dictionary(Type=Name.Annot, Subtype=Name.Widget, F=4, Rect=field.Rect, Parent=field)
    kids = [pdf.make_indirect(first), pdf.make_indirect(second)]
    if chance.random() < 0.5:
        kids[1].V = String(other)
    else:
        drawn(pdf, kids[1], other, chance)
    page = next(page for page in pdf.pages if any(one.objgen == field.objgen for one in page.get("/Annots", ())))
    page.Annots = Array([one for one in page.Annots if one.objgen != field.objgen] + kids)
    for key in ("/Subtype", "/Type", "/Rect", "/AP", "/F"):
        if key in field:
            del field[key]
    field.Kids = Array(kids)
    return {text, other}


# ---- lists


def _codes_of(field: Object) -> list[str]:
    return [str(option[0]) for option in field.Opt]


def _choice_and_place(_: Pdf, field: Object, chance: random.Random) -> set[str]:
    codes = _codes_of(field)
    code, other = chance.sample(range(len(codes)), 2)
    field.V, field.I = String(codes[code]), Array([other])
    return {codes[code], codes[other]} - {""}


def _two_places(_: Pdf, field: Object, chance: random.Random) -> set[str]:
    codes = _codes_of(field)
    code, other = chance.sample(range(len(codes)), 2)
    field.I = Array([code, other])
    if chance.random() < 0.5:
        field.V = String(codes[code])
    elif "/V" in field:
        del field["/V"]
    return {codes[code], codes[other]} - {""}


def _two_choices(_: Pdf, field: Object, chance: random.Random) -> set[str]:
    codes = chance.sample(_codes_of(field), 2)
    field.V = Array([String(code) for code in codes])
    return {*codes} - {""}


def _copy_of_choice(pdf: Pdf, field: Object, chance: random.Random) -> set[str]:
    code, other = chance.sample([*filter(None, _codes_of(field)), ""], 2)
    field.V = String(code)
    pdf.Root.AcroForm.Fields.append(
        pdf.make_indirect(Dictionary(FT=Name.Ch, T=field.T, Opt=field.Opt, V=String(other)))
    )
    return {code, other} - {""}


def _choice_and_appearance(pdf: Pdf, field: Object, chance: random.Random) -> set[str]:
    options = [(str(option[0]), str(option[1])) for option in field.Opt if str(option[0])]
    (code, _), (_, label) = chance.sample(options, 2)
    field.V = String(code)
    drawn(pdf, field, label, chance)
    return {code, label}


_IN_BUTTONS: Sequence[Plant] = (
    _stored_only,
    _shown_only,
    _stored_and_shown,
    _two_stored,
    _two_on,
    _two_on_and_none_stored,
    _button_of_its_own_mind,
    _button_that_knows_of_none,
    _button_with_another_look,
    _button_out_of_its_group,
    _by_number,
    _copy,
    _copy_with_buttons,
)
_IN_TEXTS: Sequence[Plant] = (
    _text_and_appearance,
    _appearance_only,
    _rich_text,
    _rich_text_beside_none,
    _copy_of_text,
    _widget_of_its_own_mind,
)
_IN_CHOICES: Sequence[Plant] = (_choice_and_place, _two_places, _two_choices, _copy_of_choice, _choice_and_appearance)
