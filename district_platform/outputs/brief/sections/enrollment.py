"""Students: how many, and how many came late or left early."""

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.facts import Facts
from district_platform.settings import Quality


def enrollment_sentences(facts: Facts, quality: Quality) -> list[str]:
    """How many students, and how many came late or left early."""
    enrollment, year = facts.enrollment, w.school_year_name(facts.year)
    if not enrollment.n_students:
        return [f"The number of students of {year} is {'hidden' if enrollment.is_hidden else 'not known'}."]
    so_far = " so far" if enrollment.is_before_census else ""
    sentences = [
        f"{w.plural(enrollment.n_students, 'student')} {_have(enrollment.n_students)} been enrolled in {year}{so_far}."
    ]
    on = w.day_of_year(quality.census_month, quality.census_day)
    if enrollment.is_before_census:
        return [*sentences, f"The census date, {on}, is still to come: change and mobility cannot be judged yet."]
    if enrollment.n_census:
        before = enrollment.n_census_before
        compared = f", against {w.count(before)} a year earlier" if before else ""
        sentences.append(
            f"On {on}, {w.count(enrollment.n_census)} {w.was_or_were(enrollment.n_census)} enrolled{compared}."
        )
    late, early = enrollment.n_entered_late, enrollment.n_exited_early
    if late is not None:
        sentences.append(f"{w.count(late)} ({w.percent(100 * late / enrollment.n_students)}) first entered after it.")
    if early is not None:
        share = w.percent(100 * early / enrollment.n_students)
        sentences.append(f"{w.count(early)} ({share}) left before the last school day.")
    return sentences


def _have(n: int) -> str:
    return "has" if n == 1 else "have"
