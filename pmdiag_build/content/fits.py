"""Does data fit a JSON Schema, yes or perhaps? A quick first look, so that good content needs no whole validator.

It says yes only where every keyword met is one of those below and holds; for anything else shape.py asks the library,
which alone decides that something is wrong and says what. Data of source.py has texts, lists and mappings only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from pmdiag_build.content.documents import Data

Schema = Mapping[str, Any]
_Rule = Callable[[Any, Any, Schema, Schema], bool]

_SAYS_NOTHING = frozenset(("$schema", "$defs", "$comment", "title", "description", "then"))
"""Keywords that ask nothing of the data; `then` is read with its `if`."""
_TYPES = {"string": str, "array": list, "object": dict}


class _NotKnown(Exception):
    """A keyword, or a use of one, that only the library knows."""


def surely_fits(data: Data, schema: Schema) -> bool:
    """True if `data` fits `schema`. False says only that this module can't tell."""
    try:
        return _fits(data, schema, schema)
    except _NotKnown:
        return False


def matches(pattern: str, text: str) -> bool:
    """Does a text match a pattern as a JSON Schema means it? There `$` is the end, and not also a line break before."""
    return re.search(pattern, text) is not None and not (pattern.endswith("$") and text.endswith("\n"))


def _fits(data: Data, schema: Schema, root: Schema) -> bool:
    for keyword, rule in schema.items():
        if keyword in _SAYS_NOTHING:
            continue
        check = _RULES.get(keyword)
        if check is None:
            raise _NotKnown(keyword)
        if not check(data, rule, schema, root):
            return False
    return True


def _type(data: Data, rule: Any, _schema: Schema, _root: Schema) -> bool:
    names = [rule] if isinstance(rule, str) else rule
    # A number, or null, is nothing that data can be here.
    return any(isinstance(data, _TYPES[name]) for name in names if name in _TYPES)


def _ref(data: Data, rule: str, _schema: Schema, root: Schema) -> bool:
    if not rule.startswith("#/"):
        raise _NotKnown(rule)
    target: Any = root
    for step in rule.removeprefix("#/").split("/"):
        target = target[step]
    return _fits(data, target, root)


def _properties(data: Data, rule: Mapping[str, Schema], _schema: Schema, root: Schema) -> bool:
    return not isinstance(data, dict) or all(_fits(v, rule[k], root) for k, v in data.items() if k in rule)


def _additional(data: Data, rule: Any, schema: Schema, root: Schema) -> bool:
    if not isinstance(data, dict) or rule is True:
        return True
    if "patternProperties" in schema:
        raise _NotKnown("patternProperties")
    named = schema.get("properties", {})
    return all(rule is not False and _fits(value, rule, root) for key, value in data.items() if key not in named)


def _if(data: Data, rule: Schema, schema: Schema, root: Schema) -> bool:
    if "else" in schema:
        raise _NotKnown("else")
    return not _fits(data, rule, root) or _fits(data, schema.get("then", {}), root)


_RULES: Mapping[str, _Rule] = {
    "$ref": _ref,
    "type": _type,
    "const": lambda data, rule, schema, root: bool(data == rule),
    "enum": lambda data, rule, schema, root: data in rule,
    "minLength": lambda data, rule, schema, root: not isinstance(data, str) or len(data.strip()) >= rule,
    "pattern": lambda data, rule, schema, root: not isinstance(data, str) or matches(rule, data),
    "required": lambda data, rule, schema, root: not isinstance(data, dict) or all(key in data for key in rule),
    "properties": _properties,
    "additionalProperties": _additional,
    "propertyNames": lambda data, rule, schema, root: (
        not isinstance(data, dict) or all(_fits(key, rule, root) for key in data)
    ),
    "minProperties": lambda data, rule, schema, root: not isinstance(data, dict) or len(data) >= rule,
    "items": lambda data, rule, schema, root: (
        not isinstance(data, list) or all(_fits(entry, rule, root) for entry in data)
    ),
    "minItems": lambda data, rule, schema, root: not isinstance(data, list) or len(data) >= rule,
    "maxItems": lambda data, rule, schema, root: not isinstance(data, list) or len(data) <= rule,
    "allOf": lambda data, rule, schema, root: all(_fits(data, one, root) for one in rule),
    "anyOf": lambda data, rule, schema, root: any(_fits(data, one, root) for one in rule),
    "if": _if,
}
