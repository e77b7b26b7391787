"""The sections of a report → one HTML page that opens from a disk, asks for nothing and runs no script."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from functools import partial

import jinja2
from markupsafe import Markup, escape

from pmdiag_build.rendering.sandbox import is_measured
from pmdiag_build.rendering.templates import data_address, inline, style_sheets
from pmdiag_build.resources import LAYOUTS
from pmdiag_build.results.phrases import grouped
from pmdiag_build.results.views import sections
from pmdiag_build.results.views.about import who_sentences
from pmdiag_build.results.views.parts import ReportInput, Segment

_FAMILY = "AtkinsonHyperlegibleNext"
_FACES = (("Regular", 400, "normal"), ("Italic", 400, "italic"), ("Bold", 700, "normal"))
_STYLES = ("css/tokens.css", "css/report.css")
# A run of letters without a place to break, which would take WeasyPrint seconds and run out of any column.
_UNBROKEN = re.compile(r"\S{31,}")
_BREAK_AFTER = 30
_LINE_END = re.compile("[\x85\u2028\u2029]")
"""What ends a line beside LF; WeasyPrint fails on some of them."""

# C0 and C1 controls, lone surrogates and noncharacters are not allowed in HTML; line ends were dealt with before.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def report_html(report: ReportInput, env: jinja2.Environment) -> str:
    """The report as a page. `env` is the one environment of all layouts."""
    env = env.overlay()
    drawn: set[tuple[int, int]] = set()
    env.filters = {**env.filters, "number": number, "shown": shown, "width": partial(_width, drawn)}
    places = {
        "tool": report.tool,
        "words": report.tool.words["report"],
        "heading": report.heading,
        "levels": report.tool.framework.levels,
        "sections": sections(report),
    } | _head(report)
    main = Markup(env.get_template("report/main.html").render(places))  # noqa: S704 — a layout made it, with escaping on
    style, allowed = inline("\n".join([*_fonts(), *style_sheets(env, _STYLES), *_widths(drawn)]))
    policy = f"{allowed}; font-src data:; img-src data:; base-uri 'none'; form-action 'none'"
    page = env.get_template("report/report.html").render(places, main=main, policy=policy, style=style)
    if is_measured(env):
        # Imported here: a browser, which has no local versions, has not all that it needs.
        from pmdiag_build.rendering.layout_checks import refuse_active

        refuse_active(env, page, policy, "report/report.html")
    return page


def _head(report: ReportInput) -> dict[str, str]:
    """What is at the head of the page, and what a PDF says of itself."""
    tool = report.tool
    logo = tool.local.brand.logo if tool.local else ""
    return {
        "subject": " ".join([*who_sentences(report)[:1], tool.title]),
        "area": report.area,
        "logo": data_address(logo, tool.images[logo]) if logo else "",
    }


def _fonts() -> Iterator[str]:
    for name, weight, style in _FACES:
        data = base64.b64encode((LAYOUTS / "fonts" / f"{_FAMILY}-{name}.woff2").read_bytes()).decode()
        yield (
            f'@font-face {{ font-family: "Atkinson Hyperlegible Next"; font-weight: {weight}; font-style: {style}; '
            f"src: url(data:font/woff2;base64,{data}) }}"
        )


def _width(drawn: set[tuple[int, int]], segment: Segment) -> str:
    """The class that gives a piece of a bar its length; noted in `drawn`."""
    drawn.add((segment.n, segment.full))
    return f"w{segment.n}-{segment.full}"


def _widths(drawn: Iterable[tuple[int, int]]) -> Iterator[str]:
    """A rule for each length of bar: the policy allows no style attribute."""
    for n, full in sorted(drawn):
        yield f".w{n}-{full} {{ width: {100 * n / full:.3f}% }}"


def number(value: str | int) -> str:
    """A count as it is printed; words stay words."""
    return grouped(value) if isinstance(value, int) else value


def shown(text: str) -> Markup:
    """A text that somebody typed: inert, without characters that HTML can't contain, and never too long to break."""
    if _LINE_END.search(text):
        return Markup("<br>").join(map(shown, filter(None, _LINE_END.split(text))))
    if not _UNPRINTABLE.search(text) and not _UNBROKEN.search(text):
        return escape(text)
    text = _UNPRINTABLE.sub(_picture, text)
    pieces = []
    end = 0
    for match in _UNBROKEN.finditer(text):
        word = match[0]
        parts = (escape(word[i : i + _BREAK_AFTER]) for i in range(0, len(word), _BREAK_AFTER))
        pieces += [escape(text[end : match.start()]), Markup("<wbr>").join(parts)]
        end = match.end()
    return Markup("").join([*pieces, escape(text[end:])])


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    return (
        chr(0x2400 + code) if code < 0x20 else "\N{SYMBOL FOR DELETE}" if code == 0x7F else "\N{REPLACEMENT CHARACTER}"
    )
