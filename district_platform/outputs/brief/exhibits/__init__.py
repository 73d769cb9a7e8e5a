"""Chooses the two charts of a brief, each with its claim and a description in words. `charts` draws them."""

from collections.abc import Callable, Sequence
from itertools import islice

from district_platform.outputs.brief.exhibits.absence_charts import by_grade, by_group, by_school, by_week
from district_platform.outputs.brief.exhibits.enrollment import enrollment_by_grade, enrollment_by_year, ratios_by_level
from district_platform.outputs.brief.exhibits.model import Exhibit
from district_platform.outputs.brief.exhibits.programs import growth_by_school, programs
from district_platform.outputs.brief.exhibits.results import gaps, results_by_year
from district_platform.outputs.brief.facts import Facts
from district_platform.outputs.brief.finding import Evidence, Finding

N_EXHIBITS = 2

MAKERS: dict[Evidence, Callable[[Facts], Exhibit | None]] = {
    Evidence.RESULTS_BY_YEAR: results_by_year,
    Evidence.GAPS: gaps,
    Evidence.PROGRAMS: programs,
    Evidence.CHRONIC_BY_GRADE: by_grade,
    Evidence.CHRONIC_BY_GROUP: by_group,
    Evidence.CHRONIC_BY_SCHOOL: by_school,
    Evidence.ATTENDANCE_BY_WEEK: by_week,
    Evidence.ENROLLMENT_BY_YEAR: enrollment_by_year,
    Evidence.ENROLLMENT_BY_GRADE: enrollment_by_grade,
    Evidence.RATIO_BY_LEVEL: ratios_by_level,
    Evidence.GROWTH_BY_SCHOOL: growth_by_school,
}
"""Each draws nothing (None) where the figures do not allow it; the order is that of what is shown besides."""


def exhibits(facts: Facts, findings: Sequence[Finding]) -> tuple[Exhibit, ...]:
    """Two exhibits: those that show the findings, the main one first, then others that the figures allow."""
    wanted = dict.fromkeys([*(finding.evidence for finding in findings if finding.evidence), *MAKERS])
    drawn = (MAKERS[evidence](facts) for evidence in wanted)
    return tuple(islice((exhibit for exhibit in drawn if exhibit), N_EXHIBITS))
