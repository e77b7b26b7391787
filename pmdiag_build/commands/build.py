"""`build`, `serve`, `check`, `personalise`, `release`: content and layouts → site, packs, and what is made of them."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from pmdiag_build import __version__
from pmdiag_build.commands import (
    FILE,
    FOLDER,
    THERE,
    Bar,
    content_option,
    inputs_of,
    local_option,
    out_option,
    report,
    say,
    say_look,
    say_waiting,
    strict_option,
)
from pmdiag_build.problems import ContentWrong, ExitCode, Problems, counted, size_in_words

if TYPE_CHECKING:
    from pmdiag_build.publish.build import Outcome
    from pmdiag_build.publish.personalise import Outcome as Copies


def _built_option(about: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--build`: the folder of a build that a command goes by."""
    return click.option(
        "--build", "built", type=FOLDER, default=Path("build"), metavar="DIR", show_default=True, help=about
    )


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
    help="Make only this part: site, packs, desk, or the name of a pack. Other parts stay as they are. Repeatable.",
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
    """Make the site, the packs and the desk.

    The site goes to DIR/site and can be copied to any web server or opened from the folder; the packs are in
    DIR/packs. Packs that have not changed are not made again. DIR/desk is the desk, which makes results in a browser
    where nothing is installed; DIR/desk-in-one-file.html is the same as a single file.

    \b
    Example:
      pmdiag build
      pmdiag build --out /srv/review --only site --only interview
      pmdiag build --local our-version
    """
    from pmdiag_build.publish.build import build as run

    with Bar("Making site, packs and desk") as bar:
        outcome = run(inputs_of(content, local), out, _Progress(out, bar), only=only, jobs=jobs or 0, strict=strict)
    report(outcome.notices)
    _sum_up(outcome, out)
    return ExitCode.NEEDS_A_LOOK if outcome.notices else ExitCode.CLEAN


def _sum_up(outcome: Outcome, out: Path) -> None:
    parts = [f"a site of {counted(outcome.pages, 'page')}"] if outcome.pages else []
    packs = len(outcome.made) + len(outcome.kept)
    if packs:
        parts.append(counted(packs, "pack"))
    if not outcome.unchanged and outcome.kept:
        parts[-1] += f" ({len(outcome.kept)} unchanged)"
    parts += ["the desk"] if outcome.desk else []
    made = _in_a_row(parts)
    if outcome.unchanged:
        made = f"nothing new; {made} {'is' if len(parts) == 1 and packs < 2 else 'are'} up to date"
    places = [str(out / "site" / "index.html")] if outcome.pages else []
    places += [str(out / "packs")] if packs else []
    places += [str(out / "desk" / "index.html")] if outcome.desk else []
    say(f"Made: {made}")
    say(f"Where: {_in_a_row(places)}")
    say_look(len(outcome.notices))


