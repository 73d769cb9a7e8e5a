from district_platform.quality.enrollment import (
    date_outside_calendar,
    enrolled_without_student,
    enrollment_without_calendar,
    exit_before_entry,
    gap_between_enrollments,
    grade_and_age_do_not_fit,
    grade_not_offered,
    overlapping_primary_enrollments,
)
from district_platform_tests.quality.tables import found, table


def primary(*rows: tuple):
    columns = "enrollment_id student_id school_year school_id entry_date exit_date is_primary"
    return table("stg_enrollments", columns, rows)


def overlaps(*rows: tuple) -> dict[str, str]:
    return found(overlapping_primary_enrollments, primary(*rows))


def test_overlap_at_two_schools_is_a_pair_with_its_ids_sorted():
    assert overlaps(
        ("N2", "T1", 2026, "S1", "2025-08-18", "2025-11-07", True),
        ("N1", "T1", 2026, "S2", "2025-11-03", None, True),
    ) == {"N1|N2": "both hold 2025-11-03 to 2025-11-07"}


def test_overlap_at_one_school_is_found_too():
    assert overlaps(
        ("N1", "T1", 2026, "S1", "2025-08-18", None, True),
        ("N2", "T1", 2026, "S1", "2025-08-18", None, True),
    )


def test_touching_on_one_day_is_no_overlap():
    assert not overlaps(
        ("N1", "T1", 2026, "S1", "2025-08-18", "2025-11-03", True),
        ("N2", "T1", 2026, "S2", "2025-11-03", None, True),
    )


def test_no_shows_other_students_other_years_and_secondary_enrollments_do_not_overlap():
    assert not overlaps(
        ("N1", "T1", 2026, "S1", "2025-08-18", None, True),
        ("N2", "T1", 2026, "S2", "2025-09-01", "2025-08-31", True),
        ("N3", "T2", 2026, "S1", "2025-08-18", None, True),
        ("N4", "T1", 2025, "S1", "2024-08-18", None, True),
        ("N5", "T1", 2026, "S3", "2025-08-18", None, False),
        ("N6", "T1", 2026, "S3", "2025-08-18", None, None),
    )


def test_three_enrollments_that_overlap_are_three_pairs():
    rows = [(f"N{n}", "T1", 2026, f"S{n}", "2025-08-18", None, True) for n in (1, 2, 3)]
    assert overlaps(*rows).keys() == {"N1|N2", "N1|N3", "N2|N3"}


def test_exit_two_days_before_entry_is_found_and_a_no_show_is_not():
    rows = [
        ("N1", "2025-09-10", "2025-09-08"),
        ("N2", "2025-09-10", "2025-09-09"),
        ("N3", "2025-09-10", "2025-09-10"),
        ("N4", "2025-09-10", None),
    ]
    enrollments = table("stg_enrollments", "enrollment_id entry_date exit_date", rows)
    assert found(exit_before_entry, enrollments) == {"N1": "entry 2025-09-10, exit 2025-09-08"}


def calendar(*days: tuple):
    rows = [("S1", "C1", 2026, *day) for day in days]
    return table("stg_calendar_dates", "school_id calendar_code school_year calendar_date is_school_day", rows)


def test_entry_and_exit_outside_the_calendar_are_found_but_not_the_exit_of_a_no_show():
    columns = "enrollment_id school_id calendar_code school_year entry_date exit_date"
    rows = [
        ("N1", "S1", "C1", 2026, "2025-08-18", None),
        ("N2", "S1", "C1", 2026, "2025-08-17", None),
        ("N3", "S1", "C1", 2026, "2025-08-18", "2026-06-11"),
        ("N4", "S1", "C1", 2026, "2025-08-18", "2026-06-10"),
        ("N5", "S1", "C1", 2026, "2025-08-18", "2025-08-17"),
        ("N6", "S1", "C1", 2026, None, "2062-06-10"),
        ("N7", "S1", "C2", 2026, "2025-07-02", None),
    ]
    outside = found(
        date_outside_calendar,
        table("stg_enrollments", columns, rows),
        calendar(("2025-08-18", False), ("2026-06-10", True)),
    )
    assert outside.keys() == {"N2", "N3", "N6"}
    assert outside["N2"] == "entry 2025-08-17, exit missing, calendar 2025-08-18 to 2026-06-10"


def test_without_a_calendar_the_months_of_the_school_year_decide():
    columns = "enrollment_id school_year school_id calendar_code entry_date exit_date"
    rows = [
        ("N1", 2026, "S1", None, "2025-07-01", "2026-08-31"),
        ("N2", 2026, "S1", None, "2023-08-28", None),
        ("N3", 2026, "S1", "A", "2025-08-18", "2027-01-15"),
        ("N4", 2026, "S1", None, None, None),
        ("N5", None, "S1", None, "2023-08-28", None),
    ]
    assert found(date_outside_calendar, table("stg_enrollments", columns, rows), calendar()) == {
        "N2": "entry 2023-08-28, exit missing, school year 2025-07-01 to 2026-08-31",
        "N3": "entry 2025-08-18, exit 2027-01-15, school year 2025-07-01 to 2026-08-31",
    }


