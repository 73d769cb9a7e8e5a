"""The resources that are pulled, and what of each record is kept: flat columns of text, and a few lists.

A path names fields of the API's JSON. `a|b` takes the first of two that is there: data standards differ. `a[].b` is a list. Of a descriptor
the code is kept, what stands after the last # of its URI. Names are those of resources-api 5.2 and 6.0.
"""

from dataclasses import dataclass, field

import pyarrow as pa

TEXT = pa.string()
TEXTS = pa.list_(TEXT)
PERIODS = pa.list_(pa.struct({"code": TEXT, "begin_date": TEXT, "end_date": TEXT}))
"""Codes with the periods in which they hold; without a period, one entry without dates."""
SCORES = pa.list_(pa.struct({"method": TEXT, "result": TEXT}))
KEYS = pa.list_(pa.struct({"credential": TEXT, "state": TEXT}))

ALL, SIX = frozenset({4, 5, 6}), frozenset({6})


@dataclass(frozen=True)
class Resource:
    """A resource of the API, under ed-fi/."""

    name: str
    feeds: tuple[str, ...]
    """The extracts that it is needed for."""
    columns: dict[str, str]
    """Path of each column of text; one with [] is a list of texts."""
    lists: dict[str, tuple[pa.DataType, str]] = field(default_factory=dict)
    """Columns of lists of other types, each with the field that holds the list."""
    standards: frozenset[int] = ALL
    is_required: bool = False
    """Whether there is nothing to publish without it."""

    @property
    def schema(self) -> pa.Schema:
        texts = {name: TEXTS if "[]" in path else TEXT for name, path in self.columns.items()}
        return pa.schema({"id": TEXT} | texts | {name: kind for name, (kind, _) in self.lists.items()})


_STUDENT = {"student_id": "studentReference.studentUniqueId"}
_STAFF = {"educator_id": "staffReference.staffUniqueId"}
_SCHOOL = {"school_id": "schoolReference.schoolId"}
_SECTION = {
    "section_id": "sectionReference.sectionIdentifier",
    "local_course_code": "sectionReference.localCourseCode",
    "session_id": "sectionReference.sessionName",
    "school_id": "sectionReference.schoolId",
    "school_year": "sectionReference.schoolYear",
}
_YEAR = {"school_year": "schoolYearTypeReference.schoolYear"}
_DATES = {"begin_date": "beginDate", "end_date": "endDate"}
_DEMOGRAPHICS = {
    **_STUDENT,
    "organization_id": "educationOrganizationReference.educationOrganizationId",
    "sex": "sexDescriptor",
    "is_hispanic": "hispanicLatinoEthnicity",
    "races": "races[].raceDescriptor",
    "english_proficiency": "limitedEnglishProficiencyDescriptor",
    "disabilities": "disabilities[].disabilityDescriptor",
    "economic_disadvantage": "economicDisadvantageDescriptor",
}
_CHARACTERISTICS: dict[str, tuple[pa.DataType, str]] = {"characteristics": (PERIODS, "studentCharacteristics")}

PROGRAM_RESOURCES = {
    "studentProgramAssociations": "",
    "studentSpecialEducationProgramAssociations": "has_disability",
    "studentTitleIPartAProgramAssociations": "",
    "studentLanguageInstructionProgramAssociations": "is_english_learner",
    "studentHomelessProgramAssociations": "is_homeless",
    "studentSchoolFoodServiceProgramAssociations": "",
    "studentCTEProgramAssociations": "",
    "studentMigrantEducationProgramAssociations": "",
    "studentSection504ProgramAssociations": "",
}
"""What taking part in one of these programs says of a student, besides itself. Section 504 is no disability under IDEA, and Title I
serves students who are not poor."""

_PROGRAM = {
    **_STUDENT,
    **_DATES,
    "program": "programReference.programName",
    "program_type": "programReference.programTypeDescriptor",
    "services": "schoolFoodServiceProgramServices[].schoolFoodServiceProgramServiceDescriptor",
}

