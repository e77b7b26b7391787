"""Images of the content: what is damaged, too large, or could do more than be looked at is named."""

from __future__ import annotations

import io
import re
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageFile

from pmdiag_build.content.files import check_image
from pmdiag_build.load import load_tool
from pmdiag_build.problems import Problems
from tests.content.conftest import problems_of


def png_part(name: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")


def png(width: int = 2, height: int = 2, points: bytes = zlib.compress(b"\0\1\2\0\3\4")) -> bytes:
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\0\0\0\0"
    parts = (b"IHDR", header), (b"IDAT", points), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_part(*part) for part in parts)


PNG = png()
"""Two points by two."""

DAMAGED = "The image is damaged or incomplete"


def photo(kind: str) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((64, 48), 50).save(out, kind)
    return out.getvalue()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no files of these names")
def test_image_names_that_do_not_work_everywhere_are_reported(content: Path) -> None:
    folder = content / "images"
    folder.mkdir()
    bad = ["con.svg", "a#b.svg", "a\nb.svg", "caf\udce9.svg", "p?q.svg"]
    for name in ("Our Logo.svg", "Café.svg", "Plan.svg", "plan.svg", *bad):
        (folder / name).write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")

    found = problems_of(content)

    assert len(bad) == sum("An image can't have this name. " in p for p in found)
    assert [p for p in found if "can't have" not in p] == [
        "images/plan.svg: To Windows and macOS this is the same name as Plan.svg. Rename one of them."
    ]


