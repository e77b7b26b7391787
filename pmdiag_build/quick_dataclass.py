"""Python's `dataclass`, made in a quarter of the time.

Before Python 3.13, `dataclasses` compiles up to six methods of each class from text as it is imported. For the 140
classes that a tabulation imports that took 55 ms, an eighth of a whole run with 1,000 responses. Here `__init__` alone
is compiled, and the other methods are the same few lines for every class.

Type checkers see Python's own `dataclass`. What is `frozen` is held by mypy: as the program runs, nothing checks it.
"""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(
        *, frozen: bool = False, slots: bool = False, eq: bool = True, order: bool = False
    ) -> Callable[[type], type]:
        """A decorator that makes a data class. All fields take part in all methods."""

        def made(kind: type) -> type:
            own = {name for name in ("__eq__", "__hash__", "__repr__") if name in vars(kind)}
            kind = dataclasses.dataclass(eq=False, repr=False, slots=slots)(kind)
            names = [field.name for field in dataclasses.fields(kind)]
            for name, method in _methods(names, frozen=frozen, eq=eq, order=order).items():
                if name not in own:
                    setattr(kind, name, method)
            return kind

        return made


def _methods(names: list[str], *, frozen: bool, eq: bool, order: bool) -> dict[str, Any]:
    """Of a class with these fields: what is shown of it, equality and order by its values, and a hash if they stay."""
    values: Callable[[object], object] = operator.attrgetter(*names)

    def shown(self: object) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    def comparing(compare: Callable[[object, object], object]) -> Callable[[object, object], object]:
        def method(self: object, other: object) -> object:
            return compare(values(self), values(other)) if other.__class__ is self.__class__ else NotImplemented

        return method

    methods: dict[str, Any] = {"__repr__": shown}
    if eq:
        methods |= {"__eq__": comparing(operator.eq), "__hash__": (lambda self: hash(values(self))) if frozen else None}
    if order:
        methods |= {f"__{name}__": comparing(getattr(operator, name)) for name in ("lt", "le", "gt", "ge")}
    return methods
