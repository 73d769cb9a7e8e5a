"""Every setting of a district, typed, with its default and the reason for it.

Read in this order: defaults here, `district.toml` in the district's home, environment variables
(`DISTRICT_<SECTION>__<KEY>`). Secrets never stand in the file: a setting may name an environment variable, not hold its value.
A section arrives in the assets that need it as an argument (see `engine.assets`); nothing below `definitions.py` reads it itself.
"""

import datetime as dt
import difflib
import itertools
import os
import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource
from pydantic_settings import SettingsError as UnreadableSettingError

from district_platform.home import CACHE_VARIABLE, Home, district_home
from district_platform.mistakes import in_words
from district_platform.privacy.profiles import PROFILES

SYNTHETIC_AS_OF_DATE = dt.date(2026, 2, 13)
"""The day the synthetic district is looked at: late enough in the running year for attendance and winter tests."""

ENV_PREFIX = "DISTRICT_"

SECRET_PREFIX = f"{ENV_PREFIX}SECRET__"
"""Environment variables with secrets begin with it: they are no settings, and are read only where a secret is used."""

Severity = Literal["error", "warn"]


SecretName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_./-]{0,99}$")]
"""The name of a secret, as `credentials` knows it. A mistake in a setting of this type is never shown: it may be the secret itself."""


LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
"""This machine: what is said to it needs no TLS."""

_LOCAL_IN_URL = "|".join(re.escape(host) for host in LOCAL_HOSTS if ":" not in host)

SecureUrl = Annotated[str, StringConstraints(pattern=rf"^(https://|http://({_LOCAL_IN_URL})(:|/|$))")]
"""An address that is spoken to under TLS, or one on this machine, by its name or IPv4 address."""


class SettingsError(ValueError):
    """district.toml or the environment holds something that is no setting; the message says which key and what it means."""


class Section(BaseModel):
    """A part of the settings: immutable, and closed to keys that do not exist."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class OneRosterSource(Section):
    path: Path = Field(
        default=Path("data/oneroster"),
        description="A OneRoster 1.1 or 1.2 CSV bulk export: a folder or a .zip, relative to the home.",
    )


S3Address = Annotated[str, StringConstraints(pattern=r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^\\]*)?$")]
"""A bucket and a prefix in it: s3://bucket/prefix."""

DataFolder = Annotated[str, StringConstraints(pattern=r"^data/[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$")]
"""A folder of the home in which extracts lie, relative to it."""


def _refuse_words_that_differ_in_case(name: str, meanings: Mapping[str, str]) -> None:
    """Of words that are compared in any case, only one could take effect."""
    first: dict[str, str] = {}
    for word in meanings:
        other = first.setdefault(word.strip().lower(), word)
        if other != word:
            raise ValueError(f"{name}: {other!r} and {word!r} are one word, since upper and lower case do not matter")


NullWord = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class ExtractFormat(Section):
    """How the files of an extract differ from the contract: vendors rename columns, and write times as they like."""

    headers: dict[str, str] = Field(
        default={},
        description='The contract\'s column for a header of the files, such as "Sign In" = "login_at"; upper and lower '
        "case do not matter.",
    )
    time_formats: list[str] = Field(
        default=[],
        description="How dates and local times may be written besides ISO (strptime), tried in this order, such as "
        '"%m/%d/%Y %I:%M %p".',
    )
    null_words: list[NullWord] = Field(
        default=[], description="Words for an empty value in these files, besides those of sources.null_words."
    )
    max_file_gb: Decimal | None = Field(
        default=None, gt=0, description="Gigabytes that one of these files may hold; default: sources.max_file_gb."
    )

    @model_validator(mode="after")
    def _every_header_counts(self) -> "ExtractFormat":
        _refuse_words_that_differ_in_case("headers", self.headers)
        return self


class Sources(Section):
    """Where extracts come from."""

    kind: Literal["synthetic", "files", "oneroster"] = Field(
        default="synthetic",
        description="synthetic generates a district; files reads canonical extracts as they lie in data/raw; "
        "oneroster converts a OneRoster bulk export.",
    )
    oneroster: OneRosterSource = Field(default=OneRosterSource(), description="The OneRoster export to read.")
    extracts: dict[str, ExtractFormat] = Field(
        default={}, description="Formats of single extracts, by their name, such as learner_sessions."
    )
    null_words: list[NullWord] = Field(
        default=[],
        description='Words that the files write where a value is empty, such as "NULL", exactly so; default: none, since Null is '
        "a name of people, too.",
    )
    max_file_gb: Decimal = Field(
        default=Decimal(4),
        gt=0,
        description="Gigabytes that one delivered file may hold, decompressed (of Parquet: as text); a larger one is refused by name.",
    )
    remote: dict[DataFolder, S3Address] = Field(
        default={},
        description='Folders of the home whose files are fetched from an object store, such as "data/raw" or '
        '"data/raw/store", each with its s3://bucket/prefix.',
    )

    @property
    def max_file_bytes(self) -> int:
        return int(self.max_file_gb * 10**9)

    @model_validator(mode="after")
    def _folders_are_apart(self) -> "Sources":
        nested = [(a, b) for a in self.remote for b in self.remote if b.startswith(f"{a}/")]
        if nested:
            raise ValueError(f"remote: {nested[0][1]} lies in {nested[0][0]}; a folder has one source")
        if self.kind == "synthetic" and self.remote:
            raise ValueError("remote: a synthetic district makes its extracts itself; set kind to files or oneroster")
        return self


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


