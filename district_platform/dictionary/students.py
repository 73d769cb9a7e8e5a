"""Students, their enrollments, programs and subgroups."""

from district_platform.dictionary.model import Column, Layer, Owner, Sensitivity, Table, extract, names, refers
from district_platform.dictionary.schools import GRADE_LEVELS, GRADE_SYNONYMS

PII, SENSITIVE, DIRECTORY = Sensitivity.PII, Sensitivity.SENSITIVE, Sensitivity.DIRECTORY

RACE_ETHNICITIES = (
    "Hispanic or Latino",
    "American Indian or Alaska Native",
    "Asian",
    "Black or African American",
    "Native Hawaiian or Other Pacific Islander",
    "White",
    "Two or More Races",
)
SEXES = ("F", "M", "X")
NOT_REPORTED = "Not reported"
"""Demographics of a student who is enrolled but not among the year's students (ENR-06), or whose value is null."""

SEX_SYNONYMS = (
    ("female", "F"),
    ("male", "M"),
    ("nonbinary", "X"),
    ("non-binary", "X"),
    ("girl", "F"),
    ("boy", "M"),
)
RACE_SYNONYMS = (
    ("hispanic", "Hispanic or Latino"),
    ("hispanic/latino", "Hispanic or Latino"),
    ("latino", "Hispanic or Latino"),
    ("american indian", "American Indian or Alaska Native"),
    ("american indian/alaska native", "American Indian or Alaska Native"),
    ("native american", "American Indian or Alaska Native"),
    ("black", "Black or African American"),
    ("african american", "Black or African American"),
    ("black/african american", "Black or African American"),
    ("caucasian", "White"),
    ("native hawaiian", "Native Hawaiian or Other Pacific Islander"),
    ("pacific islander", "Native Hawaiian or Other Pacific Islander"),
    ("native hawaiian/pacific islander", "Native Hawaiian or Other Pacific Islander"),
    ("two or more", "Two or More Races"),
    ("multiracial", "Two or More Races"),
    ("multi-racial", "Two or More Races"),
    ("multiple races", "Two or More Races"),
)
"""How systems write sex, race and ethnicity in words, in lower case. Codes that differ between systems (5, A) are not here."""

COLUMNS = (
    Column("student_id", "string", "The district's identifier of a student, as delivered.", DIRECTORY),
    Column("first_name", "string", "First name.", PII),
    Column("last_name", "string", "Last name.", PII),
    Column("birth_date", "date", "Date of birth.", PII),
    Column("sex", "string", "Sex as recorded.", SENSITIVE, domain=SEXES, synonyms=SEX_SYNONYMS),
    Column(
        "race_ethnicity",
        "string",
        "Federal race/ethnicity category (US Department of Education, 2007 guidance: Hispanic of any race first).",
        SENSITIVE,
        domain=RACE_ETHNICITIES,
        synonyms=RACE_SYNONYMS,
    ),
    Column("is_economically_disadvantaged", "boolean", "Economically disadvantaged in the year.", SENSITIVE),
    Column("is_english_learner", "boolean", "English learner in the year.", SENSITIVE),
    Column("has_disability", "boolean", "Student with disability (IDEA) in the year.", SENSITIVE),
    Column("is_homeless", "boolean", "Homeless (McKinney-Vento) in the year.", SENSITIVE),
    Column("enrollment_id", "string", "Identifier of an enrollment.", DIRECTORY),
    Column("grade_level", "string", "Grade level.", DIRECTORY, domain=GRADE_LEVELS, synonyms=GRADE_SYNONYMS),
    Column("entry_date", "date", "First day enrolled.", DIRECTORY),
    Column("exit_date", "date", "Last day enrolled; null while enrolled.", DIRECTORY),
    Column("exit_reason", "string", "Why the student left, as the SIS words it.", SENSITIVE),
    Column("is_primary", "boolean", "Whether the enrollment is the student's primary one.", DIRECTORY),
    Column("program", "string", "Program, as its system names it."),
    Column("k_student", "string", "Key of a student in a year: <school_year>-<student_id>.", DIRECTORY),
    Column("k_student_xyear", "string", "Key of a student across years: student_id.", DIRECTORY),
    Column("k_subgroup", "string", "Key of a subgroup: <dimension>-<value>."),
    Column("subgroup_dimension", "string", "What the subgroup divides students by."),
    Column("subgroup_value", "string", "The group within its dimension."),
    Column("display_order", "int64", "Position when groups are listed."),
)

