"""With defects planted, rules that extracts alone decide find the same in a vendor's files as in canonical ones, but for those that its
profile names (`judged_otherwise`), each with its reason.
"""

import tempfile
from pathlib import Path

import pytest

from district_platform.cli.checking import Elsewhere, rules_of_extracts, tables_for_check
from district_platform.dictionary import EXTRACTS, TABLES
from district_platform.quality.evaluation import evaluate
from district_platform.settings import load_settings
from district_platform.sources.account import keep_account
from district_platform.sources.converting import convert_all
from district_platform.sources.extracts import files_to_read
from district_platform.sources.mapped.proposing.vendors import vendor_named
from district_platform.sources.reference.tables import waiver_rows
from district_platform.sources.synthetic.vendors import UNMAPPED, WRITERS
from district_platform.sources.synthetic.vendors.framework import Canonical
from district_platform.staging.formats import formats_of
from district_platform.staging.loading import load_files
from district_platform_tests.whole.acceptance import as_written, canonical_home, mapped_home, raw_of

YEARS = {"powerschool": 2, "infinite_campus": 2}
"""School years of the district where a vendor has more than the running one."""


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


@pytest.mark.parametrize("vendor", sorted(WRITERS.keys() - {UNMAPPED}))
def test_planted_defects_are_found_in_a_vendors_files_as_in_canonical_ones(vendor, tmp_path, monkeypatch):
    raw = raw_of(tmp_path / "district", vendor, {"students": 100, "years": YEARS.get(vendor, 1)})
    written, profile = WRITERS[vendor](Canonical(raw)), vendor_named(vendor)
    mapped = mapped_home(tmp_path / "mapped", raw, vendor, written.to)
    canonical_home(
        tmp_path / "canonical", raw, mapped, lambda path, rows: as_written(path, rows, written, profile.cannot_say)
    )
    ours, theirs = (findings(tmp_path / name, monkeypatch) for name in ("canonical", "mapped"))
    same = set(ours) - {otherwise.rule for otherwise in profile.judged_otherwise}
    assert {rule: theirs[rule] for rule in same} == {rule: ours[rule] for rule in same}
    assert sum(len(ours[rule]) > 0 for rule in same) > 10, "few defects are left to be found"
