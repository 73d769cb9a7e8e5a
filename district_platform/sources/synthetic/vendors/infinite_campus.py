"""Infinite Campus's tables as a database query writes them: NULL in words, times behind dates, a calendar for each school and year, the
last day in as the end, rows of those who never came, a mark for each period, and minutes for each day.
"""

import pandas as pd

from district_platform.sources.synthetic.vendors.framework import (
    Canonical,
    Ids,
    VendorFile,
    Written,
    dates,
    fraction_of,
    last_days,
    numbered,
    numbers,
    planned_ends,
    split_by,
    teachers_of_record,
    used_codes,
)

NULL = "NULL"
TIME = "%Y-%m-%d 00:00:00"
PERIODS, PERIOD_MINUTES = 6, 60
RACES = {
    "Hispanic or Latino": "1", "American Indian or Alaska Native": "2", "Asian": "3", "Black or African American": "4",
    "Native Hawaiian or Other Pacific Islander": "5", "White": "6", "Two or More Races": "7",
}  # fmt: skip
END_STATUS = {
    "End of school year": "100", "Graduated": "200", "Moved out of district": "301", "Transferred to private school": "302",
    "Homeschooled": "303", "Transferred within district": "304", "Re-enrolled": "305", "No show": "399",
    "Shared-time placement ended": "306",
}  # fmt: skip
NEVER_CAME = "No show"
EXEMPT = "X"
"""How Infinite Campus marks what counts for no absence, such as a trip."""


def written(canonical: Canonical) -> Written:
    """The district as Infinite Campus's tables."""
    people = canonical.students.drop_duplicates("student_id", keep="last").reset_index(drop=True)
    ids = numbers(people["student_id"], 50_001)
    taught = teachers_of_record(canonical)
    teachers = numbers(taught["educator_id"], 90_001)
    calendars = _calendars(canonical)
    structures = _structures(canonical)
    files = [
        VendorFile("School.csv", _schools(canonical)),
        VendorFile("Calendar.csv", _calendar_rows(canonical, calendars)),
        VendorFile("Person.csv", _persons(ids, teachers)),
        VendorFile("Identity.csv", _identities(people, ids), "cp1252"),
        VendorFile("Enrollment.csv", _enrollments(canonical, ids, calendars, structures)),
        *_programs(people, ids),
        *_days(canonical, calendars, structures),
        *_terms(canonical, calendars, structures),
        *_attendance(canonical, ids, calendars),
        *_classes(canonical, ids, calendars, teachers, taught),
    ]
    otherwise = {
        "sis/students": lambda rows: _those_who_came(rows, canonical),
        "sis/enrollments": lambda rows: rows[rows["exit_reason"] != NEVER_CAME],
        "sis/section_enrollments": lambda rows: rows.assign(end_date=planned_ends(canonical, rows)),
        "sis/section_educators": lambda rows: rows[rows["role"] == "Teacher of Record"],
        "sis/attendance_codes": lambda rows: used_codes(canonical, rows),
    }
    return Written(files, _ids(canonical, structures), otherwise)


def _schools(canonical: Canonical) -> pd.DataFrame:
    schools = canonical.read("sis/schools")
    return pd.DataFrame(
        {"schoolID": _school_ids(canonical).values(), "number": schools["school_id"], "name": schools["school_name"]}
    )


def _school_ids(canonical: Canonical) -> dict[str, str]:
    return numbers(canonical.read("sis/schools")["school_id"], 11)


Calendars = dict[tuple[str, str], str]
"""calendarID by school and school year."""


def _calendars(canonical: Canonical) -> Calendars:
    schools = canonical.read("sis/schools")["school_id"]
    pairs = [(school, str(year)) for year in canonical.years for school in schools]
    return {pair: str(701 + i) for i, pair in enumerate(pairs)}


Structures = dict[tuple[str, str, str], str]
"""structureID by school, school year and calendar code."""


def _structures(canonical: Canonical) -> Structures:
    days = canonical.read("sis/calendar_dates").drop_duplicates(["school_id", "school_year", "calendar_code"])
    keys = days[["school_id", "school_year", "calendar_code"]].itertuples(index=False, name=None)
    return {key: str(1_301 + i) for i, key in enumerate(keys)}


