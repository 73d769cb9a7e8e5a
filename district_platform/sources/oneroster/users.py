"""People: users.csv (with roles.csv in 1.2) and demographics.csv become students and educators.

Where a student is enrolled, and when, stands in `enrollments`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from district_platform.sources.oneroster import vocabulary
from district_platform.sources.oneroster.package import Tables
from district_platform.sources.oneroster.reading import Row
from district_platform.sources.oneroster.writing import Record


@dataclass(frozen=True)
class SchoolRole:
    """A student's role at a school, as stated; dates are known in 1.2 only.

    `standing` is 0 at the user's primaryOrgSourcedId, 1 for a role of type primary, else 2. `position` is the org's
    place in 1.1's list, to which the specification gives no meaning: it only settles ties.
    """

    student: str
    school: str
    standing: int
    position: int = 0
    begin: str = ""
    end: str = ""


def school_roles(tables: Tables, schools: set[str]) -> list[SchoolRole]:
    """Students' roles at schools: from roles.csv where supplied (1.2), else from orgSourcedIds of users.csv (1.1)."""
    primary_orgs = {row["sourcedId"]: row["primaryOrgSourcedId"] for row in tables["users"].rows}
    users = tables["users"].rows
    stated = _roles_12(tables["roles"].rows, primary_orgs) if "roles" in tables else _roles_11(users)
    return [role for role in stated if role.school in schools]


def _roles_12(roles: Iterable[Row], primary_orgs: dict[str, str]) -> list[SchoolRole]:
    return [
        SchoolRole(
            student=row["userSourcedId"],
            school=row["orgSourcedId"],
            standing=_standing(row, primary_orgs[row["userSourcedId"]]),
            begin=row["beginDate"],
            end=row["endDate"],
        )
        for row in roles
        if row["role"] == vocabulary.STUDENT
    ]


def _standing(role: Row, primary_org: str) -> int:
    if role["orgSourcedId"] == primary_org:
        return 0
    return 1 if role["roleType"] == "primary" else 2


def _roles_11(users: Iterable[Row]) -> list[SchoolRole]:
    return [
        SchoolRole(student=row["sourcedId"], school=org, standing=2, position=position)
        for row in users
        if row["role"] == vocabulary.STUDENT
        for position, org in enumerate(vocabulary.listed(row["orgSourcedIds"]))
    ]


def grades_by_student(tables: Tables) -> dict[str, str]:
    """Grade of each user who has one; where a list names several, the first."""
    stated = ((row["sourcedId"], vocabulary.listed(row["grades"])) for row in tables["users"].rows)
    return {user: vocabulary.grade_level(grades[0]) for user, grades in stated if grades}


def student_records(tables: Tables, student_years: set[tuple[str, int]]) -> list[Record]:
    """Extract sis/students: a student in each year of enrollment. OneRoster knows no program flags: they stay null."""
    users = {row["sourcedId"]: row for row in tables["users"].rows}
    demographics = _demographics(tables)
    return [
        {
            "school_year": str(year),
            "student_id": student,
            "first_name": users[student]["givenName"],
            "last_name": users[student]["familyName"],
            **demographics.get(student, {}),
        }
        for student, year in student_years
    ]


def educator_records(tables: Tables, staff: set[str]) -> list[Record]:
    """Extract hr/educators: everyone with a staff role. OneRoster knows no hire dates: they stay null."""
    demographics = _demographics(tables)
    return [
        {
            "educator_id": row["sourcedId"],
            "first_name": row["givenName"],
            "last_name": row["familyName"],
            "birth_date": demographics.get(row["sourcedId"], {}).get("birth_date", ""),
            "email": row["email"],
        }
        for row in tables["users"].rows
        if row["sourcedId"] in staff
    ]


def _demographics(tables: Tables) -> dict[str, Record]:
    if "demographics" not in tables:
        return {}
    return {
        row["sourcedId"]: {
            "birth_date": row["birthDate"],
            "sex": vocabulary.sex(row["sex"]),
            "race_ethnicity": vocabulary.race_ethnicity({column: row[column] for column in vocabulary.RACE_COLUMNS}),
        }
        for row in tables["demographics"].rows
    }
