"""`pmdiag build`: content and layouts → the site and the packs in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pmdiag_build.commands.options import content_option, inputs_of, local_option, out_option, strict_option
from pmdiag_build.problems import ExitCode, counted, size_in_words
from pmdiag_build.terminal import Bar, report, say, say_look, say_waiting

if TYPE_CHECKING:
    from pmdiag_build.publish.build import Outcome


@click.command()
@out_option(
    "DIR",
    "The folder to make. It is replaced as a whole; files in it that pmdiag did not write stop the build.",
    type=click.Path(path_type=Path),
    default=Path("build"),
    show_default=True,
)
@click.option(
    "--only",
    multiple=True,
    metavar="PART",
    help="Make only this part: site, packs, or the name of a pack. The other parts stay as they are. Repeatable.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    metavar="N",
    help="How many packs are made at once. Default: one for each processor.",
)
@strict_option
@local_option
@content_option
def build(
    out: Path, only: tuple[str, ...], jobs: int | None, strict: bool, local: Path | None, content: Path
) -> ExitCode:
    """Make the site and the packs.

    The site goes to DIR/site and can be copied to any web server or opened from the folder; the packs are in
    DIR/packs. Packs that have not changed are not made again.

    \b
    Example:
      pmdiag build
      pmdiag build --out /srv/review --only site --only interview
      pmdiag build --local our-version
    """
    from pmdiag_build.publish.build import build as run

    with Bar("Making site and packs") as bar:
        outcome = run(inputs_of(content, local), out, _Progress(out, bar), only=only, jobs=jobs or 0, strict=strict)
    report(outcome.notices)
    _sum_up(outcome, out)
    return ExitCode.NEEDS_A_LOOK if outcome.notices else ExitCode.CLEAN


def _sum_up(outcome: Outcome, out: Path) -> None:
    parts = [f"a site of {counted(outcome.pages, 'page')}"] if outcome.pages else []
    packs = len(outcome.made) + len(outcome.kept)
    if packs:
        parts.append(counted(packs, "pack"))
    if outcome.unchanged:
        made = f"nothing new; {' and '.join(parts)} {'is' if len(parts) == 1 and packs < 2 else 'are'} up to date"
    else:
        made = " and ".join(parts)
        if outcome.kept:
            made += f", {len(outcome.kept)} of them unchanged"
    places = [str(out / "site" / "index.html")] if outcome.pages else []
    places += [str(out / "packs")] if packs else []
    say(f"Made: {made}")
    say(f"Where: {' and '.join(places)}")
    say_look(len(outcome.notices))


class _Progress:
    """Prints what the build does, with a progress bar on a terminal."""

    def __init__(self, out: Path, bar: Bar) -> None:
        self._out, self._bar = out, bar
        self._done = self._steps = 0

    def waiting(self) -> None:
        say_waiting(self._out)

    def begin(self, steps: int) -> None:
        self._steps = steps
        self._bar.show(0, steps)

    def pack(self, id: str, pages: int, size: int) -> None:
        self._step(f"packs/{id}.pdf: {counted(pages, 'page')}, {size_in_words(size)}")

    def site(self, pages: int) -> None:
        self._step(f"site: {counted(pages, 'page')}")

    def _step(self, line: str) -> None:
        self._done += 1
        self._bar.say(line)
        self._bar.show(self._done, self._steps)