def _in_a_row(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


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

    def desk(self, size: int) -> None:
        self._step(f"desk: {size_in_words(size)}")

    def _step(self, line: str) -> None:
        self._done += 1
        self._bar.say(line)
        self._bar.show(self._done, self._steps)


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 means any free port.")
@local_option
@content_option
def serve(port: int, local: Path | None, content: Path) -> ExitCode:
    """Show the site in a browser on this computer, and follow every edit.

    Edit files in content/ and layouts/ and save them: the page reloads by itself, and shows what is wrong with an edit.
    Only this computer can see it. Use pmdiag build to write the site.

    \b
    Example:
      pmdiag serve
      pmdiag serve --port 8080
      pmdiag serve --local our-version
    """
    from pmdiag_build.publish.preview import serve as run

    # Each edit leaves 8,000 objects behind, and this command runs all day.
    gc.set_threshold(50_000)
    try:
        run(inputs_of(content, local), port, report=report, on_ready=_say_ready, on_edit=_say_edit)
    except KeyboardInterrupt:
        say("Stopped.")
    return ExitCode.CLEAN


def _say_ready(address: str) -> None:
    say(f"The site is at {address} and follows every edit. Press Ctrl-C to stop.")


def _say_edit(names: Sequence[str], shown: bool) -> None:
    files = ", ".join(names)
    say(f"Updated after an edit of {files}" if shown else f"Not updated after an edit of {files}")


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
@click.option(
    "--site-address",
    "site",
    default="",
    metavar="ADDRESS",
    help="Where your site is, such as https://intranet.example.org/review/: what the links in the lists begin with.",
)
@local_option
@_built_option("The folder of pmdiag build. If the pack in it is up to date, it is used.")
@content_option
def personalise(
    pack: str, people: Path, out: Path, random: bool, site: str, local: Path | None, built: Path, content: Path
) -> ExitCode:
    """Make one copy of a pack for each person, with reference, role, area and mode filled in.

    PACK is the name of a pack, such as self-assessment. DIR then contains the copies, list.csv for a mail merge
    and list.html to print. Both lists say who gets which file. If the pack can be answered on screen, they also have a
    link for each person, which opens that page of the site with the same lines filled in.

    \b
    Example:
      pmdiag personalise self-assessment --people people.csv -o to-send
      pmdiag personalise self-assessment --people people.csv -o to-send --site-address https://intranet.example.org/review/
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
            site=site,
            on_wait=lambda: say_waiting(out),
            on_copy=bar.show,
        )
    report(outcome.notices)
    _sum_up_copies(outcome, out)
    return ExitCode.NEEDS_A_LOOK if outcome.notices else ExitCode.CLEAN


def _sum_up_copies(outcome: Copies, out: Path) -> None:
    copies = counted(outcome.copies, "copy", "copies")
    say(f"Made: {copies} of “{outcome.title}” with {', '.join(outcome.filled)} filled in")
    say(f"Where: {out}. Begin with {out / 'list.html'}; {out / 'list.csv'} is the same for a mail merge.")
    if outcome.page:
        before = "" if "://" in outcome.page else ". Put the address of your site before it, or use --site-address"
        say(f"Links: each row of the lists has one to {outcome.page}, with the same filled in{before}")
    if outcome.only_listed:
        say(f"Only in the list, not in the packs: {', '.join(outcome.only_listed)}")
    say("Keep apart: both lists say who has which reference. Do not send them out or store them with the returns.")
    say_look(len(outcome.notices))


@click.command()
@click.option(
    "--site",
    type=THERE,
    metavar="DIR",
    help="The folder of a site that was handed over: compare it with its manifest.json, and check nothing else.",
)
@strict_option
@local_option
@content_option
@click.pass_context
def check(ctx: click.Context, site: Path | None, strict: bool, local: Path | None, content: Path) -> ExitCode:
    """Check the content and all links, without writing anything.

    With --site, compare a site that was handed over with the list of its files. Every file that was changed or added,
    or that is missing, is named.

    \b
    Example:
      pmdiag check
      pmdiag check --strict
      pmdiag check --local our-version
      pmdiag check --site /srv/www/review
    """
    if site is not None:
        others = [name for name in ctx.params if name != "site" and _is_given(ctx, name)]
        if others:
            raise click.UsageError(f"--site and --{others[0]} can't be used together.", ctx)
        return _compare_site(site)
    from pmdiag_build.publish.build import check as run

    notices = Problems()
    tool = run(inputs_of(content, local), notices)
    if strict and len(notices):
        raise ContentWrong(notices)
    report(notices)
    say(f"Checked: {tool.title}, edition {tool.edition}: {counted(len(tool.pages), 'page')}, {len(tool.packs)} packs")
    say_look(len(notices))
    return ExitCode.NEEDS_A_LOOK if len(notices) else ExitCode.CLEAN


def _is_given(ctx: click.Context, name: str) -> bool:
    return ctx.get_parameter_source(name) is not ParameterSource.DEFAULT


def _compare_site(folder: Path) -> ExitCode:
    from pmdiag_build.output.manifest import HANDED_OVER, compare

    handed, digest, different = compare(folder)
    report(different)
    reads = "" if handed.version == __version__ else f" (this is pmdiag {__version__}, which makes no difference here)"
    say(f"Compared: {counted(len(handed.files), 'file')} of {folder} with its {HANDED_OVER}")
    say(f"Made by: pmdiag {handed.version}{reads}, edition {handed.edition}, wording {handed.fingerprint}")
    say(f"SHA-256 of {HANDED_OVER}: {digest}. It is the same wherever the site is the same.")
    say_look(len(different))
    return ExitCode.NEEDS_A_LOOK if different else ExitCode.CLEAN


@click.command()
@out_option(
    "FILE.zip",
    "The ZIP to make. If not given: dist/ and a name with the version.",
    type=click.Path(path_type=Path),
)
@click.option("--force", is_flag=True, help="Replace an existing file.")
@_built_option("The folder of pmdiag build, which is brought up to date first.")
@local_option
@content_option
def release(out: Path | None, force: bool, built: Path, local: Path | None, content: Path) -> ExitCode:
    """Make one ZIP to hand on, for people without Python.

    It contains the site, the packs, the desk, an empty entry sheet, checksums, and a page that says where to begin.
    The same content gives the same bytes.

    \b
    Example:
      pmdiag release
      pmdiag release --local our-version -o our-version.zip
    """
    from pmdiag_build.output.atomic import check_free, write_file
    from pmdiag_build.release import release as run

    if out is not None:
        check_free(out, force=force)
    with Bar("Making the release") as bar:
        made = run(inputs_of(content, local), built, _Progress(built, bar))
    report(made.build.notices)
    target = out or Path("dist") / made.name
    write_file(target, made.content)
    say(f"Made: {target.name}, {counted(made.files, 'file')}, {size_in_words(len(made.content))}")
    say(f"Where: {target}")
    say(f"SHA-256 of the ZIP, for those who want to check it: {made.sha256}")
    say_look(len(made.build.notices))
    return ExitCode.NEEDS_A_LOOK if made.build.notices else ExitCode.CLEAN
