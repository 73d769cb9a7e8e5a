"""What PostgreSQL and MySQL are both told."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from district_platform.settings.section import SecretName, Section

WORDS = ("released", "marts", "all")


def _chosen(value: Any) -> Any:
    """One word as a list of itself. Raises ValueError for a word beside others, and for another word alone."""
    if isinstance(value, str):
        if value not in WORDS:
            raise ValueError(f'must be "released", "marts", "all", or a list of names of tables, such as ["{value}"]')
        return (value,)
    if isinstance(value, list | tuple) and (mixed := [word for word in WORDS if word in value]) and len(value) > 1:
        raise ValueError(f'"{mixed[0]}" stands alone, without names of tables')
    return value


TableChoice = Annotated[tuple[str, ...], BeforeValidator(_chosen), Field(min_length=1)]
"""One of `WORDS`, or names of tables."""


class SqlDestination(Section):
    """A database that analysts read."""

    url_secret: SecretName = Field(
        description="Name of the secret with the address, user:password@host/database. Off this machine the connection must be "
        "encrypted."
    )
    tables: TableChoice = Field(
        default=("released",),
        description='"released", "marts" (customers_mart and sales_team_mart, restricted), "all", or names of tables.',
    )
