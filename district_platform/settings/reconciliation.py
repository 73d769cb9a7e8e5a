"""When learning online makes an absence a presence, and how corrections are uploaded."""

import datetime as dt
from typing import Literal

from pydantic import Field, model_validator

from district_platform.settings.section import Section, refuse_words_that_differ_in_case

UploadField = Literal[
    "student_id", "school_id", "event_date", "attendance_code", "time_in", "time_out", "minutes_online"
]


class UploadLayout(Section):
    """A file as a student information system imports it. The import lets its user map columns, so that headers can be chosen freely."""

    columns: dict[str, UploadField] = Field(min_length=1, description="What stands under each header, in their order.")
    date_format: str = Field(default="%Y-%m-%d", description="How dates are written (strftime).")
    time_format: str = Field(default="%H:%M", description="How times are written (strftime).")
    attendance_code: str = Field(default="VIRTUAL", description="The system's own code for present, virtual.")

    @property
    def has_times(self) -> bool:
        """Whether a row is an interval online; else it is a day."""
        return not {"time_in", "time_out"}.isdisjoint(self.columns.values())


Presence = Literal["virtual", "in-person", "absent"]


class ReconciliationPolicy(Section):
    """Rules of one program or one school. A rule that the program leaves out is the school's; one that both leave out is the district's."""

    minimum_minutes: int | None = Field(default=None, ge=1, le=1_440, description="Minutes online a day.")
    weekly_minimum_minutes: int | None = Field(default=None, ge=1, le=10_080, description="Minutes online a week.")
    marks_everyone: bool | None = Field(default=None, description="Whether the school marks who is present, too.")


def _refuse_idle_day(place: str, of_day: int | None, of_week: int | None) -> None:
    """Raises ValueError where fewer minutes a week than a day are asked for: the day's could then change nothing."""
    if of_day is not None and of_week is not None and of_week < of_day:
        raise ValueError(
            f"{place}weekly_minimum_minutes {of_week} must not be below minimum_minutes {of_day}, "
            "or one day that counts would make the whole week count"
        )


class Reconciliation(Section):
    """When a day marked absent was a day of learning online (docs/reconciliation.md)."""

    minimum_minutes: int = Field(
        default=10, ge=1, le=1_440, description="Minutes online (this many or more) that make a day present, virtual."
    )
    weekly_minimum_minutes: int | None = Field(
        default=None,
        ge=1,
        le=10_080,
        description="Minutes online from Monday to Sunday that make every absence of that week present, virtual; "
        "default: the day alone counts.",
    )
    marks_everyone: bool = Field(
        default=False,
        description="Whether schools mark who is present, too, so that a day without a mark is no presence.",
    )
    schools: dict[str, ReconciliationPolicy] = Field(
        default={}, description="Policies of single schools, by school_id, where they differ from the district's."
    )
    programs: dict[str, ReconciliationPolicy] = Field(
        default={},
        description="Policies of single programs, by their name in program_participation; they go before the school's. "
        "Of several programs of a student, the one that is named first here decides.",
    )
    tracker_statuses: dict[str, Presence] = Field(
        default={"Present Virtual": "virtual", "Present": "in-person", "Absent": "absent"},
        description="What the words of legacy/attendance_tracker mean; upper and lower case do not matter.",
    )
    reconciles_excused: bool = Field(
        default=False,
        description="Whether excused absences, too, become present, virtual; else they are never touched.",
    )
    lock_after_days: int | None = Field(
        default=60, ge=1, description="Days older than this are closed in the SIS and stay as they are."
    )
    max_session_minutes: int = Field(
        default=720,
        ge=1,
        le=1_440,
        description="No session counts for longer; a longer one without active minutes was never logged out, and "
        "counts nothing.",
    )

    upload_scope: Literal["corrections", "all"] = Field(
        default="corrections",
        description="What reports/attendance_upload.csv states: corrections alone, or every student's every day.",
    )

    upload_layouts: dict[str, UploadLayout] = Field(
        default={
            "infinite_campus": UploadLayout(
                columns={
                    "Student Number": "student_id",
                    "Date": "event_date",
                    "Time In": "time_in",
                    "Time Out": "time_out",
                },
                date_format="%m/%d/%Y",
            ),
            "aeries": UploadLayout(
                columns={"Student ID": "student_id", "Date": "event_date", "All Day": "attendance_code"},
                date_format="%m/%d/%Y",
            ),
        },
        description="Corrections in the layouts of student information systems, a file each in reports/attendance_uploads.",
    )

    @model_validator(mode="after")
    def _both_minimums_count(self) -> "Reconciliation":
        _refuse_idle_day("", self.minimum_minutes, self.weekly_minimum_minutes)
        for school, policy in self.schools.items():
            of_day, of_week = policy.minimum_minutes, policy.weekly_minimum_minutes
            _refuse_idle_day(
                f"schools.{school}: ", of_day or self.minimum_minutes, of_week or self.weekly_minimum_minutes
            )
        for program, policy in self.programs.items():
            _refuse_idle_day(f"programs.{program}: ", policy.minimum_minutes, policy.weekly_minimum_minutes)
        return self

    @model_validator(mode="after")
    def _every_status_counts(self) -> "Reconciliation":
        refuse_words_that_differ_in_case("tracker_statuses", self.tracker_statuses)
        return self

    def first_open_date(self, as_of_date: dt.date) -> dt.date:
        """The first day that is not locked."""
        return dt.date.min if self.lock_after_days is None else as_of_date - dt.timedelta(days=self.lock_after_days)

    @property
    def has_weekly_minimum(self) -> bool:
        """Whether the district, a school or a program has one."""
        return any(policy.weekly_minimum_minutes is not None for policy in self._policies)

    @property
    def has_marks_of_everyone(self) -> bool:
        """Whether a day without a mark is no presence in the district, at a school or in a program."""
        return any(policy.marks_everyone for policy in self._policies)

    @property
    def _policies(self) -> tuple["Reconciliation | ReconciliationPolicy", ...]:
        """The district's own, and those of schools and programs."""
        return self, *self.schools.values(), *self.programs.values()
