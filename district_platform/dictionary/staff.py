"""Educators, their certifications and assignments."""

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

PII = Sensitivity.PII

TEACHER = "Teacher"
POSITIONS = (TEACHER, "Counselor", "Administrator", "Aide", "Coach", "Other")
"""The platform's words for positions, after the staff categories of the Common Core of Data."""

GENERAL, VOCATIONAL = "General", "Vocational"
SPECIAL_EDUCATION, ENGLISH_LEARNER = "Special Education", "English Learner"
PROGRAMS = (GENERAL, VOCATIONAL, SPECIAL_EDUCATION, ENGLISH_LEARNER, "Other")
"""The platform's words for the programs of assignments."""

COLUMNS = (
    Column("educator_id", "string", "The district's identifier of an educator.", Sensitivity.DIRECTORY),
    Column("email", "string", "E-mail address.", PII),
    Column("hire_date", "date", "Day hired."),
    Column("termination_date", "date", "Last day employed; null while employed."),
    Column("certification_id", "string", "Identifier of a certification."),
    Column("certification_type", "string", "Standard, Provisional, Emergency …"),
    Column("status", "string", "Status, as the source system words it: Active, Pending, Revoked …"),
    Column("issue_date", "date", "Day issued."),
    Column("expiration_date", "date", "Last day valid; null where it does not expire."),
    Column("assignment_id", "string", "Identifier of a staff assignment."),
    Column(
        "position",
        "string",
        f"{', '.join(POSITIONS)}, as position_crosswalk says; in an extract, or where the crosswalk lacks it (STF-04), as delivered.",
    ),
    Column("source_position", "string", "Position as the source system names it; upper and lower case do not matter."),
    Column("source_program", "string", "Program as the source system names it; upper and lower case do not matter."),
    Column("fte", "decimal(9, 4)", "Full-time equivalent of the assignment; 1.0 is a full position.", unit="FTE"),
    Column("k_educator", "string", "Key of an educator: educator_id.", Sensitivity.DIRECTORY),
)

EDUCATOR = refers("educator_id", "educators")

TABLES = (
    extract(
        "hr",
        "educators",
        grain="an educator",
        key="educator_id",
        columns="educator_id first_name last_name birth_date email hire_date termination_date",
        owner=Owner.HR,
        optional={
            "birth_date": "one person under two ids is found by names and e-mail alone",
            "email": "nobody has a role on the dashboard by an assignment, because the address links account and person",
            "hire_date": "of repeated rows, the first of the most complete is kept, not the one hired last",
        },
        repeats=Repeats("EDU-01", keep_most_complete=True, keep_latest="hire_date"),
    ),
    extract(
        "hr",
        "certifications",
        grain="a certification of an educator",
        key="certification_id",
        columns="certification_id educator_id certification_type subject grade_band status issue_date expiration_date",
        owner=Owner.HR,
        optional={"issue_date": "a certification that is not yet issued is taken for one that is"},
        references=(EDUCATOR,),
    ),
    extract(
        "hr",
        "staff_assignments",
        grain="an assignment of an educator to a school",
        key="assignment_id educator_id begin_date",
        nullable_key="educator_id begin_date",
        columns="assignment_id school_year educator_id school_id position program fte begin_date end_date",
        owner=Owner.HR,
        optional={
            "program": "an assignment has the program that its position implies, else the one that the crosswalk gives to a blank",
            "begin_date": "assignments begin on 1 July of their school year",
            "end_date": "assignments end on 30 June of their school year",
        },
        references=(EDUCATOR, refers("school_id", "schools")),
    ),
    Table(
        "position_crosswalk",
        Layer.REFERENCE,
        grain="a position of the source systems",
        key=("source_position",),
        columns=names("source_position position program"),
        owner=Owner.HR,
        description="What a position of the source systems is: the defaults that the platform ships, and the lines of "
        "data/reference/position_crosswalk.csv, which go before them. program is that of assignments which name none. An empty "
        "source_position is a blank one.",
    ),
    Table(
        "program_crosswalk",
        Layer.REFERENCE,
        grain="a program of assignments in the source systems",
        key=("source_program",),
        columns=names("source_program program"),
        owner=Owner.HR,
        description="What a program of staff assignments is: the defaults that the platform ships, and the lines of "
        "data/reference/program_crosswalk.csv, which go before them. An empty source_program is a blank one.",
    ),
    Table(
        "dim_educator",
        Layer.DIMENSION,
        grain="an educator",
        key=("k_educator",),
        columns=names("k_educator first_name last_name birth_date email hire_date termination_date"),
        owner=Owner.HR,
        description="Educators, one row each (repeated ids are resolved by EDU-01).",
    ),
    Table(
        "fct_educator_certification",
        Layer.FACT,
        grain="a certification of an educator",
        key=("certification_id",),
        columns=names(
            "certification_id k_educator certification_type subject grade_band status issue_date expiration_date"
        ),
        owner=Owner.HR,
        description="Certifications, valid or not; EDU-03 and EDU-04 judge them.",
    ),
    Table(
        "fct_staff_assignment",
        Layer.FACT,
        grain="an assignment of an educator to a school, or a vacant one",
        key=("assignment_id", "k_educator", "begin_date"),
        nullable_key=("k_educator", "begin_date"),
        columns=names(
            "assignment_id k_educator k_school school_year position program fte begin_date end_date source_position "
            "source_program"
        ),
        owner=Owner.HR,
        description="Staff assignments with their FTE, position and program in the platform's words. k_educator is null "
        "where nobody holds the assignment: a vacancy is no person. A blank begin_date is the year's 1 July, a blank end_date its "
        "30 June.",
    ),
)
