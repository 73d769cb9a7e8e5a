"""What the platform writes down about its own inputs and findings."""

from district_platform.dictionary.model import Column, Layer, Owner, Sensitivity, Table, names

COLUMNS = (
    Column("extract", "string", "Extract, as <system>/<extract>."),
    Column("file_name", "string", "File under data/raw, or within the export that was converted."),
    Column("alike_header", "string", "A header of the file that could be the column; null where none is alike."),
    Column("sha256", "string", "Hash of the file's bytes."),
    Column("encoding", "string", "Encoding the file was read with."),
    Column("n_rows_read", "int64", "Rows in the file.", unit="rows"),
    Column("n_rows_accepted", "int64", "Rows that became rows of the staged table.", unit="rows"),
    Column("n_rows_rejected", "int64", "Rows that could not; read = accepted + rejected + left out.", unit="rows"),
    Column(
        "n_rows_left_out",
        "int64",
        "Rows that a decision of the district leaves out: by its mapping they are no such record, or a provider that goes first gave them.",
        unit="rows",
    ),
    Column("problem", "string", "Why the file as a whole could not be used; null where it could."),
    Column("rule_id", "string", "Rule of the catalogue."),
    Column("line_number", "int64", "Line of the file on which the row begins; the header is line 1."),
    Column("column_name", "string", "Column at fault; null where the row as a whole is."),
    Column(
        "value",
        "string",
        "Value as delivered; of a fault, from typed and closed columns only, never a name.",
        Sensitivity.PII,
    ),
    Column("message", "string", "What is wrong with it."),
    Column("finding_key", "string", "Natural key of the row at fault, its values joined by |.", Sensitivity.DIRECTORY),
    Column(
        "n_values", "int64", "Values delivered in a closed column of accepted rows; null where all were in its list."
    ),
    Column("n_nulled", "int64", "Those of them that are outside the closed list and became null."),
    Column("note_number", "int64", "Position of a note."),
    Column("table_name", "string", "Table that the rule judges."),
    Column("severity", "string", "error refuses the publication, warn is a finding for a steward."),
    Column("owner", "string", "Role that can fix it at the source."),
    Column("is_waived", "boolean", "Whether a waiver in force covers the finding."),
    Column("waiver_reason", "string", "Why the district accepts the finding, in its own words.", Sensitivity.PII),
    Column("expiry_date", "date", "Last day on which a waiver holds."),
    Column("run_id", "string", "Run of the platform."),
    Column("as_of_date", "date", "Day on which the run looked at the data."),
    Column("recorded_at", "timestamp", "When the run's counts were written down, UTC."),
    Column("rule_status", "string", "How the rule came out.", domain=("passed", "warned", "failed", "skipped")),
    Column("n_judged", "int64", "What the rule looked at; 0 where it was skipped."),
    Column("n_findings", "int64", "All that it found, waived or not."),
    Column("n_waived", "int64", "Those of them that a waiver covers."),
    Column("title", "string", "What the rule finds, in a few words."),
    Column("unit", "string", "What one finding of the rule is, and so what its key names."),
    Column(
        "staff_id", "string", "Member of staff, by educator id or person number; of a pair a|b.", Sensitivity.DIRECTORY
    ),
    Column("value_found", "string", "What stands in the record.", Sensitivity.PII),
    Column("value_expected", "string", "What should stand there."),
    Column("evidence", "string", "What was found, as a sentence; ids only, never a name.", Sensitivity.DIRECTORY),
    Column("how_to_fix", "string", "What to do about it at the source."),
)

_FAULT = names("extract file_name line_number column_name value rule_id message finding_key")

TABLES = (
    Table(
        "delivery",
        Layer.EXTRACT,
        grain="a note on what was delivered",
        key=("note_number",),
        columns=names("note_number message"),
        owner=Owner.DATA,
        description="Brings the extracts to where they are read: generates, converts or finds them, by provider. "
        "Its rows say what the source could not.",
    ),
    Table(
        "extract_files",
        Layer.BOOKKEEPING,
        grain="a file of an extract",
        key=("extract", "file_name"),
        columns=names(
            "extract file_name sha256 encoding n_rows_read n_rows_accepted n_rows_rejected n_rows_left_out problem"
        ),
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
        "extract_columns",
        Layer.BOOKKEEPING,
        grain="a column of the contract, or of an export that is converted, in the header of a file",
        key=("extract", "file_name", "column_name"),
        columns=names("extract file_name column_name n_values n_nulled"),
        owner=Owner.DATA,
        description="The columns that each file brought, and of closed columns what became of their values.",
    ),
    Table(
        "extract_absent_columns",
        Layer.BOOKKEEPING,
        grain="an optional column that a usable file lacks",
        key=("extract", "file_name", "column_name"),
        columns=names("extract file_name column_name alike_header"),
        owner=Owner.DATA,
        description="What nobody can say because a file lacks the column; report and brief show it as notes.",
    ),
    Table(
        "extract_extra_values",
        Layer.BOOKKEEPING,
        grain="a value in a column of a file that the contract does not know",
        key=(),
        columns=names("extract file_name line_number column_name value"),
        owner=Owner.DATA,
        description="What extracts that come a file a day hold beside the contract's columns: kept aside, used nowhere.",
    ),
    Table(
        "quality_findings",
        Layer.QUALITY,
        grain="a finding of a rule",
        key=("rule_id", "finding_key"),
        columns=names("rule_id severity owner table_name finding_key message is_waived"),
        owner=Owner.DATA,
        description="What the last run's rules found, up to a cap a rule; the report holds the whole counts.",
    ),
    Table(
        "waivers",
        Layer.REFERENCE,
        grain="a line of data/reference/waivers.csv",
        key=("line_number",),
        columns=names("line_number rule_id finding_key waiver_reason expiry_date"),
        owner=Owner.DATA,
        description="Findings that the district accepts until a day, that day included; none where there is no file.",
    ),
    Table(
        "quality_history",
        Layer.QUALITY,
        grain="a rule in a run",
        key=("run_id", "rule_id"),
        columns=names("run_id as_of_date recorded_at rule_id severity rule_status n_judged n_findings n_waived"),
        owner=Owner.DATA,
        description="What every rule counted in the last runs, published or refused; kept from run to run.",
    ),
    Table(
        "worklist",
        Layer.QUALITY,
        grain="a finding of a rule that the role owns",
        key=("rule_id", "finding_key"),
        columns=names(
            "rule_id severity title owner unit finding_key student_id staff_id school_id date value_found value_expected "
            "evidence how_to_fix is_waived"
        ),
        owner=Owner.DATA,
        description="reports/worklists/<owner>.csv: what a role is asked to correct, up to a cap a rule; and "
        "reports/worklists/schools/<school_id>.csv: what of it was found at the school and names no member of staff. student_id, "
        "school_id and date are a|b where the finding is a pair. Files, no table.",
    ),
)
