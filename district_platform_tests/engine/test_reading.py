"""Reading files as districts deliver them: no row is lost, and each knows its line."""

import gzip
from pathlib import Path

import pandas as pd
import pytest

from district_platform.engine.reading import find_files, read_rows

CLEAN = "id,name\n1,Ann\n2,Ben\n"


@pytest.fixture
def read(connection, tmp_path):
    """Reads one file's bytes; returns the rows (values, line) and what was found about the file."""

    def _read(content: bytes | str, name: str = "x.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        [raw] = read_rows(connection, "rows", ["id", "name"], [(name, path)])
        return connection.execute("select id, name, _line from rows order by _line").fetchall(), raw

    return _read


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (CLEAN, "utf-8"),
        (b"\xef\xbb\xbf" + CLEAN.encode(), "utf-8"),
        (CLEAN.replace("\n", "\r\n"), "utf-8"),
        (CLEAN.replace("\n", "\r"), "utf-8"),
        ("id,name\r\n1,Ann\n2,Ben\r\n", "utf-8"),
        ("name,extra,id\nAnn,x,1\nBen,y,2\n", "utf-8"),
        ("ID , Name\n1,Ann\n2,Ben", "utf-8"),
        (" id,name\n 1 ,Ann \n2, Ben\n", "utf-8"),
        ("id,name\n1\u00a0,\tAnn\n2,Ben\u00a0\n", "utf-8"),
        ("id,name,,\n1,Ann,,\n2,Ben,,\n", "utf-8"),
        ("id,name,,\n1,Ann\n2,Ben,\n", "utf-8"),
        ("id,name\n1,Ann,, ,\n2,Ben,\n", "utf-8"),
        ("id,name\n1,Ann\n2,Ben\n" + ",\n" * 60, "utf-8"),
        ('id,name\n1,Ann\n2,Ben\n,,,\n" ",\n \n', "utf-8"),
        (b"\xff\xfe" + CLEAN.encode("utf-16-le"), "utf-16"),
        (b"\xfe\xff" + CLEAN.encode("utf-16-be"), "utf-16"),
        (CLEAN.encode("utf-16-le"), "utf-16-le"),
        (CLEAN.encode("utf-16-be"), "utf-16-be"),
        (CLEAN.encode("utf-32"), "utf-32"),
    ],
    ids=[
        "plain",
        "BOM",
        "CRLF",
        "CR",
        "mixed line ends",
        "other order and extra column",
        "header in other case",
        "spaces",
        "rare blanks",
        "blank cells beside the table",
        "blank cells beside the header",
        "blank cells beside the rows",
        "rows of commas",
        "blank rows of another width",
        "UTF-16 little endian, with a mark",
        "UTF-16 big endian, with a mark",
        "UTF-16 little endian, without a mark",
        "UTF-16 big endian, without a mark",
        "UTF-32",
    ],
)
def test_form_of_the_file_does_not_matter(read, content, encoding):
    rows, raw = read(content)
    assert rows == [("1", "Ann", 2), ("2", "Ben", 3)]
    assert (raw.problem, raw.broken, raw.n_rows_read, raw.encoding) == (None, [], 2, encoding)


def test_latin_1_is_read_as_such(read):
    rows, raw = read("id,name\n1,Muñoz\n".encode("latin-1"))
    assert (rows, raw.encoding) == ([("1", "Muñoz", 2)], "latin-1")


@pytest.mark.parametrize("blanks", ["\n", ",\n", '"", ,\n', "\n,,,,\n"])
def test_blank_lines_over_the_header_are_passed_over_and_lines_counted(read, blanks):
    rows, raw = read(f"{blanks}id,name\n{blanks}1,Ann\n")
    assert [(*row[:2], row[2] - 2 * blanks.count("\n")) for row in rows] == [("1", "Ann", 2)]
    assert (raw.problem, raw.broken, raw.n_rows_read) == (None, [], 1)


def test_a_blank_row_keeps_the_lines_of_the_rows_below_it(read):
    rows, raw = read("id,name,more\n1,Ann,\n,,\n,,kept\n2,Ben,\n")
    assert rows == [("1", "Ann", 2), (None, None, 4), ("2", "Ben", 5)]
    assert raw.n_rows_read == 3


def test_a_value_beyond_the_header_is_no_blank_cell(read):
    rows, raw = read("id,name,\n1,Ann,,\n2,Ben,,x\n3\n")
    assert rows == [("1", "Ann", 2)]
    assert [row.line for row in raw.broken] == [3, 4]


