"""Punches of staff: where they come from and are kept, and how they become hours."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, model_validator

from district_platform.settings.section import SecretName, Section, SecureUrl

WorkerType = Literal["hourly", "student", "salaried"]


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
    reader_url_secret: SecretName | None = Field(
        default=None,
        description="Name of the secret that is the address by which the dashboard reads the PostgreSQL database, of a user who may only "
        "read (`district-platform hours reader` makes one); default: pages show hours as published.",
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
    overtime_exempt: tuple[WorkerType, ...] = Field(
        default=("salaried",), description="Worker types without overtime, as teachers are (29 CFR 541.303)."
    )
    overtime_factor: Decimal = Field(
        default=Decimal("1.5"),
        ge=1,
        decimal_places=2,
        description="What an hour of overtime pays, in hours of regular pay.",
    )
    full_time_hours: Decimal = Field(default=Decimal(40), gt=0, le=168, description="Hours of a week of 1.0 FTE.")

    @model_validator(mode="after")
    def _pauses_are_in_order(self) -> "Hours":
        if self.repeat_minutes >= self.max_break_minutes:
            raise ValueError(
                f"repeat_minutes {self.repeat_minutes} must be below max_break_minutes {self.max_break_minutes}: "
                "no pause could be a meal break"
            )
        if self.max_hours_without_punch > self.max_hours_between_marks:
            raise ValueError(
                f"max_hours_without_punch {self.max_hours_without_punch} must not be above max_hours_between_marks "
                f"{self.max_hours_between_marks}: marks make longer shifts certain, not shorter ones"
            )
        return self
