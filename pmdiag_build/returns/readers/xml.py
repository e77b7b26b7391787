"""XML of strangers, parsed as it streams: no document type, no entities, no network, and a limit on its size.

Also the rich text of PDF forms, a small XHTML, as plain text.
"""

from __future__ import annotations

import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers import expat

from pmdiag_build.returns import limits
from pmdiag_build.returns.raw import Refused, TooBig

Attributes = dict[str, str]
UNPACKING_FAILED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,  # a password
    NotImplementedError,  # a method of compression that Python lacks
)
"""What reading a file in a damaged or foreign ZIP raises."""

_CHUNK = 1 << 16
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_BLOCKS = ("p", "div", "li", "body")


def local(tag: str) -> str:
    """A tag or an attribute without its namespace prefix."""
    return tag.rpartition(":")[2]


def feed(
    source: IO[bytes],
    *,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
    limit: int,
) -> Iterator[None]:
    """Parses `source` piece by piece, calling the handlers; yields after each piece. Raises Refused."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    read = tags = 0
    try:
        while piece := source.read(_CHUNK):
            read += len(piece)
            tags += piece.count(b"<")
            if read > limit:
                raise TooBig(_too_big(limit))
            if tags > limits.TAGS:
                raise TooBig(f"it has more than {limits.TAGS:,} tags")
            parser.Parse(piece, False)
            if read - parser.CurrentByteIndex > limits.TOKEN_BYTES:
                # The parser keeps what is not finished, and tries it again with each piece.
                raise TooBig(f"it has a tag longer than {limits.TOKEN_BYTES >> 20} MB")
            yield
        parser.Parse(b"", True)
        yield
    except expat.ExpatError as error:
        raise Refused(f"its XML is broken in line {error.lineno}, column {error.offset + 1}") from None
    except UNPACKING_FAILED as error:
        raise Refused(why_unreadable(error)) from None


def why_unreadable(error: Exception) -> str:
    """Why a workbook can't be unpacked, as half a sentence. What Python says of that is for programmers."""
    if isinstance(error, NotImplementedError):
        return "a part of it is compressed in a way that can't be read here"
    if isinstance(error, RuntimeError):
        return "a part of it is protected with a password"
    if isinstance(error, LookupError) and not isinstance(error, KeyError):
        return str(error)
    return "a part of it is damaged or missing"


def opened(archive: zipfile.ZipFile, part: str, limit: int) -> IO[bytes]:
    """A part of an archive, unless its own size says that it is bigger than `limit`; `feed` counts for itself."""
    if archive.getinfo(part).file_size > limit:
        raise TooBig(_too_big(limit))
    return archive.open(part)


def _too_big(limit: int) -> str:
    return f"it contains more than {limit >> 20} MB of data"


def parse(
    data: bytes | IO[bytes],
    *,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
    limit: int,
) -> None:
    """The same in one go."""
    source = io.BytesIO(data) if isinstance(data, bytes) else data
    for _ in feed(source, start=start, end=end, text=text, limit=limit):
        pass


def _refuse_doctype(name: str, *_: object) -> None:
    raise Refused(f"it declares a document type ({name})")


class RichText:
    """Gathers the text of a rich text's elements as they stream by, a line for each paragraph."""

    def __init__(self) -> None:
        self.lines: list[list[str]] = [[]]

    def start(self, tag: str, _: Attributes) -> None:
        if local(tag) in _BLOCKS:
            self._new_line()
        elif local(tag) == "br":
            self.lines.append([])

    def end(self, tag: str) -> None:
        if local(tag) in _BLOCKS:
            self._new_line()

    def text(self, text: str) -> None:
        self.lines[-1].append(text)

    def _new_line(self) -> None:
        if "".join(self.lines[-1]).strip():
            self.lines.append([])
        else:
            self.lines[-1].clear()

    def plain(self) -> str:
        """The text so far."""
        return "\n".join(map("".join, self.lines)).strip()


def plain_of(rich: str) -> str:
    """The plain text of a rich one; where its markup is broken, the whole as it is, for nothing may be lost."""
    collector = RichText()
    data = _DECLARATION.sub("", rich, count=1).encode("utf-8", "surrogatepass")
    try:
        parse(data, start=collector.start, end=collector.end, text=collector.text, limit=limits.LETTERS)
    except Refused:
        return rich
    return collector.plain()
