"""Audience files: what is read, and what is refused at which line."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clix.cli._audience import MISSING, Audience, AudienceError, RowProblem, WrittenNumber, open_audience
from clix.cli._terminal.exit import CommandError

Write = Callable[[str, bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write_file


def rows(audience: Audience, *wanted: str) -> list[tuple[int, list[object]]]:
    found = audience.rows(wanted or audience.columns or ())
    return [(number, list(cells)) for number, cells in found if not isinstance(cells, RowProblem)]


def problems(audience: Audience) -> list[str]:
    found = audience.rows(audience.columns or ())
    return [
        f"{audience.unit} {number}: {cells.reason}"
        for number, cells in found
        if isinstance(cells, RowProblem)
    ]


def problem_with(path: Path) -> str:
    """Why the file as a whole is refused."""
    with pytest.raises(AudienceError) as caught:
        rows(open_audience(path))
    return str(caught.value).removeprefix(str(path)).removeprefix(", ").removeprefix(": ")


ANA_AND_BO = [(2, ["u1", "Ana"]), (3, ["u2", "Bo"])]


@pytest.mark.parametrize(
    "content",
    [
        b"id,name\nu1,Ana\nu2,Bo\n",
        b"id,name\r\nu1,Ana\r\nu2,Bo\r\n",
        b"id,name\ru1,Ana\ru2,Bo\r",
        b"\xef\xbb\xbfid,name\nu1,Ana\nu2,Bo",
        b'\xef\xbb\xbf\xef\xbb\xbf"id","name"\nu1,Ana\nu2,Bo\n',
        b'"id","name"\n"u1","Ana"\n"u2","Bo"\n',
        b" id , name\nu1,Ana\nu2,Bo\n",
        b"id;name\nu1;Ana\nu2;Bo\n",
        b"id\tname\nu1\tAna\nu2\tBo\n",
        b"id|name\nu1|Ana\nu2|Bo\n",
        "id;name\nu1;Ana\nu2;Bo\n".encode("utf-16"),
        b"i\0d\0,\0n\0a\0m\0e\0\n\0u\0001\0,\0A\0n\0a\0\n\0u\0002\0,\0B\0o\0",
        gzip.compress(b"id,name\nu1,Ana\n", mtime=0) + gzip.compress(b"u2,Bo\n", mtime=0),
    ],
    ids=[
        "plain",
        "CRLF",
        "CR",
        "byte order mark",
        "two byte order marks and quotes",
        "quoted",
        "spaces in the header",
        "semicolons",
        "tabs",
        "bars",
        "UTF-16",
        "UTF-16 without a mark",
        "gzip in two members",
    ],
)
def test_a_csv_file_is_read_however_its_program_wrote_it(write: Write, content: bytes) -> None:
    audience = open_audience(write("a.csv", content))
    assert audience.columns == ["id", "name"]
    assert rows(audience) == ANA_AND_BO


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_the_line_by_which_excel_names_the_separator_is_no_header(write: Write, separator: str) -> None:
    audience = open_audience(
        write("a.csv", f"sep={separator}\r\nid{separator}name\r\nu1{separator}Ana".encode())
    )
    assert (audience.columns, rows(audience)) == (["id", "name"], [(3, ["u1", "Ana"])])


def test_windows_1252_is_detected_and_said(write: Write) -> None:
    audience = open_audience(write("a.csv", "id,name\nu1,José\nu2,Zoë €\n".encode("cp1252")))
    assert rows(audience) == [(2, ["u1", "José"]), (3, ["u2", "Zoë €"])]
    assert any("Windows-1252" in note for note in audience.notes)


def test_another_encoding_is_not_taken_for_windows_1252(write: Write) -> None:
    korean = write("a.csv", "id,name\nu1,홍길동\nu2,김철수\n".encode("cp949"))
    assert "say what it is with --encoding" in problem_with(korean)
    assert rows(open_audience(korean, encoding="cp949"))[0] == (2, ["u1", "홍길동"])


def test_one_damaged_row_does_not_garble_the_others(write: Write) -> None:
    audience = open_audience(write("a.csv", "id,name\nu1,José\nu2,Zo".encode() + b"\xeb\nu3,Bo\n"))
    assert rows(audience) == [(2, ["u1", "José"]), (4, ["u3", "Bo"])]
    assert problems(audience) == ["line 3: cell 2 has the byte 0xeb, which is no UTF-8"]


def test_an_encoding_that_does_not_fit_is_refused_at_its_line(write: Write) -> None:
    with pytest.raises(AudienceError, match="line 3: a byte is no ascii"):
        open_audience(write("a.csv", "id\nu1\nJosé\n".encode()), encoding="ascii")
    with pytest.raises(CommandError, match="there is no such encoding"):
        open_audience(write("a.csv", b"id\nu1\n"), encoding="utf-9")


def test_a_quoted_cell_may_hold_line_ends_and_the_count_of_lines_stays_right(write: Write) -> None:
    audience = open_audience(write("a.csv", b'id,body\nu1,"one\r\ntwo"\n\nu2,"say ""hi"""\n'))
    assert rows(audience) == [(2, ["u1", "one\r\ntwo"]), (5, ["u2", 'say "hi"'])]


