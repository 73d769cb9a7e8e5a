"""Students: how many more or fewer, and how many came late or left early."""

from collections.abc import Iterator

from district_platform.metrics.comparisons import percent_change
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.facts import Facts
from district_platform.outputs.brief.finding import UNKNOWN, YARDSTICKS, Evidence, Finding, Topic, weight
from district_platform.settings import Quality

STEADY = 0.5
"""Percent of students: a smaller change of enrollment is no change."""


def enrollment_candidates(facts: Facts, quality: Quality) -> Iterator[Finding]:
    enrollment, year = facts.enrollment, w.school_year_name(facts.year)
    n, before = enrollment.n_census, enrollment.n_census_before
    if n is None or not n:
        yield _enrollment_level(facts)
        return
    students, on = w.plural(n, "student"), w.day_of_year(quality.census_month, quality.census_day)
    if before is None or not before or enrollment.is_before_census:
        yield _enrollment_level(facts)
        return
    change = percent_change(n, before)
    detail = f"{students} {w.was_or_were(n)} enrolled on {on} of {year}, against {w.count(before)} a year earlier."
    if abs(change) < STEADY:
        headline = f"Enrollment is steady at {students}"
        caption = f"students on {on}"
        yield Finding(Topic.ENROLLMENT, 0, w.count(n), caption, headline, detail, Evidence.ENROLLMENT_BY_YEAR)
        return
    yield Finding(
        Topic.ENROLLMENT,
        weight(Topic.ENROLLMENT, abs(change)),
        f"{w.signed(change)}%",
        "students against a year earlier",
        f"Enrollment {'grew' if change > 0 else 'fell'} {w.round_decimal(abs(change))}%, to {students}",
        detail,
        Evidence.ENROLLMENT_BY_YEAR,
    )


def _enrollment_level(facts: Facts) -> Finding:
    enrollment, year = facts.enrollment, w.school_year_name(facts.year)
    if not enrollment.n_students:
        state = "hidden" if enrollment.is_hidden else "not known"
        detail = f"The number of students of {year} is {state}, and with it every change in it."
        return Finding(Topic.ENROLLMENT, UNKNOWN, w.sentence_case(state), "students", f"Enrollment is {state}", detail)
    students = w.plural(enrollment.n_students, "student")
    so_far = " so far" if enrollment.is_before_census else ""
    compared = "The census date is still to come" if so_far else "There is no comparable figure for the year before"
    return Finding(
        Topic.ENROLLMENT,
        0,
        w.count(enrollment.n_students),
        "student enrolled" if enrollment.n_students == 1 else "students enrolled",
        f"{students} enrolled{so_far} in {year}",
        f"{students} {w.was_or_were(enrollment.n_students)} enrolled in {year}{so_far}. {compared}.",
        Evidence.ENROLLMENT_BY_GRADE,
    )


def mobility_candidates(facts: Facts, quality: Quality) -> Iterator[Finding]:
    enrollment = facts.enrollment
    n, late, early = enrollment.n_students, enrollment.n_entered_late, enrollment.n_exited_early
    if not n or late is None or early is None or enrollment.is_before_census:
        return
    moves = 100 * (late + early) / n
    on = w.day_of_year(quality.census_month, quality.census_day)
    yield Finding(
        Topic.MOBILITY,
        weight(Topic.MOBILITY, moves) if moves >= YARDSTICKS[Topic.MOBILITY] else 0,
        w.count(late + early),
        "late entry or early exit" if late + early == 1 else "late entries and early exits",
        f"Late entries and early exits come to {w.percent(moves)} of {w.plural(n, 'student')}",
        f"{w.plural(late, 'student')} ({w.percent(100 * late / n)}) first entered after {on}; {w.count(early)} "
        f"({w.percent(100 * early / n)}) left before the last school day.",
    )