RESOURCES = {
    resource.name: resource
    for resource in (
        Resource(
            "schools",
            ("schools",),
            {
                "school_id": "schoolId",
                "name": "nameOfInstitution",
                "grades": "gradeLevels[].gradeLevelDescriptor",
                "categories": "schoolCategories[].schoolCategoryDescriptor",
                "title_i": "titleIPartASchoolDesignationDescriptor",
            },
            is_required=True,
        ),
        Resource(
            "localEducationAgencies",
            ("schools",),
            {"organization_id": "localEducationAgencyId", "name": "nameOfInstitution"},
        ),
        Resource(
            "calendarDates",
            ("calendar_dates",),
            {
                "calendar_date": "date",
                "calendar_code": "calendarReference.calendarCode",
                "school_id": "calendarReference.schoolId",
                "school_year": "calendarReference.schoolYear",
                "events": "calendarEvents[].calendarEventDescriptor",
            },
        ),
        Resource(
            "sessions",
            ("sessions",),
            {
                **_SCHOOL,
                **_YEAR,
                **_DATES,
                "session_id": "sessionName",
                "total_instructional_days": "totalInstructionalDays",
            },
        ),
        Resource(
            "students",
            ("students",),
            {
                "student_id": "studentUniqueId",
                "first_name": "firstName",
                "last_name": "lastSurname",
                "birth_date": "birthDate",
                "sex": "birthSexDescriptor",
            },
            is_required=True,
        ),
        Resource(
            "studentEducationOrganizationAssociations",
            ("students",),
            _DEMOGRAPHICS,
            lists=_CHARACTERISTICS,
        ),
        Resource("studentDemographics", ("students",), _DEMOGRAPHICS, lists=_CHARACTERISTICS, standards=SIX),
        Resource(
            "studentSchoolAssociations",
            ("enrollments",),
            {
                **_STUDENT,
                **_SCHOOL,
                **_YEAR,
                "calendar_code": "calendarReference.calendarCode",
                "grade_level": "entryGradeLevelDescriptor",
                "entry_date": "entryDate",
                "exit_date": "exitWithdrawDate",
                "exit_reason": "exitWithdrawTypeDescriptor",
                "is_primary": "primarySchool",
            },
            is_required=True,
        ),
        Resource(
            "studentSchoolAttendanceEvents",
            ("attendance_events", "attendance_codes"),
            {
                **_STUDENT,
                **_SCHOOL,
                "event_date": "eventDate",
                "category": "attendanceEventCategoryDescriptor",
                "reason": "attendanceEventReason",
                "duration": "eventDuration",
                "session_id": "sessionReference.sessionName",
                "school_year": "sessionReference.schoolYear",
            },
        ),
        Resource(
            "sectionAttendanceTakenEvents",
            ("attendance_submissions",),
            {"school_id": "calendarDateReference.schoolId", "submission_date": "calendarDateReference.date"},
        ),
        Resource(
            "courses",
            ("courses",),
            {
                "course_id": "courseCode",
                "course_title": "courseTitle",
                "subjects": "academicSubjects[].academicSubjectDescriptor|academicSubjectDescriptor",
                "grades": "offeredGradeLevels[].gradeLevelDescriptor",
            },
        ),
        Resource(
            "courseOfferings",
            ("sections",),
            {
                "local_course_code": "localCourseCode",
                "school_id": "schoolReference.schoolId|sessionReference.schoolId",
                "school_year": "sessionReference.schoolYear",
                "session_id": "sessionReference.sessionName",
                "course_id": "courseReference.courseCode",
            },
        ),
        Resource(
            "sections",
            ("sections",),
            {
                "section_id": "sectionIdentifier",
                "local_course_code": "courseOfferingReference.localCourseCode",
                "school_id": "courseOfferingReference.schoolId",
                "school_year": "courseOfferingReference.schoolYear",
                "session_id": "courseOfferingReference.sessionName",
            },
        ),
        Resource("studentSectionAssociations", ("section_enrollments",), {**_STUDENT, **_SECTION, **_DATES}),
        Resource(
            "staffSectionAssociations",
            ("section_educators",),
            {**_STAFF, **_SECTION, "role": "classroomPositionDescriptor"},
        ),
        *(
            Resource(
                name,
                ("program_participation", "students"),
                _PROGRAM,
                standards=SIX if name == "studentSection504ProgramAssociations" else ALL,
            )
            for name in PROGRAM_RESOURCES
        ),
        Resource(
            "staffs",
            ("educators", "certifications"),
            {
                "educator_id": "staffUniqueId",
                "first_name": "firstName",
                "last_name": "lastSurname",
                "birth_date": "birthDate",
                "emails": "electronicMails[].electronicMailAddress",
            },
            lists={"credentials": (KEYS, "credentials")},
        ),
        Resource(
            "staffDirectories",
            ("educators",),
            {**_STAFF, "emails": "electronicMails[].electronicMailAddress"},
            standards=SIX,
        ),
        Resource(
            "staffEducationOrganizationEmploymentAssociations",
            ("educators",),
            {**_STAFF, "hire_date": "hireDate", "end_date": "endDate"},
        ),
        Resource(
            "staffEducationOrganizationAssignmentAssociations",
            ("staff_assignments",),
            {
                **_STAFF,
                **_DATES,
                "school_id": "educationOrganizationReference.educationOrganizationId",
                "position": "staffClassificationDescriptor",
                "fte": "fullTimeEquivalency",
            },
        ),
        Resource(
            "staffSchoolAssociations",
            ("staff_assignments",),
            {**_STAFF, **_SCHOOL, "program": "programAssignmentDescriptor"},
        ),
        Resource(
            "credentials",
            ("certifications",),
            {
                "credential": "credentialIdentifier",
                "state": "stateOfIssueStateAbbreviationDescriptor",
                "certification_type": "teachingCredentialDescriptor",
                "subjects": "academicSubjects[].academicSubjectDescriptor",
                "grades": "gradeLevels[].gradeLevelDescriptor",
                "issue_date": "issuanceDate",
                "expiration_date": "expirationDate",
                "status": "credentialStatusDescriptor|_ext.tpdm.credentialStatusDescriptor|_ext.TPDM.credentialStatusDescriptor",
            },
        ),
        Resource(
            "assessments",
            ("assessment_results",),
            {
                "assessment": "assessmentIdentifier",
                "namespace": "namespace",
                "title": "assessmentTitle",
                "family": "assessmentFamily",
                "subjects": "academicSubjects[].academicSubjectDescriptor",
            },
        ),
        Resource(
            "studentAssessments",
            ("assessment_results",),
            {
                **_STUDENT,
                **_YEAR,
                "assessment": "assessmentReference.assessmentIdentifier",
                "namespace": "assessmentReference.namespace",
                "test_date": "administrationDate",
                "administration": "period.assessmentPeriodDescriptor",
                "grade_level": "whenAssessedGradeLevelDescriptor",
                "school_id": "reportedSchoolReference.schoolId|reportedSchoolIdentifier",
                "levels": "performanceLevels[].performanceLevelDescriptor",
            },
            lists={"scores": (SCORES, "scoreResults")},
        ),
    )
}

GIVEN_BY_EDFI = frozenset(extract for resource in RESOURCES.values() for extract in resource.feeds)
"""Extracts that an Ed-Fi API can say."""


def resources_of(data_standard: int) -> list[Resource]:
    """The resources of a data standard, in the order in which they are pulled."""
    return [resource for resource in RESOURCES.values() if data_standard in resource.standards]
