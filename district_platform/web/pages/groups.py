"""Groups of students as a row of a table names them, in their order."""

from collections.abc import Mapping
from typing import Any

from district_platform.dictionary.students import NOT_REPORTED
from district_platform.dimensions.students import ALL_STUDENTS, GRADE, SUBGROUPS
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.gaps import group_name


def label(dimension: str, value: str) -> str:
    """'English learners', 'Grade 3', 'Sex not reported'."""
    if dimension == ALL_STUDENTS:
        return ALL_STUDENTS
    if value == NOT_REPORTED:
        return f"{dimension} not reported"
    return w.sentence_case(w.grade(value) if dimension == GRADE else group_name(dimension, value))


def order(row: Mapping[str, Any]) -> tuple[int, int]:
    """By dimension, then by value, as the dictionary lists them."""
    dimension, value = str(row["subgroup_dimension"]), str(row["subgroup_value"])
    return list(SUBGROUPS).index(dimension), SUBGROUPS[dimension].index(value)
