"""What every vendor's writer needs: the canonical extracts as text, the vendor's files, and which of its ids is which of ours.

A writer is a function from `Canonical` to `Written`. It invents nothing about a student: it says the same district in the vendor's words,
and adds only rows that the vendor's profile leaves out.
"""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

Ids = dict[str, dict[tuple[str, ...], str]]
"""The vendor's value by column of the contract, and by what tells it apart in ours."""


class Canonical:
    """The extracts of a district as they lie in a folder, every value as text."""

    def __init__(self, raw: Path) -> None:
        self._raw = raw

    def read(self, path: str) -> pd.DataFrame:
        """An extract's rows; an empty value is an empty text."""
        return pd.read_csv(self._raw / f"{path}.csv", dtype=str, keep_default_na=False)

    @cached_property
    def enrollments(self) -> pd.DataFrame:
        return self.read("sis/enrollments")

    @cached_property
    def students(self) -> pd.DataFrame:
        return self.read("sis/students")

    @cached_property
    def events(self) -> pd.DataFrame:
        return self.read("sis/attendance_events")

    @cached_property
    def codes(self) -> pd.DataFrame:
        return self.read("sis/attendance_codes").set_index("attendance_code")

    @cached_property
    def years(self) -> list[int]:
        return sorted(self.enrollments["school_year"].astype(int).unique())


@dataclass
class VendorFile:
    """A file as the vendor writes it."""

    name: str
    rows: pd.DataFrame
    encoding: str = "utf-8"
    delimiter: str = ","
    titles: Sequence[str] = ()

    def write(self, folder: Path) -> Path:
        path = folder / self.name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding=self.encoding, newline="") as file:
            file.writelines(f"{title}\r\n" for title in self.titles)
            self.rows.to_csv(file, index=False, sep=self.delimiter, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
        return path


@dataclass
class Written:
    """What a vendor writes of a district, and how our extracts would say the same."""

    files: list[VendorFile]
    ids: Ids = field(default_factory=dict)
    """The vendor's ids of our rows."""
    otherwise: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = field(default_factory=dict)
    """By extract, what the vendor says otherwise than we do: our rows as the vendor means them, in our ids."""

    def to(self, folder: Path) -> list[Path]:
        return [file.write(folder) for file in self.files]


def numbers(values: Iterable[str], start: int) -> dict[str, str]:
    """A number of the vendor's own for each different value, in their order of appearance."""
    return {value: str(start + i) for i, value in enumerate(dict.fromkeys(values))}


def numbered(values: pd.Series, numbers_of: dict[str, str]) -> pd.Series:
    """The vendor's number of each value; the value itself where it has none, as where a reference leads nowhere."""
    return values.map(numbers_of).fillna(values)


def dates(values: pd.Series, form: str = "%m/%d/%Y", days: int = 0) -> pd.Series:
    """ISO dates in another form, days later; an empty one stays empty, and so does what is no date."""
    read = pd.to_datetime(values, format="%Y-%m-%d", errors="coerce") + pd.Timedelta(days=days)
    return read.dt.strftime(form).where(read.notna(), values)


def split_by(name: str, rows: pd.DataFrame, by: pd.Series, **form: object) -> list[VendorFile]:
    """A file for each value, such as attendance_2026.csv; `{}` in the name stands for the value.

    `by` has a value for each label of the rows.
    """
    by = by.loc[rows.index]
    return [VendorFile(name.format(value), rows[by == value], **form) for value in sorted(by.unique())]  # type: ignore[arg-type]


def fraction_of(canonical: Canonical) -> pd.Series:
    """The share of the day that each event's code says."""
    return canonical.events["attendance_code"].map(canonical.codes["is_absent"])


def short(fraction: pd.Series) -> pd.Series:
    """Fractions without zeros at their end: 1, 0.5, 0.25, 0."""
    return fraction.astype(float).map("{:g}".format)


def last_days(canonical: Canonical) -> pd.Series:
    """The last date of each school year."""
    return canonical.read("sis/calendar_dates").groupby("school_year")["calendar_date"].max()


def planned_ends(canonical: Canonical, seats: pd.DataFrame) -> pd.Series:
    """The last day in each class: of one that goes on, the last day of the year, which vendors have from the beginning."""
    return seats["end_date"].mask(seats["end_date"] == "", seats["school_year"].map(last_days(canonical)))


def teachers_of_record(canonical: Canonical) -> pd.DataFrame:
    """Who teaches each section, where a vendor has one teacher for each."""
    taught = canonical.read("sis/section_educators")
    return taught[taught["role"] == "Teacher of Record"].reset_index(drop=True)


def used_codes(canonical: Canonical, codes: pd.DataFrame) -> pd.DataFrame:
    """The attendance codes that some event has: only these come out of a vendor's marks."""
    return codes[codes["attendance_code"].isin(canonical.events["attendance_code"])]
