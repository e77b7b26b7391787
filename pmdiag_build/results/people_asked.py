"""The list of who was asked, beside who answered."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AskedOfRole:
    """How many of a role were asked, and how many of these answered. `roles` has one code, or those of all roles that
    are shown together."""

    roles: tuple[str, ...]
    asked: int
    answered: int


@dataclass(frozen=True, slots=True)
class Asked:
    """How many were asked, and how many of these answered. `by_role`: as far as it may be shown, all others together at
    the end. `without_reference`: responses of which it is not known whether they were on the list."""

    asked: int
    answered: int
    by_role: tuple[AskedOfRole, ...]
    without_reference: int
