"""Reading the release into `Facts`. Which figures matter is decided in `findings`, how they read in `wording`."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd

from district_platform.analysis.grouping import DISTRICT, LEVEL, SCHOOL
from district_platform.analysis.schools import COMPARED_SUBJECTS
from district_platform.dictionary.assessments import ADMINISTRATIONS
from district_platform.dictionary.schools import GRADE_LEVELS, SCHOOL_LEVELS, school_year_of
from district_platform.dictionary.students import NOT_REPORTED
from district_platform.dimensions.students import ALL_STUDENTS, GRADE, NO, SUBGROUPS
from district_platform.metrics.comparisons import Rate
from district_platform.outputs.brief.attendance import Absence, read_absence, school_rates
from district_platform.outputs.brief.facts import (
    EnrolledGroup,
    Enrollment,
    Facts,
    Results,
    SchoolFacts,
    Staffing,
    SubjectResult,
    census_of,
)
from district_platform.outputs.brief.gaps import gaps_in, group_name
from district_platform.outputs.brief.growth import read_growth
from district_platform.outputs.brief.programs import read_programs
from district_platform.outputs.brief.reconciliation import read_other_reading
from district_platform.outputs.brief.release import Release, figure, number, records, whole
from district_platform.settings import Quality


def read_facts(release: Release, quality: Quality, as_of_date: dt.date) -> Facts:
    """The facts of a release, as seen on a day."""
    year = _running_year(release, as_of_date)
    results = _results(release.student_performance, release.equity_gaps)
    absence = read_absence(release.chronic_absence, release.attendance_trend, as_of_date)
    staff = release.staffing_ratios
    return Facts(
        year=year,
        enrollment=_enrollment(release.enrollment_summary, year, quality, as_of_date),
        results=results,
        has_results=not release.student_performance.empty,
        absence=absence,
        other_reading=read_other_reading(release.reconciliation_summary, absence.year) if absence else None,
        has_attendance=not release.chronic_absence.empty,
        staffing=_staffing(staff, quality),
        has_staff=not staff.empty and any(number(value) for value in staff["teacher_fte"]),
        programs=read_programs(release.program_evaluation),
        growth=read_growth(release.student_growth),
        schools=_schools(release, year, results, absence),
    )


def _running_year(release: Release, as_of_date: dt.date) -> int:
    for table in (release.enrollment_summary, release.school_comparison):
        if not table.empty:
            return int(table["school_year"].max())
    return school_year_of(as_of_date)


def _enrollment(rows: pd.DataFrame, year: int, quality: Quality, as_of_date: dt.date) -> Enrollment:
    of_all = records(rows, aggregation=DISTRICT, subgroup_dimension=ALL_STUDENTS)
    everyone = {int(record["school_year"]): record for record in of_all}
    census = {of_year: whole(record["n_students_census"]) for of_year, record in everyone.items()}
    now = everyone.get(year, {})
    of_district = records(rows, aggregation=DISTRICT, school_year=year)
    grades = {str(r["subgroup_value"]): whole(r["n_students"]) for r in of_district if r["subgroup_dimension"] == GRADE}
    is_before_census = as_of_date < census_of(year, quality)
    return Enrollment(
        n_students=whole(now.get("n_students")),
        n_census=census.get(year),
        n_census_before=census.get(year - 1),
        n_entered_late=whole(now.get("n_entered_late")),
        n_exited_early=whole(now.get("n_exited_early")),
        by_year=tuple((y, n) for y, n in sorted(census.items()) if n and not (is_before_census and y == year)),
        by_grade=tuple((grade, n) for grade in GRADE_LEVELS if (n := grades.get(grade))),
        groups=tuple(_group(record) for record in sorted(of_district, key=_group_order) if _is_group(record)),
        is_hidden=bool(now) and whole(now.get("n_students")) is None,
        is_before_census=is_before_census,
    )


def _is_group(record: dict[str, Any]) -> bool:
    """Whether a list of groups names it: neither everyone, nor a grade, nor those outside a group or not known to be in it."""
    is_listed = record["subgroup_dimension"] not in (ALL_STUDENTS, GRADE)
    return is_listed and record["subgroup_value"] not in (NO, NOT_REPORTED)


def _group_order(record: dict[str, Any]) -> tuple[int, int]:
    dimension, value = str(record["subgroup_dimension"]), str(record["subgroup_value"])
    return list(SUBGROUPS).index(dimension), SUBGROUPS[dimension].index(value)


def _group(record: dict[str, Any]) -> EnrolledGroup:
    return EnrolledGroup(
        dimension=str(record["subgroup_dimension"]),
        name=group_name(str(record["subgroup_dimension"]), str(record["subgroup_value"])),
        n_students=figure(record, "n_students"),
        share=figure(record, "pct_of_students"),
        change=figure(record, "n_students_change"),
        n_entered_late=figure(record, "n_entered_late"),
        n_exited_early=figure(record, "n_exited_early"),
    )


def _results(rows: pd.DataFrame, equity_gaps: pd.DataFrame) -> Results | None:
    """Of the latest year, and of its latest administration, in which any rate of the whole district was released."""
    released = [
        record
        for record in records(rows, aggregation=DISTRICT, subgroup_dimension=ALL_STUDENTS)
        if number(record["pct_proficient"]) is not None and whole(record["n_tested"])
    ]
    if not released:
        return None
    latest = max(released, key=_taken)
    year, administration = int(latest["school_year"]), str(latest["administration"])
    current = [record for record in released if _taken(record) == _taken(latest)]
    subjects = sorted((_subject(record, released) for record in current), key=lambda result: _order(result.subject))
    spoken_of = {s.subject for s in subjects if s.subject in COMPARED_SUBJECTS} or {s.subject for s in subjects}
    gaps = records(equity_gaps, aggregation=DISTRICT, school_year=year, administration=administration)
    return Results(year, administration, tuple(subjects), gaps_in(gap for gap in gaps if gap["subject"] in spoken_of))


def _taken(record: dict[str, Any]) -> tuple[int, int]:
    return int(record["school_year"]), ADMINISTRATIONS.index(record["administration"])


def _order(subject: str) -> tuple[int, str]:
    return (COMPARED_SUBJECTS.index(subject) if subject in COMPARED_SUBJECTS else len(COMPARED_SUBJECTS), subject)


def _subject(record: dict[str, Any], released: list[dict[str, Any]]) -> SubjectResult:
    now = Rate(float(record["pct_proficient"]), int(record["n_tested"]))
    change, n_before = number(record["pct_proficient_change"]), whole(record["n_tested_before"])
    same = [r for r in released if (r["subject"], r["administration"]) == (record["subject"], record["administration"])]
    trend = sorted((int(r["school_year"]), float(r["pct_proficient"])) for r in same)
    before = Rate(now.pct - change, n_before) if change is not None and n_before else None
    return SubjectResult(str(record["subject"]), now, before, tuple(trend))


def _staffing(rows: pd.DataFrame, quality: Quality) -> Staffing | None:
    whole_district = [record for record in records(rows, aggregation=DISTRICT) if _ratio(record) is not None]
    if not whole_district:
        return None
    latest = max(whole_district, key=lambda record: int(record["school_year"]))
    year = int(latest["school_year"])
    schools = records(rows, aggregation=SCHOOL, school_year=year)
    ratios = [(str(record["school_name"]), ratio) for record in schools if (ratio := _ratio(record)) is not None]
    levels = {
        str(r["school_level"]): (float(r["teacher_fte"]), ratio)
        for r in records(rows, aggregation=LEVEL, school_year=year)
        if (ratio := _ratio(r)) is not None
    }
    low, high = float(quality.ratio_low), float(quality.ratio_high)
    outside = [(name, ratio) for name, ratio in ratios if not low <= ratio <= high]
    return Staffing(
        year=year,
        ratio=_ratio(latest) or 0.0,
        ratio_change=number(latest["students_per_teacher_fte_change"]),
        teacher_fte=float(latest["teacher_fte"]),
        n_teachers=int(latest["n_teachers"]),
        english_learners=number(latest["english_learners_per_teacher_fte"]),
        with_disability=number(latest["students_with_disability_per_teacher_fte"]),
        certified=number(latest["pct_teachers_fully_certified"]),
        by_level=tuple((level, *levels[level]) for level in SCHOOL_LEVELS if level in levels),
        n_schools=len(ratios),
        outside=tuple(sorted(outside, key=lambda school: (-max(low - school[1], school[1] - high), school[0]))),
        without_teachers=tuple(sorted(str(r["school_name"]) for r in schools if number(r["teacher_fte"]) == 0)),
    )


def _ratio(record: dict[str, Any]) -> float | None:
    return number(record["students_per_teacher_fte"])


def _schools(release: Release, year: int, results: Results | None, absence: Absence | None) -> tuple[SchoolFacts, ...]:
    rows = release.school_comparison
    tested = {str(r["k_school"]): r for r in records(rows, school_year=results.year)} if results else {}
    enrolled = records(
        release.enrollment_summary, aggregation=SCHOOL, subgroup_dimension=ALL_STUDENTS, school_year=year
    )
    moves = {str(record["k_school"]): record for record in enrolled}
    absent = school_rates(release.chronic_absence, absence.year) if absence else {}
    subjects = [
        subject for subject in COMPARED_SUBJECTS if results and subject in {s.subject for s in results.subjects}
    ]
    return tuple(
        _school(record, tested.get(k_school, {}), moves.get(k_school, {}), absent.get(k_school, {}), subjects)
        for record in records(rows, school_year=year)
        if (k_school := str(record["k_school"]))
    )


def _school(
    record: dict[str, Any],
    tested: dict[str, Any],
    moves: dict[str, Any],
    absent: dict[str, Any],
    subjects: Sequence[str],
) -> SchoolFacts:
    proficiency = {subject: figure(tested, f"pct_proficient_{subject.lower()}") for subject in subjects}
    sizes = {subject: whole(tested.get(f"n_tested_{subject.lower()}")) for subject in subjects}
    return SchoolFacts(
        k_school=str(record["k_school"]),
        name=str(record["school_name"]),
        level=str(record["school_level"]) if isinstance(record["school_level"], str) else "",
        n_students=figure(record, "n_students"),
        n_students_change=figure(record, "n_students_change"),
        ratio=figure(record, "students_per_teacher_fte"),
        n_entered_late=figure(moves, "n_entered_late"),
        n_exited_early=figure(moves, "n_exited_early"),
        chronic_absence=figure(absent, "pct_chronically_absent"),
        proficiency=proficiency,
        proficiency_change={s: figure(tested, f"pct_proficient_{s.lower()}_change") for s in subjects},
        rates={s: Rate(f.value, n) for s, f in proficiency.items() if f.value is not None and (n := sizes[s])},
    )