class Attendance(Section):
    """The daily attendance fact's rules (docs/attendance.md)."""

    in_attendance_code: str = Field(
        default="In Attendance", description="Category of a day on which an enrolled student has no event."
    )
    chronic_absence_threshold: Decimal = Field(
        default=Decimal(90), ge=0, le=100, description="Chronically absent at or under this attendance rate, percent."
    )
    chronic_absence_min_days: int = Field(
        default=20, ge=0, description="Days enrolled before a rate is judged: fewer say too little."
    )
    federal_min_days: int = Field(
        default=10, ge=0, description="The same for the federal reading (EDFacts FS195 counts from ten days enrolled)."
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


UploadField = Literal[
    "student_id", "school_id", "event_date", "attendance_code", "time_in", "time_out", "minutes_online"
]


class UploadLayout(Section):
    """A file as a student information system imports it. Its import lets columns be mapped, so that headers are free."""

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
    """What a program or a school has of its own; what a program leaves out is the school's, what both do is the district's."""

    minimum_minutes: int | None = Field(default=None, ge=1, le=1_440, description="Minutes online a day.")
    weekly_minimum_minutes: int | None = Field(default=None, ge=1, le=10_080, description="Minutes online a week.")
    marks_everyone: bool | None = Field(default=None, description="Whether the school marks who is present, too.")


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
    def _every_status_counts(self) -> "Reconciliation":
        _refuse_words_that_differ_in_case("tracker_statuses", self.tracker_statuses)
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


class ScoreRange(Section):
    """The scores that a subject's test can yield."""

    min: Decimal = Field(description="Lowest scale score.")
    max: Decimal = Field(description="Highest scale score.")

    @model_validator(mode="after")
    def _ordered(self) -> "ScoreRange":
        if self.min >= self.max:
            raise ValueError(f"min {self.min} must be below max {self.max}")
        return self


class Assessments(Section):
    """What the district's tests can yield."""

    scale: dict[str, ScoreRange] = Field(
        default={s: ScoreRange(min=Decimal(200), max=Decimal(800)) for s in ("Reading", "Math", "Science")},
        description="Lowest and highest possible scale score by subject; other subjects are not judged.",
    )


class Quality(Section):
    """Thresholds of the quality rules (docs/quality_rules.md)."""

    severity: dict[str, Severity] = Field(
        default={}, description="Severity of single rules, by rule id, where the default does not suit the district."
    )
    max_rejected_pct: Decimal = Field(
        default=Decimal(5), ge=0, le=100, description="More rejected rows than this in one file is an error, percent."
    )
    max_nulled_pct: Decimal = Field(
        default=Decimal(20),
        ge=0,
        le=100,
        description="More of a column's values than this outside its closed list is an error, percent of those delivered.",
    )
    max_unresolved_pct: Decimal = Field(
        default=Decimal(20),
        ge=0,
        le=100,
        description="More references than this that name nothing is an error, percent.",
    )
    min_kept_pct: Decimal = Field(
        default=Decimal(50),
        ge=0,
        le=100,
        description="Fewer rows of a required extract and school year than this is an error, percent of the last publication's.",
    )
    census_month: int = Field(
        default=10, ge=1, le=12, description="Month of the census date on which staff and students are counted."
    )
    census_day: int = Field(default=1, ge=1, le=28, description="Day of the census date; 1 October is the common one.")
    max_fte: Decimal = Field(default=Decimal("1.0"), gt=0, description="More concurrent FTE than one person can work.")
    severe_fte: Decimal = Field(default=Decimal("1.5"), gt=0, description="FTE that can only be a data error.")
    ratio_low: Decimal = Field(default=Decimal(8), gt=0, description="Fewer students per teacher FTE is implausible.")
    ratio_high: Decimal = Field(default=Decimal(30), gt=0, description="More students per teacher FTE is implausible.")
    ratio_severe_low: Decimal = Field(default=Decimal(2), gt=0, description="Certainly a data error below this.")
    ratio_severe_high: Decimal = Field(default=Decimal(60), gt=0, description="Certainly a data error above this.")
    max_ratio_change_pct: Decimal = Field(
        default=Decimal(25), gt=0, description="Students per teacher FTE rarely move more than this in a year, percent."
    )
    max_left_out_pct: Decimal = Field(
        default=Decimal(10),
        ge=0,
        lt=100,
        description="A ratio or a change that leaves out more of the students than this, percent, is not told: their "
        "schools have only one of its two sides. So with hours per FTE that leave out more of the employees.",
    )
    vacant_educator_ids: tuple[str, ...] = Field(
        default=("vacant", "vacancy", "unfilled", "open", "tbd", "tba", "n/a", "none"),
        description="What stands for educator_id in an assignment that nobody holds, besides a blank; upper and lower case do "
        "not matter.",
    )
    max_evidence_age_days: int = Field(
        default=7, ge=1, description="Instructional days without attendance after which a school is asked for it."
    )
    max_days_enrolled: int = Field(
        default=185, ge=1, description="More distinct days enrolled in a year than any calendar should have."
    )
    duplicate_probability: Decimal = Field(
        default=Decimal("0.8"),
        gt=0,
        lt=1,
        description="Match probability from which two ids are probably one person: at 0.8 few of the pairs a steward "
        "looks at are in vain, and most duplicates are found (docs/record_linkage.md has the numbers).",
    )
    store_anomaly_score: Decimal = Field(
        default=Decimal(8),
        gt=0,
        description="A sale's amount stands out when it is this many robust standard deviations from what the product "
        "usually brings at the store; 8 is six times the usual at least.",
    )
    store_anomaly_min_lines: int = Field(
        default=20, ge=3, description="Sales lines of a product at a store without which nothing is usual."
    )
    store_dormant_days: int = Field(
        default=365, ge=31, description="Days without a purchase after which a customer's account is dormant."
    )
    store_sudden_amount: Decimal = Field(
        default=Decimal(250), gt=0, description="What a dormant account spends in one day, USD, to be asked about."
    )
    max_shift_hours: int = Field(default=16, ge=1, le=48, description="Nobody is at work for longer than this.")
    min_shift_minutes: int = Field(default=5, ge=0, le=240, description="Nobody comes for a shorter time than this.")
    fte_weeks: int = Field(
        default=4, ge=1, le=52, description="Work weeks in a row over which hours are held against the assigned FTE."
    )
    fte_least_days: int = Field(
        default=12, ge=1, description="Instructional days in them without which a holiday would weigh too much."
    )
    max_fte_deviation_pct: Decimal = Field(
        default=Decimal(25),
        gt=0,
        description="Hours that differ more from what the FTE stands for are asked about, percent.",
    )
    max_student_weekly_hours: Decimal = Field(
        default=Decimal(20), gt=0, le=168, description="Hours that a student worker may work in a week."
    )
    max_offenders: int = Field(
        default=1_000, ge=20, description="Offending rows kept per rule and run; the count is always whole."
    )
    history_runs: int = Field(
        default=200, ge=2, description="Runs whose counts are kept, for the change and the trend of every rule."
    )

    @model_validator(mode="after")
    def _thresholds_can_take_effect(self) -> "Quality":
        """What is severe lies beyond what is found at all, and what is too low lies below what is too high."""
        ordered = (
            ("max_fte", "severe_fte"),
            ("ratio_severe_low", "ratio_low"),
            ("ratio_low", "ratio_high"),
            ("ratio_high", "ratio_severe_high"),
        )
        for low, high in ordered:
            if getattr(self, low) > getattr(self, high):
                raise ValueError(f"{low} {getattr(self, low)} must not be above {high} {getattr(self, high)}")
        if self.min_shift_minutes > self.max_shift_hours * 60:
            raise ValueError(f"min_shift_minutes {self.min_shift_minutes} must not be above max_shift_hours")
        return self


class CustomerSegment(Section):
    """What a customer must reach, up to a month's end, to be in a segment; without a minimum, nothing."""

    min_lifetime_value: Decimal | None = Field(default=None, description="Spent at least, USD, returns taken off.")
    min_transactions: int | None = Field(default=None, ge=1, description="Transactions at least.")

    def takes_all_of(self, other: "CustomerSegment") -> bool:
        """Whether every customer who reaches the other's minimums reaches these, too."""
        pairs = (
            (self.min_lifetime_value, other.min_lifetime_value),
            (self.min_transactions, other.min_transactions),
        )
        return all(own is None or (others is not None and own <= others) for own, others in pairs)


class Store(Section):
    """Rules of the store's data marts (docs/store.md)."""

    inactive_days: int = Field(
        default=90, ge=31, description="A customer without a purchase in so many days is inactive."
    )
    segments: dict[str, CustomerSegment] = Field(
        default={
            "Premium": CustomerSegment(min_lifetime_value=Decimal(300), min_transactions=10),
            "Regular": CustomerSegment(min_lifetime_value=Decimal(60), min_transactions=3),
            "Occasional": CustomerSegment(),
        },
        description="Customer segments, the highest first; a customer is in the first one whose minimums are reached. "
        "The last one has no minimums, and takes everyone else.",
    )
    incentive_pct: Decimal = Field(
        default=Decimal(1), ge=0, le=100, decimal_places=4, description="Incentive, percent of the month's sales."
    )
    incentive_ranks: int = Field(
        default=1, ge=0, description="How many places in a store's month earn the incentive; 1 is the first alone."
    )

    @model_validator(mode="after")
    def _everyone_has_a_segment(self) -> "Store":
        takes_everyone = [segment == CustomerSegment() for segment in self.segments.values()]
        if takes_everyone.count(True) != 1 or not takes_everyone[-1]:
            raise ValueError("segments: the last one, and no other, must be without minimums")
        return self

    @model_validator(mode="after")
    def _every_segment_can_be_reached(self) -> "Store":
        for (first, wider), (second, narrower) in itertools.combinations(self.segments.items(), 2):
            if wider.takes_all_of(narrower):
                raise ValueError(
                    f"segments: nobody can be in {second}: it comes after {first}, which takes everyone who reaches its minimums. "
                    f"Put {second} before {first}"
                )
        return self


class UkgApi(Section):
    """The API of UKG Pro WFM (docs/ukg.md). Without a url the synthetic district has a stand-in, any other no timekeeping."""

    url: SecureUrl | None = Field(default=None, description="The API's address, https://<host>/api; default: none.")
    user: SecretName = Field(default="ukg_user", description="Name of the secret that is the user to ask as.")
    password: SecretName = Field(default="ukg_password", description="Name of the secret that is this user's password.")
    client_id: SecretName = Field(default="ukg_client_id", description="Name of the secret that is the client's id.")
    client_secret: SecretName = Field(default="ukg_client_secret", description="Name of the secret of the client.")
    app_key: SecretName = Field(default="ukg_app_key", description="Name of the secret that is the app key.")
    persons_per_page: int = Field(default=1_000, ge=1, le=10_000, description="Persons in one page; 10,000 at most.")
    timeout_seconds: float = Field(default=60, gt=0, description="Seconds to wait for an answer to begin.")
    time_zones: dict[str, str] = Field(
        default={}, description="The vendor's names of time zones outside the United States, and their IANA names."
    )


class Timekeeping(Section):
    """Punches of staff: the store that holds them and how it follows the timekeeping system (docs/timekeeping.md)."""

    database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL database for punches, postgresql://user:password@host/name?sslmode=verify-full; default: "
        "an embedded file, warehouse/timekeeping.duckdb. A secret: by its environment variable alone.",
    )
    api: UkgApi = Field(default=UkgApi(), description="The API that is asked for persons and punches.")
    first_date: dt.date = Field(
        default=dt.date(2015, 7, 1), description="The first day whose punches the timekeeping system is asked for."
    )
    look_back_days: int = Field(
        default=28,
        ge=0,
        le=365,
        description="Days before the last update that are asked for again: two pay periods of two weeks, within which "
        "managers mend punches.",
    )
    batch_employees: int = Field(
        default=100, ge=1, le=500, description="Employees in one request and one transaction of the store."
    )
    batch_days: int = Field(
        default=365, ge=1, le=365, description="Days of punches in one request and one transaction of the store."
    )
    backup_file: Path | None = Field(
        default=None,
        description="JSON backup of punches from before first_date, relative to the home; what the API holds goes before it.",
    )


