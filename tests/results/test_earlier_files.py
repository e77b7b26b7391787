"""What is given as an earlier round and is none: named with its file, and nothing is compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.problems import UsageWrong
from pmdiag_build.results.read_earlier_round import read_previous
from tests.results.rounds import outputs, random_round


def _refused(folder: Path, tool: Tool) -> list[str]:
    with pytest.raises(UsageWrong) as caught:
        read_previous(folder, tool)
    return [str(problem) for problem in caught.value.problems]


@pytest.fixture
def written(tool: Tool) -> bytes:
    """The responses.csv of a small round."""
    return outputs(tool, random_round(tool, 70, {"manager": 2}))["keep/responses.csv"]


def test_a_folder_without_responses_is_refused(tool: Tool, tmp_path: Path) -> None:
    (line,) = _refused(tmp_path, tool)

    assert line.startswith(f"{tmp_path / 'responses.csv'}: ")


@pytest.mark.parametrize("data", [b"", b"name,answer\nA,L\n", b"\x00\x01\x02", "Zoë\n".encode("utf-16")])
def test_a_file_that_is_not_a_round_s_is_refused(data: bytes, tool: Tool, tmp_path: Path) -> None:
    (tmp_path / "responses.csv").write_bytes(data)
    (line,) = _refused(tmp_path, tool)

    assert line.startswith(f"{tmp_path / 'responses.csv'}: ")


def test_a_header_without_rows_is_refused(written: bytes, tool: Tool, tmp_path: Path) -> None:
    (tmp_path / "responses.csv").write_bytes(written.splitlines(keepends=True)[0])
    (line,) = _refused(tmp_path, tool)

    assert line.startswith(f"{tmp_path / 'responses.csv'}: ")


def test_a_group_size_that_is_no_number_is_named(written: bytes, tool: Tool, tmp_path: Path) -> None:
    header = written.decode("utf-8-sig").splitlines()[0].split(",")
    place = header.index("group_size")
    lines = written.decode("utf-8-sig").splitlines(keepends=True)
    cells = lines[1].split(",")
    assert cells[place].isdigit()
    cells[place] = "many"
    (tmp_path / "responses.csv").write_text("".join([lines[0], ",".join(cells), *lines[2:]]), encoding="utf-8")

    assert any("“many”" in line for line in _refused(tmp_path, tool))
