"""Checks the shape of content files against the JSON Schemas that editors use too.

Every fault is a problem at its line.
"""

from __future__ import annotations

import contextlib
import difflib
import hashlib
import json
import re
import sys
from collections.abc import Iterator, Sized
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pmdiag_build.content.documents import Document
from pmdiag_build.content.yaml_errors import left_words, too_far_left
from pmdiag_build.problems import Fault, Problems, counted, did_you_mean, shortened
from pmdiag_build.resources import CONTENT

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

_UNKNOWN = "additionalProperties"
ADD_CHANGE = "Add change: wording if it says the same in other words, change: meaning if it asks something else"
_KINDS = {"object": "a mapping (key: value)", "array": "a list (lines that begin with -)", "string": "a text"}


@cache
def _strict() -> type[Draft202012Validator]:
    """The library's validator with our two rules; made once, as each class of its kind takes 0.5 ms."""
    # Imported here: a build with nothing to do, which reads no content, takes no longer than this import.
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    rules = {"pattern": _pattern, "minLength": _min_length}
    return extend(Draft202012Validator, rules)  # type: ignore[no-any-return, no-untyped-call]


@cache
def _validator(name: str) -> Draft202012Validator:
    return _strict()(json.loads(_schema_file(name).read_text(encoding="utf-8")))


def _schema_file(name: str) -> Path:
    return CONTENT / "schemas" / f"{name}.schema.json"


