"""The commands, a module for those of each job: options, help, one call, what is printed, and the exit code.

Here are the options that several of them share. A command imports the work only when it runs.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pmdiag_build.resources import CONTENT

if TYPE_CHECKING:
    from pmdiag_build.publish import Inputs

_Command = TypeVar("_Command", bound=Callable[..., Any])

FOLDER = click.Path(file_okay=False, path_type=Path)
"""A folder that is made, or that is looked at by the work itself."""
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_THERE = click.Path(exists=True, file_okay=False, path_type=Path)


class _Out(click.Option):
    """Takes `--output` as well, which two commands had before all had `--out`. Help and messages name one."""

    def add_to_parser(self, parser: Any, ctx: click.Context) -> None:
        shown = self.opts
        self.opts = [*shown, "--output"]
        super().add_to_parser(parser, ctx)
        self.opts = shown


def out_option(metavar: str, about: str, **how: Any) -> Callable[[_Command], _Command]:
    """What to write, named in one way in all commands: `-o`, `--out`."""
    return click.option("-o", "--out", cls=_Out, metavar=metavar, help=about, **how)


content_option = click.option(
    "--content",
    type=_THERE,
    default=CONTENT,
    metavar="DIR",
    help="A content folder other than the one that comes with pmdiag.",
)
local_option = click.option(
    "--local", type=_THERE, metavar="DIR", help="The folder of your local version; see pmdiag local."
)
strict_option = click.option(
    "--strict",
    is_flag=True,
    help="Treat notices as errors, such as links to missing pages and images without a description.",
)


def inputs_of(content: Path, local: Path | None) -> Inputs:
    """The inputs that the options name."""
    from pmdiag_build.publish import Inputs

    return Inputs.of(content, local)
