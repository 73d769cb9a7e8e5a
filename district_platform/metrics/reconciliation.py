"""What reconciliation with learning online changes: days, students, and the rates of both readings compared.

`metrics.attendance_rates` defines the rates, which are taken from the days of either reading.
"""

import ibis


def days_absent(cumulative_days_absent: ibis.Column) -> ibis.Scalar:
    """Days absent of a group, in days and parts of days; one row per student goes in (`student_attendance`).

    Formula: Σ days absent.
    Unit: days.
    Columns: days_absent_sis.
    """
    return cumulative_days_absent.sum().cast("float64")


def days_reconciled(is_absent_sis: ibis.Column, is_absent_reconciled: ibis.Column) -> ibis.Scalar:
    """Days, and parts of days, that the SIS has as absent and reconciliation as present; a row per student and day goes in.

    Formula: Σ max(absent by the SIS − absent after reconciliation, 0).
    Unit: days.
    Columns: days_reconciled.
    """
    return ibis.greatest(is_absent_sis - is_absent_reconciled, 0).sum().fill_null(0).cast("float64")


def n_students_reconciled(k_student: ibis.Column) -> ibis.Scalar:
    """Students with a day that the SIS and reconciliation count differently; a row per such day goes in.

    Formula: count of distinct students.
    Unit: students.
    Columns: n_students_reconciled.
    """
    return k_student.nunique()


def difference_of_readings(in_use: ibis.Column, other: ibis.Column) -> ibis.Column:
    """A rate by the reading in use less the same rate by the other one; null where either is.

    Formula: rate in use − rate by the other reading.
    Unit: points.
    Columns: pct_attendance_difference, pct_chronically_absent_difference.
    """
    return in_use - other
