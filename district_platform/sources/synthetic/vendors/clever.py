"""Clever's files for its SFTP: today's students only, without entry or exit; race in one letter with Hispanic beside it; terms, courses and
up to two teachers in the rows of sections; a student at two schools, or a teacher at two, in two rows.
"""

from collections.abc import Callable

import pandas as pd

from district_platform.sources.synthetic.vendors.framework import Canonical, Ids, VendorFile, Written, dates, numbers
from district_platform.sources.synthetic.vendors.rolls import CLASS, Rolls

RACES = {
    "Hispanic or Latino": "W", "American Indian or Alaska Native": "I", "Asian": "A", "Black or African American": "B",
    "Native Hawaiian or Other Pacific Islander": "P", "White": "W", "Two or More Races": "M",
}  # fmt: skip
"""A Hispanic student has a race, too."""
SUBJECTS = {
    "Art": "arts and music", "Music": "arts and music", "Math": "math", "Reading": "english/language arts", "Science": "science",
    "Social Studies": "social studies", "Physical Education": "PE and health", "World Languages": "language",
    "Career and Technical": "technology and engineering",
}  # fmt: skip
ARTS = "Arts and Music"
"""What Clever's one word for Art and Music becomes."""
YES = {"true": "Y", "false": "N"}


def written(canonical: Canonical) -> Written:
    """Today's district as Clever's files."""
    rolls = Rolls(canonical)
    sis = numbers(rolls.students["student_id"], 30_001)
    staff = numbers(rolls.teachers["educator_id"], 4_001)
    classes = _class_ids(rolls)
    otherwise: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
        "sis/students": rolls.only_students,
        "sis/enrollments": lambda rows: rolls.only_stays(rows).assign(entry_date=rolls.schools_first_days),
        "sis/sessions": rolls.only_used_sessions,
        "sis/courses": lambda rows: rolls.only_taught_courses(rows).replace({"subject": {"Art": ARTS, "Music": ARTS}}),
        "sis/sections": rolls.only_this_year,
        "sis/section_enrollments": rolls.only_seats,
        "sis/section_educators": rolls.only_this_year,
        "hr/educators": rolls.only_teachers,
    }
    stays = rolls.stays
    joined = stays["student_id"] + "-" + stays["school_id"] + "-" + rolls.year
    ids: Ids = {
        "section_id": classes,
        "session_id": rolls.session_ids(rolls.sections["session_name"]),
        "enrollment_id": {(own,): said for own, said in zip(stays["enrollment_id"], joined, strict=True)},
    }
    files = [
        VendorFile("schools.csv", _schools(canonical)),
        VendorFile("students.csv", _students(rolls, sis)),
        VendorFile("teachers.csv", _teachers(rolls, staff)),
        VendorFile("sections.csv", _sections(rolls, staff, classes)),
        VendorFile("enrollments.csv", _enrollments(rolls, sis, classes)),
    ]
    return Written(files, ids, otherwise)


def _class_ids(rolls: Rolls) -> dict[tuple[str, ...], str]:
    """Sections are told apart in the whole district."""
    return {key: f"{key[1]}-{key[2]}" for key in rolls.sections[CLASS].itertuples(index=False, name=None)}


def _grade(grade: str) -> str:
    return {"PK": "PreKindergarten", "KG": "Kindergarten", "": ""}.get(grade, grade.lstrip("0"))


def _schools(canonical: Canonical) -> pd.DataFrame:
    schools = canonical.read("sis/schools")
    return pd.DataFrame(
        {
            "School_id": schools["school_id"], "School_name": schools["school_name"], "School_number": schools["school_id"], "State_id": "",
            "Low_grade": schools["low_grade"].map(_grade), "High_grade": schools["high_grade"].map(_grade), "Principal": "",
            "Principal_email": "", "School_address": "", "School_city": "", "School_state": "", "School_zip": "", "School_phone": "",
        }
    )  # fmt: skip


