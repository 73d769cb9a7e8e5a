"""Single rows of released tables, as a test of findings shows them, and the facts that a brief reads from them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd

from district_platform.outputs.brief.facts import Facts, Policy
from district_platform.outputs.brief.reading import read_facts
from district_platform.outputs.brief.release import Release
from district_platform_tests.outputs.brief.districts import released

AS_OF = dt.date(2026, 2, 13)
POLICY = Policy()


def result(group: str, n: int, pct: float, **more: Any) -> dict[str, Any]:
    """A row of the district's Math results; `group` is 'dimension-value'."""
    dimension, value = group.split("-")
    row = {
        "school_year": 2026,
        "aggregation": "District",
        "subject": "Math",
        "administration": "Winter",
        "k_subgroup": group,
        "subgroup_dimension": dimension,
        "subgroup_value": value,
        "n_tested": n,
        "pct_proficient": pct,
    }
    return {**row, **more}


def enrolled(year: int, n: int, **more: Any) -> dict[str, Any]:
    """A row of all students of the district, all of them there on the census date."""
    row = {
        "school_year": year,
        "aggregation": "District",
        "k_subgroup": "All students-All students",
        "subgroup_dimension": "All students",
        "subgroup_value": "All students",
        "n_students": n,
        "n_students_census": n,
        "n_entered_late": 0,
        "n_exited_early": 0,
    }
    return {**row, **more}


def staffed(aggregation: str, name: str | None, students: int, fte: float, year: int = 2026) -> dict[str, Any]:
    return {
        "school_year": year,
        "aggregation": aggregation,
        "k_school": name,
        "school_name": name,
        "n_students_census": students,
        "n_teachers": round(fte),
        "teacher_fte": fte,
        "students_per_teacher_fte": students / fte if fte else None,
    }


def compared(name: str, n_students: int, n_tested: int | None = None, pct: float | None = None) -> dict[str, Any]:
    return {
        "school_year": 2026,
        "k_school": name,
        "school_name": name,
        "school_level": "Middle",
        "n_students": n_students,
        "administration": "Winter",
        "n_tested_math": n_tested,
        "pct_proficient_math": pct,
    }


def absent(group: str, n: int, pct: float, **more: Any) -> dict[str, Any]:
    """A row of the district's chronic absence, of all grades; `group` is 'dimension-value'."""
    dimension, value = group.split("-")
    row = {
        "school_year": 2026,
        "aggregation": "District",
        "grade_level": None,
        "k_subgroup": group,
        "subgroup_dimension": dimension,
        "subgroup_value": value,
        "pct_attendance": 94.0,
        "n_students_judged": n,
        "n_chronically_absent": round(n * pct / 100),
        "pct_chronically_absent": pct,
    }
    return {**row, **more}


def absent_at(name: str, n: int, pct: float) -> dict[str, Any]:
    """The same of a school's students."""
    return absent("All students-All students", n, pct, aggregation="School", k_school=name, school_name=name)


def attended(monday: str, pct: float, year: int = 2026) -> dict[str, Any]:
    """A week of the district."""
    week = {"week_begin_date": pd.Timestamp(monday), "n_instructional_days": 5, "pct_attendance": pct}
    return {"school_year": year, "aggregation": "District", "n_students_enrolled": 1000, **week}


def attended_on(number: int, weekday: str, pct: float, n_days: int = 20) -> dict[str, Any]:
    """A weekday of the district over the year."""
    day = {"weekday_number": number, "weekday": weekday, "n_instructional_days": n_days, "pct_attendance": pct}
    return {"school_year": 2026, "aggregation": "District", "n_students_enrolled": 1000, **day}


def gap(group: str, n: int, against: str, n_against: int, points: float, margin: float, **more: Any) -> dict[str, Any]:
    """A row of the district's gaps in Math: so many points, give or take the margin, beside the reference group."""
    dimension, value = group.split("-")
    row = {
        "school_year": 2026,
        "aggregation": "District",
        "subject": "Math",
        "administration": "Winter",
        "k_subgroup": group,
        "subgroup_dimension": dimension,
        "subgroup_value": value,
        "comparison": "reference group",
        "comparison_value": against,
        "n_group": n,
        "n_comparison": n_against,
        "pct_proficient_gap": points,
        "pct_proficient_gap_ci_low": points - margin,
        "pct_proficient_gap_ci_high": points + margin,
    }
    return {**row, **more}


def evaluated(program: str, gained: float, margin: float, **more: Any) -> dict[str, Any]:
    """A row of a program's participants in Reading; a standard deviation is 50 points."""
    row = {
        "school_year": 2026,
        "program": program,
        "subject": "Reading",
        "from_administration": "Fall",
        "to_administration": "Winter",
        "aggregation": "District",
        "k_subgroup": "All students-All students",
        "subgroup_dimension": "All students",
        "subgroup_value": "All students",
        "n_participants": 140,
        "n_comparison": 900,
        "did_estimate": gained,
        "did_ci_low": gained - margin,
        "did_ci_high": gained + margin,
        "effect_size": gained / 50,
        "standardized_baseline_difference": 0.1,
        "pct_participants_attrited": 5.0,
        "pct_comparison_attrited": 4.0,
        "reading": f"From Fall to Winter, 140 participants of {program} gained (95 % interval -1.0 to 2.0).",
    }
    return {**row, **more}


def grown(name: str, percentile: float, margin: float) -> dict[str, Any]:
    """A row of a school's growth in Math."""
    return {
        "school_year": 2026,
        "aggregation": "School",
        "k_school": name,
        "school_name": name,
        "subject": "Math",
        "administration": "Winter",
        "k_subgroup": "All students-All students",
        "subgroup_dimension": "All students",
        "subgroup_value": "All students",
        "n_growth": 300,
        "mean_growth_percentile": percentile,
        "mean_growth_percentile_ci_low": percentile - margin,
        "mean_growth_percentile_ci_high": percentile + margin,
    }


Rows = Sequence[dict[str, Any]]


def facts_of(
    enrollment: Rows = (),
    performance: Rows = (),
    staffing: Rows = (),
    schools: Rows = (),
    absence: Rows = (),
    trend: Rows = (),
    gaps: Rows = (),
    programs: Rows = (),
    growth: Rows = (),
    reconciliation: Rows = (),
    participation: Rows = (),
    as_of_date: dt.date = AS_OF,
) -> Facts:
    """What a brief reads from these rows of its tables, small groups hidden."""
    tables = {
        "enrollment_summary": enrollment,
        "student_performance": performance,
        "assessment_participation": participation,
        "staffing_ratios": staffing,
        "school_comparison": schools,
        "chronic_absence": absence,
        "attendance_trend": trend,
        "equity_gaps": gaps,
        "program_evaluation": programs,
        "student_growth": growth,
        "reconciliation_summary": reconciliation,
        "staff_hours": (),
        "customer_segments": (),
    }
    release = Release(**{name: released(name, pd.DataFrame([*rows])) for name, rows in tables.items()})
    return read_facts(release, POLICY.quality, as_of_date)
