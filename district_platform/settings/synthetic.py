"""The generated district."""

import datetime as dt

from pydantic import Field

from district_platform.settings.section import Section

SYNTHETIC_AS_OF_DATE = dt.date(2026, 2, 13)
"""The day the synthetic district is looked at: late enough in the running year for attendance and winter tests."""


class Defects(Section):
    """How many known defects of each kind the synthetic district plants, as a share of the rows they could sit in."""

    enabled: bool = Field(default=True, description="Off gives a district in which no rule finds anything.")
    staff_rate: float = Field(
        default=0.02, ge=0, le=0.2, description="Share of educators or assignments with each kind of staff defect."
    )
    student_rate: float = Field(
        default=0.002, ge=0, le=0.05, description="Share of enrollments with each kind of enrollment defect."
    )
    row_rate: float = Field(
        default=0.0002, ge=0, le=0.02, description="Share of rows with each kind of contract defect in an extract."
    )


class SyntheticTimekeeping(Section):
    """Who punches in and out in the generated district."""

    employees: int | None = Field(
        default=None, ge=1, description="Employees who punch; default: 1 for 33 students, and 48 at least."
    )
    years: int = Field(
        default=2, ge=1, le=10, description="School years with punches; the last one is the running one."
    )


class Synthetic(Section):
    """The generated district: a function of these settings and as_of_date, byte for byte."""

    students: int = Field(default=5_000, ge=50, le=2_000_000, description="Students enrolled in a school year.")
    years: int = Field(default=3, ge=1, le=10, description="School years; the last one is running on as_of_date.")
    seed: int = Field(default=20260213, ge=0, description="The same seed gives the same bytes.")
    program: str = Field(default="Reading Tutoring", description="The program whose effect is planted.")
    program_effect: float = Field(
        default=8.0, description="True effect of the program on fall-to-spring change, in scale score points."
    )
    economic_gap: float = Field(
        default=18.0, ge=0, description="True gap of economically disadvantaged students, in scale score points."
    )
    school_effect_sd: float = Field(
        default=8.0, ge=0, description="Spread of the true school effects, in scale score points."
    )
    timekeeping: SyntheticTimekeeping = Field(
        default=SyntheticTimekeeping(), description="The generated punches of staff."
    )
    defects: Defects = Field(default=Defects(), description="Known defects, for the quality rules to find.")
