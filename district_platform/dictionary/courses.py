"""Courses, sections, who sits in them and who teaches them."""

from district_platform.dictionary.model import Column, Layer, Owner, Table, extract, names, refers
from district_platform.dictionary.students import STUDENT

COLUMNS = (
    Column("course_id", "string", "Identifier of a course."),
    Column("course_title", "string", "Title of the course."),
    Column("subject", "string", "Subject area: Reading, Math, Science …"),
    Column("grade_band", "string", "Band of grades, as the district names it."),
    Column("section_id", "string", "Identifier of a section, unique within a school and year."),
    Column("role", "string", "Role of an educator in a section: Teacher of Record, Co-teacher, Substitute …"),
    Column("k_course", "string", "Key of a course: course_id."),
    Column("k_section", "string", "Key of a section: <school_year>-<school_id>-<section_id>."),
)

SECTION = refers("school_year school_id section_id", "sections")

TABLES = (
    extract(
        "sis",
        "courses",
        grain="a course",
        key="course_id",
        columns="course_id course_title subject grade_band",
        owner=Owner.SIS,
        optional={"grade_band": "nobody can say whether teachers are certified for what they teach"},
    ),
    extract(
        "sis",
        "sections",
        grain="a section of a course at a school in a year",
        key="school_year school_id section_id",
        columns="school_year school_id section_id course_id session_id",
        owner=Owner.SIS,
        references=(
            refers("school_id", "schools"),
            refers("course_id", "courses"),
            refers("school_id school_year session_id", "sessions"),
        ),
    ),
    extract(
        "sis",
        "section_enrollments",
        grain="a stretch of a student's membership in a section",
        key="school_year school_id section_id student_id begin_date",
        columns="school_year school_id section_id student_id begin_date end_date",
        owner=Owner.SIS,
        references=(SECTION, *STUDENT),
    ),
    extract(
        "sis",
        "section_educators",
        grain="an educator of a section",
        key="school_year school_id section_id educator_id",
        columns="school_year school_id section_id educator_id role",
        owner=Owner.SIS,
        optional={"role": "everybody who teaches a section is taken for a teacher, and none for its teacher of record"},
        references=(SECTION, refers("educator_id", "educators")),
    ),
    Table(
        "dim_course",
        Layer.DIMENSION,
        grain="a course",
        key=("k_course",),
        columns=names("k_course course_title subject grade_band"),
        owner=Owner.SIS,
        description="Courses of the catalogue.",
    ),
    Table(
        "dim_section",
        Layer.DIMENSION,
        grain="a section of a course at a school in a year",
        key=("k_section",),
        columns=names("k_section k_school k_course k_session school_year section_id"),
        owner=Owner.SIS,
        description="Sections (classes) by year.",
    ),
    Table(
        "fct_student_section_association",
        Layer.FACT,
        grain="a stretch of a student's membership in a section",
        key=("k_student", "k_section", "begin_date"),
        columns=names("k_student k_student_xyear k_school k_section school_year begin_date end_date"),
        owner=Owner.SIS,
        is_split_by_year=True,
        stored_by=("k_section",),
        description="Who sits in which section, and when.",
    ),
    Table(
        "fct_staff_section_association",
        Layer.FACT,
        grain="an educator of a section",
        key=("k_educator", "k_section"),
        columns=names("k_educator k_section k_school school_year role"),
        owner=Owner.SIS,
        description="Who teaches which section.",
    ),
)
