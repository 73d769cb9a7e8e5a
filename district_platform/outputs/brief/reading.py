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
from district_platform.outputs.brief.absence import RATE, Absence, of_district, read_absence, school_rates
from district_platform.outputs.brief.facts import (
    EnrolledGroup,
    Enrollment,
    Facts,
    Latest,
    Results,
    SchoolFacts,
    Staffing,
    SubjectResult,
    census_of,
)
from district_platform.outputs.brief.gaps import gaps_in, group_name, withheld_gaps
from district_platform.outputs.brief.growth import read_growth
from district_platform.outputs.brief.programs import read_programs
from district_platform.outputs.brief.reconciliation import read_other_reading
from district_platform.outputs.brief.release import Figure, Release, State, basis, figure, number, records
from district_platform.outputs.brief.sizes import Sizes, read_sizes
from district_platform.outputs.brief.years import read_years
from district_platform.settings import Quality

PROFICIENT, RATIO = "pct_proficient", "students_per_teacher_fte"
LEFT_OUT = "n_schools_left_out"


def read_facts(release: Release, quality: Quality, as_of_date: dt.date) -> Facts:
    """The facts of a release, as seen on a day."""
    year = _running_year(release, as_of_date)
    sizes = read_sizes(release.enrollment_summary)
    enrollment = _enrollment(release.enrollment_summary, year, quality, as_of_date)
    results = _results(release, sizes)
    grades = [grade for grade, _ in enrollment.by_grade]
    absence = read_absence(release.chronic_absence, release.attendance_trend, grades, sizes, as_of_date)
    return Facts(
        year=year,
        enrollment=enrollment,
        results=results,
        absence=absence,
        other_reading=read_other_reading(release.reconciliation_summary, absence.year) if absence else None,
        staffing=_staffing(release.staffing_ratios, quality),
        latest=_latest(release),
        programs=read_programs(release.program_evaluation),
        growth=read_growth(release.student_growth),
        schools=_schools(release, year, results, absence, sizes),
        years=read_years(release, results, quality, as_of_date),
    )


def _running_year(release: Release, as_of_date: dt.date) -> int:
    for table in (release.enrollment_summary, release.school_comparison):
        if not table.empty:
            return int(table["school_year"].max())
    return school_year_of(as_of_date)


def _latest(release: Release) -> Latest:
    staff, of_all = release.staffing_ratios, {"aggregation": DISTRICT, "subgroup_dimension": ALL_STUDENTS}
    absent = _last(of_district(release.chronic_absence), RATE, "pct_attendance")
    return Latest(
        proficiency=figure(_last(records(release.student_performance, **of_all), PROFICIENT), PROFICIENT),
        chronic_absence=figure(absent, RATE),
        attendance=figure(absent, "pct_attendance"),
        ratio=figure(_last(records(staff, aggregation=DISTRICT), RATIO), RATIO),
        n_schools_left_out=figure(_last(records(staff, aggregation=DISTRICT), LEFT_OUT), LEFT_OUT),
        has_teachers=not staff.empty and any(number(value) for value in staff["teacher_fte"]),
    )


def _last(rows: Sequence[dict[str, Any]], *measures: str) -> dict[str, Any]:
    """The latest row that has any of these figures, told or not; else an empty one."""
    known = [row for row in rows if any(figure(row, measure).state is not State.NONE for measure in measures)]
    return max(known, key=lambda row: int(row["school_year"]), default={})


def _enrollment(rows: pd.DataFrame, year: int, quality: Quality, as_of_date: dt.date) -> Enrollment:
    everyone = {int(r["school_year"]): r for r in records(rows, aggregation=DISTRICT, subgroup_dimension=ALL_STUDENTS)}
    is_before_census = as_of_date < census_of(year, quality)
    measure = "n_students" if is_before_census else "n_students_census"
    of_district = records(rows, aggregation=DISTRICT, school_year=year)
    grades = {str(r["subgroup_value"]): figure(r, measure) for r in of_district if r["subgroup_dimension"] == GRADE}
    now = everyone.get(year, {})
    return Enrollment(
        n_census=figure(now, measure),
        n_census_before=Figure() if is_before_census else figure(everyone.get(year - 1, {}), measure),
        n_entered_late=figure(now, "n_entered_late"),
        n_exited_early=figure(now, "n_exited_early"),
        by_year=tuple(
            (of, figure(row, "n_students_census"))
            for of, row in sorted(everyone.items())
            if not (is_before_census and of == year)
        ),
        by_grade=tuple((grade, grades[grade]) for grade in GRADE_LEVELS if grade in grades),
        groups=tuple(_group(r, measure) for r in sorted(of_district, key=_group_order) if _is_group(r)),
        is_before_census=is_before_census,
    )


