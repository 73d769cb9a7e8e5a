"""The model for students: names, birth date, sex, race/ethnicity, and when and where they were enrolled."""

import ibis

from district_platform.quality.linkage import comparing
from district_platform.quality.linkage.model import Comparison, Level, Model
from district_platform.quality.linkage.names import with_names_compared

HANDOVER_DAYS = 14
"""Days from the end of one id's enrollment to the beginning of the other's that still look like one child who moved; within as
many, two begin together."""


def student_records(students: ibis.Table, enrollments: ibis.Table) -> ibis.Table:
    """One row per student as last delivered, with the first and last day enrolled and the school of the last enrollment."""
    newest = students.group_by("student_id").agg(school_year=students.school_year.max())
    latest = students.semi_join(newest, ["student_id", "school_year"])
    joined = latest.left_join(_enrolled(enrollments), "student_id")
    people = joined.select(
        "first_name",
        "last_name",
        "sex",
        "race_ethnicity",
        "first_day",
        "last_day",
        "school_id",
        record_id="student_id",
        birth_date=joined.birth_date.strftime("%Y%m%d"),
    )
    return with_names_compared(people)


def student_model() -> Model:
    return Model(
        comparisons=(
            comparing.names(),
            comparing.birth_date(u_same=1.8e-4, u_digit=4.5e-3),
            _same("sex", "sex", m=0.98, u=0.5),
            _same("race_ethnicity", "race/ethnicity", m=0.90, u=0.3),
            _enrollment(),
        ),
        blocks=comparing.BLOCKS_ON_PEOPLE,
    )


def _enrolled(enrollments: ibis.Table) -> ibis.Table:
    """One row per student with at least one day enrolled; an enrollment without exit runs to the end of its year, on 30 June."""
    last_day = enrollments.exit_date.fill_null(ibis.date(enrollments.school_year, 6, 30))
    held = enrollments.mutate(last_day=last_day).filter(lambda t: t.entry_date <= t.last_day)
    in_order = [held.last_day, held.entry_date, held.enrollment_id]
    return held.group_by("student_id").agg(
        first_day=held.entry_date.min(), last_day=held.last_day.max(), school_id=held.school_id.last(order_by=in_order)
    )


def _same(column: str, called: str, m: float, u: float) -> Comparison:
    from splink import comparison_level_library as cll

    same = Level(f"same {called}", cll.ExactMatchLevel(column), m, u)
    return Comparison(column, cll.NullLevel(column), (same,), otherwise=f"{called} differs")


def _enrollment() -> Comparison:
    """Compares enrollments, which distinguishes a child with two ids from twins.

    Twins share surname, birth date and days enrolled because they are a family, at one school or at two. So the weights of the outcomes
    with different first names are set, not estimated: two such records count as twins until somebody says otherwise. A child that two
    schools have was entered later at one of them.
    """
    from splink import comparison_level_library as cll

    one_follows = "first_day_r - last_day_l between 1 and {days} or first_day_l - last_day_r between 1 and {days}"
    handed_over = one_follows.format(days=HANDOVER_DAYS)
    apart = "last_day_l < first_day_r or last_day_r < first_day_l"
    at_one_school = cll.ExactMatchLevel("school_id")
    other_first_name = cll.Not(cll.ExactMatchLevel("first_name"))
    like_twins = cll.And(at_one_school, other_first_name)
    together = f"abs(first_day_l - first_day_r) <= {HANDOVER_DAYS}"
    like_twins_apart = cll.And(cll.CustomLevel(together), other_first_name)
    outcomes = (
        Level("one enrollment begins as the other ends", cll.CustomLevel(handed_over), m=0.35, u=5e-4),
        Level("never enrolled at the same time", cll.CustomLevel(apart), m=0.30, u=0.08),
        Level("enrolled at one school at the same time, under other first names", like_twins, m=1e-6, u=0.01),
        Level("enrolled at one school at the same time", at_one_school, m=0.05, u=0.01),
        Level(
            "enrolled at two schools from the same day on, under other first names", like_twins_apart, m=1e-6, u=0.01
        ),
    )
    missing = cll.Or(cll.NullLevel("first_day"), cll.NullLevel("last_day"))
    return Comparison("enrollment", missing, outcomes, otherwise="enrolled at two schools at the same time")
