"""Growth of students: this year's score beside last year's, and the student's rank among others with a similar score last year."""

import ibis

from district_platform.metrics.assessments import latest_administrations, possible_results
from district_platform.metrics.growth import with_growth_percentile
from district_platform.settings import Assessments

TEST = ("school_year", "subject", "administration")


def msr_student_growth(fct_student_assessment: ibis.Table, assessments: Assessments) -> ibis.Table:
    """Students with a score in the year's latest administration and in the same one a year before."""
    results = possible_results(fct_student_assessment, assessments)
    results = results.filter(results.scale_score.notnull(), results.grade_level.notnull())
    now = results.semi_join(latest_administrations(results), TEST)
    before = results.select(
        "k_student_xyear", *TEST[1:], school_year=results.school_year + 1, prior_scale_score=results.scale_score
    )
    scores = now.join(before, ["k_student_xyear", *TEST])
    columns = ("k_student", "k_student_xyear", "k_school", *TEST, "grade_level", "scale_score", "prior_scale_score")
    return with_growth_percentile(scores.select(*columns))
