"""What the values of another system mean in the columns of the contract that have a closed list."""

import tomllib
from functools import cache
from importlib.resources import files

from district_platform.dictionary import COLUMNS


def means(column: str, value: str) -> str | None:
    """The value of the contract that another system's value means; None where nobody can know."""
    described = COLUMNS[column]
    word = value.strip().lower()
    if described.domain and value in described.domain:
        return value
    own = {domain.lower(): domain for domain in described.domain or ()}
    return own.get(word) or dict(described.synonyms).get(word) or _meanings().get(column, {}).get(word)


def column_of(table: str) -> str | None:
    """The column of the contract that a table of values is for, by the end of its name."""
    found = [column for column in COLUMNS if table == column or table.endswith(f"_{column}")]
    return max(found, key=len, default=None)


def needs_lookup(column: str, values: list[str]) -> bool:
    """Whether some value is not read as it stands."""
    described = COLUMNS[column]
    readable = {*(described.domain or ()), *(word for word, _ in described.synonyms)}
    return bool(described.domain) and any(v not in readable and v.lower() not in readable for v in values)


@cache
def _meanings() -> dict[str, dict[str, str]]:
    return tomllib.loads(files(__package__).joinpath("values.toml").read_text(encoding="utf-8"))
