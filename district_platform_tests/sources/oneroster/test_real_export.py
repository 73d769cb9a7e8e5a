"""The export of an invented district that a third party made: 9 orgs, 837 users, 364 classes, 5,810 enrollments."""

from collections import Counter
from pathlib import Path

import pytest

from district_platform.dictionary import EXTRACTS
from district_platform.sources.oneroster import Conversion, convert
from district_platform_tests.sources.oneroster.exports import extract

EXPORT = Path(__file__).parents[4] / "shared" / "data" / "oneroster_dev"

pytestmark = pytest.mark.skipif(
    not EXPORT.is_dir(), reason="the third-party export is not part of the repository (shared/data/oneroster_dev)"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("oneroster")


@pytest.fixture(scope="module", autouse=True)
def conversion(home: Path) -> Conversion:
    return convert(EXPORT, home / "out")


def test_every_row_is_read_and_accepted(conversion: Conversion) -> None:
    assert {count.file: count.rows_accepted for count in conversion.files} == {
        "orgs.csv": 9,
        "academicSessions.csv": 2,
        "courses.csv": 91,
        "classes.csv": 364,
        "users.csv": 837,
        "demographics.csv": 778,
        "enrollments.csv": 5810,
    }
    assert all(count.rows_read == count.rows_accepted for count in conversion.files)
    assert conversion.rejects == []


def test_canonical_rows(home: Path) -> None:
    written = [str(path.relative_to(home / "out").with_suffix("")) for path in (home / "out").rglob("*.csv")]
    assert {path: len(extract(home, path)) for path in written} == {
        "sis/schools": 8,
        "sis/students": 778,
        "sis/enrollments": 778,
        "sis/sessions": 8,
        "sis/courses": 91,
        "sis/sections": 364,
        "sis/section_enrollments": 5446,
        "sis/section_educators": 364,
        "hr/educators": 59,
    }


def test_keys_are_unique_and_references_resolve(home: Path) -> None:
    paths = {path.stem: str(path.relative_to(home / "out").with_suffix("")) for path in (home / "out").rglob("*.csv")}
    rows = {name: extract(home, path) for name, path in paths.items()}
    for name, records in rows.items():
        table = EXTRACTS[name]
        assert list(records[0]) == list(table.columns)
        assert len({tuple(record[column] for column in table.key) for record in records}) == len(records)
        for reference in table.references:
            if reference.table in rows:
                targets = {tuple(target[column] for column in reference.targets) for target in rows[reference.table]}
                assert {tuple(record[column] for column in reference.columns) for record in records} <= targets


def test_levels_and_races_are_those_of_the_district(home: Path) -> None:
    assert Counter(row["school_level"] for row in extract(home, "sis/schools")) == {
        "Elementary": 4,
        "Middle": 2,
        "High": 2,
    }
    assert Counter(row["race_ethnicity"] for row in extract(home, "sis/students")) == {
        "Hispanic or Latino": 202,
        "American Indian or Alaska Native": 114,
        "Native Hawaiian or Other Pacific Islander": 111,
        "White": 108,
        "Black or African American": 107,
        "Asian": 91,
        "Two or More Races": 45,
    }
