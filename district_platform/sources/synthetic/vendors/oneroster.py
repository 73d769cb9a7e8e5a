"""OneRoster 1.1, bulk, as its CSV Tables have it. The ids are those of our extracts: attendance of another system finds its students."""

import pandas as pd

from district_platform.sources.synthetic.vendors.framework import Canonical, VendorFile, Written

DISTRICT = "district"
SEXES = {"F": "female", "M": "male", "X": "other", "": "unspecified"}
RACES = {
    "americanIndianOrAlaskaNative": "American Indian or Alaska Native",
    "asian": "Asian",
    "blackOrAfricanAmerican": "Black or African American",
    "nativeHawaiianOrOtherPacificIslander": "Native Hawaiian or Other Pacific Islander",
    "white": "White",
    "demographicRaceTwoOrMoreRaces": "Two or More Races",
    "hispanicOrLatinoEthnicity": "Hispanic or Latino",
}
CLASS_ID = ("school_year", "school_id", "section_id")
TERM_ID = ("school_year", "school_id", "session_id")
DATES = {"begin_date": "beginDate", "end_date": "endDate"}


def written(canonical: Canonical) -> Written:
    """The district as the files of a bulk export. Attendance, calendars, programs and enrollments without a class have none."""
    files = [
        _orgs(canonical),
        _sessions(canonical),
        _courses(canonical),
        _classes(canonical),
        _users(canonical),
        _demographics(canonical),
        _enrollments(canonical),
    ]
    lines = [
        ("manifest.version", "1.0"),
        ("oneroster.version", "1.1"),
        *((f"file.{file.name[:-4]}", "bulk") for file in files),
    ]
    manifest = VendorFile("manifest.csv", pd.DataFrame(lines, columns=["propertyName", "value"]))
    return Written([manifest, *files])


def _table(file: str, /, **columns: "pd.Series | str") -> VendorFile:
    """A file whose records are active; those of a bulk export say nothing of when they changed."""
    rows = pd.DataFrame(columns)
    rows.insert(1, "status", "")
    rows.insert(2, "dateLastModified", "")
    return VendorFile(f"{file}.csv", rows)


def _id(rows: pd.DataFrame, columns: tuple[str, ...]) -> pd.Series:
    return rows[list(columns)].agg("-".join, axis=1)


def _orgs(canonical: Canonical) -> VendorFile:
    schools = canonical.read("sis/schools")
    district = pd.DataFrame({"school_id": [DISTRICT], "school_name": ["District office"], "type": ["district"]})
    orgs = pd.concat([district, schools.assign(type="school", parent=DISTRICT)], ignore_index=True).fillna("")
    return _table(
        "orgs", sourcedId=orgs["school_id"], name=orgs["school_name"], type=orgs["type"], parentSourcedId=orgs["parent"]
    )


def _sessions(canonical: Canonical) -> VendorFile:
    """The school years, and under each the sessions of its schools."""
    sessions = canonical.read("sis/sessions")
    years = sessions.groupby("school_year", as_index=False).agg({"begin_date": "min", "end_date": "max"})
    years = years.assign(id=years["school_year"], title=years["school_year"], type="schoolYear", parent="")
    terms = sessions.assign(
        id=_id(sessions, TERM_ID), title=sessions["session_name"], type="term", parent=sessions["school_year"]
    )
    rows = pd.concat([years, terms], ignore_index=True)
    return _table(
        "academicSessions",
        sourcedId=rows["id"],
        title=rows["title"],
        type=rows["type"],
        startDate=rows["begin_date"],
        endDate=rows["end_date"],
        parentSourcedId=rows["parent"],
        schoolYear=rows["school_year"],
    )


def _courses(canonical: Canonical) -> VendorFile:
    courses = canonical.read("sis/courses")
    return _table(
        "courses",
        sourcedId=courses["course_id"],
        title=courses["course_title"],
        orgSourcedId=DISTRICT,
        subjects=courses["subject"],
    )


def _classes(canonical: Canonical) -> VendorFile:
    sections = canonical.read("sis/sections")
    return _table(
        "classes",
        sourcedId=_id(sections, CLASS_ID),
        title=sections["section_id"],
        courseSourcedId=sections["course_id"],
        classType="scheduled",
        schoolSourcedId=sections["school_id"],
        termSourcedIds=_id(sections, TERM_ID),
    )


def _users(canonical: Canonical) -> VendorFile:
    """Students at the school and in the grade of their last enrollment, and whoever teaches a class at the school of the last one."""
    stays = canonical.enrollments.sort_values("entry_date").drop_duplicates("student_id", keep="last")
    people = canonical.students.drop_duplicates("student_id", keep="last").merge(stays, on="student_id")
    students = people.rename(columns={"student_id": "id", "grade_level": "grades"}).assign(role="student")
    taught = canonical.read("sis/section_educators").drop_duplicates("educator_id", keep="last")
    educators = canonical.read("hr/educators").merge(taught[["educator_id", "school_id"]], on="educator_id")
    teachers = educators.rename(columns={"educator_id": "id"}).assign(role="teacher")
    users = pd.concat([students, teachers.drop_duplicates("id")], ignore_index=True).fillna("")
    return _table(
        "users",
        sourcedId=users["id"],
        enabledUser="true",
        orgSourcedIds=users["school_id"],
        role=users["role"],
        username=users["id"],
        givenName=users["first_name"],
        familyName=users["last_name"],
        email=users["email"],
        grades=users["grades"],
    )


def _demographics(canonical: Canonical) -> VendorFile:
    people = canonical.students.drop_duplicates("student_id", keep="last")
    races = {
        column: (people["race_ethnicity"] == race).map({True: "true", False: "false"}) for column, race in RACES.items()
    }
    return _table(
        "demographics",
        sourcedId=people["student_id"],
        birthDate=people["birth_date"],
        sex=people["sex"].map(SEXES),
        **races,
    )


def _enrollments(canonical: Canonical) -> VendorFile:
    seats = (
        canonical.read("sis/section_enrollments")
        .rename(columns={"student_id": "user"} | DATES)
        .assign(role="student", primary="")
    )
    taught = canonical.read("sis/section_educators").rename(columns={"educator_id": "user"})
    first = taught["role"].eq("Teacher of Record").map({True: "true", False: "false"})
    rows = pd.concat([seats, taught.assign(role="teacher", primary=first)], ignore_index=True).fillna("")
    return _table(
        "enrollments",
        sourcedId=pd.Series([f"E{n:07d}" for n in range(len(rows))]),
        classSourcedId=_id(rows, CLASS_ID),
        schoolSourcedId=rows["school_id"],
        userSourcedId=rows["user"],
        role=rows["role"],
        primary=rows["primary"],
        beginDate=rows["beginDate"],
        endDate=rows["endDate"],
    )
