"""Microsoft School Data Sync's files (v2.1): OneRoster's names without its manifest, a dated role for each student and school, flags in
rows of their own, a school year by its autumn, dates with the month first. Who left during the year is there with an earlier end.
"""

from collections.abc import Callable

import pandas as pd

from district_platform.sources.synthetic.vendors.framework import Canonical, Ids, VendorFile, Written, dates
from district_platform.sources.synthetic.vendors.rolls import CLASS, Rolls

RACES = {
    "American Indian or Alaska Native": "americanIndianOrAlaskaNative", "Asian": "asian", "White": "white",
    "Black or African American": "blackOrAfricanAmerican", "Two or More Races": "demographicRaceTwoOrMoreRaces",
    "Native Hawaiian or Other Pacific Islander": "nativeHawaiianOrOtherPacificIslander", "Hispanic or Latino": "",
}  # fmt: skip
FLAGS = {
    "is_economically_disadvantaged": "freeLunch", "is_english_learner": "ell", "has_disability": "iep", "is_homeless": "homeless",
}  # fmt: skip
DISTRICT = "DISTRICT"
TEACHER_OF_RECORD = "Teacher of Record"


def written(canonical: Canonical) -> Written:
    """The district's last year as Microsoft's files."""
    rolls = Rolls(canonical)
    stays = canonical.enrollments[canonical.enrollments["school_year"] == rolls.year]
    students = canonical.students[canonical.students["school_year"] == rolls.year]
    classes = {key: f"{key[1]}-{key[2]}" for key in rolls.sections[CLASS].itertuples(index=False, name=None)}
    seats = rolls.seats
    files = [
        VendorFile("orgs.csv", _orgs(canonical)),
        VendorFile("users.csv", _users(students, rolls.teachers)),
        VendorFile("roles.csv", _roles(rolls, stays)),
        VendorFile("academicSessions.csv", _sessions(rolls)),
        VendorFile("courses.csv", _courses(rolls)),
        VendorFile("classes.csv", _classes(rolls, classes)),
        VendorFile("enrollments.csv", _enrollments(rolls, seats, classes)),
        VendorFile("demographics.csv", _demographics(students, rolls.teachers)),
        VendorFile("userFlags.csv", _flags(students)),
    ]
    otherwise: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
        "sis/students": lambda rows: rolls.only_this_year(rows).replace({"sex": {"X": ""}}),
        "sis/enrollments": rolls.only_this_year,
        "sis/sessions": rolls.only_used_sessions,
        "sis/courses": rolls.only_taught_courses,
        "sis/sections": rolls.only_this_year,
        "sis/section_enrollments": rolls.only_seats,
        "sis/section_educators": lambda rows: rolls.only_this_year(rows).assign(role=TEACHER_OF_RECORD),
        "hr/educators": rolls.only_teachers,
    }
    joined = stays["student_id"] + "-" + stays["school_id"] + "-" + stays["entry_date"]
    ids: Ids = {
        "section_id": classes,
        "session_id": rolls.session_ids(rolls.sections["session_id"] + rolls.year),
        "enrollment_id": {(own,): said for own, said in zip(stays["enrollment_id"], joined, strict=True)},
    }
    return Written(files, ids, otherwise)


def _orgs(canonical: Canonical) -> pd.DataFrame:
    schools = canonical.read("sis/schools")
    own = pd.DataFrame(
        {
            "sourcedId": schools["school_id"],
            "name": schools["school_name"],
            "type": "school",
            "parentSourcedId": DISTRICT,
        }
    )
    district = pd.DataFrame(
        [{"sourcedId": DISTRICT, "name": "Example District", "type": "district", "parentSourcedId": ""}]
    )
    return pd.concat([district, own], ignore_index=True)


def _users(students: pd.DataFrame, teachers: pd.DataFrame) -> pd.DataFrame:
    names = {"first_name": "givenName", "last_name": "familyName"}
    pupils = students.rename(columns=names | {"student_id": "sourcedId"}).assign(email="")
    staff = teachers.rename(columns=names | {"educator_id": "sourcedId"})
    rows = pd.concat([pupils, staff], ignore_index=True)
    username = rows["sourcedId"] + "@district.example"
    made = rows[["sourcedId", "givenName", "familyName", "email"]].assign(
        username=username, password="", activeDirectoryMatchId="", phone="", sms=""
    )
    return made[
        [
            "sourcedId",
            "username",
            "givenName",
            "familyName",
            "password",
            "activeDirectoryMatchId",
            "email",
            "phone",
            "sms",
        ]
    ]