class Hours(Section):
    """How punches become hours (docs/timekeeping.md)."""

    max_hours_without_punch: int = Field(
        default=13,
        ge=6,
        le=24,
        description="Nobody works longer than this without a punch: after a longer pause a punch is in, whatever it was before.",
    )
    max_hours_between_marks: int = Field(
        default=24,
        ge=6,
        le=72,
        description="The same from a punch that a manager marked as in to the next, marked as out: both ends are certain.",
    )
    repeat_minutes: int = Field(
        default=2,
        ge=0,
        le=30,
        description="A punch up to this long after the one before is the same badge read once more; 0 takes every punch for itself.",
    )
    max_break_minutes: int = Field(
        default=150,
        ge=1,
        le=720,
        description="Between two stretches of work a longer pause begins a new shift; one up to this is a meal break.",
    )
    uses_rounded_punches: bool = Field(
        default=True,
        description="Whether hours count from the punches as the timekeeping system rounds them, which is what payroll pays.",
    )
    work_week_begins: Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] = Field(
        default="Sunday",
        description="First day of the work week of overtime, 168 hours from its midnight; a shift over its end counts in both weeks.",
    )
    overtime_after_hours: Decimal = Field(
        default=Decimal(40),
        gt=0,
        le=168,
        description="Hours of a work week beyond which they are overtime (FLSA, section 7(a)).",
    )
    overtime_exempt: tuple[str, ...] = Field(
        default=("salaried",), description="Worker types without overtime, as teachers are (29 CFR 541.303)."
    )
    overtime_factor: Decimal = Field(
        default=Decimal("1.5"),
        ge=1,
        decimal_places=2,
        description="What an hour of overtime pays, in hours of regular pay.",
    )
    full_time_hours: Decimal = Field(default=Decimal(40), gt=0, le=168, description="Hours of a week of 1.0 FTE.")


