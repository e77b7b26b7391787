"""What is printed on a page of a pack, in a few letters that the page itself carries, so that additions can be seen.

The form pass writes an imprint into each page's dictionary; whoever reads a return compares it with the page. Fields
say that no question is missing, imprints say that no page is missing and that nothing was written on one.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Self

KEY = "/XXpmdiag"
"""The entry of a page's dictionary. PDF keeps names that begin with XX for such private entries (ISO 32000-1, E.2)."""

REFERENCE = "/XXreference"
"""The drawing at the foot of each page that a personalised copy writes its reference into; nobody else writes there."""

PAINTS = frozenset({b"f", b"F", b"f*", b"S", b"s", b"B", b"B*", b"b", b"b*", b"sh", b"Do"})
"""The operators of a page's content that draw something which is not text; text is drawn by Tj, TJ, ' and "."""

_TEXT = re.compile(rb"<([0-9a-fA-F]+)>")
_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Imprint:
    """A page of a pack: its number (from 1) in a pack of so many `pages`, and what is printed on it.

    `content` is a hash of the whole content and differs where it was only rewritten. `text` is one of the codes of its
    letters and `paints` the number of its drawings, which a rewritten page has in common with the page as it was.
    """

    number: int
    pages: int
    content: str
    text: str
    paints: int

    def __str__(self) -> str:
        return f"{self.number}/{self.pages} {self.content} {self.text} {self.paints}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """An imprint from its text; None for any other text."""
        found = re.fullmatch(r"(\d{1,4})/(\d{1,4}) (\w{1,64}) (\w{1,64}) (\d{1,6})", text)
        return cls(int(found[1]), int(found[2]), found[3], found[4], int(found[5])) if found else None

    @classmethod
    def of(cls, content: bytes, number: int, pages: int) -> Self:
        """The imprint of a page as WeasyPrint writes it: one word an operator or operand, text in hexadecimal."""
        codes = bytes.fromhex(b"".join(_TEXT.findall(content)).decode())
        paints = sum(map(PAINTS.__contains__, content.split()))
        return cls(number, pages, hash_of(content), hash_of(codes), paints)


def hash_of(data: bytes) -> str:
    """The hash in an imprint."""
    return hashlib.blake2b(data, digest_size=_LENGTH).hexdigest()
