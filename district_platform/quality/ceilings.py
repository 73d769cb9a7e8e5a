"""Rules of the data contract that refuse a delivery if too much of it is lost (CON-06, CON-09 to CON-14).

A percentage of few rows says little, so at least ten rows must be at fault. A file of 100 rows or more is judged alone, so that a long
file does not outweigh it. Smaller files of one extract are judged together, and so are all files of an extract that is delivered as one
file a day.
"""

from decimal import Decimal

import ibis
import ibis.expr.types as ir

from district_platform.dictionary import EXTRACTS, KEY_SEPARATOR, Owner, Reference, Table
from district_platform.dictionary.schools import SCHOOL_YEAR_BEGINS
from district_platform.quality.contract import SET_ASIDE, rows_accepted
from district_platform.quality.model import StagedTables, rule, sentence
from district_platform.settings import Quality
from district_platform.sources.last_delivery import LastDelivery, rows_by_year
from district_platform.staging.parsing import FIRST_YEAR, LAST_YEAR

FEWEST = 10
"""The fewest rows or values at fault for which a percentage refuses a delivery."""
JUDGED_ALONE = 100
"""Rows from which a file is judged by itself."""
MOST_SHOWN = 5
"""Values that a message shows at most, the most frequent first."""
OFTEN = 10
"""A value this frequent is not personal; for others, messages show the form only."""

REQUIRED = tuple(extract.path for extract in EXTRACTS.values() if extract.is_required)


@rule(
    "CON-06",
    title="Too many rows rejected in one file",
    severity="error",
    owner=Owner.DATA,
    table="extract_files",
    unit="a file, or the small files of an extract together",
    why="So many rows are missing that its numbers no longer describe the district.",
    how_to_fix="See CON-02 and CON-03 for the rows; as a rule one column's format has changed in the export.",
    thresholds=("max_rejected_pct",),
)
def too_many_rows_rejected(extract_files: ibis.Table, extract_rejects: ibis.Table, quality: Quality) -> ibis.Table:
    """Rows rejected by CON-02 and CON-03; people, results and sessions that repeat have rules of their own (EDU-01, ASM-01, ONL-01)."""
    files = _judged_together(extract_files)
    lost = extract_rejects.filter(extract_rejects.rule_id.isin(["CON-02", "CON-03"]))
    lost = lost.join(files.select("extract", "file_name", "judged"), ["extract", "file_name"])
    rows = lost.select("judged", "file_name", "line_number").distinct()
    rejected = rows.group_by("judged").agg(n_lost=rows.count())
    read = files.group_by("judged").agg(n_all=files.n_rows_read.sum(), shown=_named(files.file_name))
    above = _above(read.join(rejected, "judged"), quality.max_rejected_pct)
    faults = lost.select("judged", column_name=lost.column_name, reason=_reason(lost), form=_form(lost))
    main = _most_frequent(faults, ["column_name", "reason"]).left_join(_frequent_forms(faults), ["judged", "reason"])
    told = above.left_join(main.select("judged", "reason", "n", "forms"), "judged")
    values = told.forms.notnull().ifelse(sentence(", such as ", told.forms), "")
    return told.select(
        finding_key="judged",
        message=sentence(
            *_of_all(told, "rows", "rejected", "max_rejected_pct", quality.max_rejected_pct),
            *(": ", told.reason, " (", told.n, " rows", values, ")"),
        ),
    )


def _judged_together(extract_files: ibis.Table) -> ibis.Table:
    """The files, each with the name it is judged under: its own, or the extract's if it is judged with others."""
    is_alone = (extract_files.n_rows_read >= JUDGED_ALONE) & ~extract_files.extract.isin(SET_ASIDE)
    is_alone |= ~extract_files.extract.isin([extract.path for extract in EXTRACTS.values()])
    is_single = extract_files.count().over(ibis.window(group_by="extract")) == 1
    judged = (is_alone | is_single).ifelse(extract_files.file_name, extract_files.extract)
    return extract_files.mutate(judged=judged)


