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


def faults(typed: str) -> str:
    """What is wrong with a command line that starts with `pmdiag`: an unknown command or option, or nothing."""
    words = shlex.split(re.split(r" {2,}|#", typed)[0])[1:]
    path = next((p for p in ALL if tuple(words[: len(p)]) == p), None)
    if path is None:
        return f"no such command: {typed}"
    known = {option for parameter in ALL[path].params for option in parameter.opts} | {"--help"}
    unknown = {word.partition("=")[0] for word in words if word.startswith("-")} - known
    return f"no such option: {', '.join(unknown)}: {typed}" if unknown else ""


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_help_shows_an_example_with_options_that_exist(path: Path_) -> None:
    outcome = call_pmdiag(*path, "--help")
    paragraph = outcome.stdout.partition("Example")[2].partition("\n\n")[0]
    examples = re.findall(r"^ +(pmdiag .*)$", paragraph, re.MULTILINE)

    assert outcome.code == 0
    assert outcome.stderr == ""
    assert any(example.startswith(" ".join(("pmdiag", *path))) for example in examples), outcome.stdout
    assert not any(map(faults, examples)), list(map(faults, examples))


def test_the_program_lists_every_command() -> None:
    outcome = call_pmdiag("--help")

    for name in COMMANDS:
        assert re.search(rf"^  {name} +\S", outcome.stdout, re.MULTILINE), name


WRITING = [path for path in ALL if any("--out" in parameter.opts for parameter in ALL[path].params)]


@pytest.mark.parametrize("path", WRITING, ids=" ".join)
def test_what_to_write_is_called_out_in_help_and_output_is_understood_too(path: Path_) -> None:
    text = call_pmdiag(*path, "--help").stdout

    assert "-o, --out " in text
    assert "--output" not in text
    for name in ("-o", "--out", "--output"):
        # Without its value: an option that is not known is refused in other words.
        assert f"Option '{name}' requires an argument" in call_pmdiag(*path, name).stderr


def test_no_command_calls_what_to_write_by_another_name() -> None:
    assert 7 == len(WRITING)
    assert all(
        "-o" not in parameter.opts or "--out" in parameter.opts for path in ALL for parameter in ALL[path].params
    )
