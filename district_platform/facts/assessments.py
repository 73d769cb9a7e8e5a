"""Assessment results."""

import ibis

from district_platform.dimensions import keys


def fct_student_assessment(stg_assessment_results: ibis.Table) -> ibis.Table:
    results = stg_assessment_results
    return results.mutate(
        k_student=keys.k_student(results), k_student_xyear=results.student_id, k_school=results.school_id
    ).drop("student_id", "school_id")
