"""The preview without its web server: packs are made again whatever an edit broke."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pmdiag_build.problems import Problem
from pmdiag_build.publish import Inputs
from pmdiag_build.publish.preview import Preview
from pmdiag_build.resources import LAYOUTS
from tests.project import PACK, Project

pytestmark = pytest.mark.slow

PDF = f"packs/{PACK}.pdf"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "layouts" / "site").mkdir(parents=True)
    return tmp_path / "layouts"


@pytest.fixture
def reported() -> list[Problem]:
    return []


@pytest.fixture
def preview(small_project: Project, own: Path, reported: list[Problem]) -> Iterator[Preview]:
    preview = Preview(Inputs(small_project.content, (own, LAYOUTS)), reported.extend)
    yield preview
    preview.close()


def test_packs_are_made_although_a_layout_of_the_site_is_broken_meanwhile(
    preview: Preview, own: Path, reported: list[Problem]
) -> None:
    layout = own / "site" / "feature.html"
    layout.write_bytes((LAYOUTS / "site" / "feature.html").read_bytes())
    assert preview.refresh([layout])

    layout.write_text("{% if %}", encoding="utf-8")
    assert not preview.refresh([layout])

    assert (preview.pack(PDF) or b"").startswith(b"%PDF-")
    assert any("layouts/site/feature.html" in str(problem) for problem in reported)
    layout.unlink()
    assert preview.refresh([layout])
    assert (preview.pack(PDF) or b"").startswith(b"%PDF-")


def test_an_error_of_ours_is_said_and_packs_are_made_after_the_next_edit(
    preview: Preview, reported: list[Problem], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("pmdiag_build.publish.preview.packs.Worker.render", lambda *_: 1 / 0)
        assert preview.refresh()
        with pytest.raises(Exception, match="ZeroDivisionError"):
            preview.pack(PDF)

    assert preview.refresh()
    assert any("Something went wrong inside pmdiag" in str(problem) for problem in reported)
