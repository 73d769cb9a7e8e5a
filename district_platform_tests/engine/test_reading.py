"""Reading files as districts deliver them: no row is lost, and each knows its line."""

import gzip
import time
import tracemalloc
from pathlib import Path

import pandas as pd
import pytest

from district_platform.engine import raw_files, reading
from district_platform.engine.deliveries import find_files
from district_platform.engine.reading import read_rows

CLEAN = "id,name\n1,Ann\n2,Ben\n"


@pytest.fixture
def read(tables, tmp_path):
    """Reads one file's bytes; returns the rows (values, line) and what was found about the file."""

    def _read(content: bytes | str, name: str = "x.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        [raw] = read_rows(tables, "rows", ["id", "name"], [(name, path)])
        return tables.connection.execute("select id, name, _line from rows order by _line").fetchall(), raw

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
        ("id,name\n1\u2003,\u3000Ann\n2,Ben\n\u2003,\u2003\n", "utf-8"),
        ("id,name\n1\u2003,\tAnn\n2,Ben\n\u2003,\u2003\n", "utf-8"),
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
        "wide blanks, and a row of nothing else",
        "wide blanks beside rare ones",
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


def test_gzip_and_parquet(read, tables, tmp_path):
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


def test_folder_where_a_file_should_be_is_a_problem(tables, tmp_path):
    (tmp_path / "schools.csv").mkdir()
    [raw] = read_rows(tables, "rows", ["id"], [("schools.csv", tmp_path / "schools.csv")])
    assert raw.problem == "is a folder; a file was expected"


UNREADABLE_HEADER = "has a header that cannot be read: its line "


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ('id,"name\n1,Ann\n', UNREADABLE_HEADER + "has a quotation mark that is never closed"),
        (
            f'id,name,"{"x" * 140_000}"\n1,Ann,x\n',
            UNREADABLE_HEADER + "has a value of more than 131,072 characters, or a quotation mark that is never closed",
        ),
        ("id,name," + "x" * 2_000_001 + "\n1,Ann,x\n", UNREADABLE_HEADER + "is longer than 2,000,000 characters"),
        (
            'id,"name"x\n1,Ann\n',
            UNREADABLE_HEADER + "has text after a closing quotation mark; one inside a value must be doubled",
        ),
        ("id,na\0me\n1,Ann\n", "has a NUL byte in its header: it is no text file, or was damaged on the way"),
        (b"\0" * 10_000, "has a NUL byte in its header: it is no text file, or was damaged on the way"),
        (
            ",".join(f"c{n % 50}" for n in range(100)),
            "names a column twice: c0, c1, c10, c11, c12, c13, c14, c15, c16, c17 and 40 more",
        ),
    ],
    ids=["unclosed quote", "cell over the limit", "line over the limit", "stray quote", "NUL", "only NUL", "repeated"],
)
def test_a_header_that_cannot_be_one_is_one_sentence(read, content, problem):
    rows, raw = read(content)
    assert (rows, raw.problem, raw.n_rows_read) == ([], problem, 0)


def test_a_header_may_break_a_line_inside_quotes(read):
    rows, raw = read('id,name,"more\nwords"\n1,Ann,x\n')
    assert (rows, raw.columns) == ([("1", "Ann", 3)], ["id", "name", "more\nwords"])


def test_one_line_that_is_too_long_costs_that_line(read):
    rows, raw = read("id,name\n1,Ann\n2," + "x" * 5_000_000 + "\n3,Cat\n")
    assert rows == [("1", "Ann", 2), ("3", "Cat", 4)]
    assert [(b.line, b.reason) for b in raw.broken] == [(3, "is longer than 2,000,000 characters")]


