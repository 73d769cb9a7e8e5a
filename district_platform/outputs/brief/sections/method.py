"""What the figures mean and how findings are chosen."""

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.candidates.attendance import MUCH_ABSENCE, share_missed
from district_platform.outputs.brief.facts import Facts, Policy, census_of
from district_platform.outputs.brief.finding import YARDSTICKS, Topic
from district_platform.settings import Attendance


def method(facts: Facts, policy: Policy) -> list[str]:
    """What the figures mean and how findings are chosen."""
    census = w.day(census_of(facts.year, policy.quality))
    sticks = {topic: w.decimal(YARDSTICKS[topic], 0) for topic in YARDSTICKS}
    return [
        "Proficient: at or above the test's proficient level. Changes are against the same season a year earlier. Effect size: a "
        "gap in standard deviations of scores.",
        _chronic(policy.attendance),
        f"Students per teacher: full-time equivalents on {census}, or on the day of this brief if earlier. Entered late: after that "
        "date. Left early: before the last school day.",
        "Findings are ranked by the low end of their 95% interval over a size that deserves attention: "
        f"{sticks[Topic.GAP]} points between groups, {sticks[Topic.ACHIEVEMENT]} against last year, {sticks[Topic.SCHOOLS]} between "
        f"schools; {w.decimal(MUCH_ABSENCE, 0)}% chronically absent; {sticks[Topic.ENROLLMENT]}% of enrollment. What is picked out of "
        "many is held to a wider interval (Bonferroni).",
    ]


def _chronic(attendance: Attendance) -> str:
    days, federal = attendance.chronic_absence_min_days, attendance.federal_min_days
    return (
        f"Chronically absent: missed {share_missed(attendance)} of days or more, of students enrolled for {w.plural(days, 'day')} or "
        f"more. The federal reading counts half a day as a whole one, less as nothing, from {w.plural(federal, 'day')} on."
    )