def _pattern(_validator: object, pattern: str, value: object, _schema: object) -> Iterator[ValidationError]:
    from jsonschema import ValidationError

    # In a JSON Schema `$` is the very end; in Python also a line break before it.
    if isinstance(value, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


def _min_length(_validator: object, least: int, value: object, _schema: object) -> Iterator[ValidationError]:
    from jsonschema import ValidationError

    if isinstance(value, str) and len(value.strip()) < least:  # spaces are no text
        yield ValidationError(f"{value!r} is too short")


def check_shape(document: Document, schema: str, problems: Problems) -> bool:
    """True if `document` has the shape of `content/schemas/SCHEMA.schema.json`; else all its faults are added."""
    found = _validator(schema).iter_errors(document.data)
    errors = sorted(found, key=lambda e: document.marks.get(tuple(e.path), (0, 0)))
    reported: set[tuple[object, ...]] = set()
    empty = {(*e.absolute_path, parent) for e in errors if e.validator == _UNKNOWN for parent in _left(e)}
    astray = _report_astray(document, errors, problems)
    for error in errors:
        if (*error.absolute_path,) in empty:
            continue  # What belongs under it is too far to the left, and that is said.
        # The library gives one error for each missing key; one of them is enough to name all.
        place = (error.validator, *error.absolute_path)
        if error.validator != "required" or place not in reported:
            _report(document, error, astray, problems)
        reported.add(place)
    return not errors


class KnownShapes:
    """Remembers which files had the shape of their schema, in `__pycache__` beside the schemas.

    To look again takes 8 % of the time of tabulating 1,000 responses, and the content is nearly always the same. What
    is remembered is a hash of the file, its schema and this module, so whatever changes is looked at. A damaged file
    has no hash that fits, and a folder that can't be written to only costs time.
    """

    _FILE = CONTENT / "schemas" / "__pycache__" / "right.txt"
    _MANY = 500

    def __init__(self) -> None:
        try:
            self._before = set(self._FILE.read_text(encoding="ascii").split())
        except (OSError, ValueError):
            self._before = set()
        self._right: set[str] = set()
        self._code = Path(__file__).read_bytes()

    def check(self, document: Document, schema: str, problems: Problems) -> bool:
        """`check_shape`, or what is known of a file that says the same."""
        rules, said = _schema_file(schema).read_bytes(), repr(document.data).encode("utf-8", "surrogatepass")
        found = hashlib.sha256(b"\0".join((self._code, rules, said))).hexdigest()
        right = found in self._before or check_shape(document, schema, problems)
        if right:
            self._right.add(found)
        return right

    def keep(self) -> None:
        """Remembers what was found out, for the next run."""
        if self._right <= self._before or sys.dont_write_bytecode:
            return
        with contextlib.suppress(OSError):
            self._FILE.parent.mkdir(exist_ok=True)
            kept = self._right if len(self._before) > self._MANY else self._right | self._before
            self._FILE.write_text("\n".join(sorted(kept)), encoding="ascii")


Astray = set[tuple[str | int, ...]]
"""Paths of keys that are missing or unknown because they went astray from an entry of a list."""


def _report_astray(document: Document, errors: list[ValidationError], problems: Problems) -> Astray:
    """Add a problem for keys that are too far to the left of their entry, and for those behind a `-` of their own."""
    found: Astray = set()
    lacking = {tuple(e.absolute_path): e for e in errors if e.validator == "required" and _is_entry(e)}
    unknown = {tuple(e.absolute_path): set(_unknown(e)) for e in errors if e.validator == _UNKNOWN}
    for path, error in lacking.items():
        missing = _missing(error)
        if any((*path, key) in found for key in missing):
            continue
        column = next((document.marks[(*path, key)][1] - 1 for key in _keys(error)), 0)
        for above, keys in unknown.items():
            left = [k for k in missing if k in keys and document.at(*above, k).line > document.at(*path).line]
            if left and path[: len(above)] == above:
                problems.add(document.at(*above, left[0]), _too_far_left(left, column))
                found |= {(*parent, key) for key in left for parent in (path, above)}
        *before, number = path
        assert isinstance(number, int)
        while (after := lacking.get((*before, number := number + 1))) and set(_keys(after)) <= set(missing):
            what = f"The sign - before “{_keys(after)[0]}” begins a new entry"
            problems.add(document.at(*before, number), Fault(what, "Put a space in its place"))
            found |= {(*path, key) for key in missing} | {(*before, number, key) for key in _missing(after)}
    return found


def _is_entry(error: ValidationError) -> bool:
    path = tuple(error.absolute_path)
    return bool(path) and isinstance(path[-1], int) and isinstance(error.instance, dict) and bool(error.instance)


def _keys(error: ValidationError) -> list[str]:
    value: Any = error.instance
    return list(value)


def _missing(error: ValidationError) -> list[str]:
    value: Any = error.instance
    rule: Any = error.validator_value
    return [key for key in rule if key not in value]


def _unknown(error: ValidationError) -> list[str]:
    value: Any = error.instance
    schema: Any = error.schema
    return [key for key in value if key not in schema.get("properties", {})]


def _too_far_left(keys: list[str], column: int) -> Fault:
    said = " and ".join(f"“{key}”" for key in keys)
    are, before = ("is", f"“{keys[0]}”") if len(keys) == 1 else ("are", "each")
    return Fault(f"{said} {are} too far to the left", f"Put {counted(column, 'space')} before {before}")


def _report(document: Document, error: ValidationError, astray: Astray, problems: Problems) -> None:
    path = tuple(error.absolute_path)
    if error.validator == _UNKNOWN:
        _report_unknown(document, error, astray, problems)
        return
    where = f"“{path[-1]}”" if path and isinstance(path[-1], str) else "this entry" if path else "the file"
    if error.validator == "required":
        for key in _missing(error):
            if (*path, key) in astray or difflib.get_close_matches(key, _unknown(error), n=1, cutoff=0.6):
                continue  # It is elsewhere or has a typing mistake, which is reported.
            problems.add(document.at(*path), Fault(f"The key “{key}” is missing in {where}", _how_to_add(error, key)))
        return
    fault = _words(error)
    problems.add(document.at(*path), Fault(f"{where[:1].upper()}{where[1:]} {fault.what}", fault.fix))


def _how_to_add(error: ValidationError, key: str) -> str:
    if key == "change":
        return ADD_CHANGE
    return f"Add {key}:"


def _words(error: ValidationError) -> Fault:
    """What is wrong with a value (goes on after its name), and how to fix it."""
    value: Any = error.instance
    rule: Any = error.validator_value
    match error.validator:
        case "pattern" if value.endswith("\n"):
            return Fault("ends in a line break", "Write it on the line of its key, in quotation marks")
        case "propertyNames" | "pattern":
            return Fault(f"can't be “{_short(str(value))}”" if value else "is empty", _pattern_fix(error))
        case "enum" | "const":
            known = [str(v) for v in (rule if isinstance(rule, list) else [rule]) if v != ""]
            if value == "":
                return Fault("is empty", f"Write {' or '.join(known)}")
            return Fault(f"can't be “{_short(str(value))}”", did_you_mean(str(value), known))
        case "type" if rule == "array" and isinstance(value, dict) and value:
            first = next(iter(value))
            return Fault(
                "is not a list", f"Put - and a space before “{first}”, and two spaces before the lines under it"
            )
        case "type":
            kind = _KINDS[rule[0] if isinstance(rule, list) else rule]
            return Fault(f"is not {kind}", f"Write {kind}")
        case "minLength":
            return Fault("is empty", "Write its text")
        case "minItems" | "minProperties":
            return Fault(f"has {_entries(value)}; the least is {rule}", "Add what is missing")
        case "maxItems":
            return Fault(f"has {_entries(value)}; the most is {rule}", "Remove what is too many")
        case _:
            what = f"does not fit its schema ({_short(error.message)})"
            return Fault(what, "See the file's schema in content/schemas")


def _report_unknown(document: Document, error: ValidationError, astray: Astray, problems: Problems) -> None:
    schema: Any = error.schema
    known = list(schema.get("properties", {}))
    value: Any = error.instance
    left = _left(error)
    for parent, keys in left.items():
        problems.add(document.at(*error.absolute_path, keys[0]), left_words(parent, keys))
    reported = {key for keys in left.values() for key in keys}
    for key in value:
        if key not in known and key not in reported and (*error.absolute_path, key) not in astray:
            place = document.at(*error.absolute_path, key)
            problems.add(place, Fault(f"The key “{_short(key)}” is not known here", did_you_mean(key, known)))


def _left(error: ValidationError) -> dict[str, list[str]]:
    schema: Any = error.schema
    value: Any = error.instance
    return too_far_left(value, schema.get("properties", {}).__contains__)


def _pattern_fix(error: ValidationError) -> str:
    schema: Any = error.schema
    example = {
        "^[1-5]$": "A feature id is a figure from 1 to 5, in quotation marks",
        "^[1-5]\\.L?[1-9][0-9]?$": 'A statement id is written like "1.10", in quotation marks; a local one "1.L1"',
        "^#[0-9A-Fa-f]{6}$": 'Write a colour like "#17505c", in quotation marks',
        "^[a-z][a-z0-9-]{1,30}$": "Use two letters or more: small letters a–z, figures and hyphens, a letter first",
        "^[1-9][0-9]?$": "Write a whole number from 1 to 99",
        "^([0-9]{1,3})?$": "Write whole minutes, or nothing",
    }.get(str(schema.get("pattern")))
    return (
        example
        or "Use small letters, figures and the characters that its neighbours use; begin with a letter or figure"
    )


def _entries(value: Sized) -> str:
    return "1 entry" if len(value) == 1 else f"{len(value)} entries"


def _short(text: str) -> str:
    return shortened(re.sub(r"\s+", " ", text), 60)
