"""Tool + pack → the HTML page of a pack, with its parts and its style sheet.

A PDF is made in two steps: `pack_html` is pure and quick; `render_pack` (publish/forms) is slow, needs WeasyPrint and
takes only values that can be sent to a worker. `Job.key` (workers.py), a hash of the page, its fields, the fonts, the
code and the libraries, says whether a pack is already made.
"""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

import jinja2
from markupsafe import Markup

from pmdiag_build.content.field_names import FOR_LAYOUTS, record_name
from pmdiag_build.content.fields import RECORDS, anchor_of, footer_of, pack_fields, pack_id, page_of, title_of
from pmdiag_build.content.model import LANGUAGE, Pack, Section, Tool
from pmdiag_build.content.model import fill as fill_text
from pmdiag_build.problems import EnvironmentFailed, Fault
from pmdiag_build.publish.pack_pages import (
    in_two_columns,
    large_row_classes,
    record_rules,
    sheets,
    statement_rules,
    views_rules,
    wall_rules,
    wall_stages,
)
from pmdiag_build.rendering.markdown import Link, read_markdown
from pmdiag_build.rendering.page import MM_OF_A_POINT, width_of
from pmdiag_build.rendering.templates import fill, style_sheets

LARGE_MARGIN = 15.0
_PAGE_NUMBER = re.compile(r"\d+(?=\s*$)")


@dataclass(frozen=True, slots=True)
class PackProse:
    """Renders Markdown for one pack: links within it, page references with real numbers, pictures.

    `within` are the pages of the site that the pack contains. `elsewhere` is the sentence for a reference to any other
    page, with `{reference}`. `images` are the files that content may show.
    """

    within: Collection[str]
    elsewhere: str
    images: Mapping[str, bytes]

    def __call__(self, text: str, file: str = "content") -> Markup:
        """HTML with headings from `<h3>` on: the part's own title is the `<h2>`. `file` is where the text is from."""
        # Without ids: two pages may have the same heading.
        return read_markdown(text, self._resolve, heading_level=3, anchors=False, file=file).html

    def image(self, name: str) -> str:
        """The address of an image, with the image in it, so that a pack's page needs no file of the content."""
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return f"data:{kind};base64,{base64.b64encode(self.images[name]).decode()}"

    def _resolve(self, target: str, words: str) -> Link | str | None:
        if target.startswith("page:"):
            return self._page(target[5:].split("#")[0], words)
        if target in self.images:
            return Link(self.image(target))
        return Link(target) if target.startswith(("https:", "http:", "mailto:", "tel:")) else None

    def _page(self, page: str, words: str) -> Link | str | None:
        """A link whose words name a page number, such as `[page 7](page:features)` in the source, is a reference: the
        style sheet prints the real number instead."""
        numbered = any(sign.isdecimal() for sign in words)
        if page not in self.within:
            return fill_text(self.elsewhere, reference=words) if numbered else None
        if numbered:
            return Link(f"#{page}", {"class": "reference"}, _PAGE_NUMBER.sub("", words))
        return Link(f"#{page}", {"class": "within"})


def pack_title(tool: Tool, pack: Pack) -> str:
    """The document title, which a window or tab shows."""
    return fill(tool.words["pack"]["document_title"], pack=pack.title, tool=tool.title).unescape()


def pack_html(
    tool: Tool, pack: Pack, environment: jinja2.Environment, counts: Mapping[str, str] = MappingProxyType({})
) -> str:
    """A pack as one HTML page with its style sheet. Only fonts and pictures of the layouts are outside it.

    `counts` are sentences about a round of answers by feature id, printed beside the features of the summary; the one
    about the whole round has an empty id.

    Raises ContentWrong if the pack needs something that the content does not have.
    """
    parts = pack_parts(tool, pack)
    prose = PackProse(anchors(parts), tool.words["pack"]["reference_elsewhere"], tool.images)
    good = page_of(tool, "good")
    words = tool.words["pack"]
    fields = {field.name: field for field in pack_fields(tool, pack)}
    reference = tool.record.field("reference").label if record_name("reference") in fields else ""
    return environment.get_template("pack/pack.html").render(
        tool=tool,
        pack=pack,
        parts=[_with_body(tool, part, prose) for part in parts],
        prose=prose,
        image=prose.image,
        style=partial(without_unused_rules, _style_of(tool, pack, environment, reference)),
        fields=fields,
        reference_line=_reference_line(pack, reference) if reference else "",
        names=FOR_LAYOUTS,
        words=words,
        levels=tool.framework.levels,
        pack_id=pack_id(tool, pack),
        title=pack_title(tool, pack),
        good_title=good.title if good else "",
        record=next((part.anchor for part in parts if part.section.kind in RECORDS), ""),
        sheets_of={feature.id: sheets(feature) for feature in tool.framework.features},
        wall_stages=partial(wall_stages, tool),
        spoken=spoken,
        in_two_columns=in_two_columns,
        large_row_classes=partial(large_row_classes, tool),
        wall_count=sum(len(sheets(feature)) + 1 for feature in tool.framework.features),
        counts=counts,
        language=LANGUAGE,
    )


def spoken(body: str) -> list[str]:
    """The passages of a Markdown text that are said aloud: its quotations."""
    return [block for block in body.split("\n\n") if block.lstrip().startswith(">")]


