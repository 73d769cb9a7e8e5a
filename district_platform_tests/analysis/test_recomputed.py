"""Ratios, changes and participation against a second program that reads the raw extracts and shares nothing with the first."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from district_platform.settings import Settings, Synthetic
from district_platform.sources.synthetic import generate
from district_platform_tests.quality.building import build_analysis_tables
from district_platform_tests.quality.conftest import BY_PATH, load

pytestmark = pytest.mark.whole

AS_OF = pd.Timestamp(2026, 2, 13)
TABLES = ("staffing_ratios", "assessment_participation", "chronic_absence", "fct_student_daily_attendance")


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, pd.DataFrame]]:
    """The raw extracts of a district with planted defects and vacancies, and the platform's tables of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISTRICT_HOME", str(tmp_path_factory.mktemp("recomputed")))
        settings = Settings(synthetic=Synthetic(students=600, seed=5))
        generate(settings.home.raw, settings.synthetic, settings.assessments, settings.effective_date)
        with load(settings.home, {}, list(BY_PATH)).tables() as warehouse:
            build_analysis_tables(warehouse, settings, TABLES)
            tables = {name: warehouse.connection.table(name).df() for name in TABLES}
    assert settings.effective_date == AS_OF.date()
    return settings.home.raw, tables


def raw(folder: Path, name: str, *dates: str) -> pd.DataFrame:
    rows = pd.read_csv(folder / f"{name}.csv", dtype=str).drop_duplicates()
    for column in dates:
        rows[column] = pd.to_datetime(rows[column], errors="coerce")
    if "school_year" in rows:
        rows["school_year"] = rows["school_year"].astype(int)
    return rows


def enrolled_on(folder: Path, day_of_year: dict[int, pd.Timestamp]) -> pd.DataFrame:
    rows = raw(folder, "sis/enrollments", "entry_date", "exit_date").drop_duplicates("enrollment_id")
    day = rows["school_year"].map(day_of_year)
    there = (rows["entry_date"] <= day) & ~(rows["exit_date"] < day)
    return rows[there]


def test_students_per_teacher_is_that_of_schools_with_both_and_filled_posts(district):
    folder, tables = district
    censuses = {year: min(pd.Timestamp(year - 1, 10, 1), AS_OF) for year in (2024, 2025, 2026)}
    students = enrolled_on(folder, censuses)
    posts = raw(folder, "hr/staff_assignments", "begin_date", "end_date")
    posts["fte"] = pd.to_numeric(posts["fte"], errors="coerce")
    day = posts["school_year"].map(censuses)
    teaches = posts["program"].isin(["General", "Vocational"]) & (posts["position"] == "Teacher")
    held = posts[teaches & (posts["begin_date"] <= day) & (posts["end_date"] >= day) & posts["fte"].between(0.0001, 1)]
    fte = held[held["educator_id"].notna()].groupby(["school_year", "school_id"])["fte"].sum()
    found = tables["staffing_ratios"].set_index(["aggregation", "school_year"]).loc["District"]
    assert posts["educator_id"].isna().sum() == 3
    for year, row in found.iterrows():
        now, before = (students[students["school_year"] == y] for y in (year, year - 1))
        staffed, staffed_before = (fte.get(y, pd.Series(dtype=float)) for y in (year, year - 1))
        both = now[now["school_id"].isin(staffed.index)]
        left_out = 1 - both["student_id"].nunique() / now["student_id"].nunique()
        assert row["pct_students_left_out"] == pytest.approx(100 * left_out)
        ratio = both["student_id"].nunique() / staffed[staffed.index.isin(both["school_id"])].sum()
        assert row["students_per_teacher_fte"] == pytest.approx(np.nan if left_out > 0.1 else ratio, nan_ok=True)
        common = set(both["school_id"]) & set(before["school_id"]) & set(staffed_before.index)
        parts = [
            (
                of[of["school_id"].isin(common)]["student_id"].nunique(),
                of["student_id"].nunique(),
                f[f.index.isin(common)].sum(),
            )
            for of, f in ((now, staffed), (before, staffed_before))
        ]
        told = common and all(part / whole >= 0.9 for part, whole, _ in parts)
        change = parts[0][0] / parts[0][2] - parts[1][0] / parts[1][2] if told else np.nan
        assert row["students_per_teacher_fte_change"] == pytest.approx(change, nan_ok=True)
        assert row["n_schools_in_both_years"] == len(common)


def test_participation_is_tested_per_enrolled_at_the_end_of_the_window(district):
    folder, tables = district
    results = raw(folder, "assessments/assessment_results", "test_date")
    results["score"] = pd.to_numeric(results["scale_score"], errors="coerce")
    is_read = results["is_proficient"].str.lower().isin(["true", "false"]) | results["is_proficient"].isna()
    results = results[is_read & results["score"].between(200, 800) & (results["test_date"] <= AS_OF)]
    found = tables["assessment_participation"].query("k_subgroup == 'All students-All students'")
    known = raw(folder, "sis/students")[["school_year", "student_id"]].drop_duplicates()
    assert len(found)
    for (year, subject, administration), rows in found.groupby(["school_year", "subject", "administration"]):
        test = zip(results["school_year"], results["subject"], results["administration"], strict=True)
        taken = results[[key == (year, subject, administration) for key in test]]
        there = enrolled_on(folder, {year: taken["test_date"].max()}).merge(known, on=["school_year", "student_id"])
        there["tested"] = there["student_id"].isin(taken["student_id"])
        grades = there.groupby("grade_level")["tested"].mean()
        there = there[there["grade_level"].isin(grades[grades >= 0.1].index)]
        each = there.drop_duplicates(["student_id", "school_id"])
        expected = (100 * each.groupby("school_id")["tested"].mean()).to_dict()
        expected[None] = 100 * there.drop_duplicates("student_id")["tested"].mean()
        schools = rows["k_school"].astype(object).where(rows["k_school"].notna(), None)
        assert dict(zip(schools, rows["pct_participation"], strict=True)) == pytest.approx(expected)


def test_change_of_chronic_absence_is_that_of_the_same_schools(district):
    """From the daily fact, which has a reference of its own."""
    _, tables = district
    days = tables["fct_student_daily_attendance"]
    found = tables["chronic_absence"].query("k_subgroup == 'All students-All students' and aggregation == 'District'")
    found = found[found["grade_level"].isna()].set_index("school_year")
    assert found["change_basis"].notna().any(), "a school without evidence in one year"
    for year in (2025, 2026):
        now, before = (days[days["school_year"] == y] for y in (year, year - 1))
        if year == 2026:
            before = before[pd.to_datetime(before["calendar_date"]) <= pd.Timestamp(dt.date(2025, 2, 13))]
        common = set(now["k_school"]) & set(before["k_school"])
        rates = [_chronic(of[of["k_school"].isin(common)]) for of in (now, before)]
        assert found.loc[year, "pct_chronically_absent_change"] == pytest.approx(rates[0] - rates[1])


def _chronic(days: pd.DataFrame) -> float:
    """Percent of students with 20 days enrolled who attended 90 % of them or less; a date at two schools counts once."""
    one = days.sort_values("is_enrolled", ascending=False).drop_duplicates(["k_student", "calendar_date"])
    one = one.assign(present=one["is_present"].astype(float), enrolled=one["is_enrolled"].astype(int))
    sums = one.groupby("k_student")[["present", "enrolled"]].sum()
    judged = sums[sums["enrolled"] >= 20]
    return float(100 * ((100 * judged["present"] / judged["enrolled"]).round(2) <= 90).mean())
