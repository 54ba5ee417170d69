"""Audience files: what is read, and what is refused at which line."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from clix.cli._audience import Audience, AudienceError, open_audience
from clix.cli._terminal.exit import CommandError

Write = Callable[[str, bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write_file


def rows(audience: Audience) -> list[tuple[int, dict[str, object]]]:
    return [(number, dict(row)) for number, row in audience.rows(audience.columns or ())]


def problem_with(path: Path) -> str:
    with pytest.raises(AudienceError) as caught:
        rows(open_audience(path))
    return str(caught.value).removeprefix(str(path)).removeprefix(", ").removeprefix(": ")


@pytest.mark.parametrize(
    "content",
    [
        b"id,name\nu1,Ana\nu2,Bo\n",
        b"id,name\r\nu1,Ana\r\nu2,Bo\r\n",
        b"\xef\xbb\xbfid,name\nu1,Ana\nu2,Bo",
        b'"id","name"\n"u1","Ana"\n"u2","Bo"\n',
        b" id , name\nu1,Ana\nu2,Bo\n",
    ],
    ids=["plain", "CRLF", "byte order mark", "quoted", "spaces in the header"],
)
def test_a_csv_file_is_read_however_its_program_wrote_it(write: Write, content: bytes) -> None:
    audience = open_audience(write("a.csv", content))
    assert audience.columns == ["id", "name"]
    assert rows(audience) == [(2, {"id": "u1", "name": "Ana"}), (3, {"id": "u2", "name": "Bo"})]


def test_a_quoted_cell_may_hold_line_ends_and_the_count_of_lines_stays_right(write: Write) -> None:
    audience = open_audience(write("a.csv", b'id,body\nu1,"one\r\ntwo"\n\nu2,"say ""hi"""\n'))
    assert rows(audience) == [(2, {"id": "u1", "body": "one\r\ntwo"}), (5, {"id": "u2", "body": 'say "hi"'})]


def test_an_audience_can_be_read_twice(write: Write) -> None:
    audience = open_audience(write("a.csv", b"id\nu1\n"))
    assert rows(audience) == rows(audience)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "line 1: there is no header"),
        (b",,\n", "line 1: there is no header"),
        (b"id,id\n", "line 1: the column 'id' is there twice"),
        (b"id;name\nu1;Ana\n", "line 1: save the file with commas"),
        (b"id\tname\n", "line 1: save the file with commas"),
        (b"id,name\nu1,Ana\nu2\n", "line 3: 1 cells where the header has 2"),
        (b"id,name\nu1,Ana,x\n", "line 2: 3 cells where the header has 2"),
        (b'id,name\nu1,"x\ny"\nu2\n', "line 4: 1 cells"),
        (b"id,name\nu1,Jos\xe9\n", "line 2: byte 7 (0xe9) is no UTF-8"),
        ("id,name\nu1,Ana\n".encode("utf-16"), "line 1: the file is UTF-16"),
        (b"id,name\nu1,A\0na\n", "line 2: there is a NUL byte"),
        (b'id,name\nu1,Ana\nu2,"open\nu3,x\n', "line 3: a quotation mark is opened here and never closed"),
        (b'id,name\nu1,"Ana" x\n', "line 2: text follows a closing quotation mark"),
        (b"id,name\ru1,Ana\ru2,Bo\r", "line 1: there is a carriage return without a line feed"),
        (b"id,name\nu1," + b"x" * 200_000 + b"\n", "line 2: a field is far too long"),
        (b'id,name\nu1,"' + b"x\n" * 100_000, "line 2: a field is far too long"),
        (b"id,name\nu1," + b"x" * 1_100_000, "line 2: the line is longer than 1,048,576 bytes"),
    ],
)
def test_a_malformed_csv_file_is_refused_at_its_line(write: Write, content: bytes, problem: str) -> None:
    assert problem_with(write("a.csv", content)).startswith(problem)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'{"to": "u1"}\n{"to": \n', "line 2: no JSON: "),
        (b'{"to": "u1"}\n\n["u2"]\n', "line 3: no JSON object"),
        (b"[" * 100_000, "line 1: nested too deeply"),
        (b'{"to": "Jos\xe9"}\n', "line 1: byte 12 (0xe9) is no UTF-8"),
        (b'{"to": "' + b"x" * 1_100_000 + b'"}', "line 1: the line is longer"),
    ],
)
def test_malformed_json_lines_are_refused_at_their_line(write: Write, content: bytes, problem: str) -> None:
    assert problem_with(write("a.jsonl", content)).startswith(problem)


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "A.JSONL"])
def test_numbers_of_json_lines_stay_as_they_are_written(write: Write, name: str) -> None:
    audience = open_audience(
        write(name, b'\xef\xbb\xbf{"to": "u1", "price": 1.10}\n\n{"to": "u2", "n": 7}\n')
    )
    assert rows(audience) == [(1, {"to": "u1", "price": "1.10"}), (3, {"to": "u2", "n": "7"})]


def test_parquet_is_read_by_its_columns(tmp_path: Path) -> None:
    path = written_parquet(tmp_path, {"to": ["u1", "u2"], "n": [1, None], "unused": ["x", "y"]})
    audience = open_audience(path)
    assert (audience.unit, audience.columns) == ("row", ("to", "n", "unused"))
    assert [(number, dict(row)) for number, row in audience.rows(["to", "n"])] == [
        (1, {"to": "u1", "n": 1}),
        (2, {"to": "u2", "n": None}),
    ]


def test_what_is_no_parquet_is_refused(write: Write) -> None:
    assert problem_with(write("a.parquet", b"id,name\n")).startswith("this is no Parquet file")


def test_damaged_parquet_is_refused_where_it_breaks(tmp_path: Path) -> None:
    path = written_parquet(tmp_path, {"to": [f"user-{number}" for number in range(5_000)]})
    content = bytearray(path.read_bytes())
    content[200:1_000] = b"\xff" * 800
    path.write_bytes(content)
    assert "after row 0: the file is damaged" in problem_with(path)


def test_parquet_without_pyarrow_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(CommandError, match=r"pip install 'clix-sdk\[parquet\]'"):
        open_audience(tmp_path / "a.parquet")


@pytest.mark.parametrize("name", ["a.xlsx", "a", "a.csv.gz"])
def test_a_file_of_another_kind_is_refused(write: Write, name: str) -> None:
    assert "must end in .csv, .jsonl or .parquet" in problem_with(write(name, b"x"))


def test_a_file_that_is_not_there_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    assert problem_with(tmp_path / "none.csv").startswith("there is no such file")
    assert problem_with(tmp_path / "folder.csv").startswith("this is no regular file")


def test_reading_holds_one_row_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    path.write_text("id,name\n" + "user-1,Ana Maria\n" * 40_000)
    audience = open_audience(path)
    tracemalloc.start()
    for _ in audience.rows(()):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000, "bytes at the peak, for a file of 680 kB"


def written_parquet(folder: Path, columns: dict[str, Sequence[object]]) -> Path:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = folder / "a.parquet"
    parquet.write_table(arrow.table(columns), path, use_dictionary=False, compression="none")
    return path
