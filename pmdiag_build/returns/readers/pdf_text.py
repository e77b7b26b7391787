"""A value in PDF syntax → texts. Knows names, the three encodings of strings, streams and arrays; reads no file."""

from __future__ import annotations

import re
from decimal import Decimal

import pikepdf

from pmdiag_build.returns.raw import Given

_SOURCE = re.compile(r"^stream <[^>]*>[:, ]*")
_UNDEFINED = (0x7F, 0x9F, 0xAD)


def texts_of(value: pikepdf.Object | bool | int | Decimal | None) -> Given:
    """The texts of a `/V`: of a name, a string, a stream, or of each entry of an array; none for null.

    Raises ValueError for a value of another kind, or one whose bytes are no text.
    """
    if value is None:
        return ()
    if isinstance(value, pikepdf.String):
        return (decoded(bytes(value)),)
    if isinstance(value, pikepdf.Name):
        return (str(value)[1:],)
    if isinstance(value, pikepdf.Array):
        return tuple(text for entry in value for text in texts_of(entry))
    if isinstance(value, pikepdf.Stream):
        return (decoded(value.read_bytes()),)
    if isinstance(value, (bool, int, Decimal)):
        return (str(value),)
    raise ValueError(f"a value of the kind {type(value).__name__}")


def decoded(raw: bytes) -> str:
    """A text string of PDF: UTF-16 or UTF-8 by its mark, else PDFDocEncoding. Lone surrogates stay as they are."""
    if raw.startswith(b"\xfe\xff"):
        return raw[2:].decode("utf-16-be", "surrogatepass")
    if raw.startswith(b"\xff\xfe"):
        return raw[2:].decode("utf-16-le", "surrogatepass")
    if raw.startswith(b"\xef\xbb\xbf"):
        return raw[3:].decode("utf-8", "surrogatepass")
    try:
        return raw.decode("pdfdoc_pikepdf")
    except UnicodeDecodeError:
        # Three bytes are undefined; programs write them as the character of that number.
        return "".join(chr(b) if b in _UNDEFINED else bytes([b]).decode("pdfdoc_pikepdf") for b in raw)


def reason(error: object) -> str:
    """The first line of what qpdf says, without its name for the bytes that it was given."""
    lines = str(error).splitlines()
    return _SOURCE.sub("", lines[0]) if lines else type(error).__name__