def _roles(rolls: Rolls, stays: pd.DataFrame) -> pd.DataFrame:
    """A student's role ends with the session unless the student left; a teacher has one at each school with a class."""
    whole = _year_of_schools(rolls)
    last = stays["school_id"].map(whole["end_date"])
    pupils = pd.DataFrame(
        {
            "userSourcedId": stays["student_id"], "orgSourcedId": stays["school_id"], "role": "student",
            "sessionSourcedId": f"FY{rolls.year}", "grade": stays["grade_level"],
            "isPrimary": stays["is_primary"].map({"true": "TRUE", "false": "FALSE"}).fillna(""),
            "roleStartDate": stays["entry_date"], "roleEndDate": stays["exit_date"].mask(stays["exit_date"] == "", last),
        }
    )  # fmt: skip
    at = rolls.taught.drop_duplicates(["educator_id", "school_id"])
    staff = pd.DataFrame(
        {
            "userSourcedId": at["educator_id"], "orgSourcedId": at["school_id"], "role": "teacher", "sessionSourcedId": f"FY{rolls.year}",
            "grade": "", "isPrimary": "TRUE", "roleStartDate": at["school_id"].map(whole["begin_date"]),
            "roleEndDate": at["school_id"].map(whole["end_date"]),
        }
    )  # fmt: skip
    rows = pd.concat([pupils, staff], ignore_index=True)
    return rows.assign(roleStartDate=dates(rows["roleStartDate"]), roleEndDate=dates(rows["roleEndDate"]))


def _year_of_schools(rolls: Rolls) -> pd.DataFrame:
    sessions = rolls.canonical.read("sis/sessions")
    rows = sessions[(sessions["school_year"] == rolls.year) & (sessions["session_id"] == "FY")]
    return rows.set_index("school_id")


def _sessions(rolls: Rolls) -> pd.DataFrame:
    """The district's sessions; schoolYear is the autumn's year, as in Microsoft's sample."""
    rows = rolls.sections.drop_duplicates("session_id")
    return pd.DataFrame(
        {
            "sourcedId": rows["session_id"] + rolls.year, "title": rows["session_name"],
            "type": (rows["session_id"] == "FY").map({True: "schoolYear", False: "semester"}), "schoolYear": str(int(rolls.year) - 1),
            "startDate": dates(rows["begin_date"]), "endDate": dates(rows["end_date"]),
        }
    )  # fmt: skip


def _courses(rolls: Rolls) -> pd.DataFrame:
    rows = rolls.only_taught_courses(rolls.canonical.read("sis/courses"))
    return pd.DataFrame(
        {
            "sourcedId": rows["course_id"], "orgSourcedId": DISTRICT, "title": rows["course_title"], "code": rows["course_id"],
            "schoolYearSourcedId": f"FY{rolls.year}", "subject": rows["subject"], "grade": "",
        }
    )  # fmt: skip


def _classes(rolls: Rolls, classes: dict[tuple[str, ...], str]) -> pd.DataFrame:
    rows = rolls.sections
    return pd.DataFrame(
        {
            "sourcedId": [classes[key] for key in rows[CLASS].itertuples(index=False, name=None)], "orgSourcedId": rows["school_id"],
            "title": rows["section_id"], "sessionSourcedIds": rows["session_id"] + rolls.year, "courseSourcedId": rows["course_id"],
        }
    )  # fmt: skip


def _enrollments(rolls: Rolls, seats: pd.DataFrame, classes: dict[tuple[str, ...], str]) -> pd.DataFrame:
    parts = [
        pd.DataFrame({"classSourcedId": _class_of(rows, classes), "userSourcedId": rows[column], "role": role})
        for rows, column, role in ((seats, "student_id", "student"), (rolls.taught, "educator_id", "teacher"))
    ]
    return pd.concat(parts, ignore_index=True)


def _class_of(rows: pd.DataFrame, classes: dict[tuple[str, ...], str]) -> list[str]:
    return [classes[key] for key in rows[CLASS].itertuples(index=False, name=None)]


def _demographics(students: pd.DataFrame, teachers: pd.DataFrame) -> pd.DataFrame:
    """Of students, and birth dates of teachers."""
    rows = pd.concat(
        [students.rename(columns={"student_id": "id"}), teachers.rename(columns={"educator_id": "id"})],
        ignore_index=True,
    ).fillna("")
    return pd.DataFrame(
        {
            "userSourcedId": rows["id"], "sex": rows["sex"].map({"F": "female", "M": "male"}).fillna(""),
            "birthDate": dates(rows["birth_date"]), "birthCity": "", "birthState": "", "birthCountry": "",
            "ethnicityCodes": (rows["race_ethnicity"] == "Hispanic or Latino").map({True: "hispanicOrLatinoEthnicity", False: ""}),
            "raceCodes": rows["race_ethnicity"].map(RACES).fillna(""),
        }
    )  # fmt: skip


def _flags(students: pd.DataFrame) -> pd.DataFrame:
    """A row for each flag of a student."""
    parts = [
        pd.DataFrame({"userSourcedId": students.loc[students[column] == "true", "student_id"], "flag": flag})
        for column, flag in FLAGS.items()
    ]
    return pd.concat(parts, ignore_index=True)
