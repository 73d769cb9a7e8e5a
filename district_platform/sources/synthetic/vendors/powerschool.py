"""PowerSchool's tables, as a plug-in or a database export writes them: three ids a student, the current enrollment apart from earlier ones,
exit dates that are the first day out, period attendance in secondary schools, Present without a code, dropped classes with negative ids.
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
    short,
    split_by,
    used_codes,
)

GRADUATED_SCHOOL, GRADUATED_GRADE = "999999", "99"
PERIODS = 8
RACES = {
    "Hispanic or Latino": "H", "American Indian or Alaska Native": "I", "Asian": "A", "Black or African American": "B",
    "Native Hawaiian or Other Pacific Islander": "P", "White": "W", "Two or More Races": "T",
}  # fmt: skip
EXIT_CODES = {
    "End of school year": "EOY", "Graduated": "GRAD", "Moved out of district": "T1", "Transferred to private school": "T2",
    "Homeschooled": "T3", "Transferred within district": "T4", "Re-enrolled": "RE", "No show": "NS", "Shared-time placement ended": "ST",
}  # fmt: skip
TRACKS = {"STD": "A", "SENIOR": "B", "EXT": "C"}
EVERY_DAY = "every day"
ALL_DAYS = "ALL"
"""The calendar of those without a track, as the profile names it."""
TARDY = "TU"


def written(canonical: Canonical) -> Written:
    """The district as PowerSchool's tables."""
    people = canonical.students.drop_duplicates("student_id", keep="last").reset_index(drop=True)
    ids = numbers(people["student_id"], 3_001)
    tracks = _schools_with_tracks(canonical)
    stays, current = _stays(canonical, ids, tracks)
    files = [
        VendorFile("schools.csv", _schools(canonical)),
        VendorFile("students.csv", _students(people, ids, current), "cp1252"),
        VendorFile("studentcorefields.csv", _core_fields(people, ids)),
        VendorFile("reenrollments.csv", stays),
        VendorFile("terms.csv", _terms(canonical)),
        *_calendar_days(canonical, tracks),
        *_attendance(canonical, ids),
        *_classes(canonical, ids),
    ]
    otherwise = {
        "sis/section_enrollments": lambda rows: rows.assign(end_date=planned_ends(canonical, rows)),
        "sis/calendar_dates": lambda rows: _with_calendar_of_all_days(rows, tracks),
        "sis/attendance_codes": lambda rows: used_codes(canonical, rows),
    }
    return Written(files, _ids(canonical, tracks), otherwise)


YEAR_ZERO = 1991
"""The spring's year less this is PowerSchool's number of a school year: 35 is 2025-26."""


def _schools(canonical: Canonical) -> pd.DataFrame:
    schools = canonical.read("sis/schools")
    n = range(len(schools))
    return pd.DataFrame(
        {
            "ID": [str(i + 1) for i in n], "DCID": [str(i + 501) for i in n], "School_Number": schools["school_id"],
            "Name": schools["school_name"], "Low_Grade": schools["low_grade"].map(_grade), "High_Grade": schools["high_grade"].map(_grade),
        }
    )  # fmt: skip


def _grade(grade: str) -> str:
    return {"PK": "-1", "KG": "0", "": ""}.get(grade, grade.lstrip("0"))


def _schools_with_tracks(canonical: Canonical) -> set[str]:
    """Schools with several calendars; in all others nobody has a track."""
    days = canonical.read("sis/calendar_dates")
    several = days.groupby("school_id")["calendar_code"].nunique()
    return set(several.index[several > 1])