def test_a_blank_row_of_parquet_is_none(read, tmp_path):
    pd.DataFrame({"id": ["1", None, " "], "name": ["Ann", None, None]}).to_parquet(tmp_path / "y.parquet")
    rows, raw = read((tmp_path / "y.parquet").read_bytes(), "z.parquet")
    assert (rows, raw.n_rows_read) == ([("1", "Ann", 1)], 1)


def test_utf_16_is_read_from_gzip_too(read):
    rows, raw = read(gzip.compress(CLEAN.encode("utf-16")), "x.csv.gz")
    assert (rows, raw.encoding) == ([("1", "Ann", 2), ("2", "Ben", 3)], "utf-16")


def test_a_cut_utf_16_file_is_named(read):
    rows, raw = read(CLEAN.encode("utf-16")[:-1])
    assert (rows, raw.problem) == ([], "begins as UTF-16 and does not go on so: export it as UTF-8")


def test_gzip_and_parquet(read, connection, tmp_path):
    rows, _ = read(gzip.compress(CLEAN.encode()), "x.csv.gz")
    assert rows == [("1", "Ann", 2), ("2", "Ben", 3)]
    pd.DataFrame({"id": [1, 2], "name": ["Ann", None]}).to_parquet(tmp_path / "y.parquet")
    rows, raw = read((tmp_path / "y.parquet").read_bytes(), "z.parquet")
    assert rows == [("1", "Ann", 1), ("2", None, 2)]
    assert raw.n_rows_read == 2


def test_quoted_newline_is_one_row_and_later_lines_are_right(read):
    rows, raw = read('id,name\n1,"two\nlines"\n\n2,Ben\n')
    assert rows == [("1", "two\nlines", 2), ("2", "Ben", 5)]
    assert raw.broken == []


def test_ragged_rows_are_kept_apart_with_line_and_reason(read):
    rows, raw = read("id,name\n1\n2,Ben\n3,Cy,more\n")
    assert rows == [("2", "Ben", 3)]
    assert [(b.line, b.reason) for b in raw.broken] == [
        (2, "has 1 values where the header has 2 columns"),
        (4, "has 3 values where the header has 2 columns"),
    ]
    assert raw.n_rows_read == 3


def test_stray_quote_costs_its_own_line_only(read):
    rows, raw = read('id,name\n1,"Ann\n2,Ben\n3,Cy\n')
    assert rows == [("2", "Ben", 3), ("3", "Cy", 4)]
    assert [(b.line, b.reason) for b in raw.broken] == [(2, "has a quotation mark that is never closed")]


def test_thousands_of_broken_rows_are_all_counted(read):
    rows, raw = read("id,name\n" + "1,Ann\nbroken\n" * 5_000)
    assert (len(rows), len(raw.broken), raw.n_rows_read) == (5_000, 5_000, 10_000)
    assert raw.broken[-1].line == 10_001


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty; a header line was expected"),
        (b"\n\n", "is empty; a header line was expected"),
        (b"id,name,ID\n1,a,2\n", "names a column twice: id"),
    ],
)
def test_file_without_usable_header_is_a_problem(read, content, problem):
    rows, raw = read(content)
    assert (rows, raw.problem) == ([], problem)


def test_header_alone_is_an_empty_extract(read):
    assert read("id,name\n")[1].problem is None


@pytest.mark.parametrize("name", ["broken.csv.gz", "broken.parquet"])
def test_unreadable_file_is_a_problem_not_a_crash(read, name):
    rows, raw = read(b"this is neither", name)
    assert rows == []
    assert raw.problem is not None
    assert raw.problem.startswith("cannot be read:")


def test_missing_column_is_null(read):
    rows, raw = read("id\n1\n")
    assert (rows, raw.columns) == ([("1", None, 2)], ["id"])


def test_extract_may_be_one_file_a_folder_or_both(tmp_path: Path):
    (tmp_path / "sis" / "events").mkdir(parents=True)
    for name in ("events.csv", "events/2025.csv", "events/2024.csv.gz", "events/.hidden"):
        (tmp_path / "sis" / name).touch()
    found = [path.relative_to(tmp_path).as_posix() for path in find_files(tmp_path, "sis/events")]
    assert found == ["sis/events.csv", "sis/events/2024.csv.gz", "sis/events/2025.csv"]


def test_folder_where_a_file_should_be_is_a_problem(connection, tmp_path):
    (tmp_path / "schools.csv").mkdir()
    [raw] = read_rows(connection, "rows", ["id"], [("schools.csv", tmp_path / "schools.csv")])
    assert raw.problem == "is a folder; a file was expected"
