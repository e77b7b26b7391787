"""What whoever runs a round should look at in it, beside the returns: few answers, lists, what can be compared."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePath

from pmdiag_build.problems import Fault, Problem, Severity, UsageWrong, counted
from pmdiag_build.results import checked_comments, people_asked
from pmdiag_build.results.comments_list import COMMENTS_CSV
from pmdiag_build.results.disclosure import told_with
from pmdiag_build.results.request import Given, Request
from pmdiag_build.results.round_overlap import Earlier
from pmdiag_build.results.tabulation import Question
from pmdiag_build.results.views.parts import ReportInput
from pmdiag_build.returns.round import Round

_NOTHING_FOUND = Fault("It contains no returns", "Name the folder that the returns are in")
_GIVE_OUT_ONE = "Give out the results of only one of the two: with both, people could work out what those few answered"
_FEW = Fault(
    "Together with the earlier results, {questions} would show what fewer than {n} people answered, "
    "so this is not shown",
    "To show everything, leave the earlier round out (--previous) and give out only these results",
)
_FEW_BESIDE = Fault(
    "Beside a newer earlier round, {questions} would show what fewer than {n} people answered, "
    "so this round's counts are not shown there",
    "To show them, leave the newer one out",
)
_FEWER_ROWS = Fault(
    "Together with the earlier results, some rows by role would show what fewer than {n} people answered, "
    "so roles are put together there",
    "Look at whether the report still shows the roles that you need",
)
_REPLACED = Fault(
    "The results that were here before and these differ by the answers of fewer than {n} people to {questions}",
    _GIVE_OUT_ONE,
)
_NOT_COMPARED = Fault(
    "The results that were here before can't be read, so they were not compared with these ({why})", _GIVE_OUT_ONE
)
_SMALL_ROUND = Fault(
    "Only {responses} counted, so the results show what single people answered",
    "Give them to nobody but those who answered, or wait for more returns",
)
_SINGLE_ROLES = Fault(
    "With a smallest group of 1 (--min-group 1) the results show what single people answered",
    "Make them again with a smallest group of 5 before you give them out",
)

_RESULTS = "results"
"""What the folder of the results is called in what is written into it."""

_MOST_NAMED = 8
"""So many questions are named by their numbers."""


def notices(
    report: ReportInput,
    round_: Round,
    request: Request,
    given: Given,
    looked_in: Iterable[str],
    before: Callable[[], Earlier] | None,
    out: str,
) -> Iterator[tuple[Problem, Problem]]:
    """What needs a look: as whoever runs the round is told, and as it is listed in the files of the results, which are
    the same wherever returns and results are.

    `looked_in` and `out` name the returns and where the results go; `before` reads the results that are replaced.
    """
    if not round_.accounts.found:
        for place in looked_in:
            yield from _listed([_NOTHING_FOUND.at(place, Severity.NOTICE)], {place: "returns"})
    named = {file.name: PurePath(file.name).name for file in (request.people, request.comments) if file is not None}
    yield from _listed(given.notices, named)
    if given.people is not None:
        yield from _listed(people_asked.points(given.people, round_), named)
    if given.comments is not None:
        new_list = str(Path(out, COMMENTS_CSV))
        points = checked_comments.points(report.to_check(), given.comments, new_list)
        yield from _listed(points, {**named, new_list: COMMENTS_CSV})
    if report.earlier:
        from pmdiag_build.results.views.rounds import round_names

        rounds = dict(zip((one.place for one in report.earlier), round_names(report), strict=False))
        yield from _listed(_left_out(report), {**rounds, ", ".join(rounds): ", ".join(rounds.values())})
    yield from _listed(_too_open(report, out or _RESULTS), {out: _RESULTS})
    if before is not None:
        yield from _listed(_replaced(report, round_, before, out), {out: _RESULTS})


def _listed(problems: Iterable[Problem], names: Mapping[str, str]) -> Iterator[tuple[Problem, Problem]]:
    """Each problem, and the same with the folders and files that it names called as in `names`."""
    for problem in problems:
        place = replace(problem.place, file=names.get(problem.place.file, problem.place.file))
        facts = ((name, names.get(text, text) if name == "list" else text) for name, text in problem.facts)
        yield problem, replace(problem, place=place, facts=tuple(facts))


def _left_out(report: ReportInput) -> Iterator[Problem]:
    """What earlier rounds made it necessary to leave out."""
    n, places = str(report.release.rules.min_group), ", ".join(one.place for one in report.earlier)
    if few := frozenset[Question]().union(*(one.few - one.beside for one in report.earlier)):
        yield _FEW.at(places, Severity.NOTICE, n=n, questions=_named(few))
    elif report.release.roles.earlier:
        yield _FEWER_ROWS.at(places, Severity.NOTICE, n=n)
    for one in report.earlier:
        if one.beside:
            yield _FEW_BESIDE.at(one.place, Severity.NOTICE, n=n, questions=_named(one.beside))


def _too_open(report: ReportInput, place: str) -> Iterator[Problem]:
    """What the results show of single people, because there are so few or because it was asked for."""
    if report.small:
        responses = "1 response was" if report.total == 1 else f"{report.total} responses were"
        yield _SMALL_ROUND.at(place, Severity.NOTICE, responses=responses)
    elif report.shows_single:
        yield _SINGLE_ROLES.at(place, Severity.NOTICE)


def _replaced(report: ReportInput, round_: Round, before: Callable[[], Earlier], place: str) -> Iterator[Problem]:
    """That whoever has the results that are replaced, and these, could work out what a few answered."""
    try:
        earlier = before()
    except UsageWrong as error:
        yield _NOT_COMPARED.at(place, Severity.NOTICE, why=error.problems[0].what)
        return
    if questions := told_with(report.release, round_.responses, report.tool, earlier):
        n = str(min(report.release.rules.min_group, earlier.min_group))
        yield _REPLACED.at(place, Severity.NOTICE, n=n, questions=_named(questions))


def _named(questions: Collection[Question]) -> str:
    """A few questions by their numbers, many by how many they are."""
    if len(questions) > _MOST_NAMED:
        return counted(len(questions), "question")
    return ", ".join(id if kind == "rating" else f"{kind} {id}" for kind, id in sorted(questions))
