"""Our data classes do what Python's own do."""

from __future__ import annotations

import ast
import pickle
from collections.abc import Mapping
from dataclasses import field, fields, is_dataclass, replace
from pathlib import Path
from typing import cast

import pytest

import pmdiag_build
from pmdiag_build.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    file: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Other:
    file: str
    line: int = 0
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Changing:
    found: list[str] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Alone:
    name: str


def test_it_is_a_data_class_with_fields_and_slots() -> None:
    assert is_dataclass(Spot)
    assert ["file", "line"] == [one.name for one in fields(Spot)]
    assert not hasattr(Spot("a"), "__dict__")
    assert Spot("b", 2) == replace(Spot("a", 2), file="b")


def test_equal_values_of_one_class_are_equal() -> None:
    assert Spot("a", 1) == Spot("a", 1) != Spot("a", 2)
    assert Spot("a") != cast("object", Other("a"))
    assert Changing(["a"]) == Changing(["a"]) != Changing()
    assert Alone("a") != Alone("a")


def test_what_does_not_change_has_a_hash() -> None:
    assert {Spot("a", 1), Spot("a", 1), Spot("a", 2)} == {Spot("a", 1), Spot("a", 2)}
    with pytest.raises(TypeError, match="unhashable"):
        hash(Changing())
    with pytest.raises(TypeError, match="unhashable"):
        hash(Other("a"))


def test_order_is_that_of_the_values() -> None:
    spots = [Spot("b"), Spot("a", 2), Spot("a", 1)]

    assert [Spot("a", 1), Spot("a", 2), Spot("b")] == sorted(spots)
    assert Spot("a") <= Spot("a") < Spot("b") > Spot("a") >= Spot("a")
    with pytest.raises(TypeError):
        sorted([Spot("a"), cast("Spot", Other("a"))])


def test_it_is_shown_with_its_values() -> None:
    assert "Other(file='a', line=0, facts={'b': 'c'})" == repr(Other("a", facts={"b": "c"}))


def test_another_process_can_take_it_over() -> None:
    assert Other("a", 1, {"b": "c"}) == pickle.loads(pickle.dumps(Other("a", 1, {"b": "c"})))  # noqa: S301


def test_no_default_is_shared() -> None:
    assert Changing().found is not Changing().found
    with pytest.raises(ValueError, match="mutable default"):

        @dataclass(slots=True)
        class Shared:
            found: list[str] = []  # noqa: RUF012 - what must be refused


def test_all_our_data_classes_are_made_by_it() -> None:
    package = Path(pmdiag_build.__file__).parent
    others = [
        file.name
        for file in sorted(package.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "dataclasses"
        if any(alias.name == "dataclass" for alias in node.names)
    ]

    assert ["quick_dataclass.py"] == others
