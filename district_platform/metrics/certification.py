"""Certifications: which count on a day, and what they cover. Quality rules EDU-03 to EDU-05 judge by the same definitions."""

import ibis
import ibis.expr.types as ir

SUBSTITUTE = "Substitute"

INVALID_STATUSES = ("revoked", "pending", "expired")
"""Statuses of a certification, in any case, that make it invalid whatever its dates."""

PARTIAL_TYPES = ("emergency", "provisional")
"""Types of a certification, in any case, that let someone teach who has not met all requirements."""


def fault(held: ibis.Table) -> ir.StringValue:
    """Why a certification is invalid on `census_date`; null where it is valid. No expiration date: it does not expire."""
    status = held.status.lower()
    return ibis.cases(
        (status.isin(INVALID_STATUSES), status),
        (held.issue_date > held.expiration_date, "issued after it expires"),
        (held.expiration_date < held.census_date, "expired"),
        (held.issue_date > held.census_date, "not yet issued"),
        else_=ibis.null("string"),
    )


def is_teaching(educators: ibis.Table) -> ir.BooleanValue:
    """Whether an educator of a section is responsible for what is taught there: everyone except substitutes."""
    return educators.role.fill_null("") != SUBSTITUTE


def judged_courses(courses: ibis.Table) -> ibis.Table:
    """Courses with a known subject and grade band, which decide the certification that they need."""
    return courses.filter(courses.subject.notnull(), courses.grade_band.notnull())


def fully_certified(taught: ibis.Table, certifications: ibis.Table) -> ibis.Table:
    """One row per k_educator and school_year: `is_fully_certified`, whether everything that is taught is covered.

    Takes k_educator, school_year, census_date, subject and grade_band of what is taught. A subject in a grade band is covered by a
    certification for both that is valid on the census date and neither provisional nor an emergency one.
    """
    held = certifications.join(taught.select("k_educator", "school_year", "census_date").distinct(), "k_educator")
    is_full = ~held.certification_type.lower().isin(PARTIAL_TYPES).fill_null(False)
    covered = held.filter(fault(held).isnull(), is_full).select("k_educator", "school_year", "subject", "grade_band")
    lacking = taught.anti_join(covered, ["k_educator", "school_year", "subject", "grade_band"])
    judged = taught.select("k_educator", "school_year").distinct()
    uncertified = lacking.select("k_educator", "school_year", lacks=True).distinct()
    joined = judged.left_join(uncertified, ["k_educator", "school_year"])
    return joined.select("k_educator", "school_year", is_fully_certified=joined.lacks.isnull())


def n_teachers_judged(teachers: ibis.Table) -> ir.IntegerScalar:
    """Teachers who teach a course whose subject and grade band are known.

    Formula: count of different educators of `n_teachers` with such a section in the year, substitutes left out.
    Unit: educators.
    Source: as pct_teachers_fully_certified.
    Columns: n_teachers_judged.
    """
    return teachers.k_educator.nunique(where=teachers.is_fully_certified.notnull())


def pct_teachers_fully_certified(teachers: ibis.Table) -> ir.FloatingScalar:
    """Share of teachers who on the census date are fully certified for everything that they teach.

    Formula: 100 × teachers all of whose subjects and grade bands a valid certification covers, provisional and emergency ones
    not counted / n_teachers_judged.
    Unit: percent.
    Source: ESEA section 1111(h)(1)(C)(ix), teachers with emergency or provisional credentials and out-of-field teachers.
    Columns: pct_teachers_fully_certified.
    """
    certified = teachers.k_educator.nunique(where=teachers.is_fully_certified.fill_null(False))
    return 100 * certified.cast("float64") / n_teachers_judged(teachers).nullif(0)
