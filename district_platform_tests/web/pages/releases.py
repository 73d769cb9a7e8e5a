"""A made-up district's release as a publication."""

from typing import Any

import pandas as pd

from district_platform.dictionary import TABLES
from district_platform.outputs.brief.release import Release


def rows_of(release: Release) -> dict[str, list[dict[str, Any]]]:
    """The release's tables as rows to publish, without what is null."""
    return {name: _rows(name, getattr(release, name)) for name in Release.__dataclass_fields__}


def _rows(name: str, frame: pd.DataFrame) -> list[dict[str, Any]]:
    columns = [column for column in TABLES[f"release_{name}"].columns if column in frame]
    return [{column: row[column] for column in columns if not pd.isna(row[column])} for row in frame.to_dict("records")]
