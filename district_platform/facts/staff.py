"""Certifications and assignments of educators."""

import ibis


def fct_educator_certification(stg_certifications: ibis.Table) -> ibis.Table:
    return stg_certifications.rename(k_educator="educator_id")


def fct_staff_assignment(stg_staff_assignments: ibis.Table) -> ibis.Table:
    return stg_staff_assignments.rename(k_educator="educator_id", k_school="school_id")