def _is_group(record: dict[str, Any]) -> bool:
    """Whether a list of groups names it: neither everyone, nor a grade, nor those outside a group or not known to be in it."""
    is_listed = record["subgroup_dimension"] not in (ALL_STUDENTS, GRADE)
    return is_listed and record["subgroup_value"] not in (NO, NOT_REPORTED)


def _group_order(record: dict[str, Any]) -> tuple[int, int]:
    dimension, value = str(record["subgroup_dimension"]), str(record["subgroup_value"])
    return list(SUBGROUPS).index(dimension), SUBGROUPS[dimension].index(value)


def _group(record: dict[str, Any], measure: str) -> EnrolledGroup:
    dimension, value = str(record["subgroup_dimension"]), str(record["subgroup_value"])
    return EnrolledGroup(
        dimension=dimension,
        name=group_name(dimension, value),
        n_students=figure(record, measure),
        share=figure(record, "pct_of_students"),
    )


def _results(release: Release, sizes: Sizes) -> Results | None:
    """Of the latest year, and of its latest administration, in which any rate of the whole district is told."""
    rows, equity_gaps = release.student_performance, release.equity_gaps
    of_all = records(rows, aggregation=DISTRICT, subgroup_dimension=ALL_STUDENTS)
    told = [record for record in of_all if figure(record, PROFICIENT).is_told]
    if not told:
        return None
    latest = max((r for r in told if r["subject"] in COMPARED_SUBJECTS), key=_taken, default=max(told, key=_taken))
    year, administration = int(latest["school_year"]), str(latest["administration"])
    current = [record for record in told if _taken(record) == _taken(latest)]
    subjects = sorted(
        (_subject(record, of_all, release.assessment_participation, sizes) for record in current),
        key=lambda result: _order(result.subject),
    )
    spoken_of = {s.subject for s in subjects if s.subject in COMPARED_SUBJECTS} or {s.subject for s in subjects}
    gaps = records(equity_gaps, aggregation=DISTRICT, school_year=year, administration=administration)
    of_subjects = [gap for gap in gaps if gap["subject"] in spoken_of]
    given = {str(record["administration"]) for record in of_all}
    given_in_order = tuple(name for name in ADMINISTRATIONS if name in given)
    return Results(
        year, administration, given_in_order, tuple(subjects), gaps_in(of_subjects), withheld_gaps(of_subjects)
    )


def _taken(record: dict[str, Any]) -> tuple[int, int]:
    return int(record["school_year"]), ADMINISTRATIONS.index(record["administration"])


def _order(subject: str) -> tuple[int, str]:
    return (COMPARED_SUBJECTS.index(subject) if subject in COMPARED_SUBJECTS else len(COMPARED_SUBJECTS), subject)


def _subject(
    record: dict[str, Any], of_all: list[dict[str, Any]], participation: pd.DataFrame, sizes: Sizes
) -> SubjectResult:
    now = figure(record, PROFICIENT)
    same = [r for r in of_all if (r["subject"], r["administration"]) == (record["subject"], record["administration"])]
    until = [r for r in same if int(r["school_year"]) <= int(record["school_year"])]
    return SubjectResult(
        subject=str(record["subject"]),
        now=now,
        rate=sizes.rate(now, record["n_tested"], record, of_tested=True),
        change=figure(record, f"{PROFICIENT}_change"),
        change_basis=basis(record),
        trend=tuple(
            sorted(((int(r["school_year"]), figure(r, PROFICIENT)) for r in until), key=lambda point: point[0])
        ),
        participation=_tested(participation, record),
    )


