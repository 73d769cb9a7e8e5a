"""What answers look like, for the OpenAPI file. A test holds answers against it."""

import datetime as dt
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Row = TypeVar("Row")
DECIMAL = r"^-?[0-9]+(\.[0-9]+)?$"


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Rows(Model, Generic[Row]):
    """A page of rows."""

    publication: str = Field(description="The publication that the rows are of.")
    as_of_date: dt.date = Field(description="The day as of which the publication looks at the data.")
    complete_as_of: str | None = Field(
        default=None,
        description="Only where days come from the attendance store: the publication that was loaded last.",
    )
    rows: list[Row]
    next_url: str | None = Field(description="The next page, of the same publication; null on the last.")


class Column(Model):
    name: str
    type: str
    unit: str | None
    meaning: str


class Table(Model):
    name: str
    url: str
    meaning: str
    one_row_is: str
    n_rows: int
    key: list[str]
    columns: list[Column]


class Described(Model):
    table: Table


class Student(Model):
    """A student enrolled on as_of_date, at one school."""

    student_id: str
    last_name: str | None
    first_name: str | None
    school_id: str
    grade: str | None
    attendance_rate: str | None = Field(
        description="Percent of days enrolled, to date, at this school.", pattern=DECIMAL
    )
    days_absent: str | None = Field(description="Days, parts of days added up.", pattern=DECIMAL)
    is_chronic_absentee: bool | None = Field(description="Null with too few days enrolled to be judged.")


class Day(Model):
    """A student's day at a school."""

    student_id: str
    date: dt.date
    school_id: str
    school_year: int
    session: str | None
    category: str | None = Field(description="As the student information system has it, or the hand-kept tracker.")
    reason: str | None
    excusal: str | None
    is_absent: str | None = Field(description="The part of the day that was missed, 0 to 1.", pattern=DECIMAL)
    presence_source: str | None = Field(description="in-person, virtual, or null.")
    correction: str | None = Field(
        description="pending: reconciliation found the day to be virtual and the SIS does not show it; confirmed: it does."
    )
    is_tracked: bool = Field(description="Whether the hand-kept tracker has the day, and the SIS no mark of it.")


class Rule(Model):
    """A rule of an owner that the caller may see, as the last run counted."""

    rule_id: str
    title: str
    severity: str = Field(description="error: an open finding stops the publication. warn: it does not.")
    owner: str
    table: str | None
    unit: str | None
    status: str | None = Field(description="passed, warned, failed or skipped.")
    n_judged: int | None
    n_findings: int | None
    n_open: int = Field(description="Findings that no waiver covers.")
    n_waived: int | None
    n_listed: int | None = Field(description="Findings in /v1/quality/findings, which is limited for each rule.")
    change: int | None = Field(
        description="Findings more than in the run before; null where one of both did not judge."
    )
    why: str | None
    how_to_fix: str | None


class Finding(Model):
    """A finding of a rule, by id."""

    rule_id: str
    severity: str | None
    title: str | None
    unit: str | None
    finding_key: str
    student_id: str | None = Field(description="Of a pair: a|b, as school_id and date.")
    staff_id: str | None
    school_id: str | None
    date: str | None
    value_expected: str | None
    evidence: str | None
    how_to_fix: str | None
    is_waived: bool


class Week(Model):
    """An employee's work week."""

    employee_number: str
    work_week_begin_date: dt.date
    school_id: str | None
    n_shifts: int | None
    n_days_worked: int | None
    n_missing_punch_days: int | None
    hours_worked: str | None = Field(pattern=DECIMAL)
    regular_hours: str | None = Field(pattern=DECIMAL)
    overtime_hours: str | None = Field(pattern=DECIMAL)


class Seller(Model):
    """A month of a member of a store's sales team."""

    store_id: str
    sales_month: str
    sales_person_id: str
    full_name: str | None
    total_sales: str | None = Field(pattern=DECIMAL)
    sales_growth_rate: str | None = Field(pattern=DECIMAL)
    top_performance_rank: int | None
    sales_contribution_percentage: str | None = Field(pattern=DECIMAL)
    year_to_date_sales: str | None = Field(pattern=DECIMAL)
    avg_sales_per_month: str | None = Field(pattern=DECIMAL)
    avg_transaction_value: str | None = Field(pattern=DECIMAL)
    total_transactions: int | None
    incentive: str | None = Field(pattern=DECIMAL)


class ProblemDetails(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str


TableRow = dict[str, Any]
"""Columns as /v1 describes them; a suppressed cell is null, and <measure>_display has the words."""