def _above(sums: ibis.Table, most_pct: Decimal) -> ibis.Table:
    """Rows where n_lost is above the percentage of n_all, and large enough to judge."""
    limit = ibis.literal(most_pct, "decimal(9, 4)")
    is_above = (sums.n_lost * 100).cast("decimal(24, 4)") > sums.n_all * limit
    return sums.filter(is_above, sums.n_lost >= FEWEST)


def _of_all(told: ibis.Table, what: str, became: str, setting: str, most_pct: Decimal) -> tuple[str | ir.Value, ...]:
    return (told.n_lost, " of ", told.n_all, f" {what} {became}, more than {most_pct} % (quality.{setting})")


def _named(names: ir.StringColumn) -> ir.StringScalar:
    return names.group_concat(", ", order_by=names)


def _reason(faults: ibis.Table) -> ir.StringValue:
    """The fault with its column; reasons of conversion faults begin with it."""
    named = faults.column_name.nullif("").notnull() & ~faults.message.startswith(faults.column_name.fill_null(""))
    return named.ifelse(faults.column_name + " " + faults.message, faults.message)


def _form(faults: ibis.Table) -> ir.StringValue:
    """A value as messages show it: itself if it is frequent, else its form, with 9 for digits and a for letters."""
    same = ibis.window(group_by=[faults.extract, faults.column_name, faults.value])
    form = faults.value.re_replace("[0-9]", "9").re_replace("[A-Za-z]", "a")
    return (faults.value.count().over(same) >= OFTEN).ifelse(faults.value, form)


def _most_frequent(faults: ibis.Table, by: list[str]) -> ibis.Table:
    """The most frequent reason of each group's faults, and how many have it."""
    counts = faults.group_by("judged", *by).agg(n=faults.count())
    order = [counts.n.desc(), *(counts[name].asc() for name in by)]
    rank = ibis.row_number().over(ibis.window(group_by="judged", order_by=order))
    return counts.mutate(_rank=rank).filter(lambda t: t._rank == 0).drop("_rank")


def _frequent_forms(faults: ibis.Table) -> ibis.Table:
    """The forms of values that most faults of each group and reason have, quoted."""
    counts = (
        faults.filter(faults.form.notnull(), faults.form != "")
        .group_by("judged", "reason", "form")
        .agg(n=lambda t: t.count())
    )
    order = [counts.n.desc(), counts.form.asc()]
    ranked = counts.mutate(
        _rank=ibis.row_number().over(ibis.window(group_by=["judged", "reason"], order_by=order)),
        quoted=sentence("'", counts.form, "'"),
    ).filter(lambda t: t._rank < MOST_SHOWN)
    return ranked.group_by("judged", "reason").agg(forms=ranked.quoted.group_concat(", ", order_by=[ranked._rank]))


@rule(
    "CON-09",
    title="School year that its dates contradict",
    severity="error",
    owner=Owner.DATA,
    table="extract_files",
    unit="a school year of an extract",
    why="A school year is named by its spring. Named by its autumn, every figure stands under the wrong year.",
    how_to_fix="Export school_year as the calendar year in which the school year ends: 2026 for August 2025 to June 2026.",
)
def school_year_contradicted(stg_calendar_dates: ibis.Table, stg_sessions: ibis.Table) -> ibis.Table:
    """Most dates of its calendars, or most of its sessions, lie outside June before the school year to August after it."""
    dates = stg_calendar_dates.select("school_year", first="calendar_date", last="calendar_date")
    sessions = stg_sessions.select("school_year", first="begin_date", last="end_date")
    return ibis.union(_contradicted("calendar_dates", "dates", dates), _contradicted("sessions", "sessions", sessions))


