"""Students per teacher FTE, of all students and by need, and how many teachers are certified for what they teach.

Students and staff come from different extracts, and either can lack a school: what is compared, `metrics.staffing` says.
"""

import datetime as dt
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from district_platform.analysis.grouping import DISTRICT, LEVEL, SCHOOL, with_year_before
from district_platform.dictionary import TABLES
from district_platform.dimensions.students import YES
from district_platform.metrics.certification import (
    fully_certified,
    is_teaching,
    judged_courses,
    n_teachers_judged,
    pct_teachers_fully_certified,
)
from district_platform.metrics.enrollment import actual_enrollments, census_date, change, covers, n_students
from district_platform.metrics.staffing import (
    ENGLISH_LEARNER_PROGRAM,
    SPECIAL_EDUCATION_PROGRAM,
    compared_fte,
    is_representative,
    n_schools_of,
    n_students_compared,
    n_teachers,
    pct_left_out,
    program_teacher_fte,
    students_per_teacher_fte,
    teacher_fte,
    teacher_fte_ccd,
    teacher_posts,
    teaches_everyone,
    vacant_teacher_fte,
)
from district_platform.settings import Quality

AGGREGATIONS = {DISTRICT: (), LEVEL: ("school_level",), SCHOOL: ("school_level", "k_school", "school_name")}
"""What each aggregation groups by, beside the year."""

NEEDS = {"is_english_learner": f"English learner-{YES}", "has_disability": f"Disability-{YES}"}
"""The subgroups with teachers of their own."""

_FTE = "decimal(12, 4)"
_SCHOOL_YEAR = ["school_year", "k_school"]

_ = ibis._


@dataclass(frozen=True)
class Ratio:
    """One ratio: its column, those of its two sides, and those that say what it leaves out."""

    column: str
    n_students: str
    fte: str
    n_schools_left_out: str
    pct_left_out: str
    need: str | None = None
    """The flag of the students that it counts; None for all."""
    shown_by: str | None = None
    """The FTE that a school must have for its staff to count as complete; None: the ratio's own FTE."""

    @property
    def n_compared(self) -> str:
        """Students that it takes."""
        return f"n_students_{self.fte}"

    @property
    def compared_fte(self) -> str:
        """FTE that it takes."""
        return f"compared_{self.fte}"

    @property
    def has_both(self) -> str:
        """Flag of a school: it has such students, and FTE."""
        return f"has_{self.fte}"

    def of(self, students: ibis.Table) -> ir.BooleanValue:
        """Whether a student is one of its students."""
        return students[self.need] if self.need else ibis.literal(True)


OURS = Ratio(
    "students_per_teacher_fte",
    "n_students_census",
    "teacher_fte",
    "n_schools_left_out",
    "pct_students_left_out",
)
RATIOS = (
    OURS,
    Ratio(
        "students_per_teacher_fte_ccd",
        "n_students_census",
        "teacher_fte_ccd",
        "n_schools_left_out_ccd",
        "pct_students_left_out_ccd",
        shown_by="teacher_fte",
    ),
    Ratio(
        "english_learners_per_teacher_fte",
        "n_english_learners_census",
        "english_learner_teacher_fte",
        "n_schools_left_out_english_learners",
        "pct_english_learners_left_out",
        need="is_english_learner",
    ),
    Ratio(
        "students_with_disability_per_teacher_fte",
        "n_students_with_disability_census",
        "special_education_teacher_fte",
        "n_schools_left_out_students_with_disability",
        "pct_students_with_disability_left_out",
        need="has_disability",
    ),
)
"""Our ratio, the one of the Common Core of Data, and the ratios by need."""

_FTE_COLUMNS = (*(name for ratio in RATIOS for name in (ratio.fte, ratio.compared_fte)), "vacant_teacher_fte")

_IS_JUDGED = "has_judged_teachers"


