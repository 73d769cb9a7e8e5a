"""CSV files for people: what a spreadsheet would run as a formula is text, and numbers stay numbers."""

import csv
import datetime as dt

import duckdb
import pandas as pd
import pytest

from district_platform.dictionary import TABLES


def exported(tables, folder, **columns: list) -> list[list[str]]:
    tables.write_csv(pd.DataFrame(columns), folder / "x.csv")
    with (folder / "x.csv").open(newline="") as file:
        return list(csv.reader(file))[1:]


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("http://x")']
)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(tables, tmp_path, text):
    assert exported(tables, tmp_path, reason=[text]) == [["'" + text]]


@pytest.mark.parametrize("text", ["-3.5", "+2", "-3.5 %", "-1,204", "2026-02-13", "a=b", "N-1", "Año 1", "hidden", ""])
def test_harmless_text_and_numbers_as_text_stay_as_they_are(tables, tmp_path, text):
    assert exported(tables, tmp_path, shown=[text]) == [[text]]


def test_negative_numbers_stay_numbers_and_nulls_are_empty(tables, tmp_path):
    rows = exported(tables, tmp_path, n=[-1, 2], share=[-0.5, None], label=["-x", None])
    assert rows == [["-1", "-0.5", "'-x"], ["2", "", ""]]


def test_a_table_of_the_warehouse_is_exported_in_the_order_of_its_key_under_the_same_rule(tables, tmp_path):
    notes = pd.DataFrame({"note_number": [2, 1], "message": ["=1+1", "sound"]})
    tables.replace(TABLES["delivery"], notes)
    tables.write_csv(TABLES["delivery"], tmp_path / "delivery.csv")
    assert (tmp_path / "delivery.csv").read_text() == "note_number,message\n1,sound\n2,'=1+1\n"


def test_byte_order_mark_comes_before_the_header_where_it_is_wanted(tables, tmp_path):
    tables.replace(TABLES["delivery"], pd.DataFrame({"note_number": [1], "message": ["José"]}))
    tables.write_csv(TABLES["delivery"], tmp_path / "delivery.csv", byte_order_mark=True)
    assert (tmp_path / "delivery.csv").read_bytes() == b"\xef\xbb\xbfnote_number,message\n1,Jos\xc3\xa9\n"


def test_published_days_of_a_school_stand_together(tables, tmp_path):
    """Whoever reads one school's days then skips most of the file."""
    table = TABLES["fct_student_daily_attendance"]
    stays = [("2026-1", "B"), ("2026-2", "A"), ("2026-1", "A")]
    rows = [
        {"k_student": student, "k_school": school, "school_year": 2026, "calendar_date": date}
        for date in (dt.date(2026, 2, 3), dt.date(2026, 2, 2))
        for student, school in stays
    ]
    tables.replace(table, [{**dict.fromkeys(table.columns), **row} for row in rows])
    tables.write_parquet(table, tmp_path)
    part = tmp_path / table.name / "school_year=2026" / "part.parquet"
    stored = duckdb.sql(f"select k_school, k_student, day(calendar_date) from '{part}'").fetchall()
    assert stored == sorted((school, student, day) for student, school in stays for day in (2, 3))
