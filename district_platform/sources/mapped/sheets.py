"""Sheets with a person in each row and a date over each column, as schools keep attendance by hand: read as a row for each mark.

A cell that is filled is a mark. Columns without a date over them hold for the whole row, or are not read.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import ibis

from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.files import scan_bytes
from district_platform.engine.raw_files import column_name
from district_platform.engine.reading import FILE, LINE, RawFile, UnusableFileError, read_header, read_rows
from district_platform.engine.records import CsvForm
from district_platform.sources.mapped import document as d

_YEAR = ("%Y", "%y")


def dates_over_columns(headers: Iterable[str], sheet: d.Sheet, year_starts: str) -> dict[str, str]:
    """The headers that are dates, each with its date as YYYY-MM-DD."""
    formats = [sheet.dates] if isinstance(sheet.dates, str) else sheet.dates
    found = {header: _date(header, formats, sheet.school_year, year_starts) for header in headers if header}
    return {header: date.isoformat() for header, date in found.items() if date}


def _date(header: str, formats: Sequence[str], school_year: int | None, year_starts: str) -> dt.date | None:
    for form in formats:
        if any(year in form for year in _YEAR):
            if date := _read(header, form):
                return date
        elif school_year is not None:
            for year in (school_year - 1, school_year):
                date = _read(f"{header} {year}", f"{form} %Y")
                if date and (date.strftime("%m-%d") >= year_starts) == (year < school_year):
                    return date
    return None


def _read(text: str, form: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(text, form).date()
    except ValueError:
        return None


def read_marks(
    tables: DuckDBTables,
    target: str,
    kept: Sequence[str],
    files: Sequence[tuple[str, Path]],
    sheet: d.Sheet,
    form: CsvForm,
    year_starts: str,
    most_bytes: int,
) -> list[RawFile]:
    """Fills temporary table `target` with the marks of the files: the kept columns of the row, the date, the mark, file and line.

    The rows of a file are its marks; among its columns the dates are not named. A file without a date over a column has a problem.
    """
    headers = {header for _, path in files for header in _headers(path, form)}
    dates = dates_over_columns(headers, sheet, year_starts)
    wide = f"{target}_wide"
    read = read_rows(tables, wide, [*kept, *dates], files, most_bytes=most_bytes, form=form)
    rows = ibis.table(dict.fromkeys([*kept, *dates], "string") | {FILE: "string", LINE: "int64"}, name=wide)
    marks = tables.temporary(target, _marks(rows, dates, sheet, kept).order_by(FILE, LINE, sheet.date))
    tables.drop(wide)
    counts = dict(tables.fetch(marks.group_by(FILE).agg(n=marks.count())))
    for raw in read:
        if not raw.problem and not dates.keys() & set(raw.columns):
            shown = " or ".join([sheet.dates] if isinstance(sheet.dates, str) else sheet.dates)
            raw.problem = f"has no date as {shown} over any column"
        raw.columns = [name for name in raw.columns if name not in dates]
        raw.n_rows = counts.get(raw.name, 0)
    return read


def _headers(path: Path, form: CsvForm) -> list[str]:
    """A file's headers; none where it cannot be read, which reading it then tells."""
    try:
        encoding = scan_bytes(path).encoding
        _, header = read_header(path, form.encoding if form.encoding and encoding == "latin-1" else encoding, form)
    except (OSError, EOFError, UnicodeError, UnusableFileError):
        return []
    return [column_name(name) for name in header]


def _marks(wide: ibis.Table, dates: Mapping[str, str], sheet: d.Sheet, kept: Sequence[str]) -> ibis.Table:
    if not dates:
        empty = wide.mutate(**{sheet.date: ibis.null("string"), sheet.mark: ibis.null("string")})
        return empty.filter(ibis.literal(False)).select(*kept, sheet.date, sheet.mark, FILE, LINE)
    long = wide.pivot_longer(
        list(dates), names_to=sheet.date, values_to=sheet.mark, names_transform=lambda name: dates[name]
    )
    return long.filter(long[sheet.mark].notnull()).select(*kept, sheet.date, sheet.mark, FILE, LINE)
