"""Achievement: what a score is, and what a group's scores come to. Gaps, growth and programs have modules of their own."""

import datetime as dt

import ibis
import ibis.expr.types as ir

from district_platform.dictionary.assessments import ADMINISTRATIONS
from district_platform.metrics.enrollment import covers
from district_platform.settings import Assessments


def tested_subject(results: ibis.Table, assessments: Assessments) -> ir.StringValue:
    """The subject of delivered results: alone in the district's main test, with the test's name in any other, as in Math (PSAT).

    Scores of two tests have two scales, and their students are other students: whatever is told by subject is told by test.
    """
    name = results.assessment_name
    is_other = name.notnull() if assessments.main_test is None else name.notnull() & (name != assessments.main_test)
    return is_other.ifelse(results.subject + " (" + name + ")", results.subject)


def is_outside_scale(results: ibis.Table, assessments: Assessments) -> ir.BooleanValue:
    """Whether a score lies outside the scale of its subject; subjects without a scale in the settings are not judged."""
    cases = [
        (results.subject == subject, ~results.scale_score.between(scale.min, scale.max))
        for subject, scale in sorted(assessments.scale.items())
    ]
    return ibis.cases(*cases, else_=False).fill_null(False) if cases else ibis.literal(False)


def possible_results(results: ibis.Table, assessments: Assessments) -> ibis.Table:
    """Results without those whose score cannot be: they are findings (ASM-01), and one would move a school's mean by points."""
    return results.filter(~is_outside_scale(results, assessments))


def n_tested(results: ibis.Table) -> ir.IntegerScalar:
    """Students with a scale score: a result is one student's in a subject and administration.

    Formula: count of scale scores inside the scale of their subject.
    Unit: students.
    Source: EDFacts FS188 and FS185 (participation), of which it is the numerator.
    Columns: n_tested.
    """
    return results.scale_score.count()


def mean_scale_score(results: ibis.Table) -> ir.FloatingScalar:
    """Mean scale score of the students with one. Grades share a vertical scale: compare groups within a grade.

    Formula: sum of scale scores / n_tested; the sum is of decimals, so that order does not matter.
    Unit: points of the test's scale.
    Source: Standards for Educational and Psychological Testing (AERA, APA, NCME 2014), chapter 12.
    Columns: mean_scale_score.
    """
    return results.scale_score.sum().cast("float64") / n_tested(results).nullif(0)


def pct_proficient(results: ibis.Table) -> ir.FloatingScalar:
    """Share of results that count as proficient.

    Formula: 100 × proficient results / results that say whether they are.
    Unit: percent.
    Source: ESEA section 1111(c)(4)(B)(i), academic achievement as measured by proficiency; EDFacts FS175 and FS178.
    Columns: pct_proficient.
    """
    judged = results.is_proficient.count().nullif(0)
    return 100 * results.is_proficient.cast("int64").sum().cast("float64") / judged


MIN_PARTICIPATION = 95
"""Percent of students whose achievement a state must measure each year (ESEA section 1111(c)(4)(E)(i), 20 U.S.C. 6311)."""

TESTED_GRADE_PCT = 10
"""A grade with a score for fewer of its students, percent, is not one that the district tests: a few sit a test of another grade."""


def pct_participation(enrolled: ibis.Table) -> ir.FloatingScalar:
    """Share of the students enrolled at the end of the test window who have a score; one row per student goes in (`enrolled_test_takers`).

    Proficiency says nothing of those who were not tested: under 95 % it is to be read with care, and federal accountability counts
    the missing as not proficient.

    Formula: 100 × students with a score in the subject and administration / students enrolled at the school on the last day of its
    window, in grades that the district tests (a score for at least 10 % of a grade's students).
    Unit: percent.
    Source: ESEA section 1111(c)(4)(E), 20 U.S.C. 6311(c)(4)(E) (95 percent of all students and of each subgroup); EDFacts FS185 and
    FS188 (participation).
    Columns: pct_participation.
    """
    return 100 * enrolled.is_tested.cast("int64").sum().cast("float64") / enrolled.count().nullif(0)


def enrolled_test_takers(results: ibis.Table, enrollments: ibis.Table, as_of_date: dt.date) -> ibis.Table:
    """Students enrolled at a school on the last day of the year's latest administration, in tested grades: is_tested says whether
    they have a score in it, at whatever school. One row per school_year, subject, administration, k_school, k_student and grade_level.
    """
    dated = results.filter(results.test_date <= as_of_date)
    windows = taken_administrations(dated).semi_join(
        latest_administrations(dated), ["school_year", "subject", "administration"]
    )
    there = enrollments.join(windows, "school_year")
    there = there.filter(covers(there, "entry_date", "exit_date", there.last_day))
    scored = dated.filter(dated.scale_score.notnull())
    test = ["school_year", "subject", "administration"]
    takers = scored.select(*test, "k_student", is_tested=True).distinct()
    joined = there.left_join(takers, [*test, "k_student"])
    rows = joined.select(
        *test, "k_school", "k_student", "grade_level", "last_day", is_tested=joined.is_tested.fill_null(False)
    )
    pct = 100 * rows.is_tested.cast("int64").sum() / rows.count()
    grades = rows.group_by(*test, "grade_level").agg(pct=pct).filter(ibis._.pct >= TESTED_GRADE_PCT)
    return rows.semi_join(grades, [*test, "grade_level"]).distinct()


def taken_administrations(results: ibis.Table) -> ibis.Table:
    """Administrations that have been given: school_year, subject, administration, first_day and last_day of its tests.

    Those with at least half as many scores as the largest of the year and subject. On a day in the middle of a test window
    a few results do not make an administration, and the district's growth is not measured on those who were tested first.
    """
    counts = results.group_by("school_year", "subject", "administration").agg(
        n=n_tested(results), first_day=results.test_date.min(), last_day=results.test_date.max()
    )
    largest = counts.n.max().over(group_by=["school_year", "subject"])
    taken = counts.mutate(largest=largest).filter(counts.n > 0, 2 * counts.n >= ibis._.largest)
    return taken.drop("n", "largest")


def latest_administrations(results: ibis.Table) -> ibis.Table:
    """The last administration taken of each school_year and subject."""
    taken = taken_administrations(results)
    return taken.group_by("school_year", "subject").agg(administration=taken.administration.argmax(_position(taken)))


def administration_windows(results: ibis.Table) -> ibis.Table:
    """The longest stretch of a school year between two administrations of a subject: fall to spring, once spring is taken.

    One row per school_year and subject, with from_administration, to_administration, and the first day of the one and the
    last of the other. A subject tested once a year has none.
    """
    taken = taken_administrations(results)
    position = _position(taken)
    ends = taken.group_by("school_year", "subject").agg(
        from_administration=taken.administration.argmin(position),
        to_administration=taken.administration.argmax(position),
        first_day=taken.first_day.argmin(position),
        last_day=taken.last_day.argmax(position),
    )
    return ends.filter(ends.from_administration != ends.to_administration)


def _position(taken: ibis.Table) -> ir.IntegerValue:
    """The place of an administration within the school year."""
    return ibis.literal(list(ADMINISTRATIONS)).index(taken.administration)
