"""The style sheet of a pack, with tokens replaced by their values."""

from __future__ import annotations

import re
from collections.abc import Mapping

import jinja2

from pmdiag_build.content.model import Pack
from pmdiag_build.problems import EnvironmentFailed, Fault
from pmdiag_build.rendering.page import Page
from pmdiag_build.rendering.templates import style_sheets

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_TOKEN = re.compile(r"--([a-z-]+):\s*([^;]+);")
_USE = re.compile(r"var\(--([a-z-]+)\)")
_RULE = re.compile(r"^(\.[^{}]*)\{[^{}]*\}\n", re.MULTILINE)
_CLASS = re.compile(r"\.([A-Za-z][\w-]*)")
_SHEETS = {"large": "css/pack-large.css", "A4 landscape": "css/pack-landscape.css", "A3 landscape": "css/pack-wall.css"}


def pack_style(pack: Pack, environment: jinja2.Environment, said: Mapping[str, str]) -> str:
    """All CSS of a pack. Tokens are replaced by their values: custom properties cost WeasyPrint time per element.

    `said` are the texts of the footer by token: as elements they would cost time on each page.

    Raises EnvironmentFailed if a style sheet uses a token that tokens.css does not define.
    """
    tokens = dict(_TOKEN.findall(_first_block(_read(environment, "css/tokens.css"))))
    tokens |= {token: _string(text) for token, text in said.items()}
    names = ["css/pack.css", *(_SHEETS[key] for key in (pack.print, pack.paper) if key in _SHEETS)]
    css = "".join(_read(environment, name) for name in names)
    missing = sorted(set(_USE.findall(css)) - tokens.keys())
    if missing:
        what = f"The token --{missing[0]} is not defined"
        raise EnvironmentFailed.one("layouts/css/tokens.css", Fault(what, "Define it in :root"))
    return f"@page{{size:{pack.paper}}}\n" + _USE.sub(lambda use: tokens[use[1]], css)


def of_use(style: str, page: str) -> str:
    """The style sheet without rules for classes that the page does not use: each rule costs WeasyPrint time. Only rules
    that begin with a class are considered."""
    there = {name for _, attributes in Page.of(page).elements for name in attributes.get("class", "").split()}

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
