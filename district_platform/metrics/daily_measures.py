"""What a student's days amount to: the rate, the enrollment threshold, chronic absence and the band. Each is defined only here."""

import ibis

from district_platform.settings import Attendance

RATE = "decimal(5, 2)"
DAYS = "decimal(9, 4)"
COUNT = "decimal(9, 0)"
"""Whole numbers are summed as decimals: DuckDB sums integers to HUGEINT, and Ibis, which takes that for int64, drops a cast."""

PARTS_OF_A_DAY = 10_000
"""is_absent has four decimals: days are counted in whole ten-thousandths, so that sums and rates are exact."""

RUNNING = (
    "consecutive_days_by_excusal_status",
    "total_days_enrolled",
    "cumulative_days_absent",
    "cumulative_days_attended",
    "cumulative_days_enrolled",
    "cumulative_attendance_rate",
    "meets_enrollment_threshold",
    "is_chronic_absentee",
    "absentee_category_rank",
    "absentee_category_label",
)
"""The daily fact's columns that look back over a student's days at a school."""


def rate_in_hundredths(missed: ibis.Column, enrolled: ibis.Column) -> ibis.Column:
    """100 × attended / enrolled in hundredths of a percent, rounded half up; null while nothing is enrolled.

    `missed` is in ten-thousandths of a day. Half up is floor(x + ½), here over whole numbers: nothing is rounded twice.
    """
    attended = PARTS_OF_A_DAY * enrolled - missed
    return ((2 * attended + enrolled) // (2 * enrolled).nullif(0)).cast("int64")


def rate_card(absentee_categories: ibis.Table, attendance: Attendance) -> ibis.Table:
    """One row per possible rate, 0.00 to 100.00, with the name of its band; `hundredths` is the rate in hundredths of a percent.

    The band is the one with
    threshold_lower < rate ≤ threshold_upper; the lowest band includes its lower bound.
    """
    rates = ibis.range(0, 10_001).unnest().name("hundredths").as_table()
    rates = rates.mutate(rate=(rates.hundredths / 100).cast(RATE))
    bands = absentee_categories.mutate(
        is_lowest=absentee_categories.threshold_lower == absentee_categories.threshold_lower.min()
    )
    in_band = (rates.rate <= bands.threshold_upper) & (
        (rates.rate > bands.threshold_lower) | (bands.is_lowest & (rates.rate == bands.threshold_lower))
    )
    return rates.left_join(bands, in_band).select(
        "hundredths",
        "rate",
        is_low=rates.rate <= attendance.chronic_absence_threshold,
        rank="level_numeric",
        label="level_label",
    )


def judgement(rated: ibis.Table) -> dict[str, ibis.Column]:
    """The columns that judge a rate; `rated` is joined to the rate card and says whether enough days are enrolled."""
    meets = rated.meets_enrollment_threshold
    return {
        "cumulative_attendance_rate": rated.rate,
        "meets_enrollment_threshold": meets,
        "is_chronic_absentee": (meets & rated.is_low).fill_null(False),
        "absentee_category_rank": ibis.ifelse(meets, rated["rank"], None),
        "absentee_category_label": ibis.ifelse(meets, rated.label, None),
    }
