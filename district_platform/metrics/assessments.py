"""Achievement: what a score is, and what a group's scores come to. Gaps, growth and programs have modules of their own."""

import ibis
import ibis.expr.types as ir

from district_platform.dictionary.assessments import ADMINISTRATIONS
from district_platform.settings import Assessments


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
    Columns: n_tested, n_tested_before, n_tested_cohort_before, n_tested_reading, n_tested_reading_before, n_tested_math,
    n_tested_math_before.
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
    Columns: pct_proficient, pct_proficient_reading, pct_proficient_math.
    """
    judged = results.is_proficient.count().nullif(0)
    return 100.0 * results.is_proficient.cast("int64").sum() / judged


def administration_order(administration: ir.StringValue) -> ir.IntegerValue:
    """Position of an administration within the school year."""
    return ibis.literal(list(ADMINISTRATIONS)).index(administration)


def taken_administrations(results: ibis.Table) -> ibis.Table:
    """Administrations that have been given: school_year, subject, administration, and its position in the year.

    Those with at least half as many scores as the largest of the year and subject. On a day in the middle of a test window
    a few results do not make an administration, and the district's growth is not measured on those who were tested first.
    """
    counts = results.group_by("school_year", "subject", "administration").agg(n=n_tested(results))
    largest = counts.n.max().over(group_by=["school_year", "subject"])
    ranked = counts.mutate(largest=largest, position=administration_order(counts.administration))
    taken = ranked.filter(ranked.n > 0, 2 * ranked.n >= ranked.largest)
    return taken.select("school_year", "subject", "administration", "position")
