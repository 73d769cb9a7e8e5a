"""Who has which role: from human resources and from access.csv, and never by a mistake."""

import datetime as dt

import pytest
from hypothesis import given, strategies

from district_platform.home import Home
from district_platform.web.access.grants import Grants
from district_platform.web.access.logins import as_login
from district_platform.web.access.viewer import Role, Scope
from district_platform.web.reading.publications import current_version, publication
from district_platform_tests.web.published import AS_OF, people, publish

HEADER = "email,role,scope,person_number,expires_on,reason\n"
TODAY = AS_OF + dt.timedelta(days=1)


def access(home: Home, text: str, header: str = HEADER) -> None:
    home.reference.mkdir(parents=True, exist_ok=True)
    (home.reference / "access.csv").write_text(header + text)


def roles(grants: Grants, home: Home, login: str, today: dt.date = TODAY) -> dict[Role, Scope]:
    version = publication(home, current_version(home))
    return {viewer.role: viewer.scope for viewer in grants.roles_of(login, version, today)}


def problems(grants: Grants, home: Home) -> str:
    return "\n".join(grants.problems(publication(home, current_version(home)), TODAY))


def test_administrator_is_principal_and_counselor_is_counselor_of_the_school(home: Home, grants: Grants) -> None:
    publish(home, people())
    assert roles(grants, home, "pat@d.example") == {Role.PRINCIPAL: Scope(schools=("north",), educator=("pat",))}
    assert roles(grants, home, "cam@d.example") == {Role.COUNSELOR: Scope(schools=("north",), educator=("cam",))}


def test_who_teaches_a_section_of_this_year_is_teacher_of_it(home: Home, grants: Grants) -> None:
    publish(home, people())
    assert roles(grants, home, "tom@d.example") == {
        Role.TEACHER: Scope(sections=("autumn-art", "math"), educator=("tom",))
    }


def test_principal_who_teaches_has_two_roles(home: Home, grants: Grants) -> None:
    publish(home, people())
    assert set(roles(grants, home, "sal@d.example")) == {Role.PRINCIPAL, Role.TEACHER}


def employed(
    number: str | None, educator: str | None, left: dt.date | None = None, full_name: str | None = None
) -> dict[str, object]:
    name = full_name or f"Employee {educator}"
    return {"k_employee": number, "k_educator": educator, "full_name": name, "termination_date": left}


def test_who_works_here_and_punches_is_an_employee_beside_other_roles(home: Home, grants: Grants) -> None:
    employees = [employed("P1", "pat"), employed("P1-2", "pat"), employed("A1", "aid"), employed("X1", None)]
    publish(home, people(dim_employee=employees))
    assert roles(grants, home, "pat@d.example") == {
        Role.PRINCIPAL: Scope(schools=("north",), educator=("pat",)),
        Role.EMPLOYEE: Scope(employee=("P1", "P1-2")),
    }
    assert roles(grants, home, "aid@d.example") == {Role.EMPLOYEE: Scope(employee=("A1",))}
    assert Role.EMPLOYEE not in roles(grants, home, "tom@d.example")


@pytest.mark.parametrize(
    ("full_name", "is_one"),
    [
        ("Aid", True),
        ("AID, ANNA", True),
        ("Anna M. Aid", True),
        ("Anna Aiden", False),
        ("Aid Garcia", False),
        ("Garcia, Aid", False),
        ("Ben Other", False),
        ("", False),
    ],
)
def test_same_number_of_somebody_with_another_name_opens_nothing(
    home: Home, grants: Grants, full_name: str, is_one: bool
) -> None:
    publish(home, people(dim_employee=[employed("A1", "aid") | {"full_name": full_name}]))
    assert (Role.EMPLOYEE in roles(grants, home, "aid@d.example")) is is_one


@pytest.mark.parametrize("left", [dt.date(2025, 6, 16), AS_OF])
def test_employment_that_ended_opens_nothing(home: Home, grants: Grants, left: dt.date) -> None:
    publish(home, people(dim_employee=[employed("A1", "aid", left)]))
    assert roles(grants, home, "aid@d.example") == {}


