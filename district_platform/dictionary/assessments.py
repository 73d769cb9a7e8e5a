"""Assessment results."""

from district_platform.dictionary.model import (
    Column,
    Layer,
    Owner,
    Repeats,
    Sensitivity,
    Table,
    extract,
    names,
    refers,
)
from district_platform.dictionary.students import STUDENT

SENSITIVE = Sensitivity.SENSITIVE
ADMINISTRATIONS = ("Fall", "Winter", "Spring")

COLUMNS = (
    Column(
        "assessment_name",
        "string",
        "The test of a result, such as PSAT; empty where the district has one.",
    ),
    Column("administration", "string", "Testing season within the school year.", domain=ADMINISTRATIONS),
    Column("test_date", "date", "Day tested.", SENSITIVE),
    Column("scale_score", "decimal(9, 2)", "Score on the test's scale.", SENSITIVE, unit="points"),
    Column("performance_level", "int64", "Level of achievement, 1..4.", SENSITIVE, domain=("1", "2", "3", "4")),
    Column("is_proficient", "boolean", "Whether the result counts as proficient.", SENSITIVE),
)

TABLES = (
    extract(
        "assessments",
        "assessment_results",
        grain="a student's result in a subject of a test and an administration",
        key="school_year student_id subject administration assessment_name",
        columns="school_year student_id school_id grade_level assessment_name subject administration test_date scale_score "
        "performance_level is_proficient",
        owner=Owner.ASSESSMENT,
        nullable_key="assessment_name",
        optional={
            "assessment_name": "all results in a subject are taken for those of one test",
            "performance_level": "results have no level on a student's page; no figure uses it",
        },
        references=(refers("school_id", "schools"), *STUDENT),
        repeats=Repeats("ASM-01", keep_latest="test_date"),
    ),
    Table(
        "fct_student_assessment",
        Layer.FACT,
        grain="a student's result in a subject of a test and an administration",
        key=("k_student", "subject", "administration", "assessment_name"),
        columns=names(
            "k_student k_student_xyear k_school school_year grade_level assessment_name subject administration test_date scale_score "
            "performance_level is_proficient"
        ),
        owner=Owner.ASSESSMENT,
        nullable_key=("assessment_name",),
        is_split_by_year=True,
        description="Assessment results, the latest where one was repeated. subject names the test too where it is another than the "
        "district's main one (assessments.main_test), as in Math (PSAT): each test is a subject of its own. grade_level is the grade in "
        "which the student was tested; where the delivery says none, that of the enrollment on the test day, else of the year. "
        "Performance, gaps, growth and programs go by it.",
    ),
)
