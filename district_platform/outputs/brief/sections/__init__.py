"""What the second page says of each subject: sentences and tables of text, not yet set."""

from district_platform.outputs.brief.sections.attendance_sentences import attendance_sentences, derived_days
from district_platform.outputs.brief.sections.enrollment import enrollment_sentences
from district_platform.outputs.brief.sections.groups import gap_table, group_table, no_gaps
from district_platform.outputs.brief.sections.method import method
from district_platform.outputs.brief.sections.programs import growth_sentences, programs
from district_platform.outputs.brief.sections.staffing import level_table, staffing_sentences
from district_platform.outputs.brief.sections.years import years_table

__all__ = [
    "attendance_sentences",
    "derived_days",
    "enrollment_sentences",
    "gap_table",
    "group_table",
    "growth_sentences",
    "level_table",
    "method",
    "no_gaps",
    "programs",
    "staffing_sentences",
    "years_table",
]
