"""Aeries's tables as a query of one year's database writes them: two-letter fields, a student's number that is unique in a school
alone, years by their autumn, deleted rows, enter and leave rows among the attendance, codes of one letter for the day and for each period.
"""

import pandas as pd

from district_platform.sources.synthetic.vendors.framework import (
    Canonical,
    Ids,
    VendorFile,
    Written,
    dates,
    teachers_of_record,
)

LETTERS = {
    "AE": "X", "AI": "I", "AU": "U", "SO": "S", "HE": "H", "HU": "K", "PE": "P", "TE": "T", "TU": "Q", "FT": "F", "AX": "Z",
}  # fmt: skip
TYPES = {"Excused": "2", "Unexcused": "3"}
LATE_TYPES = {"Excused": "8", "Unexcused": "9"}
PRESENT_TYPE, UNVERIFIED_TYPE = "6", "1"
EXIT_CODES = {
    "End of school year": "YE", "Graduated": "GR", "Moved out of district": "MO", "Transferred to private school": "PR",
    "Homeschooled": "HS", "Transferred within district": "TD", "Re-enrolled": "RE", "No show": "NS", "Shared-time placement ended": "SE",
}  # fmt: skip
RACES = {
    "American Indian or Alaska Native": ("100", ""), "Asian": ("201", ""), "Black or African American": ("600", ""),
    "Native Hawaiian or Other Pacific Islander": ("301", ""), "White": ("700", ""), "Two or More Races": ("700", "600"),
    "Hispanic or Latino": ("700", ""),
}  # fmt: skip
PERIODS = 7
SCHOOL_DAY, HOLIDAY = "", "@"
MAIN_CALENDAR = "STD"


def written(canonical: Canonical) -> Written:
    """The district as Aeries's tables. Only one school year, as each year has a database of its own."""
    if len(canonical.years) > 1:
        raise ValueError("Each year has a database of its own in Aeries: generate one school year (--years 1).")
    rows = canonical.enrollments
    pairs = rows[["school_id", "student_id"]].drop_duplicates().sort_values(["school_id", "student_id"])
    number = pairs.groupby("school_id").cumcount() + 1
    seats = {pair: str(n) for pair, n in zip(pairs.itertuples(index=False, name=None), number, strict=True)}
    taught = teachers_of_record(canonical)
    files = [
        VendorFile("LOC.csv", _schools(canonical)),
        VendorFile("STU.csv", _students(canonical, seats), "cp1252"),
        VendorFile("ENR.csv", _stays(canonical)),
        VendorFile("DAY.csv", _days(canonical)),
        VendorFile("ATT.csv", _attendance(canonical, seats)),
        VendorFile("ABS.csv", _codes(canonical)),
        *_classes(canonical, seats, taught),
    ]
    section = _section_numbers(canonical)
    written_ids: Ids = {
        "enrollment_id": dict(
            zip(
                zip(rows["enrollment_id"]),
                rows["student_id"] + "-" + rows["school_id"] + "-" + rows["entry_date"],
                strict=True,
            )
        ),
        "section_id": section,
        "attendance_code": {(ours,): theirs for ours, theirs in LETTERS.items()},
        "exit_reason": {(reason,): theirs for reason, theirs in EXIT_CODES.items()},
    }
    otherwise = {
        "sis/calendar_dates": lambda days: _main(days),
        "sis/section_educators": lambda every: every[every["role"] == "Teacher of Record"],
    }
    return Written(files, written_ids, otherwise)


def _grade(grade: str) -> str:
    return {"PK": "-1", "KG": "0", "": ""}.get(grade, grade.lstrip("0"))


def _schools(canonical: Canonical) -> pd.DataFrame:
    rows = canonical.read("sis/schools")
    return pd.DataFrame(
        {
            "CD": rows["school_id"],
            "NM": rows["school_name"],
            "LO": rows["low_grade"].map(_grade),
            "HI": rows["high_grade"].map(_grade),
        }
    )


Seats = dict[tuple[str, str], str]
"""SN by school and student."""


def _students(canonical: Canonical, seats: Seats) -> pd.DataFrame:
    """A row for each school in which a student is or was in the year, and three that were deleted."""
    people = canonical.students.drop_duplicates("student_id").set_index("student_id")
    keys = [key for key in seats if key[1] in people.index]
    last = canonical.enrollments.drop_duplicates(["school_id", "student_id"], keep="last").set_index(
        ["school_id", "student_id"]
    )
    stays = last.loc[keys].reset_index()
    person = people.loc[[student for _, student in keys]].reset_index()
    race = person["race_ethnicity"]
    made = pd.DataFrame(
        {
            "ID": person["student_id"], "SC": stays["school_id"], "SN": [seats[key] for key in keys], "LN": person["last_name"],
            "FN": person["first_name"], "BD": person["birth_date"], "SX": person["sex"], "GR": stays["grade_level"].map(_grade),
            "ETH": (race == "Hispanic or Latino").map({True: "Y", False: "N"}).mask(race == "", ""),
            "RC1": [RACES.get(name, ("", ""))[0] for name in race], "RC2": [RACES.get(name, ("", ""))[1] for name in race],
            "RC3": "", "RC4": "", "RC5": "", "TG": (stays["exit_date"] != "").map({True: "I", False: ""}),
            "LF": person["is_english_learner"].map({"true": "L", "false": "E"}).fillna(""), "DEL": "0",
        }
    )  # fmt: skip
    made["BD"] = dates(made["BD"])
    deleted = made.head(3).assign(DEL="1", ID=["999001", "999002", "999003"], SN=["9001", "9002", "9003"])
    return pd.concat([made, deleted], ignore_index=True)


