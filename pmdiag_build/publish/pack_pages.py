"""How the statements of a pack fill its pages, in the largest type and with the most room; the record of large print.

Lengths are estimated without a font, and the measures are those of the style sheets. What is worked out becomes rules
for classes that the layouts write.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pmdiag_build.content.model import Feature, MaturityRow, Pack, RecordField, Statement, Tool
from pmdiag_build.content.model import fill as fill_text
from pmdiag_build.rendering.page import MM_OF_A_POINT, lines_of

# ---- rows of statements that fill their pages

_PAGE, _LARGE_PAGE = 265.0, 251.3
"""The height of the text on a page in millimetres, less what estimates may be wrong by."""
_TYPES = ((12.0, 1.25), (11.5, 1.25), (11.0, 1.25), (11.0, 1.2), (10.5, 1.2))
"""Sizes of statements in points, each with the height of its lines."""
_USUAL_SIZE = 11.0
_CLOSE_AIR, _LEAST_AIR, _MOST_AIR = 0.25, 1.3, 9.0
_LARGE_KEY, _LARGE_LINE, _LARGE_AIR, _LARGE_PADDING, _LARGE_MOST = 34.3, 7.94, (6.0, 8.0), (3.0, 14.0), 20.0
"""Millimetres of the head of each page and of a line; the least and most above and below a row of targets, and above a
statement; and with how many more for each row the fullest page of a feature is filled."""


def statement_rules(tool: Tool, pack: Pack) -> str:
    """Rules for the rows of each feature. Its statements fill their page in the largest type that fits; in large print
    they are dealt to pages, and each page shares out the room that is left. The measures are those of the style sheets.
    """
    features = [tool.framework.feature(section.feature) for section in pack.sections if section.kind == "feature"]
    if pack.print == "large":
        airs = {air for feature in features for _, air in _large_pages(tool, feature)}
        return "".join(air.rules for air in sorted(airs))
    said = tool.interview.ask_feature if pack.voice == "interview" else ""
    return "".join(_rows(tool, feature, said) for feature in features)


def in_two_columns(texts: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Short texts in two columns of a page that are about equally high, the first rather higher."""
    ends = list(itertools.accumulate((lines_of(text, 85, 10.5) for text in texts), initial=0))
    cut = min(range(len(texts), -1, -1), key=lambda cut: max(ends[cut], ends[-1] - ends[cut]))
    return texts[:cut], texts[cut:]


def _height(text: str, width: float, size: float, leading: float = 1.25) -> float:
    """About how many millimetres of height a text takes in a column, as `lines_of` estimates it."""
    return lines_of(text, width, size) * size * leading * MM_OF_A_POINT


def _rows(tool: Tool, feature: Feature, said: str) -> str:
    """`said` is what an interviewer says before the statements."""
    size, leading, air = _type_and_air(tool, feature, said)
    around = max(_CLOSE_AIR, min(air, _MOST_AIR))
    return (
        f".rows-{feature.id} tbody th{{font-size:{size:g}pt;line-height:{leading};"
        f"padding-top:{around:.2f}mm;padding-bottom:{around:.2f}mm}}\n"
    )


def _type_and_air(tool: Tool, feature: Feature, said: str) -> tuple[float, float, float]:
    """The size of a feature's statements, the height of their lines, and the millimetres above and below each
    statement with which they fill the page."""
    head = 5 + _height(said, 172, 11, 1.36) if said else 0
    head += sum(4.5 + _height(note, 180, 10.5, 1.3) for note in _unused(tool, feature))
    head += 33 + _height(feature.title, 155, 12) + _height(feature.description, 161, 10.5, 1.3)
    statements = feature.used_statements
    air = size = leading = 0.0
    for size, leading in _TYPES:
        rows = sum(_height(_text_of(statement), 115.5, size, leading) + 0.2 for statement in statements)
        air = (_PAGE - head - rows) / max(1, 2 * len(statements))
        if air >= (_LEAST_AIR if size > _USUAL_SIZE else _CLOSE_AIR):
            break
    return size, leading, air


