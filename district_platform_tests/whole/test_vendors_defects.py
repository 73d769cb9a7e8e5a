"""With defects planted, rules that extracts alone decide find the same in a vendor's files as in canonical ones, but for those named.

Not yet held so: PowerSchool and Infinite Campus.
"""

import datetime as dt
import tempfile
from pathlib import Path

import pytest

from district_platform.cli.checking import Elsewhere, rules_of_extracts, tables_for_check
from district_platform.dictionary import EXTRACTS, TABLES
from district_platform.quality.evaluation import evaluate
from district_platform.settings import Assessments, Synthetic, load_settings
from district_platform.sources.account import keep_account
from district_platform.sources.converting import convert_all
from district_platform.sources.extracts import files_to_read
from district_platform.sources.mapped.proposing.vendors import vendor_named
from district_platform.sources.reference.tables import waiver_rows
from district_platform.sources.synthetic import generate
from district_platform.sources.synthetic.vendors import WRITERS
from district_platform.sources.synthetic.vendors.framework import Canonical
from district_platform.staging.formats import formats_of
from district_platform.staging.loading import load_files
from district_platform_tests.whole.acceptance import as_written, canonical_home, mapped_home

ABOUT_FILES = {"CON-02", "CON-03", "CON-04"}
"""They name files and lines, which are the vendor's, and a vendor's keys do not hold some repetitions."""

CHANGED = {
    "aeries": {"ATT-05"},  # one mark a day stays
    "skyward": {
        "ENR-06",
        "ATT-02",
    },  # an entry without a student is rejected by its join; a code without a status is called Unknown
}
"""By vendor, the rules that its shape changes beside those about files."""


def findings(home: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """The keys that each rule finds, by the rule."""
    monkeypatch.setenv("DISTRICT_HOME", str(home))
    settings = load_settings()
    with tables_for_check(settings) as tables, tempfile.TemporaryDirectory() as out:
        conversions = convert_all(tables, settings.home, settings.sources, Path(out))
        elsewhere, formats = Elsewhere(settings.home, Path(out)), formats_of(settings.sources)
        for name, extract in EXTRACTS.items():
            load_files(tables, files_to_read(elsewhere, settings.sources, extract), extract, formats[name])
        keep_account(tables, conversions)
        tables.replace(TABLES["waivers"], waiver_rows(settings.home))
        return {r.id: sorted(f.key for f in evaluate(tables, r, settings).findings) for r in rules_of_extracts()}


@pytest.mark.parametrize("vendor", sorted(CHANGED))
def test_planted_defects_are_found_in_a_vendors_files_as_in_canonical_ones(vendor, tmp_path, monkeypatch):
    raw = tmp_path / "district"
    size = {"students": 150, "years": 1, "timekeeping": {"years": 1}}
    generate(raw, Synthetic.model_validate(size), Assessments(), dt.date(2026, 2, 13))
    written, cannot_say = WRITERS[vendor](Canonical(raw)), vendor_named(vendor).cannot_say
    mapped = mapped_home(tmp_path / "mapped", raw, vendor, written.to)
    canonical_home(tmp_path / "canonical", raw, mapped, lambda path, rows: as_written(path, rows, written, cannot_say))
    ours, theirs = (findings(tmp_path / name, monkeypatch) for name in ("canonical", "mapped"))
    same = set(ours) - ABOUT_FILES - CHANGED[vendor]
    assert {rule: theirs[rule] for rule in same} == {rule: ours[rule] for rule in same}
    assert sum(len(ours[rule]) > 0 for rule in same) > 10, "few defects are left to be found"
