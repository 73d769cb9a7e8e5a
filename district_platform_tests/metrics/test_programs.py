"""The program estimate's interval and p value, held against statsmodels' regression on the schools' differences."""

import numpy as np
import pytest
from statsmodels.regression.linear_model import WLS

from district_platform.metrics.programs import Effect, Strata, did_effect

PARTICIPANTS = {
    "two schools": (3.0, 30.0),
    "three, one large": (4.0, 5.0, 200.0),
    "nine": (12.0, 30.0, 7.0, 18.0, 25.0, 40.0, 3.0, 11.0, 9.0),
}


def strata(participants: tuple[float, ...], change: np.ndarray) -> Strata:
    """One stratum a school, whose comparison students do not change."""
    n, nobody = np.array(participants), np.zeros(len(participants))
    arm = {"n_both_participants": n, "total_from_participants": nobody, "total_to_participants": n * change}
    other = {"n_both_comparison": n, "total_from_comparison": nobody, "total_to_comparison": nobody}
    return {"k_school": np.arange(len(n)), **arm, **other}


@pytest.mark.parametrize("participants", PARTICIPANTS.values(), ids=PARTICIPANTS)
def test_interval_is_cr3_with_students_t(participants: tuple[float, ...]):
    change = np.random.default_rng(len(participants)).normal(4, 6, len(participants))
    clusters = {"groups": np.arange(len(change))}
    fit = WLS(change, np.ones_like(change), participants).fit(cov_type="cluster-crv3", cov_kwds=clusters, use_t=True)
    found = did_effect(strata(participants, change))
    assert (found.estimate, found.standard_error) == pytest.approx((fit.params[0], fit.bse[0]))
    assert (found.ci_low, found.ci_high) == pytest.approx(tuple(fit.conf_int(0.05)[0]))
    assert found.p_value == pytest.approx(fit.pvalues[0])


def test_schools_that_all_agree_leave_no_doubt():
    assert did_effect(strata((5.0, 9.0), np.array([2.0, 2.0]))) == Effect(2.0, 0.0, 2.0, 2.0, 0.0)
    assert did_effect(strata((5.0, 9.0), np.array([0.0, 0.0]))).p_value == 1.0
