"""Staffing."""

import ibis
import ibis.expr.types as ir

TEACHER_POSITION = "Teacher"
TEACHER_PROGRAMS = ("General", "Vocational")


def is_possible_fte(fte: ir.DecimalValue) -> ir.BooleanValue:
    """Whether one person can hold an assignment of this FTE: above 0, at most 1.0. False where it is missing."""
    return ((fte > 0) & (fte <= 1)).fill_null(False)


def teacher_assignments(assignments: ibis.Table) -> ibis.Table:
    """Assignments that teach everyone: position Teacher, program General or Vocational, with an FTE that one person can hold.

    Special education and support teachers are left out, as most states' student-to-teacher ratios do; an assignment
    whose FTE is null, not positive or above 1.0 is a finding (FTE-02), not staff.
    """
    return assignments.filter(
        assignments.position == TEACHER_POSITION,
        assignments.program.isin(TEACHER_PROGRAMS),
        is_possible_fte(assignments.fte),
    )


def teacher_fte(assignments: ibis.Table) -> ir.DecimalScalar:
    """Sum of the FTE of teacher_assignments on a day. Unit: FTE, exact."""
    return assignments.fte.sum()


def students_per_teacher_fte(n_students: ir.NumericValue, fte: ir.DecimalValue) -> ir.FloatingValue:
    """Students / teacher FTE on the same day. Unit: students per FTE; null where there is no teacher FTE, never infinite."""
    return n_students.cast("float64") / fte.nullif(0).cast("float64")
