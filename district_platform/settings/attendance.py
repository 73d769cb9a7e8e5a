"""The rules of daily attendance."""

from decimal import Decimal
from typing import Literal

from pydantic import Field

from district_platform.settings.section import Section


class Attendance(Section):
    """The daily attendance fact's rules (docs/attendance.md)."""

    in_attendance_code: str = Field(
        default="In Attendance",
        min_length=1,
        description="Category of a day on which an enrolled student has no event.",
    )
    chronic_absence_threshold: Decimal = Field(
        default=Decimal(90),
        ge=50,
        le=100,
        description="Chronically absent at or under this attendance rate, percent: 90 is a tenth of the days missed.",
    )
    chronic_absence_min_days: int = Field(
        default=20, ge=0, le=180, description="Days enrolled before a rate is judged: fewer say too little."
    )
    federal_min_days: int = Field(
        default=10,
        ge=0,
        le=180,
        description="The same for the federal reading (EDFacts FS195 counts from ten days enrolled).",
    )
    exit_date_inclusive: bool = Field(default=True, description="Whether the exit date itself is a day enrolled.")
    daily_submission_share: Decimal = Field(
        default=Decimal("0.5"),
        ge=0,
        le=1,
        description="A school submits daily in a year if its submissions cover at least this share of its instructional "
        "days from the first to the latest of them; elsewhere a day without a record may well be one of presence.",
    )
    daily_submission_min_days: int = Field(
        default=20, ge=1, description="Instructional days with a submission before a school is said to submit daily."
    )
    evidence_gap_days: int = Field(
        default=5,
        ge=1,
        le=180,
        description="At a school that submits daily, this many instructional days in a row without any evidence are a "
        "gap: nobody has a day there on those dates (ATT-10).",
    )
    stray_events: Literal["follow", "ignore"] = Field(
        default="follow",
        description="An event at a school that does not have the student on its date, while exactly one other has: "
        "follow counts it there, ignore counts it nowhere (ATT-04).",
    )
    daily_attendance_source: str = Field(
        default="fct_student_school_attendance_event",
        description="The events the daily fact reads; any table of its shape may stand in.",
    )
