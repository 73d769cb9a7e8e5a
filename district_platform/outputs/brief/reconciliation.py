"""How online learning changes attendance: the district's figures by both readings."""

from dataclasses import dataclass

import pandas as pd

from district_platform.analysis.grouping import DISTRICT
from district_platform.analysis.reconciliation import SIS
from district_platform.outputs.brief.release import Figure, figure, number, records

READINGS_APART = 0.1
"""Points of attendance from which the readings are worth a sentence: one of a thousand students, on every day of the year."""


@dataclass(frozen=True)
class OtherReading:
    """Attendance of the district in a year by the reading that is not in use; None where hidden."""

    is_sis: bool
    """Whether it is the SIS's own; else days of learning online count as presence in it."""
    n_students: Figure
    days: Figure
    """Days that the SIS has as absent, and that were presence online."""
    pct_attendance: Figure
    difference: float
    """Points by which the attendance in use is above it."""
    pct_chronically_absent: Figure

    @property
    def matters(self) -> bool:
        return abs(self.difference) >= READINGS_APART


def read_other_reading(summary: pd.DataFrame, year: int) -> OtherReading | None:
    """Of the whole district; None where nothing was reconciled in the year, or it is hidden."""
    for row in records(summary, aggregation=DISTRICT, school_year=year):
        pct, difference = figure(row, "pct_attendance_other"), number(row["pct_attendance_difference"])
        if pct.is_told and difference is not None:
            n_students, days = figure(row, "n_students_reconciled"), figure(row, "days_reconciled")
            chronic = figure(row, "pct_chronically_absent_other")
            return OtherReading(row["other_reading"] == SIS, n_students, days, pct, difference, chronic)
    return None
