"""Where what nothing can make again is kept beside this machine."""

from pydantic import Field

from district_platform.settings.section import S3Address, Section


class State(Section):
    """The state of the district in an object store (docs/operations.md): a machine that starts empty continues from it."""

    address: S3Address | None = Field(
        default=None,
        description="s3://bucket/prefix with which each run begins and ends: it takes the state from there, and no figure leaves "
        "before its ledger is there; default: the state is in the home alone.",
    )
    lease_minutes: int = Field(
        default=30,
        ge=5,
        le=720,
        description="How long a machine that was killed keeps others from running. A run renews its lease four times within it.",
    )
    keep_versions: int = Field(
        default=10, ge=2, description="Versions of the state kept in the store, the current one among them."
    )