class RateBand(Section):
    """How percentages of groups of a size are coarsened; group sizes count from the band's own to the next band's."""

    end_pct: int = Field(ge=1, le=50, description="Up to it a percentage reads '≤ end', and from 100 less it '≥'.")
    step_pct: int = Field(ge=1, le=98, description="Width of the ranges between the ends.")

    @model_validator(mode="after")
    def _fills(self) -> "RateBand":
        if (100 - 2 * self.end_pct) % self.step_pct:
            raise ValueError(f"steps of {self.step_pct} do not fill {self.end_pct} to {100 - self.end_pct} percent")
        return self


class Privacy(Section):
    """What may be released about small groups (FERPA; docs/privacy.md)."""

    profile: Literal["nces", "delaware", "new_york"] = Field(
        default="nces", description="Published rules to start from; the other settings here override single values."
    )
    min_group_size: int = Field(
        default=PROFILES["nces"]["min_group_size"],
        ge=3,
        description="Groups with fewer students are hidden wherever aggregates leave the platform.",
    )
    min_uncertainty: int = Field(
        default=2,
        ge=1,
        description="What can be worked out of a hidden count leaves at least this between its lowest and highest value.",
    )
    rate_bands: dict[int, RateBand] = Field(
        default={size: RateBand(**band) for size, band in PROFILES["nces"]["rate_bands"].items()},
        description="How percentages are coarsened, by the group size from which a band holds.",
    )
    public_figures: Literal["membership", "none"] = Field(
        default="membership",
        description="What is published elsewhere and therefore told, small groups too: membership, the headcount of the count day by "
        "school, grade, race/ethnicity and sex (Common Core of Data). none: nothing is, as for private schools.",
    )
    detail: Literal["groups", "grades_by_groups"] = Field(
        default="groups",
        description="How finely released tables are split: groups, the district and schools by all students, grade or subgroup; "
        "grades_by_groups, also the subgroups of each grade, which costs the levels above some of their figures.",
    )
    release_every: Literal["day", "week", "month", "quarter"] = Field(
        default="week",
        description="How often the released rows of a running school year are replaced; in between they are repeated, with the date "
        "that they are as of. Lists on single students are as fresh as the run.",
    )

    @model_validator(mode="before")
    @classmethod
    def _of_profile(cls, values: Any) -> Any:
        return {**PROFILES.get(str(values.get("profile")), {}), **values} if isinstance(values, dict) else values

    @model_validator(mode="after")
    def _is_possible(self) -> "Privacy":
        if self.min_uncertainty > self.min_group_size - 2:
            raise ValueError(
                f"min_uncertainty {self.min_uncertainty} must be at most min_group_size less 2: a hidden group is known "
                f"to have 1 to {self.min_group_size - 1} students"
            )
        if min(self.rate_bands, default=1) > 0:
            raise ValueError("rate_bands must have a band from group size 0 on")
        return self


