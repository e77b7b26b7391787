"""`pmdiag edition`: issue a new national edition."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pmdiag_build.commands.options import content_option
from pmdiag_build.problems import ExitCode
from pmdiag_build.terminal import say

if TYPE_CHECKING:
    from pmdiag_build.publish.issue import Issued


@click.group()
def edition() -> None:
    """Issue a new national edition.

    \b
    Example:
      pmdiag edition issue 2026
    """


@edition.command()
@click.argument("id", metavar="ID")
@content_option
def issue(id: str, content: Path) -> ExitCode:
    """Freeze the national wording as the edition ID.

    The wording goes into editions/ID.yaml, which never changes after that, and tool.yaml names the edition. Each
    statement, feature or prompt whose text differs from the edition before must say how: write change: wording below
    it in framework.yaml if it means the same, change: meaning if it asks something else. What is missing is listed,
    and nothing is written until all is decided.

    \b
    Example:
      pmdiag edition issue 2026
    """
    from pmdiag_build.publish.issue import issue_edition

    issued = issue_edition(content, id)
    after = f", which follows {issued.edition.follows}" if issued.edition.follows else ", the first one"
    say(f"Issued: edition {id}{after}: {_changes(issued)}")
    say(f"Where: {issued.file}; tool.yaml names the edition, and framework.yaml has no change: left")
    say("Next: pmdiag check, then keep these three files together")
    return ExitCode.CLEAN


def _changes(issued: Issued) -> str:
    found = {
        "in other words": issued.changed("wording"),
        "with another meaning": issued.changed("meaning"),
        "new": issued.added,
        "no longer asked": issued.dropped,
    }
    parts = [f"{', '.join(keys)} {how}" for how, keys in found.items() if keys]
    return "; ".join(parts) or f"{len(issued.edition.statements)} statements, none of them changed"