STUDENT = (refers("school_year student_id", "students"),)

TABLES = (
    extract(
        "sis",
        "students",
        grain="a student in a year",
        key="school_year student_id",
        columns="school_year student_id first_name last_name birth_date sex race_ethnicity "
        "is_economically_disadvantaged is_english_learner has_disability is_homeless",
        owner=Owner.SIS,
        is_required=True,
        optional={
            "birth_date": "ages are not held against grades, and one child under two ids is found by names alone",
            "sex": "results are not split by sex",
            "race_ethnicity": "results are not split by race and ethnicity",
            "is_economically_disadvantaged": "results are not split by economic disadvantage",
            "is_english_learner": "results are not split by English learners",
            "has_disability": "results are not split by disability",
            "is_homeless": "results are not split by homelessness",
        },
    ),
    extract(
        "sis",
        "enrollments",
        grain="an enrollment of a student at a school",
        key="enrollment_id",
        columns="enrollment_id school_year student_id school_id calendar_code grade_level entry_date exit_date "
        "exit_reason is_primary",
        owner=Owner.SIS,
        is_required=True,
        optional={
            "calendar_code": "an enrollment takes the only calendar that its school has in the year",
            "exit_reason": "nobody can say why students left",
            "is_primary": "overlapping enrollments are not judged, because a second school may be meant",
        },
        references=(
            refers("school_id", "schools"),
            refers("school_year student_id", "students", judged_by="ENR-06"),
            refers("school_id calendar_code", "calendar_dates", judged_by="ENR-07"),
        ),
    ),
    extract(
        "sis",
        "program_participation",
        grain="a stretch of a student's participation in a program",
        key="school_year student_id program begin_date",
        columns="school_year student_id program begin_date end_date",
        owner=Owner.SIS,
        references=STUDENT,
    ),
    Table(
        "dim_student",
        Layer.DIMENSION,
        grain="a student in a year",
        key=("k_student",),
        columns=names(
            "k_student k_student_xyear school_year first_name last_name birth_date sex race_ethnicity "
            "is_economically_disadvantaged is_english_learner has_disability is_homeless"
        ),
        owner=Owner.SIS,
        description="Students by year, those included who are enrolled but not among the year's students: "
        f"their demographics are null and count as '{NOT_REPORTED}'.",
    ),
    Table(
        "dim_subgroup",
        Layer.DIMENSION,
        grain="a subgroup",
        key=("k_subgroup",),
        columns=names("k_subgroup subgroup_dimension subgroup_value display_order"),
        owner=Owner.DATA,
        description="The groups that results are reported for.",
    ),
    Table(
        "fct_student_school_association",
        Layer.FACT,
        grain="an enrollment of a student at a school",
        key=("enrollment_id",),
        columns=names(
            "k_student k_student_xyear k_school school_year enrollment_id calendar_code grade_level entry_date "
            "exit_date exit_reason is_primary"
        ),
        owner=Owner.SIS,
        description="Enrollments.",
    ),
    Table(
        "fct_student_subgroup",
        Layer.FACT,
        grain="a student in a year and a subgroup the student belongs to",
        key=("k_student", "k_subgroup"),
        columns=names("k_student k_subgroup school_year"),
        owner=Owner.DATA,
        description="The bridge from students to the groups that results are reported for.",
    ),
    Table(
        "fct_student_program_association",
        Layer.FACT,
        grain="a stretch of a student's participation in a program",
        key=("k_student", "program", "begin_date"),
        columns=names("k_student k_student_xyear school_year program begin_date end_date"),
        owner=Owner.SIS,
        description="Program participation.",
    ),
)
