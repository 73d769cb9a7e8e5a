"""A whole school district made from a seed: what the platform runs on before it sees a district's own extracts.

`generate` is the only thing others call. It writes the canonical extracts (docs/data_contract.md) and, beside them,
which known defects it planted. In this package: `plan` (schools, streams), `calendars`, `people`, `enrollments`,
`courses`, `seats`, `staff`, `certifications`, `employees`, `timekeeping`, `attendance`, `online`, `online_sessions`,
`programs`, `assessments`, `store` make the district; `*_defects` damage it; `district` puts the parts in order; `writing`,
`timekeeping_records` and `folder` bring them to disk.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from district_platform.dictionary import EXTRACTS
from district_platform.engine.files import file_hash
from district_platform.engine.versions import code_version
from district_platform.home.permissions import close_folder, keep_private
from district_platform.settings import Assessments, Synthetic
from district_platform.sources.synthetic.district import write_district
from district_platform.sources.synthetic.folder import (
    PLANTED_DEFECTS,
    TIMEKEEPING_PERSONS,
    TIMEKEEPING_PUNCHES,
    TRUE_PRESENCE,
    ForeignFilesError,
    Marker,
    is_current,
    read_marker,
    refuse_foreign_files,
    remove_leftovers,
)

__all__ = ["ForeignFilesError", "generate"]


def _silent(_: str) -> None:
    """Say nothing."""


def generate(
    raw: Path,
    synthetic: Synthetic,
    assessments: Assessments,
    as_of_date: date,
    progress: Callable[[str], None] = _silent,
) -> list[Path]:
    """Write the district of these settings, as it stands on as_of_date, to raw/<system>/<extract>.csv.

    The same arguments give the same bytes; files that already are what they would become are left alone. Killed at any
    moment, the next call succeeds. Returns the files: extracts, then the planted defects, the true presence and what the
    timekeeping system holds.
    Raises ForeignFilesError if raw holds files this function did not make, or that were changed since.
    """
    names = [f"{table.path}.csv" for table in EXTRACTS.values()] + [
        PLANTED_DEFECTS,
        TRUE_PRESENCE,
        TIMEKEEPING_PERSONS,
        TIMEKEEPING_PUNCHES,
    ]
    keep_private()
    marker = read_marker(raw)
    refuse_foreign_files(raw, marker)
    made_from = _made_from(synthetic, assessments, as_of_date)
    if is_current(raw, marker, made_from):
        progress("the synthetic district is already there, made from these settings")
    else:
        before = marker.files if marker else []
        Marker(made_from, sorted({*before, *names})).write(raw)
        remove_leftovers(raw, before, names)
        write_district(raw, synthetic, assessments, as_of_date, progress)
        Marker(made_from, names, {name: file_hash(raw / name) for name in names}).write(raw)
    close_folder(raw)
    return [raw / name for name in names]


def _made_from(synthetic: Synthetic, assessments: Assessments, as_of_date: date) -> dict[str, Any]:
    """Everything the files are a function of, the code included."""
    return {
        "synthetic": synthetic.model_dump(mode="json"),
        "assessments": assessments.model_dump(mode="json"),
        "as_of_date": as_of_date.isoformat(),
        "code_version": code_version(write_district),
    }
