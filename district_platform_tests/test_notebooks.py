"""The notebook for a first look runs on what a run published, and its charts show those tables."""

import importlib.util
from pathlib import Path
from typing import Any

import duckdb
import pytest

from district_platform.documentation import ROOT

NOTEBOOK = ROOT / "notebooks" / "first_look.py"


@pytest.fixture(scope="module")
def found(district: Path) -> dict[str, Any]:
    """What the notebook's cells define, after it ran in the district's folder."""
    specification = importlib.util.spec_from_file_location("first_look", NOTEBOOK)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISTRICT_HOME", str(district))
        _, definitions = module.app.run()
    return dict(definitions)


@pytest.mark.whole
def test_three_charts_are_drawn(found: dict[str, Any]) -> None:
    charts = {name: found[name].to_dict() for name in ("months", "enrollment", "absence")}
    assert [chart["mark"]["type"] for chart in charts.values()] == ["line", "bar", "bar"]
    for chart in charts.values():
        (rows,) = chart["datasets"].values()
        encoded = {channel["field"] for channel in chart["encoding"].values() if "field" in channel}
        assert rows
        assert encoded <= rows[0].keys()


def test_charts_show_what_is_published(found: dict[str, Any], district: Path) -> None:
    out = district / "warehouse" / "out"
    enrolled = f"read_parquet('{out}/fct_student_school_association.parquet')"
    n_students = duckdb.sql(
        f"select count(*) from (select distinct school_year, grade_level, k_student from {enrolled})"
    ).fetchone()
    assert n_students == (found["grades"]["students"].sum(),)
    assert found["attendance"]["pct_attendance"].between(50, 100).all()
    assert list(found["weekdays"]["number"]) == [1, 2, 3, 4, 5]
