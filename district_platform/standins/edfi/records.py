"""Rows of the canonical extracts about schools and students as records of Ed-Fi's API: a function for each resource."""

from district_platform.standins.edfi import vocabulary as v
from district_platform.standins.edfi.references import (
    Around,
    Record,
    Row,
    is_true,
    record,
    school_reference,
    section_reference,
    session_reference,
    staff_reference,
    student_reference,
    year_reference,
)


def school(row: Row, _: Around) -> Record:
    levels = v.band_grades(f"{row['low_grade'].lstrip('0')}-{row['high_grade'].lstrip('0')}".replace("KG", "K"))
    return record(
        "schools",
        row["school_id"],
        schoolId=v.school_number(row["school_id"]),
        nameOfInstitution=row["school_name"],
        localEducationAgencyReference={"localEducationAgencyId": v.AGENCY},
        gradeLevels=[{"gradeLevelDescriptor": v.grade(level)} for level in levels],
        schoolCategories=[{"schoolCategoryDescriptor": v.descriptor("SchoolCategory", v.LEVELS[row["school_level"]])}],
        titleIPartASchoolDesignationDescriptor=v.descriptor(
            "TitleIPartASchoolDesignation",
            "Title I Schoolwide School" if is_true(row["is_title_i"]) else "Not A Title I School",
        ),
    )


def agency(_: Row, __: Around) -> Record:
    return record(
        "localEducationAgencies",
        "",
        localEducationAgencyId=v.AGENCY,
        nameOfInstitution="Example Unified School District",
    )


def calendar_date(row: Row, _: Around) -> Record:
    code = "Instructional day" if is_true(row["is_school_day"]) else v.no_lessons(row["calendar_event"])
    return record(
        "calendarDates",
        f"{row['school_id']}|{row['calendar_code']}|{row['calendar_date']}",
        date=row["calendar_date"],
        calendarReference={"calendarCode": row["calendar_code"], **school_reference(row), **year_reference(row)},
        calendarEvents=[{"calendarEventDescriptor": v.descriptor("CalendarEvent", code)}],
    )


def session(row: Row, _: Around) -> Record:
    return record(
        "sessions",
        f"{row['school_id']}|{row['school_year']}|{row['session_id']}",
        sessionName=row["session_id"],
        schoolReference=school_reference(row),
        schoolYearTypeReference=year_reference(row),
        beginDate=row["begin_date"],
        endDate=row["end_date"],
        totalInstructionalDays=int(row["total_instructional_days"]),
        termDescriptor=v.descriptor("Term", row["session_name"]),
    )


def student(row: Row, _: Around) -> Record:
    return record(
        "students",
        row["student_id"],
        studentUniqueId=row["student_id"],
        firstName=row["first_name"],
        lastSurname=row["last_name"],
        birthDate=row["birth_date"] or None,
    )


def organization_association(row: Row, around: Around) -> Record:
    """With data standard 6 it says nothing of demographics."""
    return _demographics("studentEducationOrganizationAssociations", row, says_them=not around.is_six, is_six=False)


def demographic(row: Row, _: Around) -> Record:
    return _demographics("studentDemographics", row, says_them=True, is_six=True)


def _demographics(resource: str, row: Row, says_them: bool, is_six: bool) -> Record:
    """A student's row for the district, or one for the school, which alone says homeless."""
    is_school = row["_of"] == "school"
    organization = v.school_number("1") if is_school else v.AGENCY
    said: Record = {}
    if says_them and is_school:
        said = {"studentCharacteristics": [{"studentCharacteristicDescriptor": _characteristic("Homeless")}]}
    elif says_them:
        said = _said(row, is_six)
    return record(
        resource,
        f"{row['student_id']}|{row['_of']}",
        studentReference=student_reference(row),
        educationOrganizationReference={"educationOrganizationId": organization},
        **said,
    )


def _said(row: Row, is_six: bool) -> Record:
    race = row["race_ethnicity"]
    races = list(v.RACES.values())[:2] if race == "Two or More Races" else [v.RACES[race]] if race in v.RACES else []
    is_poor = is_true(row["is_economically_disadvantaged"])
    economic: Record = {}
    if is_six:
        code = "Eligible For Free Meals" if is_poor else "Not Qualified As Economically Disadvantaged"
        economic = {"economicDisadvantageDescriptor": v.descriptor("EconomicDisadvantage", code)}
    elif is_poor:
        period = [{"beginDate": f"{int(row['school_year']) - 1}-08-01"}]
        held = {"studentCharacteristicDescriptor": _characteristic("Economic Disadvantaged"), "periods": period}
        economic = {"studentCharacteristics": [held]}
    disabled = [{"disabilityDescriptor": v.descriptor("Disability", "Specific Learning Disability")}]
    return {
        "sexDescriptor": v.descriptor("Sex", v.SEXES.get(row["sex"])),
        "hispanicLatinoEthnicity": race == "Hispanic or Latino",
        "races": [{"raceDescriptor": v.descriptor("Race", each)} for each in races],
        "limitedEnglishProficiencyDescriptor": v.descriptor(
            "LimitedEnglishProficiency", "Limited" if is_true(row["is_english_learner"]) else "NotLimited"
        ),
        "disabilities": disabled if is_true(row["has_disability"]) else [],
        **economic,
    }


