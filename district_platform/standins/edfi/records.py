"""Rows of the canonical extracts as records of Ed-Fi's API: a function for each resource, in the form of data standard 5 or 6."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from district_platform.standins.edfi import vocabulary as v

Row = dict[str, str]
Record = dict[str, Any]


@dataclass(frozen=True)
class Around:
    """What a record needs to know besides its own row."""

    is_six: bool
    """Whether the data standard is 6."""
    first_sections: Mapping[tuple[str, int], Row]
    """The first section of each school and year: somebody took attendance in it."""
    credentials: Mapping[str, list[str]]
    """The certifications of each educator."""


def _record(resource: str, key: str, **fields: Any) -> Record:
    """A record with its id, without fields that are null."""
    filled = {name: value for name, value in fields.items() if value is not None}
    return {"id": v.resource_id(resource, key), **filled, "_etag": "1", "_lastModifiedDate": "2026-01-05T07:00:00Z"}


def _school(row: Row) -> Record:
    return {"schoolId": v.school_number(row["school_id"])}


def _session(row: Row) -> Record:
    return {**_school(row), "schoolYear": int(row["school_year"]), "sessionName": row["session_id"]}


def _section(row: Row, course: str, session: str) -> Record:
    reference = {"localCourseCode": course, "sectionIdentifier": row["section_id"]}
    return {**reference, **_school(row), "schoolYear": int(row["school_year"]), "sessionName": session}


def _student(row: Row) -> Record:
    return {"studentUniqueId": row["student_id"]}


def _staff(row: Row) -> Record:
    return {"staffUniqueId": row["educator_id"]}


def _year(row: Row) -> Record:
    return {"schoolYear": int(row["school_year"])}


def _true(value: str) -> bool:
    return value == "true"


def school(row: Row, _: Around) -> Record:
    levels = v.band_grades(f"{row['low_grade'].lstrip('0')}-{row['high_grade'].lstrip('0')}".replace("KG", "K"))
    return _record(
        "schools",
        row["school_id"],
        schoolId=v.school_number(row["school_id"]),
        nameOfInstitution=row["school_name"],
        localEducationAgencyReference={"localEducationAgencyId": v.AGENCY},
        gradeLevels=[{"gradeLevelDescriptor": v.grade(level)} for level in levels],
        schoolCategories=[{"schoolCategoryDescriptor": v.descriptor("SchoolCategory", v.LEVELS[row["school_level"]])}],
        titleIPartASchoolDesignationDescriptor=v.descriptor(
            "TitleIPartASchoolDesignation",
            "Title I Schoolwide School" if _true(row["is_title_i"]) else "Not A Title I School",
        ),
    )


def agency(_: Row, __: Around) -> Record:
    return _record(
        "localEducationAgencies",
        "",
        localEducationAgencyId=v.AGENCY,
        nameOfInstitution="Example Unified School District",
    )


def calendar_date(row: Row, _: Around) -> Record:
    code = "Instructional day" if _true(row["is_school_day"]) else v.no_lessons(row["calendar_event"])
    return _record(
        "calendarDates",
        f"{row['school_id']}|{row['calendar_code']}|{row['calendar_date']}",
        date=row["calendar_date"],
        calendarReference={"calendarCode": row["calendar_code"], **_school(row), **_year(row)},
        calendarEvents=[{"calendarEventDescriptor": v.descriptor("CalendarEvent", code)}],
    )


def session(row: Row, _: Around) -> Record:
    return _record(
        "sessions",
        f"{row['school_id']}|{row['school_year']}|{row['session_id']}",
        sessionName=row["session_id"],
        schoolReference=_school(row),
        schoolYearTypeReference=_year(row),
        beginDate=row["begin_date"],
        endDate=row["end_date"],
        totalInstructionalDays=int(row["total_instructional_days"]),
        termDescriptor=v.descriptor("Term", row["session_name"]),
    )


def student(row: Row, _: Around) -> Record:
    return _record(
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
    return _record(
        resource,
        f"{row['student_id']}|{row['_of']}",
        studentReference=_student(row),
        educationOrganizationReference={"educationOrganizationId": organization},
        **said,
    )


def _said(row: Row, is_six: bool) -> Record:
    race = row["race_ethnicity"]
    races = list(v.RACES.values())[:2] if race == "Two or More Races" else [v.RACES[race]] if race in v.RACES else []
    is_poor = _true(row["is_economically_disadvantaged"])
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
            "LimitedEnglishProficiency", "Limited" if _true(row["is_english_learner"]) else "NotLimited"
        ),
        "disabilities": disabled if _true(row["has_disability"]) else [],
        **economic,
    }


def _characteristic(code: str) -> str | None:
    return v.descriptor("StudentCharacteristic", code)


def school_association(row: Row, _: Around) -> Record:
    exit_type = v.descriptor("ExitWithdrawType", row["exit_reason"], v.STATE)
    return _record(
        "studentSchoolAssociations",
        row["enrollment_id"],
        studentReference=_student(row),
        schoolReference=_school(row),
        schoolYearTypeReference=_year(row),
        calendarReference={"calendarCode": row["calendar_code"], **_school(row), **_year(row)},
        entryDate=row["entry_date"],
        entryGradeLevelDescriptor=v.grade(row["grade_level"]),
        exitWithdrawDate=row["exit_date"] or None,
        exitWithdrawTypeDescriptor=exit_type,
        primarySchool=None if _true(row["is_primary"]) else False,
    )


def attendance_event(row: Row, _: Around) -> Record:
    category, duration = v.ATTENDANCE[row["attendance_code"]]
    return _record(
        "studentSchoolAttendanceEvents",
        "|".join(row[name] for name in ("student_id", "school_id", "event_date", "session_id", "attendance_code")),
        studentReference=_student(row),
        schoolReference=_school(row),
        sessionReference=_session(row),
        eventDate=row["event_date"],
        attendanceEventCategoryDescriptor=v.descriptor("AttendanceEventCategory", category),
        attendanceEventReason=row["reason"] or None,
        eventDuration=float(duration) if duration else None,
    )


def taken_event(row: Row, around: Around) -> Record:
    year = v.year_of(row["submission_date"])
    first = around.first_sections[row["school_id"], year]
    calendar = {"calendarCode": "STD", **_school(row), "schoolYear": year, "date": row["submission_date"]}
    return _record(
        "sectionAttendanceTakenEvents",
        f"{row['school_id']}|{row['submission_date']}",
        calendarDateReference=calendar,
        sectionReference=_section(first, first["course_id"], first["session_id"]),
        eventDate=row["submission_date"],
    )


def course(row: Row, _: Around) -> Record:
    return _record(
        "courses",
        row["course_id"],
        courseCode=row["course_id"],
        courseTitle=row["course_title"],
        educationOrganizationReference={"educationOrganizationId": v.AGENCY},
        academicSubjects=[{"academicSubjectDescriptor": v.subject(row["subject"])}],
        offeredGradeLevels=[{"gradeLevelDescriptor": v.grade(level)} for level in v.band_grades(row["grade_band"])],
    )


def offering(row: Row, _: Around) -> Record:
    return _record(
        "courseOfferings",
        "|".join(row[name] for name in ("school_year", "school_id", "session_id", "course_id")),
        localCourseCode=row["course_id"],
        schoolReference=_school(row),
        sessionReference=_session(row),
        courseReference={"courseCode": row["course_id"], "educationOrganizationId": v.AGENCY},
    )


def section(row: Row, _: Around) -> Record:
    return _record(
        "sections",
        "|".join(row[name] for name in ("school_year", "school_id", "section_id")),
        sectionIdentifier=row["section_id"],
        courseOfferingReference={"localCourseCode": row["course_id"], **_session(row)},
    )


def section_association(row: Row, around: Around) -> Record:
    return _record(
        "studentSectionAssociations",
        "|".join(row[name] for name in ("school_year", "school_id", "section_id", "student_id", "begin_date")),
        studentReference=_student(row),
        sectionReference=_section(row, row["section_id"].rpartition("-")[0], "FY"),
        beginDate=row["begin_date"],
        endDate=row["end_date"] or None,
    )


def staff_section(row: Row, _: Around) -> Record:
    is_standard = row["role"] == "Teacher of Record"
    return _record(
        "staffSectionAssociations",
        "|".join(row[name] for name in ("school_year", "school_id", "section_id", "educator_id")),
        staffReference=_staff(row),
        sectionReference=_section(row, row["section_id"].rpartition("-")[0], "FY"),
        classroomPositionDescriptor=v.descriptor("ClassroomPosition", row["role"], v.ED_FI if is_standard else v.STATE),
    )


def program(row: Row, _: Around) -> Record:
    return _record(
        "studentProgramAssociations",
        "|".join(row[name] for name in ("school_year", "student_id", "program", "begin_date")),
        studentReference=_student(row),
        educationOrganizationReference={"educationOrganizationId": v.AGENCY},
        programReference={
            "educationOrganizationId": v.AGENCY,
            "programName": row["program"],
            "programTypeDescriptor": v.descriptor("ProgramType", "Other"),
        },
        beginDate=row["begin_date"],
        endDate=row["end_date"] or None,
    )


def staff(row: Row, around: Around) -> Record:
    """With data standard 6 the addresses stand in the directory."""
    state = v.descriptor("StateAbbreviation", v.STATE_OF_ISSUE)
    held = [
        {"credentialReference": {"credentialIdentifier": each, "stateOfIssueStateAbbreviationDescriptor": state}}
        for each in around.credentials.get(row["educator_id"], [])
    ]
    return _record(
        "staffs",
        row["educator_id"],
        staffUniqueId=row["educator_id"],
        firstName=row["first_name"],
        lastSurname=row["last_name"],
        birthDate=row["birth_date"] or None,
        credentials=held,
        electronicMails=None if around.is_six else _mails(row),
    )


def _mails(row: Row) -> list[Record]:
    kind = v.descriptor("ElectronicMailType", "Work")
    mail = {"electronicMailAddress": row["email"], "electronicMailTypeDescriptor": kind}
    return [mail] if row["email"] else []


def staff_directory(row: Row, _: Around) -> Record:
    return _record(
        "staffDirectories",
        row["educator_id"],
        staffReference=_staff(row),
        educationOrganizationReference={"educationOrganizationId": v.AGENCY},
        electronicMails=_mails(row),
    )


def employment(row: Row, _: Around) -> Record:
    return _record(
        "staffEducationOrganizationEmploymentAssociations",
        row["educator_id"],
        staffReference=_staff(row),
        educationOrganizationReference={"educationOrganizationId": v.AGENCY},
        employmentStatusDescriptor=v.descriptor("EmploymentStatus", "Tenured or permanent"),
        hireDate=row["hire_date"],
        endDate=row["termination_date"] or None,
    )


def assignment(row: Row, _: Around) -> Record:
    return _record(
        "staffEducationOrganizationAssignmentAssociations",
        row["assignment_id"],
        staffReference=_staff(row),
        educationOrganizationReference={"educationOrganizationId": v.school_number(row["school_id"])},
        staffClassificationDescriptor=v.descriptor("StaffClassification", row["position"]),
        fullTimeEquivalency=float(row["fte"]),
        beginDate=row["begin_date"],
        endDate=row["end_date"] or None,
    )


def staff_school(row: Row, _: Around) -> Record:
    return _record(
        "staffSchoolAssociations",
        "|".join(row[name] for name in ("educator_id", "school_id", "program")),
        staffReference=_staff(row),
        schoolReference=_school(row),
        programAssignmentDescriptor=v.descriptor("ProgramAssignment", row["program"]),
    )


def credential(row: Row, around: Around) -> Record:
    """The status stands in an extension before data standard 6."""
    status = v.descriptor("CredentialStatus", row["status"])
    return _record(
        "credentials",
        row["certification_id"],
        credentialIdentifier=row["certification_id"],
        stateOfIssueStateAbbreviationDescriptor=v.descriptor("StateAbbreviation", v.STATE_OF_ISSUE),
        teachingCredentialDescriptor=v.descriptor("TeachingCredential", row["certification_type"]),
        academicSubjects=[{"academicSubjectDescriptor": v.subject(row["subject"])}],
        gradeLevels=[{"gradeLevelDescriptor": v.grade(level)} for level in v.band_grades(row["grade_band"])],
        issuanceDate=row["issue_date"] or None,
        expirationDate=row["expiration_date"] or None,
        credentialStatusDescriptor=status if around.is_six else None,
        _ext=None if around.is_six else {"tpdm": {"credentialStatusDescriptor": status}},
    )


def assessment(row: Row, _: Around) -> Record:
    return _record(
        "assessments",
        row["subject"],
        assessmentIdentifier=f"{v.TEST} {row['subject']}",
        namespace=f"{v.STATE}/Assessment",
        assessmentTitle=f"{v.TEST} {row['subject']}",
        assessmentFamily=v.TEST,
        academicSubjects=[{"academicSubjectDescriptor": v.subject(row["subject"])}],
    )


def student_assessment(row: Row, _: Around) -> Record:
    key = "|".join(row[name] for name in ("school_year", "student_id", "subject", "administration"))
    method = v.descriptor("AssessmentReportingMethod", "Scale score")
    percentile = v.descriptor("AssessmentReportingMethod", "Percentile")
    level = v.descriptor("PerformanceLevel", v.PERFORMANCE.get(row["performance_level"]))
    scores = [{"assessmentReportingMethodDescriptor": percentile, "result": "50"}]
    if row["scale_score"]:
        scores.insert(0, {"assessmentReportingMethodDescriptor": method, "result": row["scale_score"]})
    return _record(
        "studentAssessments",
        key,
        studentAssessmentIdentifier=key,
        studentReference=_student(row),
        assessmentReference={
            "assessmentIdentifier": f"{v.TEST} {row['subject']}",
            "namespace": f"{v.STATE}/Assessment",
        },
        schoolYearTypeReference=_year(row),
        administrationDate=f"{row['test_date']}T09:00:00Z",
        reportedSchoolReference=_school(row),
        whenAssessedGradeLevelDescriptor=v.grade(row["grade_level"]),
        period={"assessmentPeriodDescriptor": v.descriptor("AssessmentPeriod", v.PERIODS[row["administration"]])},
        scoreResults=scores,
        performanceLevels=[{"performanceLevelDescriptor": level, "assessmentReportingMethodDescriptor": method}]
        if level
        else [],
    )
