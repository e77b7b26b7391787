"""Checks of the layouts of a local version: each fault is named with file and line, before anything is made of them.

The sandbox stops what these checks do not see. They are there so that a person is told all at once, in plain words.
"""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Iterator, Sequence
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import jinja2
from jinja2 import nodes
from jinja2.meta import find_undeclared_variables

from pmdiag_build.content.files import (
    IMAGE_TYPES,
    LARGEST_IMAGE,
    check_image,
    files_under,
    hides_references,
    leaves,
    plain_address,
    read_bytes,
    read_plain,
    unescaped,
)
from pmdiag_build.problems import ContentWrong, Fault, Location, Problems, did_you_mean, shortened
from pmdiag_build.rendering.page import Elements, Page
from pmdiag_build.rendering.sandbox import FILTERS, TESTS
from pmdiag_build.rendering.templates import environment, layout_name
from pmdiag_build.resources import LAYOUTS

_REPORTS = ("number", "shown", "width")
_FILTERS = (*FILTERS, *_REPORTS)
_LARGEST = {".html": 200_000, ".css": 1_000_000}
"""Bytes of a file; ours have a tenth."""
_FONTS = (".otf", ".ttf", ".woff", ".woff2")
_LISTED = "Use only what README lists under Layouts of your own"
_NO_SCRIPT = Fault("A local version can't have scripts of its own", "Remove it")
_OF_THE_DESK = Fault(
    "The page of the desk is a program, so its layouts can't be replaced",
    "Remove the file; words/desk.yaml changes what the page says",
)
_REFRESHES = Fault("The page would lead to another one by itself", "Remove the <meta>")
_REFRESH = re.compile(r"http-equiv\s*=[\s\"']*refresh", re.I)
_SCRIPT = re.compile(r"assets/(?:answers|minisearch|paper|search|search-index)\.(?:[0-9a-f]{12}\.)?js")
"""The scripts of the site, which a layout may name."""
_ASSET = re.compile(r"""\{\{\s*asset\(\s*(["'])([\w./-]+)\1\s*\)\s*\}\}""")
_PLAIN_ASSET = re.compile(r"""=\s*["']?assets/([\w./-]*)""")
_ACTIVE = frozenset(
    (
        *("animate", "animatemotion", "animatetransform", "applet", "base", "embed", "foreignobject", "frame"),
        *("frameset", "iframe", "object", "portal", "set"),
    )
)
_ADDRESSES = ("action", "background", "data", "formaction", "href", "ping", "poster", "src", "srcset", "xlink:href")
_RUNS = re.compile(r"(?:javascript|vbscript|livescript|file):")
_FOLLOWED = (("a", "href"), ("area", "href"))
"""Addresses that a reader chooses to follow."""
_SENT = ("action", "formaction", "ping")
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_URL = re.compile(
    r"""(?:url|src)\(\s*(?:"([^"]*)"|'([^']*)'|([^)"']*))\s*\)|@import\s+(?:"([^"]*)"|'([^']*)')""", re.I
)
_CSS_SET = re.compile(r"image-set\(([^;{}]*)", re.I)
_CSS_STRING = re.compile(r"""\"([^"]*)\"|'([^']*)'""")
_FIX = "Put the file into the folder and use its name"
_LONGEST_SHOWN = 60
_JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)


@contextlib.contextmanager
def layouts_checked(layouts: Sequence[Path], problems: Problems) -> Iterator[None]:
    """Add the faults of the layouts to those for which what is done within is refused, so that all come at once.

    `problems` are what the caller found in them already. Raises ContentWrong.
    """
    check_layouts(layouts, problems)
    try:
        yield
    except ContentWrong as error:
        raise ContentWrong(dict.fromkeys((*error.problems, *problems))) from error
    if problems.errors:
        raise ContentWrong(problems)


def check_layouts(layouts: Sequence[Path], problems: Problems) -> None:
    """Add a problem for everything that layouts which are not ours may not do or use, and for files that nothing
    uses."""
    for folder in layouts:
        if folder != LAYOUTS and folder.is_dir() and not folder.is_symlink():
            found = Problems()
            _Checker(folder, found).check()
            problems.extend(sorted(dict.fromkeys(found), key=lambda problem: problem.place))


