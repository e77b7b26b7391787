"""Letters that were taken for others, and the one form in which texts are compared."""

from __future__ import annotations

import pytest

from pmdiag_build.text import as_meant, misread, normal, utf8_in, visible

MEANT = (
    "We don’t think it’s good – café £5k",
    "dŵr",
    "Tŷ Gwyn",
    "Łódź, żółć",
    "½ of 20°, he said “no”…",
    "Привет",
    "你好",
    "👍 fine",
    "naïve",
    "\ufeffreference",
)


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "mac_roman", "cp850", "cp437"])
@pytest.mark.parametrize("text", MEANT)
def test_a_text_encoded_twice_is_read_as_what_it_was(text: str, encoding: str) -> None:
    # What an encoding leaves undefined is shown as the character of that number.
    twice = "".join(bytes([byte]).decode(encoding, "ignore") or chr(byte) for byte in text.encode())

    assert text == as_meant(twice)


def test_a_text_encoded_three_times_is_read_as_what_it_was() -> None:
    assert "café" == as_meant("café".encode().decode("cp1252").encode().decode("cp1252"))


@pytest.mark.parametrize(
    "text",
    [
        *MEANT,
        "CAFÉ’S",
        "“CLICHÉ”",
        "VOILÀ…",
        "« CAFÉ »",
        "ESPAÑA",
        "NÃO",
        "Smörgås – Å…",
        "2×½",
        "Ø°",
        "It’s cafÃ©",
        "plain",
        "\ud83d alone",
        "e\u0301",
        "שלום",
        "≈ 5 ¬ 6",
    ],
)
def test_a_text_that_is_right_or_right_in_parts_stays_as_it_is(text: str) -> None:
    assert text == as_meant(text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("It’s a cafÃ© here", "cafÃ©"),
        ("we donâ€\ufffdt know", "donâ€\ufffdt"),
        ("Zo\ufffd, Ann", "Zo\ufffd"),
        ("a ‚Äú b ’", "‚Äú"),
    ],
)
def test_what_can_not_be_put_right_is_shown(text: str, word: str) -> None:
    assert word == misread(as_meant(text))


@pytest.mark.parametrize("text", MEANT)
def test_right_letters_are_not_asked_about(text: str) -> None:
    assert "" == misread(text)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("café".encode(), "café"),
        ("We don’t".encode(), "We don’t"),
        (b"plain", None),
        ("café".encode("cp1252"), None),
        ("CAFÉ’".encode("cp1252"), None),
        ("żółć".encode("cp1250"), None),
    ],
)
def test_bytes_that_are_utf8_without_a_mark_are_known(data: bytes, text: str | None) -> None:
    assert text == utf8_in(data)


@pytest.mark.parametrize(
    "text",
    [
        "L\u200b",
        "\u2060L",
        "\ufeffL",
        "\uff2c",
        "L\u00ad",
        "\u202dL\u202c",
        "Ⓛ",
        "𝐋",
        "l\u3000",
        "\0L",
        "L\ufe0f",
        "L\x07",
    ],
)
def test_what_looks_alike_is_compared_as_the_same(text: str) -> None:
    assert "l" == normal(text)


def test_spaces_and_line_ends_are_seen_and_marks_are_not() -> None:
    assert "a\n b\t" == visible("\u200ea\n\u2060 b\t\0")