def test_everybody_with_a_role_is_who_has_one_by_work_or_by_the_file(home: Home, grants: Grants) -> None:
    publish(
        home,
        people(
            dim_employee=[employed("A1", "aid")],
            dim_educator=[
                {"k_educator": "out", "email": "out@d.example", "termination_date": dt.date(2025, 6, 1)},
                {"k_educator": "idle", "email": "idle@d.example"},
                {"k_educator": "tom2", "email": "TOM@d.example"},
                {"k_educator": "blank", "email": " "},
            ],
        ),
    )
    access(home, "eva@d.example,analyst,,,2026-06-30,research\n,employee,,E1,2026-06-30,custodian\n")
    version = publication(home, current_version(home))
    assert grants.everybody(version, TODAY) == {
        "aid@d.example": (Role.EMPLOYEE,),
        "cam@d.example": (Role.COUNSELOR,),
        "e1": (Role.EMPLOYEE,),
        "eva@d.example": (Role.ANALYST,),
        "pat@d.example": (Role.PRINCIPAL,),
        "sal@d.example": (Role.PRINCIPAL, Role.TEACHER),
    }


def test_upper_case_and_spaces_of_an_address_do_not_matter(home: Home, grants: Grants) -> None:
    publish(
        home,
        people(
            dim_educator=[{"k_educator": "new", "email": " New.Person@D.Example "}],
            fct_staff_section_association=[
                {"k_educator": "new", "k_section": "math", "k_school": "north", "school_year": 2026}
            ],
        ),
    )
    assert set(roles(grants, home, "NEW.person@d.example")) == {Role.TEACHER}


SAME = [
    ("JOSE\u0301@d.example", "jos\u00e9@d.example"),
    ("Gro\u00df@d.example", "GROSS@d.example"),
    ("\uff34\uff4f\uff4d@d.example", "tom@d.example"),
    ("\tpat9@d.example", "PAT9@d.example\u00a0"),
]


@pytest.mark.parametrize(("written", "typed"), SAME)
def test_account_is_compared_in_one_form_with_human_resources_and_with_the_file(home, grants, written, typed) -> None:
    """Else an account could have the roles of two people, or of none."""
    publish(home, people(dim_educator=[{"k_educator": "new", "email": written}]))
    access(home, f"{written.strip()},analyst,,,2026-06-30,r\n")
    found = grants.granted(typed, publication(home, current_version(home)), TODAY)
    if typed == "tom@d.example":
        assert "stands at 2 educators" in found.problems[0]
    else:
        assert [viewer.role for viewer in found.viewers] == [Role.ANALYST]
        assert {viewer.account for viewer in found.viewers} == {as_login(written)}


@given(strategies.text(max_size=12))
def test_form_of_an_account_is_a_form_once_and_for_all(text: str) -> None:
    assert as_login(as_login(text)) == as_login(text)


@pytest.mark.parametrize("login", ["aid@d.example", "nobody@d.example", "", " ", "None", "null"])
def test_aide_stranger_and_blank_have_no_role(home: Home, grants: Grants, login: str) -> None:
    publish(
        home,
        people(
            dim_educator=[{"k_educator": "blank", "email": None}],
            fct_staff_section_association=[
                {"k_educator": "blank", "k_section": "math", "k_school": "north", "school_year": 2026}
            ],
        ),
    )
    assert roles(grants, home, login) == {}


@pytest.mark.parametrize(
    ("begin", "end", "school_year"),
    [
        (dt.date(2025, 8, 20), dt.date(2026, 2, 12), 2026),
        (dt.date(2026, 2, 14), dt.date(2026, 6, 5), 2026),
        (dt.date(2024, 8, 20), dt.date(2099, 6, 5), 2025),
        (None, None, 2026),
    ],
)
def test_assignment_that_is_not_in_force_opens_nothing(home: Home, grants: Grants, begin, end, school_year) -> None:
    assignment = {
        "assignment_id": "x",
        "k_educator": "aid",
        "k_school": "north",
        "school_year": school_year,
        "position": "Administrator",
        "begin_date": begin,
        "end_date": end,
    }
    publish(home, people(fct_staff_assignment=[assignment]))
    assert roles(grants, home, "aid@d.example") == {}


