"""What has gone stale in a local version since the national text under it changed. Changes nothing."""

from __future__ import annotations

from pmdiag_build.content.local.changes import Change
from pmdiag_build.content.local.reading import NATIONAL
from pmdiag_build.content.model import LocalVersion
from pmdiag_build.problems import Location, Problems, Weight


def stale(version: LocalVersion) -> list[Change]:
    """The changes that stand on a national wording that has changed since, or is there no more."""
    return [change for change in version.changes if change.stale]


def notices(version: LocalVersion, edition: str, file: str, problems: Problems) -> None:
    """Adds a notice for each change that has gone stale, and for a new national `edition`: a build goes on, a person
    must look. `file` is local.yaml as messages name it."""
    if version.base != edition:
        problems.add(
            Location(file),
            f"This version was last checked against edition {version.base}; the national edition is {edition} now",
            f"Go through pmdiag local check, then write base: “{edition}”",
            Weight.NOTICE,
        )
    for change in stale(version):
        problems.add(change.place, *_said(change), Weight.NOTICE)


def _said(change: Change) -> tuple[str, str]:
    """What is wrong with a stale change, and the mend."""
    see = "See both with pmdiag local check, then mend"
    if change.what == "gone":
        return (
            f"The national edition has no “{change.spot or change.file}” any more",
            "What stands here is not used: remove it, or move it to where it belongs now",
        )
    if change.what == "page":
        what = "The national page has changed since this was written"
        return what, f"{see} the page and put a copy of the new one at {NATIONAL}/{change.file}"
    what = f"The national wording of {change.spot} has changed since this was written"
    return what, f"{see} ours: and record the new wording under national:"
