"""What a local version changes on every page of the site: whose it is, its colours and logo, its own statements."""

from __future__ import annotations

import dataclasses

import pytest
from lxml import html

from pmdiag_build.content.model import Brand, Change, LocalVersion, Tool
from pmdiag_build.problems import Location
from pmdiag_build.publish.site import NOT_FOUND
from pmdiag_build.publish.site.pages import site_files
from pmdiag_build.rendering.templates import environment
from tests.project import asset

LOGO = b'<svg xmlns="http://www.w3.org/2000/svg"/>'


@pytest.fixture(scope="module")
def local_site(tool: Tool) -> dict[str, bytes]:
    change = Change(
        "text", "framework.yaml", "features 3, statements 3.2, text",
        national="Local knowledge is shared", now="Local knowledge is shared", ours="We share <b>what</b> we know",
        kind="meaning", place=Location("framework.yaml", 3),
    )  # fmt: skip
    version = LocalVersion(
        "exampleshire", "Exampleshire Council", "2013", partnership="Exampleshire Together",
        contact="ask@exampleshire.test", footer="Made with our partners.",
        brand=Brand("logo.svg", "Exampleshire", {"brand": "#5c1750", "on_brand": "#fffff0", "link": "#802000"}),
        changes=(change,),
    )  # fmt: skip
    feature = tool.framework.feature("3")
    statements = [
        dataclasses.replace(s, text="We share <b>what</b> we know", origin="local", changed="meaning")
        if s.id == "3.2"
        else dataclasses.replace(s, unused="Answered {elsewhere}")
        if s.id == "3.3"
        else s
        for s in feature.statements
    ]
    features = tuple(
        dataclasses.replace(f, statements=tuple(statements)) if f.id == "3" else f for f in tool.framework.features
    )
    framework = dataclasses.replace(tool.framework, features=features)
    changed = dataclasses.replace(
        tool, edition="2013+exampleshire", framework=framework, local=version, images={"logo.svg": LOGO}
    )
    return site_files(changed, environment(), {})


def test_a_version_can_forbid_that_answers_are_kept_on_the_device(tool: Tool, files: dict[str, bytes]) -> None:
    version = LocalVersion("exampleshire", "Exampleshire Council", "2013", keep_on_device="no")
    forbidden = site_files(dataclasses.replace(tool, local=version), environment(), {})["self-assessment.html"].decode()
    ours = files["self-assessment.html"].decode()

    assert ('data-keep="yes"' in ours, 'id="keep"' in ours) == (True, True)
    assert ('data-keep="no"' in forbidden, 'id="keep"' in forbidden) == (True, False)


def page(site: dict[str, bytes], name: str) -> html.HtmlElement:
    return html.document_fromstring(site[name].decode())


def test_every_page_says_whose_version_it_is(local_site: dict[str, bytes]) -> None:
    for name in (name for name in local_site if name.endswith(".html") and name != NOT_FOUND):
        shown = page(local_site, name)
        assert "Exampleshire Council, Exampleshire Together" in shown.find(".//header").text_content()
        assert shown.xpath("//header//img/@src | //header//img/@alt") == [
            asset(local_site, "images/logo.svg"),
            "Exampleshire",
        ]
        footer = " ".join(shown.find(".//footer").text_content().split())
        assert "version of Exampleshire Council" in footer
        assert "Made with our partners." in footer
        assert "ask@exampleshire.test" in footer


def test_logo_and_colours_travel_with_the_site(local_site: dict[str, bytes], files: dict[str, bytes]) -> None:
    css = local_site[asset(local_site, "site.css")].removeprefix(files[asset(files, "site.css")]).decode()

    assert local_site[asset(local_site, "images/logo.svg")] == LOGO
    assert css == (
        ":root { --colour-brand: #5c1750; --colour-on-brand: #fffff0; }\n"
        "@media print, (prefers-color-scheme: light) { :root { --colour-link: #802000; } }\n"
    )


def test_changed_and_unused_statements_are_marked_in_place(tool: Tool, local_site: dict[str, bytes]) -> None:
    feature = page(local_site, "feature-3.html")
    changed = " ".join(feature.get_element_by_id("s-3-2").text_content().split())
    unused = " ".join(feature.get_element_by_id("s-3-3").text_content().split())

    assert changed == "3.2 We share <b>what</b> we know Local version Changed meaning"
    assert "Not used in this version" in unused
    assert "Answered {elsewhere}" in unused
    asked = page(local_site, "self-assessment.html")
    assert "Changed meaning" in asked.get_element_by_id("rating_3_2").text_content()
    assert asked.xpath("//*[@id='rating_3_3']") == []