def _contradicted(name: str, what: str, rows: ibis.Table) -> ibis.Table:
    path = EXTRACTS[name].path
    rows = rows.filter(
        rows.school_year.between(FIRST_YEAR, LAST_YEAR), rows["first"].notnull() | rows["last"].notnull()
    )
    year = rows.school_year.cast("int32")
    begins, ends = ibis.date(year - 1, SCHOOL_YEAR_BEGINS - 1, 1), ibis.date(year, SCHOOL_YEAR_BEGINS + 1, 31)
    is_outside = ~rows["first"].between(begins, ends).fill_null(True) | ~rows["last"].between(begins, ends).fill_null(
        True
    )
    years = (
        rows.mutate(is_outside=is_outside)
        .group_by("school_year")
        .agg(
            n=lambda t: t.count(),
            n_outside=lambda t: t.count(where=t.is_outside),
            first=lambda t: t["first"].min(),
            last=lambda t: t["last"].max(),
        )
    )
    told = years.filter(years.n_outside * 2 > years.n)
    counts = sentence(told.n_outside, " of ", told.n, f" {what} of school_year ", told.school_year, f" in {path}")
    return told.select(
        finding_key=sentence(path, KEY_SEPARATOR, told.school_year),
        message=sentence(counts, " lie outside it, from ", told["first"], " to ", told["last"]),
    )


@rule(
    "CON-10",
    title="Too many values of a column became null",
    severity="error",
    owner=Owner.DATA,
    table="extract_columns",
    unit="a column of a file, or of the small files of an extract together",
    why="The column is lost: nobody counts in a group that it makes.",
    how_to_fix="Map the source system's values to those of the contract (docs/data_contract.md); CON-04 lists them.",
    thresholds=("max_nulled_pct",),
    count_judged=rows_accepted,
)
def too_many_values_nulled(
    extract_files: ibis.Table, extract_columns: ibis.Table, extract_nulled_values: ibis.Table, quality: Quality
) -> ibis.Table:
    """Of the values delivered, those that the column's closed list does not hold."""
    judged = _judged_together(extract_files).select("extract", "file_name", "judged")
    columns = extract_columns.filter(extract_columns.n_values > 0).join(judged, ["extract", "file_name"])
    by = ["judged", "column_name"]
    sums = columns.group_by(by).agg(n_lost=columns.n_nulled.sum(), n_all=columns.n_values.sum())
    above = _above(sums, quality.max_nulled_pct)
    values = extract_nulled_values.join(judged, ["extract", "file_name"])
    counts = values.group_by(*by, "value").agg(n=values.count())
    order = [counts.n.desc(), counts["value"].asc()]
    ranked = counts.mutate(_rank=ibis.row_number().over(ibis.window(group_by=by, order_by=order)))
    ranked = ranked.filter(ranked._rank < MOST_SHOWN)
    ranked = ranked.mutate(quoted=sentence("'", ranked["value"], "' (", ranked.n, ")"))
    shown = ranked.group_by(by).agg(shown=ranked.quoted.group_concat(", ", order_by=[ranked._rank]))
    told = above.join(shown, by)
    return told.select(
        finding_key=told.judged + ":" + told.column_name,
        message=sentence(
            told.column_name,
            ": ",
            *_of_all(told, "values", "became null", "max_nulled_pct", quality.max_nulled_pct),
            ": ",
            told.shown,
        ),
    )