_LEAST_BOX, _SPARE = 60.5, 1.0
_BESIDE, _BETWEEN = 22.2, 11.27
"""Millimetres above the boxes of the comments and the notes beside them, and between the two comments."""


_LARGE_DOING, _LARGE_IMPROVE, _LARGE_NAME = 102.0, 194.0, 10.2
"""Millimetres of the two comments in large print, and of a line of a feature's short name."""


def views_rules(tool: Tool, pack: Pack) -> str:
    """Rules with which the comments and the notes beside them fill the page of a feature's overall view."""
    features = [tool.framework.feature(section.feature) for section in pack.sections if section.kind == "feature"]
    if pack.print == "large":
        return "".join(map(_large_views, features))
    if pack.voice == "self":
        return ""
    return "".join(_views(tool, feature, pack.voice == "interview") for feature in features)


def _views(tool: Tool, feature: Feature, asked: bool) -> str:
    overall, interview = tool.framework.prompts["overall"].text, tool.interview
    head = 10 + 4.63 * lines_of(feature.title, 160, 10.5) + 6.5 + 4.87 * lines_of(overall, 171, 11.5)
    if asked:
        head += 10.6 + 4.63 * sum(lines_of(probe, 170, 10.5) for probe in interview.probes[feature.id])
        head += 8 + 5.24 * lines_of(interview.ask_overall, 172, 11)
    rest = _PAGE - head - (14 if asked else 19) - _BESIDE
    box = max(_LEAST_BOX, (rest - _BETWEEN) / 2)
    # Beside each other, boxes that do not fit would lie on the next feature.
    below = f".views-{feature.id} .comments,.views-{feature.id} .notes{{float:none;width:auto}}\n"
    return below * ((rest - _BETWEEN) / 2 < _LEAST_BOX - _SPARE) + (
        f".views-{feature.id} .comments .room{{height:{box:.2f}mm}}\n"
        f".views-{feature.id} .notes .room{{height:{2 * box + _BETWEEN:.2f}mm}}\n"
    )


def _large_views(feature: Feature) -> str:
    """Rules for a feature whose names take more lines than the page has room for: its boxes are as much lower. One
    that would be too low to write in stays as it is, on the next page."""
    more_lines = _LARGE_LINE * max(0, lines_of(feature.title, 178, 18) - 3)
    more_lines += _LARGE_NAME * (lines_of(feature.short, 160, 24) - 1)
    where = {".doing": _LARGE_DOING - more_lines, ".comment.improve": _LARGE_IMPROVE - more_lines}
    rules = [f".views-{feature.id} {box} .room{{height:{high:.1f}mm}}\n" for box, high in where.items() if high >= 80]
    return "".join(rules) if more_lines else ""


def large_row_classes(tool: Tool, feature: Feature) -> list[str]:
    """The classes of each statement of a feature in large print: the room around it, and `next-page`."""
    rows: list[str] = []
    for page, (count, air) in enumerate(_large_pages(tool, feature)):
        rows += [air.name + " next-page" * (page > 0 and row == 0) for row in range(count)]
    return rows


class _Air(NamedTuple):
    """The millimetres above a statement, and below its answers."""

    above: float
    below: float

    @property
    def name(self) -> str:
        return f"air-{round(self.above * 100)}-{round(self.below * 100)}"

    @property
    def rules(self) -> str:
        return f".stacked .{self.name} td{{padding:{self.above:.2f}mm 0 {self.below:.2f}mm}}\n"


