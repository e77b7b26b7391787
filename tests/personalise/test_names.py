"""Names of files that every system takes, references that say nothing, and links that fill in what was given."""

from __future__ import annotations

import random
import re
import unicodedata
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmdiag_build.problems import UsageWrong
from pmdiag_build.publish.personalise.copies import file_names, link_to, random_references, site_folder

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


@pytest.mark.parametrize(
    ("typed", "folder"),
    [
        ("https://example.org/review/", "https://example.org/review/"),
        ("https://example.org/review", "https://example.org/review/"),
        (" http://example.org:8080/a/index.html", "http://example.org:8080/a/"),
        ("https://example.org", "https://example.org/"),
        ("https://example.org/index.html", "https://example.org/"),
        ("file://server/share/our 100% sïte/", "file://server/share/our%20100%25%20s%C3%AFte/"),
        ("file:///srv/a%20b", "file:///srv/a%20b/"),
    ],
)
def test_the_address_of_a_site_is_that_of_its_folder(typed: str, folder: str) -> None:
    assert folder == site_folder(typed)


@pytest.mark.parametrize(
    "typed",
    [
        *("example.org/review/", "https:///review/", "https://", "javascript:alert(1)//", r"\\server\share"),
        *("https://a@example.org/", 'https://x"onclick=/', r"https://example.org\@x/", "https://example.org/?q=1"),
        *("https://example.org/#a", "https://example.org/\n", "https://example.org/\u202e", "data:text/html,x"),
    ],
)
def test_what_is_no_address_of_a_site_is_refused(typed: str) -> None:
    with pytest.raises(UsageWrong, match="This is not the address of a site"):
        site_folder(typed)


@given(st.dictionaries(st.sampled_from(["reference", "area", "lead"]), st.text(st.characters(codec="utf-8"))))
def test_whatever_is_filled_in_comes_back_out_of_a_link(record: dict[str, str]) -> None:
    link = link_to("self-assessment.html", record)
    filled = {name: text for name, text in record.items() if text}

    assert re.fullmatch(r"self-assessment\.html(#[A-Za-z0-9._~%=&-]+)?", link)
    assert filled == dict(parse_qsl(link.partition("#")[2], strict_parsing=bool(filled), keep_blank_values=True))
