"""Rules of the data contract (CON), the same for every extract. They report what staging recorded while it read the files.

The values at fault stay in the rejects table; a finding names file, line and column only.
"""

import ibis
import ibis.expr.types as ir

from district_platform.dictionary import EXTRACTS, KEY_SEPARATOR, Owner, Reference, Table
from district_platform.quality.model import StagedTables, joined_key, rule, sentence
from district_platform.quality.subjects import NULLED_VALUE, REFERENCE, REJECTED_ROW
from district_platform.sources.last_delivery import OF_STUDENTS, LastDelivery
from district_platform.staging.judging import without_null_end

SET_ASIDE = tuple(extract.path for extract in EXTRACTS.values() if extract.sets_files_aside)
"""Extracts in which an unusable file is set aside without stopping the run."""


def rows_read(extract_files: ibis.Table) -> ir.IntegerScalar:
    """Rows of all files."""
    return extract_files.n_rows_read.sum().fill_null(0)


def rows_accepted(extract_files: ibis.Table) -> ir.IntegerScalar:
    """Rows of all files that entered the warehouse."""
    return extract_files.n_rows_accepted.sum().fill_null(0)


WORDS_FOR_NOTHING = ("null", "none", "n/a", "na", "nan", "unknown", "missing", "yes", "no", "true", "false")
"""Words that often stand where a value was expected, and are nobody's name."""


@rule(
    "CON-01",
    title="Missing extract, unusable file or missing column",
    severity="error",
    owner=Owner.DATA,
    table="extract_files",
    unit="a required extract without a file, or a file that cannot be used or lacks a column; one that is set aside is CON-07's",
    why="Whatever hangs on it would be empty or wrong without saying so.",
    how_to_fix="Export the extract again, whole and with the contract's columns (docs/data_contract.md).",
)
def missing_extract_or_column(extract_files: ibis.Table, last: LastDelivery) -> ibis.Table:
    """Where nothing of students is delivered, and was not before, no extract is required."""
    missing = [_without_file(extract_files, extract, last) for extract in EXTRACTS.values() if extract.is_required]
    at_fault = extract_files.filter(extract_files.problem.notnull(), ~extract_files.extract.isin(SET_ASIDE))
    return ibis.union(*missing, at_fault.select(finding_key="file_name", message="problem"))


def _without_file(extract_files: ibis.Table, extract: Table, last: LastDelivery) -> ibis.Table:
    files = extract_files.agg(
        n_all=extract_files.count(),
        n_of_students=extract_files.count(where=extract_files.extract.isin(OF_STUDENTS)),
        n_files=extract_files.count(where=extract_files.extract == extract.path),
    )
    is_required = (files.n_of_students > 0) | (files.n_all == 0) | ibis.literal(last.had_students)
    return files.filter(files.n_files == 0, is_required).select(
        finding_key=ibis.literal(extract.path), message=ibis.literal("is required and was not delivered")
    )


@rule(
    "CON-02",
    title="Row with an unreadable value or without its key",
    severity="warn",
    owner=Owner.DATA,
    table="extract_rejects",
    unit="a rejected row, by file and line",
    key=(REJECTED_ROW,),
    why="The row is rejected: whom it is about is missing from every table.",
    how_to_fix="Correct the value in the source system, or the format in its export, and deliver the extract again. Dates are read "
    "as 2026-02-13, 2026/02/13 or 2026-2-13, and in the formats of sources.extracts.<name>.time_formats; other words for nothing, "
    "such as NULL, by sources.null_words.",
    count_judged=rows_read,
)
def unreadable_row(extract_rejects: ibis.Table) -> ibis.Table:
    return _rejected_rows(extract_rejects, "CON-02")


@rule(
    "CON-03",
    title="Repeated key",
    severity="warn",
    owner=Owner.DATA,
    table="extract_rejects",
    unit="a rejected row, by file and line; the first row of the key is kept",
    key=(REJECTED_ROW,),
    why="Two rows claim to be the same thing. The first is kept, and it may not be the right one.",
    how_to_fix="Remove the surplus row in the source system, or deliver each row in one file only.",
    count_judged=rows_read,
)
def repeated_key(extract_rejects: ibis.Table) -> ibis.Table:
    return _rejected_rows(extract_rejects, "CON-03")


def _rejected_rows(extract_rejects: ibis.Table, rule_id: str) -> ibis.Table:
    """One finding a row, whatever the number of its faults."""
    faults = extract_rejects.filter(extract_rejects.rule_id == rule_id)
    described = faults.select(
        finding_key=_place(faults), fault=_fault(faults), found=_delivered(faults), expected=_expected(faults)
    )
    return described.group_by("finding_key").agg(
        message=described.fault.group_concat("; ", order_by=described.fault),
        value_found=described.found.group_concat("; ", order_by=described.fault),
        value_expected=described.expected.group_concat("; ", order_by=described.fault),
    )


