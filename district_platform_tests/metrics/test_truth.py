"""What the synthetic district was made with is found again. How often intervals cover it, benchmarks/estimators.py measures."""

import ibis
import numpy as np
import pandas as pd
import pytest

from district_platform.analysis.gaps import equity_gaps
from district_platform.analysis.programs import program_evaluation
from district_platform.dictionary import TABLES, schema_of
from district_platform.facts.growth import msr_student_growth
from district_platform.facts.programs import msr_program_stratum
from district_platform.settings import Assessments
from district_platform_tests.simulated import simulated_district

pytestmark = pytest.mark.slow

EFFECT, GAP = 20.0, 30.0
ALL = "All students-All students"


@pytest.fixture(scope="module")
def found() -> dict[str, pd.DataFrame]:
    """Tables of a district in which program and gap are larger than chance could make them."""
    connection = simulated_district(students=5_000, years=2, program_effect=EFFECT, economic_gap=GAP, seed=1)
    names = ("fct_student_assessment", "fct_student_subgroup", "dim_school", "dim_subgroup")
    results, bridge, schools, groups = tables = [ibis.table(schema_of(TABLES[name]), name=name) for name in names]
    programs = ibis.table(schema_of(TABLES["fct_student_program_association"]), name="fct_student_program_association")

    def frame(expression: ibis.Table) -> pd.DataFrame:
        return connection.execute(str(ibis.to_sql(expression, dialect="duckdb"))).df()

    strata = frame(msr_program_stratum(results, programs, bridge, schools, groups, Assessments()))
    made = {
        "programs": program_evaluation(strata, frame(groups)),
        "gaps": frame(equity_gaps(*tables, Assessments())),
        "growth": frame(msr_student_growth(results, Assessments())),
    }
    connection.close()
    return made


def test_program_effect_is_found_where_it_is_and_nowhere_else(found: dict[str, pd.DataFrame]):
    rows = found["programs"].query("k_subgroup == @ALL and aggregation == 'District'")
    truth = np.where((rows.program == "Reading Tutoring") & (rows.subject == "Reading"), EFFECT, 0.0)
    truth = truth * np.where(rows.to_administration == "Winter", 0.5, 1.0)
    assert len(rows) == 12
    assert (rows.did_estimate - truth).abs().max() < 4 * rows.did_standard_error.max()
    assert ((rows.did_p_value < 0.001) == (truth > 0)).all()
    assert (rows.did_standard_error < 3).all()


def test_participants_stood_lower_before_and_it_is_said(found: dict[str, pd.DataFrame]):
    rows = found["programs"].query("k_subgroup == @ALL and aggregation == 'District' and program == 'Reading Tutoring'")
    assert rows.standardized_baseline_difference.between(-0.7, -0.25).all()
    assert rows.reading.str.contains("standard deviations below them, too far apart to be alike").all()


def test_gap_is_the_one_planted_in_every_administration(found: dict[str, pd.DataFrame]):
    rows = found["gaps"].query("aggregation == 'District' and k_subgroup == 'Economically disadvantaged-Yes'")
    assert rows.mean_scale_score_gap.sub(-GAP).abs().max() < 8
    assert rows.mean_scale_score_gap.mean() == pytest.approx(-GAP, abs=2)
    assert (rows.mean_scale_score_gap_ci_high < 0).all()


def test_growth_percentiles_do_not_lean_on_the_first_score(found: dict[str, pd.DataFrame]):
    growth = found["growth"].dropna(subset=["growth_percentile"])
    prior = growth.prior_scale_score.astype(float)
    assert np.corrcoef(prior, growth.growth_percentile.astype(float))[0, 1] == pytest.approx(0, abs=0.01)
    assert growth.growth_percentile.mean() == pytest.approx(50, abs=0.2)
