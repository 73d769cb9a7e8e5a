"""What the platform writes down about its own inputs and findings."""

from district_platform.dictionary.model import Column, Layer, Owner, Sensitivity, Table, names

COLUMNS = (
    Column("extract", "string", "Extract, as <system>/<extract>."),
    Column("file_name", "string", "File under data/raw, or within the export that was converted."),
    Column("sha256", "string", "Hash of the file's bytes."),
    Column("encoding", "string", "Encoding the file was read with."),
    Column("n_rows_read", "int64", "Rows in the file.", unit="rows"),
    Column("n_rows_accepted", "int64", "Rows that became rows of the staged table.", unit="rows"),
    Column("n_rows_rejected", "int64", "Rows that did not; read = accepted + rejected.", unit="rows"),
    Column("problem", "string", "Why the file as a whole could not be used; null where it could."),
    Column("rule_id", "string", "Rule of the catalogue."),
    Column("line_number", "int64", "Line of the file on which the row begins; the header is line 1."),
    Column("column_name", "string", "Column at fault; null where the row as a whole is."),
    Column("value", "string", "Value as delivered, from typed and closed columns only, never a name.", Sensitivity.PII),
    Column("message", "string", "What is wrong with it."),
    Column("offender_key", "string", "Natural key of the row at fault, its values joined by |.", Sensitivity.DIRECTORY),
    Column("note_number", "int64", "Position of a note."),
    Column("table_name", "string", "Table that the rule judges."),
    Column("severity", "string", "error refuses the publication, warn is a finding for a steward."),
    Column("owner", "string", "Role that can fix it at the source."),
)

_FAULT = names("extract file_name line_number column_name value rule_id message offender_key")

TABLES = (
    Table(
        "delivery",
        Layer.EXTRACT,
        grain="a note on what was delivered",
        key=("note_number",),
        columns=names("note_number message"),
        owner=Owner.DATA,
        description="Brings the extracts to where they are read: generates, converts or finds them, by sources.kind. "
        "Its rows say what the source could not.",
    ),
    Table(
        "extract_files",
        Layer.BOOKKEEPING,
        grain="a file of an extract",
        key=("extract", "file_name"),
        columns=names("extract file_name sha256 encoding n_rows_read n_rows_accepted n_rows_rejected problem"),
        owner=Owner.DATA,
        description="Every file that was read, and what became of its rows.",
    ),
    Table(
        "extract_rejects",
        Layer.BOOKKEEPING,
        grain="a fault for which a row was rejected",
        key=(),
        columns=_FAULT,
        owner=Owner.DATA,
        description="Rows that did not enter the warehouse, by file and line, with every reason.",
    ),
    Table(
        "extract_nulled_values",
        Layer.BOOKKEEPING,
        grain="a value outside its closed domain",
        key=(),
        columns=_FAULT,
        owner=Owner.DATA,
        description="Values that became null because their column's list of values does not hold them (CON-04).",
    ),
    Table(
        "quality_findings",
        Layer.QUALITY,
        grain="an offender of a rule",
        key=("rule_id", "offender_key"),
        columns=names("rule_id severity owner table_name offender_key message"),
        owner=Owner.DATA,
        description="What the last run's rules found, up to a cap a rule; the report holds the whole counts.",
    ),
)