@pytest.mark.parametrize("ending", [".csv", ".csv.gz", ".parquet"])
def test_a_file_that_holds_more_than_is_allowed_is_refused_by_name(tables, tmp_path, ending):
    """100,000 rows of 12 bytes: of the same text, the gzip file has 3 % and the Parquet file, by its dictionary, less."""
    path = tmp_path / f"x{ending}"
    if ending == ".parquet":
        pd.DataFrame({"id": ["12345"] * 100_000, "name": ["Ann"] * 100_000}).to_parquet(path)
    else:
        content = b"id,name\n" + b"12345,Ann  \n" * 100_000
        path.write_bytes(gzip.compress(content) if ending.endswith("gz") else content)
    [refused] = read_rows(tables, "rows", ["id", "name"], [(path.name, path)], most_bytes=900_000)
    assert refused.problem == (
        "holds more than 0.0009 GB of text: deliver it in parts, a file a year, or raise max_file_gb under [sources]"
    )
    [read] = read_rows(tables, "rows", ["id", "name"], [(path.name, path)], most_bytes=1_300_000)
    assert (read.problem, read.n_rows) == (None, 100_000)


def test_rows_that_cannot_be_told_apart_end_the_file_when_there_is_no_end_of_them(read, monkeypatch):
    monkeypatch.setattr(reading, "MOST_BROKEN", 3)
    rows, raw = read("id,name\n1,Ann\n" + "2\n" * 4)
    assert (rows, raw.n_rows_read, raw.broken) == ([], 0, [])
    assert raw.problem == (
        "has more than 3 rows that cannot be told apart: the first, on line 3, has 1 values where the header has 2 columns"
    )


def test_a_large_file_with_one_ragged_line_is_never_in_memory_as_a_whole(tables, tmp_path):
    """20 MB of text, read record by record: Python holds a batch of what is wanted of it."""
    path = tmp_path / "x.csv"
    path.write_text("id,name,note\n" + ("1,Ann," + "x" * 2_000 + "\n") * 10_000 + "2\n")
    tracemalloc.start()
    [raw] = read_rows(tables, "rows", ["id", "name"], [("x.csv", path)])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (raw.n_rows, [b.line for b in raw.broken]) == (10_000, [10_002])
    assert peak < 8_000_000


@pytest.mark.parametrize("ragged", ["", "1,2\n"], ids=["clean", "with a ragged line"])
def test_twenty_thousand_columns_more_cost_no_more_than_their_text(read, ragged):
    extra = [f"extra_{n}" for n in range(20_000)]
    content = ",".join(["id", *extra, "name"]) + "\n" + ",".join(["1", *["x"] * 20_000, "Ann"]) + "\n"
    started = time.process_time()
    rows, _ = read(content + ragged)
    assert rows == [("1", "Ann", 2)]
    assert time.process_time() - started < 3


@pytest.mark.parametrize("ending", [".csv", ".csv.gz", ".parquet", "ragged.csv"])
def test_a_row_over_and_over_is_one_sentence(tables, tmp_path, monkeypatch, ending):
    """50,000,000 rows of a dictionary's one entry were 10 GB on the way to 49,999,999 findings; they are 1 MB of Parquet."""
    monkeypatch.setattr(raw_files, "MANY_ROWS", 1_000)
    path = tmp_path / f"x{ending}"
    if ending == ".parquet":
        pd.DataFrame({"id": ["1"] * 2_000, "name": ["Ann"] * 2_000}).to_parquet(path)
    else:
        content = b"id,name\n" + b"1,Ann\n" * 2_000 + (b"2\n" if ending.startswith("ragged") else b"")
        path.write_bytes(gzip.compress(content) if ending.endswith("gz") else content)
    [raw] = read_rows(tables, "rows", ["id", "name"], [(path.name, path)])
    assert (raw.problem, raw.n_rows_read) == ("repeats its rows: of the first 1,000, about 1 differ. Export it anew", 0)
    assert tables.connection.execute("select count(*) from rows").fetchall() == [(0,)]


def test_many_rows_that_differ_are_read(tables, tmp_path, monkeypatch):
    monkeypatch.setattr(raw_files, "MANY_ROWS", 1_000)
    path = tmp_path / "x.csv"
    path.write_text("id,name\n" + "".join(f"{n},Ann\n" for n in range(2_000)))
    [raw] = read_rows(tables, "rows", ["id", "name"], [(path.name, path)])
    assert (raw.problem, raw.n_rows) == (None, 2_000)