class Publication(Section):
    keep_versions: int = Field(
        default=3, ge=1, description="Publications kept on disk, the current one among them, to go back to."
    )
    copy_to: S3Address | None = Field(
        default=None,
        description="s3://bucket/prefix to which each publication is copied, whole or not at all; default: none is.",
    )
    csv_byte_order_mark: bool = Field(
        default=False,
        description="Begin CSV files with a byte order mark: Excel then reads accents right; some programs trip over it.",
    )


class Storage(Section):
    """The object store that s3:// addresses mean (docs/operations.md). Needs district-platform[aws]."""

    endpoint_url: SecureUrl | None = Field(
        default=None, description="Address of a store other than Amazon's; https, but for one on this machine."
    )
    region: str | None = Field(default=None, description="The store's region; default: the machine's.")
    access_key_secret: SecretName | None = Field(
        default=None,
        description="Name of the secret with the access key's id; default: the keys that AWS's own tools would find "
        "(role, profile, environment).",
    )
    secret_key_secret: SecretName | None = Field(default=None, description="Name of the secret with the secret key.")
    part_size_mb: int = Field(
        default=16, ge=5, le=5_000, description="Larger files are sent in parts of this size, each at most once, MiB."
    )

    @model_validator(mode="after")
    def _keys_are_a_pair(self) -> "Storage":
        if (self.access_key_secret is None) != (self.secret_key_secret is None):
            raise ValueError("access_key_secret and secret_key_secret: name both, or neither")
        return self


