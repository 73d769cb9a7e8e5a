"""Finds whom a finding is about: student, member of staff, school and date, looked up by the columns that its rule's key names.

The columns of the worklists come from here, and how many children and how much money a rule concerns. Ids only, never a name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import ibis
import ibis.expr.types as ir

from district_platform.dictionary import EXTRACTS, KEY_SEPARATOR, TABLES, Table, schema_of
from district_platform.metrics.store import MONEY

Key = tuple[str, ...]

FOUND = ibis.table(
    dict.fromkeys(("finding_key", "message", "value_found", "value_expected"), "string"), name="found_by_a_rule"
)
"""Where the findings that a rule finds are kept while they are counted: what is asked of them is then the same for every rule."""

SUBJECT = ("student_id", "staff_id", "school_id", "date")
"""What a worklist says beside a key, as texts; of a pair, both as a|b where they differ."""

SUBJECTS = ibis.table(
    {"finding_key": "string", **dict.fromkeys(SUBJECT, "string"), "amount": MONEY}, name="found_subjects"
)
"""The table that keeps them, with the money that each finding concerns, USD."""

REJECTED_ROW, NULLED_VALUE, REFERENCE = "rejected row", "nulled value", "reference of a row"
"""Keys of contract rules: file and line, with the column, and a reference with the row's own key."""

_PARTS = {
    "student_id": "student_id",
    "educator_id": "staff_id",
    "k_employee": "staff_id",
    "person_number": "staff_id",
    "school_id": "school_id",
    "event_date": "date",
    "calendar_date": "date",
    "sale_date": "date",
    "work_week_begin_date": "date",
}
"""Columns of keys that say it themselves."""


@dataclass(frozen=True)
class Lookup:
    """The table in which an id is looked up, and its columns there."""

    table: str
    columns: Mapping[str, str]


_LOOKUPS = {
    "enrollment_id": Lookup(
        "stg_enrollments", {"student_id": "student_id", "school_id": "school_id", "date": "entry_date"}
    ),
    "assignment_id": Lookup(
        "stg_staff_assignments", {"staff_id": "educator_id", "school_id": "school_id", "date": "begin_date"}
    ),
    "certification_id": Lookup("stg_certifications", {"staff_id": "educator_id", "date": "expiration_date"}),
    "sale_id": Lookup("stg_sales", {"date": "sale_date", "amount": "total"}),
    "punch_id": Lookup("fct_staff_punch", {"staff_id": "k_employee", "date": "punch_dtm"}),
    "k_shift": Lookup("fct_staff_shift", {"staff_id": "k_employee", "date": "began_dtm"}),
}
_OF_CONTRACT = {REJECTED_ROW: "extract_rejects", NULLED_VALUE: "extract_nulled_values"}
_ENROLLMENTS, _SECTION_ENROLLMENTS, _SALES = "stg_enrollments", "stg_section_enrollments", "stg_sales"


def tables_of(key: Key) -> list[str]:
    """Tables that `subjects` and `students` read for a key of these columns."""
    tables = [_LOOKUPS[name].table for name in key if name in _LOOKUPS]
    tables += [_OF_CONTRACT[name] for name in key if name in _OF_CONTRACT]
    if "section_id" in key:
        tables.append(_SECTION_ENROLLMENTS)
    elif _is_of_a_school(key) or _is_of_a_student(key) or REFERENCE in key or _OF_CONTRACT.keys() & set(key):
        tables.append(_ENROLLMENTS)
    if "customer_id" in key:
        tables.append(_SALES)
    return list(dict.fromkeys(tables))


def _is_of_a_school(key: Key) -> bool:
    """Whether the finding is about a whole school."""
    return "school_id" in key and not {"student_id", "section_id"} & set(key)


def _is_of_a_student(key: Key) -> bool:
    """Whether the finding names a student and no school."""
    return "student_id" in key and "school_id" not in key


