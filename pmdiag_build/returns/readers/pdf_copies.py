"""The fields of a PDF → copies of a pack, since people merge several returns into one file. Reads no values.

Mergers rename fields, drop the form's list or share a field between copies. What they leave alone is the order of
pages, so a new copy begins on the page where a question is asked again.
"""

from __future__ import annotations

from pmdiag_build.returns.names import item_of
from pmdiag_build.returns.readers.pdf_fields import NO_PAGE, Field, Form


class Mixed(Exception):
    """The copies can't be told apart; the message says why."""


Copy = dict[str, Field]
"""Field name (`rating_1_3`; the full name for a field that is none of ours) → field."""


def copies_of(form: Form) -> list[Copy]:
    """The copies of packs in a form, in page order. Raises Mixed where answers may have run into one another."""
    copies: list[Copy] = [{}]
    starts = [0]
    for field in form.fields:
        name = _name(field)
        if name in copies[-1]:
            page = field.page
            if page in (NO_PAGE, copies[-1][name].page):
                raise Mixed(f"The field {name} stands in it twice")
            _begin(copies, starts, page)
        copies[-1][name] = field
    if len(copies) > 1:
        _check_pages(copies, starts)
    return copies


def _begin(copies: list[Copy], starts: list[int], page: int) -> None:
    """A new copy from `page` on: what the last copy took from that page belongs to the new one."""
    moved = {name: field for name, field in copies[-1].items() if field.page == page}
    for name in moved:
        del copies[-1][name]
    copies.append(moved)
    starts.append(page)


def _check_pages(copies: list[Copy], starts: list[int]) -> None:
    for number, copy in enumerate(copies):
        end = starts[number + 1] if number + 1 < len(starts) else None
        for name, field in copy.items():
            for page, _ in field.widgets:
                if page < starts[number] or (end is not None and page >= end):
                    raise Mixed(f"The copies in it share the field {name}")


def _name(field: Field) -> str:
    item = item_of(field.full_name)
    return field.full_name if item is None else item.name
