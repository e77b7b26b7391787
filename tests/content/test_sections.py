"""The kinds of sections: what the schema allows, the table knows and a layout draws is the same."""

from __future__ import annotations

import json

from pmdiag_build.content.fields import SECTION_KINDS
from pmdiag_build.resources import CONTENT, LAYOUTS


def test_each_kind_of_section_is_known_to_the_schema_and_has_its_layout() -> None:
    schema = json.loads((CONTENT / "schemas" / "pack.schema.json").read_text(encoding="utf-8"))
    allowed = schema["properties"]["sections"]["items"]["properties"]["kind"]["enum"]

    assert list(SECTION_KINDS) == allowed
    assert [] == [kind for kind in SECTION_KINDS if not (LAYOUTS / "pack" / f"{kind}.html").is_file()]
