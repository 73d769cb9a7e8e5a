"""Skyward Qmlativ's tables as a data mining report writes them: days missed as fractions, excused and not, without a code; school years as
opaque numbers; the grade of today alone; a calendar's days apart from its schools.
"""

import pandas as pd

from district_platform.sources.synthetic.vendors.framework import (
    Canonical,
    Ids,
    VendorFile,
    Written,
    dates,
    fraction_of,
    numbered,
    numbers,
)

EXIT_CODES = {
    "End of school year": "W01", "Graduated": "W02", "Moved out of district": "W03", "Transferred to private school": "W04",
    "Homeschooled": "W05", "Transferred within district": "W06", "Re-enrolled": "W07",
    "No show": "W08", "Shared-time placement ended": "W09",
}  # fmt: skip
FLAGS = {
    "IsWhite": "White", "IsBlack": "Black or African American", "IsAsian": "Asian",
    "IsAlaskan": "American Indian or Alaska Native", "IsHawaiian": "Native Hawaiian or Other Pacific Islander",
}  # fmt: skip
PRESENT = "Present"
"""How the profile calls a day of which nothing was missed: late, or somewhere else for school."""


def written(canonical: Canonical) -> Written:
    """The district as Qmlativ's tables. Only the last school year: Student has the grade of today."""
    if len(canonical.years) > 1:
        raise ValueError("Skyward's tables have the grade of today alone: generate one school year (--years 1).")
    people = canonical.students.drop_duplicates("student_id").reset_index(drop=True)
    ids = numbers(people["student_id"], 7_001)
    schools = numbers(canonical.read("sis/schools")["school_id"], 21)
    days = canonical.read("sis/calendar_dates").reset_index(drop=True)
    days["CalendarDayID"] = [str(150_001 + i) for i in range(len(days))]
    pairs = list(dict.fromkeys(days[["school_id", "calendar_code"]].itertuples(index=False, name=None)))
    calendars = {pair: str(331 + i) for i, pair in enumerate(pairs)}
    files = [
        VendorFile("School.csv", _schools(canonical, schools)),
        VendorFile("Student.csv", _students(canonical, people, ids), "cp1252"),
        VendorFile("Name.csv", _names(people, ids)),
        VendorFile("EntryWithdrawal.csv", _stays(canonical, ids, schools, calendars)),
        VendorFile("CalendarDay.csv", _calendar_days(days, calendars)),
        VendorFile("StudentAttendance.csv", _attendance(canonical, ids, days)),
    ]
    rows = canonical.enrollments
    code = _codes(canonical)
    written_ids: Ids = {
        "enrollment_id": dict(zip(zip(rows["enrollment_id"]), _stay_ids(rows), strict=True)),
        "calendar_code": {(school, str(canonical.years[0]), c): n for (school, c), n in calendars.items()},
        "attendance_code": {(ours,): theirs for ours, theirs in code.items()},
        "exit_reason": {(reason,): theirs for reason, theirs in EXIT_CODES.items()},
    }
    return Written(files, written_ids, {"sis/attendance_codes": lambda codes: _codes_without_names(canonical, codes)})


def _stay_ids(rows: pd.DataFrame) -> list[str]:
    return [str(81_001 + i) for i in range(len(rows))]


def _schools(canonical: Canonical, schools: dict[str, str]) -> pd.DataFrame:
    rows = canonical.read("sis/schools")
    return pd.DataFrame(
        {"SchoolID": rows["school_id"].map(schools), "Code": rows["school_id"], "Name": rows["school_name"]}
    )


def _students(canonical: Canonical, people: pd.DataFrame, ids: dict[str, str]) -> pd.DataFrame:
    grade = canonical.enrollments.groupby("student_id")["grade_level"].last()
    number = people["student_id"].map(ids)
    return pd.DataFrame(
        {
            "StudentID": number, "StudentNumber": people["student_id"], "FirstName": people["first_name"], "LastName": people["last_name"],
            "Grade": people["student_id"].map(grade), "NameID": (number.astype(int) + 60_000).astype(str),
        }
    )  # fmt: skip


