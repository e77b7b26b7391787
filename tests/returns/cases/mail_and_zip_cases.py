"""What comes as post does: e-mails of several programs, ZIPs of odd programs, placeholders of clouds, other formats."""

from __future__ import annotations

import io
import plistlib
import struct
import zipfile
from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial

from tests.returns.cases import ANSWERS, Base, Cases, Expected, Files
from tests.returns.cases.sheet_cases import B2, grid
from tests.returns.written import as_csv, as_json, as_xlsx, compound, zipped

cases = Cases("post")

ONE = Expected(answers={"A1": ANSWERS})
TWO = Expected(2, answers={"A1": ANSWERS, "B2": B2})

# ---- e-mails, written by Python's email


def _mail(subject: str = "Our answers", text: str = "Dear Ann,\n\nplease find them attached.\n") -> EmailMessage:
    message = EmailMessage(SMTP)
    message["From"], message["To"], message["Subject"] = "Bo <bo@example.org>", "ann@example.org", subject
    message["Date"], message["Message-ID"] = "Sun, 22 Nov 2026 10:00:00 +0000", "<1@example.org>"
    message.set_content(text)
    return message


def _with_json(*people: Mapping[str, str], name: str = "{}.json") -> EmailMessage:
    message = _mail()
    for answers in people:
        file = name.format(answers["record_reference"])
        message.add_attachment(as_json(answers), maintype="application", subtype="json", filename=file)
    return message


@cases.add(ONE, slow=True)
def a_mail_with_a_pack(base: Base) -> Files:
    message = _mail()
    message.add_attachment(base.filled(), maintype="application", subtype="pdf", filename="answers.pdf")
    return {"Our answers.eml": bytes(message)}


@cases.add(TWO)
def a_mail_with_two_files(_: Base) -> Files:
    return {"a.eml": bytes(_with_json(ANSWERS, B2))}


@cases.add(ONE, Expected(set_aside=1, answers={"A1": ANSWERS}, said=[("logo.png",)]))
def a_mail_with_a_logo(_: Base) -> Files:
    message = _with_json(ANSWERS)
    message.add_attachment(
        b"\x89PNG\r\n\x1a\n" + bytes(50),
        maintype="image",
        subtype="png",
        filename="logo.png",
        disposition="inline",
        cid="<logo>",
    )
    return {"a.eml": bytes(message)}


@cases.add(TWO)
def a_table_in_quoted_printable(base: Base) -> Files:
    message = _mail()
    table = as_csv(grid(base), encoding="utf-8").decode()
    message.add_attachment(table, subtype="csv", cte="quoted-printable", filename="typed.csv")
    return {"a.eml": bytes(message)}


@cases.add(ONE)
def a_file_whose_name_is_encoded_by_rfc_2231(_: Base) -> Files:
    return {"a.eml": bytes(_with_json(ANSWERS, name="Rückmeldung – {} – " + "sehr lange " * 9 + "Łódź.json"))}


@cases.add(ONE)
def a_file_whose_name_is_encoded_by_rfc_2047(_: Base) -> Files:
    data = bytes(_with_json(ANSWERS))
    return {"a.eml": data.replace(b'filename="A1.json"', b'filename="=?utf-8?B?UsO8Y2suanNvbg==?="')}


@cases.add(ONE)
def a_file_without_a_name(_: Base) -> Files:
    return {"a.eml": bytes(_with_json(ANSWERS)).replace(b'; filename="A1.json"', b"")}


@cases.add(TWO)
def a_mail_that_was_forwarded_as_an_attachment(_: Base) -> Files:
    outer = _with_json(B2)
    outer.add_attachment(_with_json(ANSWERS))
    return {"Fwd.eml": bytes(outer)}


@cases.add(TWO)
def a_digest_of_two_mails(_: Base) -> Files:
    outer = _mail()
    for answers in (ANSWERS, B2):
        outer.add_attachment(_with_json(answers))
    return {"a.eml": bytes(outer)}


@cases.add(TWO)
def a_zip_in_a_mail(_: Base) -> Files:
    message = _mail()
    data = zipped({"a.json": as_json(ANSWERS), "b.json": as_json(B2)})
    message.add_attachment(data, maintype="application", subtype="zip", filename="all.zip")
    return {"a.eml": bytes(message)}


