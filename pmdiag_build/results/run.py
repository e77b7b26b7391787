"""Returns → results: reads them, counts, decides what may be shown, and makes every file.

`tabulate_folders` is for a command: folders in, a folder of results out. `tabulate_files` is for a page in a browser:
names and bytes in, names and bytes out, with a `Tool` that is ready, no file written and no process started.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from pmdiag_build.at_once import both
from pmdiag_build.content.model import Tool
from pmdiag_build.people import People
from pmdiag_build.problems import (
    EnvironmentFailed,
    Fault,
    Problem,
    Problems,
    Severity,
    UsageWrong,
    counted,
    together,
)
from pmdiag_build.resources import LAYOUTS
from pmdiag_build.results import checked_comments, people_asked
from pmdiag_build.results.checked_comments import ToCheck
from pmdiag_build.results.comments_list import COMMENTS_CSV
from pmdiag_build.results.disclosure import Rules, area_rows_of, every, release, rows_of, told_with
from pmdiag_build.results.made_of import Part, in_lines, made_of
from pmdiag_build.results.phrases import Phrases
from pmdiag_build.results.read_earlier_round import MIN_GROUP, read_previous
from pmdiag_build.results.request import Given, Request, read_request
from pmdiag_build.results.round_overlap import Earlier
from pmdiag_build.results.tabulation import Question, tabulate
from pmdiag_build.results.views.parts import ReportInput
from pmdiag_build.returns.find_files import RESULTS_MADE_BY, files_of
from pmdiag_build.returns.read_files import Processes
from pmdiag_build.returns.round import Progress, Round, read_round, round_of

if TYPE_CHECKING:
    import jinja2

    from pmdiag_build.publish import Inputs

Layouts = Callable[[], "jinja2.Environment"]
"""Gives the one environment of all layouts: they are loaded by the process that fills them in."""

REPORT_HTML = "share/report.html"
REPORT_PDF = "share/report.pdf"
SUMMARY_PDF = "share/summary-of-review.pdf"
TABLES_XLSX = "share/tables.xlsx"
RESPONSES_XLSX = "keep/responses.xlsx"
SHARE_NOTE = "share/about.txt"
KEEP_NOTE = "keep/about.txt"
"""The first file of each folder, which says in one line who may have it."""

TITLE = "title"
"""What a folder's manifest calls what its round is called."""

_CHECKED = "comments checked"
"""Says in a folder's manifest that a person read the comments before they were shown."""

_SUMMARY_PACK = "summary-of-review"
_MOST_NAMED = 8
_TWO_AT_ONCE = range(200, 20_001)
"""Responses whose files are made by two processes: copying this one takes as long as a few, and needs the memory of
many."""
_NOTHING_FOUND = Fault("It contains no returns", "Name the folder that the returns are in")
_GIVE_OUT_ONE = "Give out the results of only one of the two: with both, people could work out what those few answered"
_WOULD_SHOW_AGAIN = Fault(
    "These results were made with checked comments, and would now show every comment as it was written",
    "Add --comments {list}",
)
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