def test_damaged_and_active_images_are_reported(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # So it is left by WeasyPrint.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    folder = content / "images"
    folder.mkdir()
    (folder / "folder.png").mkdir()
    (folder / "good.png").write_bytes(PNG)
    (folder / "cut.png").write_bytes(PNG[:-12])
    (folder / "text.jpg").write_bytes(b"hello")
    (folder / "good.jpg").write_bytes(photo("JPEG"))
    (folder / "good.webp").write_bytes(photo("WEBP"))
    (folder / "half.jpg").write_bytes(photo("JPEG")[:-900])
    (folder / "half.webp").write_bytes(photo("WEBP")[:-900])
    (folder / "changed.png").write_bytes(PNG.replace(b"IDATx", b"IDATy"))
    (folder / "ends.png").write_bytes(png(points=zlib.compress(bytes(6))[:-5]))
    (folder / "flat.png").write_bytes(png(height=0))
    (folder / "huge.png").write_bytes(png(20_000, 20_000))
    (folder / "junk.jpg").write_bytes(b"\xff\xd8\xff" + b"junk" * 20 + b"\xff\xd9")
    svg = '<s:svg xmlns:s="http://www.w3.org/2000/svg">{}</s:svg>'
    (folder / "broken.svg").write_text("<svg", encoding="utf-8")
    (folder / "set.svg").write_text(svg.format('<s:set attributeName="href" to="javascript:x"/>'), encoding="utf-8")
    (folder / "wide.svg").write_bytes(svg.format("<s:script>x()</s:script>").encode("utf-16"))

    found = [p.partition(". ")[0] for p in problems_of(content)]

    assert [
        "images/broken.svg:1: The file is not an SVG image",
        f"images/changed.png: {DAMAGED}",
        f"images/cut.png: {DAMAGED}",
        f"images/ends.png: {DAMAGED}",
        f"images/flat.png: {DAMAGED}",
        "images/folder.png: This is a folder, and folders in images are not read",
        f"images/half.jpg: {DAMAGED}",
        f"images/half.webp: {DAMAGED}",
        "images/huge.png: The image has 400 million points",
        f"images/junk.jpg: {DAMAGED}",
        "images/set.svg:1: The SVG has a <set>",
        "images/text.jpg: The file is not a JPG image",
        "images/wide.svg:1: The SVG has a <script>",
    ] == found


SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{}</svg>'


def nested(depth: int) -> str:
    """Ten of ten of ten … of a dot."""
    levels = [f'<g id="n{n}">' + f'<use href="#n{n - 1}"/>' * 10 + "</g>" for n in range(1, depth)]
    return SVG.format('<circle id="n0" r="1"/>' + "".join(levels))


@pytest.mark.parametrize(
    ("drawing", "said"),
    [
        ('<?xml version="1.0" encoding="Shift_JIS"?>' + SVG.format(""), ":1: The SVG is not saved as UTF-8"),
        ('<?xml version="1.0" encoding="nonsense"?>' + SVG.format(""), ":1: The SVG is not saved as UTF-8"),
        (SVG.format("").replace("0 0 9 9", "a b c d"), ":1: The viewBox of the SVG is not four numbers"),
        (SVG.format("").replace("0 0 9 9", "0,0,10"), ":1: The viewBox of the SVG is not four numbers"),
        (nested(5), ": The SVG draws parts of itself again more than 1,000 times"),
        (SVG.format('<g id="a"><use href="#a"/></g>'), ": The SVG draws parts of itself again more than 1,000 times"),
    ],
)
def test_a_drawing_that_can_not_be_drawn_or_takes_minutes_is_reported(content: Path, drawing: str, said: str) -> None:
    (content / "images").mkdir(exist_ok=True)
    (content / "images" / "plan.svg").write_text(drawing, encoding="utf-8")

    (problem,) = problems_of(content)

    assert problem.startswith(f"images/plan.svg{said}")


@pytest.mark.parametrize("box", ["0 0 9 9", "-1.5,.5 , 10. 1e2", " 0, 0, 9, 9 "])
def test_drawings_that_can_be_drawn_pass(content: Path, box: str) -> None:
    (content / "images").mkdir(exist_ok=True)
    drawing = nested(3).replace("0 0 9 9", box)
    (content / "images" / "plan.svg").write_text(drawing, encoding="utf-8")

    load_tool(content)


def test_a_large_image_is_a_notice(content: Path) -> None:
    (content / "images").mkdir()
    (content / "images" / "photo.png").write_bytes(PNG[:-12] + png_part(b"teXt", bytes(2_000_000)) + PNG[-12:])
    notices = Problems()

    load_tool(content, notices)

    assert [
        "images/photo.png: The image is 2.0 MB, and makes every page and pack that shows it larger. Export it smaller."
    ] == [str(p) for p in notices]


@pytest.mark.parametrize(
    ("inside", "problem"),
    [
        ('<image href="http://example.org/a.png"/>', "The SVG refers to “http://example.org/a.png” outside itself"),
        ("<image x:href='file:///etc/passwd'/>", "The SVG refers to “file:///etc/passwd” outside itself"),
        ('<rect style="fill: url(https://example.org/#a)"/>', "The SVG refers to something outside itself"),
        (r'<rect style="fill: u\72l(\68ttps://example.org)"/>', "The SVG refers to something outside itself"),
        ("<style>a {}\n@import 'a.css';</style>", "The SVG's style refers to something outside itself"),
        ('<a href="java&#115;cript:x"/>', "The SVG refers to “javascript:x” outside itself"),
        (
            '<image href="data:image/svg+xml;base64,AA=="/>',
            "The SVG refers to “data:image/svg+xml;base64,AA==” outside",
        ),
        ("<script>fetch(1)</script>", "The SVG has a <script>"),
        ('<rect onclick="x()"/>', "The SVG runs a script (onclick)"),
    ],
)
def test_a_drawing_that_refers_outside_or_acts_is_named(inside: str, problem: str) -> None:
    problems = Problems()
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink">\n{inside}\n</svg>'
    check_image("logo.svg", drawing.encode(), problems)

    (said,) = map(str, problems)
    assert re.match(r"logo.svg:[23]: ", said)
    assert problem in said


@pytest.mark.parametrize(
    "inside", ['<use href="#a"/>', '<image href="data:image/png;base64,AA=="/>', "<!-- <script> -->"]
)
def test_a_drawing_that_refers_only_to_itself_passes(inside: str) -> None:
    problems = Problems()
    check_image("logo.svg", f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'.encode(), problems)

    assert [] == list(problems)


def test_an_entity_or_a_style_sheet_of_a_drawing_is_refused() -> None:
    problems = Problems()
    head = '<?xml-stylesheet href="a.css"?>\n<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n'
    check_image("logo.svg", (head + SVG.format("&x;")).encode(), problems)

    assert ["logo.svg:1", "logo.svg:2", "logo.svg:2"] == [str(problem.place) for problem in problems]
