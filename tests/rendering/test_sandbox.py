"""Layouts that somebody else wrote can reach nothing and can not run for ever; ours make what they always made."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import jinja2
import pytest

from pmdiag_build.content.model import LocalVersion, Tool
from pmdiag_build.publish.build import pack_jobs
from pmdiag_build.publish.personalise.copies import PeopleList
from pmdiag_build.publish.site.pages import PackFacts, site_files
from pmdiag_build.release import first_page
from pmdiag_build.rendering import sandbox
from pmdiag_build.rendering.templates import environment
from pmdiag_build.resources import LAYOUTS
from pmdiag_build.results.disclosure import Rules
from pmdiag_build.results.run import report_input
from pmdiag_build.results.writers.html import report_html
from pmdiag_build.returns.find_files import files_of
from pmdiag_build.returns.round import round_of
from tests.local.conftest import Version


class Ran(BaseException):
    """A layout got out."""


def run() -> None:
    raise Ran


class Given:
    call = staticmethod(run)


@pytest.fixture
def version(tmp_path: Path) -> Version:
    """A local version, whose pages are more than the national ones."""
    made = Version(tmp_path / "ours")
    made.write("local.yaml", 'id: ours\nname: "Our Council"\nbase: "2013"\n')
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "ours" / "layouts"
    folder.mkdir(parents=True)
    return folder


def render(folder: Path, layout: str, **values: object) -> str:
    (folder / "page.html").write_text(layout, encoding="utf-8")
    return environment((folder, LAYOUTS)).get_template("page.html").render(values)


ESCAPES = [
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ joiner['__init__']['__globals__'] }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''|attr('__class__') }}",
    "{{ '{0.__class__}'.format(tool) }}",
    "{{ '{a.__class__}'.format_map({'a': tool}) }}",
    "{{ ('{0.__class__}'|safe).format(tool) }}",
    "{{ '%s'|format(tool) }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ [tool]|map(attribute='__class__')|first }}",
    "{{ tool }}",
    "{{ [tool] }}",
    "{{ image }}",
    "{{ [tool]|map('attr', '__class__')|list }}",
    "{{ [tool]|sort(attribute='local.layouts.parent') }}",
    "{{ self.__init__ }}",
    "{{ self._TemplateReference__context.environment }}",
    "{% for x in [1] %}{{ loop.__class__ }}{{ loop._iterator }}{% endfor %}",
    "{% macro m() %}{% endmacro %}{{ m.__init__ }}",
    "{% import 'macros/question.html' as q %}{{ q.__class__ }}",
    "{{ tool.local.layouts.read_text() }}",
    "{{ (tool.local|list)[0] }}",
    "{{ tool.local.layouts.parent }}",
    "{{ tool.local.layouts }}",
    "{{ tool.local['layouts'].parent }}",
    "{{ dict.mro() }}",
    "{{ dict['x'].__origin__ }}",
    "{{ tool.__class__(1) }}",
    "{{ tool.images['a.png'].fromhex('00') }}",
    "{{ lipsum(n=10) }}",
    "{{ tool.words.clear() }}",
    "{{ 2 ** 10 }}",
    "{{ run.func() }}",
    "{{ given.call() }}",
    "{{ module.run() }}",
    "{{ tool|string }}",
    "{{ tool|escape }}",
    "{{ tool|upper }}",
    "{{ [tool]|map('string')|first }}",
    "{{ [tool]|join }}",
    "{{ [[tool]]|join(attribute=0) }}",
    "{{ tool ~ '' }}",
    "{{ dict(a=tool)|xmlattr }}",
    "{{ '{a}'|fill(a=tool) }}",
]


@pytest.mark.parametrize("layout", ESCAPES)
def test_a_layout_reaches_nothing_but_what_it_is_given(folder: Path, layout: str, tool: Tool) -> None:
    version = LocalVersion("x", "X", "2013", layouts=folder)
    given = {"tool": replace(tool, local=version, images={"a.png": b"x"}), "run": partial(run), "given": Given()}

    with pytest.raises((jinja2.TemplateError, TypeError)):
        render(folder, layout, **given, image=run, module=sys.modules[__name__])


TWICE = "{% for a in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}"
"""Each list contains the one before twice: no comparison comes to the end of it."""

ENDLESS = [
    "{% for a in range(10**9) %}{% endfor %}",
    "{% for a in range(1000000) %}{% endfor %}",
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{% for a in range(99999) %}{% for b in range(99999) %}{% set c = 1 %}{% endfor %}{% endfor %}",
    "{{ 'x' * 1000000000 }}",
    "{{ [1] * 1000000000 }}",
    "{{ 1000000000 * 'x' }}",
    "{% macro m(n) %}{{ m(n + 1) }}{{ m(n + 1) }}{% endmacro %}{{ m(0) }}",
    "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(40) }}",
    "{% include 'page.html' %}",
    "{% extends 'page.html' %}",
    "{% import 'page.html' as a %}",
    (
        "{% if n is not defined %}{% set n = 40 %}{% endif %}{% if n %}{% set n = n - 1 %}"
        "{% include 'page.html' %}{% include 'page.html' %}{% endif %}"
    ),
    "{% block a %}{{ self.a() }}{{ self.a() }}{% endblock %}",
    "{% set ns = namespace(x='ab') %}{% for a in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "{% set ns = namespace(x='ab') %}{% for a in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "{% set ns = namespace(x=['a']) %}{% for a in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "{% set ns = namespace(x='ab') %}{% for a in range(60) %}{% set ns.x = [ns.x, ns.x]|join %}{% endfor %}",
    (
        "{% set ns = namespace(x='ab') %}"
        "{% for a in range(60) %}{% set y %}{{ ns.x }}{{ ns.x }}{% endset %}{% set ns.x = y %}{% endfor %}"
    ),
    "{% set ns = namespace(x=10) %}{% for a in range(90) %}{% set ns.x = ns.x * ns.x %}{% endfor %}",
    "{% set ns = namespace(x=10) %}{% for a in range(99999) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    (
        "{% macro d(x) %}{{ x }}{{ x }}{% endmacro %}"
        "{% set ns = namespace(x='ab') %}{% for a in range(60) %}{% set ns.x = d(ns.x) %}{% endfor %}"
    ),
    (
        "{% macro d(x) %}{{ caller() }}{{ caller() }}{% endmacro %}"
        "{% macro e(n) %}{% call d() %}{% if n %}{{ e(n - 1) }}{% endif %}{% endcall %}{% endmacro %}{{ e(50) }}"
    ),
    "{% for a in [[[[1]]]] recursive %}{{ loop([1, [1]]) }}{% endfor %}",
    "{% set a = range(99999)|list %}{{ a|join(a|join('xxxxxxxxxx')) }}",
    "{% set a = range(99999)|join('{n}') %}{{ a|fill(n=a) }}",
    "{% filter upper %}{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}{% endfilter %}",
    (
        "{% set r = range(99999)|list %}{% with x = r + r %}{{ x|map('string')|join }}{{ x|tojson }}{% endwith %}"
        "{% for a in r %}{{ r|join }}{% endfor %}"
    ),
    "{% set ns = namespace(x=[1], y=[1]) %}" + TWICE + "{% if ns.x == ns.y %}{% endif %}",
    "{% set ns = namespace(x=[1], y=[1]) %}" + TWICE + "{{ ns.x is eq ns.y }}",
    "{% set ns = namespace(x=[1], y=[1]) %}" + TWICE + "{{ ns.x.index(ns.y) }}",
    "{% set ns = namespace(x=[1], y=[1]) %}" + TWICE + "{{ ns.x|tojson }}",
    "{% set r = range(99999)|list %}{% for a in r %}{% if 'x' in r %}{% endif %}{% endfor %}",
    "{% set x = range(99999)|join %}{% for a in range(99999) %}{% if x.endswith(x) %}{% endif %}{% endfor %}",
    (
        "{% set x = range(99999)|join %}{% set ns = namespace(l=[x]) %}"
        "{% for a in range(12) %}{% set ns.l = ns.l + ns.l %}{% endfor %}{{ ns.l|join }}"
    ),
    "{{ range(99999)|list|tojson(indent=99999999) }}",
]


@pytest.mark.slow
@pytest.mark.parametrize("layout", ENDLESS)
def test_a_layout_that_never_ends_is_stopped(folder: Path, layout: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # A hundredth of what a page may take, so that each takes little.
    monkeypatch.setattr(sandbox, "MOST_WORK", 3_000_000)
    with pytest.raises((jinja2.TemplateError, ArithmeticError, RecursionError, TypeError)):
        render(folder, layout)


@pytest.mark.slow
def test_measured_pages_are_the_same(folder: Path, tool: Tool) -> None:
    ids = [pack.id for pack in tool.packs]
    facts = {id: PackFacts(1, "A4", 1) for id in ids}
    ours, measured = environment(), environment((folder, LAYOUTS))

    assert site_files(tool, ours, facts) == site_files(tool, measured, facts)
    assert pack_jobs(tool, ids, ours) == pack_jobs(tool, ids, measured)
    assert isinstance(measured, sandbox.Sandbox)
    assert measured.work < sandbox.MOST_WORK / 20


README = (LAYOUTS.parent / "README.md").read_text(encoding="utf-8").partition("### Layouts of your own")[2]


def listed(row: str) -> set[str]:
    """What README lists in the rows of a table that begin with these words."""
    lines = [line for line in README.partition("\n## ")[0].splitlines() if line.startswith(row)]
    assert lines, row
    return {name for line in lines for name in re.findall(r"`([A-Za-z_]+)`", line.split("|")[2])}


def test_readme_lists_what_of_jinja_a_layout_can_use() -> None:
    of_report = {"number", "shown", "width"}

    assert set(sandbox.GLOBALS) == listed("| functions |")
    assert {*sandbox.FILTERS, *of_report, "report"} == listed("| filters |") | {"report"}
    assert set(sandbox.TESTS) == listed("| tests |")
    for row, kind in {"| of a text |": str, "| of a mapping |": dict, "| of a list |": list}.items():
        assert listed(row) == {name for name in dir(kind) if sandbox.may_use(kind, name)}


def test_readme_lists_what_each_layout_gets(tool: Tool, monkeypatch: pytest.MonkeyPatch, version: Version) -> None:
    got: dict[str, set[str]] = {}
    real = jinja2.Template.render

    def spied(layout: jinja2.Template, *args: Any, **kwargs: Any) -> str:
        got.setdefault(str(layout.name).partition("/")[0], set()).update(dict(*args, **kwargs))
        return real(layout, *args, **kwargs)

    monkeypatch.setattr(jinja2.Template, "render", spied)
    env = environment()
    changed = version.load()
    site_files(tool, env, {})
    site_files(changed, env, {})
    pack_jobs(tool, ["complete"], env)
    report_html(report_input(round_of(files_of([]), tool), tool, Rules()), env)
    PeopleList((), (), random=False).html(tool, tool.pack("interview"), env)
    first_page(tool, env)

    assert {room: listed(f"| `{room}`") for room in got} == got


def test_nothing_that_a_layout_gets_is_a_path_a_module_or_unknown(tool: Tool, tmp_path: Path) -> None:
    seen: set[int] = set()

    def look(value: Any, name: str) -> None:
        if id(value) in seen or value is None or isinstance(value, str | int | float | bytes):
            return
        seen.add(id(value))
        assert not isinstance(value, Path | ModuleType | type), name
        if isinstance(value, Mapping):
            for key, inner in value.items():
                look(inner, f"{name}[{key}]")
        elif isinstance(value, list | tuple):
            for inner in value:
                look(inner, f"{name}[]")
        elif is_dataclass(value):
            for field in fields(value):
                if sandbox.may_use(type(value), field.name):  # type: ignore[arg-type]
                    look(getattr(value, field.name), f"{name}.{field.name}")
        else:
            pytest.fail(f"{name} is a {type(value)}")

    look(replace(tool, local=LocalVersion("x", "X", "2013", layouts=tmp_path)), "tool")