@dataclass(frozen=True)
class Pair:
    """The two years that a change compares, seen from one of them."""

    name: str
    years_to_other: int

    def both(self, flag: str) -> str:
        """Flag of a school that has something in this year and in the other."""
        return f"{flag}_and_{self.name}"


NOW, BEFORE = Pair("before", -1), Pair("after", 1)
"""A year paired with the year before, and the year before paired with the year after it."""


def staffing_ratios(
    fct_student_school_association: ibis.Table,
    fct_student_subgroup: ibis.Table,
    fct_staff_assignment: ibis.Table,
    fct_staff_section_association: ibis.Table,
    fct_educator_certification: ibis.Table,
    dim_section: ibis.Table,
    dim_course: ibis.Table,
    dim_school: ibis.Table,
    quality: Quality,
    as_of_date: dt.date,
) -> ibis.Table:
    """Every school and year with students on the census date. Without any staff assignment the table is empty.

    A ratio takes the schools that have both students and FTE; a change of a level or the district takes those that have both in both years.
    A figure that leaves out more than `max_left_out_pct` of the students is null.
    """
    schools = dim_school.select("k_school", "school_level", "school_name")
    enrollments = actual_enrollments(fct_student_school_association, as_of_date)
    students = _on_census(enrollments, "entry_date", "exit_date", quality, as_of_date)
    students = students.semi_join(fct_staff_assignment, "school_year").join(schools, "k_school")
    students = _with_needs(students, fct_student_subgroup)
    posts = _on_census(teacher_posts(fct_staff_assignment), "begin_date", "end_date", quality, as_of_date)
    sections = fct_staff_section_association.join(dim_section.select("k_section", "k_course"), "k_section")
    taught = _taught(sections, dim_course, quality, as_of_date)
    certified = fully_certified(taught, fct_educator_certification)
    judged = posts.left_join(certified, ["k_educator", "school_year"]).select(posts, certified.is_fully_certified)
    judged = judged.join(schools, "k_school")
    places = _places(students, judged)
    students = students.join(places.select(*_SCHOOL_YEAR, *_flags()), _SCHOOL_YEAR)
    teachers = judged.filter(judged.k_educator.notnull())
    return ibis.union(
        *(
            _with_changes(
                _ratios(students, judged, places, columns, quality), students, teachers, places, columns, quality
            )
            .mutate(aggregation=ibis.literal(aggregation))
            .mutate(**{name: ibis.null("string") for name in AGGREGATIONS[SCHOOL] if name not in columns})
            .select(*_columns())
            for aggregation, columns in AGGREGATIONS.items()
        )
    )


def _on_census(rows: ibis.Table, first: str, last: str, quality: Quality, as_of_date: dt.date) -> ibis.Table:
    return rows.filter(covers(rows, first, last, census_date(rows.school_year, quality, as_of_date)))


def _taught(sections: ibis.Table, courses: ibis.Table, quality: Quality, as_of_date: dt.date) -> ibis.Table:
    """What educators teach in a year, with the census date on which they must be certified for it."""
    taught = sections.filter(is_teaching(sections)).join(judged_courses(courses), "k_course")
    distinct = taught.select("k_educator", "school_year", "subject", "grade_band").distinct()
    return distinct.mutate(census_date=census_date(distinct.school_year, quality, as_of_date))


def _with_needs(students: ibis.Table, bridge: ibis.Table) -> ibis.Table:
    """Students with a column for each need: whether they have it."""
    needs = bridge.group_by("k_student").agg(
        **{column: (bridge.k_subgroup == subgroup).any() for column, subgroup in NEEDS.items()}
    )
    joined = students.left_join(needs, "k_student")
    return joined.select(students, **{column: joined[column].fill_null(False) for column in NEEDS})


