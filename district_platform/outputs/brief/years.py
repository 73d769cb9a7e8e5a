"""The district over the years: one column for each school year, three at most."""

import datetime as dt
from typing import Any

import pandas as pd

from district_platform.analysis.grouping import DISTRICT
from district_platform.analysis.schools import COMPARED_SUBJECTS
from district_platform.dimensions.students import ALL_STUDENTS
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.absence import RATE, of_district
from district_platform.outputs.brief.facts import Results, YearOfDistrict, census_of
from district_platform.outputs.brief.release import Figure, Release, figure, records
from district_platform.settings import Quality

MOST_YEARS = 3


def read_years(
    release: Release, results: Results | None, quality: Quality, as_of_date: dt.date
) -> tuple[YearOfDistrict, ...]:
    """The latest years with any figure told."""
    enrolled = _by_year(records(release.enrollment_summary, aggregation=DISTRICT, subgroup_dimension=ALL_STUDENTS))
    absent, staffed = _by_year(of_district(release.chronic_absence)), _by_year(_of_staff(release.staffing_ratios))
    tested = {
        subject: _by_year(_tested(release.student_performance, subject, results)) for subject in _subjects(results)
    }
    years = sorted({*enrolled, *absent, *staffed, *(year for rows in tested.values() for year in rows)})[-MOST_YEARS:]
    on = w.day_of_year(quality.census_month, quality.census_day)
    found = [
        YearOfDistrict(
            year=year,
            is_running=as_of_date < dt.date(year, 7, 1),
            figures={
                f"Enrolled on {on}": Figure()
                if as_of_date < census_of(year, quality)
                else figure(enrolled.get(year, {}), "n_students_census"),
                "Attendance, %": figure(absent.get(year, {}), "pct_attendance"),
                "Chronically absent, %": figure(absent.get(year, {}), RATE),
                "Absent, federal count, %": figure(absent.get(year, {}), f"{RATE}_federal"),
                **{
                    f"Proficient in {w.subject(s)}, %": figure(rows.get(year, {}), "pct_proficient")
                    for s, rows in tested.items()
                },
                "Students per teacher": figure(staffed.get(year, {}), "students_per_teacher_fte"),
                "Per teacher, federal count": figure(staffed.get(year, {}), "students_per_teacher_fte_ccd"),
            },
        )
        for year in years
    ]
    return tuple(year for year in found if any(told.is_told for told in year.figures.values()))


def _by_year(rows: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    return {int(row["school_year"]): row for row in rows}


def _of_staff(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return records(rows, aggregation=DISTRICT)


def _subjects(results: Results | None) -> list[str]:
    told = [result.subject for result in results.subjects] if results else []
    return [subject for subject in told if subject in COMPARED_SUBJECTS] or told[:2]


def _tested(rows: pd.DataFrame, subject: str, results: Results | None) -> list[dict[str, Any]]:
    """Of the administration that the brief speaks of: another season is another level."""
    administration = results.administration if results else ""
    return records(
        rows, aggregation=DISTRICT, subgroup_dimension=ALL_STUDENTS, subject=subject, administration=administration
    )
