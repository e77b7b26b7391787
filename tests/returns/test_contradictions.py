"""Contradictions planted at random: a sample of those that `contradictions.py` can plant."""

from __future__ import annotations

import pytest

from pmdiag_build.content.model import Tool
from tests.returns.contradictions import failures

pytestmark = pytest.mark.slow


def test_every_planted_contradiction_is_named_and_none_is_counted(tool: Tool) -> None:
    assert [] == failures(tool, seed=9, number=500)