@pytest.mark.parametrize("left", [dt.date(2025, 6, 16), AS_OF])
def test_who_left_has_no_role_not_even_by_the_file(home: Home, grants: Grants, left: dt.date) -> None:
    """The last day employed still counts, by the day of the figures and by the clock."""
    tables = people()
    tables["dim_educator"] = [
        {**row, "termination_date": left} if row["k_educator"] == "tom" else row for row in tables["dim_educator"]
    ]
    publish(home, tables)
    access(home, "tom@d.example,district,,,2026-06-30,test\n")
    assert roles(grants, home, "tom@d.example") == {}
    assert bool(roles(grants, home, "tom@d.example", AS_OF)) == (left == AS_OF)


def test_address_of_two_educators_opens_nothing_and_is_said_without_it(home: Home, grants: Grants) -> None:
    publish(home, people(dim_educator=[{"k_educator": "tom2", "email": "TOM@d.example"}]))
    granted = grants.granted("tom@d.example", publication(home, current_version(home)), TODAY)
    assert granted.viewers == ()
    [problem] = granted.problems
    assert "stands at 2 educators (tom, tom2)" in problem
    assert "@" not in problem


def test_file_grants_what_human_resources_do_not_know(home: Home, grants: Grants) -> None:
    publish(home, people())
    access(
        home,
        "Super@d.example,district,,,2026-06-30,superintendent\n"
        "eva@d.example,analyst,,,2026-06-30,research office\n"
        "vic@d.example,principal,south,,2026-06-30,assistant principal\n"
        "vic@d.example,principal,north,,2026-06-30,acting\n"
        "dan@d.example,steward,sis data steward,,2026-06-30,data team\n"
        "sam@d.example,store,shop,,2026-06-30,manager\n"
        ",employee,,E1,2026-06-30,custodian\n",
    )
    assert problems(grants, home) == ""
    assert roles(grants, home, "super@d.example") == {Role.DISTRICT: Scope(schools=("north", "south"))}
    assert roles(grants, home, "eva@d.example") == {Role.ANALYST: Scope()}
    assert roles(grants, home, "vic@d.example") == {Role.PRINCIPAL: Scope(schools=("north", "south"))}
    assert roles(grants, home, "dan@d.example") == {Role.STEWARD: Scope(owners=("SIS data steward",))}
    assert roles(grants, home, "sam@d.example") == {Role.STORE: Scope(stores=("shop",))}
    assert roles(grants, home, "e1") == {Role.EMPLOYEE: Scope(employee=("E1",))}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("x@d.example,principle,north,,2026-06-30,r", "role 'principle': must be one of analyst, clerk"),
        ("x@d.example,teacher,math,,2026-06-30,r", "role 'teacher': comes from the sections in force"),
        ("x@d.example,public,,,2026-06-30,r", "role 'public': needs no account"),
        ("x@d.example,,,,2026-06-30,r", "role '': must be one of"),
        ("x@d.example,principal,,,2026-06-30,r", "scope: is empty; principal names a k_school, one a line"),
        ("x@d.example,principal,*,,2026-06-30,r", r"scope '\*': is no k_school of the publication"),
        ("x@d.example,principal,North,,2026-06-30,r", "scope 'North': is no k_school"),
        ("x@d.example,principal,north;south,,2026-06-30,r", "scope 'north;south': is no k_school"),
        ("x@d.example,clerk,nowhere,,2026-06-30,r", "scope 'nowhere': is no k_school"),
        ("x@d.example,district,north,,2026-06-30,r", "scope 'north': district has none"),
        ("x@d.example,store,north,,2026-06-30,r", "scope 'north': is no k_store"),
        ("x@d.example,steward,everything,,2026-06-30,r", "scope 'everything': is no rule owner"),
        ("x@d.example,employee,,,2026-06-30,r", "person_number: is empty"),
        ("x@d.example,employee,,E2,2026-06-30,r", "person_number: is nobody's who works here now"),
        ("x@d.example,principal,north,E1,2026-06-30,r", "person_number: only employee has one"),
        ("x@d.example,principal,north,,,r", "expires_on: is empty"),
        ("x@d.example,principal,north,,30/06/2026,r", "expires_on '30/06/2026': is not a date as YYYY-MM-DD"),
        ("x@d.example,principal,north,,20260630,r", "expires_on '20260630': is not a date"),
        ("x@d.example,principal,north,,2026-02-13,r", "expires_on 2026-02-13: is over"),
        ("x@d.example,principal,north,,2062-06-30,r", "expires_on 2062-06-30: lies more than 730 days ahead"),
        ("x@d.example,principal,north,,2026-06-30,", "reason: is empty"),
        ("*@d.example,district,,,2026-06-30,r", "email: is not one e-mail address"),
        ('"x@d.example, y@d.example",district,,,2026-06-30,r', "email: is not one e-mail address"),
        ("d.example,district,,,2026-06-30,r", "email: is not one e-mail address"),
        (",district,,,2026-06-30,r", "email: is empty"),
    ],
)
def test_wrong_line_grants_nothing_and_is_said_with_file_line_and_column(
    home: Home, grants: Grants, line: str, says: str
) -> None:
    publish(home, people())
    access(home, f"eva@d.example,analyst,,,2026-06-30,r\n{line}\n")
    import re

    said = problems(grants, home)
    assert re.match(rf"data/reference/access\.csv, line 3, {says}", said), said
    assert said.endswith("This line grants nothing.")
    assert "x@d" not in said
    for login in ("x@d.example", "y@d.example", "*@d.example", "d.example", ""):
        assert roles(grants, home, login) == {}
    assert set(roles(grants, home, "eva@d.example")) == {Role.ANALYST}


