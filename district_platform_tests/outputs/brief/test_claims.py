"""Every number and every claim of a brief, worked out again from the released CSVs by code that shares nothing with the brief.

More districts: `python -m benchmarks.claims --districts 100`.
"""

import csv
import datetime as dt
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from district_platform.outputs.brief import Release, write_brief
from district_platform_tests.outputs.brief.claims import errors_of
from district_platform_tests.outputs.brief.claims.pdf import elements_of
from district_platform_tests.outputs.brief.districts import district as of_eight_schools
from district_platform_tests.outputs.brief.quality_document import REPORT
from district_platform_tests.outputs.brief.random_districts import random_district

AS_OF = dt.date(2026, 2, 13)


def published(folder: Path, release: Release, as_of_date: dt.date) -> Path:
    """The brief of a release, with the release's CSVs beside it."""
    for name in Release.__dataclass_fields__:
        getattr(release, name).to_csv(folder / f"{name}.csv", index=False)
    write_brief(folder / "brief.pdf", release, REPORT, "Example", as_of_date)
    return folder / "brief.pdf"


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.whole
def test_what_the_brief_of_a_random_district_says_is_so(tmp_path: Path, seed: int) -> None:
    release, as_of_date = random_district(seed)
    assert errors_of(published(tmp_path, release, as_of_date), tmp_path, REPORT, as_of_date) == []


def test_what_the_brief_of_a_whole_run_says_is_so(district: Path) -> None:
    reports = district / "reports"
    report = json.loads((reports / "data_quality_report.json").read_text())
    as_of_date = dt.date.fromisoformat(report["as_of_date"])
    assert errors_of(reports / "policy_brief.pdf", reports / "analysis_tables", report, as_of_date) == []


@pytest.mark.parametrize("seed", [2, 3, 5, 7])
def test_a_number_stands_once_in_the_sentences_of_a_brief(tmp_path: Path, seed: int) -> None:
    """Tables and charts beside them hold it again."""
    sentences = [
        text
        for kind, text in elements_of(published(tmp_path, *random_district(seed)))
        if kind in ("P", "H1", "Caption")
    ]
    numbers = [number for text in sentences for number in set(re.findall(r"\d+\.\d+(?!\.)", text))]
    assert {number for number in numbers if numbers.count(number) > 1} == set()


@pytest.fixture(scope="module")
def eight_schools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A district whose brief says nothing that is not so."""
    folder = tmp_path_factory.mktemp("eight_schools")
    assert errors_of(published(folder, of_eight_schools(), AS_OF), folder, REPORT, AS_OF) == []
    return folder


Change = Callable[[dict[str, str]], None]


def rewritten(folder: Path, table: str, change: Change) -> None:
    """The released table, its rows changed."""
    path = folder / f"{table}.csv"
    rows = list(csv.DictReader(path.open()))
    for row in rows:
        change(row)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def moved(measure: str, by: float = 0.1, **where: str) -> Change:
    """One more in the last decimal of a measure that is told, in the rows where that holds."""

    def change(row: dict[str, str]) -> None:
        if row[measure] and all(row[column] == value for column, value in where.items()):
            display = row[f"{measure}_display"]
            unit = " %" if display.endswith(" %") else ""
            value = float(row[measure]) + by
            row[measure] = str(value)
            row[f"{measure}_display"] = f"{float(display.removesuffix(' %')) + by:.{1 if '.' in display else 0}f}{unit}"

    return change


def hidden(measure: str, **where: str) -> Change:
    def change(row: dict[str, str]) -> None:
        if all(row[column] == value for column, value in where.items()):
            row[measure], row[f"{measure}_display"] = "", "hidden (fewer than 10)"

    return change


FALSE = [
    ("chronic_absence", moved("pct_chronically_absent", aggregation="District"), "Chronically absent, %"),
    ("chronic_absence", moved("pct_chronically_absent", school_name="Cedar High School"), "Cedar High School"),
    (
        "chronic_absence",
        moved("pct_chronically_absent", subgroup_dimension="English learner"),
        "of English learners",
    ),
    ("equity_gaps", moved("pct_proficient_gap", subgroup_dimension="English learner"), "points | between"),
    ("equity_gaps", moved("pct_proficient_gap", by=60.0), "are behind other students"),
    ("equity_gaps", moved("pct_proficient_gap_ci_high", by=30.0), "larger than chance would explain"),
    ("equity_gaps", moved("hedges_g", by=0.1), "Effect size"),
    ("equity_gaps", hidden("pct_proficient_gap", subgroup_dimension="Sex"), "gaps are hidden"),
    ("enrollment_summary", moved("n_students_census", by=1, aggregation="District"), "enrolled"),
    ("staffing_ratios", moved("students_per_teacher_fte", aggregation="Level"), "Middle schools"),
    (
        "staffing_ratios",
        moved("students_per_teacher_fte", by=-20.0, aggregation="School"),
        "probably wrong on record",
    ),
    ("school_comparison", moved("pct_proficient_math", school_name="Franklin High School"), "Franklin High School"),
    (
        "school_comparison",
        moved("pct_proficient_math", by=-40.0, school_name="Franklin High School"),
        "Bring the math teams",
    ),
    (
        "school_comparison",
        hidden("pct_proficient_math", school_name="Franklin High School"),
        "Bring the math teams",
    ),
    ("program_evaluation", moved("did_estimate", by=0.1), "participants of Reading Tutoring gained"),
    ("student_growth", moved("mean_growth_percentile"), "percentile 59.0"),
    ("attendance_trend", moved("pct_attendance", weekday="Friday"), "Attendance is clearly lower on Fridays"),
]
"""Tables, what is changed in them after the brief, and words of the sentence that is untrue then."""


@pytest.mark.parametrize(
    ("table", "change", "of"),
    [*FALSE[:5], *(pytest.param(*false, marks=pytest.mark.whole) for false in FALSE[5:])],
)
def test_a_figure_that_is_not_what_was_released_is_found(
    tmp_path: Path, eight_schools: Path, table: str, change: Change, of: str
) -> None:
    """The brief is of a district whose tables are changed afterwards: what it says is then untrue, and the reader must see it."""
    shutil.copytree(eight_schools, tmp_path, dirs_exist_ok=True)
    rewritten(tmp_path, table, change)
    assert any(of in error for error in errors_of(tmp_path / "brief.pdf", tmp_path, REPORT, AS_OF))
