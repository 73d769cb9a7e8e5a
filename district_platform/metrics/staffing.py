"""Staffing: who counts as a teacher, and students per teacher FTE. `certification` says whether teachers are certified.

Students come from one extract and FTE from another, and either can lack a school. A ratio therefore takes the places that have both,
and a change the places that have both in both years.
"""

import ibis
import ibis.expr.types as ir

from district_platform.dictionary.schools import SCHOOL_YEAR_BEGINS
from district_platform.dictionary.staff import ENGLISH_LEARNER, GENERAL, SPECIAL_EDUCATION, TEACHER, VOCATIONAL
from district_platform.metrics.enrollment import n_students
from district_platform.settings import Quality

TEACHER_PROGRAMS = (GENERAL, VOCATIONAL)
"""Teachers of these programs teach everyone."""

ENGLISH_LEARNER_PROGRAM = ENGLISH_LEARNER
SPECIAL_EDUCATION_PROGRAM = SPECIAL_EDUCATION


def is_filled(educator_id: ir.StringValue, quality: Quality) -> ir.BooleanValue:
    """Whether somebody holds an assignment: its educator_id is neither blank nor a word for a vacancy (`vacant_educator_ids`)."""
    written = educator_id.fill_null("").strip().lower()
    return ~written.isin(["", *(word.lower() for word in quality.vacant_educator_ids)])


def dated_assignments(assignments: ibis.Table) -> ibis.Table:
    """Assignments with both dates: a missing beginning is the school year's 1 July, a missing end its 30 June."""
    year = assignments.school_year
    return assignments.mutate(
        begin_date=assignments.begin_date.fill_null(ibis.date(year - 1, SCHOOL_YEAR_BEGINS, 1)),
        end_date=assignments.end_date.fill_null(ibis.date(year, SCHOOL_YEAR_BEGINS - 1, 30)),
    )


def is_possible_fte(fte: ir.DecimalValue) -> ir.BooleanValue:
    """Whether one person can hold an assignment of this FTE: above 0, at most 1.0. False where it is missing."""
    return ((fte > 0) & (fte <= 1)).fill_null(False)


def teacher_posts(assignments: ibis.Table) -> ibis.Table:
    """Assignments of position Teacher, in any program, filled or vacant, with an FTE that one person can hold.

    An assignment whose FTE is null, not positive or above 1.0 is a finding (FTE-02), not staff.
    """
    return assignments.filter(assignments.position == TEACHER, is_possible_fte(assignments.fte))


def teacher_assignments(assignments: ibis.Table) -> ibis.Table:
    """The teacher_posts that somebody holds; a vacant post teaches nobody."""
    return teacher_posts(assignments).filter(ibis._.k_educator.notnull())


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
    """FTE of teachers who teach everyone, on the census date; vacant posts stand apart.

    Each assignment counts with its FTE, also where the same FTE, dates and position stand at several schools: FTE-01 takes those for
    one itinerant assignment when it asks whether a person works more than full time, while a school's ratio takes what the school
    is given. Districts record an itinerant teacher's FTE as the part that each school has.

    Formula: sum of the FTE of teacher_assignments in program General or Vocational, exact.
    Unit: FTE.
    Source: EDFacts FS059 (staff FTE).
    Columns: teacher_fte.
    """
    return assignments.fte.sum(where=teaches_everyone(assignments))


def vacant_teacher_fte(posts: ibis.Table) -> ir.DecimalScalar:
    """FTE of teaching posts for everyone that nobody holds on the census date. No ratio takes it.

    Formula: sum of the FTE of teacher_posts in program General or Vocational whose educator_id is blank or stands for nobody, exact.
    Unit: FTE.
    Columns: vacant_teacher_fte.
    """
    return posts.fte.sum(where=teaches_everyone(posts) & posts.k_educator.isnull())


def teacher_fte_ccd(assignments: ibis.Table) -> ir.DecimalScalar:
    """FTE of all teachers as the Common Core of Data counts them, special education and English learner programs included.

    Formula: sum of the FTE of teacher_assignments in any program, exact.
    Unit: FTE.
    Source: NCES Common Core of Data, full-time-equivalent classroom teachers.
    Columns: teacher_fte_ccd.
    """
    return assignments.fte.sum()


