"""What a column's values look like, in numbers and forms. Values themselves are kept only of columns with few different ones."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir

from district_platform.dictionary.schools import GRADE_LEVELS, GRADE_SYNONYMS
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.reading import FILE, LINE, read_rows
from district_platform.engine.records import CsvForm
from district_platform.sources.mapped.compiling import try_strptime
from district_platform.sources.mapped.proposing.inventory import Group
from district_platform.sources.mapped.sheets import read_marks

ROWS = 100_000
"""Rows that are looked at; `map check` reads all."""
MOST_VALUES = 60
"""A column with more different values is no list of codes, and none of its values is kept."""

DATE_FORMATS = (
    "%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%m-%d-%Y", "%Y%m%d", "%m/%d/%y", "%d-%b-%Y", "%d-%b-%y", "%b %d %Y", "%Y/%m/%d",
    "%Y-%m-%d %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M:%S %p",
)  # fmt: skip
AMBIGUOUS = {"%m/%d/%Y": "%d/%m/%Y", "%d/%m/%Y": "%m/%d/%Y"}
"""Formats that read the same text while no day is above 12."""

NOTHING = (
    "NULL", "null", "(null)", "\\N", "N/A", "n/a", "#N/A", "NaN", "0000-00-00", "00/00/0000", "0/0/0000", "0/0/0", "0000-00-00 00:00:00",
)  # fmt: skip
"""What systems write where a value is missing."""
_MEANT = 0.9
"""Share of the other values of a column that are dates or numbers, from which such a word in it can mean nothing else."""

_DATE_LIKE = r"^\s*(\d{1,4}[-/.]\w{1,3}[-/.]\d{2,4}|\d{8}|[A-Za-z]{3} \d{1,2} \d{4})"


def _one_of(words: Sequence[str]) -> str:
    """A pattern of these words and no others. An expression with a literal for each takes longer to build than to compute."""
    return f"^({'|'.join(map(re.escape, words))})$"


_BOOLEANS = _one_of(("true", "false", "t", "f", "yes", "no", "y", "n", "1", "0"))
_GRADES = _one_of([*(g.lower() for g in GRADE_LEVELS), *(word for word, _ in GRADE_SYNONYMS)])


@dataclass(frozen=True)
class Profile:
    """One column of a group of files."""

    header: str
    n_rows: int
    n_filled: int
    n_distinct: int
    share_integer: float = 0.0
    share_number: float = 0.0
    share_letters: float = 0.0
    share_boolean: float = 0.0
    share_grade: float = 0.0
    share_email: float = 0.0
    dates: dict[str, float] = field(default_factory=dict)
    """Share of the values that each format reads, where any does."""
    values: dict[str, int] = field(default_factory=dict)
    """Values with their counts, the most frequent first; none where there are many."""

    @property
    def is_unique(self) -> bool:
        """Whether it could be a key: filled in every row, and no value twice."""
        return 0 < self.n_rows == self.n_filled == self.n_distinct

    @property
    def share_date(self) -> float:
        return max(self.dates.values(), default=0.0)

    @property
    def date_formats(self) -> list[str]:
        """The formats that read most of the values, all equally well."""
        return [form for form, share in self.dates.items() if share == self.share_date and share > 0]


@dataclass
class Profiled:
    """A group of files, read: its rows as a temporary table, and each column's profile, by header."""

    group: Group
    rows: ibis.Table
    columns: dict[str, Profile]
    problems: tuple[str, ...] = ()
    """Why its files cannot be read, where they cannot."""
    null: tuple[str, ...] = ()
    """Words for an empty value."""
    _different: dict[str, frozenset[str]] = field(default_factory=dict)

    def different(self, tables: DuckDBTables, header: str) -> frozenset[str]:
        """The different values of a column. They are compared with others and never kept or shown."""
        if header not in self._different:
            values = self.rows.select(value=self.rows[header]).distinct().drop_null()
            self._different[header] = frozenset(value for (value,) in tables.fetch(values))
        return self._different[header]


def profile(tables: DuckDBTables, group: Group, number: int, folder_of_names: int, most_bytes: int) -> Profiled:
    """Reads a group of files and looks at the first rows of each column."""
    written = group.written
    headers = [h for h in dict.fromkeys(written.headers) if h]
    name = f"proposed_{number}"
    form = CsvForm(written.delimiter, '"', written.skip, None if written.encoding == "utf-8" else written.encoding)
    files = [("/".join(path.parts[folder_of_names:]), path) for path in group.paths]
    if written.sheet is None:
        read = read_rows(tables, name, headers, files, most_bytes=most_bytes, form=form)
    else:
        read = read_marks(tables, name, headers, files, written.sheet, form, "07-01", most_bytes)
        headers += [written.sheet.date, written.sheet.mark]
    problems = tuple(f"{raw.name} {raw.problem}." for raw in read if raw.problem)
    rows = ibis.table(dict.fromkeys(headers, "string") | {FILE: "string", LINE: "int64"}, name=name)
    null = _words_for_nothing(tables, rows.limit(ROWS), headers)
    if null:
        rows = rows.mutate(**{h: rows[h].isin(null).ifelse(ibis.null("string"), rows[h]) for h in headers})
    return Profiled(group, rows, _profiles(tables, rows.limit(ROWS), headers), problems, null)