def _students(rolls: Rolls, sis: dict[str, str]) -> pd.DataFrame:
    """A row for each student and school."""
    rows = rolls.stays[["student_id", "school_id", "grade_level"]].merge(rolls.students, on="student_id")
    poor = rows["is_economically_disadvantaged"].map({"true": "F", "false": "P"}).fillna("")
    return pd.DataFrame(
        {
            "School_id": rows["school_id"], "Student_id": rows["student_id"].map(sis), "Student_number": rows["student_id"], "State_id": "",
            "Last_name": rows["last_name"], "Middle_name": "", "First_name": rows["first_name"], "Grade": rows["grade_level"].map(_grade),
            "Gender": rows["sex"], "DOB": dates(rows["birth_date"]), "Race": rows["race_ethnicity"].map(RACES).fillna(""),
            "Hispanic_Latino": (rows["race_ethnicity"] == "Hispanic or Latino").map({True: "Y", False: "N"}), "Home_language": "",
            "Ell_status": rows["is_english_learner"].map(YES).fillna(""),
            "Frl_status": poor.mask((poor == "F") & (rows.index % 3 == 0), "R"),
            "IEP_status": rows["has_disability"].map(YES).fillna(""),
        }
    )  # fmt: skip


def _teachers(rolls: Rolls, staff: dict[str, str]) -> pd.DataFrame:
    """A row for each teacher and school with a class."""
    at = rolls.taught.drop_duplicates(["educator_id", "school_id"])[["educator_id", "school_id"]]
    rows = at.merge(rolls.teachers.drop(columns="school_id"), on="educator_id")
    return pd.DataFrame(
        {
            "School_id": rows["school_id"], "Teacher_id": rows["educator_id"].map(staff), "Teacher_number": rows["educator_id"],
            "State_teacher_id": "", "Teacher_email": rows["email"], "First_name": rows["first_name"], "Middle_name": "",
            "Last_name": rows["last_name"], "Title": "Teacher",
        }
    )  # fmt: skip


def _sections(rolls: Rolls, staff: dict[str, str], classes: dict[tuple[str, ...], str]) -> pd.DataFrame:
    courses = rolls.canonical.read("sis/courses")
    rows = rolls.sections.merge(courses, on="course_id")
    first, second = (_teacher_of(rolls, role) for role in ("Teacher of Record", "Co-teacher"))
    keys = [tuple(key) for key in rows[CLASS].itertuples(index=False, name=None)]
    return pd.DataFrame(
        {
            "School_id": rows["school_id"], "Section_id": [classes[key] for key in keys],
            "Teacher_id": [staff.get(first.get(key, ""), "") for key in keys],
            "Teacher_2_id": [staff.get(second.get(key, ""), "") for key in keys],
            "Name": rows["course_title"], "Section_number": rows["section_id"], "Grade": "", "Course_name": rows["course_title"],
            "Course_number": rows["course_id"], "Course_description": "", "Period": "", "Subject": rows["subject"].map(SUBJECTS),
            "Term_name": rows["session_name"], "Term_start": dates(rows["begin_date"]), "Term_end": dates(rows["end_date"]),
        }
    )  # fmt: skip


def _teacher_of(rolls: Rolls, role: str) -> dict[tuple[str, ...], str]:
    """The first teacher with a role in each class."""
    rows = rolls.taught[rolls.taught["role"] == role].drop_duplicates(CLASS)
    return dict(zip(rows[CLASS].itertuples(index=False, name=None), rows["educator_id"], strict=True))


def _enrollments(rolls: Rolls, sis: dict[str, str], classes: dict[tuple[str, ...], str]) -> pd.DataFrame:
    rows = rolls.seats
    return pd.DataFrame(
        {
            "School_id": rows["school_id"], "Section_id": [classes[key] for key in rows[CLASS].itertuples(index=False, name=None)],
            "Student_id": rows["student_id"].map(sis),
        }
    )  # fmt: skip