def _reference_line(pack: Pack, label: str) -> str:
    """Where the line for the reference is on each page: left end, height, length and size of letters, in points. The
    style sheets put the word in front of it at the foot of the page."""
    if pack.print == "large":
        left = LARGE_MARGIN + width_of(label, 18) + 3
        return _points(left, 33 - 2 - 6.6, 145 - left, 18 * MM_OF_A_POINT)
    middle = {"A4": 210, "A4 landscape": 297, "A3": 297}[pack.paper] / 2
    return _points(middle + 21, 11, 44, 9 * MM_OF_A_POINT)


def _points(*millimetres: float) -> str:
    return " ".join(f"{value / MM_OF_A_POINT:.2f}" for value in millimetres)


def _with_body(tool: Tool, part: Part, prose: PackProse) -> Part:
    if part.section.kind != "guide":
        return part
    page = tool.pages[part.section.page]
    return replace(part, body=prose(page.body, page.file))


# ---- parts


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a pack as it is found again: `anchor` for links, `title` in the contents and as bookmark.

    `body` is the rendered Markdown of a guide section, otherwise empty.
    """

    section: Section
    anchor: str
    title: str
    body: str = ""


def pack_parts(tool: Tool, pack: Pack) -> tuple[Part, ...]:
    """The parts of a pack in order, without the bodies of guide sections.

    Raises ContentWrong where a section shows a page of the site that the content does not have.
    """
    return tuple(Part(section, anchor_of(tool, section), title_of(tool, pack, section)) for section in pack.sections)


def anchors(parts: Sequence[Part]) -> Mapping[str, str]:
    """Page of the site → anchor in this pack, for the pages that the pack contains."""
    return {part.anchor: part.anchor for part in parts}


# ---- style sheet

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_TOKEN = re.compile(r"--([a-z-]+):\s*([^;]+);")
_USE = re.compile(r"var\(--([a-z-]+)\)")
_RULE = re.compile(r"^(\.[^{}]*)\{[^{}]*\}\n", re.MULTILINE)
_CLASS = re.compile(r"\.([A-Za-z][\w-]*)")
_CLASSES = re.compile(r"""\bclass\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+)""", re.IGNORECASE)
"""Text that looks like the attribute only keeps a rule too many."""
_PAPER = "-on-paper"
"""Ends the name of a token that counts in packs instead of the one without."""
_SHEETS = {"large": "css/pack-large.css", "A4 landscape": "css/pack-landscape.css", "A3": "css/pack-wall.css"}


def _style_of(tool: Tool, pack: Pack, environment: jinja2.Environment, reference: str) -> str:
    """The style sheet of a pack with what is worked out for its pages. `reference` is the word before the line for one
    at the foot of each page; it may be empty."""
    words = tool.words["pack"]
    footer = {
        "footer-pack": footer_of(tool, pack),
        "footer-page": words["page"],
        "footer-of": words["of"],
        "footer-reference": reference,
    }
    worked_out = "".join(rules(tool, pack) for rules in (statement_rules, views_rules, record_rules, wall_rules))
    return pack_style(pack, environment, footer) + worked_out


def pack_style(pack: Pack, environment: jinja2.Environment, said: Mapping[str, str]) -> str:
    """All CSS of a pack. Tokens are replaced by their values: custom properties cost WeasyPrint time per element.

    `said` are the texts of the footer by token: as elements they would cost time on each page.

    Raises EnvironmentFailed if a style sheet uses a token that tokens.css does not define.
    """
    tokens = dict(_TOKEN.findall(_first_block(_read(environment, "css/tokens.css"))))
    tokens |= {token.removesuffix(_PAPER): value for token, value in tokens.items() if token.endswith(_PAPER)}
    tokens |= {token: _string(text) for token, text in said.items()}
    names = ["css/pack.css", *(_SHEETS[key] for key in (pack.print, pack.paper) if key in _SHEETS)]
    css = "".join(_read(environment, name) for name in names)
    missing = sorted(set(_USE.findall(css)) - tokens.keys())
    if missing:
        what = f"The token --{missing[0]} is not defined"
        raise EnvironmentFailed.one("layouts/css/tokens.css", Fault(what, "Define it in :root"))
    return f"@page{{size:{pack.paper}}}\n" + _USE.sub(lambda use: tokens[use[1]], css)


def without_unused_rules(style: str, page: str) -> str:
    """The style sheet without rules for classes that the page does not use: each rule costs WeasyPrint time. Only rules
    that begin with a class are considered."""
    there = {name for found in _CLASSES.findall(page) for name in found.strip("\"'").split()}

    def used(rule: re.Match[str]) -> str:
        selectors = rule[1].split(",")
        return rule[0] if any(":not" in one or there.issuperset(_CLASS.findall(one)) for one in selectors) else ""

    return _RULE.sub(used, style)


def _string(text: str) -> str:
    """A text as a CSS string, escaped so that it can't end the string or the style sheet."""
    return '"' + "".join(c if c.isalnum() or c in " @+.-" else f"\\{ord(c):x} " for c in text) + '"'


def _read(environment: jinja2.Environment, name: str) -> str:
    (text,) = style_sheets(environment, (name,))
    return _COMMENT.sub("", text)


def _first_block(css: str) -> str:
    # The first :root has the tokens for paper; the rest is for dark screens.
    return css[: css.index("}")]
