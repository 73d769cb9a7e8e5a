"""The attacker, on few rows."""

import ast
from pathlib import Path

import pytest

from district_platform_tests.privacy import attacker
from district_platform_tests.privacy.attacker import releases
from district_platform_tests.privacy.attacker.attack import attack
from district_platform_tests.privacy.attacker.brief import Places, read_brief
from district_platform_tests.privacy.attacker.cells import INF, Bounds, Cell, Release
from district_platform_tests.privacy.attacker.findings import HIDDEN, TOLD, Findings, findings
from district_platform_tests.privacy.attacker.public import PublicFigure, add_public
from district_platform_tests.privacy.attacker.reading import read
from district_platform_tests.privacy.attacker.relations import relations
from district_platform_tests.privacy.attacker.releases import TOGETHER, attack_series
from district_platform_tests.privacy.attacker.tables import Row
from district_platform_tests.privacy.attacker.words import count, percentage, rounded, size_of
from district_platform_tests.privacy.days import Days

FEWER, PROTECTS = "hidden (fewer than 10)", "hidden (protects another group)"


def enrolled(k_school: str, group: str, n_students: str, n_census: str = "") -> Row:
    """A released row of enrollment_summary, year 2025; `group` is <dimension>-<value> or 'All students'."""
    dimension, _, value = group.partition("-")
    return {
        "school_year": "2025",
        "aggregation": "School" if k_school else "District",
        "k_school": k_school,
        "subgroup_dimension": dimension,
        "subgroup_value": value or dimension,
        "n_students_display": n_students,
        "n_students_census_display": n_census,
    }


def attends(k_school: str, group: str, attending: str, judged: str = "", chronic: str = "", grade: str = "") -> Row:
    """A released row of chronic_absence, year 2025; `chronic` is the percentage."""
    row = enrolled(k_school, group, "")
    return {
        **{column: row[column] for column in list(row)[:5]},
        "grade_level": grade,
        "n_students_attending_display": attending,
        "n_students_judged_display": judged,
        "pct_chronically_absent_display": chronic,
    }


def evaluated(level: str, participants: int, compared: int, attrited: int) -> Row:
    """A released row of program_evaluation, year 2025, of all students of a level or (without one) of the district."""
    return {
        **enrolled("", "All students", ""),
        **{"program": "Tutoring", "subject": "Math", "from_administration": "Fall", "to_administration": "Winter"},
        **{"aggregation": "Level" if level else "District", "school_level": level},
        "n_participants": str(participants),
        "n_comparison": str(compared),
        "n_participants_attrited": str(attrited),
    }


def found_in(**tables: list[Row]) -> Findings:
    return findings(attack(read(tables)))


def claims(found: Findings, kind: str) -> dict[str, tuple[int, ...]]:
    return {str(f.cell): f.values for f in found.of(kind)}


