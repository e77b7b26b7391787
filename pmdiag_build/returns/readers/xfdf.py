"""XFDF, the XML form of FDF → a raw record."""

from __future__ import annotations

from pmdiag_build.returns.raw import Reading, Refused, set_aside
from pmdiag_build.returns.readers.fields_list import ASK_AGAIN, reading_of
from pmdiag_build.returns.readers.xml import Attributes, local, parse

_MOST_BYTES = 16 << 20
_DEEPEST = 32


def read(name: str, data: bytes) -> Reading:
    """The return in an XFDF file called `name`."""
    collector = _Fields()
    try:
        parse(data, start=collector.start, end=collector.end, text=collector.text, limit=_MOST_BYTES)
    except Refused as refused:
        return set_aside(name, f"The XFDF file can't be read: {refused}", ASK_AGAIN)
    if not collector.is_xfdf:
        return set_aside(name, "It is XML, but not a kind that returns come in", "Check that this is a return")
    return reading_of(name, [(field, tuple(texts)) for field, texts in collector.found.items()])


class _Fields:
    """`<field name="a"><field name="b"><value>…` as it streams by; rich text is passed over for its plain twin."""

    def __init__(self) -> None:
        self.is_xfdf = False
        self.found: dict[str, list[str]] = {}
        self.names: list[str] = []
        self.taking = False
        self.parts: list[str] = []

    def start(self, tag: str, attributes: Attributes) -> None:
        match local(tag):
            case "xfdf":
                self.is_xfdf = True
            case "field":
                if len(self.names) >= _DEEPEST:
                    raise Refused("its fields are nested without end")
                self.names.append(attributes.get("name", ""))
                self.found.setdefault(self._name(), [])
            case "value" if self.names:
                self.taking = True
                self.parts = []

    def end(self, tag: str) -> None:
        match local(tag):
            case "field":
                self.names.pop()
            case "value" if self.taking:
                self.taking = False
                self.found[self._name()].append("".join(self.parts))

    def text(self, text: str) -> None:
        if self.taking:
            self.parts.append(text)

    def _name(self) -> str:
        return ".".join(name for name in self.names if name)
