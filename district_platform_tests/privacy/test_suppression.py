"""Figures of small groups do not leave."""

import ibis
import pytest

from district_platform.dictionary import TABLES
from district_platform.privacy.suppression import released
from district_platform.settings import Privacy

TABLE = TABLES["student_performance"]
TEXT = dict.fromkeys(("aggregation", "k_school", "school_name", "subject", "administration"), "x")
TEXT |= dict.fromkeys(("k_subgroup", "subgroup_dimension", "subgroup_value"), "x")


def release(n_tested: int, n_before: int | None, minimum: int = 10) -> dict:
    """One row of student_performance with these group sizes, as it would be released."""
    row = {
        "school_year": 2026,
        **TEXT,
        "n_tested": n_tested,
        "mean_scale_score": 512.345678,
        "pct_proficient": 100 / 3,
        "n_tested_before": n_before,
        "mean_scale_score_change": 4.0,
        "pct_proficient_change": -1.5,
    }
    from district_platform.dictionary import schema_of

    rows = released(ibis.memtable([row], schema=schema_of(TABLE)), TABLE, Privacy(min_group_size=minimum))
    return ibis.duckdb.connect().execute(rows).astype(object).where(lambda d: d.notna(), None).iloc[0].to_dict()


def test_group_of_the_minimum_is_shown_and_rounded():
    row = release(10, 10)
    assert (row["n_tested"], row["mean_scale_score"], row["pct_proficient"]) == (10, 512.35, 33.33)
    assert (row["pct_proficient_display"], row["suppression"]) == ("33.3 %", "none")


@pytest.mark.parametrize("n", [1, 9])
def test_small_group_is_hidden_with_everything_that_rests_on_it(n):
    row = release(n, 50)
    hidden = ["n_tested", "mean_scale_score", "pct_proficient", "mean_scale_score_change", "pct_proficient_change"]
    assert [row[name] for name in hidden] == [None] * 5
    assert row["n_tested_display"] == "hidden (fewer than 10)"
    assert (row["n_tested_before"], row["suppression"]) == (50, "primary")


def test_change_is_hidden_when_the_year_before_was_small():
    row = release(50, 3)
    assert (row["n_tested"], row["pct_proficient"]) == (50, 33.33)
    assert (row["n_tested_before"], row["pct_proficient_change"]) == (None, None)


def test_nobody_is_no_small_group():
    assert release(0, 0)["suppression"] == "none"


def test_minimum_is_a_setting():
    assert release(15, 15, minimum=16)["suppression"] == "primary"


def test_missing_figure_reads_not_available():
    assert release(20, None)["n_tested_before_display"] == "not available"
