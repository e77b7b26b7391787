"""Names that pmdiag writes and reads back: which wording a return answered."""

from __future__ import annotations

import re

import pytest

from pmdiag_build.content.field_names import PackId


def test_a_pack_id_is_read_back_as_it_was_written() -> None:
    written = PackId("interview", "2013+exampleshire", "0123abcd")

    assert "interview@2013+exampleshire@0123abcd" == str(written)
    assert written == PackId.parse(str(written))


@pytest.mark.parametrize("text", ["", "interview", "interview@2013", "@2013@0123abcd", "a@b@c@d", "a@@c"])
def test_a_malformed_pack_id_is_not_read(text: str) -> None:
    assert PackId.parse(text) is None


PRINTED = "self-assessment@2013+exampleshire@9f2c41aa"


def test_what_is_printed_is_read_back() -> None:
    id = PackId.parse(PRINTED)
    assert id is not None

    assert re.fullmatch(rf"{re.escape(PRINTED)}-[a-z]{{2}}", id.printed)
    assert id.printed.endswith(f"@{id.code}")
    assert id == PackId.parse_printed(id.printed)


def test_any_one_sign_that_is_wrong_shows_and_any_two_that_change_places() -> None:
    id = PackId.parse(PRINTED)
    assert id is not None
    text = id.printed
    signs = "abcdefghijklmnopqrstuvwxyz0123456789@+-"
    wrong = {text[:place] + sign + text[place + 1 :] for place in range(len(text)) for sign in signs} - {text}
    places = range(len(text) - 1)
    swapped = {text[:place] + text[place + 1] + text[place] + text[place + 2 :] for place in places} - {text}

    assert len(wrong) > 1500
    assert [] == [one for one in (*wrong, *swapped) if PackId.parse_printed(one) is not None]


@pytest.mark.parametrize("text", ["", PRINTED, "a@b@c", "a@b@-kx", "entry-sheet@2013@"])
def test_what_has_no_letters_that_belong_to_it_was_not_printed(text: str) -> None:
    assert PackId.parse_printed(text) is None
