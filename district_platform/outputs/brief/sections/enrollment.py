"""Students who came late or left early, where a release tells of them."""

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.facts import Facts
from district_platform.settings import Quality


def enrollment_sentences(facts: Facts, quality: Quality) -> list[str]:
    """How many came after the census date and left before the end; that the date is still to come."""
    enrollment = facts.enrollment
    on = w.day_of_year(quality.census_month, quality.census_day)
    if enrollment.is_before_census:
        return [f"Students are counted on {on}; the count of {w.school_year_name(facts.year)} is still to come."]
    late, early = enrollment.n_entered_late, enrollment.n_exited_early
    if not late.value and not early.value:
        return []
    if late.is_told and early.is_told:
        return [
            f"{late.shown} {_students(late.value)} entered after {on}, and {early.shown} left before the last school day."
        ]
    return [f"{late.shown} {_students(late.value)} entered after {on}."] if late.is_told else []


def _students(n: float | None) -> str:
    return "student" if n == 1 else "students"