@lru_cache(maxsize=64)
def subjects(key: Key) -> ibis.Table:
    """A row of SUBJECTS for each key of FOUND; null if the key lacks it, or names a row that does not exist."""
    found = FOUND.select("finding_key").distinct()
    if len(key) == 2 and key[0] == key[1]:
        return _of_pairs(found, key[0])
    if key and key[0] in _OF_CONTRACT:
        return _of_rows(found, _OF_CONTRACT[key[0]], has_column=key[0] == NULLED_VALUE)
    if key == (REFERENCE,):
        return _of_references(found)
    if len(key) == 1 and key[0] in _LOOKUPS:
        return _completed(_looked_up(found.mutate(id=found.finding_key), key[0]))
    said = found.mutate(**_parts(found, key))
    if _is_of_a_student(key):
        said = _at_last_schools(said)
    if "customer_id" in key:
        said = _with_amounts(said, key)
    return _completed(said)


def _completed(said: ibis.Table) -> ibis.Table:
    """Completes the columns of SUBJECTS, each with its type; a time becomes its date."""
    columns: dict[str, ir.Value] = {"finding_key": said.finding_key}
    for name in SUBJECT:
        value = said[name] if name in said.columns else ibis.null("string")
        columns[name] = (value.date() if value.type().is_timestamp() else value).cast("string").nullif("")
    columns["amount"] = (said.amount.abs() if "amount" in said.columns else ibis.null("float64")).cast(MONEY)
    return said.select(**columns)


def _parts(found: ibis.Table, key: Key) -> dict[str, ir.StringValue]:
    """The parts of the key by column; empty if a value contains the separator, so that there are more parts than columns."""
    parts = found.finding_key.split(KEY_SEPARATOR)
    fits = parts.length() == len(key)
    return {_PARTS[n]: fits.ifelse(parts[i], ibis.null("string")) for i, n in enumerate(key) if n in _PARTS}


def _looked_up(found: ibis.Table, name: str) -> ibis.Table:
    """The subjects of the row that `id` names; of rows that share an id, such as the number of a position, the smallest of each."""
    lookup = _LOOKUPS[name]
    rows = _table(lookup.table)
    named = rows.mutate(id=rows[name].cast("string")).semi_join(found, "id")
    said = named.group_by("id").agg(**{subject: named[column].min() for subject, column in lookup.columns.items()})
    return found.left_join(said, "id").drop("id_right")


def _at_last_schools(said: ibis.Table) -> ibis.Table:
    """Adds the school of the student's latest enrollment where the finding names no school."""
    rows = _table(_ENROLLMENTS)
    last = rows.group_by("student_id").agg(last_school=rows.school_id.argmax(rows.entry_date))
    school = said.school_id if "school_id" in said.columns else ibis.null("string")
    joined = said.mutate(school_id=school).left_join(last, "student_id")
    return joined.mutate(school_id=ibis.coalesce(joined.school_id, joined.last_school)).drop(
        "last_school", "student_id_right"
    )


def _of_pairs(found: ibis.Table, name: str) -> ibis.Table:
    parts = found.finding_key.split(KEY_SEPARATOR)
    sides = []
    for side in (0, 1):
        named = found.mutate(id=parts[side])
        if name in _LOOKUPS:
            said = _looked_up(named, name)
        else:
            said = named.mutate(**{_PARTS[name]: named.id})
            if name == "student_id":
                said = _at_last_schools(said)
        sides.append(_completed(said).distinct())
    one, other = sides[0], sides[1].rename({f"other_{column}": column for column in SUBJECTS.columns})
    both = one.join(other, one.finding_key == other.other_finding_key)
    return both.select(
        "finding_key", **{column: _pair(both[column], both[f"other_{column}"]) for column in SUBJECT}, amount="amount"
    )


def _pair(one: ir.StringValue, other: ir.StringValue) -> ir.StringValue:
    """Both values as a|b; a single value if they are equal or one is unknown."""
    return (one != other).ifelse(one + KEY_SEPARATOR + other, ibis.coalesce(one, other))