def test_shares_nothing_with_the_platform() -> None:
    modules = sorted(Path(attacker.__file__).parent.glob("*.py"))
    assert len(modules) > 5
    for module in modules:
        for node in ast.walk(ast.parse(module.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or "", *(f"{node.module}.{a.name}" for a in node.names)]
            assert not [n for n in names if n == "district_platform" or n.startswith("district_platform.")], module


def test_finds_a_told_difference_of_nested_populations() -> None:
    found = found_in(
        enrollment_summary=[enrolled("1", "All students", "675")],
        chronic_absence=[attends("1", "All students", "674")],
    )
    assert claims(found, TOLD) == {"enrolled-attending[2025 school:1 all]": (1,)}


@pytest.mark.parametrize(("attending", "expected"), [("63", (1,)), ("54", None)])
def test_finds_a_hidden_count_through_a_population_it_holds(attending: str, expected: tuple[int] | None) -> None:
    """64 less the 63 who attend in one group leave 1 enrolled in the other; 10 would be no small group."""
    found = found_in(
        enrollment_summary=[
            enrolled("1", "All students", "64"),
            enrolled("1", "Sex-F", FEWER),
            enrolled("1", "Sex-M", PROTECTS),
        ],
        chronic_absence=[attends("1", "Sex-M", attending)],
    )
    assert claims(found, HIDDEN).get("enrolled[2025 school:1 Sex=F]") == expected


@pytest.mark.parametrize(
    ("display", "expected"),
    [
        ("1,204", (1204, 1204)),
        ("hidden (fewer than 16)", (1, 15)),
        ("hidden (protects another group)", (10, INF)),
        ("hidden (size not told)", (1, INF)),
        ("hidden (in some new words)", (0, INF)),
        ("20–29", (20, 29)),
        ("≥ 40", (40, INF)),
    ],
)
def test_reads_what_words_tell_of_a_count(display: str, expected: tuple[float, float]) -> None:
    assert count("", display, least=10, is_base=True) == expected


def test_reads_a_rounded_figure_as_all_that_rounds_to_it() -> None:
    assert rounded("13.83", "13.8 %") == pytest.approx(Bounds(13.825, 13.835))
    assert rounded("18", "18 %") == pytest.approx(Bounds(17.5, 18.5))
    assert percentage("", "≤ 5 %") == pytest.approx(Bounds(0, 5))
    assert percentage("", "20–30 %") == pytest.approx(Bounds(20, 30))
    assert percentage("", "hidden (fewer than 10)") is None


def test_groups_of_a_dimension_make_up_all_students() -> None:
    """Of 64, 40 and 17 are told; the rest are 7."""
    rows = [("All students", "64"), ("Race-A", "40"), ("Race-B", "17"), ("Race-C", FEWER)]
    found = found_in(enrollment_summary=[enrolled("", group, n) for group, n in rows])
    assert claims(found, HIDDEN) == {"enrolled[2025 district Race=C]": (7,)}


def test_grades_make_up_all_grades() -> None:
    rows = [("", "95"), ("01", "44"), ("02", "48"), ("03", FEWER)]
    found = found_in(chronic_absence=[attends("", "All students", n, grade=grade) for grade, n in rows])
    assert claims(found, HIDDEN) == {"attending[2025 district all grade 03]": (3,)}


def test_nobody_is_counted_twice_in_a_group_where_nobody_is_in_all() -> None:
    """Two schools of 50 and 60 make a district of 110, so nobody is at both, in no group: 12 less 8."""
    found = found_in(
        enrollment_summary=[
            *(enrolled(school, "All students", n) for school, n in [("", "110"), ("1", "50"), ("2", "60")]),
            *(enrolled(school, "Homeless-Yes", n) for school, n in [("", "22"), ("1", "18"), ("2", FEWER)]),
            *(enrolled(school, "Homeless-No", PROTECTS) for school in ("", "1", "2")),
        ]
    )
    assert claims(found, HIDDEN)["enrolled[2025 school:2 Homeless=Yes]"] == (4,)


def test_a_group_without_a_row_is_empty() -> None:
    """Nobody of those in the group attends, so that its 3 have left before the first day."""
    found = found_in(
        enrollment_summary=[
            enrolled("1", "All students", "64"),
            enrolled("1", "Sex-F", "61"),
            enrolled("1", "Sex-X", FEWER),
        ],
        chronic_absence=[attends("1", "All students", "61"), attends("1", "Sex-F", "61")],
    )
    assert claims(found, HIDDEN) == {"enrolled[2025 school:1 Sex=X]": (3,)}


def test_a_percentage_leaves_only_sizes_that_it_fits() -> None:
    """37.5 % of 39 or fewer, with 10 or more on both sides, are 12 of 32: 9 of 24 are too few and 15 of 40 too many."""
    known = attack(read({"chronic_absence": [attends("1", "All students", "39", PROTECTS, "37.50 %")]}))
    judged = known.index[Cell("judged", 2025, "school:1")]
    assert (known.low[judged], known.high[judged]) == (32, 32)


@pytest.mark.parametrize(
    ("display", "sizes"),
    [
        ("≤ 20 %", (0, INF)),
        ("10–30 %", (20, INF)),
        ("≥ 95 %", (40, INF)),
        ("30–34 %", (100, INF)),
        ("≤ 1 %", (300, INF)),
        ("7 %", (0, INF)),
    ],
)
def test_a_narrow_range_is_of_a_large_group(display: str, sizes: tuple[float, float]) -> None:
    assert size_of(display) == sizes


@pytest.mark.parametrize(
    ("attendance", "expected"), [(FEWER, (1, 9)), ("94.1 %", (10, INF)), ("not available", (1, INF))]
)
def test_words_about_a_figure_tell_of_the_group_it_rests_on(attendance: str, expected: tuple[float, float]) -> None:
    rows = [attends("1", "Sex-F", "not told") | {"pct_attendance_display": attendance}]
    known = read({"chronic_absence": rows}).bounds
    assert known[Cell("attending", 2025, "school:1", "Sex", "F")] == expected


def test_levels_share_out_who_is_compared_and_hold_no_more_of_who_was_not_tested_again() -> None:
    """40 participants are compared, 25 and 15 of them at two levels. At a third, without a row, nobody is, and 2 were not tested again."""
    rows = [("", 40, 90, 4), ("Elementary", 25, 60, 1), ("High", 15, 30, 1)]
    known = read({"program_evaluation": [evaluated(*row) for row in rows]})
    found = {r.reason: (r.low, r.high) for r in relations(known.columns, known) if r.reason.startswith("levels")}
    assert found == {
        "levels share out participants": (0, 0),
        "levels share out compared": (0, 0),
        "levels share out not_compared": (0, INF),
        "levels share out participants_attrited": (0, INF),
        "levels share out compared_attrited": (0, INF),
    }


@pytest.mark.parametrize(("share", "expected"), [("25 %", "census"), ("30 %", "enrolled")])
def test_finds_out_of_which_count_a_share_is(share: str, expected: str) -> None:
    """10 of 40 on the count day, 15 of 50 over the year."""
    rows = [enrolled("1", "All students", "50", "40"), enrolled("1", "Sex-F", "15", "10")]
    told = read({"enrollment_summary": [rows[0], rows[1] | {"pct_of_students_display": share}]})
    assert {s.whole.count for s in told.shares} == {expected}


@pytest.mark.parametrize(("basis", "n_populations"), [("", 2), ("23 of 25 schools in both 2024 and 2025", 1)])
def test_a_change_of_some_schools_tells_nothing_of_all_of_them(basis: str, n_populations: int) -> None:
    rows = [attends("", "All students", "400", "400", "14.0 %"), attends("", "All students", "400", "400", "15.0 %")]
    rows = [
        row | {"school_year": year, "change_basis": basis} for row, year in zip(rows, ("2024", "2025"), strict=True)
    ]
    rows[1]["pct_chronically_absent_change_display"] = "1.0"
    told = read({"chronic_absence": [rows[1], rows[0]]}).shares
    assert len({(s.part.count, s.part.year) for s in told if s.part.year == 2024}) == n_populations


def test_percentages_of_two_groups_and_of_both_bound_how_large_they_are() -> None:
    """14 % of all, 10 % of one group, 50 % of the other: the other is at most one in ten of 400."""
    rows = [
        ("All students", "400", "14.0 %"),
        ("EL-No", PROTECTS, "10.0 %"),
        ("EL-Yes", "hidden (size not told)", "50.0 %"),
    ]
    known = attack(read({"chronic_absence": [attends("1", group, n, n, chronic) for group, n, chronic in rows]}))
    learners = known.index[Cell("judged", 2025, "school:1", "EL", "Yes")]
    assert (known.low[learners], known.high[learners]) == (30, 40)


BRIEF = """
Policy brief, February 13, 2026
52 of 264 students have missed 10% or more of their days so far in 2025–26.
The rate stands out at Cedar High (25.0%, against 10.5% at the other
schools). On October 1, 251 were enrolled, against
249 a year earlier. 52 (4.4%) left before the last school day.
School
Level
Students
Students per
teacher FTE
Chronically
absent, %
Reading, %
Reading,
change
Math, %
Math,
change
District
512
15.8
19.0
30.1
–
31.0
–
Cedar High
High
264
16.3
25.0
32.8
+3.0
31.5
−1.9
"""


def test_reads_the_brief() -> None:
    release = read({"enrollment_summary": [enrolled("7", "All students", "264", "251") | {"school_year": "2026"}]})
    release.say(Cell("judged", 2026, "district"), Bounds(250, 270), "a range")
    read_brief(release, BRIEF, Places({"Cedar High": "7"}, {"7": "Winter"}, 2026))
    told = {str(cell): bounds.low for cell, bounds in release.bounds.items() if release.told(cell)}
    assert told == {
        "chronic[2026 district all]": 52,
        "judged[2026 district all]": 264,
        "census[2026 district all]": 251,
        "census[2025 district all]": 249,
        "exited[2026 district all]": 52,
        "enrolled[2026 school:7 all]": 264,
        "census[2026 school:7 all]": 251,
    }
    shares = {(str(s.part), round(s.low, 4), round(s.high, 4)) for s in release.shares}
    assert ("chronic[2026 others than school:7 all]", 0.1045, 0.1055) in shares
    assert ("proficient[2025 school:7 all Math/Winter]", 0.333, 0.335) in shares


def test_knows_what_everybody_knows() -> None:
    """The count day has 20 of one sex; of 21 enrolled over the year one came or left."""
    release = read(
        {"enrollment_summary": [enrolled("1", "All students", "21", PROTECTS), enrolled("1", "Sex-F", "21", PROTECTS)]}
    )
    add_public(release, [PublicFigure(2025, "1", "05", "White", "F", 20)])
    found = findings(attack(release))
    assert claims(found, TOLD)["enrolled-census[2025 school:1 Sex=F]"] == (1,)
    assert not claims(found, HIDDEN)


def test_goes_on_where_figures_of_different_days_contradict_each_other() -> None:
    """The count day is told as first known, 22; one of them was deleted since."""
    release = read({"enrollment_summary": [enrolled("1", "All students", "21", "22"), enrolled("1", "Sex-F", "18")]})
    assert attack(release).left_out


def test_goes_on_where_two_readings_of_a_count_differ() -> None:
    release = read({"enrollment_summary": [enrolled("1", "All students", "21"), enrolled("1", "Sex-F", "20")]})
    release.say(Cell("enrolled", 2025, "school:1"), Bounds(22, 22), "the brief of another day")
    assert claims(findings(attack(release)), HIDDEN) == {}


def test_what_one_release_hides_and_the_next_tells_is_known() -> None:
    def release(*sizes: str) -> Release:
        groups = ["All students", "Race-A", "Race-B", "Race-C"]
        return read({"enrollment_summary": [enrolled("", g, n) for g, n in zip(groups, sizes, strict=True)]})

    hides_a, hides_b = release("64", PROTECTS, "30", FEWER), release("64", "27", PROTECTS, FEWER)
    series = attack_series([hides_a, hides_b])
    assert not [f for day in series.single for f in day]
    assert [(f.kind, str(f.cell), f.values) for f in series.joined[1]] == [
        (TOGETHER, "enrolled[2025 district Race=C]", (7,))
    ]
    assert series.changes == []


def test_older_releases_of_other_children_are_left_out_of_a_series(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest tells 50 in A and the next 27; the last tells neither, and what it hides follows from the next alone."""

    def release(*sizes: str) -> Release:
        groups = ["All students", "Race-A", "Race-B", "Race-C"]
        return read({"enrollment_summary": [enrolled("", g, n) for g, n in zip(groups, sizes, strict=True)]})

    monkeypatch.setattr(releases, "MOST_CONTRADICTIONS", 1, raising=False)
    oldest, next_one = release("64", "50", PROTECTS, FEWER), release("64", "27", PROTECTS, FEWER)
    series = attack_series([oldest, next_one, release("64", PROTECTS, "30", FEWER)])
    assert [(str(f.cell), f.values) for f in series.joined[2]] == [("enrolled[2025 district Race=C]", (7,))]


def test_a_count_that_moves_by_few_between_releases_is_a_finding_but_for_the_district_of_the_running_year() -> None:
    def release(district: str, *schools: str) -> Release:
        rows = [enrolled(name, "All students", n) for name, n in zip(["", "1", "2"], [district, *schools], strict=True)]
        return read({"enrollment_summary": rows})

    series = attack_series([release("900", "400", "500"), release("901", "401", "500"), release("920", "420", "500")])
    assert [(str(m.cell), m.values, m.is_told) for m in series.changes] == [
        ("enrolled[2025 school:1 all]", (400, 401), True)
    ]


def test_days_of_a_district_follow_from_their_seed(tmp_path: Path) -> None:
    """A child enters, another leaves, a record comes late: the same ones for the same seed, in the extracts alone."""
    student = "2026,1,A,B,2015-01-01,F,White,false,false,false,false"
    files = {
        "students": "school_year,student_id,first_name,last_name,birth_date,sex,race_ethnicity,"
        f"is_economically_disadvantaged,is_english_learner,has_disability,is_homeless\n{student}\n{student.replace('2026', '2025')}\n",
        "enrollments": "enrollment_id,school_year,student_id,school_id,grade_level,entry_date,exit_date,exit_reason,is_primary\n"
        "E1,2026,1,0101,05,2025-08-20,,,true\nE2,2025,1,0101,04,2024-08-20,2025-05-20,End,true\n",
        "calendar_dates": "school_id,calendar_date,is_school_day\n0101,2026-02-14,false\n",
    }
    made = []
    for name in ("one", "other"):
        sis = tmp_path / name / "data" / "raw" / "sis"
        sis.mkdir(parents=True)
        for extract, text in files.items():
            (sis / f"{extract}.csv").write_text(text)
        days = Days(tmp_path / name, seed=3)
        happened = [days.enters(), days.leaves(), days.is_found_last_year()]
        made.append((happened, {p.name: p.read_text() for p in sorted(sis.iterdir())}))
    assert made[0] == made[1]
    assert made[0][0] == ["entered 2026 0101 grade 05", "left 2026 0101", "entered 2025 0101 grade 04"]
    assert made[0][1]["students.csv"].count("New,Child") == 2
