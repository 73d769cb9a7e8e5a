"""Students: demographics of district and school, races, and flags from programs, characteristics and demographics."""

import pytest

from district_platform.sources.edfi import students
from district_platform_tests.sources.edfi.made import d, school, stay, student, year

SEOA = "studentEducationOrganizationAssociations"
FLAGS = ("is_economically_disadvantaged", "is_english_learner", "has_disability", "is_homeless")
PEOPLE = [
    {"studentUniqueId": f"s{n}", "firstName": "Ann", "lastSurname": "Lee", "birthDate": "2017-01-02"} for n in (1, 2)
]
SCHOOLS = [{"schoolId": 1, "nameOfInstitution": "Oak"}]
LAST, THIS = stay("2024-08-20", "2025-06-05", **year(2025)), stay()


def said(organization: int = 900, unique_id: str = "s1", **fields):
    """A row of demographics."""
    return {**student(unique_id), "educationOrganizationReference": {"educationOrganizationId": organization}, **fields}


def characteristic(code: str, *periods: tuple[str, str | None]):
    spans = [{"beginDate": b} | ({"endDate": e} if e else {}) for b, e in periods]
    return {"studentCharacteristicDescriptor": d("StudentCharacteristic", code), "periods": spans}


def races(*codes: str):
    return [{"raceDescriptor": d("Race", code)} for code in codes]


def made(making, *columns, stays=(THIS,), **resources):
    pulled = making.one(schools=SCHOOLS, students=PEOPLE, studentSchoolAssociations=list(stays), **resources)
    return making.of_stays(pulled, students.students, *columns)


def test_a_student_in_each_year_of_enrollment(making):
    columns = ("school_year", "student_id", "first_name", "last_name", "birth_date")
    assert made(making, *columns, stays=(LAST, THIS)) == [
        ("2025", "s1", "Ann", "Lee", "2017-01-02"),
        ("2026", "s1", "Ann", "Lee", "2017-01-02"),
    ]


def test_the_districts_word_goes_before_the_schools_and_flags_hold_if_either_says_so(making):
    of_school = said(
        1, sexDescriptor=d("Sex", "Male"), races=races("Asian"), studentCharacteristics=[characteristic("Homeless")]
    )
    of_district = said(sexDescriptor=d("Sex", "Female"), races=races("White"))
    rows = made(making, "sex", "race_ethnicity", "is_homeless", **{SEOA: [of_school, of_district]})
    assert rows == [("F", "White", "true")]


RACES = [
    ({"races": races("White")}, "White"),
    ({"races": races("White", "Asian")}, "Two or More Races"),
    ({"races": races("White", "Asian"), "hispanicLatinoEthnicity": True}, "Hispanic or Latino"),
    ({"races": [], "hispanicLatinoEthnicity": True}, "Hispanic or Latino"),
    ({"races": races("White", "Choose Not to Respond")}, "White"),
    ({"races": races("Choose Not to Respond")}, None),
    ({"races": races("Martian")}, "Martian"),
    ({}, None),
]


def test_races_roll_up_to_the_federal_categories(making):
    """A student for each."""
    stays = [{**THIS, **student(f"r{n}")} for n, _ in enumerate(RACES)]
    rows = [said(unique_id=f"r{n}", **fields) for n, (fields, _) in enumerate(RACES)]
    found = made(making, "student_id", "race_ethnicity", stays=stays, **{SEOA: rows})
    assert found == [(f"r{n}", expected) for n, (_, expected) in enumerate(RACES)]


@pytest.mark.parametrize(
    ("resource", "fields", "flag"),
    [
        (SEOA, {"studentCharacteristics": [characteristic("Economic Disadvantaged")]}, 0),
        (
            "studentDemographics",
            {"economicDisadvantageDescriptor": d("EconomicDisadvantage", "Eligible For Free Meals")},
            0,
        ),
        (SEOA, {"limitedEnglishProficiencyDescriptor": d("LimitedEnglishProficiency", "Limited")}, 1),
        (SEOA, {"disabilities": [{"disabilityDescriptor": d("Disability", "Hearing Impairment")}]}, 2),
        (SEOA, {"studentCharacteristics": [characteristic("Homeless")]}, 3),
    ],
)
def test_what_demographics_say(making, resource, fields, flag):
    """The other student has demographics that say nothing of it; of the other flags nobody says anything."""
    both = {resource: [said(**fields), said(unique_id="s2")]}
    rows = made(making, "student_id", *FLAGS, stays=(THIS, {**THIS, **student("s2")}), **both)
    assert [row[flag + 1] for row in rows] == ["true", "false"]
    assert {value for row in rows for n, value in enumerate(row[1:]) if n != flag} == {None}


def by_student(rows):
    """The rows in the order of their first column, without it."""
    return [tuple(rest) for _, *rest in sorted(rows)]


PROGRAMS = [
    ("studentSpecialEducationProgramAssociations", {}, "has_disability"),
    ("studentHomelessProgramAssociations", {}, "is_homeless"),
    ("studentLanguageInstructionProgramAssociations", {}, "is_english_learner"),
    ("studentProgramAssociations", {"programTypeDescriptor": d("ProgramType", "Special Education")}, "has_disability"),
    ("studentTitleIPartAProgramAssociations", {}, None),
    ("studentSection504ProgramAssociations", {}, None),
]