def _of_rows(found: ibis.Table, table: str, *, has_column: bool) -> ibis.Table:
    """By file and line: what the key of the row that was delivered says."""
    rows = _table(table)
    place = rows.file_name + ":" + rows.line_number.cast("string")
    at = rows.select(
        place=(place + ":" + rows.column_name) if has_column else place, extract="extract", row_key="finding_key"
    )
    parts = at.row_key.split(KEY_SEPARATOR)
    said = at.mutate(
        **_parts_by_extract(at.extract, parts, {extract.path: (extract, 0) for extract in EXTRACTS.values()})
    )
    one = said.group_by("place").agg(**{name: said[name].min() for name in SUBJECT})
    return _completed(_at_last_schools(found.left_join(one, found.finding_key == one.place).drop("place")))


def _of_references(found: ibis.Table) -> ibis.Table:
    """By the extract that the key begins with: what the rest of it, the key of the row, says."""
    parts = found.finding_key.split(KEY_SEPARATOR)
    extract = parts[0].split(".")[0]
    keys = {name: (table, 1) for name, table in EXTRACTS.items()}
    return _completed(_at_last_schools(found.mutate(**_parts_by_extract(extract, parts, keys))))


def _parts_by_extract(
    extract: ir.StringValue, parts: ir.ArrayValue, tables: Mapping[str, tuple[Table, int]]
) -> dict[str, ir.StringValue]:
    """What the parts of a row's key say, by the name of its extract; beside each extract, how many parts stand before the key."""
    said: dict[str, ir.StringValue] = {}
    for subject in SUBJECT:
        cases = [
            ((extract == name) & _is_whole(parts, table, before), parts[position + before])
            for name, (table, before) in tables.items()
            for position, column in enumerate(table.key)
            if _PARTS.get(column) == subject
        ]
        said[subject] = ibis.cases(*cases, else_=ibis.null("string")) if cases else ibis.null("string")
    return said


def _is_whole(parts: ir.ArrayValue, table: Table, before: int) -> ir.BooleanValue:
    """Whether these are the parts of a key of the table. One whose last value is null ends before it."""
    n = len(table.key) + before
    lengths = (n - 1, n) if table.key_may_lack_its_end else (n,)
    return parts.length().isin(lengths)


def _with_amounts(said: ibis.Table, key: Key) -> ibis.Table:
    """Adds the total of the customer's sales, on the day or of the product that the key names."""
    parts = said.finding_key.split(KEY_SEPARATOR)
    sales = _table(_SALES)
    named = said.mutate(**{f"of_{name}": parts[position] for position, name in enumerate(key)})
    of_key = sales.group_by(**{f"of_{name}": sales[name].cast("string") for name in key}).agg(amount=sales.total.sum())
    return named.left_join(of_key, [f"of_{name}" for name in key])


@lru_cache(maxsize=64)
def students(key: Key) -> ibis.Table | None:
    """Ids of the children that the findings of SUBJECTS concern: those they name, or those enrolled in the school or section.

    None if a key of these columns is about no children.
    """
    named = SUBJECTS.filter(SUBJECTS.student_id.notnull())
    children = named.select(student_id=named.student_id.split(KEY_SEPARATOR).unnest())
    parts = SUBJECTS.finding_key.split(KEY_SEPARATOR)
    if "section_id" in key:
        return _members(_SECTION_ENROLLMENTS, parts, key, ("school_year", "school_id", "section_id"))
    if _is_of_a_school(key):
        return _members(_ENROLLMENTS, parts, key, tuple(n for n in ("school_id", "school_year") if n in key))
    is_of_students = any(n in ("student_id", "enrollment_id", REFERENCE) or n in _OF_CONTRACT for n in key)
    return children.distinct() if is_of_students else None


def _members(table: str, parts: ir.ArrayValue, key: Key, place: Key) -> ibis.Table:
    places = SUBJECTS.select(**{name: parts[key.index(name)] for name in place}).distinct()
    rows = _table(table)
    members = rows.select("student_id", **{name: rows[name].cast("string") for name in place})
    return members.semi_join(places, list(place)).select("student_id").distinct()


def _table(name: str) -> ibis.Table:
    return ibis.table(schema_of(TABLES[name]), name=name)
