"""Sample files: two rows of every extract that the contract takes as they are."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from district_platform.cli import main
from district_platform.dictionary import EXTRACTS
from district_platform.sources.synthetic.samples import SampleExistsError, write_samples
from district_platform.staging.loading import load_extract


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    result = CliRunner().invoke(main, ["generate", "--samples", str(folder)])
    assert result.exit_code == 0, result.output
    assert "24 files of two rows each" in result.output
    return folder


@pytest.mark.parametrize("extract", EXTRACTS.values(), ids=lambda extract: extract.path)
def test_sample_has_every_column_and_two_rows_that_are_accepted(samples, tables, extract):
    with (samples / f"{extract.path}.csv").open() as file:
        assert next(csv.reader(file)) == list(extract.columns)
    loaded = load_extract(tables, samples, extract)
    assert (loaded.n_accepted, loaded.n_rejected) == (2, 0)


def test_rows_of_samples_name_each_other(samples):
    def values(extract: str, column: str) -> set[str]:
        with (samples / f"{extract}.csv").open() as file:
            return {row[column] for row in csv.DictReader(file)}

    assert values("sis/enrollments", "student_id") <= values("sis/students", "student_id")
    assert values("sis/attendance_events", "student_id") <= values("sis/students", "student_id")
    assert values("sis/enrollments", "school_id") <= values("sis/schools", "school_id")


def test_no_file_is_written_over(samples):
    with pytest.raises(SampleExistsError, match=r"schools\.csv exists\. Choose another folder"):
        write_samples(samples)
