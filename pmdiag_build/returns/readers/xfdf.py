"""XFDF, the XML form of FDF → a raw record."""

from __future__ import annotations

from pmdiag_build.problems import Fault
from pmdiag_build.returns import limits
from pmdiag_build.returns.raw import ASK_FOR_PDF, TAKE_OUT, Reading, Refused, TooBig, set_aside
from pmdiag_build.returns.readers.forms import KINDS, Mark, reading_of, with_marks, with_rich
from pmdiag_build.returns.readers.xml import Attributes, RichText, local, parse

UNREADABLE = Fault("The XFDF file can't be read: {why}", ASK_FOR_PDF)
NOT_XFDF = Fault("This is an XML file, but not an exported form (XFDF)", TAKE_OUT)

_MARKS = {kind.lower(): kind for kind in KINDS}


def read(name: str, data: bytes) -> Reading:
    """The return in an XFDF file called `name`."""
    collector = _Fields()
    try:
        parse(data, start=collector.start, end=collector.end, text=collector.text, limit=limits.UNPACKED_BYTES)
    except Refused as refused:
        return set_aside(name, UNREADABLE, why=str(refused))
    if not collector.is_xfdf:
        return set_aside(name, NOT_XFDF)
    fields = [(field, tuple(texts)) for field, texts in collector.found.items()]
    return with_marks(name, collector.marks, reading_of(name, fields))


class _Fields:
    """`<field name="a"><field name="b"><value>…` as it streams by."""

    def __init__(self) -> None:
        self.is_xfdf = False
        self.found: dict[str, list[str]] = {}
        self.names: list[str] = []
        self.taking = False
        self.parts: list[str] = []
        self.rich: RichText | None = None
        self.given: list[list[str]] = []
        self.rich_texts: list[list[str]] = []
        self.marks: list[Mark] = []

    def start(self, tag: str, attributes: Attributes) -> None:
        if self.rich is not None:
            self.rich.start(tag, attributes)
            return
        match local(tag):
            case "xfdf":
                self.is_xfdf = True
            case "field":
                if len(self.names) >= limits.NESTED_FIELDS:
                    raise Refused("its fields are nested without end")
                if len(self.found) >= limits.FIELDS:
                    raise TooBig(f"it has more than {limits.FIELDS:,} fields")
                self.names.append(attributes.get("name", ""))
                self.given.append([])
                self.rich_texts.append([])
            case "value" if self.names:
                self.taking = True
                self.parts = []
            case "value-richtext" | "contents-richtext":
                self.rich = RichText()
            case "contents":
                self.taking = True
                self.parts = []
            case kind if kind in _MARKS:
                page = attributes.get("page", "0")
                self.marks.append((int(page) if page.isdecimal() else 0, _MARKS[kind], ""))

    def end(self, tag: str) -> None:
        match local(tag):
            case "value-richtext" if self.rich is not None:
                if self.rich_texts:
                    self.rich_texts[-1].append(self.rich.plain())
                self.rich = None
            case "contents-richtext" if self.rich is not None:
                self._say(self.rich.plain())
                self.rich = None
            case _ if self.rich is not None:
                self.rich.end(tag)
            case "field":
                self._end_field()
            case "value" if self.taking:
                self.taking = False
                self.given[-1].append("".join(self.parts))
            case "contents" if self.taking:
                self.taking = False
                self._say("".join(self.parts))

    def _end_field(self) -> None:
        # A field that is listed without a value says that there is none.
        given = with_rich(tuple(self.given.pop()), self.rich_texts.pop()) or ("",)
        self.found.setdefault(self._name(), []).extend(given)
        self.names.pop()

    def _say(self, text: str) -> None:
        """The text of the annotation that was begun last."""
        if self.marks and text:
            page, kind, _ = self.marks[-1]
            self.marks[-1] = (page, kind, text)

    def text(self, text: str) -> None:
        if self.rich is not None:
            self.rich.text(text)
        elif self.taking:
            self.parts.append(text)
        elif self.names and text.strip():
            # It was the tag around a value that was lost, and perhaps with others.
            raise Refused("a field has text that is not its value")

    def _name(self) -> str:
        return ".".join(name for name in self.names if name)
