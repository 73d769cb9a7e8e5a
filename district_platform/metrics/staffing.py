"""Staffing: who counts as a teacher, and students per teacher FTE. Whether teachers are certified is `certification`'s."""

import ibis
import ibis.expr.types as ir

TEACHER_POSITION = "Teacher"
TEACHER_PROGRAMS = ("General", "Vocational")
ENGLISH_LEARNER_PROGRAM = "English Learner"
SPECIAL_EDUCATION_PROGRAM = "Special Education"


def is_possible_fte(fte: ir.DecimalValue) -> ir.BooleanValue:
    """Whether one person can hold an assignment of this FTE: above 0, at most 1.0. False where it is missing."""
    return ((fte > 0) & (fte <= 1)).fill_null(False)


def teacher_assignments(assignments: ibis.Table) -> ibis.Table:
    """Assignments of position Teacher, in any program, with an FTE that one person can hold.

    An assignment whose FTE is null, not positive or above 1.0 is a finding (FTE-02), not staff.
    """
    return assignments.filter(assignments.position == TEACHER_POSITION, is_possible_fte(assignments.fte))


def teaches_everyone(assignments: ibis.Table) -> ir.BooleanValue:
    """Whether an assignment is to program General or Vocational.

    Special education and support teachers are left out of students per teacher, as most states do.
    """
    return assignments.program.isin(TEACHER_PROGRAMS).fill_null(False)


def n_teachers(assignments: ibis.Table) -> ir.IntegerScalar:
    """Teachers who teach everyone, each once, on the census date.

    Formula: count of different educators of teacher_assignments in program General or Vocational.
    Unit: educators.
    Source: EDFacts FS059 (staff FTE), of which it is the head count.
    Columns: n_teachers.
    """
    return assignments.k_educator.nunique(where=teaches_everyone(assignments))


def teacher_fte(assignments: ibis.Table) -> ir.DecimalScalar:
    """FTE of teachers who teach everyone, on the census date.

    Formula: sum of the FTE of teacher_assignments in program General or Vocational, exact.
    Unit: FTE.
    Source: EDFacts FS059 (staff FTE).
    Columns: teacher_fte.
    """
    return assignments.fte.sum(where=teaches_everyone(assignments))


def program_teacher_fte(assignments: ibis.Table, program: str) -> ir.DecimalScalar:
    """FTE of the teachers of a program for students with a need, on the census date.

    Formula: sum of the FTE of teacher_assignments in program English Learner, or Special Education, exact.
    Unit: FTE.
    Source: EDFacts FS067 (teachers of English learners) and FS070 (special education teachers).
    Columns: english_learner_teacher_fte, special_education_teacher_fte.
    """
    return assignments.fte.sum(where=assignments.program == program)


def students_per_teacher_fte(n_students: ir.NumericValue, fte: ir.DecimalValue) -> ir.FloatingValue:
    """Students per teacher FTE on the census date; null where there is no teacher FTE, never infinite.

    Formula: students / teacher_fte. By need: students with the need / FTE of the teachers of the program for it.
    Unit: students per FTE.
    Source: NCES Common Core of Data, pupil/teacher ratio.
    Columns: students_per_teacher_fte, english_learners_per_teacher_fte, students_with_disability_per_teacher_fte.
    """
    return n_students.cast("float64") / fte.nullif(0).cast("float64")