def _large_pages(tool: Tool, feature: Feature) -> list[tuple[int, _Air]]:
    """How many statements are on each page, and the room around each with which they fill it. The answers stay close
    to their statement, so that nobody takes them for the next one's."""
    lines = [lines_of(_text_of(statement), 166, 18) for statement in feature.used_statements]
    heights = [11.3 + 2 * _LARGE_AIR[0] + _LARGE_PADDING[0] + _LARGE_LINE * count for count in lines]
    if heights:
        heights[-1] += sum(5 + _LARGE_LINE * lines_of(note, 180, 18) for note in _unused(tool, feature))
    room = _LARGE_PAGE - _LARGE_KEY
    ends = list(itertools.accumulate(dealt(heights, room), initial=0))
    pages = [heights[start:end] for start, end in itertools.pairwise(ends)]
    full = max((min(room - 4, sum(page) + _LARGE_MOST * len(page)) for page in pages), default=0.0)
    full = max(full, *map(sum, pages)) if pages else 0.0
    return [(len(page), _air(max(0.0, full - sum(page)) / len(page))) for page in pages]


def _air(left: float) -> _Air:
    """How a row shares out the millimetres that are left for it: above and below it, as far as it looks well; the rest
    of what makes all pages of a feature equally full, in halves."""
    below = min(_LARGE_AIR[0] + left, _LARGE_AIR[1])
    above = min(_LARGE_PADDING[0] + left - (below - _LARGE_AIR[0]), _LARGE_PADDING[1])
    rest = (left - (below - _LARGE_AIR[0]) - (above - _LARGE_PADDING[0])) / 2
    return _Air(round(above + rest, 1), round(below + rest, 1))


# ---- the record of large print

_LARGE_NOTE, _LARGE_PARTS = 8.26, {"line": 23.8, "text": 34.8, "choice": 33.0, "date": 31.4, "option": 9.93}
"""Millimetres of a line of a note, and of a field of the record without its label and help; of an option more."""
_LARGE_WHOLE, _LARGE_GAP = 253.0, 4.5
"""The height of a page's text, and what is between two fields."""


def record_rules(tool: Tool, pack: Pack) -> str:
    """Rules for the record of large print. If it does not fit below the opening, it begins a page. The opening has more
    air, as far as its last page has room, and the box of the last field takes the room that is left."""
    kinds = {section.kind for section in pack.sections}
    if pack.print != "large" or not pack.opening or not {"opening", "record"} <= kinds:
        return ""
    fields = [_large_field(field, chosen=field.name == "mode" and bool(pack.mode)) for field in tool.record.fields]
    fields[0] += 13 + _LARGE_NOTE * _large_lines(tool.record.intro)
    end = _large_opening(tool, pack) % _LARGE_WHOLE
    apart = end + fields[0] - _LARGE_GAP > _LARGE_WHOLE
    # Where each page ends, the last of the opening first.
    ends = [end]
    for high in fields:
        if ends[-1] + high - _LARGE_GAP > _LARGE_WHOLE:
            ends.append(0.0)
        ends[-1] += high
    # Two lines of each page stay empty where an answer is kept together.
    air = min(8.0, (_LARGE_WHOLE - ends[0] - 24) / len(pack.opening))
    rules = f".answer{{margin-top:{2.7 + max(air, -1.2):.1f}mm}}\n" if apart or air > 0 else ""
    if apart:
        rules += ".opening + .record{break-before:page;margin-top:0}\n"
    if (more := _LARGE_WHOLE - ends[-1] - 4) > 15:
        rules += f".asked-contributors .room.room{{height:{27 + min(more, 80):.1f}mm}}\n"
    return rules


def _large_lines(text: str, width: float = 180) -> int:
    return lines_of(text, width * 1.02, 18)


def _large_field(field: RecordField, *, chosen: bool) -> float:
    """The height of a field with what is between it and the next."""
    label = field.label if field.origin == "source" else f"{field.label} {field.origin}"
    words = _large_lines(label) + (_large_lines(field.help) if field.help else 0)
    parts = _LARGE_PARTS["date" if field.name == "date" else field.kind]
    return _LARGE_LINE * words + parts + _LARGE_PARTS["option"] * (len(field.options) - chosen)