def _of(rows: pd.DataFrame, by: dict, *columns: str) -> list[str]:
    """The vendor's id of each row, by these columns; our own values where it has none, as where a reference leads nowhere."""
    return [by.get(key, key[-1]) for key in rows[list(columns)].itertuples(index=False, name=None)]


def _null(values: pd.Series) -> pd.Series:
    return values.mask(values == "", NULL)


def _calendar_rows(canonical: Canonical, calendars: Calendars) -> pd.DataFrame:
    days = canonical.read("sis/calendar_dates")
    taught = days[days["is_school_day"] == "true"]
    first, last = (taught.groupby("school_year")["calendar_date"].agg(which) for which in ("min", "max"))
    ids = _school_ids(canonical)
    rows = [
        {
            "calendarID": number, "schoolID": ids[school], "endYear": year, "exclude": "0", "summerSchool": "0",
            "startDate": f"{first[year]} 00:00:00", "endDate": f"{last[year]} 00:00:00",
            "wholeDayAbsence": "300", "halfDayAbsence": "120",
        }
        for (school, year), number in calendars.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _persons(ids: dict[str, str], teachers: dict[str, str]) -> pd.DataFrame:
    """Students and teachers; each has an identity that is not its number."""
    students = [
        {"personID": n, "studentNumber": s, "staffNumber": NULL, "currentIdentityID": str(int(n) + 200_000)}
        for s, n in ids.items()
    ]
    staff = [
        {"personID": n, "studentNumber": NULL, "staffNumber": e, "currentIdentityID": str(int(n) + 200_000)}
        for e, n in teachers.items()
    ]
    return pd.DataFrame([*students, *staff])


def _identities(people: pd.DataFrame, ids: dict[str, str]) -> pd.DataFrame:
    number = people["student_id"].map(ids).astype(int)
    return pd.DataFrame(
        {
            "identityID": (number + 200_000).astype(str), "personID": number.astype(str), "lastName": people["last_name"],
            "firstName": people["first_name"], "birthdate": dates(people["birth_date"], TIME), "gender": people["sex"],
            "raceEthnicityFed": people["race_ethnicity"].map(RACES).fillna(""),
        }
    )  # fmt: skip


def _enrollments(
    canonical: Canonical, ids: dict[str, str], calendars: Calendars, structures: Structures
) -> pd.DataFrame:
    rows = canonical.enrollments
    never_came = rows["exit_reason"] == NEVER_CAME
    return pd.DataFrame(
        {
            "enrollmentID": rows["enrollment_id"].str.lstrip("E").astype(int).add(4_000_000).astype(str),
            "personID": numbered(rows["student_id"], ids), "calendarID": _of(rows, calendars, "school_id", "school_year"),
            "structureID": _of(rows, structures, "school_id", "school_year", "calendar_code"), "grade": rows["grade_level"],
            "startDate": dates(rows["entry_date"], TIME), "endDate": _null(dates(rows["exit_date"], TIME)),
            "endStatus": rows["exit_reason"].map(END_STATUS).fillna(NULL),
            "serviceType": rows["is_primary"].map({"true": "P", "false": "S"}), "noShow": never_came.map({True: "1", False: "0"}),
            "endYear": rows["school_year"],
        }
    )  # fmt: skip


def _programs(people: pd.DataFrame, ids: dict[str, str]) -> list[VendorFile]:
    number = people["student_id"].map(ids)
    lep = people["is_english_learner"].map({"true": "LEP", "false": "Not LEP"})
    meals = people["is_economically_disadvantaged"].map({"true": "F", "false": "P"})
    return [
        VendorFile("LEP.csv", pd.DataFrame({"personID": number, "programStatus": lep})),
        VendorFile("POSEligibility.csv", pd.DataFrame({"personID": number, "eligibility": meals})),
    ]


def _days(canonical: Canonical, calendars: Calendars, structures: Structures) -> list[VendorFile]:
    days = canonical.read("sis/calendar_dates")
    made = pd.DataFrame(
        {
            "dayID": [str(20_001 + i) for i in range(len(days))], "calendarID": _of(days, calendars, "school_id", "school_year"),
            "structureID": _of(days, structures, "school_id", "school_year", "calendar_code"), "date": dates(days["calendar_date"], TIME),
            "instruction": days["is_school_day"].map({"true": "1", "false": "0"}),
        }
    )  # fmt: skip
    return split_by("Day_{}.csv", made, days["school_year"])


def _terms(canonical: Canonical, calendars: Calendars, structures: Structures) -> list[VendorFile]:
    """Terms of the first structure of each calendar."""
    first: dict[tuple[str, str], str] = {}
    for (school, year, _), number in structures.items():
        first.setdefault((school, year), number)
    sessions = canonical.read("sis/sessions")
    schedule = [
        str(int(first[key]) + 3_000)
        for key in sessions[["school_id", "school_year"]].itertuples(index=False, name=None)
    ]
    terms = pd.DataFrame(
        {
            "termID": [str(30_001 + i) for i in range(len(sessions))], "termScheduleID": schedule, "name": sessions["session_name"],
            "startDate": dates(sessions["begin_date"], TIME), "endDate": dates(sessions["end_date"], TIME),
        }
    )  # fmt: skip
    own = list(first.items())
    schedules = pd.DataFrame(
        {"termScheduleID": [str(int(n) + 3_000) for _, n in own], "structureID": [n for _, n in own]}
    )
    every = pd.DataFrame(
        {
            "structureID": list(structures.values()),
            "calendarID": [calendars[school, year] for school, year, _ in structures],
        }
    )
    return [
        VendorFile("Term.csv", terms),
        VendorFile("TermSchedule.csv", schedules),
        VendorFile("ScheduleStructure.csv", every),
    ]


def _attendance(canonical: Canonical, ids: dict[str, str], calendars: Calendars) -> list[VendorFile]:
    """A mark for each period that was missed wholly or in part, codes, and minutes of each day."""
    events, codes = canonical.events, canonical.codes.reset_index()
    fraction = fraction_of(canonical).astype(float)
    number = numbers(codes["attendance_code"], 61)
    marks = pd.DataFrame(
        {
            "personID": numbered(events["student_id"], ids), "calendarID": _of(events, calendars, "school_id", "school_year"),
            "date": dates(events["event_date"], TIME), "code": events["attendance_code"], "comments": events["reason"],
            "missed": fraction * PERIODS * PERIOD_MINUTES,
        }
    )  # fmt: skip
    marks["excuse"] = marks["code"].map(_excuses(codes))
    day = marks[["personID", "calendarID", "date"]].assign(
        scheduledMinutes=str(PERIODS * PERIOD_MINUTES), absentMinutes=marks["missed"].map("{:g}".format),
        unexcusedAbsentMinutes=marks["missed"].where(marks["excuse"] == "U", 0).map("{:g}".format),
    )  # fmt: skip
    excuses = pd.DataFrame(
        {
            "excuseID": codes["attendance_code"].map(number), "code": codes["attendance_code"],
            "description": codes["attendance_event_category"], "status": codes["is_absent"].astype(float).map(_status),
            "excuse": codes["attendance_code"].map(_excuses(codes)),
        }
    )  # fmt: skip
    periods = pd.DataFrame(
        {
            "periodID": [str(801 + i) for i in range(PERIODS)],
            "periodMinutes": str(PERIOD_MINUTES),
            "nonInstructional": "0",
        }
    )
    day = day.drop_duplicates(["personID", "calendarID", "date"])
    return [
        VendorFile("AttendanceExcuse.csv", excuses),
        VendorFile("Period.csv", periods),
        *split_by("Attendance_{}.csv", _periods(marks, number), events["school_year"]),
        VendorFile("AttDayAggregation.csv", day),
    ]  # fmt: skip


def _status(absent: float) -> str:
    return "A" if absent else "T"


def _excuses(codes: pd.DataFrame) -> dict[str, str]:
    excuse = codes["attendance_excusal_status"].map({"Excused": "E", "Unexcused": "U"}).fillna(EXEMPT)
    return dict(zip(codes["attendance_code"], excuse, strict=True))


def _periods(marks: pd.DataFrame, number: dict[str, str]) -> pd.DataFrame:
    """The marks of a day: of a tardy or a trip one, in the first period."""
    n = (marks["missed"] / PERIOD_MINUTES).apply(lambda missed: max(1, -int(-missed // 1)))
    rows = marks.loc[marks.index.repeat(n)].copy()
    period = rows.groupby(level=0).cumcount()
    present = ((period + 1) * PERIOD_MINUTES - rows["missed"]).clip(0, PERIOD_MINUTES)
    return pd.DataFrame(
        {
            "personID": rows["personID"], "calendarID": rows["calendarID"], "periodID": (801 + period).astype(str), "date": rows["date"],
            "status": rows["missed"].map(_status), "excuse": rows["excuse"], "excuseID": rows["code"].map(number),
            "presentMinutes": present.map("{:g}".format), "comments": rows["comments"],
        }
    )  # fmt: skip


def _classes(
    canonical: Canonical, ids: dict[str, str], calendars: Calendars, teachers: dict[str, str], taught: pd.DataFrame
) -> list[VendorFile]:
    courses = canonical.read("sis/courses")
    sections = canonical.read("sis/sections")
    calendar = pd.Series(_of(sections, calendars, "school_id", "school_year"))
    own = (
        pd.DataFrame({"calendarID": calendar, "number": sections["course_id"]}).drop_duplicates().reset_index(drop=True)
    )
    own["courseID"] = [str(5_001 + i) for i in range(len(own))]
    own["name"] = own["number"].map(courses.set_index("course_id")["course_title"])
    course = own.set_index(["calendarID", "number"])["courseID"]
    key = ["school_year", "school_id", "section_id"]
    number = _section_ids(sections)
    teacher = dict(
        zip(taught[key].itertuples(index=False, name=None), taught["educator_id"].map(teachers), strict=True)
    )
    keys = list(sections[key].itertuples(index=False, name=None))
    rows = pd.DataFrame(
        {
            "sectionID": [number[k] for k in keys],
            "courseID": [course[c, n] for c, n in zip(calendar, sections["course_id"], strict=True)],
            "number": sections["section_id"], "teacherPersonID": [teacher.get(k, NULL) for k in keys],
        }
    )  # fmt: skip
    seats = canonical.read("sis/section_enrollments")
    ends = planned_ends(canonical, seats)
    starts = canonical.read("sis/sessions").groupby("school_year")["begin_date"].min()
    is_from_the_first = seats["begin_date"] == seats["school_year"].map(starts)
    is_to_the_last = ends == seats["school_year"].map(last_days(canonical))
    roster = pd.DataFrame(
        {
            "personID": numbered(seats["student_id"], ids), "sectionID": _of(seats, number, *key),
            "startDate": dates(seats["begin_date"], TIME).mask(is_from_the_first, NULL),
            "endDate": dates(ends, TIME).mask(is_to_the_last, NULL),
        }
    )  # fmt: skip
    return [VendorFile("Course.csv", own), VendorFile("Section.csv", rows), VendorFile("Roster.csv", roster)]


def _section_ids(sections: pd.DataFrame) -> dict[tuple[str, ...], str]:
    keys = sections[["school_year", "school_id", "section_id"]].itertuples(index=False, name=None)
    return {key: str(600_001 + i) for i, key in enumerate(keys)}


def _those_who_came(rows: pd.DataFrame, canonical: Canonical) -> pd.DataFrame:
    came = canonical.enrollments[canonical.enrollments["exit_reason"] != NEVER_CAME]
    keys = pd.MultiIndex.from_frame(came[["school_year", "student_id"]])
    return rows[pd.MultiIndex.from_frame(rows[["school_year", "student_id"]]).isin(keys)]


def _ids(canonical: Canonical, structures: Structures) -> Ids:
    rows = canonical.enrollments
    sessions = canonical.read("sis/sessions")
    keys = sessions[["school_id", "school_year", "session_id"]].itertuples(index=False, name=None)
    fraction = canonical.codes["is_absent"].astype(float)
    return {
        "enrollment_id": {(e,): str(int(e.lstrip("E")) + 4_000_000) for e in rows["enrollment_id"]},
        "calendar_code": {(school, year, code): n for (school, year, code), n in structures.items()},
        "session_id": {key: str(30_001 + i) for i, key in enumerate(keys)},
        "section_id": _section_ids(canonical.read("sis/sections")),
        "attendance_code": {(str(code),): f"{code}@{share:g}" for code, share in fraction.items()},
        "exit_reason": {(reason,): status for reason, status in END_STATUS.items()},
    }
