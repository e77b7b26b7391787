"""What in a local version wants a person's look before it is published. Changes nothing."""

from __future__ import annotations

from pmdiag_build.content.counts import says_count
from pmdiag_build.content.model import LocalVersion
from pmdiag_build.problems import Problems, Weight


def check_counts(version: LocalVersion, problems: Problems) -> None:
    """Adds a notice for each text that leaves out the number that the national one says."""
    for change in version.changes:
        counted = change.file.startswith(("packs/", "templates/")) and says_count(change.now)
        if change.what == "text" and not change.stale and counted and not says_count(change.ours):
            what = "{statements} is left out, so that the text no longer says how many there are"
            problems.add(change.place, what, "Put {statements} where the number belongs", Weight.NOTICE)
