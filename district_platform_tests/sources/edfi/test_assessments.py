"""Results: subject, score and name by choice, seasons, schools, and dates that are none."""

import pytest

from district_platform.sources.edfi import assessments
from district_platform_tests.sources.edfi.made import d, school, stay, student

METHOD = "AssessmentReportingMethod"


def assessment(*subjects: str, **fields):
    listed = [{"academicSubjectDescriptor": d("AcademicSubject", subject)} for subject in subjects]
    return {
        "assessmentIdentifier": "A1",
        "namespace": "uri://x",
        "assessmentTitle": "Title",
        "academicSubjects": listed,
        **fields,
    }


def scores(**results: str):
    return [
        {"assessmentReportingMethodDescriptor": d(METHOD, method.replace("_", " ")), "result": result}
        for method, result in results.items()
    ]


def result(date: str = "2025-09-16T09:30:00Z", **fields):
    return {
        **student(),
        "assessmentReference": {"assessmentIdentifier": "A1", "namespace": "uri://x"},
        "reportedSchoolReference": {"schoolId": 1},
        "administrationDate": date,
        "scoreResults": scores(Scale_score="512"),
        **fields,
    }


def made(making, *columns, of=None, choices=None, results=None, stays=()):
    settings = {"assessments": {"A1": choices}} if choices else {}
    pulled = making.one(
        settings,
        assessments=[of or assessment("Mathematics")],
        studentAssessments=results or [result()],
        studentSchoolAssociations=list(stays),
    )
    return making.of_stays(pulled, lambda *about: assessments.assessment_results(assessments.results(*about)), *columns)


def test_a_result_in_full(making):
    full = result(
        schoolYearTypeReference={"schoolYear": 2026},
        period={"assessmentPeriodDescriptor": d("AssessmentPeriod", "BOY")},
        whenAssessedGradeLevelDescriptor=d("GradeLevel", "Third grade"),
        performanceLevels=[{"performanceLevelDescriptor": d("PerformanceLevel", "Proficient")}],
    )
    columns = "school_year student_id school_id grade_level assessment_name subject administration test_date"
    [row] = made(making, *columns.split(" "), "scale_score", "performance_level", "is_proficient", results=[full])
    assert row[:8] == ("2026", "s1", "1", "03", "Title", "Math", "Fall", "2025-09-16")
    assert (float(row[8]), *row[9:]) == (512.0, "3", "true")


@pytest.mark.parametrize(
    ("fields", "choices", "name"),
    [
        ({}, None, "Title"),
        ({"assessmentFamily": "Family"}, None, "Family"),
        ({"assessmentFamily": "Family"}, {"name": "STAAR"}, "STAAR"),
    ],
)
def test_the_name_is_chosen_else_the_family_else_the_title(making, fields, choices, name):
    assert made(making, "assessment_name", of=assessment("Mathematics", **fields), choices=choices) == [(name,)]


def test_of_several_subjects_one_is_chosen(making):
    both = assessment("Reading", "Writing")
    assert made(making, "subject", of=both, choices={"subject": "Reading"}) == [("Reading",)]


def test_of_several_subjects_without_a_choice_there_is_no_row(making):
    assert made(making, "subject", of=assessment("Reading", "Writing")) == []


SCORES = [
    (scores(Scale_score="512", Percentile="60"), 512),
    (scores(Percentile="60"), 60),
    (scores(Percentile="60", Raw_score="31"), None),
    (scores(Scale_score="A+"), None),
    ([], None),
]
CHOSEN = [
    (scores(Percentile="60", Raw_score="31"), 31),
    (scores(Scale_score="512", Raw_score="31"), 31),
    (scores(Percentile="60"), None),
]


@pytest.mark.parametrize(("cases", "choices"), [(SCORES, None), (CHOSEN, {"score": "raw score"})])
def test_the_scale_score_is_the_one_that_is_chosen_or_called_so_or_the_only_one(making, cases, choices):
    results = [result(scoreResults=given, **student(f"s{n}")) for n, (given, _) in enumerate(cases)]
    rows = made(making, "student_id", "scale_score", choices=choices, results=results)
    assert [float(found) if found else None for _, found in rows] == [score for _, score in cases]


LEVELS = [
    (("Advanced",), "4", "true"),
    (("Below Basic",), "1", "false"),
    (("Met Standard",), None, "true"),
    (("State level 7", "Basic"), "2", "false"),
    (("State level 7",), None, None),
]


def test_level_and_proficiency_by_the_first_level_that_has_a_meaning(making):
    results = [
        result(
            performanceLevels=[{"performanceLevelDescriptor": d("PerformanceLevel", c)} for c in codes],
            **student(f"s{n}"),
        )
        for n, (codes, *_) in enumerate(LEVELS)
    ]
    rows = made(making, "student_id", "performance_level", "is_proficient", results=results)
    assert rows == [(f"s{n}", *told) for n, (_, *told) in enumerate(LEVELS)]


DATES = [
    ("2025-08-01", "Fall", "2026"),
    ("2025-12-01", "Winter", "2026"),
    ("2026-03-01", "Spring", "2026"),
    ("2026-07-01", "Spring", "2027"),
]


def test_without_a_season_it_is_that_of_the_date(making):
    rows = made(making, "test_date", "administration", "school_year", results=[result(date) for date, *_ in DATES])
    assert rows == DATES


def test_a_date_that_is_none_is_told_as_it_was_sent(making):
    assert made(making, "test_date", results=[result("09/16/2025")]) == [("09/16/2025",)]


def test_without_a_school_it_is_that_of_the_enrollment_on_the_day_the_primary_one_first(making):
    stays = [
        stay("2025-08-20", "2025-09-01", **school(3)),
        stay("2025-08-20", **school(5), primarySchool=False),
        stay("2025-09-10", **school(4)),
    ]
    unplaced = {name: value for name, value in result().items() if name != "reportedSchoolReference"}
    assert made(making, "school_id", results=[unplaced], stays=stays) == [("4",)]
