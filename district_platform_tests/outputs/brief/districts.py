"""Small released tables to write briefs of: a district of so many schools, with or without its parts."""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from district_platform.dictionary import TABLES, display_column
from district_platform.metrics import figures
from district_platform.outputs.brief.release import Release

NAMES = (
    "Adams Elementary School",
    "Baldwin Middle School",
    "Cedar High School",
    "Dr. Martin Luther King Jr. Academy of Science",
    "Peñasco Middle School",
    "Franklin High School",
    "Garfield Elementary School",
    "Hāna Middle School",
)
LEVELS = ("Elementary", "Middle", "High")
GROUPS = (
    ("All students", "All students", 1.0, 0.0),
    ("Economically disadvantaged", "Yes", 0.45, -10.0),
    ("Economically disadvantaged", "No", 0.55, 8.2),
    ("English learner", "Yes", 0.12, -21.0),
    ("English learner", "No", 0.88, 2.9),
    ("Disability", "Yes", 0.14, -17.0),
    ("Disability", "No", 0.86, 2.8),
    ("Homeless", "Yes", 0.02, -12.0),
    ("Homeless", "No", 0.98, 0.2),
    ("Race/ethnicity", "White", 0.41, 5.0),
    ("Race/ethnicity", "Hispanic or Latino", 0.33, -5.0),
    ("Race/ethnicity", "Black or African American", 0.15, -7.0),
    ("Race/ethnicity", "Native Hawaiian or Other Pacific Islander", 0.001, 0.0),
    ("Sex", "F", 0.49, 2.0),
    ("Sex", "M", 0.51, -1.9),
    ("Grade", "KG", 0.3, 0.0),
    ("Grade", "03", 0.37, 0.0),
    ("Grade", "08", 0.33, 0.0),
)
REFERENCES = {"Race/ethnicity": "White", "Sex": "F"}
ADMINISTRATION = "Winter"
MINIMUM = 10


def district(
    n_schools: int = 8,
    years: Sequence[int] = (2024, 2025, 2026),
    result_years: Sequence[int] | None = None,
    staff_years: Sequence[int] | None = None,
    absence_years: Sequence[int] | None = None,
    absence_rise: float = 0.0,
    per_school: int = 600,
    minimum: int = MINIMUM,
    names: Sequence[str] = NAMES,
) -> Release:
    """A district's release. Groups smaller than `minimum` are hidden, as privacy.released hides them.

    In years that are not among `absence_years` nobody has been enrolled long enough to be judged; `absence_rise` are points of
    chronic absence that came in the last year, on top of what comes in any.
    """
    absence_years = years if absence_years is None else absence_years
    result_years = years if result_years is None else result_years
    staff_years = years if staff_years is None else staff_years
    schools = [
        {
            "k_school": f"{i:03}",
            "school_name": names[i] if i < len(names) else f"School {i + 1}",
            "school_level": LEVELS[i % 3],
            "is_title_i": i % 2 == 0,
        }
        for i in range(n_schools)
    ]
    rows = _Rows(schools, years, per_school)
    performance = pd.DataFrame([*rows.performance(result_years)])
    staffing = pd.DataFrame([*rows.staffing(staff_years)])
    enrollment = pd.DataFrame([*rows.enrollment()])
    return Release(
        enrollment_summary=released("enrollment_summary", enrollment, minimum),
        student_performance=released("student_performance", performance, minimum),
        assessment_participation=released(
            "assessment_participation", pd.DataFrame([*rows.participation(result_years)]), minimum
        ),
        staffing_ratios=released("staffing_ratios", staffing, minimum),
        school_comparison=released(
            "school_comparison", _comparison(schools, enrollment, performance, staffing), minimum
        ),
        chronic_absence=released(
            "chronic_absence", pd.DataFrame([*rows.absence(absence_years, absence_rise)]), minimum
        ),
        attendance_trend=released(
            "attendance_trend", pd.DataFrame([*rows.weeks(absence_years, absence_rise)]), minimum
        ),
        equity_gaps=released("equity_gaps", pd.DataFrame([*rows.gaps(result_years)]), minimum),
        program_evaluation=released("program_evaluation", pd.DataFrame([*rows.programs(result_years)]), minimum),
        student_growth=released("student_growth", pd.DataFrame([*rows.growth(result_years)]), minimum),
        reconciliation_summary=pd.DataFrame(),
        staff_hours=pd.DataFrame(),
        customer_segments=pd.DataFrame(),
    )


