"""Nothing follows from publications taken together; the ledger keeps what was ever told, and no more than what is new."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

import pandas as pd
import pytest

from district_platform.dictionary import TABLES
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.tables import Tables, unbound
from district_platform.privacy import ledger
from district_platform.privacy.across_releases import CORRECTED, Populations, held
from district_platform.privacy.audit import audit
from district_platform.privacy.release import running_years, uncounted_years
from district_platform.privacy.released import released
from district_platform.privacy.words import NOT_TOLD
from district_platform.settings import Attendance, Privacy, Quality
from district_platform_tests.privacy.rows import ALL, enrolled, subgroup, table

YES, NO = subgroup("Disability", "Yes"), subgroup("Disability", "No")
MONDAY = dt.date(2026, 2, 9)


@dataclass
class District:
    """Publishes analysis tables day after day, as the pipeline does."""

    tables: Tables
    privacy: Privacy = field(default_factory=Privacy)
    source: str = "files"
    attendance: Attendance = field(default_factory=Attendance)
    running: frozenset[str] = frozenset()

    def publish(self, day: dt.date = MONDAY, **analysis: pd.DataFrame) -> dict[str, pd.DataFrame]:
        populations = Populations({"kind": self.source}, {"attendance": self.attendance})
        told = ledger.ledger_of(self.tables)

        def earlier(cells, truth):
            return held(cells, truth, told, populations, self.privacy)

        found = released(analysis, self.privacy, day, earlier=earlier)
        shown = ledger.repeated(self.tables, found.tables, populations.digest(), day, self.privacy)
        rows = ledger.rows(shown, populations.digest(), self.running)
        self.tables.replace(TABLES[ledger.ROWS], rows)
        self.tables.replace(TABLES[ledger.CELLS], ledger.cells(found, populations, self.running, day))
        ledger.remember(self.tables)
        return shown


@pytest.fixture
def district(connection):
    return District(DuckDBTables(connection))


def census(release: dict[str, pd.DataFrame]) -> dict[str, str]:
    told = release["enrollment_summary"]
    return told.set_index("k_subgroup")["n_students_census_display"].to_dict()


def counted(everybody: int, with_disability: int) -> pd.DataFrame:
    return enrolled({("A", ALL): everybody, ("A", YES): with_disability, ("A", NO): everybody - with_disability})


def test_headcount_of_the_count_day_stands_still(district):
    """A child who was there on the count day is found later: the warehouse has 101, readers keep 100."""
    first = census(district.publish(enrollment_summary=counted(100, 20)))
    assert first == {ALL: "100", YES: "20", NO: "80"}
    assert census(district.publish(enrollment_summary=counted(101, 21))) == first


def test_headcount_that_was_told_before_is_no_contradiction_of_what_the_data_say_now(district):
    district.publish(enrollment_summary=counted(100, 20))
    later = {"enrollment_summary": counted(101, 21)}
    release, counted_before = district.publish(**later), ledger.counted_years(district.tables)
    assert counted_before == {"2026"}
    assert audit(release, later, district.privacy, counted_before=counted_before).findings == []
    assert audit(release, later, district.privacy).findings


def test_a_small_group_that_was_hidden_stays_hidden_when_a_child_is_found(district):
    first = census(district.publish(enrollment_summary=counted(100, 9)))
    assert first[YES] == "hidden (fewer than 10)"
    assert census(district.publish(enrollment_summary=counted(101, 10))) == first


def test_a_group_of_which_nothing_was_told_is_not_told_later(district):
    district.publish(enrollment_summary=enrolled({("A", ALL): 100}))
    assert census(district.publish(enrollment_summary=counted(101, 20)))[YES] == CORRECTED


def test_another_year_is_told_as_it_is(district):
    district.publish(enrollment_summary=counted(100, 20))
    later = counted(101, 21).assign(school_year=2027)
    assert census(district.publish(enrollment_summary=later)) == {ALL: "101", YES: "21", NO: "80"}


def test_ratio_rests_on_the_headcount_that_was_told(district):
    """101 children to 5 teachers are 20.2, which beside 100 would tell of the child; 100 to 5 are 20.0."""
    row = {"k_school": "A", "n_students_census": 100, "teacher_fte": 5, "students_per_teacher_fte": 20.0}
    district.publish(staffing_ratios=table("staffing_ratios", [row]))
    row |= {"n_students_census": 101, "students_per_teacher_fte": 20.2}
    told = district.publish(staffing_ratios=table("staffing_ratios", [row]))["staffing_ratios"].iloc[0]
    assert (told["n_students_census"], told["students_per_teacher_fte_display"]) == (100, "20.0")


@pytest.mark.parametrize(("corrected", "display"), [(500, "500"), (501, CORRECTED), (509, CORRECTED), (510, "510")])
def test_correction_of_a_finished_year_is_told_where_it_is_no_small_number(district, corrected, display):
    def year(n: int) -> pd.DataFrame:
        row = {"k_school": None, "k_subgroup": ALL, "n_students": n, "n_students_census": 400}
        return table("enrollment_summary", [row])

    district.publish(enrollment_summary=year(500))
    told = district.publish(enrollment_summary=year(corrected))["enrollment_summary"]
    assert told["n_students_display"].tolist() == [display]


def absent(n: int, k: int) -> pd.DataFrame:
    numbers = {"n_students_judged": n, "n_chronically_absent": k, "pct_chronically_absent": 100 * k / n}
    return table("chronic_absence", [{"k_school": "A", "k_subgroup": YES, **numbers}])


def percentage(release: dict[str, pd.DataFrame]) -> str:
    return release["chronic_absence"]["pct_chronically_absent_display"].iloc[0]


def test_percentage_that_lies_where_it_was_told_is_told_again(district):
    """101 students are told in steps of four; 99 were told in steps of ten, and both together would be narrower."""
    assert percentage(district.publish(chronic_absence=absent(99, 9))) == "5–15 %"
    assert percentage(district.publish(chronic_absence=absent(101, 9))) == "5–15 %"
    assert percentage(district.publish(chronic_absence=absent(101, 4))) == "2–6 %"


@pytest.mark.parametrize(
    ("before", "now", "n_absent", "display"),
    [(39, 40, 9, "10–30 %"), (99, 101, 9, "5–15 %")],
)
def test_percentage_that_is_told_as_before_contradicts_no_size_that_its_group_has_now(
    district, before, now, n_absent, display
):
    """A range is told of groups of some sizes only; told again, it is of a group that had such a size."""
    first = district.publish(chronic_absence=absent(before, n_absent))
    later = {"chronic_absence": absent(now, n_absent)}
    again = district.publish(**later)
    assert percentage(first) == percentage(again) == display
    assert audit(again, later, district.privacy, counted_before=frozenset({"2026"})).findings == []


def test_profile_that_is_changed_tells_no_more_than_both_profiles_do(district):
    """Under one profile 5 of 120 is 2–6 %, under the other ≤ 5 %: both together are 2 to 5 %, so that the second says nothing."""
    assert percentage(district.publish(chronic_absence=absent(120, 5))) == "2–6 %"
    district.privacy = Privacy(profile="delaware", min_group_size=10)
    assert percentage(district.publish(chronic_absence=absent(120, 5))) in ("2–6 %", "hidden (protects another group)")


def test_definition_that_changed_is_another_population(district):
    assert percentage(district.publish(chronic_absence=absent(99, 9))) == "5–15 %"
    district.attendance = Attendance(chronic_absence_threshold=85)
    assert percentage(district.publish(chronic_absence=absent(101, 9))) == "6–10 %"


def test_blank_line_in_another_extract_changes_nothing_of_what_is_remembered(district):
    """Populations are known by their source and definitions, and not by the bytes of files."""
    first = census(district.publish(enrollment_summary=counted(100, 9)))
    district.privacy = Privacy(profile="new_york")
    assert census(district.publish(enrollment_summary=counted(100, 9))) == first


def test_ledger_keeps_all_that_was_told_and_only_what_is_new(district):
    district.publish(enrollment_summary=counted(100, 20), chronic_absence=absent(99, 9))
    n = len(ledger.ledger_of(district.tables))
    district.publish(enrollment_summary=counted(100, 20), chronic_absence=absent(99, 9))
    assert len(ledger.ledger_of(district.tables)) == n
    district.publish(enrollment_summary=counted(100, 20), chronic_absence=absent(99, 30))
    assert len(ledger.ledger_of(district.tables)) == n + 1


@pytest.mark.parametrize(
    ("every", "day", "is_repeated"),
    [
        ("week", dt.date(2026, 2, 15), True),
        ("week", dt.date(2026, 2, 16), False),
        ("day", dt.date(2026, 2, 10), False),
        ("month", dt.date(2026, 2, 28), True),
        ("month", dt.date(2026, 3, 1), False),
        ("quarter", dt.date(2026, 3, 31), True),
        ("week", dt.date(2026, 2, 8), False),
    ],
)
def test_rows_of_a_running_year_are_repeated_until_the_next_release(district, every, day, is_repeated):
    district.privacy, district.running = Privacy(release_every=every), frozenset({"2026"})
    district.publish(MONDAY, chronic_absence=absent(200, 60))
    told = district.publish(day, chronic_absence=absent(200, 80))["chronic_absence"].iloc[0]
    shown = (told["pct_chronically_absent_display"], told["as_of_date"])
    assert shown == (("30 %", MONDAY) if is_repeated else ("40 %", day))


def test_rows_that_are_repeated_are_the_same_to_the_cell(district):
    """Dates, decimals, nulls and texts survive a day between two publications, and are written as they were."""
    district.running = frozenset({"2026"})
    row = {
        "k_school": "A",
        "n_students_census": 100,
        "teacher_fte": Decimal("5.2500"),
        "students_per_teacher_fte": 19.05,
    }
    week = {"week_begin_date": dt.date(2026, 2, 2), "n_students_enrolled": 90, "pct_attendance": 94.25, "k_school": "A"}
    analysis = {
        "staffing_ratios": table("staffing_ratios", [row]),
        "attendance_trend": table("attendance_trend", [week]),
    }
    first = district.publish(MONDAY, **analysis)
    second = district.publish(MONDAY + dt.timedelta(days=1), **analysis)
    for name, frame in first.items():
        district.tables.replace(TABLES[f"release_{name}"], second[name])
        again = district.tables.frame(unbound(f"release_{name}"))
        district.tables.replace(TABLES[f"release_{name}"], frame)
        pd.testing.assert_frame_equal(again, district.tables.frame(unbound(f"release_{name}")))
        assert second[name]["as_of_date"].tolist() == [MONDAY]


def test_rows_of_a_finished_year_are_as_fresh_as_the_run(district):
    district.publish(MONDAY, chronic_absence=absent(200, 60))
    assert percentage(district.publish(MONDAY, chronic_absence=absent(200, 80))) == "40 %"


def test_years_that_run_and_years_that_are_not_counted_yet():
    calendar = pd.DataFrame({"school_year": [2025, 2026], "calendar_date": ["2025-06-10", "2026-06-10"]})
    running = running_years(calendar, dt.date(2025, 9, 15))
    assert running == {"2026"}
    assert uncounted_years(running, Quality(), dt.date(2025, 9, 15)) == {"2026"}
    assert uncounted_years(running, Quality(), dt.date(2025, 10, 1)) == frozenset()


def test_headcount_is_not_told_before_the_count_day():
    told = released(
        {"enrollment_summary": counted(100, 20)}, Privacy(), MONDAY, uncounted_years=frozenset({"2026"})
    ).tables["enrollment_summary"]
    assert set(told["n_students_census_display"]) == {NOT_TOLD}


def test_ledger_of_an_earlier_version_is_kept_beside_the_new_one(district):
    """Its columns say other things, so that nothing can be held against it."""
    district.tables.connection.execute(
        "create table privacy_ledger as select 7 as release_number, 'n_tested' as count_name"
    )
    assert census(district.publish(enrollment_summary=counted(100, 20)))[ALL] == "100"
    kept = district.tables.connection.execute("select release_number from privacy_ledger_earlier").fetchall()
    assert (kept, len(ledger.ledger_of(district.tables))) == ([(7,)], 3)
