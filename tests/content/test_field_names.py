"""Names that pmdiag writes and reads back: which wording a return answered."""

from __future__ import annotations

import pytest

from pmdiag_build.content.field_names import PackId


def test_a_pack_id_is_read_back_as_it_was_written() -> None:
    written = PackId("interview", "2013+exampleshire", "0123abcd")

    assert "interview@2013+exampleshire@0123abcd" == str(written)
    assert written == PackId.parse(str(written))


@pytest.mark.parametrize("text", ["", "interview", "interview@2013", "@2013@0123abcd", "a@b@c@d", "a@@c"])
def test_a_malformed_pack_id_is_not_read(text: str) -> None:
    assert PackId.parse(text) is None
