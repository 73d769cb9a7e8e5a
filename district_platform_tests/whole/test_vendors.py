"""A vendor's export of a district, proposed, reviewed by the committed answers and run, is published as the canonical extracts are."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from district_platform.settings import Assessments, Synthetic
from district_platform.sources.mapped.proposing.vendors import vendor_named
from district_platform.sources.synthetic import generate
from district_platform.sources.synthetic.vendors import UNMAPPED, WRITERS
from district_platform.sources.synthetic.vendors.framework import Canonical
from district_platform_tests.whole.acceptance import (
    as_written,
    assert_same_publication,
    canonical_home,
    mapped_home,
    rewrite,
    run,
)

SIZE = {"students": 120, "timekeeping": {"years": 1}, "defects": {"enabled": False}}
YEARS = {"powerschool": 2, "infinite_campus": 2, "skyward": 1, "aeries": 1, "clever": 1, "sds": 1}


ROSTERS = {"clever", "sds"}
"""Vendors without attendance, which comes from another system: one that does not name the roster's sessions."""


def raw_of(folder: Path, vendor: str) -> Path:
    synthetic = Synthetic.model_validate({**SIZE, "years": YEARS[vendor]})
    generate(folder, synthetic, Assessments(), dt.date(2026, 2, 13))
    if vendor in ROSTERS:
        rewrite(folder, folder, "sis/attendance_events", lambda rows: rows.assign(session_id=""))
    return folder


@pytest.mark.parametrize("vendor", sorted(WRITERS.keys() - {UNMAPPED}))
def test_a_vendors_files_are_published_as_the_canonical_extracts(vendor, tmp_path):
    raw = raw_of(tmp_path / "district", vendor)
    written = WRITERS[vendor](Canonical(raw))
    profile = vendor_named(vendor)

    def as_the_vendor_says(path: str, rows: pd.DataFrame) -> pd.DataFrame:
        return as_written(path, rows, written, profile.cannot_say)

    mapped = mapped_home(tmp_path / "mapped", raw, vendor, written.to)
    canonical_home(tmp_path / "canonical", raw, mapped, as_the_vendor_says)
    run(tmp_path / "mapped")
    run(tmp_path / "canonical")
    assert_same_publication(tmp_path / "mapped", tmp_path / "canonical")
