"""E-mails (.eml, .emlx, mailboxes) → the files attached to them, one by one, by Python's own parser of e-mails.

The text of an e-mail is not read: an answer is counted only from a pack, an entry sheet or a record.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email.errors import (
    CloseBoundaryNotFoundDefect,
    InvalidBase64CharactersDefect,
    InvalidBase64LengthDefect,
    StartBoundaryNotFoundDefect,
)
from email.header import decode_header, make_header
from email.message import Message
from typing import Any

from pmdiag_build.problems import Fault
from pmdiag_build.returns import limits
from pmdiag_build.returns.find_files import TOO_MANY, Ignored, Member, Members, Room, free_name
from pmdiag_build.returns.raw import ASK_AGAIN, ASK_FOR_PDF, TAKE_OUT
from pmdiag_build.returns.readers import IMAGES, SMIME
from pmdiag_build.text import writable

NO_ATTACHMENT = Fault("This e-mail has no attachment, and its text is not read", ASK_FOR_PDF)
CUT = Fault("The e-mail ends in the middle of this attachment", ASK_AGAIN)
DAMAGED = Fault("This attachment is damaged", ASK_AGAIN)
TOO_NESTED = Fault("This e-mail contains e-mails in e-mails without end", TAKE_OUT)
TOO_LONG = Fault(f"The e-mail has more than {limits.MAIL_LINES:,} lines", TAKE_OUT)

_EMLX = re.compile(rb"\s*(\d{1,10})[ \t]*\r?\n")
_NEXT_MAIL = re.compile(rb"(?:\A|\r?\n\r?\n)From [^\r\n]+ \d\d:\d\d[^\r\n]*\r?\n")
_BOUNDARY = re.compile(rb"boundary\s*=\s*\"?([^\";\s]+)", re.IGNORECASE)
_BODY = ("plain", "html", "enriched", "richtext", "calendar", "watch-html", "x-amp-html")
_BODY_OF_EXCHANGE = re.compile(r"ATT\d+\.(txt|html?)", re.IGNORECASE)
"""What Exchange makes of the text behind an attachment."""

_NO_RETURN = frozenset(
    (
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-signature",
        "application/pgp-keys",
        "text/vcard",
        "text/x-vcard",
        "text/directory",
        "text/rfc822-headers",
        "message/delivery-status",
        "message/disposition-notification",
    )
)
_BROKEN = (InvalidBase64CharactersDefect, InvalidBase64LengthDefect)
_NO_END = (CloseBoundaryNotFoundDefect, StartBoundaryNotFoundDefect)


def members(name: str, data: bytes, depth: int, room: Room) -> Members:
    """The attachments of an e-mail called `name`, or of each in a mailbox; also those of e-mails attached to it."""
    if depth > limits.NESTED_MAILS:
        yield TOO_NESTED.at(name)
        return
    taken: dict[str, int] = {}
    for this, message in _messages(name, data, taken):
        if message.count(b"\n") > limits.MAIL_LINES:
            yield TOO_LONG.at(this)
        elif _too_nested(message):
            yield TOO_NESTED.at(this)
        else:
            yield from _Attachments(room, taken).of(this, message)


def _messages(name: str, data: bytes, taken: dict[str, int]) -> Iterator[tuple[str, bytes]]:
    """The e-mails of a file: one as a rule. Apple's has its length in front, and settings behind."""
    if apple := _EMLX.match(data):
        yield name, data[apple.end() : apple.end() + int(apple[1])]
        return
    starts = [*_NEXT_MAIL.finditer(data)]
    ends = [found.start() for found in starts[1:]] + [len(data)]
    if len(starts) < 2:
        yield name, data
        return
    for found, end in zip(starts, ends, strict=True):
        yield free_name(f"{name}/e-mail", taken), data[found.end() : end]


def _too_nested(data: bytes) -> bool:
    """Would the parser compare too many lines with too many ends? It looks for those of all open parts at once."""
    lines_in_a_byte = (data.count(b"\n") + 1) / (len(data) + 1)
    open_bytes = 0
    for found in _BOUNDARY.finditer(data):
        end = data.find(b"--%s--" % found[1], found.end())
        open_bytes += (len(data) if end < 0 else end) - found.end()
        if open_bytes * lines_in_a_byte > limits.MAIL_COMPARISONS or open_bytes > limits.MAIL_BYTES_COMPARED:
            return True
    return False