def _large_opening(tool: Tool, pack: Pack) -> float:
    """The height of the opening of large print."""
    words = tool.words["pack"]
    high = 7 + 13.55 * lines_of(pack.title, 180, 32) + _LARGE_NOTE * _large_lines(words["addition_note"])
    high += _LARGE_LINE * (_large_lines(tool.title) + _large_lines(pack.description))
    if local := tool.local:
        named = f"{local.name}, {local.partnership}" if local.partnership else local.name
        high += 1 + _LARGE_LINE * _large_lines(named, 114 if local.brand.logo else 180)
        note = fill_text(words["local_note"], name=local.name, base=local.base)
        note += fill_text(f" {words['local_contact']}", contact=local.contact) if local.contact else ""
        high += _LARGE_NOTE * _large_lines(note)
    for answer in pack.opening:
        lines = answer.help.split("\n")
        high += 3.1 + 0.6 * len(lines) + _LARGE_LINE * (1 + sum(map(_large_lines, lines)))
        high += 27 * (answer.id == "fill")
    return high


def _text_of(statement: Statement) -> str:
    """A statement with the mark behind one that is not the source's."""
    return statement.text if statement.origin == "source" else f"{statement.text} {statement.origin}"


def _unused(tool: Tool, feature: Feature) -> list[str]:
    """The notes below the statements about those that are not used."""
    note = tool.words["pack"]["statement_unused"]
    return [fill_text(note, id=one.id, reason=one.unused) for one in feature.statements if one.unused]


