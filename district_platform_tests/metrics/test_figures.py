"""How figures are written for a reader."""

import pandas as pd
import pytest

from district_platform.dictionary import COLUMNS, Layer, tables_in
from district_platform.metrics.figures import TEXT, decimals_of, figure, numeral, probability, published, rounded


@pytest.mark.parametrize(
    ("value", "text"),
    [(15.549, "15.5"), (306 / 7.33, "41.7"), (15.55, "15.6"), (6.25, "6.3"), (2.25, "2.3"), (15.55 - 10.1, "5.5")],
)
def test_figure_is_rounded_once_and_half_up_from_the_exact_value(value, text):
    assert figure("students_per_teacher_fte", value) == text


@pytest.mark.parametrize("value", [-0.0, -0.04, -1e-17])
def test_nothing_is_no_negative_zero(value):
    assert figure("pct_proficient_change", value) == "0.0"
    assert str(published("pct_proficient_change", pd.Series([value / 100]))[0]) == "0.0"


@pytest.mark.parametrize(
    ("value", "text"), [(0.00012, "<0.001"), (0.0009996, "<0.001"), (0.001, "0.001"), (0.0448, "0.045"), (1.0, "1.000")]
)
def test_p_values_have_three_decimals_and_a_floor(value, text):
    assert probability(value) == text
    assert figure("did_p_value", value) == text


def test_effect_sizes_have_two_decimals():
    assert figure("hedges_g", -0.45678) == "-0.46"
    assert figure("effect_size", 0.1) == "0.10"


def test_percentages_carry_their_sign_and_points_do_not():
    assert (figure("pct_proficient", 43.25), figure("pct_proficient_change", -1.25)) == ("43.3 %", "-1.3")


def test_counts_are_whole_and_exact_decimals_keep_what_readers_can_use():
    assert figure("n_tested", 1234.0) == "1234"
    assert figure("teacher_fte", 12.5) == "12.50"


def test_running_text_has_thousands_a_true_minus_and_no_space_before_the_percent_sign():
    assert numeral(-1234567.891, 1, TEXT) == "−1,234,567.9"
    assert figure("pct_proficient", 43.25, TEXT) == "43.3%"


def test_fewer_decimals_can_be_told_down_to_tens():
    assert (figure("pct_proficient", 17.6, decimals=0), figure("pct_proficient", 17.6, decimals=-1)) == ("18 %", "20 %")


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA])
def test_no_figure_is_not_available(missing):
    assert figure("pct_proficient", missing) == "not available"


def test_csv_values_are_short_and_rounded_from_the_exact_value():
    values = published("pct_teachers_fully_certified", pd.Series([100 * 2 / 3, None]))
    assert values[0] == 66.67
    assert values.isna()[1]
    assert published("did_p_value", pd.Series([0.04484])).tolist() == [0.0448]
    assert published("n_tested", pd.Series([7])).tolist() == [7]


def test_every_fraction_of_an_analysis_table_has_its_decimals():
    columns = {column for table in tables_in(Layer.ANALYSIS) for column in table.columns}
    fractions = {column for column in columns if COLUMNS[column].type.startswith(("float", "decimal"))}
    assert {column for column in fractions if decimals_of(column) not in (1, 2, 3)} == set()


def test_rounding_is_symmetric():
    assert (float(rounded(-2.25)), float(rounded(2.25))) == (-2.3, 2.3)