class _Checker:
    """The checks of one folder of layouts."""

    def __init__(self, folder: Path, problems: Problems) -> None:
        self.folder, self.problems = folder, problems
        self.env, self.measured = _with_all_filters((LAYOUTS,)), _with_all_filters((folder, LAYOUTS))
        self.parsed: dict[str, nodes.Template] = {}
        self.texts: dict[str, str] = {}

    def check(self) -> None:
        # What can't be read is reported with all other files of the version.
        paths = [path for path in files_under(self.folder, "", Problems()) if not leaves(path, self.folder.parent)]
        names = {path.relative_to(self.folder).as_posix(): path for path in paths}
        for name, path in names.items():
            self._read(name, path)
        for name in names:
            self._check_used(name)
        known = self._known_names() if self.parsed else frozenset[str]()
        for name, parsed in self.parsed.items():
            self._check_use(name, parsed, {*names, *_ours()}, known)
            of_the_site = name.startswith("site/")
            scan = _Scan(self._place(name), self.problems, scripts=of_the_site)
            scan.feed(_without_jinja(self.texts[name]))
            if of_the_site:
                self._check_assets(name)

    def _place(self, name: str, line: int = 0) -> Location:
        return Location(layout_name(self.folder, name), line)

    def _read(self, name: str, path: Path) -> None:
        ending = path.suffix.lower()
        place = self._place(name)
        if name.startswith("desk/"):
            self.problems.add(place, _OF_THE_DESK)
        elif ending in (".js", ".mjs"):
            self.problems.add(place, _NO_SCRIPT)
        elif ending in (".html", ".css"):
            text = read_plain(path, place.file, self.problems, _LARGEST[ending])
            if text is not None:
                self.texts[name] = text
                self._parse(name, text) if ending == ".html" else check_style(place.file, text, self.problems)
        elif ending in IMAGE_TYPES:
            if (data := read_bytes(path, place.file, self.problems, LARGEST_IMAGE)) is not None:
                check_image(place.file, data, self.problems)
        elif ending not in _FONTS and not (ending == ".txt" and (LAYOUTS / name).is_file()):
            self.problems.add(place, Fault("Nothing uses this file", "Remove it"))

    def _parse(self, name: str, text: str) -> None:
        try:
            self.parsed[name] = self.env.parse(text, name)
            compile(self.measured.compile(text, name, raw=True), name, "exec")
        except jinja2.TemplateSyntaxError as error:
            if not str(error.message).startswith(("No filter named", "No test named")):  # All of them are named below.
                what = f"The layout can't be read: {error.message}"
                self.problems.add(self._place(name, error.lineno), Fault(what, "Correct that line"))
                self.parsed.pop(name, None)
        except (SyntaxError, RecursionError, MemoryError, OverflowError, ValueError):
            self.parsed.pop(name, None)
            self.problems.add(self._place(name), Fault("The layout is nested too deeply", "Move a part into a macro"))

    def _check_used(self, name: str) -> None:
        """Is a layout or style sheet one in the place of ours, or one that another of this version names?"""
        if not name.lower().endswith((".html", ".css")) or name in _ours():
            return
        file = name.rpartition("/")[2]
        if not any(file in text for other, text in self.texts.items() if other != name):
            what = "pmdiag has no layout of this name, and none of yours uses it"
            self.problems.add(self._place(name), Fault(what, did_you_mean(name, _ours())))

    def _check_assets(self, name: str) -> None:
        """Does a layout name an asset as it was named before names told the content?"""
        text = self.texts[name]
        for found in _PLAIN_ASSET.finditer(text):
            what = f"The name of “assets/{found[1]}” changes with its content"
            fix = "Write {{ asset(" + (f'"{found[1]}"' if "." in found[1] else "…") + ") }} in its place"
            self.problems.add(self._place(name, text.count("\n", 0, found.start()) + 1), Fault(what, fix))

    def _known_names(self) -> frozenset[str]:
        """Names that our layouts use, or that a layout of this version gives a value."""
        found = {"caller", "kwargs", "loop", "self", "super", "varargs", *self.env.globals}
        for name in _ours():
            if name.endswith(".html"):
                found |= _names_in((LAYOUTS / name).read_text(encoding="utf-8"))
        for parsed in self.parsed.values():
            found |= set(_given(parsed))
        return frozenset(found)

    def _check_use(self, name: str, parsed: nodes.Template, files: set[str], known: frozenset[str]) -> None:
        for node in parsed.find_all(nodes.Node):
            if (fault := _fault_of(node, files, known)) is not None:
                self.problems.add(self._place(name, node.lineno), fault)


def _fault_of(node: nodes.Node, files: set[str], known: frozenset[str]) -> Fault | None:
    """What a part of a layout may not use, and how to fix it."""
    match node:
        case nodes.Name(ctx="load") if node.name not in known:
            return Fault(f"There is no “{node.name}” in a layout", did_you_mean(node.name, sorted(known)))
        case nodes.Getattr() if node.attr.startswith("_"):
            return _refused(node.attr)
        case nodes.Getitem(arg=nodes.Const(value=str(key))) if key.startswith("_"):
            return _refused(key)
        case nodes.Filter() if node.name not in _FILTERS:
            return Fault(f"There is no filter “{node.name}” in a layout", did_you_mean(node.name, _FILTERS))
        case nodes.Test() if node.name not in TESTS:
            return Fault(f"There is no test “{node.name}” in a layout", did_you_mean(node.name, TESTS))
        case nodes.Pow():
            return _refused("**")
        case nodes.Include() | nodes.Import() | nodes.FromImport() | nodes.Extends():
            return _fault_of_file(node.template, files)
        case _:
            return None


