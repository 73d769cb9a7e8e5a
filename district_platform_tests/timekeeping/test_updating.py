"""The store follows the timekeeping system: what is new, edited, deleted, late, repeated or nobody's, on both databases."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest

from district_platform.home import Home
from district_platform.settings import Engine, Timekeeping
from district_platform.timekeeping.database import Database, StoreError, open_store
from district_platform_tests.timekeeping.made import FIRST_DATE, LAST_DATE, MadeSource, batch, load, person, punch

MONDAY = dt.date(2026, 2, 9)
FRIDAY = dt.date(2026, 2, 13)


@pytest.fixture
def store(home: Home, timekeeping: Timekeeping) -> Iterator[Database]:
    with open_store(home, timekeeping, Engine()) as store:
        yield store


def rows(store: Database, query: str) -> list[tuple]:
    return [tuple(row.values()) for row in store.query(query).to_pylist()]


def punches(store: Database) -> list[tuple]:
    return rows(store, "select punch_id, cast(punch_dtm as text) as at, is_deleted from punch order by punch_id")


def test_edited_deleted_and_late_punch_arrive_on_the_next_update(store):
    source = MadeSource(
        [person("1")],
        [punch(1, "1", "2026-02-09 08:00"), punch(2, "1", "2026-02-09 15:00"), punch(3, "1", "2026-02-10 08:00")],
    )
    load(store, source, MONDAY + dt.timedelta(days=1)).update()
    source.punches = [
        punch(1, "1", "2026-02-09 07:45", updated="2026-02-11 09:00"),
        punch(3, "1", "2026-02-10 08:00"),
        punch(9, "1", "2026-01-27 08:00", updated="2026-02-11 09:00"),
    ]
    counts = load(store, source, FRIDAY).update()
    assert punches(store) == [
        (1, "2026-02-09 07:45:00", False),
        (2, "2026-02-09 15:00:00", True),
        (3, "2026-02-10 08:00:00", False),
        (9, "2026-01-27 08:00:00", False),
    ]
    assert (counts.n_read, counts.n_new, counts.n_edited, counts.n_unchanged, counts.n_deleted) == (3, 1, 1, 1, 1)


def test_second_update_writes_nothing(store):
    source = MadeSource(
        [person("1"), person("2")], [punch(1, "1", "2026-02-09 08:00"), punch(2, "2", "2026-02-09 08:00")]
    )
    load(store, source).update()
    before = rows(store, "select * from punch order by punch_id")
    counts = load(store, source).update()
    assert rows(store, "select * from punch order by punch_id") == before
    assert (counts.n_read, counts.n_unchanged, counts.n_new, counts.n_edited, counts.n_deleted) == (2, 2, 0, 0, 0)


def test_punch_that_comes_back_is_deleted_no_more(store):
    source = MadeSource([person("1")], [punch(1, "1", "2026-02-09 08:00")])
    load(store, source).update()
    load(store, replace(source, punches=[])).update()
    assert punches(store) == [(1, "2026-02-09 08:00:00", True)]
    assert load(store, source).update().n_edited == 1
    assert punches(store) == [(1, "2026-02-09 08:00:00", False)]


def test_punch_from_before_the_look_back_is_left_alone(store):
    source = MadeSource([person("1")], [punch(1, "1", "2025-11-03 08:00"), punch(2, "1", "2026-02-09 08:00")])
    load(store, source).update()
    load(store, replace(source, punches=[])).update()
    assert [(number, is_deleted) for number, _, is_deleted in punches(store)] == [(1, False), (2, True)]


def test_catchup_finds_an_old_deletion(store):
    source = MadeSource([person("1")], [punch(1, "1", "2025-11-03 08:00")])
    load(store, source).update()
    load(store, replace(source, punches=[])).catchup()
    assert punches(store) == [(1, "2025-11-03 08:00:00", True)]


def test_punch_at_the_edge_that_belongs_to_another_day_is_not_deleted(store):
    """A shift that ended after midnight stands, in the timekeeping system, on the day on which it began."""

    class ByShift(MadeSource):
        def timecards(self, person_numbers, start, end):
            for page in super().timecards(person_numbers, start, end):
                made = page.to_pylist()
                yield batch([p for p in made if not (p["punch_dtm"].hour < 4 and p["punch_dtm"].date() == start)])

    source = ByShift([person("1")], [punch(n, "1", f"2026-02-{n:02} 01:00") for n in range(1, 14)])
    for _ in range(2):
        load(store, source, first_date=dt.date(2026, 2, 1), look_back_days=5, batch_days=4).update()
    assert not any(is_deleted for _, _, is_deleted in punches(store))


def test_repeated_page_counts_once_and_the_newest_version_wins(store):
    old = punch(1, "1", "2026-02-09 08:00", updated="2026-02-09 08:01")
    new = punch(1, "1", "2026-02-09 07:30", updated="2026-02-10 10:00")
    counts = load(store, MadeSource([person("1"), person("1")], [new, old, new])).update()
    assert punches(store) == [(1, "2026-02-09 07:30:00", False)]
    assert (counts.n_read, counts.n_repeated, counts.n_new) == (3, 2, 1)


def test_older_version_does_not_undo_a_newer_one(store):
    source = MadeSource([person("1")], [punch(1, "1", "2026-02-09 07:30", updated="2026-02-10 10:00")])
    load(store, source).update()
    load(store, replace(source, punches=[punch(1, "1", "2026-02-09 08:00", updated="2026-02-09 08:01")])).update()
    assert punches(store) == [(1, "2026-02-09 07:30:00", False)]


def test_partial_answer_stores_what_came_deletes_nothing_and_is_asked_again(store):
    two_days = [punch(1, "1", "2026-02-09 08:00"), punch(2, "1", "2026-02-10 08:00")]
    source = MadeSource([person("1"), person("2")], [*two_days, punch(3, "2", "2026-02-09 08:00")])
    load(store, source, MONDAY).update()
    load(store, replace(source, partial={"1"})).update()
    assert not any(is_deleted for _, _, is_deleted in punches(store))
    cursors = "select person_number, complete_through from employee_cursor order by person_number"
    assert rows(store, cursors) == [("1", MONDAY), ("2", LAST_DATE)]
    load(store, source).update()
    assert rows(store, cursors) == [("1", LAST_DATE), ("2", LAST_DATE)]
    assert [number for number, _, _ in punches(store)] == [1, 2, 3]


def test_nothing_is_lost(store):
    source = MadeSource(
        [person("1"), person("2", worker_type="robot")],
        [
            punch(1, "1", "2026-02-09 08:00"),
            punch(2, "1", "2026-02-09 09:00") | {"time_zone": None},
            punch(3, "1", "2026-02-09 10:00") | {"person_number": "9"},
        ],
    )
    source.timecards = lambda people, start, end: iter([batch(source.punches)])  # type: ignore[method-assign]
    counts = load(store, source, batch_employees=9).update()
    assert (counts.n_read, counts.n_new, counts.n_rejected) == (3, 1, 2)
    assert rows(store, "select punch_id, person_number, reason from punch_reject order by punch_id") == [
        (2, "1", "incomplete"),
        (3, "9", "unknown employee"),
    ]
    assert rows(store, "select person_number, reason from employee_reject") == [("2", "unknown worker type")]


def test_punch_of_an_unknown_employee_is_theirs_once_they_are_known(store):
    source = MadeSource([person("1")], [punch(3, "9", "2025-10-06 10:00")])
    source.timecards = lambda people, start, end: iter([batch(source.punches)])  # type: ignore[method-assign]
    load(store, source).update()
    assert punches(store) == []
    load(store, MadeSource([person("1"), person("9")], source.punches), look_back_days=0).update()
    assert punches(store) == [(3, "2025-10-06 10:00:00", False)]
    assert rows(store, "select * from punch_reject") == []


def test_change_of_an_employee_is_followed_and_one_who_left_the_system_is_kept(store):
    source = MadeSource(
        [person("1"), person("2")], [punch(1, "1", "2026-02-09 08:00"), punch(2, "2", "2026-02-09 08:00")]
    )
    load(store, source).update()
    load(store, replace(source, people=[person("1", job_title="Clerk")], asked=[])).update()
    assert rows(store, "select person_number, job_title from employee order by person_number") == [
        ("1", "Clerk"),
        ("2", "Aide"),
    ]
    assert [is_deleted for _, _, is_deleted in punches(store)] == [False, False]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"hire_date": None}, "incomplete"),
        ({"termination_date": dt.date(2019, 1, 1)}, "terminated before hired"),
        ({"hourly_rate": -1}, "negative hourly rate"),
        ({"ukg_person_id": 1_001}, "person id of another employee"),
    ],
)
def test_record_that_cannot_be_an_employee_is_set_aside(store, wrong, reason):
    load(store, MadeSource([person("1"), person("2", **wrong)], [])).update()
    assert rows(store, "select person_number, reason from employee_reject") == [("2", reason)]
    assert rows(store, "select person_number from employee") == [("1",)]


def test_person_id_of_a_known_employee_stays(store):
    source = MadeSource([person("1")], [punch(1, "1", "2026-02-09 08:00")])
    load(store, source).update()
    load(store, replace(source, people=[person("1", ukg_person_id=77)])).update()
    assert rows(store, "select reason from employee_reject") == [("person id has changed",)]
    assert rows(store, "select ukg_person_id from employee") == [(1_001,)]


def test_load_goes_on_where_it_broke_off(store):
    source = MadeSource(
        [person("1"), person("2")], [punch(1, "1", "2025-10-06 08:00"), punch(2, "2", "2026-02-09 08:00")]
    )
    with pytest.raises(ConnectionError):
        load(store, replace(source, fails_after=3), batch_days=92).update()
    again = replace(source, asked=[])
    load(store, again, batch_days=92).update()
    assert [number for number, _, _ in punches(store)] == [1, 2]
    asked_of_2 = min(start for people, start, _ in again.asked if "2" in people)
    assert asked_of_2 > FIRST_DATE, "what was complete is not asked for again"


def test_killed_catchup_goes_on_and_a_finished_one_begins_again(store):
    source = MadeSource([person("1"), person("2"), person("3")], [])
    with pytest.raises(ConnectionError):
        load(store, replace(source, asked=[], fails_after=1)).catchup()
    second, third = replace(source, asked=[]), replace(source, asked=[])
    load(store, second).catchup()
    load(store, third).catchup()
    assert [people for people, _, _ in second.asked] == [("2",), ("3",)]
    assert [people for people, _, _ in third.asked] == [("1",), ("2",), ("3",)]


def test_catchup_of_one_employee_asks_for_nobody_else(store):
    source = MadeSource([person("1"), person("2")], [])
    load(store, source).update()
    source.asked.clear()
    load(store, source).catchup("2")
    assert [(people, start) for people, start, _ in source.asked] == [(("2",), FIRST_DATE - dt.timedelta(days=1))]


def test_catchup_of_an_employee_nobody_knows_is_refused(store):
    with pytest.raises(StoreError, match="knows no employee 9"):
        load(store, MadeSource([person("1")], [])).catchup("9")


def test_new_employee_is_loaded_from_the_first_date_on(store):
    source = MadeSource([person("1")], [])
    load(store, source).update()
    load(
        store, replace(source, people=[person("1"), person("2")], punches=[punch(2, "2", "2025-09-01 08:00")])
    ).update()
    assert punches(store) == [(2, "2025-09-01 08:00:00", False)]


def test_backup_gives_what_is_older_than_the_first_date_and_changes_no_employee(store):
    load(store, MadeSource([person("1", job_title="Clerk")], [punch(1, "1", "2026-02-09 08:00")])).update()
    old = MadeSource(
        [person("1"), person("7")],
        [punch(5, "1", "2024-03-04 08:00"), punch(6, "7", "2024-03-04 08:00"), punch(8, "1", "2026-02-10 08:00")],
    )
    load(store, old).backup("digest")
    load(store, MadeSource([person("1", job_title="Clerk")], [punch(1, "1", "2026-02-09 08:00")])).catchup()
    assert [(number, is_deleted) for number, _, is_deleted in punches(store)] == [(1, False), (5, False), (6, False)]
    assert rows(store, "select person_number, job_title from employee order by person_number") == [
        ("1", "Clerk"),
        ("7", "Aide"),
    ]


def test_account_of_a_run_adds_up(store):
    load(store, MadeSource([person("1")], [punch(1, "1", "2026-02-09 08:00")] * 2)).update()
    account = "select job, n_read, n_repeated, n_new, n_rejected, ended_at >= started_at as has_ended from load_run"
    assert rows(store, account) == [("update_punches", 2, 1, 1, 0, True)]
