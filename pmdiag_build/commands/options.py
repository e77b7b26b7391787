"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from pmdiag_build.publish.inputs import Inputs

_F = TypeVar("_F", bound=Callable[..., Any])


def content_option(command: _F) -> _F:
    """`--content DIR`: the folder of a national edition, instead of the one that comes with pmdiag."""
    return click.option(
        "--content",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=None,
        metavar="DIR",
        help="A content folder other than the one that comes with pmdiag.",
    )(command)


def local_option(command: _F) -> _F:
    """`--local DIR`: a local version, whose changes replace parts of the national content."""
    return click.option(
        "--local",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=None,
        metavar="DIR",
        help="The folder of your local version; see pmdiag local.",
    )(command)


def strict_option(command: _F) -> _F:
    """`--strict`: notices count as errors."""
    return click.option(
        "--strict",
        is_flag=True,
        help="Treat notices as errors, such as links to missing pages and images without a description.",
    )(command)


def inputs_of(content: Path | None, local: Path | None) -> Inputs:
    """The inputs that the options name."""
    from pmdiag_build.publish.inputs import Inputs

    return Inputs.of(content, local)