class Credentials(Section):
    """Who is asked for secrets (docs/operations.md). Other settings name a secret and never hold its value."""

    providers: tuple[Literal["environment", "aws_secrets_manager", "keyring"], ...] = Field(
        default=("environment",),
        min_length=1,
        description="Who is asked for a secret, in this order: environment (DISTRICT_SECRET__<NAME>), aws_secrets_manager, "
        "keyring (the system's own; one that keeps secrets in the clear is refused).",
    )
    aws_prefix: str = Field(default="", description="What stands before a secret's name in AWS Secrets Manager.")
    aws_region: str | None = Field(default=None, description="Region of AWS Secrets Manager; default: the machine's.")
    aws_endpoint_url: SecureUrl | None = Field(
        default=None, description="Address of AWS Secrets Manager, where it is not Amazon's public one."
    )
    keyring_service: str = Field(default="district-platform", description="Service of the entries in the keyring.")
    cache_seconds: int = Field(
        default=60, ge=0, le=3_600, description="How long a secret is remembered; refused, it is read anew at once."
    )


class Encryption(Section):
    """What is encrypted beyond the disk's own encryption (docs/operations.md). Needs district-platform[encryption]."""

    warehouse_key_secret: SecretName | None = Field(
        default=None,
        description="Name of the secret with the key of warehouse/district.duckdb and timekeeping.duckdb (AES-256-GCM; 32 "
        "characters at least); default: the files are not encrypted.",
    )
    recipients: tuple[Annotated[str, StringConstraints(pattern=r"^age1[a-z0-9]{58}$")], ...] = Field(
        default=(),
        description="age public keys (age1…), never the AGE-SECRET-KEY. What is uploaded or copied to an object store is sealed, so "
        "that only they open it.",
    )
    sealed_reports: bool = Field(
        default=False,
        description="Whether files on single people in reports/ (worklists, call lists, restricted, marts, attendance uploads "
        "and their evidence) are published sealed for the recipients, and not in the clear.",
    )

    @model_validator(mode="after")
    def _sealed_for_somebody(self) -> "Encryption":
        if self.sealed_reports and not self.recipients:
            raise ValueError("sealed_reports needs recipients, the public keys of those who may open the files")
        return self


class Automation(Section):
    """When the platform refreshes itself."""

    settle_seconds: int = Field(
        default=60, ge=0, description="Files under data/raw must be unchanged this long before they are read."
    )
    daily_cron: str = Field(default="15 5 * * *", description="Daily refresh, after nightly exports have arrived.")
    weekly_cron: str = Field(default="30 5 * * 1", description="Weekly full run: generation, checks, publication.")
    punches_cron: str = Field(
        default="45 4 * * *", description="Daily update of the store of punches, before the daily refresh."
    )
    upload_cron: str = Field(
        default="0 6 * * 1", description="Corrections of attendance for the week, Monday early, after the weekly run."
    )
    timezone: str = Field(default="America/New_York", description="Time zone of the schedules.")
    max_extract_age_hours: int = Field(
        default=36, ge=1, description="An extract not refreshed for this long is shown as stale."
    )


class Retries(Section):
    """How long faults that pass by themselves (network, throttling, a lock) are waited out; faults of data never are."""

    max_retries: int = Field(default=6, ge=0, description="Tries after the first that failed.")
    first_delay_seconds: float = Field(
        default=2.0,
        ge=0,
        description="Wait before the second try, doubled before each further one, and shortened by up to half by chance: "
        "six of them outlast a minute without network for certain.",
    )


class Slack(Section):
    webhook_secret: SecretName | None = Field(
        default=None,
        description="Name of the secret that holds the address of a Slack incoming webhook; default: no Slack.",
    )


class Teams(Section):
    webhook_secret: SecretName | None = Field(
        default=None,
        description="Name of the secret that holds the address of a Microsoft Teams workflow that posts cards; default: no "
        "Teams.",
    )


class Email(Section):
    """Messages to mailboxes of roles, by a mail server that speaks STARTTLS."""

    host: str | None = Field(default=None, description="The mail server; default: no e-mail.")
    port: int = Field(default=587, ge=1, le=65_535, description="Its port for submission.")
    sender: str = Field(default="", description="Address that alerts come from.")
    recipients: tuple[str, ...] = Field(
        default=(), description="Who gets them: mailboxes of roles, rather than people's."
    )
    user: str | None = Field(default=None, description="Name to log in with; default: no login.")
    password_secret: SecretName | None = Field(default=None, description="Name of the secret that holds the password.")
    ca_file: Path | None = Field(
        default=None, description="Certificates (PEM) that vouch for the server, where the system's own do not."
    )

    @model_validator(mode="after")
    def _is_whole(self) -> "Email":
        if self.host and not (self.sender and self.recipients):
            raise ValueError("host needs sender and recipients")
        if (self.user is None) != (self.password_secret is None):
            raise ValueError("user and password_secret go together")
        return self


