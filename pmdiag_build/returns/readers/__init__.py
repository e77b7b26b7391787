"""One reader for each format: bytes → raw records.

A new format is one module, one line in READERS and what its files begin with.

The reader is chosen by what a file is, by its first bytes and never by its name, and no other is tried when it fails:
that would hide the real reason. Kinds that contain no return are refused, with what to do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path

from pmdiag_build.problems import Fault, Problem
from pmdiag_build.resources import Among, is_ignored
from pmdiag_build.returns.find_files import Ignored, Members, Room
from pmdiag_build.returns.raw import ASK_AGAIN, ASK_FOR_PDF, TAKE_OUT, TYPE_IN, Reading, TooBig, set_aside
from pmdiag_build.returns.readers.pdf_damage import FDF_HEADER, HEADER_WITHIN
from pmdiag_build.returns.readers.pdf_damage import HEADER as PDF_HEADER
from pmdiag_build.returns.readers.zip_archive import kind_of_zip
from pmdiag_build.text import unmarked_utf16

READERS: Mapping[str, str] = {
    "pdf": "pmdiag_build.returns.readers.pdf",
    "fdf": "pmdiag_build.returns.readers.fdf",
    "xfdf": "pmdiag_build.returns.readers.xfdf",
    "json": "pmdiag_build.returns.readers.json_record",
    "xlsx": "pmdiag_build.returns.readers.xlsx",
    "ods": "pmdiag_build.returns.readers.ods",
    "csv": "pmdiag_build.returns.readers.csv_table",
}
"""Kind of file → the module whose `read(name, bytes)` makes its Reading; imported with the first such file."""

CONTAINERS: Mapping[str, str] = {
    "zip": "pmdiag_build.returns.readers.zip_archive",
    "mail": "pmdiag_build.returns.readers.mail",
    "msg": "pmdiag_build.returns.readers.outlook",
    "tnef": "pmdiag_build.returns.readers.outlook",
}
"""Kind of file → the module whose `members(name, bytes, depth, room)` gives the files in it."""

_FROM_DISK = ("pdf",)
"""Kinds whose `read` also takes the path of the file, since its library reads files faster than bytes."""


def readings(name: str, data: bytes, path: Path | None = None) -> Iterator[tuple[str, bytes, Reading]]:
    """(name, bytes, reading) of a file, or of each file in it if it is a ZIP or an e-mail.

    `path`: where it is on disk, if it is.
    """
    yield from _readings(name, data, path, (), Room())


def _readings(
    name: str, data: bytes, path: Path | None, within: tuple[str, ...], room: Room
) -> Iterator[tuple[str, bytes, Reading]]:
    """`within`: what kinds the files are that this one is in, from the outside."""
    try:
        kind = kind_of(data)
        if kind in CONTAINERS:
            yield from _contained(kind, name, data, (*within, kind), room)
        elif kind in READERS:
            yield name, data, _read(kind, name, data, path)
        else:
            yield name, data, set_aside(name, REFUSED[kind])
    except TooBig as error:
        yield name, data, set_aside(name, TOO_BIG, why=str(error))
    except Exception as error:  # noqa: BLE001 - one file that breaks its reader must not stop the others
        yield name, data, Reading(set_aside=[unforeseen(name, error)])


TOO_BIG = Fault("This is too big for a return: {why}", TAKE_OUT)
UNFORESEEN = Fault("This file can't be read ({error})", "Open it, save it again and put that file here")


def unforeseen(name: str, error: Exception) -> Problem:
    """The problem of a file that no reader was prepared for."""
    return UNFORESEEN.at(name, error=in_words(error))


def in_words(error: Exception) -> str:
    """An error that nobody foresaw, in short."""
    said, kind = str(error), type(error).__name__
    # What a library says may contain the path of a folder, which is nobody's business.
    return kind if not said or re.search(r"[/\\]", said) else f"{kind}: {said}"


def _contained(
    kind: str, name: str, data: bytes, within: tuple[str, ...], room: Room
) -> Iterator[tuple[str, bytes, Reading]]:
    members: Callable[..., Members] = import_module(CONTAINERS[kind]).members
    # ZIPs are counted apart: a ZIP may be attached to an e-mail in a chain of e-mails.
    depth = sum((one == "zip") == (kind == "zip") for one in within)
    for member in members(name, data, depth, room):
        if isinstance(member, Problem):
            yield member.place.file, b"", Reading(set_aside=[member])
        elif isinstance(member, Ignored) or is_ignored(member[0], Among.RETURNS):
            ignored = member.name if isinstance(member, Ignored) else member[0]
            yield ignored, b"", Reading(ignored=[ignored])
        else:
            yield from _readings(*member, None, within, room)


def _read(kind: str, name: str, data: bytes, path: Path | None) -> Reading:
    read: Callable[..., Reading] = import_module(READERS[kind]).read
    return read(name, data, path) if kind in _FROM_DISK else read(name, data)


# ---- what a file is

_AS_XLSX = "Open it in a spreadsheet program and save it as .xlsx"
_SAVE_OUT = "Open the e-mail in your mail program, save its attachment and put that here"
_ONE_BY_ONE = "Open it in your mail program, save the attachments one by one and put them here"
_DOWNLOAD = "Open it there, download it and put that file here"
SMIME = Fault("This e-mail is encrypted or sealed by a signature", _SAVE_OUT)

REFUSED: Mapping[str, Fault] = {
    "empty": Fault("The file is empty", ASK_AGAIN),
    "zeros": Fault("The file contains only zeros: it was damaged on the way", ASK_AGAIN),
    "image": Fault("This is a picture (a scan or a photograph)", TYPE_IN),
    "docx": Fault("This is a text document, not a filled pack", ASK_FOR_PDF),
    "odt": Fault("This is a text document, not a filled pack", ASK_FOR_PDF),
    "slides": Fault("This is a presentation, not a filled pack", ASK_FOR_PDF),
    "office": Fault("This is an office document, but not a workbook", ASK_FOR_PDF),
    "pages": Fault("This is a document of Pages, not a filled pack", ASK_FOR_PDF),
    "numbers": Fault(
        "This is a workbook of Numbers, which can't be read here", "Open it there, export it as .xlsx and put that here"
    ),
    "iwork": Fault("This is a document of Numbers or Pages", "Open it there, export it as .xlsx and put that here"),
    "onenote": Fault("This is a notebook of OneNote, not a filled pack", ASK_FOR_PDF),
    "database": Fault("This is a database of Access, not a return", TAKE_OUT),
    "book": Fault("This is an electronic book (EPUB), not a return", TAKE_OUT),
    "print": Fault("This was made for printing (PostScript or XPS), so its fields are gone", ASK_FOR_PDF),
    "recording": Fault("This is a sound or video recording", TYPE_IN),
    "contact": Fault("This is a business card or calendar entry, not a return", TAKE_OUT),
    "xlsb": Fault("This is a binary workbook (.xlsb), which can't be read here", _AS_XLSX),
    "xls": Fault("This is an old workbook (.xls), which can't be read here", _AS_XLSX),
    "locked": Fault(
        "This office file is protected with a password", "Open it, save it without the password and put that file here"
    ),
    "ole": Fault("This is a file of an old office program", ASK_FOR_PDF),
    "ole_cut": Fault("This file of Outlook or an old office program is damaged or incomplete", ASK_AGAIN),
    "icloud": Fault("This is a placeholder: the file itself is still in iCloud", "Download it in the Finder"),
    "google": Fault("This is a link to a document in Google Drive, not the document itself", _DOWNLOAD),
    "link": Fault("This is a link or shortcut to a file, not the file itself", "Put the file itself here"),
    "smime": SMIME,
    "mailbox": Fault("This is a whole mailbox of Outlook", _ONE_BY_ONE),
    "html": Fault("This is a web page, not a filled pack", ASK_FOR_PDF),
    "html_table": Fault("This is a web page with a table, not a workbook", _AS_XLSX),
    "rtf": Fault("This is a text document, not a filled pack", ASK_FOR_PDF),
    "packed": Fault("This is an archive that can't be opened here", "Unpack it and put its files here"),
    "unknown": Fault("This is not a kind of file that returns come in", TAKE_OUT),
}
"""Kind → what it is, and what to do with it."""

IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM", b"RIFF")
_PACKED = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_BEGINNINGS: tuple[tuple[tuple[bytes, ...], str], ...] = (
    ((FDF_HEADER,), "fdf"),
    (IMAGES, "image"),
    (_PACKED, "packed"),
    ((b"{\\rtf",), "rtf"),
    ((b"\x78\x9f\x3e\x22",), "tnef"),
    ((b"\x4c\0\0\0\x01\x14\x02\0",), "link"),  # a shortcut of Windows
    ((b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d",), "onenote"),
    ((b"!BDN",), "mailbox"),
    ((b"\0\x01\0\0Standard Jet DB", b"\0\x01\0\0Standard ACE DB"), "database"),
    ((b"%!PS", b"\xc5\xd0\xd3\xc6"), "print"),
    ((b"ID3", b"OggS", b"\x1aE\xdf\xa3", b"\xff\xfb", b"#!AMR"), "recording"),
)
_MEDIA = {b"heic": "image", b"heix": "image", b"mif1": "image", b"avif": "image"}
"""By the brand of a file of the MP4 family; the others are recordings."""

_PKCS7 = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
"""The identifier at the beginning of signed or encrypted data; BEGIN PKCS7 where that is written in letters."""

_WORDS: tuple[tuple[bytes, str], ...] = (
    (b"BEGIN:VCARD", "contact"),
    (b"BEGIN:VCALENDAR", "contact"),
    (b"[InternetShortcut]", "link"),
    (b"[Desktop Entry]", "link"),
    (b"-----BEGIN PGP MESSAGE", "smime"),
    (b"-----BEGIN PKCS7", "smime"),
)
"""Texts that begin like this."""

_GOOGLE = re.compile(rb'"(doc_id|resource_id)"|"https://(docs|drive)\.google\.com/')
_LONGEST_PLACEHOLDER = 4096
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IN_COMPOUND = (
    ("__properties_version1.0", "msg"),  # first, for what is attached to a message has its own entries in it
    ("EncryptedPackage", "locked"),
    ("WordDocument", "docx"),
    ("PowerPoint Document", "slides"),
    ("Workbook", "xls"),
    ("Book", "xls"),
)
_MAIL = re.compile(
    rb"(\d{1,10}\s*\n)?"  # Apple's have their length in front
    rb"(From [^\n]*\n)?"  # those of a mailbox have their sender
    rb"(?=[\w-]+:)(?=(?s:.*?)^(Return-Path|Received|Delivered-To|MIME-Version|Message-ID|From|To|Subject|Date|Content-Type):)"
    rb"[\w-]+:[^\n]*\n([ \t][^\n]*\n)*[\w-]+:",
    re.IGNORECASE | re.MULTILINE,
)
_MAIL_WITHIN = 16384
"""So far into an e-mail its second header must begin; signatures of servers are long."""

_SAVED_PAGE = b"\nSnapshot-Content-Location:"
_HTML = re.compile(rb"\s*(<!doctype html|<html|<table|<head|<meta)", re.IGNORECASE)
_XML = re.compile(rb"\s*<(\?xml|xfdf|\w+:xfdf)", re.IGNORECASE)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def kind_of(data: bytes) -> str:
    """The kind of a file, as READERS, CONTAINERS and REFUSED name it."""
    head = data[:HEADER_WITHIN]
    if not data.strip(b"\0 \t\n\r\f\v"):
        return "zeros" if b"\0" in data else "empty"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return kind_of_zip(data)
    if data.startswith(_COMPOUND):
        return _kind_of_compound(data)
    if PDF_HEADER in head:
        return "pdf"
    return _kind_by_beginning(data, head) or _kind_of_plist(data) or _kind_of_text(data, head)


def _kind_by_beginning(data: bytes, head: bytes) -> str:
    for starts, kind in _BEGINNINGS:
        if data.startswith(starts):
            return kind
    if head[4:8] == b"ftyp":
        return _MEDIA.get(head[8:12], "recording")
    return "smime" if _PKCS7 in head[:32] else ""


def _kind_of_plist(data: bytes) -> str:
    """Settings of Apple's programs: a file that is still in iCloud, or a link; else nothing."""
    if len(data) > _LONGEST_PLACEHOLDER or not (data.startswith(b"bplist") or b"<plist" in data):
        return ""
    return "icloud" if b"NSURLNameKey" in data else "link" if b"URL" in data else ""


