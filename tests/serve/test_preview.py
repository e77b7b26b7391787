"""The preview without its web server: packs are made again whatever an edit broke."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pmdiag_build.problems import Problem
from pmdiag_build.publish import Inputs
from pmdiag_build.publish.build import pack_jobs
from pmdiag_build.publish.preview import Preview
from pmdiag_build.publish.workers import Job
from pmdiag_build.resources import LAYOUTS
from tests.project import PACK, Project
from tests.waiting import until

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


def test_whoever_asks_while_the_packs_are_prepared_waits_for_the_pack(
    preview: Preview, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[bytes | None] = []
    browser = threading.Thread(target=lambda: given.append(preview.pack(PDF)), daemon=True)

    def prepared_slowly(*of: Any) -> list[Job]:
        browser.start()
        browser.join(timeout=0.5)  # where it takes longer to be answered wrongly, that is not seen
        assert browser.is_alive(), "answered before anybody can know whether there is such a pack"
        return pack_jobs(*of)

    monkeypatch.setattr("pmdiag_build.publish.preview.pack_jobs", prepared_slowly)
    assert preview.refresh()

    assert (until(lambda: given)[0] or b"").startswith(b"%PDF-")


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
