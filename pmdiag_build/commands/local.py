"""`local` and `edition`: start a local version, see what it changes and what has gone stale; issue an edition."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pmdiag_build.commands import FOLDER, content_option, report, say
from pmdiag_build.problems import ExitCode, Fault, Problems, UsageWrong

if TYPE_CHECKING:
    from pmdiag_build.content.documents import Document
    from pmdiag_build.content.model import LocalVersion, Tool
    from pmdiag_build.local.edit import Text
    from pmdiag_build.publish.issue import Issued


@click.group()
def local() -> None:
    """Start and maintain your own version.

    \b
    Example:
      pmdiag local new our-version --name "Exampleshire Council"
      pmdiag local change our-version "customer feedback"
      pmdiag local diff our-version
      pmdiag local check our-version
    """


@local.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--name", default="", help="The organisation, as it appears in headings; the folder's name if left out.")
@click.option(
    "--id", "id", default="", help="A short name in small letters for the edition; made from the name if left out."
)
@content_option
def new(folder: Path, name: str, id: str, content: Path) -> ExitCode:
    """Start a local version in the new folder DIR.

    \b
    Example:
      pmdiag local new our-version --name "Exampleshire Council" --id exampleshire
    """
    from pmdiag_build.load import load_tool
    from pmdiag_build.local import plain_name, typed
    from pmdiag_build.local.edit import start_version

    name = name or folder.name
    tool = load_tool(content)
    written = start_version(folder, name, id or plain_name(name), tool.edition)
    say(f"Started a version of edition {tool.edition} for {name}: {len(written)} files")
    say(f"It is in {folder}. Begin with {folder / 'README.md'} and {folder / 'local.yaml'}.")
    say(f"See it: pmdiag serve --local {typed(folder)}")
    return ExitCode.CLEAN


@local.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.argument("what")
@content_option
def change(folder: Path, what: str, content: Path) -> ExitCode:
    """Copy a national text into DIR, ready to be changed.

    WHAT is the name of a statement (3.2), a page (using-this-tool) or any other text, or some words of it: then
    all texts that contain them are listed by name.

    \b
    Example:
      pmdiag local change our-version "customer feedback"
      pmdiag local change our-version 3.3
    """
    from pmdiag_build.load import read_documents
    from pmdiag_build.local import no_version
    from pmdiag_build.local.edit import find_texts

    if not (folder / "local.yaml").is_file():
        raise UsageWrong.one(str(folder), no_version(folder))
    documents = read_documents(content)
    found = find_texts(documents, what)
    if not found:
        raise UsageWrong.one("WHAT", Fault(f"No national text is named “{what}” or contains it", "Try fewer words"))
    if len(found) == 1:
        _take(folder, found[0], documents, content)
        return ExitCode.CLEAN
    say(f"{len(found)} national texts contain “{what}”. Name the one that you mean:")
    for text in found:
        wording = " ".join(text.wording.split())
        at = max(0, wording.lower().find(what.lower()) - 30)
        say(f"  {text.name}")
        say(f"      {'…' if at else ''}{wording[at : at + 90]}{'…' if len(wording) > at + 90 else ''}")
    return ExitCode.NEEDS_A_LOOK


def _take(folder: Path, text: Text, documents: dict[str, Document], content: Path) -> None:
    from pmdiag_build.local import typed
    from pmdiag_build.local.edit import is_taken, same_texts, take_text

    target = take_text(folder, text, content)
    if target.suffix == ".md":
        say(f"The page is now in {target}. Edit it there, and say after change: what kind of change it is.")
        return
    say(f"{text.name} is now in {target}. Put your wording after ours:, and say what kind of change it is.")
    if left := [other for other in same_texts(documents, text) if not is_taken(folder, other)]:
        say("The same text is also in other places. To change it there too, type:")
        for other in left:
            say(f"  pmdiag local change {typed(folder)} {typed(other.name)}")


@local.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@content_option
def diff(folder: Path, content: Path) -> ExitCode:
    """Show everything that the local version in DIR changes, with every place of every term.

    \b
    Example:
      pmdiag local diff our-version
    """
    from pmdiag_build.local.review import changes_in_lines

    _, version, notices = _load(folder, content)
    for line in changes_in_lines(version):
        say(line)
    report(notices)
    return ExitCode.NEEDS_A_LOOK if len(notices) else ExitCode.CLEAN


@local.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@content_option
def check(folder: Path, content: Path) -> ExitCode:
    """Check the local version in DIR, and list what is based on national wording that has changed.

    \b
    Example:
      pmdiag local check our-version
    """
    from pmdiag_build.local.review import lost_in_lines, shown_below, stale, stale_in_lines

    tool, version, found = _load(folder, content)
    report(shown_below(found))
    old = stale(version)
    for line in (*stale_in_lines(old), *lost_in_lines(version)):
        say(line)
    say(f"Checked: {version.name}, edition {tool.edition}: {len(version.changes)} changes, {len(old)} stale")
    return ExitCode.NEEDS_A_LOOK if len(found) else ExitCode.CLEAN


def _load(folder: Path, content: Path) -> tuple[Tool, LocalVersion, Problems]:
    """The tool with the local version in `folder`, that version, and the notices about it."""
    from pmdiag_build.load import load_tool
    from pmdiag_build.rendering.layout_checks import layouts_checked

    notices = Problems()
    with layouts_checked([folder.resolve() / "layouts"], Problems()):
        tool = load_tool(content, notices, local=folder)
    assert tool.local is not None
    return tool, tool.local, notices


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
