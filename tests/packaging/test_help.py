"""Every command says what it does, with an example that could be typed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from pmdiag_build.cli import COMMANDS, pmdiag
from tests.commands import call_pmdiag

Path_ = tuple[str, ...]


def commands() -> Iterator[tuple[Path_, click.Command]]:
    """Every command that does work, with the words that lead to it: `local`, `new`."""
    context = click.Context(pmdiag)
    for name in COMMANDS:
        command = pmdiag.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from (((name, below), command.commands[below]) for below in command.commands)
        else:
            yield (name,), command


ALL = dict(commands())


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_help_shows_an_example_with_options_that_exist(path: Path_) -> None:
    outcome = call_pmdiag(*path, "--help")
    paragraph = outcome.stdout.partition("Example")[2].partition("\n\n")[0]
    examples = re.findall(r"^ +(pmdiag .*)$", paragraph, re.MULTILINE)

    assert outcome.code == 0
    assert outcome.stderr == ""
    assert examples, outcome.stdout
    known = {option for parameter in ALL[path].params for option in parameter.opts}
    for example in examples:
        words = shlex.split(re.split(r" {2,}", example)[0])
        assert ["pmdiag", *path] == words[: len(path) + 1], example
        assert set() == {w.partition("=")[0] for w in words if w.startswith("-")} - known, example


def test_the_program_lists_every_command() -> None:
    outcome = call_pmdiag("--help")

    for name in COMMANDS:
        assert re.search(rf"^  {name} +\S", outcome.stdout, re.MULTILINE), name