def test_age_on_1_september_must_fit_the_grade():
    born = {
        "T1": ("KG", "2018-09-01"),  # 7 on the day
        "T2": ("KG", "2017-09-01"),  # 8
        "T3": ("KG", "2021-09-01"),  # 4 on the day
        "T4": ("KG", "2021-09-02"),  # 3
        "T5": ("08", "2009-09-01"),  # 16
        "T6": ("08", "2008-09-01"),  # 17
        "T7": ("12", "2004-09-01"),  # 21
        "T8": ("12", "2003-12-31"),  # 21
        "T9": ("12", "2003-09-01"),  # 22
        "T10": ("PK", "1990-01-01"),
        "T11": (None, "1990-01-01"),
        "T12": ("05", None),
    }
    enrollments = [(f"N{id_}", 2026, id_, grade) for id_, (grade, _) in born.items()]
    students = [(2026, id_, birth_date) for id_, (_, birth_date) in born.items()]
    unfit = found(
        grade_and_age_do_not_fit,
        table("stg_enrollments", "enrollment_id school_year student_id grade_level", enrollments),
        table("stg_students", "school_year student_id birth_date", students),
    )
    assert unfit == {
        "NT2": "grade KG, age 8 on 1 September",
        "NT4": "grade KG, age 3 on 1 September",
        "NT6": "grade 08, age 17 on 1 September",
        "NT9": "grade 12, age 22 on 1 September",
    }


def test_grade_outside_those_of_the_school_is_found():
    enrollments = [("N1", "S1", "KG"), ("N2", "S1", "05"), ("N3", "S1", "06"), ("N4", "S1", "PK"), ("N5", "S2", "12")]
    not_offered = found(
        grade_not_offered,
        table("stg_enrollments", "enrollment_id school_id grade_level", enrollments),
        table("stg_schools", "school_id low_grade high_grade", [("S1", "KG", "05"), ("S2", None, None)]),
    )
    assert not_offered == {
        "N3": "grade 06, the school offers KG to 05",
        "N4": "grade PK, the school offers KG to 05",
    }


def test_student_of_another_year_is_not_among_the_years_students():
    unknown = found(
        enrolled_without_student,
        table("stg_enrollments", "enrollment_id school_year student_id", [("N1", 2026, "T1"), ("N2", 2026, "T2")]),
        table("stg_students", "school_year student_id", [(2026, "T1"), (2025, "T2")]),
    )
    assert unknown == {"N2": "student T2 is not among the students of 2026"}


def test_enrollment_whose_calendar_has_no_date_in_the_year_is_found():
    rows = [("N1", "S1", "C1", 2026), ("N2", "S1", "C1", 2025), ("N3", "S1", None, 2026), ("N4", "S1", None, 2025)]
    enrollments = table("stg_enrollments", "enrollment_id school_id calendar_code school_year", rows)
    without = found(enrollment_without_calendar, enrollments, calendar(("2025-08-18", True)))
    assert without.keys() == {"N2", "N4"}


def test_enrollment_without_a_code_at_a_school_with_two_calendars_is_found():
    enrollments = table(
        "stg_enrollments",
        "enrollment_id school_id calendar_code school_year",
        [("N1", "S1", None, 2026), ("N2", "S1", "B", 2026)],
    )
    dates = [("S1", code, 2026, "2025-08-18", True) for code in "AB"]
    two = table("stg_calendar_dates", "school_id calendar_code school_year calendar_date is_school_day", dates)
    assert found(enrollment_without_calendar, enrollments, two).keys() == {"N1"}


def gaps(*rows: tuple) -> dict[str, str]:
    columns = "enrollment_id student_id school_year school_id calendar_code entry_date exit_date"
    enrollments = [(id_, "T1", 2026, "S1", "C1", *dates) for id_, *dates in rows]
    days = [(f"2025-09-{day:02}", day not in (6, 7)) for day in range(1, 31)]
    return found(gap_between_enrollments, table("stg_enrollments", columns, enrollments), calendar(*days))


def test_instructional_days_between_exit_and_next_entry_are_a_gap():
    assert gaps(("N1", "2025-09-01", "2025-09-04"), ("N2", "2025-09-08", None)) == {
        "N1": "exit 2025-09-04, next entry 2025-09-08: 1 instructional days"
    }


def test_weekend_between_exit_and_next_entry_is_no_gap():
    assert not gaps(("N1", "2025-09-01", "2025-09-05"), ("N2", "2025-09-08", None))


def test_student_who_does_not_return_or_is_enrolled_beside_has_no_gap():
    assert not gaps(("N1", "2025-09-01", "2025-09-04"))
    assert not gaps(
        ("N1", "2025-09-01", "2025-09-04"), ("N2", "2025-09-01", "2025-09-12"), ("N3", "2025-09-15", None)
    ).keys() - {"N2"}


def test_no_show_neither_leaves_nor_closes_a_gap():
    rows = [("N1", "2025-09-01", "2025-09-04"), ("N2", "2025-09-05", "2025-09-04"), ("N3", "2025-09-15", None)]
    assert gaps(*rows).keys() == {"N1"}
