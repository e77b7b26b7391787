"""The example as site and packs: its brand, its marks, what it leaves out, and the page that says how it differs."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pmdiag_build.content.documents import mapping, sequence
from pmdiag_build.content.field_names import rating_name
from pmdiag_build.content.fields import pack_fields
from pmdiag_build.content.model import Tool
from pmdiag_build.load import read_documents
from pmdiag_build.output.manifest import compare
from pmdiag_build.problems import Problems
from pmdiag_build.publish import Inputs
from pmdiag_build.publish.build import check, pack_jobs
from pmdiag_build.publish.site import NOT_FOUND, check_links
from pmdiag_build.publish.site.differs import groups
from pmdiag_build.publish.site.pages import PackFacts, site_files
from pmdiag_build.publish.workers import render_one
from pmdiag_build.rendering.templates import environment
from pmdiag_build.resources import CONTENT
from tests.commands import run_pmdiag
from tests.conftest import require
from tests.local.conftest import EXAMPLE, Version
from tests.packs.pdf import boxes
from tests.project import asset

pytestmark = pytest.mark.slow

DIFFERS = "how-this-version-differs.html"


@pytest.fixture(scope="module")
def site(example: Tool) -> dict[str, bytes]:
    facts = {pack.id: PackFacts(1, pack.paper, 1) for pack in example.packs}
    return site_files(example, environment(), facts)


def test_the_example_has_no_problem_of_content_links_or_letters() -> None:
    found = Problems()
    tool = check(Inputs.of(CONTENT, EXAMPLE), found)

    assert [] == list(found)
    assert "2013+exampleshire" == tool.edition


def test_every_page_shows_whose_version_it_is(site: dict[str, bytes]) -> None:
    pages = [html.decode() for name, html in site.items() if name.endswith(".html") and name != NOT_FOUND]
    logo, style = asset(site, "images/logo.svg"), site[asset(site, "site.css")].decode()

    for page in pages:
        assert f'src="{logo}" alt="Exampleshire Council"' in page
        assert "Exampleshire Safeguarding Children Partnership" in page
        assert "performance@exampleshire.example, 01632 960 000" in page
        assert "To be looked at again by 1 September 2027." in page
        assert f'href="{DIFFERS}"' in page
    assert "--colour-brand: #4a2a68;" in style
    assert style.rindex("--colour-brand: #4a2a68") > style.rindex("--colour-brand: #17505c")


def test_local_statements_are_marked_and_unused_ones_say_why(site: dict[str, bytes]) -> None:
    feature = site["feature-2.html"].decode()
    changed = site["feature-5.html"].decode()

    assert "Not used in this version." in feature
    assert "It asks nearly the same as 1.3." in feature
    assert "rating_2_1" not in site["self-assessment.html"].decode()
    assert "rating_2_L1" in site["self-assessment.html"].decode()
    assert "Changed meaning" in changed
    assert "Changed wording" in changed


def test_the_page_of_differences_has_each_kind_once_and_every_place_of_each_term(
    example: Tool, site: dict[str, bytes]
) -> None:
    found = {group.kind: group for group in groups(example)}

    assert ["meaning", "added", "unused", "pages", "wording", "terms"] == list(found)
    assert ["Statement 5.1"] == [row.place for row in found["meaning"].rows]
    assert ["feature-5.html#s-5-1"] == [row.address for row in found["meaning"].rows]
    assert ["Statement 2.L1", "Page: Our review in 2026 and 2027"] == [row.place for row in found["added"].rows]
    assert [("Statement 2.1", True)] == [
        (row.place, row.ours.startswith("It asks nearly")) for row in found["unused"].rows
    ]
    assert {"members": 8, "elected members": 1, "customer feedback": 0} == {
        term.old: len(term.places)
        for term in found["terms"].terms
        if term.old in ("members", "elected members", "customer feedback")
    }
    # A pack and its large print say the same: one row names both.
    assert 2 == sum(bool(row.also) for row in found["wording"].rows)
    for group in found.values():
        for row in group.rows:
            assert row.ours, row.place


def test_links_of_the_page_lead_somewhere(example: Tool, site: dict[str, bytes]) -> None:
    found = Problems()
    packs = {f"packs/{pack.id}.pdf": b"" for pack in example.packs}
    check_links(example, site | packs, found)

    assert [] == list(found)


def test_the_page_of_differences_says_both_numbers(version: Version) -> None:
    version.write("framework.yaml", 'features: {"3": {statements: {"3.9": {unused: "No"}}}}\n')
    national = read_documents()["packs/self-assessment.yaml"]
    text = str(mapping(sequence(mapping(national.data)["opening"])[0])["help"])
    entry = {"id": "what", "help": {"national": text, "ours": "Our {statements} statements.", "change": "wording"}}
    version.write("packs/self-assessment.yaml", json.dumps({"opening": [entry]}))
    row = next(group.rows[0] for group in groups(version.load()) if group.kind == "wording")

    assert row.national.startswith("41 statements about")
    assert "Our 40 statements." == row.ours


def test_search_finds_what_differs(site: dict[str, bytes]) -> None:
    index = site[asset(site, "search-index.js")].decode()
    entries = json.loads(index.partition("= ")[2].rstrip(";\n"))
    differs = [entry for entry in entries if entry["url"].startswith(DIFFERS)]

    assert any("hard to reach groups becomes seldom-heard groups" in entry["text"] for entry in differs)
    assert f"{DIFFERS}#unused" in [entry["url"] for entry in differs]


def test_packs_carry_the_brand_and_the_edition(example: Tool) -> None:
    ids = [pack.id for pack in example.packs]
    for job in pack_jobs(example, ids, environment()):
        assert "data:image/svg+xml;base64," in job.html or job.id == "workshop-wall", job.id
        assert f"{job.id}@2013+exampleshire@" in job.html
        assert "Members and staff" not in job.html
    names = {field.name for field in pack_fields(example, example.pack("interview"))}

    assert "rating_2_L1" in names
    assert "rating_2_1" not in names


def test_the_complete_tool_of_a_local_version_keeps_each_feature_on_facing_pages(example: Tool, tmp_path: Path) -> None:
    (job,) = pack_jobs(example, ["complete"], environment())
    pdf = tmp_path / "complete.pdf"
    pdf.write_bytes(render_one(job, ()).pdf)
    found = boxes(pdf)
    for feature in example.framework.features:
        statements = {box.page for s in feature.used_statements for box in found[rating_name(s.id)]}
        views = {box.page for kind in ("overall", "doing", "improve") for box in found[f"{kind}_{feature.id}"]}

        # Pages count from 0: a left-hand page, and the page that faces it.
        assert [page % 2 for page in statements] == [1]
        assert views == {page + 1 for page in statements}
    assert pdf.stat().st_size < 250_000


def test_layouts_of_a_local_version_go_before_ours_and_belong_to_the_stamp(version: Version) -> None:
    before = Inputs.of(CONTENT, version.folder).stamp()
    version.write("layouts/site/guide.html", '{% extends "site/base.html" %}{% block main %}Ours{% endblock %}\n')
    inputs = Inputs.of(CONTENT, version.folder)
    page = site_files(version.load(), environment(inputs.layouts), {})["privacy.html"].decode()

    assert 2 == len(inputs.layouts)
    assert before != inputs.stamp()
    assert Inputs().stamp() != before
    assert "Ours" in page
    assert "Nothing is scored" not in page


@pytest.mark.slow
def test_the_page_of_differences_is_accessible_on_a_phone_and_on_a_desk(
    site: dict[str, bytes], tmp_path: Path, chromium_browser: Browser, axe_source: str
) -> None:
    for name, content in site.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    for width in (320, 1280):
        context = chromium_browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
        page = context.new_page()
        for name in (DIFFERS, "feature-2.html", "index.html"):
            page.goto((tmp_path / name).as_uri())
            page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
            page.evaluate(axe_source)
            faults = page.evaluate("axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))")
            assert [] == faults, name
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        context.close()


@pytest.mark.slow
def test_two_builds_of_a_local_version_give_the_same_bytes(tmp_path: Path) -> None:
    parts = ("--only", "site", "--only", "self-assessment")
    found = []
    for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo")):
        out = tmp_path / seed
        env = {"PYTHONHASHSEED": seed, "TZ": zone}
        outcome = run_pmdiag("build", "--local", EXAMPLE, "--out", out, *parts, cwd=tmp_path, env=env)
        assert (0, "") == (outcome.code, outcome.stderr)
        found.append({p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()})
    first, second = found

    handed, _, different = compare(tmp_path / "1" / "site")
    assert first == second
    assert ("2013+exampleshire", []) == (handed.edition, different)
    text = subprocess.run(
        (require("pdftotext"), tmp_path / "1" / "packs" / "self-assessment.pdf", "-"),
        capture_output=True,
        check=True,
        encoding="utf-8",
    ).stdout
    assert text.startswith("Exampleshire Council")
    assert "2.1 is not used in this version" in text
