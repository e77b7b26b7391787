"""The PDF library of the readers: opening a file, the kinds of its objects, and the texts in them.

This is the one module of the readers that imports pikepdf. Where pikepdf can't run, as in a browser, or where qpdf was
started by hand, `qpdf_objects` takes its place. Both offer what the readers use:

- `opened` as a context: a `Pdf` with `trailer`, `Root`, `pages` (each with its dictionary in `obj`), `attachments`
  (names), `objects`. It raises `PasswordNeeded` or `Damaged`, the latter also while objects are read. Nothing is
  repaired: a file whose list of objects is wrong is damaged.
- `Dictionary`, `Array`, `String`, `Name`, `Stream` to be told apart by `isinstance`; a stream is not a dictionary.
  A dictionary has `.get`, `[]` and `in` with keys as `/T`, an array iterates and has a length and `[]`.
  `bytes` of a string, `str` of a name (with its slash, and equal to that text), `read_bytes` of a stream, and
  `read_raw_bytes` for those in the file.
  Numbers, booleans and null are `int`, `Decimal`, `bool` and None.
- `objgen` of an object: the pair of numbers by which it is the same object, (0, 0) for one without numbers.
- `instructions` of a page or a stream: operators with their operands.
- `warnings_of` and PDFDocEncoding in `decoded`.
"""

from __future__ import annotations

import codecs
import io
import logging
import re
import sys
import warnings
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pmdiag_build.returns import limits
from pmdiag_build.returns.raw import Given
from pmdiag_build.returns.readers import qpdf_objects
from pmdiag_build.returns.readers.pdf_syntax import end_of_text
from pmdiag_build.returns.readers.qpdf_objects import Unsure
from pmdiag_build.text import utf8_in

WITH_PIKEPDF = qpdf_objects.run is None and sys.platform != "emscripten"

if TYPE_CHECKING or WITH_PIKEPDF:
    import pikepdf
    from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String
    from pikepdf import PasswordError as PasswordNeeded
    from pikepdf import PdfError as Damaged
    from pikepdf.settings import set_qpdf_limits

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
else:
    from pmdiag_build.returns.readers.pdf_syntax import (
        Array,
        Damaged,
        Dictionary,
        Name,
        Object,
        PasswordNeeded,
        Stream,
        String,
    )
    from pmdiag_build.returns.readers.qpdf_objects import Pdf

__all__ = [
    "DAMAGED",
    "PDF_DOC_ENCODING",
    "Array",
    "Damaged",
    "Dictionary",
    "Instruction",
    "Name",
    "Object",
    "PasswordNeeded",
    "Pdf",
    "Stream",
    "String",
    "Unreadable",
    "Unsure",
    "decoded",
    "end_of_text",
    "entry_if_any",
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


def opened(source: Path | bytes) -> Pdf:
    """An open PDF, to be used as a context. A path is read faster than bytes. Raises PasswordNeeded and Damaged."""
    if not WITH_PIKEPDF:
        return qpdf_objects.opened(source)  # type: ignore[return-value]  # what pikepdf's has of it
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    return pikepdf.open(stream, attempt_recovery=False, suppress_warnings=True)


def entry_if_any(dictionary: Object, key: str) -> Any:
    """`dictionary.get(key)` of a dictionary or a stream, for a key that is usually missing.

    pikepdf is four times as fast if it is asked first whether the key is there.
    """
    return dictionary.get(key) if key in dictionary else None


def warnings_of(pdf: Pdf) -> list[str]:
    """The library's warnings about the file since it was opened."""
    return list(map(str, pdf.get_warnings()))


Instruction = tuple[str, Any]
"""An operator of a content stream (`Tj`; `INLINE IMAGE` for a whole one) and its operands."""


def instructions(content: Object) -> Iterator[Instruction]:
    """The instructions of a page's content, or of that of an appearance. Raises Damaged where it can't be parsed."""
    if not WITH_PIKEPDF:
        yield from qpdf_objects.instructions(content)  # type: ignore[arg-type]  # what pikepdf's has of it
        return
    # It warns of operands behind the last operator, which draw nothing.
    with warnings.catch_warnings(action="ignore", category=UserWarning):
        found = pikepdf.parse_content_stream(content)
    for instruction in found:
        yield str(instruction.operator), instruction.operands


PDF_DOC_ENCODING = "pmdiag-pdfdoc"
"""PDF's own encoding (PDF 1.7, D.2) as a codec of Python: Latin-1 but for these, and for three that are undefined."""

_UNDEFINED = (0x7F, 0x9F, 0xAD)
_NOT_LATIN_1 = {
    0x18: "˘ˇˆ˙˝˛˚˜",
    0x80: "•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž",
    0xA0: "€",
}


def _pdf_doc_codec(name: str) -> codecs.CodecInfo | None:
    if name.replace("_", "-") != PDF_DOC_ENCODING:
        return None
    table = [chr(code) if code not in _UNDEFINED else "\ufffe" for code in range(0x100)]
    for first, letters in _NOT_LATIN_1.items():
        table[first : first + len(letters)] = letters
    decoding = "".join(table)

    def decode(raw: Any, errors: str = "strict") -> tuple[str, int]:
        return codecs.charmap_decode(raw, errors, decoding)

    def encode(text: str, errors: str = "strict") -> tuple[bytes, int]:
        return codecs.charmap_encode(text, errors, codecs.charmap_build(decoding))

    return codecs.CodecInfo(encode, decode, name=PDF_DOC_ENCODING)


codecs.register(_pdf_doc_codec)


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
    if raw.isascii() and (plain := raw.decode("ascii")).isprintable():
        return plain  # in each of these encodings; so are the names of fields
    if raw.startswith(b"\xfe\xff"):
        return raw[2:].decode("utf-16-be", "surrogatepass")
    if raw.startswith(b"\xff\xfe"):
        return raw[2:].decode("utf-16-le", "surrogatepass")
    if raw.startswith(b"\xef\xbb\xbf"):
        return raw[3:].decode("utf-8", "surrogatepass")
    if (unmarked := utf8_in(raw)) is not None:
        return unmarked
    try:
        return raw.decode(PDF_DOC_ENCODING)
    except UnicodeDecodeError:
        # Three bytes are undefined; programs write them as the character of that number.
        return "".join(chr(b) if b in _UNDEFINED else bytes([b]).decode(PDF_DOC_ENCODING) for b in raw)


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
