"""Returns → results: reads them, counts, decides what may be shown, and makes every file.

`tabulate_folders` is for a command: folders in, a folder of results out. `tabulate_files` is for a page in a browser:
names and bytes in, names and bytes out, with a `Tool` that is ready, no file written and no process started.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pmdiag_build.content.model import Tool
from pmdiag_build.people import People
from pmdiag_build.problems import EnvironmentFailed, Fault, Problem, Problems, UsageWrong, counted, together
from pmdiag_build.resources import LAYOUTS
from pmdiag_build.results import checked_comments, people_asked
from pmdiag_build.results.checked_comments import ToCheck
from pmdiag_build.results.comments_list import COMMENTS_CSV
from pmdiag_build.results.disclosure import Rules, every, release
from pmdiag_build.results.made_of import Part, in_lines, made_of
from pmdiag_build.results.notices import notices
from pmdiag_build.results.phrases import Phrases
from pmdiag_build.results.read_earlier_round import MIN_GROUP, read_previous
from pmdiag_build.results.request import Given, Request, read_request
from pmdiag_build.results.round_overlap import Earlier
from pmdiag_build.results.tabulation import tabulate
from pmdiag_build.results.views.parts import ReportInput
from pmdiag_build.results.writers import REPORT_HTML, Layouts, files, pdfs
from pmdiag_build.returns.find_files import RESULTS_MADE_BY, files_of
from pmdiag_build.returns.read_files import Processes
from pmdiag_build.returns.round import Progress, Round, read_round, round_of

if TYPE_CHECKING:
    import jinja2

    from pmdiag_build.output import Manifest
    from pmdiag_build.publish import Inputs

TITLE = "title"
"""What a folder's manifest calls what its round is called."""

_CHECKED = "comments checked"
"""Says in a folder's manifest that a person read the comments before they were shown."""

_WOULD_SHOW_AGAIN = Fault(
    "These results were made with checked comments, and would now show every comment as it was written",
    "Add --comments {list}",
)


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
        _refuse_unchecked(old, request, out)
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


def _refuse_unchecked(old: Manifest | None, request: Request, out: Path) -> None:
    """Refuse to show every comment where the results that are replaced showed only what somebody had checked."""
    if old is not None and old.facts.get(_CHECKED) and request.comments is None:
        raise UsageWrong.one(str(out), _WOULD_SHOW_AGAIN, list=str(out / COMMENTS_CSV))


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
    found = [*notices(report, round_, request, given, looked_in, before, out)]
    messages, listed = [one for one, _ in found], [one for _, one in found]
    made = files(report, round_, layouts, listed, processes=processes)
    if given.people:
        made[people_asked.NOT_ANSWERED_CSV] = people_asked.not_answered_csv(given.people, round_, report.say.words)
    no_pdfs: tuple[Problem, ...] = ()
    if request.pdfs:
        try:
            made |= pdfs(report, made[REPORT_HTML].decode(), layouts())
        except EnvironmentFailed as error:
            no_pdfs = error.problems
    return Results(round_, made, tuple(messages), no_pdfs, made_of(round_.responses, tool), report.as_written)


def report_input(round_: Round, tool: Tool, rules: Rules, given: Given | None = None) -> ReportInput:
    """A round, counted, and cut to what may be shown. Raises UsageWrong where the list of checked comments is wrong."""
    given = given or Given()
    tabulation = tabulate(round_.responses, tool)
    shows = given.comments.shows if given.comments is not None else every
    released = release(tabulation, round_.responses, tool, rules, given.earlier, shows)
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
        Phrases(tool, tabulation.modes),
        title=given.title,
        asked=people_asked.asked_of(given.people, round_, tool, rules.min_group) if given.people else None,
        to_check=to_check,
        checked_list=given.comments,
    )


def _names(round_: Round, people: People | None) -> Iterator[str]:
    """Names that are known in the round: of those who were asked, and of those who say that they answered."""
    for one in round_.responses:
        yield from (one.record.lead, one.record.contributors)
    yield from people_asked.names_of(people) if people is not None else ()
