"""`run --select`: what names no asset is told in one sentence, and nothing is run."""

import dagster as dg
import pytest

from district_platform.running import _selected
from district_platform.settings import SettingsError


@dg.asset(group_name="g3_dimensions")
def dim_school() -> None: ...


@dg.asset(deps=[dim_school])
def dim_student() -> None: ...


GRAPH = dg.Definitions(assets=[dim_school, dim_student]).resolve_asset_graph()


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
    keys = _selected(GRAPH, selection)
    assert (keys and {key.to_user_string() for key in keys}) == names


@pytest.mark.parametrize("selection", ["dim_shcool", "key:", "dim_school dim_student", 'group:"g9"', ""])
def test_selection_that_names_nothing_is_one_sentence(selection):
    with pytest.raises(SettingsError, match=r"names no asset\. As in Dagster: dim_school"):
        _selected(GRAPH, selection)
