"""What did not change need not run: data versions of extracts and settings, code versions of assets."""

import os

import dagster as dg
import pytest
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.loader import LoadingContextForTest

from district_platform.definitions import definitions
from district_platform.operations.running import QUIET
from district_platform.settings import load_settings

SCHOOLS = "school_id,school_name,school_level,low_grade,high_grade,is_title_i\n1,East,High,09,12,yes\n"
EDUCATORS = (
    "educator_id,first_name,last_name,birth_date,email,hire_date,termination_date\nE1,A,B,1980-01-01,,2015-08-01,\n"
)
STUDENTS = "student_id,school_year,first_name,last_name\nS1,2026,C,D\n"
ENROLLMENTS = "enrollment_id,student_id,school_id,school_year,grade_level,entry_date\nN1,S1,1,2026,09,2025-08-20\n"
BUILT = "g1_extracts", "g2_staging", "g3_dimensions"


class District:
    """A small district on files, built up to its dimensions on an instance of its own."""

    def __init__(self, home, instance):
        self.home, self.instance = home, instance
        self.definitions = definitions(load_settings())

    def deliver(self, path: str, text: str) -> None:
        file = self.home.raw / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def build(self, *groups: str) -> None:
        selection = dg.AssetSelection.groups("g0_settings", *groups)
        keys = list(selection.resolve(self.definitions.resolve_asset_graph()))
        job = self.definitions.resolve_job_def("refresh")
        assert job.execute_in_process(instance=self.instance, asset_selection=keys, run_config=QUIET).success

    def stale(self) -> set[str]:
        """Assets of the built groups that Dagster shows as out of date."""
        graph = self.definitions.resolve_asset_graph()
        keys = dg.AssetSelection.groups(*BUILT).resolve(graph)
        resolver = CachingStaleStatusResolver(self.instance, graph, LoadingContextForTest(self.instance))
        return {k.path[-1] for k in keys if resolver.get_status(k) is not StaleStatus.FRESH}


@pytest.fixture
def district(home, monkeypatch):
    monkeypatch.setenv("DISTRICT_SOURCES__KIND", "files")
    monkeypatch.setenv("DISTRICT_AS_OF_DATE", "2026-02-13")
    with dg.DagsterInstance.ephemeral() as instance:
        built = District(home, instance)
        built.deliver("sis/schools.csv", SCHOOLS)
        built.deliver("sis/students.csv", STUDENTS)
        built.deliver("sis/enrollments.csv", ENROLLMENTS)
        built.deliver("hr/educators.csv", EDUCATORS)
        built.build(*BUILT)
        yield built


def test_extracts_that_are_unchanged_or_only_touched_leave_the_graph_up_to_date(district):
    district.build("g1_extracts")
    assert district.stale() == set()
    os.utime(district.home.raw / "hr" / "educators.csv", (0, 0))
    district.build("g1_extracts")
    assert district.stale() == set()


def test_a_changed_hr_file_marks_what_hangs_on_it_and_nothing_else(district):
    district.deliver("hr/educators.csv", EDUCATORS + "E2,C,D,1981-01-01,,2016-08-01,\n")
    district.build("g1_extracts")
    assert district.stale() == {"stg_educators"}
    district.build("g2_staging")
    assert district.stale() == {"dim_educator"}
    district.build("g3_dimensions")
    assert district.stale() == set()
