"""Tables about a release: what its audit judged, what readers know from it, and what they knew from earlier releases."""

from district_platform.dictionary.model import Column, Layer, Owner, Table, names

COLUMNS = (
    Column("relation", "string", "How populations lie in each other, such as n_tested within n_students."),
    Column("holds_by", "string", "construction, or delivery where extracts that contradict each other can break it."),
    Column("n_checked", "int64", "Groups of which it was checked on the unreleased tables."),
    Column("n_broken", "int64", "Groups of which it does not hold."),
    Column("count_name", "string", "What is counted, such as n_tested."),
    Column("place", "string", "A school, 'level <name>', or district."),
    Column("subgroup", "string", "k_subgroup of the group; grades stand in grade."),
    Column("grade", "string", "Grade of the group; empty for all grades."),
    Column("split_by", "string", "What else tells the group apart, as <column>=<value>;…"),
    Column("population", "string", "Digest of where the data come from and of the settings that say who counts."),
    Column("told_value", "float64", "The number that readers were told; null where none was."),
    Column("told_as", "string", "What readers saw."),
    Column("is_running", "boolean", "Whether its school year was still running."),
    Column("told_on", "date", "as_of_date of the publication that told it."),
    Column(
        "release_number", "int64", "Position of a publication among those that told something new, the first being 1."
    ),
    Column("released_table", "string", "Name of the analysis table that a released row belongs to."),
    Column("audited_digest", "string", "Digest of a released table as the audit read it."),
    Column("row_number", "int64", "Position of a row in its released table."),
    Column("released_row", "string", "A released row, as JSON."),
    Column("released_on", "date", "as_of_date of the publication that a released row was made for."),
)

_GROUP = "count_name school_year place subgroup grade split_by"
_TOLD = "population told_value told_as is_running told_on"
_ROWS = "released_table row_number population school_year released_on released_row"

TABLES = (
    Table(
        "privacy_audit",
        Layer.QUALITY,
        grain="a hidden cell that the audit judged, or a figure that it found told",
        key=("finding_key",),
        columns=names("finding_key message"),
        owner=Owner.DATA,
        description="The audit of the release (PRV-01). message says what can be worked out; it is null where nothing can.",
    ),
    Table(
        "privacy_relations",
        Layer.QUALITY,
        grain="a relation between populations that readers know",
        key=("relation",),
        columns=names("relation holds_by n_checked n_broken"),
        owner=Owner.DATA,
        description="What readers know of how released counts lie in each other, checked on the unreleased tables in every run. A "
        "relation that the delivery breaks is left out of that run's audit (PRV-02).",
    ),
    Table(
        "privacy_audited",
        Layer.QUALITY,
        grain="a released table that the audit read",
        key=("released_table",),
        columns=names("released_table audited_digest"),
        owner=Owner.DATA,
        description="Which release the audit judged. A publication is refused while the released tables are other ones.",
    ),
    Table(
        "privacy_cells",
        Layer.QUALITY,
        grain="a count or percentage of a group that the release tells",
        key=names(_GROUP),
        columns=names(f"{_GROUP} {_TOLD}"),
        owner=Owner.DATA,
        description="What the release tells of each count: the ledger's next entries.",
    ),
    Table(
        "privacy_ledger",
        Layer.QUALITY,
        grain="a count or percentage of a group, as a publication told it first or told it otherwise than before",
        key=names(f"release_number {_GROUP} population"),
        columns=names(f"release_number {_GROUP} {_TOLD}"),
        owner=Owner.DATA,
        description="All that was ever told, so that nothing follows from publications taken together (docs/privacy.md). Kept from "
        "run to run.",
    ),
    Table(
        "privacy_rows",
        Layer.QUALITY,
        grain="a released row of a school year that is running",
        key=names("released_table row_number"),
        columns=names(_ROWS),
        owner=Owner.DATA,
        description="The released rows of running school years.",
    ),
    Table(
        "privacy_published_rows",
        Layer.QUALITY,
        grain="a released row of a school year that is running, in the last publication",
        key=names("released_table row_number"),
        columns=names(_ROWS),
        owner=Owner.DATA,
        description="What is repeated until privacy.release_every has passed. Kept from run to run.",
    ),
)