def released(name: str, rows: pd.DataFrame, minimum: int = MINIMUM) -> pd.DataFrame:
    """Rows as `release_<name>` holds them: every column, displays and suppression."""
    table = TABLES[name]
    columns = {column: rows[column].tolist() if column in rows else [None] * len(rows) for column in table.columns}
    shown = dict(columns)
    suppression = ["none"] * len(rows)
    for measure in table.measures:
        sizes: list[list[Any]] = [columns[size] for size in measure.group_sizes]
        is_hidden = [any(0 < n[i] < minimum for n in sizes if not pd.isna(n[i])) for i in range(len(rows))]
        values = list(zip(columns[measure.column], is_hidden, strict=True))
        shown[measure.column] = [None if hides else value for value, hides in values]
        shown[display_column(measure.column)] = [
            f"hidden (fewer than {minimum})" if hides else figures.figure(measure.column, value)
            for value, hides in values
        ]
        suppression = ["primary" if hides else s for hides, s in zip(is_hidden, suppression, strict=True)]
    return pd.DataFrame({**shown, "suppression": suppression})


class _Rows:
    """Unreleased rows of one district; the same arguments give the same rows."""

    def __init__(self, schools: list[dict[str, Any]], years: Sequence[int], per_school: int) -> None:
        self.schools, self.years = schools, years
        draw = random.Random(len(schools))
        self.sizes = {s["k_school"]: int(per_school * (0.6 + 0.8 * draw.random())) for s in schools}
        self.effects = {s["k_school"]: draw.gauss(0, 9) for s in schools}

    def _places(self) -> list[dict[str, Any]]:
        return [{"k_school": None, "school_name": None}, *self.schools]

    def _size(self, k_school: str | None, year: int, share: float) -> int:
        sizes = self.sizes.values() if k_school is None else [self.sizes[k_school]]
        return int(sum(sizes) * share * (1 - 0.02 * (year - self.years[0])))

    def _rate(self, k_school: str | None, year: int, subject: str, effect: float) -> float:
        base = {"Reading": 47.0, "Math": 41.0, "Science": 38.0}[subject]
        own = 0.0 if k_school is None else self.effects[k_school]
        return round(min(max(base + effect + own + 2.4 * (year - self.years[-1]), 2.0), 98.0), 2)

    def _grouped(self) -> Iterator[tuple[dict[str, Any], float, float]]:
        for place in self._places():
            for dimension, value, share, effect in GROUPS:
                yield (
                    {
                        "aggregation": "School" if place["k_school"] else "District",
                        "k_school": place["k_school"],
                        "school_name": place["school_name"],
                        "k_subgroup": f"{dimension}-{value}",
                        "subgroup_dimension": dimension,
                        "subgroup_value": value,
                    },
                    share,
                    effect,
                )

    def enrollment(self) -> Iterator[dict[str, Any]]:
        for year in self.years:
            for group, share, _ in self._grouped():
                n = self._size(group["k_school"], year, share)
                before = self._size(group["k_school"], year - 1, share) if year > self.years[0] else None
                yield {
                    **group,
                    "school_year": year,
                    "n_students": n,
                    "n_students_before": before,
                    "n_students_change": None if before is None else n - before,
                    "pct_of_students": 100 * share,
                    "n_students_census": int(n * 0.96),
                    "n_entered_late": int(n * 0.04),
                    "n_exited_early": int(n * 0.05),
                }

    def performance(self, years: Sequence[int]) -> Iterator[dict[str, Any]]:
        for year in years:
            for subject in ("Reading", "Math", "Science"):
                for group, share, effect in self._grouped():
                    n, pct = (
                        int(self._size(group["k_school"], year, share) * 0.8),
                        self._rate(group["k_school"], year, subject, effect),
                    )
                    has_before = year - 1 in years
                    before = self._rate(group["k_school"], year - 1, subject, effect)
                    yield {
                        **group,
                        "school_year": year,
                        "subject": subject,
                        "administration": ADMINISTRATION,
                        "n_tested": n,
                        "mean_scale_score": 500.0,
                        "pct_proficient": pct,
                        "n_tested_before": n if has_before else None,
                        "mean_scale_score_change": 0.0 if has_before else None,
                        "pct_proficient_change": pct - before if has_before else None,
                    }

    def participation(self, years: Sequence[int]) -> Iterator[dict[str, Any]]:
        """Of the district: nearly everyone in reading, fewer in math."""
        for year in years:
            for subject, pct in (("Reading", 97.0), ("Math", 93.0)):
                group, share, _ = next(self._grouped())
                n = int(self._size(None, year, share) * 0.8)
                taken = {"school_year": year, "subject": subject, "administration": ADMINISTRATION, "n_tested": n}
                yield {**group, **taken, "pct_participation": pct}

    def gaps(self, years: Sequence[int]) -> Iterator[dict[str, Any]]:
        """Of the district, each group beside the reference group of its dimension."""
        references = {dimension: "No" for dimension, value, _, _ in GROUPS if value == "No"} | REFERENCES
        shares = {(dimension, value): (share, effect) for dimension, value, share, effect in GROUPS}
        for year in years:
            for subject in ("Reading", "Math", "Science"):
                for (dimension, value), (share, effect) in shares.items():
                    reference = references.get(dimension)
                    if reference in (None, value):
                        continue
                    share_other, effect_other = shares[dimension, str(reference)]
                    n, n_other = (int(self._size(None, year, of) * 0.8) for of in (share, share_other))
                    gap, margin = effect - effect_other, 98 * (1 / max(n, 1) + 1 / n_other) ** 0.5
                    yield {
                        "school_year": year,
                        "aggregation": "District",
                        "subject": subject,
                        "administration": ADMINISTRATION,
                        "k_subgroup": f"{dimension}-{value}",
                        "subgroup_dimension": dimension,
                        "subgroup_value": value,
                        "comparison": "reference group",
                        "comparison_value": reference,
                        "n_group": n,
                        "n_comparison": n_other,
                        "hedges_g": gap / 40,
                        "pct_proficient_gap": gap,
                        "pct_proficient_gap_ci_low": gap - margin,
                        "pct_proficient_gap_ci_high": gap + margin,
                    }

    def programs(self, years: Sequence[int]) -> Iterator[dict[str, Any]]:
        """Two programs, one of which makes a difference."""
        for year in years:
            for program, subject, estimate in (("Reading Tutoring", "Reading", 7.9), ("Math Lab", "Math", -0.6)):
                yield {
                    "school_year": year,
                    "program": program,
                    "subject": subject,
                    "from_administration": "Fall",
                    "to_administration": ADMINISTRATION,
                    "aggregation": "District",
                    "k_subgroup": "All students-All students",
                    "subgroup_dimension": "All students",
                    "subgroup_value": "All students",
                    "n_participants": 141,
                    "n_comparison": 893,
                    "did_estimate": estimate,
                    "did_ci_low": estimate - 3.8,
                    "did_ci_high": estimate + 3.8,
                    "effect_size": estimate / 50,
                    "standardized_baseline_difference": -0.11,
                    "reading": f"From Fall to Winter, 141 participants gained {abs(estimate)} points "
                    f"{'more' if estimate > 0 else 'less'} in {subject} than comparable students of their schools and grades "
                    f"(95 % interval {estimate - 3.8:.1f} to {estimate + 3.8:.1f}). Participants were not assigned by chance.",
                }

    def growth(self, years: Sequence[int]) -> Iterator[dict[str, Any]]:
        """Of all students of each school, after the first year."""
        for year in years[1:]:
            for i, school in enumerate(self.schools):
                for subject in ("Reading", "Math"):
                    n = self._size(school["k_school"], year, 0.7)
                    mean = 50 + (9.0 if i == 2 else -1.3)
                    yield {
                        "school_year": year,
                        "aggregation": "School",
                        "k_school": school["k_school"],
                        "school_name": school["school_name"],
                        "subject": subject,
                        "administration": ADMINISTRATION,
                        "k_subgroup": "All students-All students",
                        "subgroup_dimension": "All students",
                        "subgroup_value": "All students",
                        "n_growth": n,
                        "mean_growth_percentile": mean,
                        "mean_growth_percentile_ci_low": mean - 57 / max(n, 1) ** 0.5,
                        "mean_growth_percentile_ci_high": mean + 57 / max(n, 1) ** 0.5,
                    }

    def absence(self, years: Sequence[int], rise: float) -> Iterator[dict[str, Any]]:
        """More in high schools and in groups with lower results, and slowly falling."""
        for year in self.years if years else ():
            is_judged = year in years
            for group, share, effect in self._grouped():
                own = self.effects.get(group["k_school"], 0.0)
                n = self._size(group["k_school"], year, share)
                rise_now = rise if year == self.years[-1] else 0.0
                pct = max(15.0 - effect / 2 - own / 2 - (year - self.years[0]) + rise_now, 1.0)
                grade = group["subgroup_value"] if group["subgroup_dimension"] == "Grade" else None
                everyone = {"k_subgroup": "All", "subgroup_dimension": "All students", "subgroup_value": "All students"}
                has_before = is_judged and year - 1 in years
                yield {
                    **group,
                    **(everyone if grade else {}),
                    "grade_level": grade,
                    "school_year": year,
                    "n_students_attending": n,
                    "pct_attendance": 100 - pct / 3,
                    "n_students_judged": n if is_judged else 0,
                    "n_chronically_absent": int(n * pct / 100) if is_judged else 0,
                    "pct_chronically_absent": pct if is_judged else None,
                    "n_students_judged_before": n if has_before else None,
                    "pct_chronically_absent_change": rise_now - 1.0 if has_before else None,
                    "n_students_judged_federal": n,
                    "n_chronically_absent_federal": int(n * pct / 100),
                    "pct_chronically_absent_federal": pct + 0.6,
                }

    def weeks(self, years: Sequence[int], rise: float) -> Iterator[dict[str, Any]]:
        """Twenty weeks of autumn and winter, worse from week to week, and worst on Fridays."""
        for year in years:
            place = {"school_year": year, "aggregation": "District", "n_students_enrolled": self._size(None, year, 1)}
            monday = dt.date(year - 1, 9, 1) - dt.timedelta(days=dt.date(year - 1, 9, 1).weekday())
            for i in range(20):
                pct = 96.0 - i / 8 + 0.4 * (i % 2) + 0.3 * (year - years[0])
                pct -= rise / 5 if year == self.years[-1] else 0.0
                week = pd.Timestamp(monday + dt.timedelta(weeks=i))
                yield {**place, "week_begin_date": week, "n_instructional_days": 5, "pct_attendance": pct}
            for i, weekday in enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"), start=1):
                pct = 95.0 - (i == 5)
                day = {"weekday_number": i, "weekday": weekday, "n_instructional_days": 20, "pct_attendance": pct}
                yield {**place, **day}

    def staffing(self, years: Sequence[int]) -> Iterator[dict[str, Any]]:
        for year in years:
            ratios = {s["k_school"]: 15 + i % 5 + (24 if i == 1 else 0) for i, s in enumerate(self.schools)}
            places = [(s["school_level"], s) for s in self.schools]
            for level, school in [(None, None), *((level, None) for level in LEVELS), *places]:
                members = [s for own, s in places if school in (None, s) and level in (None, own)]
                students = sum(self._size(s["k_school"], year, 0.96) for s in members)
                fte = sum(round(self._size(s["k_school"], year, 0.96) / ratios[s["k_school"]], 1) for s in members)
                if members:
                    yield {
                        "school_year": year,
                        "aggregation": "School" if school else "Level" if level else "District",
                        "school_level": level,
                        "k_school": school and school["k_school"],
                        "school_name": school and school["school_name"],
                        "n_students_census": students,
                        "n_teachers": int(fte) + 1,
                        "teacher_fte": fte,
                        "students_per_teacher_fte": students / fte,
                        "n_students_census_before": students,
                        "students_per_teacher_fte_change": 0.2,
                    }


