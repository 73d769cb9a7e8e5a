"""Who may see what, tried out: each role, each relation and query, each filter, over a district with canaries."""

import itertools
import pickle
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from district_platform.web.access.viewer import Role, Viewer
from district_platform.web.reading import scopes
from district_platform.web.reading.queries import RELATIONS, registry
from district_platform.web.reading.reader import Reader
from district_platform.web.reading.registry import OPEN, Registry
from district_platform_tests.processes import Together
from district_platform_tests.web import canaries, matrix, planting
from district_platform_tests.web.matrix import Answers, Planted


def test_every_role_of_the_issue_looks_and_who_left_does_not(planted: Planted) -> None:
    roles = [viewer.role for viewer in planted.viewers]
    assert set(roles) == set(Role)
    assert roles.count(Role.PRINCIPAL) == roles.count(Role.COUNSELOR) == 3
    assert roles.count(Role.TEACHER) == 6
    assert not [viewer for viewer in planted.viewers if viewer.account.startswith(("gone", "former"))]


def test_canaries_stand_in_every_restricted_table(planted: Planted) -> None:
    from district_platform.dictionary.ddl import published_tables

    tables = {name for name, _ in published_tables()} | {"worklist", "correction"}
    assert tables - OPEN == set(planting.planted_tables(canaries.schools_of(planted.home)))


@pytest.fixture(scope="module")
def reader(planted: Planted) -> Iterator[Reader]:
    """The planted publication, opened once."""
    with closing(matrix.library_of(planted, registry())) as library, library.reader() as opened:
        yield opened


def test_no_relation_opens_a_row_or_column_too_many_or_too_few(planted: Planted, reader: Reader) -> None:
    assert list(matrix.faults_of_relations(planted, reader, registry())) == []


@pytest.fixture(scope="module")
def answered(planted: Planted, together: Together) -> Answers:
    """What everybody who asks is answered, asked once for all test workers."""

    def ask(folder: Path) -> None:
        folder.mkdir()
        (folder / "answers").write_bytes(pickle.dumps(matrix.answers(planted, registry(), matrix.asking(planted))))

    answers: Answers = pickle.loads((together("matrix", ask) / "answers").read_bytes())
    return answers


@pytest.mark.slow
@pytest.mark.whole
def test_no_query_opens_a_row_or_column_too_many_or_too_few(planted: Planted, answered: Answers) -> None:
    assert list(matrix.faults_of_queries(planted, registry(), answered)) == []


@pytest.mark.slow
@pytest.mark.whole
def test_no_query_answers_somebody_without_a_scope(planted: Planted) -> None:
    assert list(matrix.faults_without_scope(planted, registry())) == []


@pytest.mark.slow
@pytest.mark.whole
def test_no_page_and_no_export_shows_what_the_viewer_may_not_see(planted: Planted) -> None:
    assert list(matrix.faults_of_pages(planted, registry())) == []


@pytest.mark.whole
def test_no_two_roles_see_the_same(planted: Planted, answered: Answers) -> None:
    """Those of the first school, whose canaries are the same, and the roles without a place."""
    seen = {role: said_to(viewer, answered) for role, viewer in _of_first_school(planted).items()}
    assert set(seen) == set(Role)
    same = [(a.value, b.value) for a, b in itertools.combinations(seen, 2) if seen[a] == seen[b]]
    assert same == []


@pytest.mark.whole
def test_answers_over_kept_rows_are_those_of_the_publication(planted: Planted, answered: Answers, monkeypatch) -> None:
    kept_for = (Role.PRINCIPAL, Role.TEACHER, Role.CLERK)
    viewers = [viewer for role, viewer in _of_first_school(planted).items() if role in kept_for]
    monkeypatch.setattr(scopes, "MOST_SCHOOLS", -1)
    asked_anew = matrix.answers(planted, registry(), viewers)
    assert [said_to(viewer, asked_anew) for viewer in viewers] == [said_to(viewer, answered) for viewer in viewers]
    assert all(said_to(viewer, answered) for viewer in viewers)


def said_to(viewer: Viewer, answered: Answers) -> dict[tuple[str, str], Any]:
    """All answers with rows to a viewer, by query and filters; and nothing else tells two roles apart."""
    return {
        (query, str(filters)): (rows.columns, rows.rows)
        for (asking, query), asked in answered.items()
        if asking == viewer
        for filters, rows in asked
        if rows.rows
    }


def _of_first_school(planted: Planted) -> dict[Role, Viewer]:
    first = canaries.schools_of(planted.home)[0]
    return {
        viewer.role: viewer
        for viewer in reversed(planted.viewers)
        if viewer.account.startswith(tuple(f"{kind}.{first}@" for kind in ("principal", "counselor", "teacher")))
        or viewer.role not in (Role.PRINCIPAL, Role.COUNSELOR, Role.TEACHER)
    }


