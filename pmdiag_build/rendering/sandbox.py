"""The sandbox in which every layout runs, ours too: what a layout may use, and how much one page may take.

Only what is named here can be used; all else is refused, so that the layouts of a local version that somebody else
wrote can do nothing but make pages.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache, partial, wraps
from typing import Any

import jinja2
from jinja2 import nodes, runtime, utils
from jinja2.exceptions import SecurityError
from jinja2.filters import do_join, do_tojson, do_xmlattr, make_attrgetter
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

GLOBALS = ("cycler", "dict", "joiner", "namespace", "range")
FILTERS = (
    *("capitalize", "default", "escape", "fill", "first", "forceescape", "int", "items", "join", "last", "length"),
    *("list", "lower", "map", "reject", "rejectattr", "reverse", "safe", "select", "selectattr", "sort", "string"),
    *("striptags", "title", "tojson", "trim", "unique", "upper", "xmlattr"),
)
"""Filters of every layout; `number`, `shown` and `width` are those of the report's."""
TESTS = (
    *("defined", "divisibleby", "eq", "even", "false", "ge", "gt", "in", "iterable", "le", "lower", "lt", "mapping"),
    *("ne", "none", "number", "odd", "sequence", "string", "true", "undefined", "upper"),
)
_OF_TEXTS = ("capitalize", "escape", "forceescape", "lower", "string", "striptags", "title", "trim", "upper")
"""Filters that make a text of whatever they are given."""
_OPERATORS = ("==", "!=", ">", "<", ">=", "<=")
"""Other names of tests."""

_TEXT = frozenset(("capitalize", "endswith", "lower", "split", "startswith", "strip", "title", "upper"))
_MAPPING = frozenset(("get", "items", "keys", "values"))
_METHODS: dict[type, frozenset[str]] = {
    str: _TEXT,
    Markup: _TEXT,
    dict: _MAPPING,
    types.MappingProxyType: _MAPPING,
    list: frozenset(("count", "index")),
    tuple: frozenset(("count", "index")),
}
_OF_JINJA = (
    *(runtime.BlockReference, runtime.LoopContext, runtime.Macro, runtime.TemplateReference, runtime.Undefined),
    *(utils.Cycler, utils.Joiner, utils.Namespace, jinja2.environment.TemplateModule),
)
_CALLED = (
    *(types.FunctionType, types.MethodType, types.BuiltinMethodType, partial),
    *(runtime.BlockReference, runtime.LoopContext, runtime.Macro, runtime.Undefined, utils.Joiner),
)
_MADE = (dict, utils.Cycler, utils.Joiner, utils.Namespace)
"""The globals that are classes: called, they make one."""

MOST_WORK = 300_000_000
"""What one page may take, in letters made and parts of a layout gone through (ten letters each): our longest page takes
a hundredth, and this much takes some seconds."""
LONGEST_TEXT = 20_000_000
_MOST_BITS = 1_000
_STEP, _MADE_TEXT, _PRINTED, _READ = "pmdiag step", "pmdiag text", "pmdiag printed", "pmdiag read"
"""Filters that no layout can name, for they have a space."""
_PART = 10
_ITEM = 50


class TooMuch(SecurityError):
    """A layout takes too much time or memory."""


