from district_platform.dimensions.timekeeping import dim_employee
from district_platform_tests.quality.tables import table


def educators(*numbers: str, crosswalk: tuple[tuple[str, str], ...] = ()) -> dict[str, str | None]:
    """The educator of each employee, where T1 and T2 are educators."""
    employees = table("stg_timekeeping_employee", "person_number", [(number,) for number in numbers])
    lines = table("employee_crosswalk", "person_number educator_id", crosswalk)
    known = table("dim_educator", "k_educator", [("T1",), ("T2",)])
    rows = dim_employee(employees, lines, known).to_pyarrow().to_pylist()
    return {row["k_employee"]: row["k_educator"] for row in rows}


def test_employee_is_the_educator_of_the_same_number_or_nobody() -> None:
    assert educators("T1", "9000001") == {"T1": "T1", "9000001": None}


def test_further_employment_is_the_same_persons() -> None:
    assert educators("T1", "T1-2", "T1-2-3") == {"T1": "T1", "T1-2": "T1", "T1-2-3": None}


def test_crosswalk_goes_before_the_number() -> None:
    lines = (("T1", "T2"), ("P5", "T1"), ("P6", "T9"))
    assert educators("T1", "P5", "P6", crosswalk=lines) == {"T1": "T2", "P5": "T1", "P6": None}