@dataclass(slots=True)
class _Part:
    """A file in an e-mail. `mail`: the name of the e-mail that it is in. `cut`: the e-mail may end within it."""

    mail: str
    message: Message
    cut: bool


@dataclass(slots=True)
class _Attachments:
    """What is taken out of one e-mail. `taken`: names that were given."""

    room: Room
    taken: dict[str, int] = field(default_factory=dict)

    def of(self, name: str, data: bytes) -> Members:
        try:
            parts = list(self._parts(name, email.message_from_bytes(data), cut=False))
        except RecursionError:
            yield TOO_NESTED.at(name)
            return
        attached = [part for part in parts if not _is_text(part.message)]
        if self.room.too_many(len(attached)):
            yield TOO_MANY.at(name, kind="e-mail")
            return
        found = 0
        for part in attached:
            member = self._member(part)
            found += not isinstance(member, Ignored)
            yield member
        if not found:
            yield NO_ATTACHMENT.at(name)

    def _parts(self, mail: str, message: Message, *, cut: bool) -> Iterator[_Part]:
        """The parts that have no parts in them, those of e-mails that are attached too."""
        inner: Any = message.get_payload()
        kind = message.get_content_maintype()
        cut = cut or any(isinstance(defect, _NO_END) for defect in message.defects)
        if not isinstance(inner, list) or message.get_content_type() in _NO_RETURN:
            yield _Part(mail, message, cut)
            return
        if kind == "message":
            subject = _base(_plain(inner[0].get("subject", ""))) or "e-mail"
            mail = free_name(f"{mail}/{subject}", self.taken)
        for number, part in enumerate(inner, 1):
            yield from self._parts(mail, part, cut=cut and number == len(inner))

    def _member(self, part: _Part) -> Member:
        message = part.message
        file = _base(_plain(message.get_filename() or "")) or "attachment"
        name = free_name(f"{part.mail}/{file}", self.taken)
        if message.get_content_type() in _NO_RETURN:
            return Ignored(name)
        data = message.get_payload(decode=True)
        if part.cut or not isinstance(data, bytes):
            return CUT.at(name)
        if message.get_content_type() == "application/pgp-encrypted":
            return SMIME.at(name)
        if any(isinstance(defect, _BROKEN) for defect in message.defects) or _lacks_letters(message):
            return DAMAGED.at(name)
        inline = message.get_content_disposition() == "inline" or "content-id" in message
        return Ignored(name) if inline and is_logo(data) else self.room.take(name, data, "e-mail")


def _lacks_letters(message: Message) -> bool:
    """Is its base64 closed by signs that fill it up, but not full? Some programs leave these signs out."""
    text = "".join(str(message.get_payload()).split())
    coded = str(message.get("content-transfer-encoding", "")).strip().lower() == "base64"
    return coded and text.endswith("=") and len(text) % 4 != 0


def is_logo(data: bytes) -> bool:
    """Is a picture that is shown in the text of an e-mail one of its signature? A photograph is bigger."""
    return len(data) <= limits.LOGO_BYTES and data.startswith(IMAGES)


def _is_text(message: Message) -> bool:
    """Is a part the text of the e-mail, or a version of it?"""
    file = _plain(message.get_filename() or "")
    is_body = message.get_content_maintype() == "text" and message.get_content_subtype() in _BODY
    if not file:
        return is_body and message.get_content_disposition() != "attachment"
    return is_body and _BODY_OF_EXCHANGE.fullmatch(file) is not None


def _plain(header: object) -> str:
    """A subject or a file name, which may be encoded in the ways of e-mail, as text that can be written out."""
    text = str(header)
    # One in an encoding that is not known is shown as it is.
    with suppress(LookupError, ValueError):
        text = str(make_header(decode_header(text)))
    return writable(text)


def _base(name: str) -> str:
    """A name without the folders that some programs leave in front of it."""
    return " ".join(re.split(r"[/\\]", name)[-1].split())