def dealt(heights: Sequence[float], room: float) -> list[int]:
    """How many rows of these heights are on each page with this room: no row alone on a page unless it can't
    be helped, on as few pages as there can be then, as even in number as they can be, then in height."""
    rows = [min(height, room) for height in heights]
    for least, pages in itertools.product((2, 1), range(1, len(rows) + 1)):
        fewest = 1 if pages == 1 else least
        if not _deal(rows, room, pages, range(fewest, len(rows) + 1)):
            continue
        for spread in range(len(rows)):
            ranges = [range(low, low + spread + 1) for low in range(fewest, len(rows) // pages + 1)]
            if found := [deal for counts in ranges if (deal := _deal(rows, room, pages, counts))]:
                return list(min(found)[1])
    return []


def _deal(rows: Sequence[float], room: float, pages: int, counts: range) -> tuple[float, tuple[int, ...]] | None:
    """The deal whose highest page is the lowest, with one of these counts of rows on each page: that height, and the
    count of each page. Worked out from the end: to try every deal would take minutes with 25 rows."""
    best: dict[int, tuple[float, tuple[int, ...]]] = {len(rows): (0.0, ())}
    for _ in range(pages):
        longer: dict[int, tuple[float, tuple[int, ...]]] = {}
        for end, (highest, after) in best.items():
            for count in counts:
                start = end - count
                if start < 0 or (high := sum(rows[start:end])) > room:
                    break
                deal = (max(high, highest), (count, *after))
                if start not in longer or deal < longer[start]:
                    longer[start] = deal
        best = longer
    return best.get(0)


# ---- sheets for the wall, on A3

_SHEET, _SHEET_WIDTH = 381.0, 267.0
"""The height and width of the text on a sheet in millimetres, less what estimates may be wrong by."""
_LEAST_STRIP, _MOST_STRIP = 26.0, 58.0
"""Heights of the room for dots: two rows of 12 mm below the name of the level, and more than anybody needs."""
_LOWEST_OVALS, _LEAST_OVALS, _MOST_OVALS = 36.0, 56.0, 72.0
_WALL_SIZES = tuple(range(30, 19, -1))


def sheets(feature: Feature) -> list[Sequence[Statement]]:
    """The statements of a feature in order on as few wall sheets as there can be, each about equally full."""
    room = _room(feature)
    found = _on_sheets(feature.used_statements, room)
    while room > 0 and len(fuller := _on_sheets(feature.used_statements, room)) == len(found):
        found, room = fuller, room - 4
    return found


def _on_sheets(statements: Sequence[Statement], room: float) -> list[Sequence[Statement]]:
    """Statements dealt to sheets that are filled one after the other up to `room` millimetres."""
    dealt: list[list[Statement]] = []
    filled = room
    for statement in statements:
        high = _text_height([statement], _WALL_SIZES[-1]) + _LEAST_STRIP
        if not dealt or filled + high > room:
            dealt.append([])
            filled = 0
        dealt[-1].append(statement)
        filled += high
    return list(dealt)


def wall_stages(tool: Tool, feature: Feature) -> tuple[MaturityRow, ...]:
    """What good looks like on the wall. The row of the tool as a whole is there once, with the first feature."""
    first = feature == tool.framework.features[0]
    return (tool.framework.general_row, *feature.maturity) if first else feature.maturity


def wall_rules(tool: Tool, pack: Pack) -> str:
    """Rules that give each sheet for the wall the largest type and strips for dots with which it is full."""
    walls = [tool.framework.feature(section.feature) for section in pack.sections if section.kind == "wall"]
    return "".join(rule for feature in walls for rule in (*_dots_of(feature), _overall_of(tool, feature)))


def _head_of_sheet(feature: Feature) -> float:
    more_lines = lines_of(feature.short, 170, 34) - 1
    return 20.0 + 12.8 * more_lines + max(16.0, 8.5 * lines_of(feature.title, 238, 21))


def _room(feature: Feature) -> float:
    """The millimetres that a sheet has for statements and their strips."""
    return _SHEET - _head_of_sheet(feature) - 40


def _text_height(sheet: Sequence[Statement], size: float) -> float:
    """The height of statements in `size` points, without the strips below them."""
    return sum(_height(_text_of(s), _SHEET_WIDTH - 0.92 * size, size, 1.2) + 4.9 for s in sheet)


def _strip(feature: Feature, sheet: Sequence[Statement], size: float) -> float:
    """How high the strips for dots may be below statements of `size` points."""
    return (_room(feature) - _text_height(sheet, size)) / max(1, len(sheet))


def _dots_of(feature: Feature) -> Iterator[str]:
    for number, sheet in enumerate(sheets(feature), 1):
        size = next((s for s in _WALL_SIZES if _strip(feature, sheet, s) >= _LEAST_STRIP), _WALL_SIZES[-1])
        high = max(_LEAST_STRIP, min(_strip(feature, sheet, size), _MOST_STRIP))
        where = f".sheet-{feature.id}-{number}"
        yield f"{where} tbody th{{font-size:{size}pt}}\n{where} td{{height:{high:.1f}mm}}\n"


def _overall_of(tool: Tool, feature: Feature) -> str:
    def rest(size: float) -> float:
        stages = wall_stages(tool, feature)
        rows = sum(max(_height(cell, 81, size, 1.22) for cell in row.cells.values()) + 5.3 for row in stages)
        notes = 8.0 * (1 + (feature == tool.framework.features[0]))
        notes += sum(2 + 6.1 * lines_of(note, _SHEET_WIDTH, 14) for note in _unused(tool, feature))
        return _SHEET - _head_of_sheet(feature) - 70 - rows - notes

    size = next((s for s in _WALL_SIZES[2:] if rest(s) >= _LEAST_OVALS), 0)
    # Where long notes leave no room: rather smaller than on a second page that says nothing of the feature.
    size = size or next((s for s in (20, 19, 18, 17, 16) if rest(s) >= (_LOWEST_OVALS if s < 20 else 0)), 16)
    high = max(_LOWEST_OVALS, min(rest(size), _MOST_OVALS))
    air = max(0.0, rest(size) - high) / (2 + 2 * len(wall_stages(tool, feature)))
    where = f".sheet-{feature.id}-overall"
    return (
        f"{where} td{{font-size:{size}pt;padding-top:{2.5 + air:.1f}mm;padding-bottom:{2.5 + air:.1f}mm}}\n"
        f"{where} .ovals{{margin:{4 + air:.1f}mm 0 {6 + air:.1f}mm}}\n"
        f"{where} .oval{{height:{high:.1f}mm;padding-top:{high / 2 - 6:.1f}mm}}\n"
    )
