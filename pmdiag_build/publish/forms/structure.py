"""The structure tree of a pack, by which it is read aloud: what WeasyPrint leaves out is added, the rest put right.

Controls get their names, header cells their scope, links the titles of what they lead to; lists of links become tables
of contents.
"""

from __future__ import annotations

from collections.abc import Iterable

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from pmdiag_build.publish.forms.placeholders import Pairs
from pmdiag_build.rendering.page import POINTS_OF_A_PIXEL

_ONCE = ("/H1", "/H2", "/H3", "/H4", "/H5", "/H6", "/P", "/L")
"""Kinds of elements that have none of their own kind in them, but for a list in a list."""


def name_controls(document: Pdf, pairs: Pairs) -> None:
    """Give the Form element of every control the control's own name, the only one that Firefox's viewer speaks."""
    elements = _parent_tree(document)
    for _, widgets in pairs:
        for widget in widgets:
            elements[int(widget.annotation.StructParent)].Alt = widget.annotation.TU


def finish_structure(document: Pdf) -> None:
    """Add what WeasyPrint leaves out: the scope of header cells, the IDTree, ParentTreeNextKey, the tab order. Put
    right what it puts in twice."""
    root = document.Root.StructTreeRoot
    kinds: dict[str, list[Object]] = {kind: [] for kind in (*_ONCE, "/Table", "/TH", "/TR", "/Figure")}
    for object_ in document.objects:  # there are thousands of them
        if isinstance(object_, Dictionary) and (found := kinds.get(str(object_.get("/S")))) is not None:
            found.append(object_)
    _say_once([element for kind in _ONCE for element in kinds[kind]])
    _tie_to_groups(kinds["/Table"])
    _place_pictures(kinds["/Figure"])
    _name_links(document)
    for list_ in kinds["/L"]:
        _make_contents(list_)
    heads = kinds["/TH"]
    of_rows = {name for row in kinds["/TR"] for name in _row_headers(row)}
    for head in heads:
        attributes = head.get("/A", Dictionary(O=Name.Table))
        attributes.Scope = Name.Row if bytes(head.get("/ID", String(""))) in of_rows else Name.Column
        head.A = attributes
    named = sorted(((bytes(head.ID), head) for head in heads if "/ID" in head), key=lambda pair: pair[0])
    if named:
        root.IDTree = Dictionary(Names=Array([part for name, head in named for part in (String(name), head)]))
    root.ParentTreeNextKey = max(_parent_tree(document), default=-1) + 1
    for page in document.pages:
        page.obj.Tabs = Name.S


def _say_once(elements: Iterable[Object]) -> None:
    """Make one element of each heading, paragraph and list. Where it has something that floats or columns, WeasyPrint
    puts the lines into an element of the same kind inside it: a heading in a heading."""
    for element in elements:
        around = element.P
        if around.get("/S") != element.S:
            continue
        if element.S != Name.L:
            element.S = Name.Span
        elif all(kid.S == Name.L for kid in around.K):
            # One list for each column.
            items = [item for list_ in around.K for item in list_.K]
            for item in items:
                item.P = around
            around.K = Array(items)


def _place_pictures(pictures: Iterable[Object]) -> None:
    """WeasyPrint 70.0 gives the place of a picture in its own pixels from the top of the page."""
    for picture in pictures:
        top_of_page = float(picture.Pg.MediaBox[3])
        left, top, right, bottom = (float(n) * POINTS_OF_A_PIXEL for n in picture.A.BBox)
        picture.A.BBox = Array([round(n, 2) for n in (left, top_of_page - bottom, right, top_of_page - top)])


def _tie_to_groups(tables: Iterable[Object]) -> None:
    """Name a header cell that has a row of its own as header of all cells below it, up to the next such row."""
    for table in tables:
        group = None
        for row in (row for part in table.K for row in ([part] if part.S == Name.TR else part.get("/K", Array()))):
            first = row.K[0]
            if len(row.K) == 1 and first.S == Name.TH and "/ColSpan" in first.A:
                group = first.ID
            elif group is not None:
                for cell in row.K:
                    if cell.S == Name.TD:
                        cell.A.Headers = Array([group, *cell.A.get("/Headers", Array())])


def _name_links(document: Pdf) -> None:
    """Name links within the document by the title of what they lead to, and make one of a link with a page number,
    which WeasyPrint makes a link in the link."""
    elements, titles = _parent_tree(document), _titles(document)
    dropped: set[int] = set()
    for page in document.pages:
        kept = []
        for annotation in page.obj.get("/Annots", Array()):
            element = elements.get(int(annotation.get("/StructParent", -1))) if "/Dest" in annotation else None
            if element is not None and element.P.get("/S") == Name.Link:
                dropped.add(int(annotation.StructParent))
                element.S = Name.Span
                element.K = Array([kid for kid in element.K if not isinstance(kid, Dictionary)])
                continue
            kept.append(annotation)
            if element is not None:
                annotation.Contents = String(titles.get(bytes(annotation.Dest), str(annotation.Contents)))
        if dropped:
            page.obj.Annots = Array(kept)
    if dropped:
        left = {key: element for key, element in elements.items() if key not in dropped}
        document.Root.StructTreeRoot.ParentTree.Nums = Array([part for pair in left.items() for part in pair])


def _titles(document: Pdf) -> dict[bytes, str]:
    """The names of places that links lead to → the titles of what begins there: the bookmarks."""
    pages = {page.obj.objgen: number for number, page in enumerate(document.pages)}

    def place(destination: Object) -> tuple[int, float]:
        return pages[destination[0].objgen], -float(destination[3])

    marks, mark = [], document.Root.get("/Outlines", Dictionary()).get("/First")
    while mark is not None:
        marks.append((place(mark.Dest), str(mark.Title)))
        mark = mark.get("/Next")
    named = list(document.Root.get("/Names", Dictionary()).get("/Dests", Dictionary()).get("/Names", Array()))
    found = {}
    for name, destination in zip(named[::2], named[1::2], strict=True):
        # A part begins at its heading or a little above.
        if title := next((title for at, title in marks if at >= place(destination)), ""):
            found[bytes(name)] = title
    return found


def _make_contents(list_: Object) -> None:
    """Make a table of contents of a list whose items are links and nothing else."""
    bodies = [item.K[0] for item in list_.K if len(item.K) == 1]
    if len(bodies) < len(list_.K) or not all(_is_one_link(body) for body in bodies):
        return
    list_.S = Name.TOC
    for body in bodies:
        body.S = Name.Reference
        body.P.S = Name.TOCI


def _is_one_link(element: Object) -> bool:
    kids = list(element.K)
    return len(kids) == 1 and isinstance(kids[0], Dictionary) and kids[0].get("/S") == Name.Link


def _row_headers(row: Object) -> set[bytes]:
    """The IDs of the header cells in a row that data cells of the same row name as their headers."""
    own = {bytes(kid.ID) for kid in row.K if kid.get("/S") == Name.TH and "/ID" in kid}
    named = {
        bytes(header)
        for kid in row.K
        if kid.get("/S") == Name.TD
        for header in kid.get("/A", Dictionary()).get("/Headers", Array())
    }
    return own & named


def _parent_tree(document: Pdf) -> dict[int, Object]:
    """Key of a page or an annotation → its structure element (for a page, an array of them)."""
    numbers = list(document.Root.StructTreeRoot.ParentTree.Nums)
    return {int(key): element for key, element in zip(numbers[::2], numbers[1::2], strict=True)}
