"""References between files: a row that names a record which is not there is rejected, with the reason.

Only references that a canonical extract rests on are judged. Files are judged in the order in which they depend on each
other, so that a rejected class takes its enrollments with it, and each of them says why.
"""

from collections.abc import Callable

from district_platform.sources.oneroster import vocabulary
from district_platform.sources.oneroster.outcome import OneRosterError
from district_platform.sources.oneroster.package import Tables
from district_platform.sources.oneroster.reading import Problem, RosterFile, Row


def judge_references(tables: Tables) -> None:
    """Reject the rows whose references do not resolve.

    Raises OneRosterError where neither users.csv (1.1) nor roles.csv (1.2) can say who is a student, and where.
    """
    _judge_classes(tables)
    _judge_people(tables)
    _judge_enrollments(tables)


def _judge_classes(tables: Tables) -> None:
    classes = tables.get("classes")
    if classes is None:
        return
    if "courses" in tables:
        classes.judge(_refers("courseSourcedId", tables["courses"]))
    classes.judge(_refers("schoolSourcedId", tables["orgs"]))
    classes.judge(_is_at_a_school(tables["orgs"]))
    classes.judge(_refers_to_any("termSourcedIds", tables["academicSessions"]))


def _judge_people(tables: Tables) -> None:
    users, orgs = tables["users"], tables["orgs"]
    if "roles" in tables:
        tables["roles"].judge(_refers("userSourcedId", users))
        tables["roles"].judge(_refers("orgSourcedId", orgs))
        if not tables["roles"].rows:
            raise OneRosterError("roles.csv has no usable row, so nobody is a student or a teacher. Export the roles.")
    else:
        _require_roles_in_users(users)
        users.judge(lambda row: None if row["role"] else ("role", "role is missing"))
        users.judge(_refers_to_any("orgSourcedIds", orgs))
    if "demographics" in tables:
        tables["demographics"].judge(_refers("sourcedId", users))


def _require_roles_in_users(users: RosterFile) -> None:
    """1.1 says roles in users.csv; 1.2 in roles.csv."""
    if missing := [column for column in ("role", "orgSourcedIds") if column not in users.columns]:
        raise OneRosterError(
            f"{users.file}: column {', '.join(missing)} is missing from the header, and the manifest supplies no "
            "roles.csv. Export users.csv as OneRoster 1.1 has it, or add roles.csv (1.2)."
        )
    if users.rows and not any(row["role"] for row in users.rows):
        raise OneRosterError(
            f"{users.file}: role is blank in all {len(users.rows):,} rows, so nobody is a student or a teacher. Fill it, or add "
            "roles.csv (1.2)."
        )


def _judge_enrollments(tables: Tables) -> None:
    enrollments = tables.get("enrollments")
    if enrollments is None:
        return
    if "classes" not in tables:
        raise OneRosterError(
            "enrollments.csv refers to classes, but the manifest does not supply classes.csv as bulk. Include it."
        )
    enrollments.judge(_refers("classSourcedId", tables["classes"]))
    enrollments.judge(_refers("userSourcedId", tables["users"]))
    enrollments.judge(_fits_the_users_role(tables))
    enrollments.judge(_not_repeated())


def _refers(column: str, target: RosterFile) -> Callable[[Row], Problem | None]:
    ids = target.ids()

    def check(row: Row) -> Problem | None:
        if row[column] in ids:
            return None
        return column, f"{column} {_absence(row[column], target)}"

    return check


def _refers_to_any(column: str, target: RosterFile) -> Callable[[Row], Problem | None]:
    """For lists: a row stays if one member resolves, or if the list is blank."""
    ids = target.ids()

    def check(row: Row) -> Problem | None:
        members = vocabulary.listed(row[column])
        if not members or any(member in ids for member in members):
            return None
        return column, f"{column} {_absence(members[0], target)}"

    return check


def _absence(sourced_id: str, target: RosterFile) -> str:
    if sourced_id in target.deleted:
        return f"is marked tobedeleted in {target.file}"
    if sourced_id in target.rejected:
        return f"names a row of {target.file} that was rejected"
    return f"does not stand in {target.file}"


def _is_at_a_school(orgs: RosterFile) -> Callable[[Row], Problem | None]:
    schools = {row["sourcedId"] for row in orgs.rows if row["type"] == "school"}

    def check(row: Row) -> Problem | None:
        if row["schoolSourcedId"] in schools:
            return None
        return "schoolSourcedId", "schoolSourcedId names an org that is not of type school"

    return check


def _fits_the_users_role(tables: Tables) -> Callable[[Row], Problem | None]:
    """A student of a class is a student somewhere; whoever teaches it is staff somewhere."""
    students, staff = people_by_role(tables)

    def check(row: Row) -> Problem | None:
        fitting = students if row["role"] == vocabulary.STUDENT else staff
        if row["role"].startswith(vocabulary.EXTENSION) or row["userSourcedId"] in fitting:
            return None
        return "role", f"the user has no role in the district that fits {row['role']} in a class"

    return check


def people_by_role(tables: Tables) -> tuple[set[str], set[str]]:
    """sourcedIds of users who are students, and of those who are staff, anywhere."""
    if "roles" in tables:
        pairs = [(row["userSourcedId"], row["role"]) for row in tables["roles"].rows]
    else:
        pairs = [(row["sourcedId"], row["role"]) for row in tables["users"].rows]
    students = {user for user, role in pairs if role == vocabulary.STUDENT}
    staff = {user for user, role in pairs if role in vocabulary.STAFF_ROLES}
    return students, staff


def _not_repeated() -> Callable[[Row], Problem | None]:
    """A stay in a class is known by its first day; a repeated one says nothing new."""
    first: dict[tuple[str, ...], int] = {}

    def check(row: Row) -> Problem | None:
        key = (row["classSourcedId"], row["userSourcedId"], row["role"], row["beginDate"])
        if first.setdefault(key, row.line) == row.line:
            return None
        return "userSourcedId", f"the same user, class, role and beginDate stand on line {first[key]}"

    return check
