"""A pack and a file of people → one filled-in copy for each person, and the list of who gets which.

The pack is rendered once, or taken from the last build. Everything is checked before anything is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from pmdiag_build.content.field_names import record_name
from pmdiag_build.content.fields import FormField, pack_fields
from pmdiag_build.content.model import Pack, Tool
from pmdiag_build.output import Manifest, OutputFolder, hash_of
from pmdiag_build.output.manifest import read_manifest
from pmdiag_build.people import NEEDED, REFERENCE, People, Person, read_people
from pmdiag_build.problems import Fault, Location, Problem, Problems, UsageWrong, did_you_mean
from pmdiag_build.publish import Inputs, Ledger, machine_stamp
from pmdiag_build.publish.build import MADE_BY as MADE_BY_BUILD
from pmdiag_build.publish.build import load, pack_jobs
from pmdiag_build.publish.personalise.copies import (
    LIST_CSV,
    LIST_HTML,
    Copier,
    PeopleList,
    file_names,
    link_to,
    random_references,
    site_folder,
)
from pmdiag_build.publish.site.pages import page_on_screen
from pmdiag_build.rendering.templates import environment, layouts_named

MADE_BY = "pmdiag personalise"
_RANDOM = "random references"


class References(Enum):
    """Where the references come from: a column of the file of people, or chance."""

    FROM_FILE = "file"
    RANDOM = "random"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is in the folder now.

    `title` is the pack's. `filled` names the record fields that were filled in, `only_listed` the columns that are in
    the list only. `notices` need a person's look. `page` is where the links in the lists lead, empty if there are none.
    """

    copies: int
    title: str
    filled: tuple[str, ...]
    only_listed: tuple[str, ...]
    notices: tuple[Problem, ...]
    page: str = ""


def personalise(
    inputs: Inputs,
    pack: str,
    people: Path,
    out: Path,
    *,
    built: Path,
    references: References = References.FROM_FILE,
    site: str = "",
    on_wait: Callable[[], None],
    on_copy: Callable[[int, int], None],
) -> Outcome:
    """Write a copy of the pack for each row of the CSV file `people` into `out`, with `list.csv` and `list.html`.

    `built` is the folder of a build, which may contain the pack. If what the pack asks can be answered on screen, each
    row of the lists has a link to that page, which fills in the same; `site` is the address of the site. `on_wait` is
    called if another run is writing to `out`, `on_copy` with how many copies of how many are made. Raises UsageWrong
    with every problem of the people, ContentWrong or EnvironmentFailed; then nothing was written.
    """
    folder = OutputFolder(out, MADE_BY)
    folder.refuse_overlap(inputs.folders)
    problems = Problems()
    # Notices about the content, such as a page of the site, are for build and check to report.
    tool = load(inputs, Problems())
    fields = _fields(tool, _pack(tool, pack), references)
    page = _page(tool, pack, site)
    with folder.alone(on_wait), layouts_named(inputs.layouts):
        old = folder.examine()
        _keep_references(folder, old)
        found = _read(tool, people, fields, problems, references)
        copier = Copier(_finished_pack(tool, pack, inputs, built), fields.values())
        _check_texts(found, fields, copier, problems)
        if problems.errors:
            raise UsageWrong(sorted(problems, key=lambda problem: problem.place))
        table, copies = _filled(tool, pack, found, fields, references, page)
        shown = table.html(tool, tool.pack(pack), environment(inputs.layouts))
        files = _Files({LIST_CSV: table.csv(), LIST_HTML: shown}, copies, copier, on_copy)
        folder.replace(files, {_RANDOM: references is References.RANDOM}, old)
    filled = {name for name, field in fields.items() if any(field.name in value for value in copies.values())}
    return Outcome(
        copies=len(copies),
        title=tool.pack(pack).title,
        filled=tuple(name for name in fields if name in filled),
        only_listed=found.headers_without(fields),
        notices=tuple(problems),
        page=page,
    )


def _page(tool: Tool, pack: str, site: str) -> str:
    """Where what a pack asks can be answered on screen, or nothing."""
    folder = site_folder(site) if site else ""
    page = page_on_screen(tool, pack)
    if folder and not page:
        what = f"What the pack “{pack}” asks can't be answered on screen, so there is no link to write"
        raise UsageWrong.one("--site-address", Fault(what, "Leave the option out"))
    return folder + page


def _pack(tool: Tool, id: str) -> Pack:
    """The fillable pack of this id."""
    ids = [pack.id for pack in tool.packs]
    if id not in ids:
        raise UsageWrong.one("PACK", Fault(f"There is no pack “{id}”", did_you_mean(id, ids)))
    fillable = [pack.id for pack in tool.packs if pack.fillable]
    if id not in fillable:
        fix = f"Choose one of these: {', '.join(fillable)}"
        raise UsageWrong.one("PACK", Fault(f"The pack “{id}” has no form, so there is nothing to fill in", fix))
    return tool.pack(id)


def _fields(tool: Tool, pack: Pack, references: References) -> dict[str, FormField]:
    """The pack's lines about who answers, by the name of the record field."""
    declared = {field.name: field for field in pack_fields(tool, pack)}
    names = {record_name(field.name): field.name for field in tool.record.fields}
    fields = {names[name]: field for name, field in declared.items() if name in names}
    if references is References.RANDOM and REFERENCE not in fields:
        what = f"The pack “{pack.id}” has no line for a reference"
        raise UsageWrong.one("--random-references", Fault(what, "Leave the option out"))
    return fields


