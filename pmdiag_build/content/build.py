"""Data of a checked shape → the frozen values of the model. Reads no file and finds no faults.

One function for all of them: a dataclass is built from a mapping with the same keys, so that a new key of the
content is one line in its schema and one in model.py.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar

from pmdiag_build.content.documents import Data, mapping, sequence

T = TypeVar("T")


def build(kind: Callable[..., T], data: Data, **given: object) -> T:
    """A `kind` from `data`; `given` are values that don't stand in the file (an id taken from its name)."""
    data = mapping(data)
    values: dict[str, Any] = {}
    for name, wanted in _hints(kind).items():
        if name in given:
            values[name] = given[name]
        elif name in data:
            values[name] = _value(wanted, data[name])
        elif wanted is str and not _has_default(kind, name):
            values[name] = ""
    return kind(**values)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


@cache
def _has_default(kind: Any, name: str) -> bool:
    return any(f.name == name and f.default is not MISSING for f in fields(kind))


def _value(wanted: Any, data: Data) -> Any:
    origin = typing.get_origin(wanted)
    if origin is tuple:
        inner = typing.get_args(wanted)[0]
        return tuple(_value(inner, item) for item in sequence(data))
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        inner = typing.get_args(wanted)[1]
        return MappingProxyType({key: _value(inner, item) for key, item in mapping(data).items()})
    if is_dataclass(wanted):
        return build(typing.cast("type", wanted), data)
    if wanted is bool:
        return data == "yes"
    if wanted is int:
        return int(str(data))
    return data