def test_what_a_program_says(making):
    """A student in each; nobody has demographics that could say no."""
    resources = {
        name: [{**student(f"p{n}"), "programReference": {"programName": "P", **fields}, "beginDate": "2025-09-01"}]
        for n, (name, fields, _) in enumerate(PROGRAMS)
    }
    stays = [{**THIS, **student(f"p{n}")} for n, _ in enumerate(PROGRAMS)]
    for row, (name, _, flag) in zip(
        by_student(made(making, "student_id", *FLAGS, stays=stays, **resources)), PROGRAMS, strict=True
    ):
        expected = ["true" if each == flag else None for each in FLAGS]
        assert list(row) == expected, name


def test_free_and_reduced_meals_say_economic_disadvantage_and_full_price_does_not(making):
    def served(unique_id, code):
        service = {"schoolFoodServiceProgramServiceDescriptor": d("SchoolFoodServiceProgramService", code)}
        program = {"programReference": {"programName": "Meals"}, "beginDate": "2025-09-01"}
        return {**student(unique_id), **program, "schoolFoodServiceProgramServices": [service]}

    meals = [served("s1", "Free Lunch"), served("s2", "Full Price Lunch")]
    demographics = {SEOA: [said(), said(unique_id="s2")]}
    stays = (THIS, {**THIS, **student("s2")})
    rows = made(making, FLAGS[0], stays=stays, studentSchoolFoodServiceProgramAssociations=meals, **demographics)
    assert rows == [("false",), ("true",)]


def test_demographics_hold_for_the_latest_year_of_their_ods_alone(making):
    limited = said(
        limitedEnglishProficiencyDescriptor=d("LimitedEnglishProficiency", "Limited"), sexDescriptor=d("Sex", "Female")
    )
    rows = made(making, "school_year", "sex", "is_english_learner", stays=(LAST, THIS), **{SEOA: [limited]})
    assert rows == [("2025", "F", None), ("2026", "F", "true")]


def test_an_ods_a_year_tells_each_year(making):
    def ods(spring, code, record):
        limited = said(limitedEnglishProficiencyDescriptor=d("LimitedEnglishProficiency", code))
        return {"students": PEOPLE, "studentSchoolAssociations": [record], SEOA: [limited]}

    pulled = making.pulled({2025: ods(2025, "Limited", LAST), 2026: ods(2026, "NotLimited", THIS)})
    assert making.of_stays(pulled, students.students, "school_year", "is_english_learner") == [
        ("2025", "true"),
        ("2026", "false"),
    ]


PERIODS = [
    ([("2024-09-01", "2025-03-01")], ["2025"]),
    ([("2024-09-01", None)], ["2025", "2026"]),
    ([("2025-07-01", None)], ["2026"]),
    ([("2023-09-01", "2024-06-30")], []),
    ([("2023-09-01", "2024-06-30"), ("2026-01-01", None)], ["2026"]),
    ([], ["2026"]),
]


def test_a_characteristic_counts_in_the_years_that_its_periods_touch(making):
    """A student for each, enrolled in both years."""
    stays = [{**stay, **student(f"p{n}")} for n, _ in enumerate(PERIODS) for stay in (LAST, THIS)]
    rows = [
        said(unique_id=f"p{n}", studentCharacteristics=[characteristic("Homeless", *periods)])
        for n, (periods, _) in enumerate(PERIODS)
    ]
    found = made(making, "student_id", "school_year", "is_homeless", stays=stays, **{SEOA: rows})
    held = [[year for who, year, flag in found if who == f"p{n}" and flag == "true"] for n, _ in enumerate(PERIODS)]
    assert held == [years for _, years in PERIODS]


def test_monitored_students_have_no_default_and_a_line_decides(making):
    making.lines("LimitedEnglishProficiency", "code,value\nlimited monitored 1,true\n")
    codes = {"m1": "Limited Monitored 1", "m2": "Limited Monitored 2"}
    rows = [
        said(unique_id=who, limitedEnglishProficiencyDescriptor=d("LimitedEnglishProficiency", code))
        for who, code in codes.items()
    ]
    stays = [{**THIS, **student(who)} for who in codes]
    found = dict(made(making, "student_id", "is_english_learner", stays=stays, **{SEOA: rows}))
    assert found == {"m1": "true", "m2": "false"}, "the other is not said to be one, in a year in which one is"


def test_programs_of_all_kinds_are_participation(making):
    def joined(name, begin, end=None):
        return {**student(), "programReference": {"programName": name}, "beginDate": begin} | (
            {"endDate": end} if end else {}
        )

    pulled = making.one(
        studentProgramAssociations=[joined("Tutoring", "2025-09-01", "2025-12-01")],
        studentCTEProgramAssociations=[joined("Welding", "2024-09-01")],
    )
    columns = ("school_year", "student_id", "program", "begin_date", "end_date")
    assert making.rows(students.program_participation(pulled), *columns) == [
        ("2025", "s1", "Welding", "2024-09-01", None),
        ("2026", "s1", "Tutoring", "2025-09-01", "2025-12-01"),
    ]


def test_school_ids_in_demographics_are_schools_only_where_they_are(making):
    """An organization that is no school is the district, or another above it."""
    rows = [said(77, sexDescriptor=d("Sex", "Female")), said(1, sexDescriptor=d("Sex", "Male"))]
    assert made(making, "sex", stays=({**THIS, **school(1)},), **{SEOA: rows}) == [("F",)]