@rule(
    "CON-11",
    title="Too many references do not resolve",
    severity="error",
    owner=Owner.DATA,
    table="extract_files",
    unit="a reference, by extract and columns",
    why="The two extracts do not fit together, as when one has lost the leading zeros of its ids: whatever joins them is empty.",
    how_to_fix="Deliver both extracts from the same day and with the same ids; CON-05 and the rules of the subject list the rows.",
    thresholds=("max_unresolved_pct",),
    count_judged=rows_accepted,
)
def too_many_references_unresolved(staged: StagedTables, extract_files: ibis.Table, quality: Quality) -> ibis.Table:
    """Judged for school years that the extract referred to has: it may hold fewer. Attendance codes are ATT-01's, one by one."""
    counts = ibis.union(
        *(
            _resolved(staged, extract, reference)
            for extract in EXTRACTS.values()
            for reference in extract.references
            if reference.judged_by != "ATT-01"
        )
    )
    above = _above(counts, quality.max_unresolved_pct)
    files = extract_files.group_by("extract").agg(files=_named(extract_files.file_name))
    told = above.join(files, "extract")
    limit = f", more than {quality.max_unresolved_pct} % (quality.max_unresolved_pct)"
    return told.select(
        finding_key=sentence(told.extract, KEY_SEPARATOR, told.column_name),
        message=sentence(
            *(told.files, ": ", told.column_name, ": ", told.n_lost, " of ", told.n_all, " rows name nothing in "),
            *(told.target, limit, ": such as ", told.form, " where that has ", told.target_form),
        ),
    )


def _resolved(staged: StagedTables, extract: Table, reference: Reference) -> ibis.Table:
    """One row: how many rows have a reference, how many of those do not resolve, and examples of how each side writes the key."""
    rows, targets = staged[extract.name], staged[reference.table]
    naming = rows.filter(*(rows[name].notnull() for name in reference.columns))
    if "school_year" in rows.columns and "school_year" in targets.columns:
        naming = naming.semi_join(targets.filter(targets.school_year.notnull()), "school_year")
    naming = naming.filter(targets.count() > 0)
    same = [naming[name] == targets[target] for name, target in zip(reference.columns, reference.targets, strict=True)]
    unresolved = naming.anti_join(targets, same)
    own = [name for name in reference.columns if name != "school_year"][-1]
    its = dict(zip(reference.columns, reference.targets, strict=True))[own]
    sums = naming.agg(n_all=naming.count()).cross_join(
        unresolved.agg(n_lost=unresolved.count(), form=_form_of(unresolved[own].min())),
        targets.agg(target_form=_form_of(targets[its].min())),
    )
    return sums.select(
        "n_all",
        "n_lost",
        "form",
        "target_form",
        extract=ibis.literal(extract.path),
        column_name=ibis.literal("+".join(reference.columns)),
        target=ibis.literal(EXTRACTS[reference.table].path),
    )


def _form_of(value: ir.Value) -> ir.StringValue:
    return sentence("'", value.cast("string").re_replace("[0-9]", "9").re_replace("[A-Za-z]", "a"), "'")


@rule(
    "CON-12",
    title="Required extract is empty or has shrunk",
    severity="error",
    owner=Owner.DATA,
    table="extract_files",
    unit="a required extract, or one in a school year",
    why="A file that was cut off would replace a whole one, and everyone whom it leaves out would be gone.",
    how_to_fix="Export the extract again, whole. If so many have really left, lower quality.min_kept_pct for one run.",
    thresholds=("min_kept_pct",),
)
def required_extract_shrunk(
    extract_files: ibis.Table, staged: StagedTables, quality: Quality, last: LastDelivery
) -> ibis.Table:
    """No accepted row at all, where CON-01 does not say so already; or fewer than a share of those that the last publication had of a
    school year.

    A school year of which no extract holds a row is CON-13's.
    """
    files = extract_files.filter(extract_files.extract.isin(REQUIRED))
    sums = files.group_by("extract").agg(
        n_read=files.n_rows_read.sum(),
        n_accepted=files.n_rows_accepted.sum(),
        n_usable=files.count(where=files.problem.isnull()),
        files=_named(files.file_name),
    )
    empty = sums.filter(sums.n_accepted == 0, sums.n_usable > 0)
    message = sentence(empty.files, ": none of ", empty.n_read, " rows was accepted, and the extract is required")
    told = empty.select(finding_key="extract", message=message)
    filled = sums.filter(sums.n_accepted > 0).select("extract", "files")
    return told.union(_shrunk(filled, rows_by_year(staged), quality, last)) if last.rows else told


