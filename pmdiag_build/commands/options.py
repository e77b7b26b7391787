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
    """`--content DIR`: a national edition that stands elsewhere, in the place of the one that comes with pmdiag."""
    return click.option(
        "--content",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=None,
        metavar="DIR",
        help="The content folder, where it is not the one that comes with pmdiag.",
    )(command)


def local_option(command: _F) -> _F:
    """`--local DIR`: a local version, whose changes lie over the national content."""
    return click.option(
        "--local",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=None,
        metavar="DIR",
        help="The folder of your own version; see pmdiag local.",
    )(command)


def strict_option(command: _F) -> _F:
    """`--strict`: what would only want a look stops the work."""
    return click.option(
        "--strict",
        is_flag=True,
        help="Take links to missing pages, images without a description and the like for errors.",
    )(command)


def inputs_of(content: Path | None, local: Path | None) -> Inputs:
    """What the options say to read from."""
    from pmdiag_build.publish.inputs import Inputs

    return Inputs.of(content, local)
