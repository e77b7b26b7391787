"""Common mistakes in YAML, and how to fix them, in words for people who do not write code."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import yaml

from pmdiag_build.problems import Fault, Location, counted, shortened

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_KEY = r"^\s*(?:- +)*(?:\"[^\"]*\"|'[^']*'|[^\s\"'#:][^:]*):"
_VALUE = re.compile(rf"{_KEY}\s+(?P<value>\S.*)$")
_NO_SPACE = re.compile(r"^\s*(?:- +)*(?P<key>[A-Za-z_][\w-]*:)(?P<value>(?!//)\S.*)$")
_NO_SPACE_DASH = re.compile(r"^\s*-(?P<value>[^\s-].*)$")
_EMPTY = re.compile(rf"{_KEY}\s*(?P<value>\[\s*\]|\{{\s*\}})\s*(?:#.*)?$")
_KEYED = re.compile(r"^(?P<front> *(?:- +)*)(?P<key>\"[^\"]+\"|'[^']+'|[\w.-]+):(?: +(?P<value>[^ #].*))?(?:$| )")
_TAB = re.compile(r" *\t")
# Signs that open a text in curly quotation marks → signs that close it. A straight one closes by a slip of the editor.
_CURLY = {"“„‟”": '”“"', "‘": "’"}

_STRAIGHT = 'Use straight quotation marks (") instead'
_QUOTE = Fault("a text contains a colon and a space", "Put quotation marks around the whole text")
_SPECIAL = Fault("a value begins with a special character", "Put quotation marks around the whole text")
_INDENT = Fault(
    "this line does not fit under the one above",
    "Check the indent, and the space after the colon, here and on the line above",
)

# What libyaml says where its words alone are enough → what is wrong, and how to fix it.
_SAID = {
    "tab": Fault("a tab indents this line", "Indent with spaces"),
    "cannot start any token": Fault(
        "a value begins with a tab or a special character",
        "Indent with spaces, and put quotation marks around a text that begins with a special character",
    ),
    "alphabetic or numeric": _SPECIAL,
    "comment or line break": _SPECIAL,
    "control characters": Fault("there is a control character", "Remove it"),
    "special characters": Fault("there is a control character", "Remove it"),
    "escape character": Fault("there is a \\ in a text in quotation marks", "Write \\\\ for it"),
    "'-' indicator": _INDENT,
}


def in_curly_quotes(value: str) -> bool:
    """Is the whole of a bare value wrapped in one pair of curly quotation marks, which would be printed?"""
    return len(value) > 1 and any(
        value[0] in first and value[-1] in last and value[0] not in value[1:-1] for first, last in _CURLY.items()
    )


def curly_words(value: str) -> Fault:
    """What is wrong with a value in curly quotation marks, and how to fix it."""
    shown = shortened(value[1:-1], 40)
    return Fault(f"The curly quotation marks around {shown} would be printed", _STRAIGHT)


def explain(name: str, text: str, error: yaml.YAMLError) -> tuple[Location, Fault]:
    """Where `text`, the file `name`, is not YAML, what is wrong, and how to fix it."""
    said = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return Location(name), _worded(said)
    lines = _BREAK.split(text)
    begun = getattr(error, "context_mark", None) or mark
    line, fault = _slip(said, [*lines, ""], mark.line, mark.column, begun.line)
    if fault is _INDENT:
        line, fault = _indented(lines, line) or (line, fault)
    place = Location(name, line + 1, mark.column + 1 if line == mark.line else 0)
    return place, Fault(f"This is not YAML: {fault.what}", fault.fix)


def too_far_left(data: Mapping[str, object], known: Callable[[str], bool]) -> dict[str, list[str]]:
    """Each key of `data` with nothing behind it → the keys after it that are not known here: they belong under it."""
    found: dict[str, list[str]] = {}
    parent = ""
    for key, value in data.items():
        if known(key) or not parent:
            parent = key if value == "" else ""
        else:
            found.setdefault(parent, []).append(key)
    return found


def left_words(parent: str, keys: list[str]) -> Fault:
    """What is wrong with keys that are beside `parent` and belong under it, and how to fix it."""
    *some, last = (f"“{key}”" for key in keys)
    if some:
        what = f"{', '.join(some)} and {last} are too far to the left"
        return Fault(what, f"They belong under “{parent}”, two spaces further in")
    return Fault(f"{last} is too far to the left", f"It belongs under “{parent}”, two spaces further in")


def _worded(said: str) -> Fault:
    for part, fault in _SAID.items():
        if part in said:
            return fault
    return Fault(said, "Check indents, quotation marks and colons here and on the line above")


def _slip(said: str, lines: list[str], line: int, column: int, begun: int) -> tuple[int, Fault]:
    """The line, from 0, and the fault. `begun`: the line on which that began which could not be read to its end."""
    before = lines[line][:column].rstrip()
    above = next((i for i in range(line - 1, -1, -1) if lines[i].strip() and not lines[i].lstrip().startswith("#")), 0)
    if in_curly_quotes(_value(lines[line])):
        return line, Fault("the text is in curly quotation marks", _STRAIGHT)
    if _TAB.match(lines[line]):
        return line, _SAID["tab"]
    if "end of stream" in said:
        return begun, _unclosed(lines[begun])
    if "expected ':'" in said:
        no_colon = Fault("this line has no colon", "Begin it with a key, a colon and a space")
        return begun, _no_space(lines[begun]) or no_colon
    if "mapping values" in said and _value(before):
        return line, _QUOTE
    if "mapping values" in said:
        slip = _no_space(lines[above])
        return (above, slip) if slip else (line, _INDENT)
    if "expected key" in said:
        return _no_key(before, line, lines[above], above)
    return line, _worded(said)


def _value(line: str) -> str:
    found = _VALUE.match(line)
    return found["value"].rstrip() if found else ""


def _no_space(line: str) -> Fault | None:
    if found := _NO_SPACE.match(line):
        return Fault("there is no space after the colon", f"Write {found['key']} {found['value'][:40]}")
    if found := _NO_SPACE_DASH.match(line):
        return Fault("there is no space after the sign -", f"Write - {found['value'][:40]}")
    return None


def _no_key(before: str, line: int, text_above: str, above: int) -> tuple[int, Fault]:
    """The line and the fault where no key could be found behind `before`, the part of the line that was read."""
    if empty := _EMPTY.match(text_above):
        key = text_above.partition(":")[0].strip()
        what = f"“{key}” is written as empty here, but lines follow under it"
        return above, Fault(what, f"Remove {empty['value']}")
    if _value(text_above).startswith('"') and text_above.rstrip().endswith("”"):
        return above, _unclosed(text_above)
    if before.endswith('"'):
        fix = 'Begin and end each text with ", and write \\" for a quotation mark within it'
        return line, Fault("quotation marks do not pair up here, or on the line above", fix)
    if before.endswith("'"):
        return line, Fault("an apostrophe ends the text", "Begin and end the text with \" instead of '")
    return line, _SPECIAL if before.endswith(("]", "}")) else _INDENT


def _unclosed(line: str) -> Fault:
    if line.rstrip().endswith("”"):
        return Fault("the text begins with a straight quotation mark and ends with a curly one", _STRAIGHT)
    return Fault("the text begins with a quotation mark but does not end with one", "Put one at the end of the text")


def _indented(lines: list[str], line: int) -> tuple[int, Fault] | None:
    """The line, from 0, whose key begins in another column than those that it belongs with, and the fault."""
    found = [(i, key) for i in range(line, -1, -1) if (key := _KEYED.match(lines[i]))]
    if not found or found[0][0] != line or "-" in found[0][1]["front"] or len(found) < 2:
        return None
    (_, key), (above, before) = found[:2]
    if any(between.lstrip().startswith("-") for between in lines[above + 1 : line]):
        return None
    column, other = len(key["front"]), len(before["front"])
    if column > other and before["value"]:
        begun = len(found) > 2 and column == len(found[2][1]["front"]) and "-" not in before["front"]
        # The line above is the one that went astray where this one is beside the one before that.
        return (above, _moved(before, column)) if begun else (line, _moved(key, other))
    enclosing = [other]
    for _, further in found[2:]:
        enclosing += [len(further["front"])] * (len(further["front"]) < enclosing[-1])
    wanted = min(enclosing, key=lambda at: (abs(at - column), -at))
    return (line, _moved(key, wanted)) if wanted != column else None


def _moved(key: re.Match[str], wanted: int) -> Fault:
    name, spaces = key["key"].strip("\"'"), len(key["front"])
    what = f"the indent of “{name}” is {counted(spaces, 'space')}, and that of the lines beside it {wanted}"
    fix = f"Put {counted(wanted, 'space')} before “{name}”" if wanted else f"Remove the spaces before “{name}”"
    return Fault(what, fix)
