"""PDFs whose form is put together wrongly: nothing of such a file is counted, and nothing hangs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from tests.returns.conftest import Returns
from tests.returns.paper import edited, field_in, filled

ANSWERS = {"record_reference": "A1", "rating_1_1": "L", "doing_1": "Well."}


def _its_own_parent(pdf: Pdf) -> None:
    group = field_in(pdf, "rating_1_1")
    del group["/T"]
    group.Parent = group


def _parents_in_a_ring(pdf: Pdf) -> None:
    first, second = pdf.make_indirect(Dictionary()), pdf.make_indirect(Dictionary())
    first.Parent, second.Parent = second, first
    field_in(pdf, "doing_1").Parent = first


def _an_entry_on_a_page_that_is_not_one(pdf: Pdf) -> None:
    pdf.pages[0].obj.Annots.append(Name.Gone)


def _a_field_that_is_not_one(pdf: Pdf) -> None:
    pdf.Root.AcroForm.Fields.append(String("gone"))


def _fields_nested_without_end(pdf: Pdf) -> None:
    outer = pdf.make_indirect(Dictionary(T=String("outer")))
    # A list that holds itself would be walked for ever.
    inner = [pdf.make_indirect(Dictionary(T=String(f"x{n}"))) for n in range(200)]
    for one, next_ in zip([outer, *inner], inner, strict=False):
        one.Kids = Array([next_])
    pdf.Root.AcroForm.Fields.append(outer)


@pytest.mark.parametrize(
    "spoil",
    [
        _its_own_parent,
        _parents_in_a_ring,
        _an_entry_on_a_page_that_is_not_one,
        _a_field_that_is_not_one,
        _fields_nested_without_end,
    ],
)
def test_a_form_that_is_put_together_wrongly_is_set_aside(
    spoil: Callable[[Pdf], None], returns: Returns, pack: bytes
) -> None:
    returns.put("a.pdf", edited(filled(pack, ANSWERS), spoil))

    found = returns.read()

    assert (0, 0, 1) == (found.accounts.counted, found.accounts.blank, found.accounts.set_aside)
    assert ["a.pdf"] == [problem.place.file for problem in found.problems]