class Sandbox(ImmutableSandboxedEnvironment):
    """Layouts see texts, numbers, lists, mappings, our own values without the paths in them, and what is listed here.

    With `measured`, for layouts that are not ours, a page may take only so much. Raises SecurityError.
    """

    intercepted_binops = frozenset(("+", "*", "**", "%"))

    def __init__(self, *, measured: bool, **options: Any) -> None:
        super().__init__(**options)
        self.measured = measured
        self.work = 0
        self.template_class = _Measured if measured else jinja2.Template
        self.globals = {name: self.globals[name] for name in GLOBALS}
        self.filters = {name: self.filters[name] for name in FILTERS if name in self.filters}
        self.filters |= {name: _of_text(self.filters[name]) for name in _OF_TEXTS}
        self.filters |= {"join": _join, "tojson": _tojson, "xmlattr": _xmlattr}
        self.tests = {name: self.tests[name] for name in (*TESTS, *_OPERATORS)}
        if measured:
            self.filters |= {_STEP: _step, _MADE_TEXT: _made_text, _PRINTED: _printed, _READ: _read}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The attribute of an object, or what it has under that key."""
        usable = may_use(type(obj), attribute)  # type: ignore[arg-type]
        if usable:
            try:
                return getattr(obj, attribute)
            except AttributeError:
                pass
        try:
            return obj[attribute]
        except (TypeError, LookupError, AttributeError):
            pass
        if usable or not hasattr(obj, attribute):
            return self.undefined(obj=obj, name=attribute)
        return self.unsafe_undefined(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """What an object has under a key, or its attribute of that name."""
        try:
            return obj[argument]
        except (TypeError, LookupError, AttributeError):
            pass
        if isinstance(argument, str):
            return self.getattr(obj, str(argument))
        return self.undefined(obj=obj, name=argument)

    def unsafe_undefined(self, obj: Any, attribute: str) -> jinja2.Undefined:
        """A value that can't be used, whose error says why."""
        return self.undefined(f"“{attribute}” can't be used in a layout", obj=obj, name=attribute, exc=SecurityError)

    def is_safe_callable(self, obj: Any) -> bool:
        """Is it a function that a layout was given, or a macro? What is undefined says so itself when it is called."""
        return isinstance(obj, _CALLED) or any(obj is made for made in _MADE) or _is_ours(type(obj))

    def call_binop(self, context: runtime.Context, operator: str, left: Any, right: Any) -> Any:
        """The result of `+`, `*`, `**` or `%`: no text or list is made many times over, and no number without end."""
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if operator == "**" or (operator != "+" and not numbers):
            raise SecurityError(f"“{operator}” can't be used here in a layout")
        result = super().call_binop(context, operator, left, right)
        if isinstance(result, int) and result.bit_length() > _MOST_BITS:
            raise TooMuch("A number in this layout has no end")
        return result

    def spend(self, work: int) -> None:
        """Count what a page takes. Raises TooMuch once it is more than any page needs."""
        self.work += work
        if self.work > MOST_WORK:
            raise TooMuch("This layout makes too much: its loops, macros or includes have no end")

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed = super()._parse(source, name, filename)
        return _Counting().visit(parsed) if self.measured else parsed


def is_measured(env: jinja2.Environment) -> bool:
    """Are there layouts that are not ours?"""
    return isinstance(env, Sandbox) and env.measured