@dataclass(frozen=True, slots=True)
class Results:
    """What became of a round. `files`: name → content.

    `notices` need a person's look, and are listed with the problems. There their places are the same wherever the files
    are. `no_pdfs` says why PDFs that were asked for are missing. `editions`: what the round is made of, for whoever
    runs it. `as_written`: how many comments are shown that nobody was asked to read first.
    """

    round: Round
    files: Mapping[str, bytes]
    notices: tuple[Problem, ...]
    no_pdfs: tuple[Problem, ...] = ()
    editions: tuple[Part, ...] = ()
    as_written: int = 0

    def in_lines(self, out: Path | None = None) -> Iterator[Problem | str]:
        """What whoever runs the round is told: what it is made of, what was made, where it is (`out`, if it is a
        folder), and what needs a look."""
        yield from in_lines(self.editions)
        if self.no_pdfs:
            yield "Left out: report.pdf and summary-of-review.pdf"
            yield from self.no_pdfs
        yield f"Made: {', '.join(sorted(self.files))}"
        if out is not None:
            yield f"Where: {out}. Begin with {out / REPORT_HTML}."
        folder = out or Path()
        yield f"Give out only what is in {folder / 'share'}."
        if self.as_written:
            comments = counted(self.as_written, "comment appears as it was", "comments appear as they were")
            yield f"Read first: {comments} written. They are listed in {folder / COMMENTS_CSV}."
        yield from together(self.notices)
        yield self._needs_a_look(folder)

    def _needs_a_look(self, folder: Path) -> str:
        from pmdiag_build.results.writers.records import PROBLEMS_CSV

        round_, listed = self.round, self.round.listed or self.notices
        named = f"named above and in {folder / PROBLEMS_CSV}" if listed else "named above"
        points, blank = len(round_.problems) + len(self.notices), counted(len(round_.blank), "blank return")
        if points:
            return f"Needs a look: {counted(points, 'point')}{f' and {blank}' if round_.blank else ''}, {named}"
        if round_.blank:
            return f"Needs a look: nothing; {blank} {named}, the rest counted as they came"
        return "Needs a look: nothing; every return was counted as it came"


def tabulate_folders(
    returns: Sequence[Path],
    out: Path,
    inputs: Inputs,
    request: Request,
    *,
    on_wait: Callable[[], None],
    on_read: Callable[[Round], None],
    reading: Callable[[], contextlib.AbstractContextManager[Progress | None]] = contextlib.nullcontext,
) -> Results:
    """Results of the returns in files and folders, as the folder `out`, which is replaced whole or not at all.

    `on_wait` is called if another run is writing to `out`, `on_read` when all returns were read, before results are
    made; `reading` surrounds the reading of returns.

    Raises ContentWrong, UsageWrong or EnvironmentFailed, with `out` as it was.
    """
    from pmdiag_build.output import OutputFolder

    tool = _tool(inputs)
    folder = OutputFolder(out, RESULTS_MADE_BY)
    previous = [file.content for file in request.previous if isinstance(file.content, Path)]
    folder.refuse_overlap([*inputs.folders, *(("the earlier round", path) for path in previous)])
    given = read_request(request, tool)
    with folder.alone(on_wait):
        old = folder.examine()
        if old is not None and old.facts.get(_CHECKED) and request.comments is None:
            raise UsageWrong([_WOULD_SHOW_AGAIN.at(str(out), list=str(out / COMMENTS_CSV))])
        with reading() as progress:
            # The folder of results may be inside that of the returns: what we wrote is never read as a return.
            round_ = read_round(returns, tool, leave_out=(out, *previous, *request.paths), progress=progress)
        on_read(round_)
        with _layouts_named(inputs.layouts):
            results = results_of(
                round_,
                tool,
                request,
                given,
                _layouts(inputs.layouts),
                looked_in=[*map(str, returns)],
                before=(lambda: read_previous(folder.path, tool)) if old is not None else None,
                out=str(out),
                processes=Processes.AS_MANY_AS_HELP,
            )
        folder.replace(results.files, facts_of(request, given), old)
    return results


def facts_of(request: Request, given: Given) -> dict[str, object]:
    """What a manifest says of how its results were made, for the next run and for later rounds."""
    return {MIN_GROUP: request.rules.min_group, TITLE: given.title, _CHECKED: given.comments is not None}


def _tool(inputs: Inputs) -> Tool:
    from pmdiag_build.kept_tool import tool_of

    if inputs.layouts == (LAYOUTS,):
        return tool_of(inputs.content, inputs.local)
    # What checks layouts takes a while to load, and our own need no check.
    from pmdiag_build.rendering.layout_checks import layouts_checked

    with layouts_checked(inputs.layouts, Problems()):
        return tool_of(inputs.content, inputs.local)


