"""Two places of a PDF that say different things about one answer: it is never counted, and both are named."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from pmdiag_build.content.fields import FormField
from pmdiag_build.content.model import Tool
from pmdiag_build.returns.readers.pdf import read
from tests.returns.paper import edited, filled
from tests.returns.pdf_contradictions import TEXTS, drawn, failures

pytestmark = pytest.mark.slow


def test_every_contradiction_is_named_and_none_is_counted(tool: Tool, pack: bytes) -> None:
    assert [] == failures(tool, [pack], seed=9, number=1000)


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
                drawn(pdf, field, str(next(option[1] for option in field.Opt if option[0] == field.V)))
            elif field.get("/FT") == Name.Tx and str(field.T) in answers:
                drawn(pdf, field, " ".join(str(field.V).split()))
                field.RV = String(f"<body><p>{'</p><p>'.join(str(field.V).splitlines())}</p></body>")

    (record,) = read("a.pdf", edited(filled(pack, answers), agree)).records

    assert record.unread == {}
    assert answers == {name: "".join(given) for name, given in record.values.items() if name != "pack_id"}


def _agreeing(field: FormField) -> str:
    return field.options[-1].code if field.options else TEXTS[len(field.name) % len(TEXTS)]