def program_teacher_fte(assignments: ibis.Table, program: str) -> ir.DecimalScalar:
    """FTE of the teachers of a program for students with a need, on the census date.

    Formula: sum of the FTE of teacher_assignments in program English Learner, or Special Education, exact.
    Unit: FTE.
    Source: EDFacts FS067 (teachers of English learners) and FS070 (special education teachers).
    Columns: english_learner_teacher_fte, special_education_teacher_fte.
    """
    return assignments.fte.sum(where=assignments.program == program)


def students_per_teacher_fte(n_students: ir.NumericValue, fte: ir.DecimalValue) -> ir.FloatingValue:
    """Students per teacher FTE on the census date, over the schools that have both; null where none has, never infinite.

    The ratio as the Common Core of Data defines it, with all teachers, stands beside ours, because readers compare with NCES. It takes the
    same schools as ours: where a school has only special education teachers, its other teachers were not delivered. For a level or the
    district, a ratio that leaves out more than `max_left_out_pct` of the students is null.

    Formula: students at schools with teacher_fte / teacher_fte of schools with students. By need: students with the need at schools
    with FTE of the program for it / that FTE, of schools with such students.
    Unit: students per FTE.
    Source: NCES Digest of Education Statistics, glossary: pupil/teacher ratio (enrollment / FTE of classroom teachers, same period).
    Columns: students_per_teacher_fte, students_per_teacher_fte_ccd, english_learners_per_teacher_fte,
    students_with_disability_per_teacher_fte.
    """
    return n_students.cast("float64") / fte.nullif(0).cast("float64")


def n_students_compared(students: ibis.Table, has_both: ir.BooleanValue) -> ir.IntegerScalar:
    """Students on the census date in the schools that a ratio takes, each once; of a change, in those that both years have.

    No table has this number: together with the students of all schools it would reveal the number of students in the few schools that are
    left out.
    """
    return n_students(students, where=has_both)


def n_schools_of(students: ibis.Table, where: ir.BooleanValue | None = None) -> ir.IntegerScalar:
    """Schools with students on the census date: all, those that a ratio leaves out, and those that a change compares.

    Formula: count of different schools; left out are those with students (by need: such students) and no teacher FTE of the ratio.
    Unit: schools.
    Columns: n_schools_with_students, n_schools_left_out, n_schools_left_out_ccd, n_schools_left_out_english_learners,
    n_schools_left_out_students_with_disability, n_schools_in_both_years, n_schools_left_out_of_change.
    """
    return students.k_school.nunique(where=where)


def pct_left_out(n_all: ir.IntegerValue, n_compared: ir.IntegerValue) -> ir.FloatingValue:
    """Share of the students that a ratio leaves out, since their schools have no teacher FTE of it; null where there are none.

    Formula: 100 × (students on the census date − students compared) / students on the census date.
    Unit: percent.
    Columns: pct_students_left_out, pct_students_left_out_ccd, pct_english_learners_left_out,
    pct_students_with_disability_left_out.
    """
    return 100.0 * (n_all - n_compared).cast("float64") / n_all.nullif(0).cast("float64")


def compared_fte(places: ibis.Table, column: str, has_both: ir.BooleanValue) -> ir.DecimalScalar:
    """FTE that a ratio takes: that of the schools which have students of it; one row a school goes in.

    Formula: sum of the FTE of schools with students (by need: such students) on the census date, exact.
    Unit: FTE.
    Columns: compared_teacher_fte, compared_teacher_fte_ccd, compared_english_learner_teacher_fte,
    compared_special_education_teacher_fte.
    """
    return places[column].sum(where=has_both)


def is_representative(n_all: ir.IntegerValue, n_compared: ir.IntegerValue, quality: Quality) -> ir.BooleanValue:
    """Whether so few students (for staff hours: employees) are left out that a figure of the others represents all.

    Judged by `max_left_out_pct`, exactly.
    """
    allowed = ibis.literal(quality.max_left_out_pct, "decimal(9, 4)")
    return 100 * (n_all - n_compared) <= allowed * n_all
