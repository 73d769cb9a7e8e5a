"""Educators, certifications by data standard, and assignments with their FTE."""

import pytest

from district_platform.sources.edfi import staff
from district_platform_tests.sources.edfi.made import d, school

E1 = {"staffReference": {"staffUniqueId": "e1"}}
PERSON = {"staffUniqueId": "e1", "firstName": "Eve", "lastSurname": "Moss", "birthDate": "1980-01-02"}
MAIL = [{"electronicMailAddress": "eve@district.example"}]
EMPLOYED = "staffEducationOrganizationEmploymentAssociations"
ASSIGNED = "staffEducationOrganizationAssignmentAssociations"


@pytest.mark.parametrize(
    "resources",
    [
        {"staffs": [{**PERSON, "electronicMails": MAIL}]},
        {"staffs": [PERSON], "staffDirectories": [{**E1, "electronicMails": MAIL}]},
    ],
    ids=["data standard 5", "data standard 6"],
)
def test_an_educator_has_an_address_where_the_data_standard_puts_it(making, resources):
    columns = ("educator_id", "first_name", "last_name", "birth_date", "email")
    rows = making.rows(staff.educators(making.one(**resources)), *columns)
    assert rows == [("e1", "Eve", "Moss", "1980-01-02", "eve@district.example")]


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ([("2019-08-01", None)], ("2019-08-01", None)),
        ([("2019-08-01", "2024-06-30")], ("2019-08-01", "2024-06-30")),
        ([("2019-08-01", "2024-06-30"), ("2024-08-01", None)], ("2019-08-01", None)),
        ([("2019-08-01", "2021-06-30"), ("2022-08-01", "2024-06-30")], ("2019-08-01", "2024-06-30")),
        ([], (None, None)),
    ],
)
def test_the_first_hire_counts_and_one_employment_that_goes_on(making, periods, expected):
    rows = [{**E1, "hireDate": hired} | ({"endDate": end} if end else {}) for hired, end in periods]
    pulled = making.one(staffs=[PERSON], **{EMPLOYED: rows})
    assert making.rows(staff.educators(pulled), "hire_date", "termination_date") == [expected]


def credential(*subjects: str, **fields):
    return {
        "credentialIdentifier": "C1",
        "stateOfIssueStateAbbreviationDescriptor": d("StateAbbreviation", "WA"),
        "teachingCredentialDescriptor": d("TeachingCredential", "Standard"),
        "academicSubjects": [{"academicSubjectDescriptor": d("AcademicSubject", subject)} for subject in subjects],
        "gradeLevels": [{"gradeLevelDescriptor": d("GradeLevel", grade)} for grade in ("Ninth grade", "Twelfth grade")],
        "issuanceDate": "2020-07-01",
        "expirationDate": "2026-06-30",
        **fields,
    }


HOLDER = {
    **PERSON,
    "credentials": [
        {
            "credentialReference": {
                "credentialIdentifier": "C1",
                "stateOfIssueStateAbbreviationDescriptor": d("StateAbbreviation", "WA"),
            }
        }
    ],
}
STATUS = d("CredentialStatus", "Active")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"credentialStatusDescriptor": STATUS}, "Active"),
        ({"_ext": {"tpdm": {"credentialStatusDescriptor": STATUS}}}, "Active"),
        ({}, None),
    ],
    ids=["data standard 6", "TPDM extension", "before"],
)
def test_the_status_of_a_certification_by_data_standard(making, fields, status):
    pulled = making.one(staffs=[HOLDER], credentials=[credential("Mathematics", **fields)])
    columns = "certification_id educator_id certification_type subject grade_band status issue_date expiration_date"
    assert making.rows(staff.certifications(pulled), *columns.split(" ")) == [
        ("C1/WA", "e1", "Standard", "Math", "09-12", status, "2020-07-01", "2026-06-30")
    ]


def test_a_certification_of_several_subjects_is_a_row_for_each(making):
    pulled = making.one(staffs=[HOLDER], credentials=[credential("Mathematics", "Science")])
    rows = making.rows(staff.certifications(pulled), "certification_id", "subject")
    assert rows == [("C1/WA/Mathematics", "Math"), ("C1/WA/Science", "Science")]


def test_a_certification_without_a_subject_is_one_row(making):
    pulled = making.one(staffs=[HOLDER], credentials=[credential()])
    assert making.rows(staff.certifications(pulled), "certification_id", "subject") == [("C1/WA", None)]


def test_a_credential_that_nobody_holds_is_none(making):
    assert making.rows(staff.certifications(making.one(staffs=[PERSON], credentials=[credential()])), "subject") == []


def assigned(begin: str, end: str | None = None, school_id: int = 1, fte: float = 0.5, position: str = "Teacher"):
    return {
        **E1,
        "educationOrganizationReference": {"educationOrganizationId": school_id},
        "staffClassificationDescriptor": d("StaffClassification", position),
        "fullTimeEquivalency": fte,
        "beginDate": begin,
    } | ({"endDate": end} if end else {})


def programs(*names: str, school_id: int = 1):
    return [{**E1, **school(school_id), "programAssignmentDescriptor": d("ProgramAssignment", name)} for name in names]


def test_fte_stands_with_each_assignment(making):
    rows = [
        assigned("2025-08-01"),
        assigned("2025-08-01", school_id=2, fte=0.25),
        assigned("2025-08-01", position="Coach", fte=0.1),
    ]
    pulled = making.one(**{ASSIGNED: rows})
    assert making.rows(staff.staff_assignments(pulled), "educator_id", "school_id", "position", "fte") == [
        ("e1", "1", "Coach", "0.1"),
        ("e1", "1", "Teacher", "0.5"),
        ("e1", "2", "Teacher", "0.25"),
    ]


@pytest.mark.parametrize(
    ("at_school", "program"),
    [
        (programs("Special Education"), "Special Education"),
        (programs("A", "B"), None),
        (programs("A", school_id=2), None),
    ],
)
def test_the_program_is_that_of_the_educator_at_the_school_where_there_is_one_alone(making, at_school, program):
    pulled = making.one(staffSchoolAssociations=at_school, **{ASSIGNED: [assigned("2025-08-01")]})
    assert making.rows(staff.staff_assignments(pulled), "program") == [(program,)]


@pytest.mark.parametrize(
    ("ods", "years"),
    [
        ({2026: [assigned("2019-08-01")]}, ["2026"]),
        ({None: [assigned("2024-08-01", "2025-06-05")]}, ["2025"]),
        ({None: [assigned("2019-08-01"), assigned("2025-08-01", position="Coach")]}, ["2026", "2026"]),
        ({2025: [assigned("2024-08-01")], 2026: [assigned("2024-08-01")]}, ["2026"]),
    ],
)
def test_the_year_of_an_assignment(making, ods, years):
    """That of its ODS; in an ODS for all years that of its end, or the latest where it goes on. One that rolls over is told once."""
    pulled = making.pulled({year: {ASSIGNED: rows} for year, rows in ods.items()})
    assert [year for (year,) in making.rows(staff.staff_assignments(pulled), "school_year")] == years