def _names(people: pd.DataFrame, ids: dict[str, str]) -> pd.DataFrame:
    """Races as flags: of a Hispanic student one more, of two or more races two."""
    race = people["race_ethnicity"]
    made = pd.DataFrame(
        {
            "NameID": (people["student_id"].map(ids).astype(int) + 60_000).astype(str), "BirthDate": dates(people["birth_date"]),
            "GenderCode": people["sex"], "IsHispanic": (race == "Hispanic or Latino").astype(int).astype(str),
        }
    )  # fmt: skip
    for flag, name in FLAGS.items():
        also = race.isin(("Hispanic or Latino", "Two or More Races")) & (flag == "IsWhite")
        also |= (race == "Two or More Races") & (flag == "IsAsian")
        made[flag] = ((race == name) | also).astype(int).astype(str)
    return made


def _stays(
    canonical: Canonical, ids: dict[str, str], schools: dict[str, str], calendars: dict[tuple[str, str], str]
) -> pd.DataFrame:
    rows = canonical.enrollments
    keys = rows[["school_id", "calendar_code"]].itertuples(index=False, name=None)
    return pd.DataFrame(
        {
            "EntryWithdrawalID": _stay_ids(rows), "StudentID": numbered(rows["student_id"], ids),
            "EntityID": numbered(rows["school_id"], schools), "SchoolID": numbered(rows["school_id"], schools), "SchoolYearID": "47",
            "CalendarID": [calendars.get(key, key[-1]) for key in keys],
            "StartDate": dates(rows["entry_date"]), "EndDate": dates(rows["exit_date"]),
            "WithdrawalCodeID": rows["exit_reason"].map(EXIT_CODES).fillna(""),
        }
    )  # fmt: skip


def _calendar_days(days: pd.DataFrame, calendars: dict[tuple[str, str], str]) -> pd.DataFrame:
    keys = days[["school_id", "calendar_code"]].itertuples(index=False, name=None)
    return pd.DataFrame(
        {
            "CalendarDayID": days["CalendarDayID"], "CalendarID": [calendars[key] for key in keys],
            "Date": dates(days["calendar_date"]), "CountAs": days["is_school_day"].map({"true": "F", "false": "N"}),
        }
    )  # fmt: skip


def _attendance(canonical: Canonical, ids: dict[str, str], days: pd.DataFrame) -> pd.DataFrame:
    """A row for each day with a mark, by the calendar that the student follows at the school."""
    events = canonical.events
    fraction = fraction_of(canonical).astype(float)
    status = events["attendance_code"].map(canonical.codes["attendance_excusal_status"])
    category = events["attendance_code"].map(canonical.codes["attendance_event_category"])
    calendar = canonical.enrollments.drop_duplicates(["student_id", "school_id"]).set_index(
        ["student_id", "school_id"]
    )["calendar_code"]
    own = calendar.reindex(pd.MultiIndex.from_frame(events[["student_id", "school_id"]])).to_numpy()
    number = days.set_index(["school_id", "calendar_code", "calendar_date"])["CalendarDayID"]
    number = number[~number.index.duplicated()]
    key = pd.MultiIndex.from_arrays([events["school_id"], own, events["event_date"]])
    return pd.DataFrame(
        {
            "StudentID": numbered(events["student_id"], ids), "CalendarDayID": number.reindex(key).to_numpy(),
            "DaysAbsent": fraction.map("{:g}".format), "DaysExcused": fraction.where(status == "Excused", 0).map("{:g}".format),
            "DaysUnexcused": fraction.where(status == "Unexcused", 0).map("{:g}".format),
            "DaysOther": ((fraction == 0) & (category != "Tardy")).astype(int).astype(str),
            "TardyCount": (category == "Tardy").astype(int).astype(str),
        }
    )  # fmt: skip


def _codes(canonical: Canonical) -> dict[str, str]:
    """What the profile makes of each of our codes: the status and the share of the day."""
    codes = canonical.codes
    share = codes["is_absent"].astype(float)
    status = codes["attendance_excusal_status"].where(share > 0, PRESENT)
    return {code: f"{status[code]}@{share[code]:g}" for code in codes.index}


def _codes_without_names(canonical: Canonical, codes: pd.DataFrame) -> pd.DataFrame:
    """One row for each status and share of the day that some event has."""
    theirs = codes["attendance_code"].map(_codes(canonical))
    used = codes[codes["attendance_code"].isin(canonical.events["attendance_code"])]
    rows = used[~theirs[used.index].duplicated()]
    status = theirs[rows.index].str.split("@").str[0]
    return rows.assign(attendance_event_category=status, attendance_excusal_status=status.mask(status == PRESENT, ""))
