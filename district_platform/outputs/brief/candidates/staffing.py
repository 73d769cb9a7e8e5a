"""Staff: students per teacher, and schools where that cannot be right."""

from collections.abc import Iterator

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.facts import Facts
from district_platform.outputs.brief.finding import UNKNOWN, Evidence, Finding, Topic, weight
from district_platform.settings import Quality


def staffing_candidates(facts: Facts, quality: Quality) -> Iterator[Finding]:
    staffing = facts.staffing
    if staffing is None:
        yield no_staffing(facts)
        return
    base = (
        f"{w.decimal(staffing.ratio)} students per teacher FTE in {w.school_year_name(staffing.year)}: "
        f"{w.plural(staffing.n_teachers, 'teacher')}, {w.decimal(staffing.teacher_fte)} FTE."
    )
    if not staffing.outside:
        headline = f"There are {w.decimal(staffing.ratio)} students for each full-time teacher"
        caption = "students per teacher FTE"
        yield Finding(Topic.STAFFING, 0, w.decimal(staffing.ratio), caption, headline, base, Evidence.RATIO_BY_LEVEL)
        return
    n, bounds = (
        len(staffing.outside),
        f"{w.decimal(float(quality.ratio_low), 0)}–{w.decimal(float(quality.ratio_high), 0)}",
    )
    has = "has" if n == 1 else "have"
    name, ratio = staffing.outside[0]
    yield Finding(
        Topic.STAFFING,
        weight(Topic.STAFFING, 100 * n / staffing.n_schools),
        f"{n} of {staffing.n_schools}",
        f"{'school' if staffing.n_schools == 1 else 'schools'} outside {bounds} students per teacher FTE",
        f"{w.sentence_case(w.spelled(n))} of {w.plural(staffing.n_schools, 'school')} {has} a number of students per "
        f"teacher outside {bounds}",
        f"Farthest out: {w.shortened(name)}, {w.decimal(ratio)}. The district as a whole: {base}",
        Evidence.RATIO_BY_LEVEL,
    )


def no_staffing(facts: Facts) -> Finding:
    """Why nothing can be said about staff."""
    if facts.has_staff:
        reason = "Staff were delivered, but no ratio for the whole district can be shown."
        return Finding(
            Topic.STAFFING, UNKNOWN, "Not shown", "students per teacher", "No staffing ratio can be shown", reason
        )
    reason = "No staff assignments with teacher FTE were delivered, so students per teacher are not known."
    return Finding(Topic.STAFFING, UNKNOWN, "Not supplied", "staff assignments", "Staffing is not known", reason)