class _Measured(jinja2.Template):
    """A layout whose page begins with nothing spent."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        assert isinstance(self.environment, Sandbox)
        self.environment.work = 0
        return super().render(*args, **kwargs)


@cache
def may_use(kind: Any, attribute: str) -> bool:
    """May a layout use this attribute of objects of this kind?"""
    if attribute.startswith("_"):
        return False
    if kind in _METHODS:
        return attribute in _METHODS[kind]
    if issubclass(kind, _OF_JINJA):
        return True
    return _is_ours(kind) and attribute not in _paths(kind)


def _is_ours(kind: type) -> bool:
    return is_dataclass(kind) and kind.__module__.startswith("pmdiag_build.")


def _paths(kind: Any) -> Iterator[str]:
    """The fields of a kind that say where something is on this machine."""
    return (field.name for field in fields(kind) if "Path" in str(field.type))


def _size(value: object) -> int:
    return len(value) if isinstance(value, str | list | tuple | dict) else 0


def _whole_size(value: object) -> int:
    """Letters of a value with everything in it (fifty for each item), as often as it is there, until it is more than a
    page may take: a list in which one list is twice, in which another one is twice, … has no end."""
    size, rest = 0, [value]
    while rest and size <= MOST_WORK:
        match rest.pop():
            case str() as text:
                size += len(text)
            case list() | tuple() as items:
                size += _ITEM * len(items)
                rest.extend(items)
            case dict() as items:
                size += _ITEM * len(items)
                rest.extend(items)
                rest.extend(items.values())
    return size


def bounded(size: int) -> None:
    """Raise TooMuch before a text of that size is made."""
    if size > LONGEST_TEXT:
        raise TooMuch(f"This layout makes a text of more than {LONGEST_TEXT // 1_000_000} million letters")


def plain(value: Any) -> Any:
    """A value of which a text can be made. An object as a text would tell all that is in it, paths too."""
    if not (value is None or isinstance(value, str | int | float | jinja2.Undefined) or hasattr(value, "__html__")):
        raise SecurityError("A whole list or object can't be printed, only a text or number in it")
    return value


def _of_text(filter_: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(filter_)
    def filtered(*args: Any, **options: Any) -> Any:
        plain(args[isinstance(args[0], nodes.EvalContext)])
        return filter_(*args, **options)

    return filtered


@jinja2.pass_eval_context
def _xmlattr(context: nodes.EvalContext, value: Any, autospace: bool = True) -> str:
    return do_xmlattr(context, {name: plain(one) for name, one in value.items()}, autospace)


@jinja2.pass_eval_context
def _join(context: nodes.EvalContext, value: Any, d: str = "", attribute: str | int | None = None) -> str:
    get = make_attrgetter(context.environment, attribute) if attribute is not None else None
    parts = [plain(get(part) if get else part) for part in value]
    bounded(_size(d) * len(parts) + _whole_size(parts))
    joined: str = do_join(context, parts, d)
    return joined


@jinja2.pass_eval_context
def _tojson(context: nodes.EvalContext, value: Any) -> Markup:
    bounded(_whole_size(value))
    return do_tojson(context, value)


@jinja2.pass_context
def _step(context: runtime.Context, work: int) -> None:
    context.environment.spend(work)  # type: ignore[attr-defined]


@jinja2.pass_context
def _made_text(context: runtime.Context, value: Any) -> Any:
    size = _size(value)
    bounded(size)
    context.environment.spend(size)  # type: ignore[attr-defined]
    return value


@jinja2.pass_context
def _read(context: runtime.Context, value: Any) -> Any:
    """A value that is gone through whole, as those that are compared are."""
    if isinstance(value, str | list | tuple | dict):
        context.environment.spend(_whole_size(value))  # type: ignore[attr-defined]
    return value


@jinja2.pass_context
def _printed(context: runtime.Context, value: Any) -> Any:
    return _made_text(context, plain(value))


_Repeated = nodes.Template | nodes.For | nodes.Macro | nodes.CallBlock | nodes.Block
"""What can run again."""


class _Counting(NodeTransformer):
    """Puts what counts into a layout: in everything that can run again, around everything that makes a text or a list,
    and around what is compared or given to a filter, test or method."""

    def visit_Template(self, node: _Repeated) -> nodes.Node:  # noqa: N802 - named after what they visit
        work = _work_of(node.body)
        if isinstance(node, nodes.CallBlock):
            node.call.args = [self.visit(argument) for argument in node.call.args]
            node.body = [self.visit(below) for below in node.body]
        else:
            self.generic_visit(node)
        node.body.insert(0, nodes.ExprStmt(_filtered(nodes.Const(work), _STEP), lineno=node.lineno))
        return node

    visit_For = visit_Macro = visit_CallBlock = visit_Block = visit_Template  # noqa: N815

    def visit_Output(self, node: nodes.Output) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.nodes = [n if isinstance(n, nodes.TemplateData) else _filtered(n, _PRINTED) for n in node.nodes]
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.nodes = [_filtered(one, _PRINTED) for one in node.nodes]
        return _filtered(node, _MADE_TEXT)

    def visit_Add(self, node: nodes.Add) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _filtered(node, _MADE_TEXT)

    def visit_Filter(self, node: nodes.Filter) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        if node.node is not None:  # A block of text that is filtered has none.
            node.node = _filtered(node.node, _READ)
        node.args = [_filtered(argument, _READ) for argument in node.args]
        return _filtered(node, _MADE_TEXT)

    def visit_Test(self, node: nodes.Test) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        if node.name not in ("defined", "undefined"):
            node.node = _filtered(node.node, _READ)
            node.args = [_filtered(argument, _READ) for argument in node.args]
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        if isinstance(node.node, nodes.Getattr):
            node.node.node = _filtered(node.node.node, _READ)
            node.args = [_filtered(argument, _READ) for argument in node.args]
        return _filtered(node, _MADE_TEXT)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.expr = _filtered(node.expr, _READ)
        for operand in node.ops:
            operand.expr = _filtered(operand.expr, _READ)
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        if not isinstance(node.arg, nodes.Const | nodes.Slice):
            node.arg = _filtered(node.arg, _READ)
        return node

    def visit_List(self, node: nodes.Literal) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _filtered(node, _READ) if getattr(node, "ctx", "load") == "load" else node

    visit_Tuple = visit_Dict = visit_List  # noqa: N815


def _filtered(node: nodes.Expr, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _work_of(body: list[nodes.Node]) -> int:
    """What going through a part of a layout once takes."""
    found = [below for node in body for below in (node, *node.find_all(nodes.Node))]
    return _PART * (len(found) + 1) + sum(len(n.data) for n in found if isinstance(n, nodes.TemplateData))