@pytest.mark.parametrize(
    ("header", "line", "says"),
    [
        ("email,role,scope,person_number,reason\n", "x@d.example,district,,,r", "line 1 lacks the columns expires_on"),
        (HEADER, "x@d.example,district,,,2026-06-30,r,extra", "line 2 has 7 values where the header has 6 columns"),
        (HEADER, 'x@d.example,district,,,2026-06-30,"open', "line 2 is not valid CSV"),
        (
            "email,role,role,scope,person_number,expires_on,reason\n",
            "x@d.example,analyst,district,,,2026-06-30,r",
            "columns role twice",
        ),
    ],
)
def test_file_whose_lines_cannot_be_told_apart_grants_nothing(home: Home, grants: Grants, header, line, says) -> None:
    publish(home, people())
    access(home, line + "\n", header)
    assert says in problems(grants, home)
    assert "grants nothing to anybody" in problems(grants, home)
    assert roles(grants, home, "x@d.example") == {}


def test_file_is_read_again_when_it_changes_and_when_a_day_passes(home: Home, grants: Grants) -> None:
    publish(home, people())
    access(home, "x@d.example,analyst,,,2026-02-14,r\n")
    assert set(roles(grants, home, "x@d.example")) == {Role.ANALYST}
    assert roles(grants, home, "x@d.example", TODAY + dt.timedelta(days=1)) == {}
    access(home, "other@d.example,analyst,,,2026-02-14,r\n")
    assert roles(grants, home, "x@d.example") == {}


def test_school_that_is_gone_from_the_publication_opens_nothing(home: Home, grants: Grants) -> None:
    tables = people()
    tables["dim_school"] = [row for row in tables["dim_school"] if row["k_school"] != "north"]
    publish(home, tables)
    access(home, "x@d.example,principal,north,,2026-06-30,r\n")
    assert roles(grants, home, "x@d.example") == {}
    assert roles(grants, home, "pat@d.example") == {}


def test_examples_are_one_viewer_a_role_of_a_made_up_district(home: Home, grants: Grants) -> None:
    publish(home, people())
    examples = {viewer.role: viewer.scope for viewer in grants.examples(publication(home, current_version(home)))}
    assert examples == {
        Role.DISTRICT: Scope(schools=("north", "south")),
        Role.PRINCIPAL: Scope(schools=("north",)),
        Role.COUNSELOR: Scope(schools=("north",)),
        Role.TEACHER: Scope(sections=("autumn-art", "math"), educator=("tom",)),
        Role.ANALYST: Scope(),
        Role.CLERK: Scope(),
        Role.STEWARD: Scope(owners=("SIS data steward",)),
        Role.HR: Scope(staff=("everybody",)),
        Role.EMPLOYEE: Scope(),
        Role.STORE: Scope(stores=("shop",)),
        Role.PUBLIC: Scope(),
    }