CLAUSES = [
    ("scoped_place", "where school_year = $school_year", "where true"),
    ("scoped_place", "and k_school in (select unnest($schools::varchar[]))", ""),
    ("scoped_place", "and entry_date <= $as_of_date", ""),
    ("scoped_place", "and member.k_section in (select unnest($sections::varchar[]))", ""),
    ("scoped_place", "and $as_of_date between member.begin_date and coalesce(member.end_date, $as_of_date)", ""),
    ("scoped_place", "and $as_of_date between session.begin_date and session.end_date", ""),
    ("scoped_whole", "where coalesce($sees_all_schools, false)", ""),
    ("scoped_student", "(select distinct k_student_xyear from scoped_place)", "fct_student_school_association"),
    ("scoped_demographics", "and k_student_xyear in (select k_student_xyear from scoped_place)", ""),
    ("scoped_day", "join scoped_part using (k_student_xyear, k_school)", ""),
    ("scoped_day_here", "join scoped_place using (k_student_xyear, k_school)", ""),
    (
        "scoped_score",
        "join scoped_part using (k_student_xyear, k_school)",
        "join (select distinct k_student_xyear from scoped_part) using (k_student_xyear)",
    ),
    (
        "scoped_growth",
        "join scoped_whole using (k_student_xyear)",
        "join (select distinct k_student_xyear from fct_student_school_association) using (k_student_xyear)",
    ),
    ("scoped_program", "where k_student_xyear in (select k_student_xyear from scoped_place)", "where true"),
    (
        "scoped_program",
        "and (coalesce($sees_all_programs, false) or program in (select unnest($open_programs::varchar[])))",
        "",
    ),
    ("scoped_member", "and member.k_student_xyear in (select k_student_xyear from scoped_place)", ""),
    ("scoped_educator", "and assignment.k_school in (select unnest($schools::varchar[]))", ""),
    ("scoped_educator", "and $as_of_date between assignment.begin_date and assignment.end_date", ""),
    ("scoped_educator", "and (educator.termination_date is null or educator.termination_date >= $as_of_date)", ""),
    ("scoped_educator_finding", "finding.rule_id in ('EDU-03', 'EDU-04', 'EDU-05') and", ""),
    ("scoped_section_finding", "and school_id in (select unnest($schools::varchar[]))", ""),
    ("scoped_school_day", "where k_school in (select unnest($schools::varchar[]))", "where true"),
    ("scoped_finding", "where owner in (select unnest($owners::varchar[]))", "where true"),
    ("scoped_attendance_finding", "and school_id in (select unnest($schools::varchar[]))", ""),
    ("scoped_attendance_finding", "owner = 'attendance office' and", ""),
    ("scoped_attendance_finding", "and is_waived is not true", ""),
    ("scoped_correction", "in (select unnest($schools::varchar[]))", "is not null"),
    ("scoped_employee", "k_employee in (select unnest($employee::varchar[]))", "true"),
    ("scoped_hours", "k_employee in (select unnest($employee::varchar[]))", "true"),
    ("scoped_hours", "or 'everybody' in (select unnest($staff::varchar[]))", "or true"),
    ("scoped_week", "k_employee in (select k_employee from scoped_employee)", "true"),
    ("scoped_shift", "k_employee in (select k_employee from scoped_employee)", "true"),
    ("scoped_unpaired_punch", "k_employee in (select k_employee from scoped_employee)", "true"),
    ("scoped_assignment", "where employee.k_employee in (select k_employee from scoped_employee)", ""),
    ("scoped_hours_finding", "and 'everybody' in (select unnest($staff::varchar[]))", ""),
    ("scoped_hours_finding", "starts_with(rule_id, 'TIM-') and", ""),
    ("scoped_sale", "where k_store in (select unnest($stores::varchar[]))", "where true"),
    ("scoped_seller_month", "where store_id in (select unnest($stores::varchar[]))", "where true"),
    ("scoped_customer_month", "where customer_id in (select k_customer from scoped_sale)", "where true"),
    ("scoped_store_finding", "join scoped_sale", "left join scoped_sale"),
]


@pytest.mark.whole
@pytest.mark.slow
@pytest.mark.parametrize(("name", "old", "new"), CLAUSES)
def test_matrix_finds_a_relation_whose_scope_was_dropped(
    planted: Planted, reader: Reader, name: str, old: str, new: str
) -> None:
    relations = {relation.name: relation for relation in RELATIONS}
    changed = replace(
        relations[name],
        sql=relations[name].sql.replace(old, new),
        tables=(*relations[name].tables, "fct_student_school_association"),
    )
    assert old in relations[name].sql, f"{name} has no {old!r} any longer: change this test with it"
    broken = Registry([], (relations | {name: changed}).values())
    looked_at = ("scoped_place", "scoped_day") if name in ("scoped_place", "scoped_whole") else (name,)
    assert next(matrix.faults_of_relations(planted, reader, broken, *looked_at), None)


@pytest.mark.parametrize("column", ["birth_date", "is_homeless"])
def test_matrix_finds_a_column_that_was_added(planted: Planted, reader: Reader, column: str) -> None:
    relations = {relation.name: relation for relation in RELATIONS}
    student = relations["scoped_student"]
    changed = replace(student, sql=student.sql.replace("student.last_name", f"student.last_name, student.{column}"))
    broken = Registry([], (relations | {student.name: changed}).values())
    faults = matrix.faults_of_relations(planted, reader, broken, student.name)
    assert any(f"sends {column}" in fault for fault in faults)
