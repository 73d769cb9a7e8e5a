"""What intervals share: the quantile of Student's t, and sums that do not depend on order."""

import ibis
import pytest
from scipy.stats import t

from district_platform.metrics.estimation import exact_sum, t_quantile
from district_platform_tests.tables import memtable


@pytest.mark.parametrize(("df", "tolerance"), [(3, 0.004), (6, 2e-4), (10, 1e-5), (18, 1e-6), (2_000, 1e-9)])
def test_t_quantile_is_that_of_students_t(df: int, tolerance: float):
    rows = ibis.memtable({"df": [df]})
    found = ibis.duckdb.connect().execute(t_quantile(rows.df))
    assert found[0] == pytest.approx(t.ppf(0.975, df), abs=tolerance)


def test_without_degrees_of_freedom_there_is_no_quantile():
    rows = memtable({"df": "float64"}, [(0.0,), (None,)])
    assert ibis.duckdb.connect().execute(t_quantile(rows.df)).isna().all()


def test_exact_sums_do_not_depend_on_order():
    parts = [1e10, 0.1, -1e10, 0.2]
    sums = [ibis.duckdb.connect().execute(exact_sum(ibis.memtable({"x": order}).x)) for order in (parts, parts[::-1])]
    assert sums == [0.3, 0.3]


def test_exact_sums_take_the_rows_asked_for_and_nothing_of_nulls():
    rows = memtable({"x": "float64", "counts": "boolean"}, [(-1.5, True), (None, True), (2.25, True), (9.0, False)])
    assert ibis.duckdb.connect().execute(exact_sum(rows.x, rows.counts)) == 0.75
