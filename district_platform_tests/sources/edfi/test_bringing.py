"""A district's pull by its settings: from the stand-in that a run starts, and from nowhere."""

import pytest

from district_platform.settings import load_settings
from district_platform.sources.edfi import EdfiError, bring
from district_platform.sources.edfi.pulling import PULLED, Pull
from district_platform.standins.demo import edfi_api

SETTINGS = """
as_of_date = 2026-02-13
[sources]
kind = "edfi"
[sources.edfi]
url = "standin"
[synthetic]
students = 60
years = 2
timekeeping = { years = 1 }
"""


def test_a_demo_makes_the_synthetic_district_and_pulls_it_as_it_would_from_an_api(home):
    """Without the defects that it has by default: an ODS would not take them."""
    home.config_file.write_text(SETTINGS)
    told: list[str] = []
    made = bring(load_settings(), home, told.append, edfi_api)
    assert made == Pull.read(home.pulled_edfi)
    assert {part.year for part in made.parts} == {2025, 2026}
    assert {part.status for part in made.parts} == {PULLED}
    assert "Ed-Fi 2026: localEducationAgencies: 1 records in 3 requests" in told
    assert not list(home.raw.glob("*")), "the district's own folder stays empty"


def test_only_a_run_has_a_stand_in(home):
    home.config_file.write_text(SETTINGS)
    with pytest.raises(EdfiError, match="only a run starts the stand-in"):
        bring(load_settings(), home, print)
