"""Nothing that a few answered can be worked out of what is given out: a sample of `make attack`."""

from __future__ import annotations

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.results import roles, round_overlap
from tests.attack.attack import Figures, attack_pair, attack_round
from tests.attack.rounds import KINDS, a_pair, a_round


@pytest.mark.slow
def test_random_rounds_give_nobody_away(tool: Tool) -> None:
    figures = Figures()
    for seed in range(8):
        attack_round(tool, a_round(tool, seed), figures)
    print("\n".join(figures.lines()))  # noqa: T201 — shown where it fails

    assert [] == figures.finds
    assert figures.tried["withheld cells"] > 1000
    assert figures.tried["role, a row of its own on any question"] > 0.71 * figures.tried["role"]
    assert figures.tried["role, a row that names it on half of them"] > 0.9 * figures.tried["role"]


@pytest.mark.slow
def test_pairs_of_results_give_nobody_away_or_it_is_said(tool: Tool) -> None:
    figures = Figures()
    for seed in range(len(KINDS)):
        attack_pair(tool, a_pair(tool, seed), figures, seed)

    assert [] == figures.finds
    assert {f"pairs, {kind}" for kind in KINDS} <= set(figures.tried)


@pytest.mark.slow
def test_the_attack_finds_what_nobody_protects(tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Roles with too few beside the total, and results that differ by one late return."""
    unprotected, late = Figures(), Figures()
    monkeypatch.setattr(round_overlap.Overlap, "allows", lambda *_: True)
    attack_pair(tool, a_pair(tool, 0), late, 0)
    monkeypatch.setattr(roles, "_may_be_left_over", lambda *_, **__: True)
    for seed in range(4):
        attack_round(tool, a_round(tool, seed), unprotected)

    assert any("everybody knows" in find for find in unprotected.finds)
    assert any("everybody knows" in find for find in late.finds)