def test_an_audience_can_be_read_twice(write: Write) -> None:
    audience = open_audience(write("a.csv", b"id\nu1\n"))
    assert rows(audience) == rows(audience)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "line 1: there is no header"),
        (b",,\n", "line 1: there is no header"),
        (b"id,name,id\nu1,Ana,u2\n", "line 1: the column 'id' is there twice"),
        (b'id,name\nu1,Ana\nu2,"open\nu3,x\n', "line 3: a quotation mark is opened here and never closed"),
        (b'id,name\nu1,"' + b"x\n" * 600_000, "line 2: a field is far too long"),
        (b"id,name\nu1," + b"x" * 1_100_000, "line 2: the line is longer than 1,048,576 bytes"),
        (b"PK\x03\x04rest", "this is an Excel workbook"),
        (gzip.compress(b"id,name\nu1,Ana\n" * 50, mtime=0)[:-12], "the compressed file ends too early"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(write: Write, content: bytes, problem: str) -> None:
    assert problem_with(write("a.csv", content)).startswith(problem)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"u1\n", "1 cells where the header has 2"),
        (b"u1,Ana,x\n", "3 cells where the header has 2"),
        (b"u1,A\0na\n", "cell 2 has a NUL byte"),
        (b'u1,"Ana" x\n', "text follows a closing quotation mark"),
        (b"id,name\n", "this is the header again"),
    ],
)
def test_a_malformed_row_is_named_and_the_others_are_read(write: Write, content: bytes, problem: str) -> None:
    audience = open_audience(write("a.csv", b"id,name\nu1,Ana\n" + content + b"u2,Bo\n"))
    assert rows(audience) == [(2, ["u1", "Ana"]), (4, ["u2", "Bo"])]
    (found,) = problems(audience)
    assert found.startswith(f"line 3: {problem}")


def test_a_cell_of_100_kb_is_no_reason_to_refuse_a_row(write: Write) -> None:
    audience = open_audience(write("a.csv", b"id,unused\nu1," + b"x" * 200_000 + b"\n"))
    assert rows(audience, "id") == [(2, ["u1"])]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'{"to": "u1"}\n{"to": \n', "line 2: no JSON: "),
        (b'{"to": "u1"}\n\n["u2"]\n', "line 3: no JSON object"),
        (b'{"to": "u1"}\n' + b"[" * 100_000, "line 2: nested too deeply"),
        (b'{"to": "u1"}\n{"to": "u2", "to": "u3"}\n', "line 2: the column 'to' is there twice"),
    ],
)
def test_malformed_json_lines_are_named(write: Write, content: bytes, problem: str) -> None:
    (found,) = problems(open_audience(write("a.jsonl", content)))
    assert found.startswith(problem)


def test_a_json_line_that_is_too_long_is_refused(write: Write) -> None:
    assert problem_with(write("a.jsonl", b'{"to": "' + b"x" * 1_100_000)).startswith(
        "line 1: the line is longer"
    )


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "A.JSONL", "a.json"])
def test_numbers_of_json_stay_as_they_are_written(write: Write, name: str) -> None:
    audience = open_audience(
        write(name, b'\xef\xbb\xbf{"to": "u1", "price": 1.10}\n\n{"to": 7, "price": 7}\n')
    )
    found = rows(audience, "to", "price", "none")
    assert found == [(1, ["u1", "1.10", MISSING]), (3, ["7", "7", MISSING])]
    assert isinstance(found[0][1][1], WrittenNumber)


