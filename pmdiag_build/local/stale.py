"""What has gone stale in a local version since the national text under it changed. Changes nothing."""

from __future__ import annotations

from pathlib import Path

from pmdiag_build.content.model import Change, LocalVersion
from pmdiag_build.local.folder import NATIONAL
from pmdiag_build.local.naming import near, typed
from pmdiag_build.local.paths import ABOUT
from pmdiag_build.problems import Fault, Location, Problem, Severity

ASK, BELOW = "pmdiag local check shows both", "Both are shown below"
"""Where a person sees what has changed."""


def stale(version: LocalVersion) -> list[Change]:
    """The changes that stand on a national wording that has changed since, or is there no more."""
    return [change for change in version.changes if change.stale]


def notices(version: LocalVersion, edition: str, content: Path, folder: str, see: str = ASK) -> list[Problem]:
    """A notice for each change that has gone stale, and for a new national `edition`: a build goes on, a person must
    look. `content` is the national folder, `folder` the local one as messages name it, `see` where both are shown."""
    found = []
    if version.base != edition:
        what = f"This version was last checked against edition {version.base}; the national edition is {edition} now"
        first = "Go through what is named here" if see == BELOW else "Go through pmdiag local check"
        fix = f'{first}, then write base: "{edition}"'
        found.append(Problem(Location(f"{folder}/{ABOUT}"), Fault(what, fix), Severity.NOTICE))
    for change in stale(version):
        found.append(Problem(change.place, _said(change, content, folder, see), Severity.NOTICE))
    return found


def _said(change: Change, content: Path, folder: str, see: str) -> Fault:
    """What is wrong with a stale change, and how to fix it."""
    if change.what == "gone":
        return Fault(
            f"The national edition has no “{change.spot or change.file}” any more",
            "What stands here is not used: remove it, or move it to where it belongs now",
        )
    if change.what == "page":
        what = "The national page has changed since this was written"
        source = typed(near(content / change.file))
        return Fault(what, f"{see}. Mend the page, then copy {source} to {folder}/{NATIONAL}/{change.file}")
    what = f"The national wording of {change.spot} has changed since this was written"
    return Fault(what, f"{see}. Mend ours:, and behind national: put the new wording")
