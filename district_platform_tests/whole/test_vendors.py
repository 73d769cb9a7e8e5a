"""A vendor's export of a district, proposed, reviewed by the committed answers and run, is published as the canonical extracts are."""

import pandas as pd
import pytest

from district_platform.sources.mapped.proposing.vendors import vendor_named
from district_platform.sources.synthetic.vendors import UNMAPPED, WRITERS
from district_platform.sources.synthetic.vendors.framework import Canonical
from district_platform_tests.whole.acceptance import (
    as_written,
    assert_same_publication,
    canonical_home,
    mapped_home,
    raw_of,
    run,
)

SIZE = {"students": 120, "defects": {"enabled": False}}
YEARS = {"powerschool": 2, "infinite_campus": 2, "skyward": 1, "aeries": 1, "clever": 1, "sds": 1}


@pytest.mark.parametrize("vendor", sorted(WRITERS.keys() - {UNMAPPED}))
def test_a_vendors_files_are_published_as_the_canonical_extracts(vendor, tmp_path):
    raw = raw_of(tmp_path / "district", vendor, {**SIZE, "years": YEARS[vendor]})
    written = WRITERS[vendor](Canonical(raw))
    profile = vendor_named(vendor)

    def as_the_vendor_says(path: str, rows: pd.DataFrame) -> pd.DataFrame:
        return as_written(path, rows, written, profile.cannot_say)

    mapped = mapped_home(tmp_path / "mapped", raw, vendor, written.to)
    canonical_home(tmp_path / "canonical", raw, mapped, as_the_vendor_says)
    run(tmp_path / "mapped")
    run(tmp_path / "canonical")
    assert_same_publication(tmp_path / "mapped", tmp_path / "canonical")