def _autumn(year: str) -> str:
    return str(int(year) - 1) if year else ""


def _pairs(rows: pd.DataFrame) -> list[tuple[str, str]]:
    return list(rows[["school_id", "student_id"]].itertuples(index=False, name=None))


def _stays(canonical: Canonical) -> pd.DataFrame:
    rows = canonical.enrollments
    made = pd.DataFrame(
        {
            "ID": rows["student_id"], "SC": rows["school_id"], "YR": rows["school_year"].map(_autumn),
            "ED": dates(rows["entry_date"]), "LD": dates(rows["exit_date"]), "ER": rows["exit_reason"].map(EXIT_CODES).fillna(""),
            "GR": rows["grade_level"].map(_grade), "DEL": "0",
        }
    )  # fmt: skip
    return pd.concat([made, made.tail(4).assign(DEL="1")], ignore_index=True)


def _main(days: pd.DataFrame) -> pd.DataFrame:
    """One calendar a school: DAY knows no other."""
    code = days.get("calendar_code")
    if code is not None:
        return days[code == MAIN_CALENDAR]
    return days.drop_duplicates(["school_id", "calendar_date"])


def _days(canonical: Canonical) -> pd.DataFrame:
    rows = _main(canonical.read("sis/calendar_dates"))
    return pd.DataFrame(
        {
            "SC": rows["school_id"], "DY": (rows.groupby("school_id").cumcount() + 1).astype(str), "DT": dates(rows["calendar_date"]),
            "HO": rows["is_school_day"].map({"true": SCHOOL_DAY, "false": HOLIDAY}),
        }
    )  # fmt: skip


def _attendance(canonical: Canonical, seats: Seats) -> pd.DataFrame:
    """A row for each mark of a day, with the codes of its periods; enter and leave rows; and marks of single periods.

    The last say nothing of the day.
    """
    events = canonical.events
    keys = _pairs(events)
    letter = events["attendance_code"].map(LETTERS)
    made = pd.DataFrame(
        {
            "SC": events["school_id"], "SN": [seats.get(key, key[-1]) for key in keys], "DT": dates(events["event_date"]), "CD": "",
            "AL": letter,
            "RS": events["reason"],
        }
    )  # fmt: skip
    share = events["attendance_code"].map(canonical.codes["is_absent"]).astype(float)
    for period in range(PERIODS + 1):
        made.insert(4 + period + 1, f"A{period}", letter.where(share * PERIODS >= period, ""))
    stays = canonical.enrollments
    entries = pd.DataFrame(
        {
            "SC": stays["school_id"], "SN": [seats.get(k, k[-1]) for k in _pairs(stays)],
            "DT": dates(stays["entry_date"]), "CD": "E",
        }
    )  # fmt: skip
    leaves = entries.assign(DT=dates(stays["exit_date"]), CD="L")
    single = made[made.index % 40 == 0].assign(AL="", A3="T", RS="", DT=dates(events["event_date"], days=1))
    return pd.concat([made, entries, leaves[leaves["DT"] != ""], single], ignore_index=True).fillna("")


def _codes(canonical: Canonical) -> pd.DataFrame:
    codes = canonical.codes.reset_index()
    is_absent = codes["is_absent"].astype(float) > 0
    status = codes["attendance_excusal_status"]
    late = status.map(LATE_TYPES).fillna(PRESENT_TYPE)
    return pd.DataFrame(
        {
            "AbsenceCode": codes["attendance_code"].map(LETTERS), "Title": codes["attendance_event_category"],
            "TypeCode": status.map(TYPES).fillna(UNVERIFIED_TYPE).where(is_absent, late),
        }
    )  # fmt: skip


def _section_numbers(canonical: Canonical) -> dict[tuple[str, ...], str]:
    """SE, which tells sections apart in a school alone."""
    sections = canonical.read("sis/sections")
    number = sections.groupby("school_id").cumcount() + 1
    keys = sections[["school_year", "school_id", "section_id"]].itertuples(index=False, name=None)
    return {key: str(n) for key, n in zip(keys, number, strict=True)}


def _classes(canonical: Canonical, seats: Seats, taught: pd.DataFrame) -> list[VendorFile]:
    courses, sections = canonical.read("sis/courses"), canonical.read("sis/sections")
    key = ["school_year", "school_id", "section_id"]
    number = _section_numbers(canonical)
    places = taught[["school_id", "educator_id"]].drop_duplicates()
    places = places.assign(TN=(places.groupby("school_id").cumcount() + 1).astype(str))
    teacher = taught.merge(places, on=["school_id", "educator_id"]).set_index(key)["TN"].to_dict()
    keys = list(sections[key].itertuples(index=False, name=None))
    members = canonical.read("sis/section_enrollments")
    own = _pairs(members)
    return [
        VendorFile("CRS.csv", pd.DataFrame({"CN": courses["course_id"], "CO": courses["course_title"]})),
        VendorFile("MST.csv", pd.DataFrame({
            "SC": sections["school_id"], "SE": [number[k] for k in keys], "CN": sections["course_id"],
            "TN": [teacher.get(k, "") for k in keys],
        })),
        VendorFile("CAR.csv", pd.DataFrame({
            "SC": members["school_id"], "SN": [seats.get(k, k[-1]) for k in own],
            "SE": [number.get(k, k[-1]) for k in members[key].itertuples(index=False, name=None)],
            "DS": dates(members["begin_date"]), "DE": dates(members["end_date"]),
        })),
        VendorFile("TCH.csv", pd.DataFrame({"SC": places["school_id"], "TN": places["TN"], "ID": places["educator_id"]})),
    ]  # fmt: skip
