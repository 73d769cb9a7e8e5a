"""The bands of absenteeism must cover 0..100 once."""

import pandas as pd
import pytest

from district_platform.sources.reference.absentee_bands import DEFAULTS, absentee_categories


def bands(*edges: tuple[float, float]) -> list[dict[str, object]]:
    names = ("threshold_lower", "threshold_upper", "level_numeric", "level_label")
    return [dict(zip(names, (*edge, n, f"Level {n}"), strict=True)) for n, edge in enumerate(edges, 1)]


def test_the_defaults_are_accepted_as_rows_and_as_a_frame() -> None:
    for rows in (DEFAULTS, pd.DataFrame(DEFAULTS), pd.DataFrame(DEFAULTS).astype(str)):
        labels = absentee_categories(rows).order_by("level_numeric").level_label.to_pandas()
        assert list(labels) == ["Severe Chronic Absence", "Chronic Absence", "At Risk", "Satisfactory"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (bands((0, 80), (85, 100)), "rates from 80 to 85 are in no band"),
        (bands((0, 80), (75, 100)), "75 to 80 is in two bands"),
        (bands((10, 100)), "rates from 0 to 10 are in no band"),
        (bands((0, 99)), "rates from 99 to 100 are in no band"),
        (bands((0, 101)), "outside 0 to 100"),
        (bands((0, 50), (50, 50), (50, 100)), "threshold_lower below threshold_upper"),
        ([{"threshold_lower": "low", "threshold_upper": 100, "level_numeric": 1, "level_label": "x"}], "is no band"),
        ([{"threshold_lower": 0, "threshold_upper": 100, "level_label": "x"}], "row 1 .*it lacks level_numeric"),
        ([], "rates from 0 to 100 are in no band"),
    ],
)
def test_holes_overlaps_and_nonsense_stop_with_a_reason(rows: list[dict[str, object]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        absentee_categories(rows)
