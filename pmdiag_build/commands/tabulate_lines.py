"""What `pmdiag tabulate` prints: problems, the accounts, what was made, what needs a look. Decides nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pmdiag_build.problems import Fault, Location, Problem, Severity
from pmdiag_build.terminal import counted, report, say

if TYPE_CHECKING:
    from pmdiag_build.results.views.source import Source
    from pmdiag_build.returns.round import Accounts, Round

_GIVEN = re.compile(r" \(given: .*\)", re.DOTALL)
_MANY = 4
"""So many lines that say the same of as many values are one."""


def tell_round(round_: Round) -> None:
    """The problems, what was passed over, and the accounts."""
    report(gathered(round_.listed))
    for file in round_.ignored:
        # Our own lock and lists are no news to anybody.
        if ".pmdiag" in file:
            continue
        say(f"Passed over, since no person made it: {file}")
    say(accounts_line(round_.accounts))


def gathered(problems: Iterable[Problem]) -> list[Problem]:
    """The problems, those that say the same of many given values as one, at the first place."""
    groups: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        groups.setdefault((_GIVEN.sub("", problem.what), problem.fix), []).append(problem)
    found = []
    for (what, fix), group in groups.items():
        if len(group) < _MANY or all(problem.what == what for problem in group):
            found += group
        else:
            place = Location(f"{group[0].place} and {len(group) - 1} more places")
            found.append(Problem(place, Fault(what, fix), group[0].severity))
    return found


def tell_made(out: Path, made: list[str], round_: Round, notices: Sequence[Problem]) -> None:
    """What was made, where it is, and what needs a look. `notices` are named here and in no file."""
    say(f"Made: {', '.join(made)}")
    say(f"Where: {out}. Begin with {out / 'report.html'}.")
    report(notices)
    named = f"named above and in {out / 'problems.csv'}" if round_.listed else "named above"
    points, blank = len(round_.problems) + len(notices), counted(len(round_.blank), "blank return")
    if points:
        say(f"Needs a look: {counted(points, 'point')}{f' and {blank}' if round_.blank else ''}, {named}")
    elif round_.blank:
        say(f"Needs a look: nothing; {blank} {named}, the rest counted as they came")
    else:
        say("Needs a look: nothing; every return was counted as it came")


def accounts_line(accounts: Accounts) -> str:
    """The accounts as a sum that a person can check."""
    return (
        f"Returns found: {accounts.found} = {accounts.counted} counted + {accounts.blank} blank + "
        f"{accounts.duplicate} duplicate + {accounts.in_conflict} in conflict + {accounts.set_aside} set aside"
    )


def nothing_found(returns: Iterable[Path], accounts: Accounts) -> list[Problem]:
    """A line for each place in which a return was looked for and none was found at all."""
    if accounts.found:
        return []
    what, fix = "No returns were found in it", "Is it the right folder?"
    return [Problem(Location(str(path)), Fault(what, fix), Severity.NOTICE) for path in returns]


def left_out(source: Source, previous: str) -> list[Problem]:
    """What an earlier round made it necessary to leave out."""
    n, earlier = source.release.rules.min_group, source.earlier
    found = []
    if earlier is not None and earlier.left_out:
        found.append(f"The two rounds hold the same responses, but for fewer than {n}; they are not put side by side")
    elif earlier is not None and earlier.few:
        shown = ", ".join(id if kind == "rating" else f"{kind} {id}" for kind, id in sorted(earlier.few))
        found.append(f"Both rounds hold the same answers, but for fewer than {n}, to {shown}: not put side by side")
    if source.release.roles.earlier:
        found.append("With the earlier round's tables, those by role would tell what a few answered: none is shown")
    fix = "Give out the results of one of the two only: with both, the answers of those few could be worked out"
    return [Problem(Location(previous), Fault(what, fix), Severity.NOTICE) for what in found]