@cases.add(TWO)
def mails_in_a_zip(_: Base) -> Files:
    return {"mails.zip": zipped({"1.eml": bytes(_with_json(ANSWERS)), "2.eml": bytes(_with_json(B2))})}


@cases.add(Expected(0, set_aside=1, said=[("a.eml", "attach")]))
def a_mail_with_nothing_attached(_: Base) -> Files:
    return {"a.eml": bytes(_mail(text="1.1: L\n1.2: D\n"))}


@cases.add(Expected(0, set_aside=1, said=[("a.eml", "attach")]))
def a_mail_of_html_alone(_: Base) -> Files:
    message = _mail()
    message.set_content("<p>1.1: L</p>", subtype="html")
    return {"a.eml": bytes(message)}


@cases.add(Expected(0, set_aside=1, said=[("a.eml", "A1.json|cut short|damaged")]))
def a_mail_that_was_cut_short(_: Base) -> Files:
    data = bytes(_with_json(ANSWERS))
    at = data.index(b"base64")
    return {"a.eml": data[: at + 300]}


@cases.add(ONE)
def a_mail_with_unix_line_ends(_: Base) -> Files:
    return {"a.eml": bytes(_with_json(ANSWERS)).replace(b"\r\n", b"\n")}


@cases.add(ONE)
def a_mail_of_apples_program(_: Base) -> Files:
    """.emlx: the length in front, a property list behind."""
    message = bytes(_with_json(ANSWERS)).replace(b"\r\n", b"\n")
    return {"1234.emlx": b"%-10d\n" % len(message) + message + plistlib.dumps({"flags": 8590195713})}


@cases.add(TWO, Expected(0, set_aside=1, said=[("all.mbox", "one by one|e-mail")]))
def a_mailbox_of_two_mails(_: Base) -> Files:
    mails = [b"From bo@example.org Sun Nov 22 10:00:00 2026\n" + bytes(_with_json(one)) for one in (ANSWERS, B2)]
    return {"all.mbox": b"\n".join(mails).replace(b"\r\n", b"\n")}


@cases.add(Expected(1, set_aside=1, answers={"A1": ANSWERS}, said=[(r"a\.eml", r"scan\.png")]))
def a_scan_beside_a_return(_: Base) -> Files:
    message = _with_json(ANSWERS)
    message.add_attachment(b"\x89PNG\r\n\x1a\n" + bytes(50), maintype="image", subtype="png", filename="scan.png")
    return {"a.eml": bytes(message)}


