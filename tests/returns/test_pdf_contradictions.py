"""Two places of a PDF that say different things about one answer: it is never counted, and both are named."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from pmdiag_build.content.fields import FormField
from pmdiag_build.returns.readers.pdf import read
from tests.returns.paper import edited, filled

FILES = 25
"""With some sixty answers in each of them that are contradicted."""

_TEXTS = ("Well.", "We talk every week", "22/11/2026", "Łódź and Tŷ Gwyn, 5 %", "None", "First\nsecond", "Leeds North")
_CODES = ("L", "D", "E")


def _other(chance: random.Random, value: str, all_: Sequence[str]) -> str:
    return chance.choice([one for one in all_ if one != value])


def _on(group: Object, *codes: str) -> None:
    for kid in group.Kids:
        kid.AS = next((Name(f"/{code}") for code in codes if f"/{code}" in kid.AP.N), Name.Off)


def _stored_only(pdf: Pdf, group: Object, chance: random.Random) -> set[str]:
    code = chance.choice(_CODES)
    group.V = Name(f"/{code}")
    _on(group)
    return {code}


def _shown_only(pdf: Pdf, group: Object, chance: random.Random) -> set[str]:
    code = chance.choice(_CODES)
    group.V = Name.Off
    _on(group, code)
    return {code}


def _stored_and_shown(pdf: Pdf, group: Object, chance: random.Random) -> set[str]:
    stored, shown = chance.sample(_CODES, 2)
    group.V = chance.choice([Name(f"/{stored}"), String(stored)])
    _on(group, shown)
    return {stored, shown}


def _two_on(pdf: Pdf, group: Object, chance: random.Random) -> set[str]:
    one, other = chance.sample(_CODES, 2)
    group.V = Name(f"/{one}")
    _on(group, one, other)
    return {one, other}


def _button_of_its_own_mind(pdf: Pdf, group: Object, chance: random.Random) -> set[str]:
    code, other = chance.sample(_CODES, 2)
    group.V = Name(f"/{code}")
    _on(group, code)
    next(kid for kid in group.Kids if f"/{other}" in kid.AP.N).V = Name(f"/{other}")
    return {code, other}


def _copy(pdf: Pdf, group: Object, chance: random.Random) -> set[str]:
    code, other = chance.sample([*_CODES, "Off"], 2)
    group.V = Name(f"/{code}")
    _on(group, code)
    pdf.Root.AcroForm.Fields.append(pdf.make_indirect(Dictionary(FT=Name.Btn, T=group.T, V=Name(f"/{other}"))))
    return {code, other} - {"Off"}


def _drawn(pdf: Pdf, field: Object, text: str) -> None:
    font = Dictionary(Helv=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    stream = pdf.make_stream(f"/Tx BMC q BT /Helv 11 Tf 2 20 Td ({text}) Tj ET Q EMC".encode("ascii", "replace"))
    stream.Resources = Dictionary(Font=font)
    field.AP = Dictionary(N=stream)
    field.Rect = Array([0, 0, 400, 20])


def _text_and_appearance(pdf: Pdf, field: Object, chance: random.Random) -> set[str]:
    text = chance.choice(_TEXTS)
    # Other words, a word more, a letter more, a letter less, half of it.
    shown = chance.choice(["Not at all", f"{text} not", f"{text}x", text[:-3] + text[-2:], text[: len(text) // 2]])
    field.V = String(text)
    _drawn(pdf, field, " ".join(shown.split()))
    return {text}


def _appearance_only(pdf: Pdf, field: Object, chance: random.Random) -> set[str]:
    text = chance.choice(["Well", "22/11/2026", "no"])
    field.V = String("")
    _drawn(pdf, field, text)
    return {text}


def _rich_text(pdf: Pdf, field: Object, chance: random.Random) -> set[str]:
    text = chance.choice(_TEXTS)
    other = _other(chance, text, _TEXTS)
    field.V = String(text)
    field.RV = String(f'<body xmlns="http://www.w3.org/1999/xhtml"><p>{other}</p></body>')
    return {text}


def _copy_of_text(pdf: Pdf, field: Object, chance: random.Random) -> set[str]:
    text = chance.choice(_TEXTS)
    other = _other(chance, text, [*_TEXTS, ""])
    field.V = String(text)
    pdf.Root.AcroForm.Fields.append(pdf.make_indirect(Dictionary(FT=Name.Tx, T=field.T, V=String(other))))
    return {text} | ({other} - {""})


def _choice_and_place(pdf: Pdf, field: Object, chance: random.Random) -> set[str]:
    codes = [str(option[0]) for option in field.Opt]
    code, other = chance.sample(range(len(codes)), 2)
    field.V, field.I = String(codes[code]), Array([other])
    return {codes[code], codes[other]}


Plant = Callable[[Pdf, Object, random.Random], set[str]]
_IN_BUTTONS: Sequence[Plant] = (_stored_only, _shown_only, _stored_and_shown, _two_on, _button_of_its_own_mind, _copy)
_IN_TEXTS: Sequence[Plant] = (_text_and_appearance, _appearance_only, _rich_text, _copy_of_text)
_IN_CHOICES: Sequence[Plant] = (_choice_and_place,)


def _plants(field: Object) -> Sequence[Plant]:
    if Name.Kids in field:
        return _IN_BUTTONS
    return _IN_CHOICES if field.FT == Name.Ch else _IN_TEXTS


@pytest.mark.parametrize("number", range(FILES))
def test_every_contradiction_is_named_and_none_is_counted(number: int, pack: bytes) -> None:
    chance, planted = random.Random(number), dict[str, set[str]]()

    def plant(pdf: Pdf) -> None:
        for field in list(pdf.Root.AcroForm.Fields):
            answers = field.get("/FT") in (Name.Tx, Name.Ch) or Name.Kids in field
            if answers and str(field.T) not in ("pack_id", "record_reference"):
                planted[str(field.T)] = chance.choice(_plants(field))(pdf, field, chance)

    reading = read("a.pdf", edited(filled(pack, {"record_reference": "A1"}), plant))
    (record,) = reading.records
    named = {name: unread.given for name, unread in record.unread.items()}
    # Two answers to one question are not counted: decoding names them.
    named |= {name: given for name, given in record.values.items() if len(given) > 1}

    assert len(planted) > 60
    assert planted.keys() == named.keys()
    assert [] == [(name, answers, named[name]) for name, answers in planted.items() if not answers <= {*named[name]}]


def test_what_agrees_is_counted(fields: Sequence[FormField], pack: bytes) -> None:
    """The same places, all of which say the same."""
    answers = {field.name: _agreeing(field) for field in fields if field.kind not in ("clear", "id")}

    def agree(pdf: Pdf) -> None:
        for field in list(pdf.Root.AcroForm.Fields):
            if Name.Kids in field:
                chosen = next(kid for kid in field.Kids if kid.AS != Name.Off)
                chosen.V = chosen.AS
                pdf.Root.AcroForm.Fields.append(pdf.make_indirect(Dictionary(FT=Name.Btn, T=field.T, V=field.V)))
            elif field.get("/FT") == Name.Ch:
                field.I = Array([[str(option[0]) for option in field.Opt].index(str(field.V))])
                _drawn(pdf, field, str(next(option[1] for option in field.Opt if option[0] == field.V)))
            elif field.get("/FT") == Name.Tx and str(field.T) in answers:
                _drawn(pdf, field, " ".join(str(field.V).split()))
                field.RV = String(f"<body><p>{'</p><p>'.join(str(field.V).splitlines())}</p></body>")

    (record,) = read("a.pdf", edited(filled(pack, answers), agree)).records

    assert record.unread == {}
    assert answers == {name: "".join(given) for name, given in record.values.items() if name != "pack_id"}


def _agreeing(field: FormField) -> str:
    return field.options[-1].code if field.options else _TEXTS[len(field.name) % len(_TEXTS)]