def _stays(canonical: Canonical, ids: dict[str, str], tracks: set[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The earlier enrollments, and the rows of students with the current one: of who graduated, that of the graduates' school.

    Who is enrolled has the day after the last of the calendar as a planned exit. The current enrollment stands nowhere else.
    """
    rows = canonical.enrollments
    is_open = rows["exit_date"] == ""
    exit_date = dates(rows["exit_date"], days=1).mask(is_open, dates(_planned_exits(canonical), days=1))
    made = pd.DataFrame(
        {
            "StudentID": numbered(rows["student_id"], ids), "SchoolID": rows["school_id"], "Grade_Level": rows["grade_level"].map(_grade),
            "EntryDate": dates(rows["entry_date"]), "ExitDate": exit_date,
            "ExitCode": numbered(rows["exit_reason"], EXIT_CODES),
            "Track": numbered(rows["calendar_code"], TRACKS).where(rows["school_id"].isin(tracks), ""),
        }
    )  # fmt: skip
    made["is_open"], made["reason"] = is_open, rows["exit_reason"]
    order = rows.assign(second=rows["is_primary"] != "true").sort_values(["second", "entry_date"], kind="stable")
    last = order[order["second"] == order.groupby("student_id")["second"].transform("min")].drop_duplicates(
        "student_id", keep="last"
    )
    current = made.loc[last.index].sort_index()
    graduated = current["reason"] == "Graduated"
    only_current = rows.loc[current.index[~graduated], "enrollment_id"]
    earlier = made[~rows["enrollment_id"].isin(only_current)]
    current["Enroll_Status"] = current["is_open"].map({True: "0", False: "2"}).mask(graduated, "3")
    current.loc[graduated, "EntryDate"] = current.loc[graduated, "ExitDate"]
    current.loc[graduated, ["SchoolID", "Grade_Level", "Track"]] = [GRADUATED_SCHOOL, GRADUATED_GRADE, ""]
    hidden = ["is_open", "reason"]
    earlier = earlier.drop(columns=hidden)
    earlier.insert(0, "ID", [str(70_000 + i) for i in range(len(earlier))])
    return earlier, current.drop(columns=hidden)


def _planned_exits(canonical: Canonical) -> pd.Series:
    """The last date of each enrollment's calendar; of one that follows none, the last of the year."""
    key = ["school_year", "school_id", "calendar_code"]
    last = canonical.read("sis/calendar_dates").groupby(key)["calendar_date"].max()
    rows = canonical.enrollments
    own = pd.Series(last.reindex(pd.MultiIndex.from_frame(rows[key])).to_numpy(), index=rows.index)
    return own.fillna(rows["school_year"].map(last_days(canonical)))


def _students(people: pd.DataFrame, ids: dict[str, str], current: pd.DataFrame) -> pd.DataFrame:
    """Everybody, and three who are registered for the next year only."""
    rows = pd.DataFrame(
        {
            "ID": people["student_id"].map(ids), "DCID": people["student_id"].map(ids).astype(int).add(40_000).astype(str),
            "Student_Number": people["student_id"], "Last_Name": people["last_name"], "First_Name": people["first_name"],
            "DOB": dates(people["birth_date"]), "Gender": people["sex"],
            "FedEthnicity": (people["race_ethnicity"] == "Hispanic or Latino").map({True: "1", False: "0"}),
            "Ethnicity": people["race_ethnicity"].map(RACES).fillna(""),
            "LunchStatus": people["is_economically_disadvantaged"].map({"true": "F", "false": "P"}).fillna(""),
        }
    )  # fmt: skip
    reduced = (rows["LunchStatus"] == "F") & (rows.index % 3 == 0)
    rows["LunchStatus"] = rows["LunchStatus"].mask(reduced, "R")
    rows = rows.merge(current.rename(columns={"StudentID": "ID"}), on="ID")
    ahead = rows.head(3).assign(Enroll_Status="-1", Grade_Level="0", ExitDate="", ExitCode="")
    for column, start in (("ID", 900_001), ("DCID", 940_001), ("Student_Number", 99_000_001)):
        ahead[column] = [str(start + i) for i in range(len(ahead))]
    return pd.concat([rows, ahead], ignore_index=True)


def _core_fields(people: pd.DataFrame, ids: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "StudentsDCID": people["student_id"].map(ids).astype(int).add(40_000).astype(str),
            "LEP_Status": people["is_english_learner"].map({"true": "1", "false": "0"}).fillna(""),
            "Homeless_Code": people["is_homeless"].map({"true": "1", "false": "0"}).fillna(""),
        }
    )


def _terms(canonical: Canonical) -> pd.DataFrame:
    rows = canonical.read("sis/sessions")
    year = rows["school_year"].astype(int)
    return pd.DataFrame(
        {
            "ID": _term_ids(year, rows["session_id"]), "SchoolID": rows["school_id"], "YearID": (year - YEAR_ZERO).astype(str),
            "Name": rows["session_name"], "FirstDay": dates(rows["begin_date"]), "LastDay": dates(rows["end_date"]),
            "IsYearRec": (rows["session_id"] == "FY").map({True: "1", False: "0"}),
        }
    )  # fmt: skip


_TERMS = {"FY": 0, "S1": 1, "S2": 2, "Q1": 3, "Q2": 4, "Q3": 5, "Q4": 6}


def _term_ids(year: pd.Series, session: pd.Series) -> pd.Series:
    return ((year - YEAR_ZERO) * 100 + session.map(_TERMS)).astype(str)


def _calendar_days(canonical: Canonical, tracks: set[str]) -> list[VendorFile]:
    """A row for each school and date, with a flag for each track that has the date; a file for each year."""
    days = canonical.read("sis/calendar_dates")
    key = ["school_id", "calendar_date"]
    has = {track: days[days["calendar_code"] == code][key].drop_duplicates() for code, track in TRACKS.items()}
    rows = days.drop_duplicates(key).reset_index(drop=True)
    is_open = rows["is_school_day"] == "true"
    made = pd.DataFrame(
        {
            "SchoolID": rows["school_id"], "Date_Value": dates(rows["calendar_date"]),
            "InSession": is_open.map({True: "1", False: "0"}), "MembershipValue": is_open.map({True: "1", False: "0"}),
        }
    )  # fmt: skip
    in_tracked = rows["school_id"].isin(tracks)
    for letter in "ABCDEF":
        own = pd.MultiIndex.from_frame(has[letter]) if letter in has else pd.MultiIndex.from_tuples([], names=key)
        flagged = pd.MultiIndex.from_frame(rows[key]).isin(own) & in_tracked
        made[letter] = pd.Series(flagged).map({True: "1", False: "0"})
    return split_by("calendar_day_{}.csv", made, rows["school_year"])


def _attendance(canonical: Canonical, ids: dict[str, str]) -> list[VendorFile]:
    """Codes of each school and year, marks, and what PowerSchool's views make of them for a day."""
    events = canonical.events
    high = canonical.read("sis/schools").query("school_level in ('Middle', 'High')")["school_id"]
    year = events["school_year"].astype(int)
    fraction = fraction_of(canonical).astype(float)
    codes = _codes(canonical)
    number = codes.set_index(["SchoolID", "YearID", "Att_Code"])["ID"]
    marks = pd.DataFrame(
        {
            "StudentID": numbered(events["student_id"], ids), "SchoolID": events["school_id"], "YearID": (year - YEAR_ZERO).astype(str),
            "Att_Date": dates(events["event_date"]), "code": events["attendance_code"], "Att_Comment": events["reason"],
            "fraction": fraction, "is_period": events["school_id"].isin(high),
        }
    )  # fmt: skip
    daily = marks[~marks["is_period"]].assign(Att_Mode_Code="ATT_ModeDaily", PeriodID="0")
    rows = pd.concat([daily, _periods(marks[marks["is_period"]])], ignore_index=True)
    key = pd.MultiIndex.from_frame(rows[["SchoolID", "YearID", "code"]])
    rows["Attendance_CodeID"] = number.reindex(key).to_numpy()
    rows.insert(0, "ID", [str(500_000 + i) for i in range(len(rows))])
    columns = [
        "ID",
        "StudentID",
        "SchoolID",
        "YearID",
        "Att_Date",
        "Attendance_CodeID",
        "Att_Mode_Code",
        "PeriodID",
        "Att_Comment",
    ]
    views = {"ps_adaadm_daily_ctod.csv": ~marks["is_period"], "ps_adaadm_meeting_ptod.csv": marks["is_period"]}
    return [
        VendorFile("attendance_code.csv", codes),
        *split_by("attendance_{}.csv", rows[columns], rows["YearID"]),
        *(VendorFile(name, _day_values(marks[which])) for name, which in views.items()),
    ]


def _codes(canonical: Canonical) -> pd.DataFrame:
    """Every code once for each school and year; Present has none."""
    codes = canonical.codes.reset_index()
    status = (codes["is_absent"].astype(float) > 0).map({True: "Absent", False: "Present"})
    own = pd.DataFrame(
        {
            "Att_Code": codes["attendance_code"],
            "Description": codes["attendance_event_category"],
            "Presence_Status_CD": status,
        }
    )
    own = pd.concat([own, pd.DataFrame([{"Att_Code": "", "Description": "Present", "Presence_Status_CD": "Present"}])])
    schools = canonical.read("sis/schools")[["school_id"]].rename(columns={"school_id": "SchoolID"})
    years = pd.DataFrame({"YearID": [str(y - YEAR_ZERO) for y in canonical.years]})
    rows = schools.merge(years, how="cross").merge(own, how="cross")
    rows.insert(0, "ID", [str(9_000 + i) for i in range(len(rows))])
    return rows


def _periods(marks: pd.DataFrame) -> pd.DataFrame:
    """A mark for each period that is missed, then one of being late, then Present; of a tardy or a trip, one period."""
    missed = (marks["fraction"] * PERIODS).round().astype(int)
    rows = marks.loc[marks.index.repeat(PERIODS)].copy()
    rows["period"] = rows.groupby(level=0).cumcount() + 1
    n = missed.loc[rows.index].to_numpy()
    period = rows["period"].to_numpy()
    is_part = (n > 0) & (n < PERIODS)
    rows = rows[(period <= n) | ((n == 0) & (period == 3)) | is_part].copy()
    n, period = missed.loc[rows.index].to_numpy(), rows["period"].to_numpy()
    after = (n > 0) & (period > n)
    rows["code"] = rows["code"].mask(after & (period == n + 1), TARDY).mask(after & (period > n + 1), "")
    rows["Att_Comment"] = rows["Att_Comment"].mask(after, "")
    return rows.assign(Att_Mode_Code="ATT_ModeMeeting", PeriodID=rows["period"].astype(str))


def _day_values(marks: pd.DataFrame) -> pd.DataFrame:
    """The days of the view on which something is missed; a district that exports it whole has the others, too."""
    rows = marks[marks["fraction"] > 0].drop_duplicates(["StudentID", "SchoolID", "Att_Date"])
    return pd.DataFrame(
        {
            "StudentID": rows["StudentID"], "SchoolID": rows["SchoolID"], "CalendarDate": rows["Att_Date"], "YearID": rows["YearID"],
            "MembershipValue": "1", "AttendanceValue": short(1 - rows["fraction"]), "Potential_AttendanceValue": "1",
        }
    )  # fmt: skip


def _classes(canonical: Canonical, ids: dict[str, str]) -> list[VendorFile]:
    """Courses, sections, who sits in them (dropped: a negative section) and who teaches them."""
    courses = canonical.read("sis/courses")
    sections = canonical.read("sis/sections")
    number = _section_numbers(sections)
    seats = canonical.read("sis/section_enrollments")
    taught = canonical.read("sis/section_educators")
    staff = numbers(taught["educator_id"], 201)
    key = ["school_year", "school_id", "section_id"]
    section = pd.Series(
        [number.get(k, k[-1]) for k in seats[key].itertuples(index=False, name=None)], index=seats.index
    )
    ends = planned_ends(canonical, seats)
    dropped = ends < seats["school_year"].map(last_days(canonical))
    term = _term_ids(seats["school_year"].astype(int), pd.Series("FY", index=seats.index))
    cc = pd.DataFrame(
        {
            "ID": [str(800_000 + i) for i in range(len(seats))], "StudentID": numbered(seats["student_id"], ids),
            "SectionID": section.where(~dropped, "-" + section), "TermID": term.where(~dropped, "-" + term), "SchoolID": seats["school_id"],
            "DateEnrolled": dates(seats["begin_date"]), "DateLeft": dates(ends, days=1),
        }
    )  # fmt: skip
    return [
        VendorFile("courses.csv", pd.DataFrame({
            "Course_Number": courses["course_id"], "Course_Name": courses["course_title"], "CreditType": courses["subject"],
        })),
        VendorFile("sections.csv", pd.DataFrame({
            "ID": [number[k] for k in sections[key].itertuples(index=False, name=None)], "SchoolID": sections["school_id"],
            "TermID": _term_ids(sections["school_year"].astype(int), sections["session_id"]), "Course_Number": sections["course_id"],
        })),
        VendorFile("cc.csv", cc),
        VendorFile("sectionteacher.csv", pd.DataFrame({
            "SectionID": [number.get(k, k[-1]) for k in taught[key].itertuples(index=False, name=None)],
            "TeacherID": taught["educator_id"].map(staff), "RoleID": taught["role"].map(ROLES).fillna(""),
        })),
        VendorFile("schoolstaff.csv", pd.DataFrame({
            "ID": list(staff.values()), "Users_DCID": [str(int(n) + 6_000) for n in staff.values()], "Status": "1",
        })),
        VendorFile("users.csv", pd.DataFrame({"DCID": [str(int(n) + 6_000) for n in staff.values()], "TeacherNumber": list(staff)})),
    ]  # fmt: skip


def _with_calendar_of_all_days(days: pd.DataFrame, tracks: set[str]) -> pd.DataFrame:
    """The calendars, and in schools with tracks one more, for those who would have no track."""
    more = days[days["school_id"].isin(tracks)].drop_duplicates(["school_id", "calendar_date"])
    return pd.concat([days, more.assign(calendar_code=EVERY_DAY)], ignore_index=True)


ROLES = {"Teacher of Record": "41", "Co-teacher": "42"}


def _section_numbers(sections: pd.DataFrame) -> dict[tuple[str, ...], str]:
    keys = sections[["school_year", "school_id", "section_id"]].itertuples(index=False, name=None)
    return {key: str(12_000 + i) for i, key in enumerate(keys)}


def _ids(canonical: Canonical, tracks: set[str]) -> Ids:
    rows = canonical.enrollments
    joined = rows["student_id"] + "-" + rows["school_id"] + "-" + rows["entry_date"]
    sessions = canonical.read("sis/sessions")
    terms = _term_ids(sessions["school_year"].astype(int), sessions["session_id"])
    calendars = canonical.read("sis/calendar_dates").drop_duplicates(["school_id", "school_year", "calendar_code"])
    fraction = short(canonical.codes["is_absent"])
    of_calendar: dict[tuple[str, ...], str] = {}
    for school, year, code in calendars[["school_id", "school_year", "calendar_code"]].itertuples(
        index=False, name=None
    ):
        of_calendar[school, year, code] = TRACKS.get(code, code) if school in tracks else ALL_DAYS
        of_calendar[school, year, EVERY_DAY] = ALL_DAYS
    keys = sessions[["school_id", "school_year", "session_id"]].itertuples(index=False, name=None)
    return {
        "enrollment_id": {(k,): v for k, v in zip(rows["enrollment_id"], joined, strict=True)},
        "section_id": _section_numbers(canonical.read("sis/sections")),
        "session_id": dict(zip(keys, terms, strict=True)),
        "calendar_code": of_calendar,
        "attendance_code": {(str(code),): f"{code}@{share}" for code, share in fraction.items()},
        "exit_reason": {(k,): v for k, v in EXIT_CODES.items()},
    }
