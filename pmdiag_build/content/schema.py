"""Checks the shape of content files against the JSON Schemas that editors use too.

Every fault is a problem at its line.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from pmdiag_build.content.documents import Document
from pmdiag_build.content.yaml_errors import left_words, too_far_left
from pmdiag_build.problems import Fault, Problems, did_you_mean
from pmdiag_build.resources import CONTENT

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

_UNKNOWN = "additionalProperties"
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
    return _strict()(json.loads((CONTENT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")))


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
    for error in errors:
        if (*error.absolute_path,) in empty:
            continue  # What belongs under it is too far to the left, and that is said.
        # The library gives one error for each missing key; one of them is enough to name all.
        place = (error.validator, *error.absolute_path)
        if error.validator != "required" or place not in reported:
            _report(document, error, problems)
        reported.add(place)
    return not errors


def _report(document: Document, error: ValidationError, problems: Problems) -> None:
    path = tuple(error.absolute_path)
    if error.validator == _UNKNOWN:
        _report_unknown(document, error, problems)
        return
    where = f"“{path[-1]}”" if path and isinstance(path[-1], str) else "this entry" if path else "the file"
    if error.validator == "required":
        value: Any = error.instance
        rule: Any = error.validator_value
        known: Any = error.schema
        unknown = [k for k in value if k not in known.get("properties", {})]
        for key in (k for k in rule if k not in value):
            if difflib.get_close_matches(key, unknown, n=1, cutoff=0.6):
                continue  # It is there with a typing mistake, which is reported.
            problems.add(document.at(*path), Fault(f"The key “{key}” is missing in {where}", f"Add {key}:"))
        return
    fault = _words(error)
    problems.add(document.at(*path), Fault(f"{where[:1].upper()}{where[1:]} {fault.what}", fault.fix))


def _words(error: ValidationError) -> Fault:
    """What is wrong with a value (goes on after its name), and how to fix it."""
    value: Any = error.instance
    rule: Any = error.validator_value
    match error.validator:
        case "pattern" if value.endswith("\n"):
            return Fault("ends in a line break", "Write it on the line of its key, in quotation marks")
        case "propertyNames" | "pattern":
            return Fault(f"can't be “{_short(str(value))}”", _pattern_fix(error))
        case "enum" | "const":
            known = [str(v) for v in (rule if isinstance(rule, list) else [rule]) if v != ""]
            return Fault(f"can't be “{_short(str(value))}”", did_you_mean(str(value), known))
        case "type":
            kind = _KINDS[rule[0] if isinstance(rule, list) else rule]
            return Fault(f"is not {kind}", f"Write {kind}")
        case "minLength":
            return Fault("is empty", "Write its text")
        case "minItems" | "minProperties":
            return Fault(f"has {len(value)} entries, at least {rule} are needed", "Add what is missing")
        case "maxItems":
            return Fault(f"has {len(value)} entries, at most {rule} are possible", "Remove what is too many")
        case _:
            what = f"does not fit its schema ({_short(error.message)})"
            return Fault(what, "See the file's schema in content/schemas")


def _report_unknown(document: Document, error: ValidationError, problems: Problems) -> None:
    schema: Any = error.schema
    known = list(schema.get("properties", {}))
    value: Any = error.instance
    left = _left(error)
    for parent, keys in left.items():
        problems.add(document.at(*error.absolute_path, keys[0]), left_words(parent, keys))
    reported = {key for keys in left.values() for key in keys}
    for key in value:
        if key not in known and key not in reported:
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


def _short(text: str) -> str:
    text = re.sub(r"\s+", " ", text)
    return text if len(text) <= 60 else text[:57] + "…"
