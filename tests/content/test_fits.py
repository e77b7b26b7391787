"""The quick look at content's shape says yes only where the validator does, and says it for all the content."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from pmdiag_build.content.fits import surely_fits
from pmdiag_build.content.schema import _validator
from pmdiag_build.load import _schema, read_documents
from pmdiag_build.resources import CONTENT

DOCUMENTS = read_documents()
SCHEMAS = {
    path.name.split(".")[0]: json.loads(path.read_text(encoding="utf-8"))
    for path in (CONTENT / "schemas").glob("*.json")
}
SPOILT = 60
"""So many spoilt copies of each file."""


@pytest.mark.parametrize("name", DOCUMENTS)
def test_content_fits_at_first_look(name: str) -> None:
    assert surely_fits(DOCUMENTS[name].data, SCHEMAS[_schema(name)])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_first_look_never_passes_what_the_validator_refuses(name: str) -> None:
    schema = SCHEMAS[_schema(name)]
    validator = _validator(_schema(name))
    chance = random.Random(name)
    verdicts = []
    for _ in range(SPOILT):
        data = _spoilt(DOCUMENTS[name].data, chance)
        verdicts.append((surely_fits(data, schema), validator.is_valid(data)))

    assert all(ours == theirs for ours, theirs in verdicts)
    assert (False, False) in verdicts


@pytest.mark.parametrize(
    "schema",
    [{"maxLength": 9}, {"not": {}}, {"$ref": "other.json"}, {"if": {}, "then": {}, "else": {}}, {"oneOf": [{}]}],
)
def test_a_keyword_that_it_does_not_know_is_left_to_the_validator(schema: dict[str, Any]) -> None:
    assert not surely_fits("text", schema)


@pytest.mark.parametrize("schema", [{"if": {"maxLength": 1}, "then": {}}, {"anyOf": [{"not": {}}, {}]}])
def test_it_does_not_take_unknown_for_wrong(schema: dict[str, Any]) -> None:
    assert not surely_fits("text", schema)


def _spoilt(data: Any, chance: random.Random) -> Any:
    data = copy.deepcopy(data)
    spots = list(_spots(data))
    where, key = chance.choice(spots)
    match chance.randrange(5):
        case 0:
            where[key] = chance.choice(["", " \n"])
        case 1:
            where[key] = chance.choice(["A4", "no", "1", "7.13", "Big Word", "a\n", "3\n"])
        case 2:
            where[key] = [] if chance.random() < 0.5 else {}
        case 3:
            where[key] = [where[key]] * chance.choice([1, 9])
        case _ if isinstance(where, dict):
            value = where.pop(key)
            if chance.random() < 0.5:
                where[f"{key}!"] = value
        case _:
            del where[key]
    return data


def _spots(data: Any) -> Iterator[tuple[Any, Any]]:
    for key, value in list(data.items() if isinstance(data, dict) else enumerate(data)):
        yield data, key
        if isinstance(value, dict | list):
            yield from _spots(value)
