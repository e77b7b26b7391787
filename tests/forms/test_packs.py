"""All packs as they are built: every check of the form, and real programs that fill them in and are read back."""

from __future__ import annotations

from pathlib import Path

import pytest

from pmdiag_build.content.fields import pack_fields, pack_id
from pmdiag_build.content.model import Tool
from pmdiag_build.resources import CONTENT
from tests.conftest import Built
from tests.forms.answers import read_answers, read_pack_id, sample_answers
from tests.forms.checks import check_pack
from tests.forms.programs import Fill, libraries, pdfium, poppler

pytestmark = pytest.mark.slow

_PACKS = sorted(path.stem for path in (CONTENT / "packs").glob("*.yaml"))
_PROGRAMS: dict[str, Fill] = {
    "PDFium": pdfium.fill,
    "Poppler": poppler.fill,
    "pikepdf": libraries.fill_with_pikepdf,
    "pdftk": libraries.fill_with_pdftk,
}


@pytest.mark.parametrize("id", _PACKS)
@pytest.mark.evidence("packs_ua")
def test_every_pack_passes_every_check(id: str, tool: Tool, built: Built) -> None:
    assert check_pack(built.packs / f"{id}.pdf", pack_fields(tool, tool.pack(id))) == []


@pytest.mark.parametrize("program", _PROGRAMS)
def test_every_answer_to_every_pack_comes_back(program: str, tool: Tool, built: Built, tmp_path: Path) -> None:
    for pack in tool.packs:
        if pack.fillable:
            fields, out = pack_fields(tool, pack), tmp_path / f"{pack.id}.pdf"
            _PROGRAMS[program](built.packs / f"{pack.id}.pdf", fields, sample_answers(fields), out)

            assert read_answers(out, fields) == sample_answers(fields)
            assert read_pack_id(out) == pack_id(tool, pack)
