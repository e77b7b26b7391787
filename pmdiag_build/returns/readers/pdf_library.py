"""The PDF library of the readers: opening a file, the kinds of its objects, and the texts in them.

This is the one module of the readers that imports pikepdf. Another library can take its place where pikepdf can't run,
as in a browser. It must offer what the readers use:

- `opened` as a context: a `Pdf` with `trailer`, `Root`, `pages` (each with its dictionary in `obj`), `attachments`
  (its keys are names), `objects`. It raises `PasswordNeeded` or `Damaged`, the latter also while objects are read.
- `Dictionary`, `Array`, `String`, `Name`, `Stream` to be told apart by `isinstance`; a stream is not a dictionary.
  A dictionary has `.get`, `[]` and `in` with keys as `/T`, an array iterates and has a length and `[]`.
  `bytes` of a string, `str` of a name (with its slash, and equal to that text), `read_bytes` of a stream.
  Numbers, booleans and null are `int`, `Decimal`, `bool` and None.
- `objgen` of an object: the pair of numbers by which it is the same object, (0, 0) for one without numbers.
- `instructions` of a page or a stream: operators with their operands.
- `warnings_of` and PDFDocEncoding in `decoded`.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String
from pikepdf import PasswordError as PasswordNeeded
from pikepdf import PdfError as Damaged
from pikepdf.settings import set_qpdf_limits

from pmdiag_build.returns import limits
from pmdiag_build.returns.raw import Given
from pmdiag_build.text import utf8_in

__all__ = [
    "DAMAGED",
    "Array",
    "Damaged",
    "Dictionary",
    "Instruction",
    "Name",
    "Object",
    "PasswordNeeded",
    "Pdf",
    "Recovery",
    "Stream",
    "String",
    "Unreadable",
    "decoded",
    "instructions",
    "opened",
    "reason",
    "texts_of",
    "warnings_of",
]


class Unreadable(ValueError):
    """A part of a file is not what it must be; the message says which in half a sentence."""


DAMAGED = (Damaged, ValueError, TypeError, RuntimeError)
"""What reading the objects of a damaged file raises: the library's own error, or an object of the wrong kind."""

# What qpdf says would be printed; what matters of it is among the warnings of each file.
logging.getLogger("pikepdf").addHandler(logging.NullHandler())

set_qpdf_limits(
    flate_max_memory=limits.PDF_STREAM_BYTES,
    png_max_memory=limits.PDF_STREAM_BYTES,
    tiff_max_memory=limits.PDF_STREAM_BYTES,
    run_length_max_memory=limits.PDF_STREAM_BYTES,
    dct_max_memory=limits.PDF_STREAM_BYTES,
    max_stream_filters=limits.FILTERS,
)

_PDF_DOC_ENCODING = "pdfdoc_pikepdf"
_UNDEFINED = (0x7F, 0x9F, 0xAD)


class Recovery(Enum):
    """May the library rebuild a list of objects that is wrong or not there?"""

    OFF = False
    ON = True


def opened(source: Path | bytes, recovery: Recovery) -> Pdf:
    """An open PDF, to be used as a context. A path is read faster than bytes. Raises PasswordNeeded and Damaged."""
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    return pikepdf.open(stream, attempt_recovery=recovery.value, suppress_warnings=True)


def warnings_of(pdf: Pdf) -> list[str]:
    """The library's warnings about the file since it was opened."""
    return list(map(str, pdf.get_warnings()))


Instruction = tuple[str, Any]
"""An operator of a content stream (`Tj`; `INLINE IMAGE` for a whole one) and its operands."""


def instructions(content: Object) -> Iterator[Instruction]:
    """The instructions of a page's content, or of that of an appearance. Raises Damaged where it can't be parsed."""
    for instruction in pikepdf.parse_content_stream(content):
        yield str(instruction.operator), instruction.operands


def texts_of(value: Object | bool | int | Decimal | None) -> Given:
    """The texts of a `/V`: of a name, a string, a stream, or of each entry of an array; none for null.

    Raises Unreadable for a value of another kind, and ValueError for one whose bytes are not a text.
    """
    if value is None:
        return ()
    if isinstance(value, String):
        return (decoded(bytes(value)),)
    if isinstance(value, Name):
        return (str(value)[1:],)
    if isinstance(value, Array):
        return tuple(text for entry in value for text in texts_of(entry))
    if isinstance(value, Stream):
        return (decoded(value.read_bytes()),)
    if isinstance(value, (bool, int, Decimal)):
        return (str(value),)
    raise Unreadable("a field has a value that is not a text")


def decoded(raw: bytes) -> str:
    """A text string of PDF: UTF-16 or UTF-8 by its mark or by proof, else PDFDocEncoding. Lone surrogates stay."""
    if raw.startswith(b"\xfe\xff"):
        return raw[2:].decode("utf-16-be", "surrogatepass")
    if raw.startswith(b"\xff\xfe"):
        return raw[2:].decode("utf-16-le", "surrogatepass")
    if raw.startswith(b"\xef\xbb\xbf"):
        return raw[3:].decode("utf-8", "surrogatepass")
    if (unmarked := utf8_in(raw)) is not None:
        return unmarked
    try:
        return raw.decode(_PDF_DOC_ENCODING)
    except UnicodeDecodeError:
        # Three bytes are undefined; programs write them as the character of that number.
        return "".join(chr(b) if b in _UNDEFINED else bytes([b]).decode(_PDF_DOC_ENCODING) for b in raw)


_REASONS = (
    (re.compile("xref|trailer|root|page tree|catalog", re.IGNORECASE), "its list of objects can't be read"),
    (re.compile("encrypt|password|crypt", re.IGNORECASE), "its encryption can't be read"),
    (re.compile("codec|decode|inflate|filter|stream", re.IGNORECASE), "a compressed part of it can't be read"),
)


def reason(error: object) -> str:
    """Why a file can't be read, as half a sentence. What the library says is for programmers, and names paths."""
    if isinstance(error, Unreadable) or not isinstance(error, (str, *DAMAGED)):
        return str(error)
    return next((why for words, why in _REASONS if words.search(str(error))), "a part of it can't be read")