def _keep_references(out: OutputFolder, old: Manifest | None) -> None:
    """Refuse to replace the only list of random references."""
    if old is not None and old.facts.get(_RANDOM):
        what = "This folder contains the only list of who has which random reference, and everybody would get a new one"
        fix = "Choose another folder"
        raise UsageWrong.one(str(out.shown), Fault(what, fix))


def _read(
    tool: Tool, path: Path, fields: Mapping[str, FormField], problems: Problems, references: References
) -> People:
    needed = [name for name in NEEDED if name in fields and name != REFERENCE]
    if references is References.FROM_FILE:
        needed.insert(0, REFERENCE)
    people = read_people(path.name, path.read_bytes(), tool.record.fields, needed, problems)
    if people is None:
        raise UsageWrong(problems)
    return people


def _finished_pack(tool: Tool, id: str, inputs: Inputs, built: Path) -> bytes:
    """The PDF of a pack of `tool`, from the folder `built` if a build has put it there, else rendered now.

    Raises ContentWrong and EnvironmentFailed as rendering does.
    """
    # Imported here: usually a build has made the pack.
    from pmdiag_build.publish.workers import render_one

    (job,) = pack_jobs(tool, (id,), environment(inputs.layouts))
    return _from_build(built, id, job.key(machine_stamp(inputs.layouts))) or render_one(job, inputs.layouts).pdf


def _from_build(built: Path, id: str, key: str) -> bytes | None:
    """The pack in the folder of a build, if it was made from the same inputs and not changed since."""
    manifest = read_manifest(built)
    if manifest is None or manifest.made_by != MADE_BY_BUILD:
        return None
    record, path = Ledger.of(manifest).packs.get(id), f"packs/{id}.pdf"
    if record is None or record.key != key:
        return None
    try:
        pdf = (built / path).read_bytes()
    except OSError:
        return None
    return pdf if hash_of(pdf) == manifest.files.get(path) else None


def _check_texts(people: People, fields: Mapping[str, FormField], copier: Copier, problems: Problems) -> None:
    """Add a problem for each text with letters that the pack's font lacks, or that is too long for its box."""
    for person in people.persons:
        for name, text in person.record.items():
            if name not in fields or fields[name].kind == "choice":
                continue
            place = Location.row(people.file, person.row)
            if lacks := copier.lacks(text):
                codes = ", ".join(f"“{sign}” (U+{ord(sign):04X})" for sign in lacks)
                what = f"In “{name}” the pack's font can't draw {codes}"
                problems.add(place, Fault(what, "Write it in other letters"))
            elif not copier.fits(fields[name].name, text):
                what = f"In “{name}” the text is too long for its box ({len(text)} characters)"
                problems.add(place, Fault(what, "Shorten it"))


def _filled(
    tool: Tool, pack: str, people: People, fields: Mapping[str, FormField], references: References, page: str
) -> tuple[PeopleList, dict[str, dict[str, str]]]:
    """The list of who gets which copy; and file name → field name → what is filled in there."""
    persons = people.persons
    at_random = references is References.RANDOM
    given = random_references(len(persons)) if at_random else [one.record[REFERENCE] for one in persons]
    names = file_names(pack, given)
    records = [_record(person, own, fields) for person, own in zip(persons, given, strict=True)]
    links = [link_to(page, record) for record in records] if page else []
    values = ({fields[name].name: text for name, text in record.items()} for record in records)
    return _table(tool, people, given, names, references, links), dict(zip(names, values, strict=True))


def _record(person: Person, reference: str, fields: Mapping[str, FormField]) -> dict[str, str]:
    """Record field → what is filled in."""
    record = {**person.record, REFERENCE: reference}
    return {name: record[name] for name in fields if name in record}


def _table(
    tool: Tool, people: People, given: list[str], names: list[str], references: References, links: list[str]
) -> PeopleList:
    """The list: file, reference and link first, then the columns of the people as they were given."""
    words = tool.words["sheet"]
    columns = {column: text for column, text in enumerate(people.columns) if people.fields.get(column) != REFERENCE}
    if references is References.RANDOM:
        before = (column for column, name in people.fields.items() if name == REFERENCE)
        columns = dict.fromkeys(before, words["people_reference_before"]) | columns
    link = (words["people_link"],) if links else ()
    heads = (words["people_file"], words["people_reference"], *link, *columns.values())
    own = zip(names, given, links, strict=True) if links else zip(names, given, strict=True)
    rows = [
        (*first, *(person.cells[column] for column in columns))
        for first, person in zip(own, people.persons, strict=True)
    ]
    followed = any("://" in text.partition("#")[0] for text in links)
    return PeopleList(heads, rows, references is References.RANDOM, 2 if links else 0, followed)


class _Files(Mapping[str, bytes]):
    """All files of the folder. A copy is made only when it is read: together they would fill the memory."""

    def __init__(
        self,
        listed: Mapping[str, bytes],
        values: Mapping[str, Mapping[str, str]],
        copier: Copier,
        on_copy: Callable[[int, int], None],
    ) -> None:
        self._listed, self._values, self._copier, self._on_copy = listed, values, copier, on_copy
        self._made = 0

    def __getitem__(self, name: str) -> bytes:
        if name in self._listed:
            return self._listed[name]
        self._made += 1
        self._on_copy(self._made, len(self._values))
        return self._copier.copy(self._values[name])

    def __iter__(self) -> Iterator[str]:
        yield from self._listed
        yield from self._values

    def __len__(self) -> int:
        return len(self._listed) + len(self._values)
