"""Enrollment: its change, and how many students came late or left early."""

from collections.abc import Iterator

from district_platform.metrics.comparisons import percent_change
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.facts import Facts
from district_platform.outputs.brief.finding import YARDSTICKS, Evidence, Finding, Topic, weight
from district_platform.settings import Quality

STEADY = 1.0
"""Percent of students: a smaller change of enrollment is no change."""


def enrollment_candidates(facts: Facts, quality: Quality) -> Iterator[Finding]:
    """The change against the year before, or the number of students if the change is small."""
    enrollment, year = facts.enrollment, w.school_year_name(facts.year)
    now, before = enrollment.n_census, enrollment.n_census_before
    if not now.is_told or not now.value:
        return
    on = w.day_of_year(quality.census_month, quality.census_day)
    change = percent_change(now.value, before.value) if before.value else 0.0
    students = "student" if now.value == 1 else "students"
    if abs(change) < STEADY:
        when = f"enrolled so far in {year}" if enrollment.is_before_census else f"enrolled on {on} of {year}"
        yield Finding(
            Topic.ENROLLMENT,
            0,
            now.shown,
            f"{students} {when}",
            f"{now.shown} {students} {w.is_or_are(now.value)} {when}",
            "",
            Evidence.ENROLLMENT_BY_YEAR,
        )
        return
    yield Finding(
        Topic.ENROLLMENT,
        weight(Topic.ENROLLMENT, abs(change)),
        f"{w.signed(change)}%",
        "students in one year",
        f"The district has {'more' if change > 0 else 'fewer'} students than a year ago",
        f"On {on} of {year}, {now.shown} {students} {w.was_or_were(now.value)} enrolled; a year earlier it was {before.shown}.",
        Evidence.ENROLLMENT_BY_YEAR,
    )


def moves(facts: Facts) -> float | None:
    """Late entries and early exits in percent of the students on the census date; None where they are not told."""
    enrollment = facts.enrollment
    late, early, n = (f.value for f in (enrollment.n_entered_late, enrollment.n_exited_early, enrollment.n_census))
    if late is None or early is None or not n or enrollment.is_before_census:
        return None
    return 100 * (late + early) / n


def mobility_candidates(facts: Facts, quality: Quality) -> Iterator[Finding]:
    """Where many come and go; a little is normal."""
    share, enrollment = moves(facts), facts.enrollment
    if share is None or share < YARDSTICKS[Topic.MOBILITY]:
        return
    n = (enrollment.n_entered_late.value or 0) + (enrollment.n_exited_early.value or 0)
    on = w.day_of_year(quality.census_month, quality.census_day)
    yield Finding(
        Topic.MOBILITY,
        weight(Topic.MOBILITY, share),
        w.count(n),
        "late entries and early exits",
        "Many students come and go during the year",
        f"For every 100 students enrolled on {on}, that is {w.decimal(share)}.",
    )
