"""Bad local folders: every fault is named with file and line, and all of them at once."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from pmdiag_build.content.documents import mapping
from pmdiag_build.content.model import Tool
from pmdiag_build.load import read_documents
from pmdiag_build.local import typed
from pmdiag_build.local.read import DEFAULTS
from pmdiag_build.resources import LAYOUTS
from tests.commands import call_pmdiag
from tests.content.test_faults import BAD_NAMES
from tests.local.conftest import Version

pytestmark = pytest.mark.slow

INDENT = "This is not YAML: the indent of"
ADD_CHANGE = "Add change: wording if it says the same in other words, change: meaning if it asks something else"
LOCAL = 'id: ours\nname: "Our Council"\nbase: "2013"\n'
PAGE = '---\ntitle: "T"\ndescription: "D."\n'


def test_all_faults_of_a_folder_are_reported_at_once(version: Version) -> None:
    version.write(
        "local.yaml",
        LOCAL + 'brand:\n  logo: logo.png\n  logo_text: "Our Council"\n  colours:\n    link: "#ffcc00"\n',
    )
    version.write("images/logo.png", b"GIF89a")
    version.write("images/old.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>')
    version.write("framework.yaml", '\nfeatures:\n  "4":\n    statements:\n      "4.6":\n        unused: "No"\n')
    version.write("tool.yaml", "title: [One, Two]\n")
    version.write("words/site.yaml", "skip_lnik:\n  national: Skip\n  ours: Jump\n  change: wording\n")
    version.write("guide/latin.md", PAGE.encode() + "---\n\nCafé\n".encode("cp1252"))
    version.write("packs/interview.yaml", 'title: "Interview"'.encode("utf-16"))
    version.write("terms.yaml", 'terms:\n  - national: "organisatio"\n    ours: "team"\n    change: wording\n')
    version.write("notes.txt", "Call Ann")
    version.write("national/guide/features.md", "---\n---\n")

    assert sorted(version.faults()) == sorted(
        [
            (
                "ours/local.yaml:8: #ffcc00 on #ffffff has a contrast of 1.5 : 1, at least 4.5 : 1 is needed. "
                "Choose a darker colour on a light ground, or a lighter one on a dark ground."
            ),
            (
                "ours/local.yaml:8: #ffcc00 on #f2f5f6 has a contrast of 1.4 : 1, at least 4.5 : 1 is needed. "
                "Choose a darker colour on a light ground, or a lighter one on a dark ground."
            ),
            "ours/images/logo.png: The file is not a PNG image. Export it again as PNG or SVG.",
            ("ours/framework.yaml:5: There is no “4.6” in “statements”. Did you mean “4.5”?"),
            (
                "ours/tool.yaml:1: The national wording that “title” replaces is not recorded. Write under it three "
                "lines: national: “Performance Management Diagnostic Tool for Children's Services”, ours: your "
                "wording, change: wording or meaning."
            ),
            "ours/words/site.yaml:1: There is no “skip_lnik” in “the file”. Did you mean “skip_link”?",
            "ours/guide/latin.md:6: There is a character that is not UTF-8. Save the file as UTF-8.",
            "ours/packs/interview.yaml: The file is saved as UTF-16. Save it as UTF-8.",
            (
                "ours/terms.yaml:2: The term “organisatio” appears only as part of a word (“organisation”). "
                "Write the whole word: only whole words are replaced."
            ),
            "ours/notes.txt: Nothing uses this file. Remove it, or see README.md for where things go.",
            (
                "ours/national/guide/features.md: This is a copy of a national page that no page of this version "
                "replaces. Remove it, or put your page at guide/features.md."
            ),
        ]
    )


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("terms.yaml.txt", "Rename it terms.yaml."),
        ("framework.yml", "Rename it framework.yaml."),
        ("Framework.yaml", "Rename it framework.yaml."),
        ("framework.txt", "Rename it framework.yaml."),
        ("pages/privacy.md", "Move it to guide/privacy.md."),
        ("privacy.md.txt", "Move it to guide/privacy.md."),
        ("guide/privacy.txt", "Rename it privacy.md."),
        ("guide/our-page.md.txt", "Rename it our-page.md."),
        ("guide/texts/our-page.md", "Move it to guide/our-page.md."),
        ("packs/framework.yaml", "Move it to framework.yaml."),
        ("record.yaml", "Move it to templates/record.yaml."),
        ("workshop.yaml", "Move it to packs/workshop.yaml or templates/workshop.yaml."),
        ("logo.svg", "Move it to images/logo.svg."),
        ("guide/README.md.txt", "Rename it README.md."),
        ("local.yml", "Move its contents to local.yaml, then remove it."),
        ("minutes.docx", "Remove it, or see README.md for where things go."),
        ("notes.txt", "Remove it, or see README.md for where things go."),
    ],
)
def test_the_right_place_of_a_misplaced_file_is_named(version: Version, name: str, fix: str) -> None:
    version.write(name, "features: {}\n")
    version.write("national/guide/privacy.md", "---\ntitle: T\n---\n\nText\n")
    copy = (
        "ours/national/guide/privacy.md: This is a copy of a national page that no page of this version replaces. "
        "Remove it, or put your page at guide/privacy.md."
    )

    # The copy of a misplaced page is still needed.
    rest = [] if "privacy" in name else [copy]
    assert [f"ours/{name}: Nothing uses this file. {fix}", *rest] == version.faults()


@pytest.mark.parametrize(
    ("name", "fix"), [("Our review.md", "our-review.md"), ("Café.md", "cafe.md"), ("nul.md", "our-page.md")]
)
def test_a_page_with_an_invalid_name_gets_a_suggestion(version: Version, name: str, fix: str) -> None:
    version.write(f"guide/{name}", PAGE + "---\n\nText\n")

    assert [
        f"ours/guide/{name}: “{name[:-3]}” can't be a name. Rename it {fix}; it becomes part of an address."
    ] == version.faults()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no files of these names")
@pytest.mark.parametrize("place", ["guide/{}.md", "packs/{}.yaml"])
def test_names_of_local_pages_and_packs_follow_the_same_rules(version: Version, place: str) -> None:
    names = [*BAD_NAMES, *(("site", "packs", "whole") if place.startswith("packs") else ())]
    for name in names:
        version.write(place.format(name), "")

    found = version.faults()

    assert len(names) == len(found)
    assert all("can't be a name. Rename it " in said for said in found)


def test_a_misplaced_logo_is_not_also_reported_missing(version: Version) -> None:
    version.write("local.yaml", LOCAL + 'brand: {logo: a.svg, logo_text: "A"}\n')
    version.write("pictures/a.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>')

    assert ["ours/pictures/a.svg: Nothing uses this file. Move it to images/a.svg."] == version.faults()


@pytest.mark.parametrize("command", ["check", "change"])
def test_a_misnamed_local_yaml_is_recognised(version: Version, command: str) -> None:
    (version.folder / "local.yaml").rename(version.folder / "local.yaml.txt")
    outcome = call_pmdiag("local", command, version.folder, *(["3.3"] if command == "change" else []))

    assert outcome.code == (3 if command == "check" else 2)
    assert (
        f"{version.folder}: This is not the folder of a local version: it has no local.yaml. "
        "Rename its file local.yaml.txt to local.yaml.\n"
    ) == outcome.stderr


def test_an_unused_image_is_reported(version: Version) -> None:
    version.write("images/old.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>')

    assert [
        "ours/images/old.svg: No page uses this image. Name it in a page or as the logo, or remove it."
    ] == version.faults()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("local.yaml", LOCAL + "brand:\n logo: a.svg\n  logo_text: A\n"),
        ("local.yaml", LOCAL + "brand:\n  logo: a.svg\n  logo_txt: A\n"),
        ("guide/ours.md", PAGE + "---\n\n![A](a.svg) café\n"),
        ("guide/ours.md", "title: T\n\n![A](a.svg)\n"),
        ("packs/workshop.yaml", 'opening: {privacy: {help: {national: "x", ours: "![A](a.svg)"}}}\n'),
    ],
)
def test_nothing_is_reported_missing_that_a_faulty_file_may_contain(version: Version, name: str, text: str) -> None:
    version.write("images/a.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>')
    version.write(name, text.encode("cp1252"))
    version.write("guide/second.md", PAGE + "after: first\n---\n\nText\n")
    version.write("guide/first.md", "---\ntitle: T\n  description: D\nafter: how-to-answer\n---\n\nText\n")

    assert sorted({f"ours/{name}", "ours/guide/first.md"}) == sorted(said.split(":")[0] for said in version.faults())


def test_a_refused_statement_is_not_also_reported_missing(version: Version) -> None:
    version.write(
        "framework.yaml",
        'features: {"3": {statements: {"3.L1": {text: [x]}, "3.L2": {text: "New", after: "3.L1"}}}}\n',
    )

    assert [
        "ours/framework.yaml:1: The added statement 3.L1 has no text. Write text: and its wording under it."
    ] == version.faults()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("local.yaml", "id: ours\nname: U\n", "ours/local.yaml:1: The key “base” is missing in the file."),
        (
            "local.yaml",
            LOCAL + "brand:\n  colour: {}\n",
            "ours/local.yaml:5: The key “colour” is not known here. Did you mean “colours”?",
        ),
        (
            "local.yaml",
            LOCAL + "brand:\n  colours:\n    link: blue\n",
            "ours/local.yaml:6: “link” can't be “blue”. Write a colour like \"#17505c\", in quotation marks.",
        ),
        (
            "local.yaml",
            LOCAL.replace("id: ours", "id: |\n  ours"),
            "ours/local.yaml:1: “id” ends in a line break. Write it on the line of its key, in quotation marks.",
        ),
        (
            "local.yaml",
            LOCAL + 'brand:\n  colours:\n    link: "#17505c\\n"\n',
            "ours/local.yaml:6: “link” ends in a line break. Write it on the line of its key, in quotation marks.",
        ),
        (
            "local.yaml",
            LOCAL + "brand:\n  logo: a.svg\n  logo_text: A\n",
            "ours/local.yaml:5: There is no image “a.svg” in the folder images. Put the file there.",
        ),
        (
            "local.yaml",
            LOCAL + "keep_on_device: never\n",
            "ours/local.yaml:4: “keep_on_device” can't be “never”. Known here: yes, no.",
        ),
        (
            "local.yaml",
            LOCAL + "role_groups:\n  - name: Top\n    roles: [elected-member, directr]\n",
            "ours/local.yaml:6: There is no role “directr”. Did you mean “director”?",
        ),
        (
            "local.yaml",
            LOCAL + "role_groups:\n  - name: Top\n    roles: [elected-member]\n",
            "ours/local.yaml:6: ",
        ),
        (
            "local.yaml",
            LOCAL + "role_groups:\n  - name: Top\n    roles: [director, elected-member, director]\n",
            "ours/local.yaml:6: The role “director” is in a group already. Leave it in one group only.",
        ),
        (
            "local.yaml",
            LOCAL + "role_groups:\n  - name: Practitioner\n    roles: [director, elected-member]\n",
            "ours/local.yaml:5: “Practitioner” is already the name of a role. Give the group a name of its own.",
        ),
        (
            "framework.yaml",
            'features: {"3": {statements: {"3.9": {text: {national: "x", ours: "y", change: wordings}}}}}\n',
            "ours/framework.yaml:1: The change can't be “wordings”. Did you mean “wording”?",
        ),
        (
            "framework.yaml",
            'features: {"3": {statements: {"3.9": {text: {national: "x", ours: "y"}}}}}\n',
            f"ours/framework.yaml:1: “change” is missing here. {ADD_CHANGE}.",
        ),
        (
            "framework.yaml",
            'features: {"3": {statements: {"3.9": {text: {national: "x", ours: [y], change: wording}}}}}\n',
            "ours/framework.yaml:1: “ours” is not a text. Write a text, as the national one is.",
        ),
        (
            "framework.yaml",
            'features: {"3": {statements: {"3.L1": {text: "New", after: "3.99"}}}}\n',
            "ours/framework.yaml:1: There is no statement “3.99” to put it after. Did you mean “3.9”?",
        ),
        (
            "framework.yaml",
            'features: {"3": {statements: {"3.L1": {text: "New", id: "3.L2"}}}}\n',
            ("ours/framework.yaml:1: The added statement 3.L1 has another id, 3.L2. "
             "Remove id:."),
        ),
        ("layouts", "x", "ours/layouts: This is not a folder. Put a folder with this name in its place."),
        ("national", "x", "ours/national: This is not a folder. Put a folder with this name in its place."),
        ("images", "x", "ours/images: This is not a folder. Put a folder with this name in its place."),
        ("framwork.yaml", "a: b\n", ("ours/framwork.yaml: The national content has no such file. "
         "Did you mean “framework.yaml”?")),
        ("corrections.yaml", "groups: []\n", ("ours/corrections.yaml: This file is about the national text and can't "
         "change. Remove it.")),
        ("guide/features.md", PAGE + "change: wording\n---\n\nText\n",
         ("ours/guide/features.md:1: The national page that this one replaces is not recorded. Put a copy of the "
         "national page at national/guide/features.md.")),
        ("guide/featurs.md", PAGE + "change: wording\n---\n\nText\n",
         ("ours/guide/featurs.md:4: There is no national page “guide/featurs.md” to replace. "
         "Did you mean “guide/features.md”?")),
        ("guide/ours.md", PAGE + "after: how-to-anser\n---\n\nText\n",
         "ours/guide/ours.md:4: There is no page “how-to-anser” in the navigation. Did you mean “how-to-answer”?"),
        ("guide/ours.md", PAGE + "---\n\n<b>Text</b>\n",
         "ours/guide/ours.md:6: There is HTML in the text: <b>. Use Markdown, or write &lt; for a plain <."),
        ("terms.yaml", 'terms:\n  - {national: members, ours: councillors, change: wording, where: ["4.33"]}\n',
         "ours/terms.yaml:2: There is no page, file or text named “4.33”. Did you mean “4.3”?"),
        ("terms.yaml", "terms:\n" + '  - {national: members, ours: councillors, change: wording}\n' * 2,
         "ours/terms.yaml:3: The term “members” is defined here and at line 2. Keep one of them."),
        ("terms.yaml", 'terms:\n  - {national: members, ours: "<i>us</i>", change: wording}\n',
         "ours/terms.yaml:2: There is HTML in the text: <i>. Use Markdown, or write &lt; for a plain <."),
    ],
)  # fmt: skip
def test_a_fault_is_reported_with_file_line_and_fix(version: Version, name: str, text: str, said: str) -> None:
    version.write(name, text)

    assert any(fault.startswith(said) for fault in version.faults())


@pytest.mark.parametrize(
    ("svg", "said"),
    [
        ("<svg><script>1</script></svg>", "The SVG has a <script>"),
        ('<svg onload="x()"/>', "The SVG runs a script (onload)"),
        ('<svg><image href="http://example.org/a.png"/></svg>', "The SVG refers to “http://example.org/a.png” outside"),
        ("<svg><style>@import 'x.css'</style></svg>", "The SVG's style refers to something outside itself"),
        ('<svg><rect fill="url(http://example.org/#a)"/></svg>', "The SVG refers to something outside itself"),
        ('<!DOCTYPE svg [<!ENTITY a "b">]><svg/>', "The SVG declares an entity"),
        ("<html/>", "The file is not an SVG image"),
        ("no image", "The file is not an SVG image"),
    ],
)
def test_a_logo_can_do_nothing_but_be_looked_at(version: Version, svg: str, said: str) -> None:
    version.write("local.yaml", LOCAL + 'brand: {logo: a.svg, logo_text: "A"}\n')
    version.write("images/a.svg", svg)

    assert any(f"ours/images/a.svg:1: {said}" in fault for fault in version.faults())


def test_a_link_that_leaves_the_folder_is_refused(version: Version) -> None:
    outside = version.folder.parent / "secret.md"
    outside.write_text("secret", encoding="utf-8")
    (version.folder / "guide").mkdir()
    (version.folder / "guide" / "linked.md").symlink_to(outside)

    assert [
        "ours/guide/linked.md: The file is a link to a place outside the folder. Put the file itself there."
    ] == version.faults()


def test_a_folder_that_is_no_local_version_says_how_to_start_one(version: Version) -> None:
    (version.folder / "local.yaml").unlink()
    version.write("Makefile", "It may be any folder: nothing else in it is a mistake.\n")
    outcome = call_pmdiag("local", "check", version.folder)

    assert 3 == outcome.code
    assert (
        f"{version.folder}: This is not the folder of a local version: it has no local.yaml. "
        f"Name the folder that contains it, or start one with pmdiag local new {typed(version.folder)}.\n"
    ) == outcome.stderr


def test_a_large_logo_is_a_notice(version: Version) -> None:
    version.write("local.yaml", LOCAL + 'brand: {logo: a.svg, logo_text: "A"}\n')
    version.write("images/a.svg", f'<svg xmlns="http://www.w3.org/2000/svg"><!--{"x" * 300_000}--></svg>')

    assert [
        "ours/local.yaml:4: The logo is 300 KB, and makes every pack larger. Export it smaller."
    ] == version.notices()


def test_colours_are_checked_against_those_that_the_pages_have() -> None:
    css = (LAYOUTS / "css" / "tokens.css").read_text(encoding="utf-8")
    light = dict(re.findall(r"--colour-([a-z-]+): (#[0-9a-f]{6});", css.partition("@media")[0]))

    assert {key: light[key.replace("_", "-")] for key in DEFAULTS} == DEFAULTS
    assert {"#ffffff", "#f2f5f6"} == {light["paper"], light["tint"]}


def test_an_unknown_placeholder_is_an_error_and_a_missing_one_a_notice(version: Version) -> None:
    national = "This is the version of {name}. It changes the national edition {base}, and lists each change."
    entry = 'footer_local:\n  national: "%s"\n  ours: "%s"\n  change: wording\n'
    version.write("words/site.yaml", entry % (national, "Version of {nmae}, from {base}. {0}"))

    assert [
        "ours/words/site.yaml:3: There is no value for {0}. Known here: base, name.",
        "ours/words/site.yaml:3: There is no value for {nmae}. Did you mean “name”?",
    ] == version.faults()

    version.write("words/site.yaml", entry % (national, "Version of {name}."))

    said = "{base} is left out, so the sentence no longer says it. Put {base} where the value belongs."
    assert [f"ours/words/site.yaml:3: {said}"] == version.notices()


def words(**entries: tuple[str, str]) -> str:
    """A file of words that says key: (national, ours)."""
    return "".join(
        f'{key}:\n  national: "{national}"\n  ours: "{ours}"\n  change: wording\n'
        for key, (national, ours) in entries.items()
    )


def test_words_that_a_workbook_or_a_date_can_not_hold_are_named(version: Version) -> None:
    months = "January February March April May June July August September October November December"
    version.write(
        "words/report.yaml",
        words(
            sheet_roles=("By role", "By role / by team"),
            sheet_comments=("Comments", "What people wrote in their words"),
            sheet_problems=("Problems", "RESPONSES"),
            months=(months, "Jan Feb"),
        ),
    )
    version.write("words/sheet.yaml", words(list_title=("Not in the list", "This is not in the list, we are sorry")))

    fix = "Use at most 31 characters, without [ ] : * ? / \\ and with no ' at either end."
    assert [
        f"ours/words/report.yaml:3: “By role / by team” can't be the name of a sheet. {fix}",
        f"ours/words/report.yaml:7: “What people wrote in their words” can't be the name of a sheet. {fix}",
        (
            "ours/words/report.yaml:11: Two sheets are named “RESPONSES”: sheet_responses and sheet_problems. "
            "Give each its own name."
        ),
        "ours/words/sheet.yaml:3: Its box has room for 32 characters. Shorten it.",
        "ours/words/report.yaml:15: This names 2 months. Write 12, with a space between them.",
    ] == version.faults()


def test_a_left_out_number_of_statements_is_a_notice_and_an_unknown_name_an_error(version: Version) -> None:
    national = "- Dots of a single colour, 8 to 12 mm wide: {statements} for each person. A felt pen will do too."
    body = next(line for line in _workshop().splitlines() if "Dots" in line)
    assert national == body.strip()
    whole = json.dumps(_workshop())
    entry = "bring:\n  body:\n    national: %s\n    ours: %s\n    change: wording\n"
    version.write("templates/workshop.yaml", entry % (whole, '"Bring {statemens} dots."'))

    said = "There is no value for {statemens}. Did you mean “{statements}”?"
    assert [f"ours/templates/workshop.yaml:4: {said}"] == version.faults()

    version.write("templates/workshop.yaml", entry % (whole, '"Bring dots."'))

    assert [
        (
            "ours/templates/workshop.yaml:2: {statements} is left out, so the text no longer says how many there "
            "are. Put {statements} where the number belongs."
        )
    ] == version.notices()


def _workshop() -> str:
    return str(mapping(mapping(read_documents()["templates/workshop.yaml"].data)["bring"])["body"])


@pytest.mark.skipif(sys.platform == "win32", reason="links want a right there")
def test_a_linked_folder_is_reported(version: Version, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (version.folder / "guide").symlink_to(tmp_path / "shared")

    assert [
        "ours/guide: This is a link to a folder, and such links are not followed. Put the folder itself there."
    ] == version.faults()


@pytest.mark.parametrize(
    ("layout", "said"),
    [
        (
            "A\n{{ 1 / 0 }}",
            "ours/layouts/site/guide.html:2: The layout can't be filled in: division by zero. Correct that line.",
        ),
        ('{{ "a" + 1 }}', "ours/layouts/site/guide.html:1: The layout can't be filled in: can only concatenate str"),
        (
            '{% include "site/guide.html" %}',
            "ours/layouts/site/guide.html:1: The layout can't be filled in: maximum recursion",
        ),
        (
            "caf\udce9",
            "ours/layouts/site/guide.html:1: There is a character that is not UTF-8. Save the file as UTF-8.",
        ),
    ],
)
def test_errors_of_a_layout_are_reported_with_their_line(version: Version, layout: str, said: str) -> None:
    (version.folder / "layouts" / "site").mkdir(parents=True)
    (version.folder / "layouts" / "site" / "guide.html").write_bytes(layout.encode("utf-8", "surrogateescape"))
    outcome = call_pmdiag("check", "--local", version.folder)

    assert 3 == outcome.code
    assert outcome.stderr.startswith(said)
    assert 1 == len(outcome.stderr.splitlines())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("## Main\n", "ours/guide/p.md:6: Two places on this page have the id “main”"),
        (
            "*a **b " * 900 + "c** d*" * 900,
            "ours/guide/p.md: Formatting is nested too deeply in the text that begins “*a",
        ),
        ("# Page\n", "ours/guide/p.md:6: This heading is as large as the page's title."),
    ],
)
def test_faults_of_the_finished_page_are_reported_with_its_file(version: Version, text: str, said: str) -> None:
    version.write("guide/p.md", f"{PAGE}---\n\n{text}")
    outcome = call_pmdiag("check", "--local", version.folder)

    assert 3 == outcome.code
    assert outcome.stderr.startswith(said)
    assert 1 == len(outcome.stderr.splitlines())


def test_a_drawing_of_a_version_is_named_with_its_folder(version: Version) -> None:
    version.write("local.yaml", LOCAL + 'brand: {logo: a.svg, logo_text: "A"}\n')
    version.write("images/a.svg", '<!DOCTYPE svg>\n<svg xmlns="http://www.w3.org/2000/svg"/>')

    assert "ours/images/a.svg:1: The SVG has a <!DOCTYPE>. " in (call_pmdiag("check", "--local", version.folder).stderr)


TERM = "terms:\n  - {national: %s, ours: %s, change: wording}\n"


@pytest.mark.parametrize(
    ("national", "ours", "level"),
    [
        ("Limited", "Red", "Limited"),
        ("Developing", "Emerging", "Developing"),
        ("Effective", "Effectiv", "Effective"),
        ('"Limited, Developing or Effective"', '"red, amber or green"', "Developing"),
        ('"some at Effective"', '"some at Good"', "Effective"),
    ],
)
def test_no_term_renames_a_level(version: Version, national: str, ours: str, level: str) -> None:
    version.write("terms.yaml", TERM % (national, ours))

    said = f"“{level}” is a level, and levels have the same names for every organisation. Remove this term."
    assert [f"ours/terms.yaml:2: {said}"] == version.faults()


def test_a_term_that_is_a_small_word_leaves_the_level_alone(version: Version) -> None:
    version.write("terms.yaml", TERM % ("effective", "successful"))
    tool = version.load()

    assert ["Limited", "Developing", "Effective"] == [level.label for level in tool.framework.levels]
    assert "Limited, Developing or Effective" in tool.framework.prompts["rate"].text
    assert any("successful" in statement.text for statement in tool.framework.statements)


def test_no_term_goes_into_what_a_level_means(version: Version, tool: Tool) -> None:
    version.write("terms.yaml", TERM % ("evidence", "proof"))

    assert tool.framework.levels == version.load().framework.levels


@pytest.mark.parametrize(
    "levels",
    [
        'levels: {L: {label: "Red"}}',
        "levels: [{code: L, label: {national: Limited, ours: Red, change: wording}}]",
        "levels: {L: {code: {national: L, ours: R, change: wording}}}",
        "levels: {national: x, ours: y, change: wording}",
    ],
)
def test_the_framework_of_a_version_can_not_change_levels(version: Version, levels: str) -> None:
    version.write("framework.yaml", f"{levels}\n")

    said = "“levels” can't change in a local version. Remove it: levels are the same for every organisation."
    assert [f"ours/framework.yaml:1: {said}"] == version.faults()


def test_a_text_that_names_only_some_levels_is_an_error_and_one_that_names_none_a_notice(version: Version) -> None:
    rate = "Please indicate the appropriate level for each (Limited, Developing or Effective)"
    entry = 'prompts:\n  rate:\n    text:\n      national: "%s"\n      ours: "%s"\n      change: wording\n'
    version.write("framework.yaml", entry % (rate, "Say which: Limited, Emerging or Effective"))
    said = "and levels have the same names for every organisation. Write Limited, Developing, Effective as the"

    assert [f"ours/framework.yaml:3: “Developing” is left out, {said} national text does."] == version.faults()

    version.write("framework.yaml", entry % (rate, "Red, amber or green"))
    (found,) = version.notices()
    assert found.startswith(f"ours/framework.yaml:3: “Limited”, “Developing”, “Effective” are left out, {said}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<b>New</b>", "There is HTML in the text: <b>. Remove it: this text is printed as it is."),
        ("A **new** one", "There is formatting in the text: **new**. Remove it: this text is printed as it is."),
        ("See [ours](page:index)", "There is formatting in the text: [ours](page:index). Remove it: this text is"),
        ("All {statments}", "There is no value for {statments}. Did you mean “{statements}”?"),
        ("All { Statements }", "There is no value for { Statements }. Did you mean “{statements}”?"),
        ("Our {name}", "There is no value for {name}. Known here: {statements}."),
    ],
)
def test_what_a_statement_can_not_have_is_named(version: Version, text: str, said: str) -> None:
    added = 'features:\n  "3":\n    statements:\n      "3.L1":\n        text: "%s"\n'
    version.write("framework.yaml", added % text)

    assert version.faults()[0].startswith(f"ours/framework.yaml:4: {said}")


def test_an_added_statement_may_say_how_many_there_are(version: Version) -> None:
    text = "We read all {statements} of them."
    version.write("framework.yaml", f'features: {{"3": {{statements: {{"3.L1": {{text: "{text}"}}}}}}}}\n')

    assert "We read all 42 of them." in [statement.text for statement in version.load().framework.statements]


def test_html_in_other_plain_texts_is_named(version: Version) -> None:
    version.write("local.yaml", LOCAL.replace("Our Council", "<i>Our</i> Council"))
    version.write("guide/ours.md", PAGE.replace('"T"', '"<b>T"') + "---\n\nText\n")
    version.write(
        "words/site.yaml",
        'skip_link:\n  national: "Skip to main content"\n  ours: "<a>Skip</a>"\n  change: wording\n',
    )

    assert ["ours/guide/ours.md:2", "ours/local.yaml:2", "ours/local.yaml:2", "ours/words/site.yaml:3"] == [
        said.split(": ")[0] for said in sorted(version.faults()) if "There is HTML in the text: <" in said
    ][:4]


def test_a_malformed_colour_hides_no_other_fault_of_the_brand(version: Version) -> None:
    version.write(
        "local.yaml",
        LOCAL + 'brand:\n  logo: gone.svg\n  colours:\n    brand: teal\n    link: "#ffcc00"\n    on_brand: "#ffffff"\n',
    )
    ratio = "has a contrast of"

    assert [
        'ours/local.yaml:7: “brand” can\'t be “teal”. Write a colour like "#17505c", in quotation marks.',
        f"ours/local.yaml:8: #ffcc00 on #ffffff {ratio} 1.5 : 1, at least 4.5 : 1 is needed.",
        f"ours/local.yaml:8: #ffcc00 on #f2f5f6 {ratio} 1.4 : 1, at least 4.5 : 1 is needed.",
        "ours/local.yaml:5: There is no image “gone.svg” in the folder images.",
    ] == [re.sub(r"(needed|images)\. .*", r"\1.", said) for said in version.faults()]


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ('  - national: "members"\nours: "us"\nchange: wording\n',
         ["3: “ours” and “change” are too far to the left. Put 4 spaces before each."]),
        ('- national: "members"\n  ours: "us"\nchange: wording\n',
         ["4: “change” is too far to the left. Put 2 spaces before “change”."]),
        ('  - national: "members"\n  - ours: "us"\n  - change: wording\n',
         ["3: The sign - before “ours” begins a new entry. Put a space in its place.",
          "4: The sign - before “change” begins a new entry. Put a space in its place."]),
        ('  national: "members"\n  ours: "us"\n  change: wording\n',
         ["1: “terms” is not a list. Put - and a space before “national”, and two spaces before the lines under it."]),
        ('  - national: "members"\n    ours: "us"\n', [f"2: The key “change” is missing in this entry. {ADD_CHANGE}."]),
        ('  - national: "members"\n    ours: "us"\n    change:\n', ["4: “change” is empty. Write wording or meaning."]),
        ('  - national: "members"\n  ours: "us"\n    change: wording\n',
         [f"3:3: {INDENT} “ours” is 2 spaces, and that of the lines beside it 4. Put 4 spaces before “ours”."]),
    ],
)  # fmt: skip
def test_a_wrong_indent_of_a_term_is_one_problem(version: Version, terms: str, said: list[str]) -> None:
    version.write("terms.yaml", f"terms:\n{terms}")

    assert [f"ours/terms.yaml:{one}" for one in said] == version.faults()


@pytest.mark.parametrize(
    ("below", "said"),
    [
        ('          national: "x"\n        ours: "y"\n        change: wording\n',
         "7: “ours” and “change” are too far to the left. They belong under “text”, two spaces further in."),
        ('          national: "x"\n          ours: "y"\n        change: wording\n',
         "8: “change” is too far to the left. It belongs under “text”, two spaces further in."),
        ('          national: "x"\n        ours: "y"\n          change: wording\n',
         f"7: {INDENT} “ours” is 8 spaces, and that of the lines beside it 10. Put 10 spaces before “ours”."),
        ('          national: "x"\n          ours: "y"\n          change:\n',
         "8: The change can't be “”. Write wording or meaning after it."),
    ],
)  # fmt: skip
def test_a_wrong_indent_of_a_changed_text_is_one_problem(version: Version, below: str, said: str) -> None:
    version.write("framework.yaml", f'features:\n  "3":\n    statements:\n      "3.3":\n        text:\n{below}')

    assert [f"ours/framework.yaml:{said}"] == version.faults()


def test_a_statement_without_its_heading_is_named(version: Version) -> None:
    version.write("framework.yaml", 'features:\n  "3":\n    "3.9":\n      unused: "No"\n')

    said = "“3.9” is not under “statements”. Put a line statements: before it, and indent it further."
    assert [f"ours/framework.yaml:3: {said}"] == version.faults()


def test_a_statement_of_ones_own_with_a_national_number_is_told_its_number(version: Version) -> None:
    version.write("framework.yaml", 'features: {"3": {statements: {"3.13": {text: "New"}}}}\n')

    fix = "Give a statement of your own an id with an L and one or two figures, such as 3.L1."
    assert [f"ours/framework.yaml:1: There is no “3.13” in “statements”. {fix}"] == version.faults()


def test_a_wording_that_was_written_into_the_wrong_line_is_named(version: Version) -> None:
    entry = 'skip_link:\n  national: "Go to the text"\n  ours: "Skip to main content"\n  change: wording\n'
    version.write("words/site.yaml", entry)

    what = "“national” was changed here, and “ours” is still the national wording of “skip_link”."
    fix = "Put your wording after ours:, and the national one after national:."
    assert [f"ours/words/site.yaml:1: {what} {fix}"] == version.faults()


def test_a_logo_under_another_name_is_one_problem(version: Version) -> None:
    version.write("local.yaml", LOCAL + 'brand: {logo: logo.svg, logo_text: "A"}\n')
    version.write("images/Logo.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>')

    said = "There is no image “logo.svg” in the folder images. Did you mean “Logo.svg”?"
    assert [f"ours/local.yaml:4: {said}"] == version.faults()


def test_html_in_a_pack_of_a_version_is_named_with_its_own_file(version: Version) -> None:
    national = mapping(read_documents()["packs/interview.yaml"].data)["opening"]
    assert isinstance(national, list)
    id, text = (str(mapping(national[0])[key]) for key in ("id", "help"))
    entry = {"id": id, "help": {"national": text, "ours": "A <b>word</b>", "change": "wording"}}
    version.write("packs/interview.yaml", json.dumps({"opening": [entry]}))

    assert version.faults()[0].startswith("ours/packs/interview.yaml:1: There is HTML in the text: <b>. ")


def test_folders_without_end_and_huge_files_are_named(version: Version, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(version.folder)
    for _ in range(30):
        Path("d").mkdir()
        monkeypatch.chdir("d")
    version.write("terms.yaml", "#" * 3_000_000)
    monkeypatch.chdir(version.folder.parent)
    outcome = call_pmdiag("check", "--local", "ours")

    assert 3 == outcome.code
    assert ["Make it smaller.", "Remove this folder."] == sorted(
        said.rpartition(". ")[2] for said in outcome.stderr.splitlines()
    )
    assert "ours/terms.yaml: The file is 3.0 MB, more than the 2.0 MB that are read. " in outcome.stderr
