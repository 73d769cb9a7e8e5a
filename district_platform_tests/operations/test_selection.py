"""`run --select`: what names no asset is told in one sentence, and nothing is run."""

import dagster as dg
import pytest

from district_platform.operations.running import _selected, _subset
from district_platform.settings import SettingsError


@dg.asset(group_name="g3_dimensions")
def dim_school() -> None: ...


@dg.asset(deps=[dim_school])
def dim_student() -> None: ...


DEFINITIONS = dg.Definitions(assets=[dim_school, dim_student])


@pytest.mark.parametrize(
    ("selection", "names"),
    [
        ("*", None),
        ("dim_school", {"dim_school"}),
        ("+dim_student", {"dim_school", "dim_student"}),
        ('group:"g3_dimensions"', {"dim_school"}),
    ],
)
def test_selection_names_assets_as_in_dagster(selection, names):
    keys = _selected(DEFINITIONS, selection)
    assert (keys and {key.to_user_string() for key in keys}) == names


@pytest.mark.parametrize("selection", ["dim_shcool", "key:", "dim_school dim_student", 'group:"g9"', ""])
def test_selection_that_names_nothing_is_one_sentence(selection):
    with pytest.raises(SettingsError, match=r"names no asset\. As in Dagster: dim_school"):
        _selected(DEFINITIONS, selection)


@dg.multi_asset(specs=[dg.AssetSpec("privacy_cells"), dg.AssetSpec("release_staff_hours")])
def release(): ...


def test_part_of_what_one_step_makes_is_one_sentence_that_names_all_of_it():
    definitions = dg.Definitions(assets=[dim_school, release], jobs=[dg.define_asset_job("refresh")])
    job = definitions.resolve_job_def("refresh")
    assert _subset(job, {dg.AssetKey("dim_school")}, "dim_school").name == "refresh"
    together = r"--select release_staff_hours: one step makes these together; .*: privacy_cells, release_staff_hours\."
    with pytest.raises(SettingsError, match=together):
        _subset(job, {dg.AssetKey("release_staff_hours")}, "release_staff_hours")