def _layouts(folders: Sequence[Path]) -> Layouts:
    @cache
    def layouts() -> jinja2.Environment:
        from pmdiag_build.rendering.templates import environment

        return environment(folders)

    return layouts


@contextlib.contextmanager
def _layouts_named(folders: Sequence[Path]) -> Iterator[None]:
    """Name the layout, and the line in it, where one of these folders is wrong."""
    try:
        yield
    except Exception:
        from pmdiag_build.rendering.templates import layouts_named

        with layouts_named(folders):
            raise


def tabulate_files(
    returns: Iterable[tuple[str, bytes]],
    tool: Tool,
    request: Request,
    *,
    progress: Progress | None = None,
) -> Results:
    """Results of returns that are at hand as (name, bytes). Raises UsageWrong where what else was given is not what it
    should be."""
    given = read_request(request, tool)
    round_ = round_of(files_of(returns), tool, reading_in=Processes.ONE, progress=progress)
    return results_of(round_, tool, request, given, _layouts((LAYOUTS,)), looked_in=("returns",))


def results_of(
    round_: Round,
    tool: Tool,
    request: Request,
    given: Given,
    layouts: Layouts,
    *,
    looked_in: Iterable[str],
    before: Callable[[], Earlier] | None = None,
    out: str = "",
    processes: Processes = Processes.ONE,
) -> Results:
    """Every file of the results. `looked_in` and `out` name the returns and where the results go in notices; `before`
    reads the results that are replaced."""
    report = report_input(round_, tool, request.rules, given)
    found = [*_notices(report, round_, request, given, looked_in, before, out)]
    notices = [one for group, _ in found for one in group]
    # The same returns give the same bytes, whatever their folders are called.
    listed = [_renamed(one, names) for group, names in found for one in group]
    made = files(report, round_, layouts, listed, processes=processes)
    if given.people:
        made[people_asked.NOT_ANSWERED_CSV] = people_asked.not_answered_csv(given.people, round_, report.say.words)
    no_pdfs: tuple[Problem, ...] = ()
    if request.pdfs:
        try:
            made |= _pdfs(report, made[REPORT_HTML].decode(), layouts())
        except EnvironmentFailed as error:
            no_pdfs = error.problems
    return Results(round_, made, tuple(notices), no_pdfs, made_of(round_.responses, tool), _as_written(report))


def _notices(
    report: ReportInput,
    round_: Round,
    request: Request,
    given: Given,
    looked_in: Iterable[str],
    before: Callable[[], Earlier] | None,
    out: str,
) -> Iterator[tuple[Sequence[Problem], Mapping[str, str]]]:
    """What needs a look, in groups, each with what the files call the folders and files that it names."""
    if not round_.accounts.found:
        nothing = [_NOTHING_FOUND.at(place, Severity.NOTICE) for place in looked_in]
        yield nothing, {one.place.file: "returns" for one in nothing}
    named = {file.name: PurePath(file.name).name for file in (request.people, request.comments) if file is not None}
    yield given.notices, named
    if given.people is not None:
        yield [*people_asked.points(given.people, round_)], named
    if given.comments is not None:
        new_list = str(Path(out, COMMENTS_CSV))
        points = checked_comments.points(report.to_check(), given.comments, new_list)
        yield [*points], {**named, new_list: COMMENTS_CSV}
    if report.earlier:
        from pmdiag_build.results.views.rounds import round_names

        rounds = dict(zip((one.place for one in report.earlier), round_names(report), strict=False))
        yield [*_left_out(report)], {**rounds, ", ".join(rounds): ", ".join(rounds.values())}
    yield [*_too_open(report, out or _RESULTS)], {out: _RESULTS}
    if before is not None:
        yield _replaced(report, round_, before, out), {out: _RESULTS}


def _renamed(problem: Problem, names: Mapping[str, str]) -> Problem:
    place = replace(problem.place, file=names.get(problem.place.file, problem.place.file))
    facts = ((name, names.get(text, text) if name == "list" else text) for name, text in problem.facts)
    return replace(problem, place=place, facts=tuple(facts))


