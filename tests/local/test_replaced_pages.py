"""A page of a local version in the place of a national one says what its change is, and where it stands."""

from __future__ import annotations

import pytest

from pmdiag_build.resources import CONTENT
from tests.local.conftest import Version

PAGE = "guide/using-this-tool.md"


def _replace(version: Version, *front: str) -> list[str]:
    head, rest = (CONTENT / PAGE).read_text(encoding="utf-8").split("\n", 1)
    version.write(PAGE, "\n".join([head, *front, f"{rest}\nOne more paragraph.\n"]))
    return version.faults()


def test_a_page_that_does_not_say_what_its_change_is_is_named(version: Version) -> None:
    said = [fault for fault in _replace(version) if "change: wording" in fault]

    assert [f"ours/{PAGE}"] == [fault.partition(":")[0] for fault in said]


@pytest.mark.parametrize("front", [["change: speling"], ["change: wording", "after: index"]])
def test_a_key_that_says_what_can_not_be_is_named_at_its_line(front: list[str], version: Version) -> None:
    line = 1 + len(front)

    assert any(fault.startswith(f"ours/{PAGE}:{line}:") for fault in _replace(version, *front))
