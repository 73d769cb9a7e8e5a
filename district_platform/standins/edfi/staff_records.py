"""Rows of the canonical extracts about staff, and results of assessments, as records of Ed-Fi's API: a function for each resource."""

from district_platform.standins.edfi import vocabulary as v
from district_platform.standins.edfi.references import (
    Around,
    Record,
    Row,
    record,
    school_reference,
    staff_reference,
    student_reference,
    year_reference,
)


def staff(row: Row, around: Around) -> Record:
    """With data standard 6 the addresses stand in the directory."""
    state = v.descriptor("StateAbbreviation", v.STATE_OF_ISSUE)
    held = [
        {"credentialReference": {"credentialIdentifier": each, "stateOfIssueStateAbbreviationDescriptor": state}}
        for each in around.credentials.get(row["educator_id"], [])
    ]
    return record(
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
    return record(
        "staffDirectories",
        row["educator_id"],
        staffReference=staff_reference(row),
        educationOrganizationReference={"educationOrganizationId": v.AGENCY},
        electronicMails=_mails(row),
    )


def employment(row: Row, _: Around) -> Record:
    return record(
        "staffEducationOrganizationEmploymentAssociations",
        row["educator_id"],
        staffReference=staff_reference(row),
        educationOrganizationReference={"educationOrganizationId": v.AGENCY},
        employmentStatusDescriptor=v.descriptor("EmploymentStatus", "Tenured or permanent"),
        hireDate=row["hire_date"],
        endDate=row["termination_date"] or None,
    )


def assignment(row: Row, _: Around) -> Record:
    return record(
        "staffEducationOrganizationAssignmentAssociations",
        row["assignment_id"],
        staffReference=staff_reference(row),
        educationOrganizationReference={"educationOrganizationId": v.school_number(row["school_id"])},
        staffClassificationDescriptor=v.descriptor("StaffClassification", row["position"]),
        fullTimeEquivalency=float(row["fte"]),
        beginDate=row["begin_date"],
        endDate=row["end_date"] or None,
    )


def staff_school(row: Row, _: Around) -> Record:
    return record(
        "staffSchoolAssociations",
        "|".join(row[name] for name in ("educator_id", "school_id", "program")),
        staffReference=staff_reference(row),
        schoolReference=school_reference(row),
        programAssignmentDescriptor=v.descriptor("ProgramAssignment", row["program"]),
    )


def credential(row: Row, around: Around) -> Record:
    """The status stands in an extension before data standard 6."""
    status = v.descriptor("CredentialStatus", row["status"])
    return record(
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
    return record(
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
    return record(
        "studentAssessments",
        key,
        studentAssessmentIdentifier=key,
        studentReference=student_reference(row),
        assessmentReference={
            "assessmentIdentifier": f"{v.TEST} {row['subject']}",
            "namespace": f"{v.STATE}/Assessment",
        },
        schoolYearTypeReference=year_reference(row),
        administrationDate=f"{row['test_date']}T09:00:00Z",
        reportedSchoolReference=school_reference(row),
        whenAssessedGradeLevelDescriptor=v.grade(row["grade_level"]),
        period={"assessmentPeriodDescriptor": v.descriptor("AssessmentPeriod", v.PERIODS[row["administration"]])},
        scoreResults=scores,
        performanceLevels=[{"performanceLevelDescriptor": level, "assessmentReportingMethodDescriptor": method}]
        if level
        else [],
    )