def _shrunk(files: ibis.Table, now: ibis.Table, quality: Quality, last: LastDelivery) -> ibis.Table:
    """Required extracts by school year with too few rows left, for school years of which the delivery still holds rows."""
    years = now.filter(now.school_year.notnull()).select("school_year").distinct()
    before = _before(last)
    before = before.filter(before.school_year.isnull() | before.school_year.isin(years.school_year))
    same = [before.extract == now.extract, before.school_year.identical_to(now.school_year)]
    counts = before.left_join(now.rename(n_now="n"), same).select(
        before.extract, before.school_year, before.n, n_now=lambda t: t.n_now.fill_null(0)
    )
    limit = ibis.literal(quality.min_kept_pct, "decimal(9, 4)")
    is_below = (counts.n_now * 100).cast("decimal(24, 4)") < counts.n * limit
    told = counts.filter(is_below, counts.n - counts.n_now >= FEWEST).join(files, "extract")
    year = told.school_year.cast("string")
    return told.select(
        finding_key=ibis.coalesce(told.extract + KEY_SEPARATOR + year, told.extract),
        message=sentence(
            *(told.files, ": ", told.n_now, " rows", ibis.coalesce(ibis.literal(" of school year ") + year, "")),
            *(", where the last publication had ", told.n),
            f"; fewer than {quality.min_kept_pct} % are left (quality.min_kept_pct)",
        ),
    )


def _before(last: LastDelivery) -> ibis.Table:
    rows = [
        {"extract": extract, "school_year": year, "n": n} for (extract, year), n in sorted(last.rows.items(), key=str)
    ]
    required = [row for row in rows if row["extract"] in REQUIRED]
    return ibis.memtable(required, schema={"extract": "string", "school_year": "int64", "n": "int64"})


@rule(
    "CON-13",
    title="School year absent from the delivery",
    severity="warn",
    owner=Owner.DATA,
    table="extract_files",
    unit="a school year that the last publication had",
    why="A rolling export leaves old years out; the new publication then does, too, and nothing is compared with them.",
    how_to_fix="Deliver the files of earlier years beside the new ones: an extract may be a folder of several.",
)
def school_year_absent(staged: StagedTables, extract_files: ibis.Table, last: LastDelivery) -> ibis.Table:
    """No extract holds a row of it."""
    years = ibis.memtable({"school_year": sorted(last.years)}, schema={"school_year": "int64"})
    absent = years.anti_join(rows_by_year(staged), "school_year")
    return absent.select(
        finding_key=absent.school_year.cast("string"),
        message=sentence("no extract holds a row of school year ", absent.school_year, "; the last publication had it"),
    )


@rule(
    "CON-14",
    title="Column that the last publication had",
    severity="warn",
    owner=Owner.DATA,
    table="extract_columns",
    unit="an optional column of a file",
    why="A file without it is read, so that it goes without an error, and what was made from it is empty.",
    how_to_fix="Export the file again with the column; its header may have been renamed.",
)
def column_gone(extract_columns: ibis.Table, last: LastDelivery) -> ibis.Table:
    """Of files that were delivered again. A required column of the contract that is missing is CON-01's."""
    required = {(e.path, column) for e in EXTRACTS.values() for column in e.columns if column not in e.absences}
    known = [
        {"extract": extract, "file_name": file, "column_name": column}
        for extract, file, column in sorted(last.columns)
        if (extract, column) not in required
    ]
    before = ibis.memtable(known, schema=dict.fromkeys(("extract", "file_name", "column_name"), "string"))
    again = before.semi_join(extract_columns, ["extract", "file_name"])
    gone = again.anti_join(extract_columns, ["extract", "file_name", "column_name"])
    return gone.select(
        finding_key=gone.file_name + ":" + gone.column_name,
        message=sentence(gone.file_name, " has no column ", gone.column_name, "; in the last publication it had"),
    )