def _tested(participation: pd.DataFrame, record: dict[str, Any]) -> Figure:
    """Percent of the students enrolled in tested grades who were tested in the subject."""
    same = {name: record[name] for name in ("school_year", "administration", "subject")}
    rows = records(participation, aggregation=DISTRICT, subgroup_dimension=ALL_STUDENTS, **same)
    return figure(rows[0], "pct_participation") if rows else Figure()


def _staffing(rows: pd.DataFrame, quality: Quality) -> Staffing | None:
    told = [record for record in records(rows, aggregation=DISTRICT) if figure(record, RATIO).is_told]
    if not told:
        return None
    latest = max(told, key=lambda record: int(record["school_year"]))
    year = int(latest["school_year"])
    schools = records(rows, aggregation=SCHOOL, school_year=year)
    levels = {str(r["school_level"]): r for r in records(rows, aggregation=LEVEL, school_year=year)}
    return Staffing(
        year=year,
        ratio=figure(latest, RATIO),
        change=figure(latest, f"{RATIO}_change"),
        teacher_fte=figure(latest, "teacher_fte"),
        english_learners=figure(latest, "english_learners_per_teacher_fte"),
        with_disability=figure(latest, "students_with_disability_per_teacher_fte"),
        certified=figure(latest, "pct_teachers_fully_certified"),
        by_level=tuple(
            (level, _compared_fte(levels[level]), figure(levels[level], RATIO))
            for level in SCHOOL_LEVELS
            if level in levels
        ),
        federal=figure(latest, f"{RATIO}_ccd"),
        n_schools_left_out=figure(latest, LEFT_OUT),
        pct_students_left_out=figure(latest, "pct_students_left_out"),
        outside=_outside(schools, float(quality.ratio_low), float(quality.ratio_high)),
        without_teachers=tuple(sorted(str(r["school_name"]) for r in schools if number(r["teacher_fte"]) == 0)),
    )


def _compared_fte(row: dict[str, Any]) -> Figure:
    """The FTE that the ratio takes; in a table without that column, all of it."""
    compared = figure(row, "compared_teacher_fte")
    return compared if compared.state is not State.NONE else figure(row, "teacher_fte")


def _outside(schools: Sequence[dict[str, Any]], low: float, high: float) -> tuple[tuple[str, Figure], ...]:
    ratios = [
        (str(record["school_name"]), ratio, ratio.value or 0.0)
        for record in schools
        if (ratio := figure(record, RATIO)).is_told
    ]
    outside = sorted(
        (-max(low - value, value - high), name, ratio) for name, ratio, value in ratios if not low <= value <= high
    )
    return tuple((name, ratio) for _, name, ratio in outside)


def _schools(
    release: Release, year: int, results: Results | None, absence: Absence | None, sizes: Sizes
) -> tuple[SchoolFacts, ...]:
    rows = release.school_comparison
    tested = {str(r["k_school"]): r for r in records(rows, school_year=results.year)} if results else {}
    absent = school_rates(release.chronic_absence, absence.year) if absence else {}
    subjects = [
        subject for subject in COMPARED_SUBJECTS if results and subject in {s.subject for s in results.subjects}
    ]
    return tuple(
        _school(record, tested.get(k_school, {}), absent.get(k_school, {}), subjects, sizes)
        for record in records(rows, school_year=year)
        if (k_school := str(record["k_school"]))
    )


def _school(
    record: dict[str, Any], tested: dict[str, Any], absent: dict[str, Any], subjects: Sequence[str], sizes: Sizes
) -> SchoolFacts:
    proficiency = {subject: figure(tested, f"pct_proficient_{subject.lower()}") for subject in subjects}
    rates = {
        subject: sizes.rate(told, tested.get(f"n_tested_{subject.lower()}"), tested or record, of_tested=True)
        for subject, told in proficiency.items()
    }
    return SchoolFacts(
        k_school=str(record["k_school"]),
        name=str(record["school_name"]),
        level=str(record["school_level"]) if isinstance(record["school_level"], str) else "",
        n_students=figure(record, "n_students_census"),
        ratio=figure(record, RATIO),
        has_teachers=bool(number(record.get("teacher_fte"))),
        chronic_absence=figure(absent, RATE),
        proficiency=proficiency,
        proficiency_change={s: figure(tested, f"pct_proficient_{s.lower()}_change") for s in subjects},
        rates={subject: rate for subject, rate in rates.items() if rate},
    )
