"""The structure tree of a rendered pack: names of controls, scope of header cells, and its two indexes."""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from pmdiag_build.publish.forms.placeholders import Pairs


def name_controls(document: Pdf, pairs: Pairs) -> None:
    """Give the Form element of every control the control's own name, the only one that Firefox's viewer speaks."""
    elements = _parent_tree(document)
    for _, widgets in pairs:
        for widget in widgets:
            elements[int(widget.annotation.StructParent)].Alt = widget.annotation.TU


def finish_structure(document: Pdf) -> None:
    """Add what WeasyPrint leaves out: the scope of header cells, the IDTree, ParentTreeNextKey, the tab order."""
    root = document.Root.StructTreeRoot
    kinds = (Name.TH, Name.TR)  # made once: there are thousands of objects
    cells = [o for o in document.objects if isinstance(o, Dictionary) and o.get("/S") in kinds]
    rows = [cell for cell in cells if cell.S == Name.TR]
    heads = [cell for cell in cells if cell.S == Name.TH]
    of_rows = {name for row in rows for name in _row_headers(row)}
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