def _comparison(
    schools: list[dict[str, Any]], enrollment: pd.DataFrame, performance: pd.DataFrame, staffing: pd.DataFrame
) -> pd.DataFrame:
    described = pd.DataFrame(schools)
    counted = enrollment[(enrollment.aggregation == "School") & (enrollment.subgroup_dimension == "All students")]
    rows = counted[["school_year", "k_school", "n_students", "n_students_census"]]
    rows = rows.merge(described, on="k_school")
    if not staffing.empty:
        of_schools = staffing[staffing.aggregation == "School"]
        own = of_schools[["school_year", "k_school", "teacher_fte", "students_per_teacher_fte"]]
        rows = rows.merge(own, on=["school_year", "k_school"], how="left")
    for subject in ("Reading", "Math") if not performance.empty else ():
        of_all = performance[(performance.subgroup_dimension == "All students") & (performance.subject == subject)]
        measures = {
            "n_tested": f"n_tested_{subject.lower()}",
            "pct_proficient": f"pct_proficient_{subject.lower()}",
            "n_tested_before": f"n_tested_{subject.lower()}_before",
            "pct_proficient_change": f"pct_proficient_{subject.lower()}_change",
        }
        tested = of_all[["school_year", "k_school", *measures]].rename(columns=measures)
        rows = rows.merge(tested, on=["school_year", "k_school"], how="left")
    return rows.assign(administration=ADMINISTRATION if not performance.empty else None)
