"""A district pulled from an Ed-Fi API is published as its canonical extracts are; and a run with each fault ends as it is said to."""

from pathlib import Path

import pytest

from district_platform.standins.edfi import District, StandIn
from district_platform_tests.processes import Together, platform
from district_platform_tests.whole import edfi
from district_platform_tests.whole.acceptance import assert_same_publication, run


@pytest.fixture(scope="session")
def raw(together: Together) -> Path:
    return together("edfi_raw", edfi.make_district)


@pytest.fixture(scope="session")
def canonical(raw: Path, together: Together) -> Path:
    """The district from canonical files, in which that is blank which Ed-Fi cannot say, in Ed-Fi's ids."""

    def make(home: Path) -> None:
        edfi.canonical_home(home, raw)
        run(home)

    return together("edfi_canonical", make)


@pytest.mark.parametrize(("data_standard", "pages_by"), [(5, "cursor"), (6, "offset")])
def test_a_district_from_edfi_is_published_as_from_canonical_files(canonical, raw, tmp_path, data_standard, pages_by):
    home = tmp_path / "edfi"
    with edfi.edfi_home(home, raw, StandIn(District(raw), data_standard, pages_by)) as settings:
        done = platform(home, "run", **settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert_same_publication(home, canonical)