def _refused(what: str) -> Fault:
    return Fault(f"“{what}” can't be used in a layout", _LISTED)


def _fault_of_file(template: nodes.Node, files: set[str]) -> Fault | None:
    """What is wrong with the file that a layout includes, where it is named outright."""
    named = template.items if isinstance(template, nodes.List | nodes.Tuple) else [template]
    for name in (str(one.value) for one in named if isinstance(one, nodes.Const)):
        if name.startswith(("/", "\\", "~")) or ".." in name or ":" in name:
            fix = "Name a layout of yours or ours, such as site/base.html"
            return Fault(f"“{shortened(name, _LONGEST_SHOWN)}” is outside the layouts", fix)
        if name not in files or not name.endswith(".html"):
            known = sorted(file for file in files if file.endswith(".html"))
            return Fault(f"There is no layout “{shortened(name, _LONGEST_SHOWN)}”", did_you_mean(name, known))
    return None


def _with_all_filters(layouts: Sequence[Path]) -> jinja2.Environment:
    """The environment of layouts, in which those of the report can be read too."""
    env = environment(layouts)
    env.filters |= dict.fromkeys(_REPORTS, str)
    return env


@functools.lru_cache(maxsize=256)
def _names_in(text: str) -> frozenset[str]:
    """Names that a layout of ours uses or gives a value; kept, since a preview asks again after each change."""
    parsed = _with_all_filters((LAYOUTS,)).parse(text)
    return frozenset(find_undeclared_variables(parsed) | set(_given(parsed)))


def _given(parsed: nodes.Template) -> Iterator[str]:
    """The names that a layout gives a value."""
    for node in parsed.find_all((nodes.Name, nodes.Macro, nodes.Import, nodes.FromImport)):
        match node:
            case nodes.Name() if node.ctx in ("store", "param"):
                yield node.name
            case nodes.Macro():
                yield node.name
            case nodes.Import():
                yield node.target
            case nodes.FromImport():
                yield from (name if isinstance(name, str) else name[1] for name in node.names)


@functools.cache
def _ours() -> dict[str, None]:
    """The layouts and style sheets of this package, by name."""
    paths = (path for path in sorted(LAYOUTS.rglob("*")) if path.suffix in (".html", ".css"))
    names = (path.relative_to(LAYOUTS).as_posix() for path in paths)
    return dict.fromkeys(name for name in names if "node_modules" not in name)


def _without_jinja(text: str) -> str:
    """The HTML of a layout: its own lines, with the name of each asset and a letter for each other value that is filled
    in."""
    text = _ASSET.sub(lambda asset: f"assets/{asset[2]}" + "\n" * asset[0].count("\n"), text)
    return _JINJA.sub(lambda part: ("x" if part[0][:2] == "{{" else "") + "\n" * part[0].count("\n"), text)


class _Scan(HTMLParser):
    """Adds a problem for each element of a layout's HTML that would act or load something from elsewhere."""

    def __init__(self, place: Location, problems: Problems, *, scripts: bool) -> None:
        super().__init__()
        self._place, self._problems, self._scripts = place, problems, scripts
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._style = tag == "style"
        for fault in _faults_of(tag, {name: value or "" for name, value in reversed(attrs)}, self._scripts):
            self._add(fault)

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def handle_data(self, data: str) -> None:
        if self._style:
            for fault in _faults_of_style(data):
                self._add(fault)

    def _add(self, fault: Fault) -> None:
        self._problems.add(Location(self._place.file, self.getpos()[0]), fault)


def _faults_of(tag: str, attributes: dict[str, str], scripts: bool) -> Iterator[Fault]:
    """What is wrong with an element that would act, or load something from elsewhere. `scripts`: may it name one of the
    site's?"""
    if tag == "script" and not (scripts and _SCRIPT.fullmatch(attributes.get("src", ""))):
        yield _NO_SCRIPT
    elif tag in _ACTIVE:
        yield Fault(f"A layout can't have <{tag}>", "Remove it")
    elif tag == "meta" and attributes.get("http-equiv", "").lower() == "refresh":
        yield _REFRESHES
    for name, value in attributes.items():
        plain = plain_address(value)
        if name.startswith("on") or name == "srcdoc":
            yield Fault(f"A local version can't have scripts of its own ({name}=)", f"Remove {name}=")
        elif name in _ADDRESSES and _RUNS.match(plain):
            what = f"The address “{shortened(value, _LONGEST_SHOWN)}” is not one of a page"
            yield Fault(what, "Write https://… or a page of the site")
        elif name in _SENT and _is_elsewhere(value):
            yield Fault(f"The page would send something to “{shortened(value, _LONGEST_SHOWN)}”", f"Remove {name}=")
        elif name in _ADDRESSES and tag != "script" and (tag, name) not in _FOLLOWED and _is_elsewhere(value):
            yield _loaded(value)
        elif name == "style":
            yield from _faults_of_style(value)


