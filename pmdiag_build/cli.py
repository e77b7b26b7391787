"""The command line: where each command is, and how every outcome becomes lines and an exit code.

A command's module is imported only when it is asked for, and imports the work only when it runs, so that
`pmdiag --help` costs little more than importing Click. Every command returns its `ExitCode`, or raises.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from pmdiag_build import __version__
from pmdiag_build.commands import finish_quietly, prepare_streams, report
from pmdiag_build.problems import ExitCode, Fault, PmdiagError, did_you_mean

COMMANDS = {
    "build": "pmdiag_build.commands.build:build",
    "serve": "pmdiag_build.commands.build:serve",
    "check": "pmdiag_build.commands.build:check",
    "personalise": "pmdiag_build.commands.build:personalise",
    "release": "pmdiag_build.commands.build:release",
    "entry-sheet": "pmdiag_build.commands.tabulate:entry_sheet",
    "verify": "pmdiag_build.commands.tabulate:verify",
    "tabulate": "pmdiag_build.commands.tabulate:tabulate",
    "demo": "pmdiag_build.commands.tabulate:demo",
    "local": "pmdiag_build.commands.local:local",
    "edition": "pmdiag_build.commands.local:edition",
}
"""Command → "module:function". A new command is one line here."""

_STOPPED_BY_CTRL_C = 130


class LazyGroup(click.Group):
    """A group whose commands are imported when they are first asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        _add_debug(command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(f"There is no command “{args[0]}”. {did_you_mean(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)


def _note_debug(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        ctx.find_root().meta["pmdiag.debug"] = True


def _debug_option() -> click.Option:
    return click.Option(
        ["--debug"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=_note_debug,
        help="Show the traceback of an error, to report a fault in pmdiag.",
    )


def _add_debug(command: click.Command) -> None:
    """Allow `--debug` after a command's name too, where people type it."""
    if not any("--debug" in p.opts for p in command.params):
        command.params.append(_debug_option())
    if isinstance(command, click.Group):
        for below in command.commands.values():
            _add_debug(below)


@click.group(cls=LazyGroup, params=[_debug_option()], context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pmdiag")
def pmdiag() -> None:
    """Publish the Performance Management Diagnostic Tool, and work with what comes back.

    \b
    Example:
      pmdiag build             makes the site and the packs in build/
      pmdiag build --help      explains one command
    """


def main() -> None:
    """The program `pmdiag`: runs a command and ends the process with its exit code."""
    # What a command makes lives until it ends: Python's search for garbage finds next to none, and takes 20 ms of a
    # site or of 1,000 responses. Large runs are searched, though seldom.
    gc.set_threshold(2_000_000)
    prepare_streams()
    code = run(sys.argv[1:])
    finish_quietly()
    # So that Python does not look through all objects again as it ends: 8 of the 56 milliseconds that --help takes.
    gc.freeze()
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command line. Any failure becomes lines on stderr; returns the exit code."""
    ctx: click.Context | None = None
    try:
        with pmdiag.make_context("pmdiag", list(arguments)) as ctx:
            return int(pmdiag.invoke(ctx) or ExitCode.CLEAN)
    except click.exceptions.Exit as end:
        return end.exit_code
    except Exception as error:  # noqa: BLE001 - this is the one place where any failure becomes a line
        if ctx is not None and ctx.meta.get("pmdiag.debug"):
            # Imported only here: it costs more than the rest of the start.
            import traceback

            traceback.print_exc()
        return _report_error(error)
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)
        return _STOPPED_BY_CTRL_C


def _report_error(error: Exception) -> int:
    """Report an error in lines and return its exit code. `click.Abort` is Ctrl-C at a prompt."""
    match error:
        case click.Abort():
            click.echo("Stopped.", err=True)
            return _STOPPED_BY_CTRL_C
        case PmdiagError():
            report(error.problems)
            return error.exit_code
        case click.exceptions.NoArgsIsHelpError():
            click.echo(error.format_message(), err=True)
            return ExitCode.WRONG_USAGE
        case click.UsageError():
            command = error.ctx.command_path if error.ctx is not None else "pmdiag"
            fix = f"Type {command} --help to see how it is used"
            return _report_as(ExitCode.WRONG_USAGE, error.format_message(), fix, command)
        case MemoryError():
            return _report_as(ExitCode.ENVIRONMENT_FAILED, "Memory ran out", "Close other programs and try again")
        case BrokenPipeError():
            return ExitCode.ENVIRONMENT_FAILED
        case OSError():
            place = str(error.filename) if error.filename is not None else "pmdiag"
            what = error.strerror or type(error).__name__
            # Imported only here: `--help` needs nothing of it.
            from pmdiag_build.output.atomic import how_to_fix

            return _report_as(ExitCode.ENVIRONMENT_FAILED, what, how_to_fix(error), place)
        case click.ClickException():
            return _report_as(ExitCode.ENVIRONMENT_FAILED, error.format_message(), "Check the file and try again")
        case _:
            what = f"Something went wrong inside pmdiag ({type(error).__name__}: {error})"
            return _report_as(
                ExitCode.ENVIRONMENT_FAILED, what, "Run the same command with --debug and report what it prints"
            )


def _report_as(code: ExitCode, what: str, fix: str, place: str = "pmdiag") -> int:
    report([Fault(what, fix).at(place)])
    return code
