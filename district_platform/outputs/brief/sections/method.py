"""What the figures mean and how findings are chosen."""

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.candidates.absence_findings import MUCH_ABSENCE, share_missed
from district_platform.outputs.brief.facts import Facts, Policy, census_of
from district_platform.outputs.brief.finding import YARDSTICKS, Topic
from district_platform.settings import Attendance


def method(facts: Facts, policy: Policy) -> list[str]:
    """What the figures mean and how findings are chosen."""
    census = w.day(census_of(facts.year, policy.quality))
    sticks = {topic: w.decimal(YARDSTICKS[topic], 0) for topic in YARDSTICKS}
    proficient = "Proficient: at or above the test's proficient level."
    gaps = (
        " Effect size: a gap in standard deviations of the district's own scores. 95% interval: where the true gap most likely lies; one "
        "that includes zero may be no gap."
    )
    staff = (
        f"Students per teacher: students over full-time equivalents (FTE) of teachers who teach everyone, on {census} or the day of this "
        "brief if earlier. The federal count takes all teachers."
    )
    return [
        *([proficient + (gaps if facts.results.gaps else "")] if facts.results else []),
        *([_chronic(policy.attendance)] if facts.absence else []),
        *([staff] if facts.staffing or facts.latest.has_teachers else []),
        "Findings are ranked by how surely they pass a size that deserves attention: "
        f"{sticks[Topic.GAP]} points between groups, {sticks[Topic.ACHIEVEMENT]} against last year, {sticks[Topic.SCHOOLS]} between "
        f"schools; {w.decimal(MUCH_ABSENCE, 0)}% chronically absent; {sticks[Topic.ENROLLMENT]}% of enrollment. What chance could "
        "explain is no finding.",
    ]


def _chronic(attendance: Attendance) -> str:
    days, federal = attendance.chronic_absence_min_days, attendance.federal_min_days
    return (
        f"Chronically absent: missed {share_missed(attendance)} of days or more, of students enrolled for {w.plural(days, 'day')} or "
        f"more. The federal count takes half a day missed as a whole one, less as nothing, from {w.plural(federal, 'day')} on."
    )