@rule(
    "CON-04",
    title="Value outside its closed list",
    severity="warn",
    owner=Owner.DATA,
    table="extract_nulled_values",
    unit="a value, by file, line and column",
    key=(NULLED_VALUE,),
    why="The value becomes null, and the row is missing from every group it should count in.",
    how_to_fix="Map the source system's values to those of the contract (docs/data_contract.md).",
    count_judged=rows_accepted,
)
def value_outside_domain(extract_nulled_values: ibis.Table) -> ibis.Table:
    values = extract_nulled_values
    return values.select(
        finding_key=_place(values) + ":" + values.column_name,
        message=_fault(values),
        value_found=_delivered(values),
        value_expected=_expected(values),
    )


@rule(
    "CON-05",
    title="Reference that does not resolve",
    severity="warn",
    owner=Owner.DATA,
    table="extract_files",
    unit="a reference of a row, by extract, columns and the row's key",
    key=(REFERENCE,),
    why="The row is about something that no other extract knows, and drops out where the two are joined.",
    how_to_fix="Deliver both extracts from the same day, or correct the id in the source system.",
    count_judged=rows_accepted,
)
def unresolved_reference(staged: StagedTables) -> ibis.Table:
    """References that the dictionary leaves to CON-05. Where the extract referred to is empty, nothing can be judged."""
    return ibis.union(
        *(
            _unresolved(staged, extract, reference)
            for extract in EXTRACTS.values()
            for reference in extract.references
            if reference.judged_by == "CON-05"
        )
    )


def _unresolved(staged: StagedTables, extract: Table, reference: Reference) -> ibis.Table:
    rows, targets = staged[extract.name], staged[reference.table]
    naming = rows.filter(*(rows[name].notnull() for name in reference.columns), targets.count() > 0)
    same = [naming[name] == targets[target] for name, target in zip(reference.columns, reference.targets, strict=True)]
    unresolved = naming.anti_join(targets, same)
    label = f"{extract.name}.{'+'.join(reference.columns)}{KEY_SEPARATOR}"
    return unresolved.select(
        finding_key=ibis.literal(label) + without_null_end(joined_key(unresolved, *extract.key), extract),
        message=sentence(joined_key(unresolved, *reference.columns), f" is not in {EXTRACTS[reference.table].path}"),
        value_found=joined_key(unresolved, *reference.columns),
        value_expected=ibis.literal(f"what is in {EXTRACTS[reference.table].path}"),
    )


@rule(
    "CON-07",
    title="File set aside",
    severity="warn",
    owner=Owner.BUSINESS,
    table="extract_files",
    unit="a file of an extract that comes a file a day",
    why="What the file says is missing from every table, and nothing else is.",
    how_to_fix="Export the day again with the contract's columns, under the same name; warehouse/errors holds the file and why.",
)
def file_set_aside(extract_files: ibis.Table) -> ibis.Table:
    aside = extract_files.filter(extract_files.problem.notnull(), extract_files.extract.isin(SET_ASIDE))
    return aside.select(finding_key="file_name", message="problem")


@rule(
    "CON-08",
    title="Column that the contract does not know",
    severity="warn",
    owner=Owner.BUSINESS,
    table="extract_extra_values",
    unit="a column of a file of an extract that comes a file a day",
    why="Its values are kept aside and used nowhere; a column of the contract may have been renamed.",
    how_to_fix="Leave the column out of the export, or ask the data team to add it to the contract.",
)
def unknown_column(extract_extra_values: ibis.Table) -> ibis.Table:
    values = extract_extra_values.group_by("file_name", "column_name").agg(n=extract_extra_values.count())
    return values.select(
        finding_key=values.file_name + ":" + values.column_name,
        message=sentence("kept aside: ", values.n, " values in ", values.column_name),
    )


def _place(faults: ibis.Table) -> ir.StringValue:
    return faults.file_name + ":" + faults.line_number.cast("string")


def _fault(faults: ibis.Table) -> ir.StringValue:
    return faults.column_name.notnull().ifelse(faults.column_name + " " + faults.message, faults.message)


def _delivered(faults: ibis.Table) -> ir.StringValue:
    """The value as delivered, if it cannot be a name; in a row with shifted columns any cell may hold a name."""
    value = faults.value
    is_shown = (value.re_search(r"\d") & ~value.re_search(r"\p{L}{4,}")) | ~value.re_search(r"\p{L}{2,}")
    withheld = sentence("a text of ", value.length(), " characters")
    shown = (is_shown | value.lower().isin(WORDS_FOR_NOTHING)).ifelse(value, withheld)
    return faults.column_name.isnull().ifelse("a repeated row", shown.fill_null("nothing"))


def _expected(faults: ibis.Table) -> ir.StringValue:
    """What the contract asks for, taken from the recorded text of the fault."""
    said = faults.message
    wanted = said.re_replace(r"^is (not|none of:) ?", "")
    listed = said.startswith("is none of:").ifelse(sentence("one of: ", wanted), wanted)
    asked = said.startswith("is missing").ifelse("a value, since it is part of the key", listed)
    return faults.column_name.isnull().ifelse("one row for a key", sentence(faults.column_name, ": ", asked))