@cases.add(ONE)
def a_mail_that_was_signed(_: Base) -> Files:
    """S/MIME with the signature beside it; servers put long headers of theirs in front."""
    message = _with_json(ANSWERS)
    message.add_attachment(b"0\x80", maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
    message.add_attachment(b"BEGIN:VCARD\r\n", maintype="text", subtype="vcard", filename="bo.vcf")
    server = b"".join(b"ARC-Seal: i=%d; a=rsa-sha256;\r\n b=%s\r\n" % (n, b"x" * 900) for n in range(3))
    return {"a.eml": server + bytes(message)}


@cases.add(Expected(0, set_aside=1, said=[(r"a\.eml", "encrypted", "save its attachment")]))
def a_mail_that_was_encrypted(_: Base) -> Files:
    message = _mail()
    data = bytes.fromhex("30803006092a864886f70d010703a0800201")
    message.add_attachment(data, maintype="application", subtype="pkcs7-mime", filename="smime.p7m")
    return {"a.eml": bytes(message)}


@cases.add(ONE)
def a_text_that_exchange_cut_in_two(_: Base) -> Files:
    message = _with_json(ANSWERS)
    message.add_attachment("Best wishes\n", filename="ATT00001.txt")
    message.add_attachment("<p>Disclaimer</p>", subtype="html", filename="ATT00002.htm")
    return {"a.eml": bytes(message)}


@cases.add(ONE)
def a_file_whose_name_has_a_path(_: Base) -> Files:
    return {"a.eml": bytes(_with_json(ANSWERS, name="C:\\\\Users\\\\bo\\\\{}.json"))}


@cases.add(Expected(1, set_aside=1, answers={"A1": ANSWERS}, said=[(r"a\.eml/B2\.json", "damaged")]))
def an_attachment_with_a_letter_too_few(_: Base) -> Files:
    data = bytes(_with_json(ANSWERS, B2))
    at = data.rindex(b"base64") + 200
    return {"a.eml": data[:at] + data[at + 1 :]}


# ---- Outlook: winmail.dat and .msg, written by hand from their descriptions ([MS-OXTNEF], [MS-OXMSG], [MS-CFB])


def winmail(files: Files) -> bytes:
    """A winmail.dat (TNEF) with these attachments."""
    out = struct.pack("<IH", 0x223E9F78, 1) + _tnef(1, 0x00089006, struct.pack("<I", 0x10000))
    for name, content in files.items():
        out += _tnef(2, 0x00069002, struct.pack("<HIHHI", 1, 0xFFFFFFFF, 0, 0, 0))
        out += _tnef(2, 0x00018010, name.encode("cp1252") + b"\0")
        out += _tnef(2, 0x0006800F, content)
    return out


def _tnef(level: int, attribute: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, attribute, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


@cases.add(TWO)
def winmail_dat(_: Base) -> Files:
    return {"winmail.dat": winmail({"a.json": as_json(ANSWERS), "b.json": as_json(B2)})}


@cases.add(ONE)
def winmail_dat_in_a_mail(_: Base) -> Files:
    message = _mail()
    data = winmail({"a.json": as_json(ANSWERS)})
    message.add_attachment(data, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    return {"a.eml": bytes(message)}


@cases.add(Expected(0, set_aside=1, said=[("winmail.dat", "attach")]))
def winmail_dat_with_nothing_in_it(_: Base) -> Files:
    return {"winmail.dat": winmail({})}


Tree = Mapping[str, "bytes | Tree"]
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound_of(tree: Tree) -> bytes:
    """A compound file: storages are mappings, streams bytes; siblings hang on each other like a list."""
    big, small, entries = bytearray(), bytearray(), list[bytes]()
    big_chain, small_chain = list[int](), list[int]()

    def put(data: bytes, room: bytearray, chain: list[int], size: int) -> int:
        if not data:
            return _END
        start = len(chain)
        chain.extend(range(start + 1, start + -(-len(data) // size)))
        chain.append(_END)
        room.extend(data.ljust(-(-len(data) // size) * size, b"\0"))
        return start

    def entry(number: int, name: str, content: bytes | Tree, right: int) -> None:
        kind = 2 if isinstance(content, bytes) else 5 if number == 0 else 1
        child, start, size = _FREE, 0, 0
        if isinstance(content, bytes):
            size = len(content)
            start = put(content, big, big_chain, 512) if size >= 4096 else put(content, small, small_chain, 64)
        else:
            child = children(content)
            if number == 0:
                size, start = len(small), put(bytes(small), big, big_chain, 512)
        letters = name.encode("utf-16-le")
        entries[number] = struct.pack(
            "<64sHBB3I16sI16sIQ", letters, len(letters) + 2, kind, 1, _FREE, right, child, b"", 0, b"", start, size
        )

    def children(content: Tree) -> int:
        names = sorted(content, key=lambda name: (len(name), name.upper()))
        first = len(entries)
        entries.extend(b"" for _ in names)
        for number, name in enumerate(names, first):
            entry(number, name, content[name], number + 1 if name is not names[-1] else _FREE)
        return first if names else _FREE

    entries.append(b"")
    entry(0, "Root Entry", tree, _FREE)
    directory = put(b"".join(entries), big, big_chain, 512)
    minifat = put(struct.pack(f"<{len(small_chain)}I", *small_chain), big, big_chain, 512)
    sectors = 1
    while sectors * 128 < len(big_chain) + sectors:
        sectors += 1
    first = len(big_chain)
    fat = [*big_chain, *[_FAT] * sectors]
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(sectors * 512, b"\xff")
    places = [*range(first, first + sectors), *[_FREE] * (109 - sectors)]
    minis = -(-len(small_chain) * 4 // 512)
    numbers = (0, sectors, directory, 0, 4096, minifat, minis, _END, 0)
    magic = bytes.fromhex("d0cf11e0a1b11ae1")
    head = struct.pack("<8s16s5H6x9I109I", magic, b"", 0x3E, 3, 0xFFFE, 9, 6, *numbers, *places)
    return head + bytes(big) + table


def msg(files: Files) -> bytes:
    """An e-mail of Outlook with these attachments."""
    return compound_of(_message(files))


def _message(files: Files, more: Tree | None = None) -> Tree:
    count = len(files) + len(more or {})
    tree: dict[str, bytes | Tree] = {
        "__nameid_version1.0": {f"__substg1.0_000{n}0102": b"" for n in (2, 3, 4)},
        "__properties_version1.0": struct.pack("<8x4I8x", 0, count, 0, count),
        "__substg1.0_001A001F": "IPM.Note".encode("utf-16-le"),
        "__substg1.0_0037001F": "Our answers".encode("utf-16-le"),
        "__substg1.0_1000001F": "Please find them attached.".encode("utf-16-le"),
        **(more or {}),
    }
    for number, (name, content) in enumerate(files.items()):
        method = struct.pack("<IIQ", 0x37050003, 6, 1)
        tree[f"__attach_version1.0_#{number:08X}"] = {
            "__properties_version1.0": bytes(8) + method,
            "__substg1.0_37010102": content,
            "__substg1.0_3704001F": name.encode("utf-16-le"),
            "__substg1.0_3707001F": name.encode("utf-16-le"),
        }
    return tree


@cases.add(TWO)
def a_mail_of_outlook(_: Base) -> Files:
    return {"Our answers.msg": msg({"a.json": as_json(ANSWERS), "b.json": as_json(B2)})}


@cases.add(ONE, slow=True)
def a_mail_of_outlook_with_a_pack(base: Base) -> Files:
    return {"a.msg": msg({"answers.pdf": base.filled()})}


@cases.add(ONE)
def a_mail_of_outlook_that_was_attached_to_another(_: Base) -> Files:
    return {"a.msg": compound_of(_message({}, _forwarded(_message({"a.json": as_json(ANSWERS)}))))}


def _forwarded(message: Tree) -> Tree:
    method = struct.pack("<IIQ", 0x37050003, 6, 5)
    entry: Tree = {"__properties_version1.0": bytes(8) + method, "__substg1.0_3701000D": message}
    return {"__attach_version1.0_#00000000": entry}


@cases.add(Expected(0, set_aside=1, said=[("a.msg", "link", "save the file")]))
def a_mail_of_outlook_with_a_link_to_a_file(_: Base) -> Files:
    method = struct.pack("<IIQ", 0x37050003, 6, 7)
    entry = {"__properties_version1.0": bytes(8) + method, "__substg1.0_3707001F": "a.pdf".encode("utf-16-le")}
    return {"a.msg": compound_of(_message({}, {"__attach_version1.0_#00000000": entry}))}


@cases.add(Expected(0, set_aside=1, said=[("a.msg", "damaged")]))
def a_mail_of_outlook_that_was_cut_short(_: Base) -> Files:
    return {"a.msg": msg({"a.json": as_json(ANSWERS) * 9})[:4096]}


@cases.add(Expected(1, set_aside=1, answers={"A1": ANSWERS}, said=[(r"winmail\.dat/b\.json", "middle")]))
def winmail_dat_that_was_cut_short(_: Base) -> Files:
    return {"winmail.dat": winmail({"a.json": as_json(ANSWERS), "b.json": as_json(B2)})[:-90]}


@cases.add(ONE)
def winmail_dat_with_names_in_unicode(_: Base) -> Files:
    name = "Łódź.json\0".encode("utf-16-le")
    named = struct.pack("<I", 1) + struct.pack("<HHII", 0x1F, 0x3707, 1, len(name)) + name
    out = winmail({"LODZ~1.JSO": as_json(ANSWERS)}) + _tnef(2, 0x00069005, named)
    return {"winmail.dat": out}


@cases.add(Expected(0, set_aside=1, said=[("a.msg", "attach")]))
def a_mail_of_outlook_with_nothing_attached(_: Base) -> Files:
    return {"a.msg": msg({})}


# ---- ZIPs

cases.shared(
    "12-powershell5.zip", Expected(2, answers={"A-1": {"rating_1_1": "L"}, "A-2": {"rating_1_1": "D"}}, quiet=True)
)
_UNPACK = [("[Uu]npack",)]
_BY_HAND = ("Ask for it again", "damaged")
cases.shared(
    "12b-method9.zip",
    Expected(0, set_aside=2, said=_UNPACK, unsaid=_BY_HAND),
    Expected(0, set_aside=1, said=_UNPACK, unsaid=_BY_HAND),
)


def _entries(*names: str) -> bytes:
    """A ZIP of these names as they are; those that end in a slash of either kind are folders."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            entry = zipfile.ZipInfo("x")
            entry.filename = name
            answers = ANSWERS if "a1" in name else B2
            archive.writestr(entry, b"" if name[-1] in "/\\" else as_json(answers))
    return out.getvalue()


_QUIET = Expected(2, answers={"A1": ANSWERS, "B2": B2}, quiet=True)
cases.put("folders of .NET", lambda _: {"a.zip": _entries("in\\", "in\\a1.json", "in\\b\\", "in\\b\\b2.json")}, _QUIET)
cases.put(
    "folders of both kinds", lambda _: {"a.zip": _entries("in/", "in/a1.json", "in/b\\", "in/b\\b2.json")}, _QUIET
)
cases.put(
    "what a Mac keeps for itself, with back slashes",
    lambda _: {"a.zip": _entries("__MACOSX\\", "__MACOSX\\._a1.json", "a1.json", "b2.json", "x\\Thumbs.db")},
    _QUIET,
)


def _method(number: int, _: Base) -> Files:
    """The entries say another method of compression, which is all that reading them depends on."""
    data = bytearray(zipped({"a1.json": as_json(ANSWERS), "b2.json": as_json(B2)}))
    for mark, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset : at + offset + 2] = number.to_bytes(2, "little")
            at = data.find(mark, at + 4)
    return {"a.zip": bytes(data)}


for _number in (1, 6, 9, 93, 95, 98, 99):
    cases.put(
        f"method {_number} in a ZIP",
        partial(_method, _number),
        *(Expected(0, set_aside=n, said=_UNPACK, unsaid=_BY_HAND) for n in (1, 2)),
    )


def _packed(method: int, _: Base) -> Files:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("a1.json", as_json(ANSWERS))
        archive.writestr("b2.json", as_json(B2))
    return {"a.zip": out.getvalue()}


cases.put("bzip2 in a ZIP", partial(_packed, zipfile.ZIP_BZIP2), _QUIET)
cases.put("LZMA in a ZIP", partial(_packed, zipfile.ZIP_LZMA), _QUIET)
cases.put(
    "a workbook packed by method 9",
    lambda base: {"a.xlsx": _as_method_9(as_xlsx(grid(base)))},
    Expected(
        0,
        set_aside=1,
        said=[("a.xlsx", "can't be read: a part of it is compressed")],
        unsaid=("Ask for it again", "damaged"),
    ),
)


def _as_method_9(data: bytes) -> bytes:
    return data.replace(b"PK\x03\x04\x14\0\0\0\x08\0", b"PK\x03\x04\x14\0\0\0\x09\0").replace(
        b"PK\x01\x02\x14\x03\x14\0\0\0\x08\0", b"PK\x01\x02\x14\x03\x14\0\0\0\x09\0"
    )


# ---- placeholders of clouds, links


def _placeholder(name: str, content: bytes, *words: str) -> None:
    right = Expected(0, set_aside=1, said=[(name.lstrip(".").split(".")[0], *words)])
    cases.put(f"placeholder {name}", lambda _: {name: content}, right)


_ICLOUD = {
    "NSURLNameKey": "a.pdf",
    "NSURLFileSizeKey": 144611,
    "NSURLFileResourceTypeKey": "NSURLFileResourceTypeRegular",
}
_placeholder(".a.pdf.icloud", plistlib.dumps(_ICLOUD, fmt=plistlib.FMT_BINARY), "iCloud", "[Dd]ownload")
_placeholder("a.pdf.icloud", plistlib.dumps(_ICLOUD), "iCloud", "[Dd]ownload")
_GOOGLE = b'{"url": "https://docs.google.com/open?id=1x", "doc_id": "1x", "email": "bo@example.org"}'
_placeholder("answers.gsheet", _GOOGLE, "Google", "xlsx|[Dd]ownload")
_placeholder("answers.gdoc", b'{"":"WARNING! DO NOT EDIT THIS FILE!","doc_id":"1x","resource_key":""}', "Google")
_placeholder("answers.url", b"[InternetShortcut]\r\nURL=https://example.org/answers.pdf\r\n", "link|shortcut")
_placeholder("answers.webloc", plistlib.dumps({"URL": "https://example.org/answers.pdf"}), "link|shortcut")
_placeholder(
    "answers2.webloc", plistlib.dumps({"URL": "https://example.org/"}, fmt=plistlib.FMT_BINARY), "link|shortcut"
)
_LNK = bytes.fromhex("4c0000000114020000000000c000000000000046") + bytes(56)
_placeholder("answers.pdf.lnk", _LNK, "link|shortcut")
_placeholder("answers.desktop", b"[Desktop Entry]\nType=Link\nURL=https://example.org/\n", "link|shortcut")
_placeholder("empty.pdf", b"", "empty", "[Dd]ownload|again")
_placeholder("one-drive.pdf", bytes(144611), "zeros|empty")

# ---- other formats


def _other(name: str, content: bytes, *words: str) -> None:
    cases.put(f"format {name}", lambda _: {name: content}, Expected(0, set_aside=1, said=[(name, *words)]))


_TYPES = b"<Types/>"
_ODF = b"application/vnd.oasis.opendocument."
_AS_XLSX = r"\.xlsx"
_other(
    "a.docx",
    zipped({"[Content_Types].xml": _TYPES, "word/document.xml": b"<d/>"}),
    "Word|text document",
    "PDF|entry sheet",
)
_other(
    "a.docm",
    zipped({"[Content_Types].xml": _TYPES, "word/document2.xml": b"<d/>"}),
    "Word|text document",
    "PDF|entry sheet",
)
_other(
    "a.pptx", zipped({"[Content_Types].xml": _TYPES, "ppt/presentation.xml": b"<d/>"}), "PowerPoint|presentation|slides"
)
_other("a.odt", zipped({"mimetype": _ODF + b"text", "content.xml": b"<d/>"}), "document", "PDF|entry sheet")
_other("a.odp", zipped({"mimetype": _ODF + b"presentation", "content.xml": b"<d/>"}), "presentation|slides|document")
_other("a.xlsb", zipped({"[Content_Types].xml": _TYPES, "xl/workbook.bin": b"\0"}), "xlsb", _AS_XLSX)
_other(
    "a.numbers",
    zipped({"Index/Document.iwa": b"\0", "Index/Tables/DataList.iwa": b"\0", "preview.jpg": b"\xff\xd8\xff"}),
    "Numbers",
    _AS_XLSX,
)
_other(
    "b.numbers",
    zipped({"Index.zip": zipped({"Document.iwa": b"\0"}), "Metadata/Properties.plist": b"\0"}),
    "Numbers",
    _AS_XLSX,
)
_other("a.pages", zipped({"Index/Document.iwa": b"\0", "preview.jpg": b"\xff\xd8\xff"}), "Pages", "PDF")
_other("a.xls", compound("Workbook"), r"\.xls\b|old workbook", _AS_XLSX)
_other("b.xls", compound_of({"Workbook": bytes(5000)}), r"\.xls\b|old workbook", _AS_XLSX)
_other("a.doc", compound_of({"WordDocument": bytes(5000), "1Table": b"\0"}), "Word|text document")
_other("locked.xlsx", compound_of({"EncryptedPackage": bytes(5000), "EncryptionInfo": b"\0"}), "password")
_other("a.one", bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3") + bytes(500), "OneNote")
_other("a.pst", b"!BDN" + bytes(500), "Outlook|mailbox|e-mail")
_other("a.mdb", b"\0\x01\0\0Standard Jet DB\0" + bytes(500), "Access|database")
_other("a.ps", b"%!PS-Adobe-3.0\n1 0 0 setrgbcolor\nshowpage\n", "PostScript|print")
_other("a.xps", zipped({"[Content_Types].xml": _TYPES, "FixedDocSeq.fdseq": b"<d/>"}), "XPS|print")
_other("a.epub", zipped({"mimetype": b"application/epub+zip", "META-INF/container.xml": b"<c/>"}), "book|EPUB|epub")
