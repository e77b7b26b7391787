"""Checks of what surrounds the form: document, structure tree, fonts, actions. Returns plain sentences."""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Object

_HIDDEN = 1 << 1
_HEADINGS = ("/H1", "/H2", "/H3", "/H4", "/H5", "/H6")


def check_structure(pdf: pikepdf.Pdf) -> list[str]:
    """Everything that is wrong with the document, its structure tree, its fonts and its actions."""
    return [
        *_check_document(pdf),
        *_check_indexes(pdf),
        *_check_nesting(pdf),
        *_check_text(pdf),
        *_check_links(pdf),
        *_check_headers(pdf),
        *_check_pictures(pdf),
        *_check_widgets(pdf),
        *_check_fonts(pdf),
    ]


def _check_document(pdf: pikepdf.Pdf) -> Iterator[str]:
    if "/ID" not in pdf.trailer:
        yield "the file has no ID"
    if not str(pdf.docinfo.get("/Title", "")) or not str(pdf.Root.get("/Lang", "")):
        yield "the document lacks title or language"
    if not pdf.Root.get("/ViewerPreferences", Dictionary()).get("/DisplayDocTitle"):
        yield "viewers are not told to show the title"
    for number, sheet in enumerate(pdf.pages, start=1):
        if sheet.obj.get("/Tabs") != Name.S:
            yield f"page {number}: the tab order is not that of the structure"
    for thing in pdf.objects:
        kind = thing.get("/S") if isinstance(thing, Dictionary) else None
        if kind in (Name.JavaScript, Name.SubmitForm, Name.Launch, Name.ImportData, Name.GoToR):
            yield f"there is a {kind} action"
    if "/OpenAction" in pdf.Root or "/AA" in pdf.Root:
        yield "something happens when the document is opened"


def structure_elements(pdf: pikepdf.Pdf) -> Iterator[Object]:
    """All elements, in the order in which they are read aloud."""
    yield from _within(pdf.Root.StructTreeRoot)


def _parent_tree(pdf: pikepdf.Pdf) -> dict[int, Object]:
    numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    return dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))


def _check_indexes(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root.StructTreeRoot
    ids = sorted(bytes(element.ID) for element in structure_elements(pdf) if "/ID" in element)
    listed = [bytes(name) for name in list(root.get("/IDTree", Dictionary()).get("/Names", Array()))[::2]]
    if ids != listed:
        yield f"IDTree lists {len(listed)} of {len(ids)} IDs, or not in order"
    if int(root.get("/ParentTreeNextKey", -1)) <= max(_parent_tree(pdf), default=-1):
        yield "ParentTreeNextKey is missing or in use"


def _check_nesting(pdf: pikepdf.Pdf) -> Iterator[str]:
    """No heading or paragraph is in another, and no heading is two levels below the one before it."""
    level = 0
    for element in structure_elements(pdf):
        kind = str(element.get("/S", ""))
        if kind not in (*_HEADINGS, "/P"):
            continue
        inside = {str(other.get("/S", "")) for other in _within(element)} & {*_HEADINGS, "/P"}
        if inside:
            yield f"a {kind} has {sorted(inside)} in it"
        if kind in _HEADINGS:
            if int(kind[2]) > level + 1:
                yield f"a {kind} comes after a heading of level {level}"
            level = int(kind[2])


def _check_text(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Each piece of text is in the element that ParentTree names."""
    tree = _parent_tree(pdf)
    for number in range(len(pdf.pages)):
        holders = {element.objgen: set(_pieces(element)) for element in tree[number]}
        wrong = [piece for piece, element in enumerate(tree[number]) if piece not in holders[element.objgen]]
        if wrong:
            yield f"page {number + 1}: ParentTree names other elements for the texts {wrong}"


def _pieces(element: Object) -> Iterator[int]:
    kids = element.get("/K", Array())
    for kid in kids if isinstance(kids, Array) else [kids]:
        if not isinstance(kid, Dictionary):
            yield int(kid)


def _check_links(pdf: pikepdf.Pdf) -> Iterator[str]:
    """One link for each, named in words."""
    for element in structure_elements(pdf):
        if element.get("/S") == Name.Link and any(kid.S == Name.Link for kid in _within(element)):
            yield "a link has a link in it"
    for number, sheet in enumerate(pdf.pages, start=1):
        for annotation in sheet.obj.get("/Annots", Array()):
            if "/Dest" in annotation and str(annotation.Contents) == str(annotation.Dest):
                yield f"page {number}: the link to {annotation.Dest} has no name but that"


def _within(element: Object) -> Iterator[Object]:
    """All elements inside one."""
    for kid in structure_kids(element):
        yield kid
        yield from _within(kid)


def structure_kids(element: Object) -> list[Object]:
    kids = element.get("/K", Array())
    listed = list(kids) if isinstance(kids, Array) else [kids]
    return [kid for kid in listed if isinstance(kid, Dictionary) and "/S" in kid]


def _check_headers(pdf: pikepdf.Pdf) -> Iterator[str]:
    for element in structure_elements(pdf):
        if element.get("/S") == Name.TH and element.get("/A", Dictionary()).get("/Scope") not in (
            Name.Row,
            Name.Column,
        ):
            yield "a header cell has no scope"


def _check_pictures(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Each says in words what it shows, and its place is on its page."""
    for element in structure_elements(pdf):
        if element.get("/S") == Name.Figure:
            left, bottom, right, top = map(float, element.A.BBox)
            width, height = map(float, element.Pg.MediaBox[2:])
            if not str(element.get("/Alt", "")) or not (0 <= left < right <= width and 0 <= bottom < top <= height):
                place = f"{left:.0f}, {bottom:.0f} to {right:.0f}, {top:.0f}"
                yield f"the picture “{element.get('/Alt', '')}” is at {place}"


def _check_widgets(pdf: pikepdf.Pdf) -> Iterator[str]:
    tree = _parent_tree(pdf)
    for number, sheet in enumerate(pdf.pages, start=1):
        for annotation in sheet.obj.get("/Annots", Array()):
            if annotation.Subtype != Name.Widget or int(annotation.get("/F", 0)) & _HIDDEN:
                continue
            name = str(annotation.get("/TU", "a control without a name"))
            element = tree.get(int(annotation.get("/StructParent", -1)), Dictionary())
            kids = [kid.get("/Obj", Dictionary()).objgen for kid in element.get("/K", Array())]
            if element.get("/S") != Name.Form or kids != [annotation.objgen]:
                yield f"page {number}: {name}: it has no Form element of its own"
            elif str(element.get("/Alt", "")) != name:
                yield f"page {number}: {name}: its Form element does not carry its name"


def _check_fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    for thing in pdf.objects:
        if not isinstance(thing, Dictionary) or thing.get("/Type") != Name.Font:
            continue
        name = str(thing.get("/BaseFont", ""))
        if "/ToUnicode" in thing and b"feff" in thing.ToUnicode.read_bytes().lower():
            yield f"font {name}: U+FEFF is in its text map"
        simple = thing.get("/Subtype") not in (Name.Type0, Name.Type3)
        embedded = {"/FontFile", "/FontFile2", "/FontFile3"} & set(thing.get("/FontDescriptor", Dictionary()).keys())
        if simple and not embedded and name not in ("/Helvetica", "/ZapfDingbats"):
            yield f"font {name}: it is not embedded"
