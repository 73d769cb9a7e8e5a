"""data/reference: what the district's own tables do to a run."""

import dagster as dg
import pytest

from district_platform.engine.resources import Warehouse
from district_platform.home import Home
from district_platform.settings import Engine
from district_platform.sources.reference.tables import DEFAULTS, absentee_bands, absentee_categories

HEADER = "threshold_lower,threshold_upper,level_numeric,level_label\n"
TWO = HEADER + "0,90,1,Chronic\n90,100,2,Fine\n"


@pytest.fixture
def home(tmp_path) -> Home:
    home = Home(root=tmp_path)
    home.reference.mkdir(parents=True)
    return home


def write(home: Home, text: str, encoding: str = "utf-8") -> None:
    (home.reference / "absentee_categories.csv").write_bytes(text.encode(encoding))


def labels(home: Home) -> list[str]:
    return list(absentee_bands(home).order_by("level_numeric").level_label.to_pandas())


def test_without_a_file_the_default_bands_hold(home):
    assert labels(home) == ["Severe Chronic Absence", "Chronic Absence", "At Risk", "Satisfactory"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_bands_of_the_district_replace_the_defaults(home, encoding):
    write(home, TWO.replace("\n", "\r\n"), encoding)
    assert labels(home) == ["Chronic", "Fine"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEADER + "0,80,1,Low\n85,100,2,High\n", "rates from 80 to 85 are in no band; bands must cover 0 to 100"),
        (HEADER + "0,90,1,Low\n80,100,2,High\n", "80 to 90 is in two bands"),
        (HEADER + "0,ninety,1,Low\n", r"row 1 \(threshold_lower 0, threshold_upper ninety, .*numbers, such as 90"),
        ("threshold_lower,threshold_upper,level_label\n0,100,All\n", "lacks level_numeric"),
        (HEADER, "rates from 0 to 100 are in no band"),
        ("", "not a CSV file in UTF-8"),
    ],
)
def test_bands_that_do_not_fit_stop_the_run_and_say_what_to_do(home, text, told):
    write(home, text)
    with pytest.raises(ValueError, match=told) as error:
        absentee_bands(home)
    assert str(error.value).startswith("data/reference/absentee_categories.csv: ")
    assert str(error.value).endswith("Correct the file; without it the defaults hold.")


def test_changed_file_is_a_new_data_version(home):
    warehouse = Warehouse.of(home, Engine())

    def version() -> str:
        result = absentee_categories(warehouse)
        assert result.data_version is not None
        return result.data_version.value

    assert version() == DEFAULTS
    write(home, TWO)
    first = version()
    write(home, TWO.replace("90", "92"))
    assert len({DEFAULTS, first, version()}) == 3


def test_error_reaches_dagster_without_retries(home):
    write(home, HEADER)
    with pytest.raises(dg.Failure, match=r"absentee_categories\.csv") as failure:
        absentee_categories(Warehouse.of(home, Engine()))
    assert failure.value.allow_retries is False