class Alerts(Section):
    """Who is told when something is wrong, and how (docs/operations.md)."""

    slack: Slack = Field(default=Slack(), description="Alerts to a Slack channel.")
    teams: Teams = Field(default=Teams(), description="Alerts to a Microsoft Teams channel.")
    email: Email = Field(default=Email(), description="Alerts by e-mail.")
    base_url: str | None = Field(
        default=None,
        description="Address of the Dagster UI for the links in alerts, which a proxy in front of it may serve it under; default: no "
        "links, only run ids.",
    )
    fresh_extracts: tuple[str, ...] = Field(
        default=("sis/enrollments", "sis/attendance_events"),
        description="Extracts delivered so often that one older than automation.max_extract_age_hours is told.",
    )


PublicUrl = Annotated[
    str,
    StringConstraints(
        pattern=r"^(https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?|http://(127\.0\.0\.1|localhost))(:[0-9]{1,5})?$"
    ),
]
"""An origin: https and a name in lower case, or http on this machine; no path, no slash at its end."""


class Web(Section):
    """The dashboard's address, which decides what it answers to (docs/access.md)."""

    public_url: PublicUrl = Field(
        default="http://127.0.0.1:8501",
        description='The address that people type, such as "https://data.example.org", under which a proxy with TLS shows the '
        "dashboard; default: this machine alone. Requests for another name are refused. Without a slash at its end.",
    )
    in_container: bool = Field(
        default=False,
        description="Whether the dashboard runs in a container whose port is published on this machine alone, so that it may listen on "
        "all addresses of the container; the image sets it.",
    )
    proxies: tuple[str, ...] = Field(
        default=("127.0.0.1",),
        description="Addresses of the proxies before the dashboard, whose word on the client's address and on TLS is taken.",
    )

    @property
    def is_public(self) -> bool:
        """Whether it is reached from other machines, by https."""
        return self.public_url.startswith("https://")

    @property
    def host(self) -> str:
        """The name and port that browsers ask for."""
        return self.public_url.partition("://")[2]


class Engine(Section):
    memory_limit: str = Field(default="6GB", description="DuckDB's memory; beyond it, it spills to disk.")
    threads: int | None = Field(default=None, ge=1, description="DuckDB's threads; default: all cores.")


