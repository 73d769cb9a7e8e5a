"""Staff: students per teacher. What cannot be right is a limit of the data (`report`), not a finding."""

from collections.abc import Iterator

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.facts import Facts
from district_platform.outputs.brief.finding import Evidence, Finding, Topic


def staffing_candidates(facts: Facts) -> Iterator[Finding]:
    """The district's level, which weighs nothing."""
    staffing = facts.staffing
    if staffing:
        yield Finding(
            Topic.STAFFING,
            0,
            staffing.ratio.shown,
            f"students for each full-time teacher in {w.school_year_name(staffing.year)}",
            f"There are {staffing.ratio.shown} students for each full-time teacher",
            "",
            Evidence.RATIO_BY_LEVEL,
        )
