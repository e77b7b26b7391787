"""What a file is, by its first bytes and never by its name; and what to do with kinds that hold no return."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pmdiag_build.problems import Fault
from pmdiag_build.returns.readers.pdf_damage import FDF_HEADER, HEADER_WITHIN
from pmdiag_build.returns.readers.pdf_damage import HEADER as PDF_HEADER
from pmdiag_build.returns.readers.zip_archive import kind_of_zip
from pmdiag_build.text import unmarked_utf16

_TYPE_IN = "Type it in with the entry sheet (pmdiag entry-sheet)"
_AS_XLSX = "Open it in a spreadsheet program and save it as .xlsx"
_SAVE_OUT = "Open the e-mail, save what is attached to it and put that here"

REFUSED: Mapping[str, Fault] = {
    "empty": Fault("The file is empty", "Ask for it again"),
    "zeros": Fault("The file holds nothing but zeros: it was damaged on its way", "Ask for it again"),
    "image": Fault("It is a picture, a scan or a photograph", _TYPE_IN),
    "docx": Fault("It is a text document", f"Ask for the filled PDF. {_TYPE_IN} if there is none"),
    "odt": Fault("It is a document, not a workbook", f"Ask for the filled PDF. {_TYPE_IN} if there is none"),
    "office": Fault("It is an office document, but not a workbook", "Check that this is a return"),
    "pages": Fault("It is a document of Pages or Numbers", "Open it there and export it as a PDF or as .xlsx"),
    "xlsb": Fault("It is a binary workbook (.xlsb)", _AS_XLSX),
    "xls": Fault("It is an old workbook (.xls)", _AS_XLSX),
    "locked": Fault(
        "The office file opens with a password only", "Save it without the password and put that file here"
    ),
    "ole": Fault("It is a file of an old office program", "If it is a return, save it as .xlsx or as a PDF"),
    "msg": Fault("It is an e-mail from Outlook", _SAVE_OUT),
    "mail": Fault("It is an e-mail", _SAVE_OUT),
    "html": Fault("It is a web page", "Ask for the filled PDF, or save the table in it as .xlsx"),
    "rtf": Fault("It is a text document", f"Ask for the filled PDF. {_TYPE_IN} if there is none"),
    "packed": Fault("It is packed in a way that is not read here", "Unpack it and put the files in it here"),
    "unknown": Fault("It is of no kind that returns come in", "Check that this is a return"),
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
        return "html"
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
