"""The fields of a PDF → copies of a pack, since people merge several returns into one file. Reads no values.

Mergers rename fields, drop the form's list or share a field between copies. What they leave alone is the order of
pages, so a new copy begins on the page where a question is asked again.
"""

from __future__ import annotations

from pmdiag_build.content.field_names import item_of
from pmdiag_build.returns.readers.pdf_fields import NO_PAGE, Field, Form


class Mixed(Exception):
    """The copies can't be told apart; the message says why."""


Copy = dict[str, Field]
"""Field name (`rating_1_3`; the full name for a field that is none of ours) → field."""


def copies_of(form: Form) -> list[Copy]:
    """The copies of packs in a form, in page order. Raises Mixed where answers may have run into one another."""
    copies: list[Copy] = [{}]
    for field in form.fields:
        name = _name(field)
        if len({page for page, _ in field.widgets}) > 1:
            raise Mixed(f"The field {name} stands on several pages")
        if name in copies[-1]:
            if field.page == copies[-1][name].page:
                raise Mixed(f"The field {name} stands in it twice")
            _begin(copies, field.page)
        copies[-1][name] = field
    if len(copies) > 1 and any(field.page == NO_PAGE for field in form.fields):
        raise Mixed("Some of its fields stand on no page")
    return copies


def _begin(copies: list[Copy], page: int) -> None:
    """A new copy from `page` on: what the last copy took from that page belongs to the new one."""
    moved = {name: field for name, field in copies[-1].items() if field.page == page}
    for name in moved:
        del copies[-1][name]
    copies.append(moved)


def _name(field: Field) -> str:
    item = item_of(field.full_name)
    return field.full_name if item is None else item.name