class Settings(BaseSettings):
    """All settings of one district."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True)

    district_name: str = Field(default="Example Unified School District", description="As it stands on the brief.")
    as_of_date: dt.date | None = Field(
        default=None, description=f"The day the data is looked at; default today, {SYNTHETIC_AS_OF_DATE} if synthetic."
    )
    sources: Sources = Field(default=Sources(), description="Where extracts come from.")
    synthetic: Synthetic = Field(default=Synthetic(), description="The generated district.")
    attendance: Attendance = Field(default=Attendance(), description="Rules of daily attendance.")
    reconciliation: Reconciliation = Field(
        default=Reconciliation(), description="Attendance held against online learning."
    )
    assessments: Assessments = Field(default=Assessments(), description="Score scales.")
    quality: Quality = Field(default=Quality(), description="Thresholds and severities of the quality rules.")
    privacy: Privacy = Field(default=Privacy(), description="What may be released about small groups.")
    store: Store = Field(default=Store(), description="Rules of the district store's data marts.")
    timekeeping: Timekeeping = Field(default=Timekeeping(), description="Punches of staff, and hours worked.")
    hours: Hours = Field(default=Hours(), description="How punches become hours.")
    publication: Publication = Field(default=Publication(), description="How publications are kept.")
    storage: Storage = Field(default=Storage(), description="The object store of s3:// addresses.")
    credentials: Credentials = Field(default=Credentials(), description="Who is asked for secrets.")
    encryption: Encryption = Field(default=Encryption(), description="What is encrypted, and for whom.")
    automation: Automation = Field(default=Automation(), description="Schedules and the file sensor.")
    retries: Retries = Field(default=Retries(), description="How faults that pass by themselves are waited out.")
    alerts: Alerts = Field(default=Alerts(), description="Who is told when something is wrong.")
    web: Web = Field(default=Web(), description="The dashboard's address.")
    engine: Engine = Field(default=Engine(), description="DuckDB's limits.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = TomlConfigSettingsSource(settings_cls, toml_file=district_home().config_file)
        _refuse_secrets(toml(), settings_cls)
        return init_settings, env_settings, toml

    @cached_property
    def home(self) -> Home:
        return district_home()

    @property
    def effective_date(self) -> dt.date:
        """as_of_date as every transform sees it: time is an input, never `now()` inside a table."""
        if self.as_of_date:
            return self.as_of_date
        return SYNTHETIC_AS_OF_DATE if self.sources.kind == "synthetic" else dt.date.today()


def choices_of(section: type[BaseModel], name: str) -> tuple[str, ...]:
    """The values that a setting with a closed list may have."""
    return get_args(section.model_fields[name].annotation)


def load_settings() -> Settings:
    """The settings of the district at home.

    Raises SettingsError naming the key, its meaning, and what was wrong with it.
    """
    try:
        _refuse_unknown_environment()
        return Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(e) for e in error.errors())) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(_not_toml(error)) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SettingsError(
            f"{district_home().config_file}, line {line}: a character that is no UTF-8. Save the file as UTF-8."
        ) from None
    except OSError as error:
        raise SettingsError(f"{district_home().config_file}: cannot be read ({error.strerror}).") from None
    except UnreadableSettingError as error:
        field = re.search(r'field "(\w+)"', str(error))
        name = _variable([field.group(1)]) if field else ENV_PREFIX
        raise SettingsError(
            f"{name}…: a list or a table in the environment is written as JSON, such as '[\"a\"]'."
        ) from None


def _not_toml(error: tomllib.TOMLDecodeError) -> str:
    """Where the file stops being TOML; the line itself is not repeated, for it may hold a secret."""
    place = re.search(r"at (line \d+), column \d+|at end of document", str(error))
    where = f", {place.group(1)}" if place and place.group(1) else " ends in the middle of something"
    return (
        f"{district_home().config_file}{where}: not valid TOML. A setting is written name = value, text stands in quotation marks, a "
        "section's name in [brackets], and each name stands once."
    )


def _refuse_unknown_environment() -> None:
    """pydantic-settings passes over top-level variables that name nothing; a typing error must not go unseen."""
    known = {f"{ENV_PREFIX}{name}".upper() for name in Settings.model_fields}
    known |= {f"{ENV_PREFIX}HOME", CACHE_VARIABLE, SECRET_PREFIX.removesuffix("__")}
    for variable in os.environ:
        if variable.startswith(ENV_PREFIX) and variable.split("__")[0].upper() not in known:
            section = variable.removeprefix(ENV_PREFIX).split("__")[0].lower()
            raise SettingsError(_unknown_key(section, Settings, variable))


def _refuse_secrets(values: dict[str, Any], model: Any, path: tuple[str, ...] = ()) -> None:
    """district.toml is copied, mailed and put under version control: a secret in it is one no longer."""
    for name, field in model.model_fields.items():
        if name not in values:
            continue
        if _is_secret(field):
            key = [*path, name]
            raise SettingsError(f"{'.'.join(key)} is a secret: take it out of district.toml and set {_variable(key)}.")
        if isinstance(values[name], dict) and hasattr(section := _section_type(model, name), "model_fields"):
            _refuse_secrets(values[name], section, (*path, name))


def _is_secret(field: FieldInfo) -> bool:
    return SecretStr in (field.annotation, *get_args(field.annotation))


def _names_secret(field: FieldInfo) -> bool:
    constraint = get_args(SecretName)[1]
    return SecretName in get_args(field.annotation) or constraint in field.metadata


def _explain(error: Any) -> str:
    """One validation error for the person who edits district.toml."""
    path = [str(part) for part in error["loc"]]
    model: Any = Settings
    field: FieldInfo | None = None
    for depth, part in enumerate(path, start=1):
        if error["type"] == "extra_forbidden" and depth == len(path):
            return _unknown_key(part, model, ".".join(path))
        field = model.model_fields.get(part, field)
        model = _section_type(model, part) or model
    key = ".".join(part for part in path if part != "[key]")
    meaning = f" It means: {field.description}" if field is not None and field.description else ""
    is_key = "SECRET" in str(error["input"])
    if is_key or (field is not None and (_is_secret(field) or _names_secret(field))):
        return f"{key}: {in_words(error)}.{meaning} ({_variable(path)})"
    return f"{key} = {error['input']!r}: {in_words(error)}.{meaning} (district.toml or {_variable(path)})"


def _section_type(model: Any, name: str) -> Any:
    field = model.model_fields.get(name)
    if field is None:
        return None
    candidates = [field.annotation, *get_args(field.annotation)]
    return next((c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel)), None)


def _unknown_key(name: str, model: Any, shown: str) -> str:
    close = difflib.get_close_matches(name, model.model_fields, n=1)
    if close:
        hint = f"Did you mean {close[0]}? It means: {model.model_fields[close[0]].description}"
    else:
        hint = f"Known here: {', '.join(model.model_fields)}."
    return f"{shown}: there is no such setting. {hint}"


def _variable(path: list[str]) -> str:
    return ENV_PREFIX + "__".join(path).upper()