@settings(max_examples=40)
@given(
    objects=st.lists(
        st.dictionaries(st.sampled_from(["to", "b", "ü"]), st.text(max_size=20) | st.none() | st.booleans()),
        max_size=20,
    ),
    indent=st.sampled_from([None, 1]),
    chunk=st.integers(1, 50),
)
def test_a_json_array_is_read_however_its_text_falls_apart(
    tmp_path_factory: pytest.TempPathFactory, objects: list[dict[str, object]], indent: int | None, chunk: int
) -> None:
    path = tmp_path_factory.mktemp("json") / "a.json"
    path.write_text(json.dumps(objects, indent=indent), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("clix.cli._audience.json_array._CHUNK", chunk)
        found = rows(open_audience(path), "to", "b", "ü")
    expected = [[each.get(name, MISSING) for name in ("to", "b", "ü")] for each in objects]
    assert found == list(enumerate(expected, 1))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'[{"to": "u1"}, {"to": ', "row 2: no JSON"),
        (b'[{"to": "u1"}', "after row 1: the end of the array is missing"),
        (b'[{"to": "u1"} {"to": "u2"}]', "after row 1: a comma is missing"),
        (b'[{"to": "u1"}] []', "after row 1: something follows the array"),
        (b'["' + b"x" * 1_300_000, "row 1: no JSON"),
    ],
)
def test_a_json_array_that_breaks_off_is_refused_where_it_does(
    write: Write, content: bytes, problem: str
) -> None:
    assert problem_with(write("a.json", content)).startswith(problem)


def written_parquet(path: Path, columns: dict[str, Sequence[object]]) -> Path:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(arrow.table(columns), path, use_dictionary=False, compression="none")
    return path


def test_parquet_is_read_by_its_columns(tmp_path: Path) -> None:
    path = written_parquet(tmp_path / "a.parquet", {"to": ["u1", "u2"], "n": [1, None], "unused": ["x", "y"]})
    audience = open_audience(path)
    assert (audience.unit, audience.columns) == ("row", ("to", "n", "unused"))
    assert rows(audience, "n", "to") == [(1, [1, "u1"]), (2, [None, "u2"])]