def _words_for_nothing(tables: DuckDBTables, rows: ibis.Table, headers: Sequence[str]) -> tuple[str, ...]:
    """The words of NOTHING that stand in columns of dates or numbers, where they can mean nothing else; a person may be called Null."""
    counts = {f"n_{i}": rows[h].isin(NOTHING).sum() for i, h in enumerate(headers)}
    [found] = tables.arrow(rows.agg(**counts)).to_pylist()
    words: set[str] = set()
    for header in (h for i, h in enumerate(headers) if found[f"n_{i}"]):
        text = rows[header]
        other = text.notnull() & ~text.isin(NOTHING)
        is_meant = text.re_search(_DATE_LIKE) | text.try_cast("float64").notnull()
        [(share,)] = tables.fetch(rows.agg(share=is_meant.mean(where=other)))
        if share is not None and share >= _MEANT:
            words |= {word for (word,) in tables.fetch(rows.filter(text.isin(NOTHING)).select(text).distinct())}
    return tuple(word for word in NOTHING if word in words)


def _profiles(tables: DuckDBTables, rows: ibis.Table, headers: Sequence[str]) -> dict[str, Profile]:
    measures = [_measures(rows[header]) for header in headers]
    named = {f"{i}_{key}": value for i, own in enumerate(measures) for key, value in own.items()}
    [found] = tables.arrow(rows.agg(n_rows=rows.count(), **named)).to_pylist()
    profiles = {}
    for i, header in enumerate(headers):
        own = {key: found[f"{i}_{key}"] for key in measures[i]}
        n = own.pop("n_filled")
        n_distinct = own.pop("n_distinct")
        n_dates = own.pop("n_date_like")
        shares = {f"share_{key[2:]}": float(value or 0) / n if n else 0.0 for key, value in own.items()}
        dates = _dates(tables, rows, header, n) if n and n_dates / n > 0.5 else {}
        values = _values(tables, rows, header) if n_distinct <= MOST_VALUES else {}
        profiles[header] = Profile(header, found["n_rows"], n, n_distinct, dates=dates, values=values, **shares)
    return profiles


def _measures(text: ir.StringColumn) -> dict[str, ir.Value]:
    lowered = text.lower()
    return {
        "n_filled": text.count(),
        "n_distinct": text.nunique(),
        "n_date_like": text.re_search(_DATE_LIKE).sum(),
        "n_integer": text.re_search(r"^[+-]?\d+$").sum(),
        "n_number": text.try_cast("float64").notnull().sum(),
        "n_letters": text.re_search(r"^[^\d]*[A-Za-zÀ-ÿ][^\d]*$").sum(),
        "n_boolean": lowered.re_search(_BOOLEANS).sum(),
        "n_grade": lowered.re_search(_GRADES).sum(),
        "n_email": text.re_search(r"^\S+@\S+\.\S+$").sum(),
    }


def _dates(tables: DuckDBTables, rows: ibis.Table, header: str, n: int) -> dict[str, float]:
    text = rows[header]
    read = {f"f{i}": try_strptime(text, [form]).count() for i, form in enumerate(DATE_FORMATS)}
    [found] = tables.arrow(rows.agg(**read)).to_pylist()
    return {form: float(found[f"f{i}"]) / n for i, form in enumerate(DATE_FORMATS) if found[f"f{i}"]}


def _values(tables: DuckDBTables, rows: ibis.Table, header: str) -> dict[str, int]:
    text = rows[header].name("value")
    counted = rows.select(text).filter(lambda t: t.value.notnull()).group_by("value").agg(n=lambda t: t.count())
    return dict(tables.fetch(counted.order_by(ibis.desc("n"), "value")))


def overlap(tables: DuckDBTables, left: Profiled, header: str, right: Profiled, key: str) -> float:
    """The share of a column's different values that stand in another file's column."""
    values = left.different(tables, header)
    return len(values & right.different(tables, key)) / len(values) if values else 0.0


def repeats(tables: DuckDBTables, rows: ibis.Table, headers: Sequence[str]) -> int:
    """How many rows there are beyond the first of each combination of these columns."""
    [(n, different)] = tables.fetch(
        rows.agg(n=rows.count(), different=rows.select(*headers).distinct().count().as_scalar())
    )
    return int(n - different)
