"""What Markdown may hold: links and images that lead somewhere safe, and no raw HTML. Renders nothing."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, replace

from pmdiag_build.problems import Location, Problems, Weight, did_you_mean

_FENCE = re.compile(r"^\s*(```|~~~)")
_CODE = re.compile(r"`+[^`]*`+")
# Looked for at every place, so that an image within a link is found too; its text may hold brackets and line breaks.
_LINK = re.compile(
    r"(?=(?:(?P<image>!)|(?<!!))\[(?P<text>[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*)\]"
    r"\(\s*<?(?P<target>[^)>\s]*)>?[^)]*\))"
)
_REFERENCE = re.compile(r"^[ ]{0,3}\[(?P<text>[^\]]+)\]:\s*<?(?P<target>\S+?)>?(\s|$)", re.MULTILINE)
_AUTOLINK = re.compile(r"<(?P<target>[A-Za-z][A-Za-z0-9+.-]*:[^>\s]*)>")
_HTML = re.compile(r"<(?:/?[A-Za-z][^>]*>?|!--|!\[CDATA\[|\?|![A-Z])")
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:")
_OUTSIDE = ("http:", "https:", "mailto:", "tel:")


@dataclass(frozen=True, slots=True)
class Targets:
    """What links may lead to: ids of pages and packs, names of images."""

    pages: Container[str]
    packs: Container[str]
    images: Container[str]


def check_prose(text: str, file: str, line: int, targets: Targets, problems: Problems) -> None:
    """Adds a problem for each unsafe or dead link and each piece of raw HTML; `line` is that of the first one."""
    first, lines, fenced = line, list[str](), False
    for number, raw in enumerate([*text.split("\n"), ""], line):
        fence = _FENCE.match(raw)
        if fence or fenced or not raw.strip():
            # A link may go over line breaks, but not into another paragraph.
            _check_lines("\n".join(lines), Location(file, first), targets, problems)
            first, lines = number + 1, []
        else:
            lines.append(raw)
        fenced = fenced != bool(fence)


def check_line(raw: str, place: Location, targets: Targets, problems: Problems) -> None:
    """The same for one line of Markdown outside a code block."""
    _check_lines(raw, place, targets, problems)


def _check_lines(lines: str, first: Location, targets: Targets, problems: Problems) -> None:
    text = _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), lines)

    def place(at: int) -> Location:
        return replace(first, line=first.line + text.count("\n", 0, at))

    for found in (*_LINK.finditer(text), *_REFERENCE.finditer(text), *_AUTOLINK.finditer(text)):
        parts = found.groupdict()
        if parts.get("image"):
            _check_image(parts["target"], parts["text"], place(found.start()), targets, problems)
        else:
            _check_link(parts["target"], place(found.start()), targets, problems)
    for html in _HTML.finditer(_AUTOLINK.sub(lambda link: " " * len(link[0]), text)):
        what = f"There is HTML in the text: {html.group()[:40]}"
        problems.add(place(html.start()), what, "Use Markdown, or write &lt; for a plain <")


def _check_link(target: str, place: Location, targets: Targets, problems: Problems) -> None:
    plain = re.sub(r"[\x00-\x20]", "", target)
    scheme = _SCHEME.match(plain)
    if plain.startswith("#"):
        return
    if plain.startswith("page:"):
        _check_known(plain[5:].split("#")[0], "page", targets.pages, place, problems)
    elif plain.startswith("pack:"):
        _check_known(plain[5:], "pack", targets.packs, place, problems)
    elif scheme is None or scheme.group().lower() not in _OUTSIDE:
        problems.add(
            place,
            f"The link “{target[:60]}” leads to no page",
            "Write page:ID or pack:ID for a page or pack of ours, https://… for a page elsewhere",
        )


def _check_known(name: str, kind: str, known: Container[str], place: Location, problems: Problems) -> None:
    if name not in known:
        names = list(known) if isinstance(known, (dict, list, tuple, set, frozenset)) else []
        problems.add(place, f"There is no {kind} “{name}”", did_you_mean(name, sorted(names)), Weight.NOTICE)


def _check_image(target: str, text: str, place: Location, targets: Targets, problems: Problems) -> None:
    if not text.strip():
        problems.add(
            place,
            f"The image “{target[:60]}” has no alternative text",
            "Say between the square brackets what it shows",
            Weight.NOTICE,
        )
    if target not in targets.images:
        problems.add(
            place,
            f"There is no image “{target[:60]}” in the folder images",
            "Put the file there and name it without a path; images from elsewhere are never fetched",
        )
