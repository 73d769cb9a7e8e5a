"""The synthetic district as a vendor's system would export it: what `generate --as` writes, and what the vendors' profiles are tried on.

One module for each vendor; `framework` holds what they share. None was seen on a district's own export: the formats are those of
docs/sources/.
"""

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from district_platform.engine.files import file_hash
from district_platform.home.permissions import close_folder, keep_private
from district_platform.settings import Assessments, Synthetic
from district_platform.sources.synthetic import generate
from district_platform.sources.synthetic.folder import Marker, read_marker, refuse_foreign_files, remove_leftovers
from district_platform.sources.synthetic.vendors import (
    aeries,
    clever,
    infinite_campus,
    oneroster,
    powerschool,
    sds,
    skyward,
)
from district_platform.sources.synthetic.vendors.framework import Canonical, Written

WRITERS: dict[str, Callable[[Canonical], Written]] = {
    "aeries": aeries.written,
    "clever": clever.written,
    "infinite_campus": infinite_campus.written,
    "oneroster": oneroster.written,
    "powerschool": powerschool.written,
    "sds": sds.written,
    "skyward": skyward.written,
}
"""How each vendor writes a district."""

UNMAPPED = "oneroster"
"""What is read without a mapping."""

ONE_YEAR = frozenset({"aeries", "skyward"})
"""Vendors of whose tables one set holds one school year: the last is written."""


def generate_as(
    vendor: str,
    folder: Path,
    synthetic: Synthetic,
    assessments: Assessments,
    as_of_date: date,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Path]:
    """Writes the district of these settings into a folder as the vendor's system would export it; returns the files.

    Of a vendor whose tables hold one school year, the district has one.

    Raises ForeignFilesError if the folder holds files that this did not make, or that were changed since.
    """
    keep_private()
    before = read_marker(folder)
    refuse_foreign_files(folder, before)
    if vendor in ONE_YEAR:
        synthetic = synthetic.model_copy(update={"years": 1})
    with tempfile.TemporaryDirectory() as raw:
        generate(Path(raw), synthetic, assessments, as_of_date, progress)
        written = WRITERS[vendor](Canonical(Path(raw)))
    names = sorted(file.name for file in written.files)
    earlier = before.files if before else []
    Marker({"as": vendor}, sorted({*earlier, *names})).write(folder)
    remove_leftovers(folder, earlier, names)
    files = written.to(folder)
    Marker({"as": vendor}, names, {name: file_hash(folder / name) for name in names}).write(folder)
    close_folder(folder)
    return files