def report_input(round_: Round, tool: Tool, rules: Rules, given: Given | None = None) -> ReportInput:
    """A round, counted, and cut to what may be shown. Raises UsageWrong where the list of checked comments is wrong."""
    given = given or Given()
    counted = tabulate(round_.responses, tool)
    shows = given.comments.shows if given.comments is not None else every
    released = release(counted, round_.responses, tool, rules, given.earlier, shows)
    written = released.comments

    @cache
    def to_check() -> tuple[ToCheck, ...]:
        from pmdiag_build.results.look_at import words_of_names

        found = checked_comments.to_check(written, words_of_names(_names(round_, given.people)))
        return found if given.comments is None else checked_comments.decided(found, given.comments)

    if given.comments is not None:
        checked = checked_comments.figures(to_check(), tool, rules.min_group)
        released = replace(released, comments=checked_comments.shown(to_check(), tool), checked=checked)
    return ReportInput(
        tool,
        round_.accounts,
        len(round_.problems),
        released,
        Phrases(tool, counted.modes),
        given.title,
        people_asked.asked_of(given.people, round_, tool, rules.min_group) if given.people else None,
        to_check,
        given.comments,
    )


def _names(round_: Round, people: People | None) -> Iterator[str]:
    """Names that are known in the round: of those who were asked, and of those who say that they answered."""
    for one in round_.responses:
        yield from (one.record.lead, one.record.contributors)
    yield from people_asked.names_of(people) if people is not None else ()


def files(
    report: ReportInput,
    round_: Round,
    layouts: Layouts,
    notices: Sequence[Problem] = (),
    *,
    processes: Processes = Processes.ONE,
) -> dict[str, bytes]:
    """Name → content of every file but the PDFs. `notices` are listed with the problems of the returns."""
    listed = [*notices, *round_.listed]
    if processes is Processes.AS_MANY_AS_HELP and report.total in _TWO_AT_ONCE:
        # The copy makes what is small and soon given back: of 1,000 responses, responses.csv alone has 4.6 MB.
        lists, books = both(lambda: _report_and_lists(report, layouts, listed), lambda: _books(report, listed))
    else:
        lists, books = _report_and_lists(report, layouts, listed), _books(report, listed)
    return lists | books


# Half of the work each, with 1,000 responses some 120 ms. Each imports what it alone needs, XlsxWriter or Jinja: 20 ms
# each, for which both would wait if this module imported them.


def _books(report: ReportInput, listed: Sequence[Problem]) -> dict[str, bytes]:
    from pmdiag_build.results.writers.workbook import records_book, tables_book

    return {TABLES_XLSX: tables_book(report), RESPONSES_XLSX: records_book(report, listed)}


def _report_and_lists(report: ReportInput, layouts: Layouts, listed: Sequence[Problem]) -> dict[str, bytes]:
    from pmdiag_build.results.writers import records
    from pmdiag_build.results.writers.html import report_html

    release, tool = report.release, report.tool
    shown_in = records.ShownIn(rows_of(release), area_rows_of(release))
    return {
        SHARE_NOTE: _line(report.say.words[_who_may_have(report)]),
        REPORT_HTML: report_html(report, layouts()).encode(),
        KEEP_NOTE: _line(report.say.words["about_keep"]),
        records.RESPONSES_CSV: records.responses_csv(
            release.entries, tool, report.title, shown_in, attribute=release.rules.attribute
        ),
        records.RESPONSES_JSON: records.responses_json(release.entries),
        records.PROBLEMS_CSV: records.problems_csv(listed),
        COMMENTS_CSV: checked_comments.comments_csv(report.to_check(), tool, report.checked_list),
        records.CODEBOOK_CSV: records.codebook_csv(tool),
        records.COLUMNS_CSV: records.columns_csv(tool),
    }


