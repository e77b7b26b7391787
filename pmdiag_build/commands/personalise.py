"""`pmdiag personalise`: one pre-filled pack for each row of a file of people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pmdiag_build.commands.options import FILE, FOLDER, content_option, inputs_of, local_option, out_option
from pmdiag_build.problems import ExitCode, counted
from pmdiag_build.terminal import Bar, report, say, say_look, say_waiting

if TYPE_CHECKING:
    from pmdiag_build.publish.personalise import Outcome


@click.command()
@click.argument("pack")
@click.option(
    "--people",
    type=FILE,
    required=True,
    metavar="FILE.csv",
    help="One row for each person: reference, role, area and mode. Other columns go into the list only.",
)
@out_option("DIR", "The folder to make. It is replaced as a whole.", type=FOLDER, required=True)
@click.option(
    "--random-references",
    "random",
    is_flag=True,
    help="Give each person a random reference. Only the list says whose it is.",
)
@local_option
@click.option(
    "--build",
    "built",
    type=FOLDER,
    default=Path("build"),
    metavar="DIR",
    show_default=True,
    help="The folder of pmdiag build. If the pack in it is up to date, it is used.",
)
@content_option
def personalise(
    pack: str, people: Path, out: Path, random: bool, local: Path | None, built: Path, content: Path
) -> ExitCode:
    """Make one copy of a pack for each person, with reference, role, area and mode filled in.

    PACK is the name of a pack, such as self-assessment. DIR then contains the copies, list.csv for a mail merge
    and list.html to print. Both lists say who gets which file.

    \b
    Example:
      pmdiag personalise self-assessment --people people.csv -o to-send
      pmdiag personalise interview --people people.csv -o to-send --random-references --local our-version
    """
    from pmdiag_build.publish.personalise import References
    from pmdiag_build.publish.personalise import personalise as run

    with Bar("Making copies") as bar:
        outcome = run(
            inputs_of(content, local),
            pack,
            people,
            out,
            built=built,
            references=References.RANDOM if random else References.FROM_FILE,
            on_wait=lambda: say_waiting(out),
            on_copy=bar.show,
        )
    report(outcome.notices)
    _sum_up(outcome, out)
    return ExitCode.NEEDS_A_LOOK if outcome.notices else ExitCode.CLEAN


def _sum_up(outcome: Outcome, out: Path) -> None:
    copies = counted(outcome.copies, "copy", "copies")
    say(f"Made: {copies} of “{outcome.title}” with {', '.join(outcome.filled)} filled in")
    say(f"Where: {out}. Begin with {out / 'list.html'}; {out / 'list.csv'} is the same for a mail merge.")
    if outcome.only_listed:
        say(f"Only in the list, not in the packs: {', '.join(outcome.only_listed)}")
    say("Keep apart: both lists say who has which reference. Do not send them out or store them with the returns.")
    say_look(len(outcome.notices))
