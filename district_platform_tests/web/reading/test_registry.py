"""What the registry takes: queries that reach single people through a scoped relation, and nothing else."""

import pytest

from district_platform.web.access.viewer import Role
from district_platform.web.reading.queries import PAGES, registry, scoped
from district_platform.web.reading.registry import NotAllowedError, Query, Registry, RegistryError, to

PRINCIPAL = to(Role.PRINCIPAL, columns="student_id")


def added(sql: str, shows=PRINCIPAL, name: str = "school.tried") -> Registry:
    return Registry([Query(name, sql, shows)], scoped.RELATIONS)


def test_every_page_is_registered() -> None:
    assert {query.page for query in registry()} == {module.__name__.rpartition(".")[2] for module in PAGES}


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("select k_student_xyear as student_id from dim_student", "dim_student holds single people"),
        ("select student_id from (select k_student_xyear as student_id from DIM_STUDENT)", "dim_student holds"),
        ("select 1 as student_id where exists (from fct_staff_punch)", "fct_staff_punch holds single people"),
        ("with s as (from main.dim_student) select k_student_xyear as student_id from s", "named without schema"),
        ("with scoped_student as (select '1' as student_id) from scoped_student", "has the name of another"),
        ("with dim_school as (select '1' as student_id) from dim_school", "has the name of another"),
        ("select filename as student_id from read_csv('/etc/passwd')", "read_csv reads something else"),
        ("select file as student_id from glob('*')", "glob reads something else"),
        ("select content as student_id from 'x.csv'", "x.csv holds single people"),
        ("select 1 as student_id; select 2", "is not one select"),
        ("create table student_id as select 1", "Only SELECT statements"),
        ("copy (select 1 as student_id) to 'x.csv'", "Only SELECT statements"),
        ("select k_student_xyear as student_id from scoped_student where k_student_xyear = $everybody", "no filter"),
    ],
)
def test_query_past_the_scope_is_refused(sql: str, why: str) -> None:
    with pytest.raises(RegistryError, match=why):
        added(sql)


def test_query_without_columns_or_roles_is_refused() -> None:
    for shows in ({}, {Role.PRINCIPAL: ()}):
        with pytest.raises(RegistryError, match="shows nothing to anybody"):
            added("select k_student_xyear as student_id from scoped_student", shows)


@pytest.mark.parametrize(
    ("relation", "role"),
    [
        ("scoped_student", Role.ANALYST),
        ("scoped_student", Role.PUBLIC),
        ("scoped_student", Role.HR),
        ("scoped_demographics", Role.TEACHER),
        ("scoped_demographics", Role.DISTRICT),
        ("scoped_subgroup", Role.TEACHER),
        ("scoped_educator", Role.TEACHER),
    ],
)
def test_role_may_not_be_given_what_its_relation_keeps_from_it(relation: str, role: Role) -> None:
    with pytest.raises(RegistryError, match=f"{role.value} may never see what stands on scoped_"):
        added(f"select '1' as student_id from {relation}", to(role, columns="student_id"))


def test_role_without_part_in_a_query_is_refused() -> None:
    made = added("select k_student_xyear as student_id from scoped_student")
    with pytest.raises(NotAllowedError, match="teacher has no part in"):
        made.prepared(made.queries["school.tried"], Role.TEACHER)


def test_column_that_a_role_does_not_see_is_not_selected() -> None:
    shows = {Role.PRINCIPAL: ("student_id", "last_name"), Role.TEACHER: ("student_id",)}
    made = added("select k_student_xyear as student_id, last_name from scoped_student", shows)
    query = made.queries["school.tried"]
    assert 'select "student_id", "last_name" from' in made.prepared(query, Role.PRINCIPAL).statement
    assert 'select "student_id" from' in made.prepared(query, Role.TEACHER).statement


def test_nobody_is_shown_birth_date_or_exit_reason() -> None:
    for relation in scoped.RELATIONS:
        assert "birth_date" not in relation.sql, relation.name
        assert "exit_reason" not in relation.sql, relation.name
