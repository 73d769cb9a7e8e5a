"""Districts to look at, each made once."""

import datetime as dt
from pathlib import Path

import pytest

from district_platform.settings import Assessments, Defects, Synthetic
from district_platform.sources.synthetic import generate
from district_platform_tests.processes import Together

AS_OF = dt.date(2026, 2, 13)


def make_district(raw: Path, as_of: dt.date = AS_OF, defects: bool = True, **settings: object) -> Path:
    synthetic = Synthetic.model_validate({"defects": Defects(enabled=defects), **settings})
    generate(raw, synthetic, Assessments(), as_of)
    return raw


@pytest.fixture(scope="session")
def clean_district(together: Together) -> Path:
    """4,500 students (two high schools) over three years without a planted defect."""
    return together("clean", lambda raw: make_district(raw, students=4_500, years=3, defects=False))


@pytest.fixture(scope="session")
def damaged_district(together: Together) -> Path:
    """2,000 students over three years, with every defect."""
    return together("damaged", lambda raw: make_district(raw, students=2_000, years=3))