def _places(students: ibis.Table, posts: ibis.Table) -> ibis.Table:
    """One row per school and year with students: its FTE of each ratio, whether it has both sides, and in which years."""
    enrolled = students.group_by(*_SCHOOL_YEAR, "school_level", "school_name").agg(
        **{ratio.n_students: n_students(students, where=ratio.of(students)) for ratio in RATIOS}
    )
    teachers = posts.filter(posts.k_educator.notnull())
    fte = teachers.group_by(_SCHOOL_YEAR).agg(
        **_fte(teachers),
        **{_IS_JUDGED: (teachers.is_fully_certified.notnull() & teaches_everyone(teachers)).any()},
    )
    places = _beside(enrolled, fte, _SCHOOL_YEAR)
    places = places.mutate(
        **{ratio.fte: _known(places[ratio.fte]) for ratio in RATIOS},
        **{_IS_JUDGED: places[_IS_JUDGED].fill_null(False)},
    )
    places = places.mutate(
        **{
            ratio.has_both: (places[ratio.n_students] > 0) & (places[ratio.shown_by or ratio.fte] > 0)
            for ratio in RATIOS
        }
    )
    for pair in (NOW, BEFORE):
        for flag in (OURS.has_both, _IS_JUDGED):
            places = _with_flag_of_both_years(places, flag, pair)
    return places


def _with_flag_of_both_years(places: ibis.Table, flag: str, pair: Pair) -> ibis.Table:
    there = places.filter(places[flag])
    other = there.select("k_school", school_year=there.school_year - pair.years_to_other, _there=ibis.literal(True))
    joined = _beside(places, other, _SCHOOL_YEAR)
    return joined.mutate(**{pair.both(flag): joined[flag] & joined._there.fill_null(False)}).drop("_there")


def _flags() -> list[str]:
    of_years = [pair.both(flag) for pair in (NOW, BEFORE) for flag in (OURS.has_both, _IS_JUDGED)]
    return [*(ratio.has_both for ratio in RATIOS), *of_years]


def _fte(teachers: ibis.Table) -> dict[str, ir.DecimalScalar]:
    """The FTE of each ratio, by its column."""
    return {
        "teacher_fte": teacher_fte(teachers),
        "teacher_fte_ccd": teacher_fte_ccd(teachers),
        "english_learner_teacher_fte": program_teacher_fte(teachers, ENGLISH_LEARNER_PROGRAM),
        "special_education_teacher_fte": program_teacher_fte(teachers, SPECIAL_EDUCATION_PROGRAM),
    }


def _known(fte: ir.DecimalValue) -> ir.DecimalValue:
    return fte.fill_null(0).cast(_FTE)


def _ratios(
    students: ibis.Table, posts: ibis.Table, places: ibis.Table, columns: tuple[str, ...], quality: Quality
) -> ibis.Table:
    group = ["school_year", *columns]
    counted = students.group_by(group).agg(
        n_schools_with_students=n_schools_of(students),
        **{ratio.n_students: n_students(students, where=ratio.of(students)) for ratio in RATIOS},
        **{
            ratio.n_compared: n_students_compared(students, ratio.of(students) & students[ratio.has_both])
            for ratio in RATIOS
        },
        **{
            ratio.n_schools_left_out: n_schools_of(students, ratio.of(students) & ~students[ratio.has_both])
            for ratio in RATIOS
        },
    )
    taken = places.group_by(group).agg(
        **{ratio.compared_fte: compared_fte(places, ratio.fte, places[ratio.has_both]) for ratio in RATIOS}
    )
    rows = _beside(_beside(counted, taken, group), _staffed(posts, group), group)
    return rows.mutate(
        **{name: rows[name].fill_null(0) for name in ("n_teachers", "n_teachers_judged")},
        **{name: _known(rows[name]) for name in _FTE_COLUMNS},
        **{ratio.pct_left_out: pct_left_out(rows[ratio.n_students], rows[ratio.n_compared]) for ratio in RATIOS},
        **{
            ratio.column: is_representative(rows[ratio.n_students], rows[ratio.n_compared], quality).ifelse(
                students_per_teacher_fte(rows[ratio.n_compared], rows[ratio.compared_fte]), None
            )
            for ratio in RATIOS
        },
    )