def _faults_of_style(style: str) -> Iterator[Fault]:
    for _, target in _addresses(style):
        if _is_outside(target):
            yield _loaded(target)


def _loaded(target: str) -> Fault:
    return Fault(
        f"The page would load “{shortened(target, _LONGEST_SHOWN)}” from elsewhere", "Put the file into the layouts"
    )


def check_page(html: str, elements: Elements, policy: str, place: Location, problems: Problems) -> None:
    """Add a problem for everything that a finished page does by itself. `policy` must come first in it, for it is what
    keeps a browser from loading anything."""
    scripts = "script-src" in policy
    found = [fault for tag, attributes in elements for fault in _faults_of(tag, attributes, scripts)]
    # Browsers end some comments where Python's parser does not.
    found += [_REFRESHES] * (_REFRESH.search(unescape(html)) is not None)
    for fault in dict.fromkeys(found):
        problems.add(place, fault)
    if not _begins_with(html, policy):
        what = "The page does not begin with its security policy"
        fix = "Begin the layout with the first lines of ours, as far as {{ policy }}"
        problems.add(place, Fault(what, fix))


def _begins_with(html: str, policy: str) -> bool:
    said = re.escape(policy).replace("'", "(?:'|&#39;)")
    meta = rf'<meta http-equiv="Content-Security-Policy" content="{said}">'
    head = rf'\s*<!DOCTYPE html>\s*<html[^<>]*>\s*<head>\s*<meta charset="utf-8">\s*{meta}'
    return re.match(head, html, re.I) is not None


def refuse_active(env: jinja2.Environment, html: str, policy: str, layout: str) -> None:
    """Raise ContentWrong if a page made by `layout` with layouts of a local version does anything by itself."""
    assert isinstance(env.loader, jinja2.FileSystemLoader)
    problems = Problems()
    place = made_by(Path(env.loader.searchpath[0]), layout)
    check_page(html, Page.of(html).elements, policy, place, problems)
    if problems.errors:
        raise ContentWrong(problems)


def made_by(folder: Path, *layouts: str) -> Location:
    """The first of the layouts that a local version has, else their folder in it: one of its parts is at fault."""
    found = next((name for name in layouts if (folder / name).is_file()), layouts[0].partition("/")[0])
    return Location(layout_name(folder, found))


def check_style(file: str, text: str, problems: Problems) -> None:
    """Add a problem for every reference in a style sheet of the layouts that leaves our folders."""
    for line, target in _addresses(text):
        if _is_outside(target):
            what = f"“{shortened(target, _LONGEST_SHOWN)}” is outside our folders"
            problems.add(Location(file, line), Fault(what, _FIX))


def _addresses(css: str) -> Iterator[tuple[int, str]]:
    """The line and the text of each address in a style."""
    # One line at a time: an escape can mean a line end, which would shift the numbers of the lines below it.
    plain = "\n".join(unescaped(line).replace("\n", " ") for line in _CSS_COMMENT.sub(_blank, css).split("\n"))
    found = [(match.start(), match) for match in _CSS_URL.finditer(plain)]
    for group in _CSS_SET.finditer(plain):
        found += [(group.start(), match) for match in _CSS_STRING.finditer(group[1])]
    for at, match in sorted(found, key=lambda one: one[0]):
        yield plain.count("\n", 0, at) + 1, next(group for group in match.groups() if group is not None)


def _blank(comment: re.Match[str]) -> str:
    """A comment blanked out; line numbers don't change."""
    return re.sub(r"[^\n]", " ", comment[0])


def _is_elsewhere(target: str) -> bool:
    return _is_outside(target) and not plain_address(target).startswith("data:")


def _is_outside(target: str) -> bool:
    """Is an address anything but a relative path, a fragment or data, as it is or with its escapes resolved?"""
    return any(map(_leads_out, (plain_address(target), plain_address(unescaped(target)))))


def _leads_out(plain: str) -> bool:
    if plain.startswith("data:"):
        return hides_references(plain)
    plain = plain.replace("\\", "/")
    return plain.startswith("/") or re.match(r"[a-z][a-z0-9+.-]*:", plain) is not None
