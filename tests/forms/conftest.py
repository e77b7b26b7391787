"""The mini pack, rendered once a worker, and the programs that fill it in."""

from __future__ import annotations

from pathlib import Path

import pytest
import weasyprint

from pmdiag_build.publish.forms import apply_forms
from tests.forms.minipack import LANGUAGE, TITLE, mini_fields, mini_html


def rendered(html: str) -> bytes:
    """HTML → PDF as a pack is rendered, before the form pass."""
    pdf = weasyprint.HTML(string=html).write_pdf(pdf_variant="pdf/ua-1", pdf_forms=True)
    assert isinstance(pdf, bytes)
    return pdf


@pytest.fixture(scope="session")
def raw_pack() -> bytes:
    """The mini pack straight from WeasyPrint."""
    return rendered(mini_html(mini_fields()))


@pytest.fixture(scope="session")
def mini_pack(raw_pack: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The mini pack after the form pass; a file to read, not to write into."""
    path = tmp_path_factory.mktemp("mini") / "mini.pdf"
    path.write_bytes(apply_forms(raw_pack, mini_fields(), title=TITLE, language=LANGUAGE))
    return path
