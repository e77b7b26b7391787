"""What a file is, by its first bytes and never by its name; and what to do with kinds that contain no return."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pmdiag_build.problems import Fault
from pmdiag_build.returns.raw import TYPE_IN
from pmdiag_build.returns.readers.pdf_damage import FDF_HEADER, HEADER_WITHIN
from pmdiag_build.returns.readers.pdf_damage import HEADER as PDF_HEADER
from pmdiag_build.returns.readers.zip_archive import kind_of_zip
from pmdiag_build.text import unmarked_utf16

_AS_XLSX = "Open it in a spreadsheet program and save it as .xlsx"
_ASK_FOR_PDF = "Ask the sender for the filled PDF"
_SAVE_OUT = "Open the e-mail, save its attachment and put that here"

REFUSED: Mapping[str, Fault] = {
    "empty": Fault("The file is empty", "Ask for it again"),
    "zeros": Fault("The file contains only zeros: it was damaged on the way", "Ask for it again"),
    "image": Fault("This is a picture (a scan or a photograph)", TYPE_IN),
    "docx": Fault("This is a text document, not a filled pack", _ASK_FOR_PDF),
    "odt": Fault("This is a text document, not a filled pack", _ASK_FOR_PDF),
    "office": Fault("This is an office document, but not a workbook", _ASK_FOR_PDF),
    "pages": Fault("This is a document of Pages or Numbers", "Open it there, export it to Excel and put that here"),
    "xlsb": Fault("This is a binary workbook (.xlsb), which can't be read here", _AS_XLSX),
    "xls": Fault("This is an old workbook (.xls), which can't be read here", _AS_XLSX),
    "locked": Fault(
        "This office file is protected with a password", "Open it, save it without the password and put that file here"
    ),
    "ole": Fault("This is a file of an old office program", _ASK_FOR_PDF),
    "msg": Fault("This is an e-mail from Outlook", _SAVE_OUT),
    "mail": Fault("This is an e-mail", _SAVE_OUT),
    "html": Fault("This is a web page, not a filled pack", _ASK_FOR_PDF),
    "html_table": Fault("This is a web page with a table, not a workbook", _AS_XLSX),
    "rtf": Fault("This is a text document, not a filled pack", _ASK_FOR_PDF),
    "packed": Fault("This is an archive that can't be opened here", "Unpack it and put its files here"),
    "unknown": Fault("This is not a kind of file that returns come in", "Take it out of the folder"),
}
"""Kind → what it is, and what to do with it."""

_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM", b"RIFF")
_PACKED = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IN_COMPOUND = (
    ("__properties_version1.0", "msg"),  # first, for what is attached to a message has its own entries in it
    ("EncryptedPackage", "locked"),
    ("WordDocument", "docx"),
    ("Workbook", "xls"),
    ("Book", "xls"),
)
_MAIL = re.compile(
    rb"(From |(Return-Path|Received|Delivered-To|MIME-Version|Message-ID|From|To|Subject|Date|Content-Type|X-[\w-]+):)",
    re.IGNORECASE,
)
_HEADER_LINE = re.compile(rb"^[\w-]+:", re.MULTILINE)
_HTML = re.compile(rb"\s*(<!doctype html|<html|<table|<head|<meta)", re.IGNORECASE)
_XML = re.compile(rb"\s*<(\?xml|xfdf|\w+:xfdf)", re.IGNORECASE)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def kind_of(data: bytes) -> str:
    """The kind of a file: a reader's name (`pdf`, `fdf`, `xfdf`, `json`, `xlsx`, `ods`, `csv`, `zip`) or of REFUSED."""
    head = data[:HEADER_WITHIN]
    if not data.strip():
        return "empty"
    if not data.strip(b"\0"):
        return "zeros"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return kind_of_zip(data)
    if data.startswith(_COMPOUND):
        return _kind_of_compound(data)
    if PDF_HEADER in head:
        return "pdf"
    for starts, kind in (((FDF_HEADER,), "fdf"), (_IMAGES, "image"), (_PACKED, "packed"), ((b"{\\rtf",), "rtf")):
        if data.startswith(starts):
            return kind
    if head[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1"):
        return "image"
    return _kind_of_text(data, head)


def _kind_of_compound(data: bytes) -> str:
    """Old Office files, Outlook messages and encrypted workbooks share one container; its entries tell them apart."""
    return next((kind for name, kind in _IN_COMPOUND if _entry(name) in data), "ole")


def _entry(name: str) -> bytes:
    """How an entry of the container's directory begins: its name in 64 bytes, and the length with a closing zero."""
    letters = name.encode("utf-16-le")
    return letters.ljust(64, b"\0") + (len(letters) + 2).to_bytes(2, "little")


def _kind_of_text(data: bytes, head: bytes) -> str:
    start = head
    for mark in _MARKS:
        start = start.removeprefix(mark)
    plain = start.replace(b"\0", b"").lstrip()  # UTF-16 as far as its first letters are Latin
    if plain.startswith((b"{", b"[")):
        return "json"
    if _HTML.match(plain):
        return "html_table" if b"<table" in data.lower() else "html"
    if _XML.match(plain):
        return "xfdf"
    if _MAIL.match(plain) and len(_HEADER_LINE.findall(plain)) >= 2:
        return "mail"
    return "csv" if _is_text(data, start) else "unknown"


def _is_text(data: bytes, start: bytes) -> bool:
    if data.startswith(_MARKS) or unmarked_utf16(data):
        return True
    # Zeros alone do not make it unknown: it may be a text with a hole in it, which its reader names.
    return not any(byte < 32 and byte not in b"\0\t\n\r\f" for byte in start)