def _kind_of_compound(data: bytes) -> str:
    """Old Office files, Outlook messages and encrypted workbooks share one container; its entries tell them apart."""
    kind = next((kind for name, kind in _IN_COMPOUND if _entry(name) in data), "")
    return kind or ("ole" if len(data) >= _stated_size(data) else "ole_cut")


def _stated_size(data: bytes) -> int:
    """How long a compound file must be at least, by the number of its last allocation table that its header states."""
    size = 1 << min(int.from_bytes(data[30:32], "little"), 16)
    tables = [int.from_bytes(data[at : at + 4], "little") for at in range(76, 512, 4)]
    used = [table for table in tables if table < _NO_TABLE]
    return (max(used, default=-1) + 2) * size


_NO_TABLE = 0xFFFFFFFA


def _entry(name: str) -> bytes:
    """How an entry of the container's directory begins: its name in 64 bytes, and the length with a closing zero."""
    letters = name.encode("utf-16-le")
    return letters.ljust(64, b"\0") + (len(letters) + 2).to_bytes(2, "little")


def _kind_of_text(data: bytes, head: bytes) -> str:
    start = head
    for mark in _MARKS:
        start = start.removeprefix(mark)
    plain = start.replace(b"\0", b"").lstrip()  # UTF-16 as far as its first letters are Latin
    for word, kind in _WORDS:
        if plain.startswith(word):
            return kind
    if plain.startswith((b"{", b"[")):
        return "google" if len(data) <= _LONGEST_PLACEHOLDER and _GOOGLE.search(plain) else "json"
    if _HTML.match(plain):
        return "html_table" if b"<table" in data.lower() else "html"
    if _XML.match(plain):
        return "xfdf"
    if _MAIL.match(data[:_MAIL_WITHIN].lstrip()):
        return "html" if _SAVED_PAGE in data[:_MAIL_WITHIN] else "mail"
    return "csv" if _is_text(data, start) else "unknown"


def _is_text(data: bytes, start: bytes) -> bool:
    if data.startswith(_MARKS) or unmarked_utf16(data):
        return True
    # Zeros alone do not make it unknown: it may be a text with a hole in it, which its reader names.
    return not any(byte < 32 and byte not in b"\0\t\n\r\f" for byte in start)