def _characteristic(code: str) -> str | None:
    return v.descriptor("StudentCharacteristic", code)


def school_association(row: Row, _: Around) -> Record:
    exit_type = v.descriptor("ExitWithdrawType", row["exit_reason"], v.STATE)
    return record(
        "studentSchoolAssociations",
        row["enrollment_id"],
        studentReference=student_reference(row),
        schoolReference=school_reference(row),
        schoolYearTypeReference=year_reference(row),
        calendarReference={"calendarCode": row["calendar_code"], **school_reference(row), **year_reference(row)},
        entryDate=row["entry_date"],
        entryGradeLevelDescriptor=v.grade(row["grade_level"]),
        exitWithdrawDate=row["exit_date"] or None,
        exitWithdrawTypeDescriptor=exit_type,
        primarySchool=None if is_true(row["is_primary"]) else False,
    )


def attendance_event(row: Row, _: Around) -> Record:
    category, duration = v.ATTENDANCE[row["attendance_code"]]
    return record(
        "studentSchoolAttendanceEvents",
        "|".join(row[name] for name in ("student_id", "school_id", "event_date", "session_id", "attendance_code")),
        studentReference=student_reference(row),
        schoolReference=school_reference(row),
        sessionReference=session_reference(row),
        eventDate=row["event_date"],
        attendanceEventCategoryDescriptor=v.descriptor("AttendanceEventCategory", category),
        attendanceEventReason=row["reason"] or None,
        eventDuration=float(duration) if duration else None,
    )


def taken_event(row: Row, around: Around) -> Record:
    year = v.year_of(row["submission_date"])
    first = around.first_sections[row["school_id"], year]
    calendar = {"calendarCode": "STD", **school_reference(row), "schoolYear": year, "date": row["submission_date"]}
    return record(
        "sectionAttendanceTakenEvents",
        f"{row['school_id']}|{row['submission_date']}",
        calendarDateReference=calendar,
        sectionReference=section_reference(first, first["course_id"], first["session_id"]),
        eventDate=row["submission_date"],
    )


def course(row: Row, _: Around) -> Record:
    return record(
        "courses",
        row["course_id"],
        courseCode=row["course_id"],
        courseTitle=row["course_title"],
        educationOrganizationReference={"educationOrganizationId": v.AGENCY},
        academicSubjects=[{"academicSubjectDescriptor": v.subject(row["subject"])}],
        offeredGradeLevels=[{"gradeLevelDescriptor": v.grade(level)} for level in v.band_grades(row["grade_band"])],
    )


def offering(row: Row, _: Around) -> Record:
    return record(
        "courseOfferings",
        "|".join(row[name] for name in ("school_year", "school_id", "session_id", "course_id")),
        localCourseCode=row["course_id"],
        schoolReference=school_reference(row),
        sessionReference=session_reference(row),
        courseReference={"courseCode": row["course_id"], "educationOrganizationId": v.AGENCY},
    )


def section(row: Row, _: Around) -> Record:
    return record(
        "sections",
        "|".join(row[name] for name in ("school_year", "school_id", "section_id")),
        sectionIdentifier=row["section_id"],
        courseOfferingReference={"localCourseCode": row["course_id"], **session_reference(row)},
    )


def section_association(row: Row, around: Around) -> Record:
    return record(
        "studentSectionAssociations",
        "|".join(row[name] for name in ("school_year", "school_id", "section_id", "student_id", "begin_date")),
        studentReference=student_reference(row),
        sectionReference=section_reference(row, row["section_id"].rpartition("-")[0], "FY"),
        beginDate=row["begin_date"],
        endDate=row["end_date"] or None,
    )


def staff_section(row: Row, _: Around) -> Record:
    is_standard = row["role"] == "Teacher of Record"
    return record(
        "staffSectionAssociations",
        "|".join(row[name] for name in ("school_year", "school_id", "section_id", "educator_id")),
        staffReference=staff_reference(row),
        sectionReference=section_reference(row, row["section_id"].rpartition("-")[0], "FY"),
        classroomPositionDescriptor=v.descriptor("ClassroomPosition", row["role"], v.ED_FI if is_standard else v.STATE),
    )


def program(row: Row, _: Around) -> Record:
    return record(
        "studentProgramAssociations",
        "|".join(row[name] for name in ("school_year", "student_id", "program", "begin_date")),
        studentReference=student_reference(row),
        educationOrganizationReference={"educationOrganizationId": v.AGENCY},
        programReference={
            "educationOrganizationId": v.AGENCY,
            "programName": row["program"],
            "programTypeDescriptor": v.descriptor("ProgramType", "Other"),
        },
        beginDate=row["begin_date"],
        endDate=row["end_date"] or None,
    )
