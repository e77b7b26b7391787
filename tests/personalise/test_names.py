"""Names of files that every system takes, and references that say nothing."""

from __future__ import annotations

import random
import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from pmdiag_build.publish.personalise.copies import file_names, random_references

_FORBIDDEN = set('<>:"/\\|?*')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_ODD = st.sampled_from(
    ["CON", "nul.txt", "COM1", "..", ".", "a/b", "a:b", "A?B", " a ", "a.", "é", "e\u0301", "ﬁ", "FI"]
)


@given(st.lists(st.text(max_size=120) | _ODD, max_size=12))
def test_file_names_are_safe_and_differ_in_more_than_case(references: list[str]) -> None:
    names = file_names("interview", references)

    assert len(names) == len(references)
    assert len({unicodedata.normalize("NFC", name).upper() for name in names}) == len(names)
    assert len({unicodedata.normalize("NFD", name).casefold() for name in names}) == len(names)
    for name in names:
        assert name.startswith("interview")
        assert name.endswith(".pdf")
        assert not name.endswith("..pdf")
        assert not _RESERVED.fullmatch(name)
        assert not _FORBIDDEN & set(name)
        assert all(sign.isprintable() and not sign.isspace() for sign in name)
        assert len(name) <= 100
        assert len(name.encode()) <= 255
    assert names == file_names("interview", references)


def test_a_plain_reference_is_in_its_files_name_unchanged() -> None:
    assert ["interview-A17.pdf", "interview-Łukasz-ŵ.pdf"] == file_names("interview", ["A17", "Łukasz ŵ"])


def test_names_that_would_be_one_get_a_number() -> None:
    names = file_names("interview", ["A/1", "A:1", "a 1", "A-1-2"])

    assert ["interview-A-1.pdf", "interview-A-1-2.pdf", "interview-a-1-3.pdf", "interview-A-1-2-2.pdf"] == names


def test_a_reference_without_a_letter_still_has_a_file() -> None:
    assert ["interview.pdf", "interview-2.pdf"] == file_names("interview", ["///", "?"])


def test_random_references_have_no_vowels_and_no_lookalikes() -> None:
    references = random_references(2000)

    assert len(set(references)) == 2000
    for reference in references:
        assert re.fullmatch(r"[CDFHJKMNPRTWX][CDFHJKMNPRTWX34679]{3}-[CDFHJKMNPRTWX34679]{4}", reference)


def test_a_reference_that_came_up_twice_is_drawn_again() -> None:
    signs = iter("C" * 8 + "C" * 8 + "D" * 8)

    assert ["CCCC-CCCC", "DDDD-DDDD"] == random_references(2, lambda _: next(signs))


def test_random_references_can_be_repeated_by_who_chooses() -> None:
    assert random_references(9, random.Random(1).choice) == random_references(9, random.Random(1).choice)
