"""What is written down of a release: what its audit judged, what readers know of it, and what they knew of earlier ones."""

from district_platform.dictionary.model import Column, Layer, Owner, Table, names

COLUMNS = (
    Column("count_name", "string", "What is counted, such as n_tested."),
    Column("place", "string", "A school, 'level <name>', or district."),
    Column("subgroup", "string", "k_subgroup of the group; grades stand in grade."),
    Column("grade", "string", "Grade of the group; empty for all grades."),
    Column("split_by", "string", "What else tells the group apart, as <column>=<value>;…"),
    Column("lowest_value", "int64", "Lowest value that what is published of the count by itself allows."),
    Column("highest_value", "int64", "Highest such value."),
    Column("is_shown", "boolean", "Whether some released table gives the number."),
    Column("is_small", "boolean", "Whether it is hidden because its group is small, or may be."),
    Column("release_id", "string", "Digest of what a release shows."),
    Column("data_version", "string", "Digest of the extracts and the day they were looked at."),
    Column("release_number", "int64", "Position of a release in the ledger, the first being 1."),
)

_GROUP = "count_name school_year place subgroup grade split_by"
_KNOWN = "lowest_value highest_value is_shown is_small"

TABLES = (
    Table(
        "privacy_audit",
        Layer.QUALITY,
        grain="a hidden cell that the audit judged, or a figure that it found told",
        key=("offender_key",),
        columns=names("offender_key message"),
        owner=Owner.DATA,
        description="The audit of the release (PRV-01). message says what can be worked out; it is null where nothing can.",
    ),
    Table(
        "privacy_cells",
        Layer.QUALITY,
        grain="a count of a group that the release says something of",
        key=names(_GROUP),
        columns=names(f"{_GROUP} {_KNOWN} release_id data_version"),
        owner=Owner.DATA,
        description="What a reader of the release knows of each count by itself: the ledger's next entry.",
    ),
    Table(
        "privacy_ledger",
        Layer.QUALITY,
        grain="a count of a group in a publication",
        key=names(f"release_number {_GROUP}"),
        columns=names(f"release_number {_GROUP} {_KNOWN} release_id data_version"),
        owner=Owner.DATA,
        description="What readers of earlier publications know, so that a later one of the same data is judged with it "
        "(docs/privacy.md). Kept from run to run.",
    ),
)