def _who_may_have(report: ReportInput) -> str:
    """The word that says who may have what is in share/."""
    if any(True for _ in _too_open(report, "")):
        return "about_share_single" if report.release.rules.min_group == 1 else "about_share_few"
    if report.release.rules.attribute:
        return "about_share_attributed"
    checked = report.release.checked
    unread = _as_written(report) or (checked is not None and checked.undecided)
    return "about_share_unread" if unread else "about_share"


def _as_written(report: ReportInput) -> int:
    """How many comments are shown that nobody was asked to read first."""
    return len(report.release.comments) if report.release.checked is None else 0


def _line(text: str) -> bytes:
    return f"{text}\n".encode()


def _pdfs(report: ReportInput, html: str, env: jinja2.Environment) -> dict[str, bytes]:
    """The report for print, and the fillable summary with the round's counts where the tool has that pack."""
    from pmdiag_build.content.fields import pack_fields
    from pmdiag_build.publish.forms import render_pack
    from pmdiag_build.publish.packs import pack_html, pack_title
    from pmdiag_build.results.writers.pdf import report_pdf

    tool = report.tool
    made = {REPORT_PDF: report_pdf(printed_html(report, html, env))}
    for pack in tool.packs:
        if pack.id == _SUMMARY_PACK:
            page, fields = pack_html(tool, pack, env, summary_counts(report)), pack_fields(tool, pack)
            made[SUMMARY_PDF] = render_pack(page, fields, name=f"packs/{pack.id}.yaml", title=pack_title(tool, pack))
    return made


def printed_html(report: ReportInput, html: str, env: jinja2.Environment) -> str:
    """The page that report.pdf is made of: report.html itself, unless a comment is too long to be printed whole."""
    from pmdiag_build.results.views.questions import for_print
    from pmdiag_build.results.writers.html import report_html

    printed = for_print(report)
    return html if printed is report else report_html(printed, env)


def summary_counts(report: ReportInput) -> Mapping[str, str]:
    """Feature id → the sentence that the summary of the review prints beside the feature; under "" what it prints above
    them all."""
    from pmdiag_build.results.views.about import invented_sentence

    say = report.say
    named = say.fill("summary_round", title=report.title) if report.title else ""
    found = {"": above} if (above := " ".join(filter(None, (named, invented_sentence(report))))) else {}
    for feature in report.tool.framework.features:
        counts = report.release.counted.whole.overall[feature.id]
        who = say.who(counts.base)
        key = "summary_counts" if counts.base else "summary_counts_none"
        found[feature.id] = say.few(counts) or say.fill(
            key, who=who, said=say.said(counts), unanswered=counts.unanswered
        )
    return found


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
    total, n = report.total, report.release.rules.min_group
    if 0 < total < max(n, 2):
        responses = "1 response was" if total == 1 else f"{total} responses were"
        yield _SMALL_ROUND.at(place, Severity.NOTICE, responses=responses)
    elif n == 1 and total:
        yield _SINGLE_ROLES.at(place, Severity.NOTICE)


def _replaced(report: ReportInput, round_: Round, before: Callable[[], Earlier], place: str) -> list[Problem]:
    """That whoever has the results that are replaced, and these, could work out what a few answered."""
    try:
        earlier = before()
    except UsageWrong as error:
        return [_NOT_COMPARED.at(place, Severity.NOTICE, why=error.problems[0].what)]
    questions = told_with(report.release, round_.responses, report.tool, earlier)
    if not questions:
        return []
    n = str(min(report.release.rules.min_group, earlier.min_group))
    return [_REPLACED.at(place, Severity.NOTICE, n=n, questions=_named(questions))]


def _named(questions: Collection[Question]) -> str:
    """A few questions by their numbers, many by how many they are."""
    if len(questions) > _MOST_NAMED:
        return counted(len(questions), "question")
    return ", ".join(id if kind == "rating" else f"{kind} {id}" for kind, id in sorted(questions))