def _staffed(posts: ibis.Table, group: list[str]) -> ibis.Table:
    teachers = posts.filter(posts.k_educator.notnull())
    staffed = teachers.group_by(group).agg(n_teachers=n_teachers(teachers), **_fte(teachers))
    vacant = posts.group_by(group).agg(vacant_teacher_fte=vacant_teacher_fte(posts))
    for_all = teachers.filter(teaches_everyone(teachers))
    certified = for_all.group_by(group).agg(
        n_teachers_judged=n_teachers_judged(for_all),
        pct_teachers_fully_certified=pct_teachers_fully_certified(for_all),
    )
    return _beside(_beside(vacant, staffed, group), certified, group)


def _with_changes(
    rows: ibis.Table,
    students: ibis.Table,
    teachers: ibis.Table,
    places: ibis.Table,
    columns: tuple[str, ...],
    quality: Quality,
) -> ibis.Table:
    """Rows with their changes, taken over the schools that both years have, and with the figures that each change compares."""
    group = ["school_year", *columns]
    rows = _beside(rows, _of_both_years(students, teachers, places, group, NOW), group)
    earlier = _beside(
        rows.select(*group, "n_students_census"), _of_both_years(students, teachers, places, group, BEFORE), group
    )
    measures = ["n_students_census", "n_both", "both_fte", "both_pct_certified", "n_schools_left_out_of_change"]
    compared = with_year_before(rows, columns, measures, earlier=earlier)
    is_told = is_representative(compared.n_students_census, compared.n_both, quality) & is_representative(
        compared.n_students_census_before, compared.n_both_before, quality
    )
    ratio = change(
        students_per_teacher_fte(compared.n_both, compared.both_fte),
        students_per_teacher_fte(compared.n_both_before, compared.both_fte_before),
    )
    left_out = compared.n_schools_left_out_of_change + compared.n_schools_left_out_of_change_before.fill_null(0)
    return compared.mutate(
        n_schools_left_out_of_change=left_out,
        students_per_teacher_fte_change=is_told.fill_null(False).ifelse(ratio, None),
        pct_teachers_fully_certified_change=change(compared.both_pct_certified, compared.both_pct_certified_before),
    )


def _of_both_years(
    students: ibis.Table, teachers: ibis.Table, places: ibis.Table, group: list[str], pair: Pair
) -> ibis.Table:
    """What a change compares of one of its years: students, FTE and certified teachers of the schools that the other has too."""
    has_both, is_judged = pair.both(OURS.has_both), pair.both(_IS_JUDGED)
    counted = students.group_by(group).agg(
        n_both=n_students_compared(students, students[has_both]),
        n_schools_in_both_years=n_schools_of(students, students[has_both]),
        n_schools_left_out_of_change=n_schools_of(students, ~students[has_both]),
    )
    fte = places.group_by(group).agg(both_fte=places[OURS.fte].sum(where=places[has_both]))
    judged = teachers.filter(teaches_everyone(teachers)).semi_join(places.filter(places[is_judged]), _SCHOOL_YEAR)
    certified = judged.group_by(group).agg(both_pct_certified=pct_teachers_fully_certified(judged))
    return _beside(_beside(counted, fte, group), certified, group)


def _columns() -> list[str]:
    """Those of the table, as the dictionary has them."""
    return list(TABLES["staffing_ratios"].columns)


def _beside(rows: ibis.Table, more: ibis.Table, group: list[str]) -> ibis.Table:
    """Left join on group columns in which nulls are equal."""
    renamed = more.rename({f"_{name}": name for name in group})
    same = [rows[name].identical_to(renamed[f"_{name}"]) for name in group]
    return rows.left_join(renamed, same).drop(*(f"_{name}" for name in group))
