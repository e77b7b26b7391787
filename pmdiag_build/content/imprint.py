"""What is printed on a page of a pack, in a few letters that the page itself carries, so that additions can be seen.

The form pass writes an imprint into each page's dictionary; whoever reads a return compares it with the page. Fields
say that no question is missing, imprints say that no page is missing and that nothing was written on one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

KEY = "/XXpmdiag"
"""The entry of a page's dictionary. PDF keeps names that begin with XX for such private entries (ISO 32000-1, E.2)."""

REFERENCE = "/XXreference"
"""The drawing at the foot of each page that a personalised copy writes its reference into; nobody else writes there."""

PAINTS = frozenset({b"f", b"F", b"f*", b"S", b"s", b"B", b"B*", b"b", b"b*", b"sh", b"Do"})
"""The operators of a page's content that draw something which is not text; text is drawn by Tj, TJ, ' and "."""

_DEEPEST = 8
"""How deep groups within groups are looked into; a deeper one counts as one drawing."""

_TEXT = re.compile(rb"<([0-9a-fA-F]+)>")
_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Imprint:
    """A page of a pack: its number (from 1) in a pack of so many `pages`, and what is printed on it.

    `content` is a hash of the whole content and differs where it was only rewritten. `text` is one of the codes of its
    letters and `paints` the number of its drawings, which a rewritten page has in common with the page as it was.
    Both count what is in groups (form XObjects, as of a logo's text), if it is `with_groups`. Imprints of version 1.0
    were not: a group was one drawing. A leading 0 marks imprints with groups; version 1.0 ignores it.
    """

    number: int
    pages: int
    content: str
    text: str
    paints: int
    with_groups: bool

    def __str__(self) -> str:
        paints = f"{'0' if self.with_groups else ''}{self.paints}"
        return f"{self.number}/{self.pages} {self.content} {self.text} {paints}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """An imprint from its text; None for any other text."""
        found = re.fullmatch(r"(\d{1,4})/(\d{1,4}) (\w{1,64}) (\w{1,64}) (0?)(\d{1,6})", text)
        if found is None:
            return None
        return cls(int(found[1]), int(found[2]), found[3], found[4], int(found[6]), bool(found[5]))

    @classmethod
    def of(cls, content: bytes, drawn: bytes, number: int, pages: int) -> Self:
        """The imprint of a page as WeasyPrint writes it: operators and operands are separated by spaces, text is
        in hexadecimal.

        `drawn` is the content with that of its groups in their places.
        """
        codes = bytes.fromhex(b"".join(_TEXT.findall(drawn)).decode())
        paints = sum(map(PAINTS.__contains__, drawn.split()))
        return cls(number, pages, hash_of(content), hash_of(codes), paints, with_groups=True)

    def is_of(self, codes: Iterable[bytes], paints: int) -> bool:
        """Is this the imprint of a page with these letter codes and at most this many drawings?"""
        return paints <= self.paints and hash_of(b"".join(codes)) == self.text


def is_group(name: str, kind: object, depth: int) -> bool:
    """Is it a group, whose contents count instead of itself? `kind` is its subtype, `depth` the groups that it is in.

    What is at a reference's place differs from copy to copy, and the imprint does not know it.
    """
    return name != REFERENCE and kind == "/Form" and depth <= _DEEPEST


def hash_of(data: bytes) -> str:
    """The hash in an imprint."""
    return hashlib.blake2b(data, digest_size=_LENGTH).hexdigest()
