"""The kinds of sections: what the schema allows, the table knows and a layout draws is the same."""

from __future__ import annotations

import json
from dataclasses import replace

from pmdiag_build.content.fields import SECTION_KINDS, pack_fields
from pmdiag_build.content.model import Tool
from pmdiag_build.resources import CONTENT, LAYOUTS


def test_each_kind_of_section_is_known_to_the_schema_and_has_its_layout() -> None:
    schema = json.loads((CONTENT / "schemas" / "pack.schema.json").read_text(encoding="utf-8"))
    allowed = schema["properties"]["sections"]["items"]["properties"]["kind"]["enum"]

    assert list(SECTION_KINDS) == allowed
    assert [] == [kind for kind in SECTION_KINDS if not (LAYOUTS / "pack" / f"{kind}.html").is_file()]


def test_an_example_asks_nothing_so_that_a_pack_counts_the_same_with_and_without_it(tool: Tool) -> None:
    for pack in (tool.pack("self-assessment"), tool.pack("interview")):
        without = replace(pack, sections=tuple(s for s in pack.sections if s.kind != "example"))

        assert len(without.sections) < len(pack.sections)
        assert pack_fields(tool, without) == pack_fields(tool, pack)


def test_an_example_shows_a_statement_that_is_asked(tool: Tool) -> None:
    framework = tool.framework
    last = framework.features[-1]
    unused = replace(last, statements=tuple(replace(s, unused="We do not do this.") for s in last.statements))
    without = replace(framework, features=(*framework.features[:-1], unused))

    assert "3.4" == framework.used_from("3.4").id
    assert "1.1" == without.used_from("5.8").id
