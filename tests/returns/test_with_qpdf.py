"""qpdf alone, as on the desk: the tests of PDFs pass with it too, and it counts nothing that pikepdf does not."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Dictionary, Encryption, Name, ObjectStreamMode, String

from pmdiag_build.content.fields import FormField
from tests.conftest import Built
from tests.returns.outcomes import both
from tests.returns.paper import blank_pack, edited, filled, filled_on_top, saved
from tests.returns.samples import sample_answers
from tests.returns.written import as_fdf

pytestmark = pytest.mark.slow

_ROOT = Path(__file__).parents[2]
_FILES = (
    "test_cases.py",
    "test_pdf_library.py",
    "test_pdf_returns.py",
    "test_pdf_pages.py",
    "test_pdf_structure.py",
    "test_pdf_contradictions.py",
    "test_pdfium_saves.py",
    "test_contradictions.py",
    "test_other_files.py",
    "test_same_answers.py",
    "test_whole_round.py",
)
# Browsers fill packs in slowly; what they write is among the files of the cases. The last two open no PDF.
_NOT = "firefox or pdfjs or pdf.js or spreadsheet or bomb or zips"
_TESTS = f"(not test_cases or pdf or fdf or pack) and not ({_NOT})"


def test_the_tests_of_pdfs_pass_with_qpdf_alone(built: Built) -> None:
    files = [str(Path(__file__).with_name(name)) for name in _FILES]
    shared = built.out.parents[1]  # so that the packs are not built once more
    options = ("-q", "-p", "no:xdist", "-p", "no:cacheprovider", f"--basetemp={shared / 'with-qpdf'}", "-k", _TESTS)
    environment = os.environ | {"PDF_LIBRARY": "qpdf", "PYTEST_XDIST_WORKER": "with-qpdf"}

    done = subprocess.run(
        (sys.executable, "-m", "pytest", *options, *files),
        cwd=_ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-5000:]


MUTANTS = 2000


def _rewritten(pdf: bytes, **options: object) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return saved(opened, **options)


def test_no_damaged_file_is_read_more_laxly_than_with_pikepdf(fields: Sequence[FormField], tmp_path: Path) -> None:
    some = [field for number, field in enumerate(fields) if number % 7 == 0 or field.kind in ("id", "choice")]
    pack, answers = blank_pack(some), sample_answers(some, 3, "R1")
    once = filled(pack, answers)
    wholes = (
        once,
        filled_on_top(pack, answers),
        filled_on_top(filled_on_top(pack, sample_answers(some, 4)), answers),
        _rewritten(once, object_stream_mode=ObjectStreamMode.generate),
        _rewritten(once, encryption=Encryption(owner="o", user="")),
        as_fdf(answers),
    )
    for number, whole in enumerate(wholes):
        (tmp_path / str(number)).write_bytes(whole)

    native, qpdf = both(tmp_path, MUTANTS)

    assert [] == [
        seed for seed, (a, b) in enumerate(zip(native, qpdf, strict=True)) if b["counted"] not in ([], a["counted"])
    ]
    # What only pikepdf reads is told by the table of README.
    only = [" ".join(b["said"]) for a, b in zip(native, qpdf, strict=True) if a["counted"] and not b["counted"]]
    assert [said for said in only if not any(told in said for _, told in ONLY_PIKEPDF.values())] == []
    assert only
    alike = sum(a["counted"] == b["counted"] for a, b in zip(native, qpdf, strict=True))
    assert alike > 0.8 * MUTANTS
    assert 0.1 * MUTANTS < sum(bool(b["counted"]) for b in qpdf) < MUTANTS


# ---- what only pikepdf reads, as README tells


def _damaged_picture(pack: bytes) -> bytes:
    def add(pdf: pikepdf.Pdf) -> None:
        picture = pdf.make_stream(b"picture", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1)
        pdf.pages[0].Resources = Dictionary(XObject=Dictionary(Picture=picture))

    return edited(pack, add).replace(b"/Subtype /Image", b"/Subtype )Image")


def _large_object(pack: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pack)) as pdf:
        pdf.Root.Large = pdf.make_indirect(String(b"a" * (140 << 20)))
        return saved(pdf, object_stream_mode=ObjectStreamMode.generate)


ONLY_PIKEPDF: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "damage where no answer is, such as in a picture, a font or its list of parts": (
        _damaged_picture,
        "The PDF is damaged",
    ),
    "so much in it that qpdf takes more than 256 MB of memory": (
        _large_object,
        "The desk can't be sure",
    ),
}


@pytest.mark.parametrize("what", ONLY_PIKEPDF)
def test_what_only_pikepdf_reads_is_set_aside_by_the_desk_in_plain_words(
    what: str, fields: Sequence[FormField], tmp_path: Path
) -> None:
    make, said = ONLY_PIKEPDF[what]
    (tmp_path / "a.pdf").write_bytes(make(filled(blank_pack(fields), sample_answers(fields, 3, "R1"))))

    (native,), (qpdf,) = both(tmp_path)

    assert native["said"] == []
    assert len(native["counted"]) == 1
    assert qpdf["counted"] == []
    assert said in qpdf["said"][0]


def test_readme_tells_what_only_pikepdf_reads() -> None:
    readme = (_ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.partition("| a PDF with |")[2].partition("\n\n")[0]
    rows = [tuple(cell.strip(" “”") for cell in line.split("|")[1:3]) for line in table.splitlines()[2:]]

    assert [(what, said) for what, (_, said) in ONLY_PIKEPDF.items()] == rows