def test_a_folder_of_parquet_is_one_audience(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    (folder / "day=2").mkdir(parents=True)
    written_parquet(folder / "part-0.parquet", {"to": ["u1", "u2"]})
    written_parquet(folder / "day=2" / "part-1.parquet", {"to": ["u0"]})
    (folder / "_SUCCESS").touch()
    assert rows(open_audience(folder)) == [(1, ["u0"]), (2, ["u1"]), (3, ["u2"])]
    written_parquet(folder / "part-2.parquet", {"id": ["u1"]})
    with pytest.raises(AudienceError, match=r"part-2.parquet: its columns are not those of"):
        open_audience(folder)


def test_compressed_parquet_is_read_too(tmp_path: Path) -> None:
    path = written_parquet(tmp_path / "a.parquet", {"to": ["u1"]})
    packed = tmp_path / "b.parquet.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    audience = open_audience(packed)
    assert rows(audience) == [(1, ["u1"])]
    (plain,) = audience.files
    assert audience.content is not None
    audience.content.close()
    assert not plain.exists()


def test_the_cells_of_parquet_are_values_whatever_their_encoding(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    ids = arrow.array(["u1", "u2", "u1"]).dictionary_encode()
    parquet.write_table(arrow.table({"to": ids}), tmp_path / "a.parquet")
    assert rows(open_audience(tmp_path / "a.parquet")) == [(1, ["u1"]), (2, ["u2"]), (3, ["u1"])]


def test_columns_of_parquet_with_the_same_name_are_refused(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = arrow.Table.from_arrays([arrow.array(["u1"]), arrow.array(["u2"])], names=["to", "to"])
    parquet.write_table(table, tmp_path / "a.parquet")
    assert "the column 'to' is there twice" in problem_with(tmp_path / "a.parquet")


def test_a_cell_of_parquet_that_cannot_be_read_is_a_bad_row(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    days = arrow.array([0, 10**15, 0], arrow.timestamp("s"))
    path = written_parquet(tmp_path / "a.parquet", {"to": ["u1", "u2", "u3"], "day": days})
    audience = open_audience(path)
    assert [number for number, _ in rows(audience)] == [1, 3]
    assert problems(audience)[0].startswith("row 2: the column 'day' cannot be read")


def test_what_is_no_parquet_is_refused(write: Write) -> None:
    assert problem_with(write("a.parquet", b"id,name\n")).startswith("this is no Parquet file")


def test_damaged_parquet_is_refused_where_it_breaks(tmp_path: Path) -> None:
    path = written_parquet(tmp_path / "a.parquet", {"to": [f"user-{number}" for number in range(5_000)]})
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


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"id,name\nu1,Ana\n", [(2, ["u1", "Ana"])]),
        (b'{"id": "u1", "name": "Ana"}\n', [(1, ["u1", "Ana"])]),
        (b'\n[{"id": "u1", "name": "Ana"}]', [(1, ["u1", "Ana"])]),
        (gzip.compress(b"id;name\nu1;Ana\n", mtime=0), [(2, ["u1", "Ana"])]),
    ],
    ids=["CSV", "JSON Lines", "JSON", "gzip"],
)
def test_standard_input_is_told_by_its_beginning(
    monkeypatch: pytest.MonkeyPatch, content: bytes, expected: list[tuple[int, list[str]]]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    audience = open_audience("-")
    assert rows(audience, "id", "name") == rows(audience, "id", "name") == expected
    (kept,) = audience.files
    assert audience.content is not None
    audience.content.close()
    assert not kept.exists()


@pytest.mark.parametrize("name", ["a.xlsx", "a", "a.gz"])
def test_a_file_of_another_kind_is_refused(write: Write, name: str) -> None:
    assert "must end in .csv, .tsv, .jsonl, .json or .parquet" in problem_with(write(name, b"x"))


def test_a_file_that_is_not_there_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    assert problem_with(tmp_path / "none.csv").startswith("there is no such file")
    assert problem_with(tmp_path / "folder.csv").startswith("this folder has no .parquet files")


@pytest.mark.parametrize(("content", "is_open"), [(b"id\nu1\n", False), (b"id\nu1", True)])
def test_a_last_line_without_an_end_is_noticed(write: Write, content: bytes, *, is_open: bool) -> None:
    assert open_audience(write("a.csv", content)).is_last_line_open is is_open


@pytest.mark.parametrize("name", ["big.csv", "big.json"])
def test_reading_holds_one_row_at_a_time(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    lines = {
        "big.csv": "id,name\n" + "user-1,Ana Maria\n" * 40_000,
        "big.json": "[" + '{"id": 1},' * 30_000 + "{}]",
    }
    path.write_text(lines[name])
    audience = open_audience(path)
    tracemalloc.start()
    for _ in audience.rows(("id",)):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 250_000, "bytes at the peak, for files of 680 and 300 kB"


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
WESTERN = st.text("ab éüß,;\t|\"'\n", max_size=12)


@settings(max_examples=50)
@given(
    table=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    is_packed=st.booleans(),
)
def test_rows_are_read_as_a_program_wrote_them_or_named_as_bad(
    tmp_path_factory: pytest.TempPathFactory,
    table: list[tuple[str, str]],
    delimiter: str,
    encoding: str,
    line_end: str,
    *,
    is_packed: bool,
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerows([("to", "name"), *table])
    content = text.getvalue().encode(encoding)
    path = tmp_path_factory.mktemp("tables") / "a.csv"
    path.write_bytes(gzip.compress(content) if is_packed else content)
    audience = open_audience(path, encoding=None if encoding != "utf-16-le" else encoding)
    given_rows = [list(row) for row in table]
    found = [cells for _, cells in rows(audience)]
    named = len(problems(audience))
    assert len(found) + named == len(given_rows)
    assert found == [row for row in given_rows if row != ["to", "name"]]


@settings(max_examples=50)
@given(table=st.lists(st.tuples(WESTERN, WESTERN), min_size=1, max_size=8))
def test_western_text_of_excel_is_read_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, table: list[tuple[str, str]]
) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL).writerows([("to", "name"), *table])
    path = tmp_path_factory.mktemp("tables") / "a.csv"
    path.write_bytes(text.getvalue().encode("cp1252"))
    try:
        found = [cells for _, cells in rows(open_audience(path))]
    except AudienceError:
        return  # too many accented letters side by side: the person has to say what it is
    assert found == [list(row) for row in table]
