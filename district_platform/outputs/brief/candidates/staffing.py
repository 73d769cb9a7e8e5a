"""Staff: students per teacher, and schools where that cannot be right."""

from collections.abc import Iterator

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.facts import Facts, Staffing
from district_platform.outputs.brief.finding import UNKNOWN, Evidence, Finding, Topic, weight
from district_platform.settings import Quality


def staffing_candidates(facts: Facts, quality: Quality) -> Iterator[Finding]:
    staffing = facts.staffing
    if staffing is None:
        yield no_staffing(facts)
        return
    of_district = (
        f"{w.decimal(staffing.ratio)} students per teacher FTE in {w.school_year_name(staffing.year)} "
        f"({w.plural(staffing.n_teachers, 'teacher')}, {w.decimal(staffing.teacher_fte)} FTE)"
    )
    if not staffing.outside:
        yield Finding(
            Topic.STAFFING,
            0,
            w.decimal(staffing.ratio),
            "students per teacher FTE",
            f"There are {w.round_decimal(staffing.ratio)} students for each full-time teacher",
            f"The district has {of_district}.",
            Evidence.RATIO_BY_LEVEL,
        )
        return
    n, (name, ratio) = len(staffing.outside), staffing.outside[0]
    low, high = float(quality.ratio_low), float(quality.ratio_high)
    yield Finding(
        Topic.STAFFING,
        weight(Topic.STAFFING, 100 * n / staffing.n_schools),
        f"{n} of {staffing.n_schools}",
        f"{'school' if staffing.n_schools == 1 else 'schools'} outside {w.decimal(low, 0)}–{w.decimal(high, 0)} students per teacher",
        _outside(staffing, low, high),
        f"{'Farthest out' if n > 1 else 'It'} is {w.shortened(name)}, with {w.decimal(ratio)}. The district as a whole has "
        f"{of_district}.",
        Evidence.RATIO_BY_LEVEL,
    )


def _outside(staffing: Staffing, low: float, high: float) -> str:
    """The one school with its figure; of several, how many are beyond which bound."""
    n, (name, ratio) = len(staffing.outside), staffing.outside[0]
    if n == 1:
        return f"{w.sentence_case(w.shortened(name))} has {w.round_decimal(ratio)} students for each full-time teacher"
    is_above, is_below = (any(far(ratio) for _, ratio in staffing.outside) for far in (high.__lt__, low.__gt__))
    bounds = [f"more than {w.decimal(high, 0)}"] * is_above + [f"fewer than {w.decimal(low, 0)}"] * is_below
    schools = f"{w.spelled(staffing.n_schools)} schools"
    who = f"All {schools}" if n == staffing.n_schools else f"{w.sentence_case(w.spelled(n))} of {schools}"
    return f"{who} have {' or '.join(bounds)} students for each full-time teacher"


def no_staffing(facts: Facts) -> Finding:
    """Why nothing can be said about staff."""
    if facts.has_staff:
        reason = "Staff were delivered, but no ratio for the whole district can be shown."
        return Finding(
            Topic.STAFFING, UNKNOWN, "Not shown", "students per teacher", "No staffing ratio can be shown", reason
        )
    reason = "No staff assignments with teacher FTE were delivered, so students per teacher are not known."
    return Finding(Topic.STAFFING, UNKNOWN, "Not supplied", "staff assignments", "Staffing is not known", reason)
