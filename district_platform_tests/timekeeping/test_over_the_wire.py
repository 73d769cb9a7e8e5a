"""From the timekeeping system's API to the store, over HTTP, on both databases."""

import datetime as dt

from district_platform.home import Home
from district_platform.settings import Engine, Timekeeping
from district_platform.standins.ukg import StandIn
from district_platform.standins.ukg.timesheets import Punch
from district_platform.timekeeping.database import Database, open_store
from district_platform.timekeeping.updating import Load
from district_platform_tests.clock import Clock
from district_platform_tests.sources.ukg.conftest import Desk, opened
from district_platform_tests.sources.ukg.timesheets import timesheets

FRIDAY = dt.date(2025, 9, 5)


def update(store: Database, desk: Desk, last_date: dt.date) -> None:
    settings = Timekeeping(first_date=dt.date(2025, 9, 1))
    Load(store, desk.client(), settings, last_date, f"through {last_date}", lambda _: None).update()


def test_edited_deleted_and_late_punch_arrive_on_the_next_update(home: Home, timekeeping: Timekeeping):
    clock = Clock()
    standin = StandIn(timesheets({"7": ["2025-09-02 08:00", "2025-09-02 12:00", "2025-09-02 12:30"]}), clock=clock)
    with opened(standin, clock) as desk, open_store(home, timekeeping, Engine()) as store:
        update(store, desk, dt.date(2025, 9, 3))
        *_, last = standin.timesheets.of("7", FRIDAY - dt.timedelta(days=3), FRIDAY).to_pylist()
        late = Punch(**last)
        standin.timesheets.edit(
            "7", 101, punch_dtm=dt.datetime(2025, 9, 2, 7, 45), updated_on_dtm=dt.datetime(2025, 9, 4, 9)
        )
        standin.timesheets.delete("7", 102)
        standin.timesheets.add(late._replace(punch_id=900, punch_dtm=dt.datetime(2025, 9, 1, 16, 30)))
        update(store, desk, FRIDAY)
        rows = store.query("select punch_id, cast(punch_dtm as text) as at, is_deleted from punch order by punch_id")
    assert [tuple(row.values()) for row in rows.to_pylist()] == [
        (101, "2025-09-02 07:45:00", False),
        (102, "2025-09-02 12:00:00", True),
        (103, "2025-09-02 12:30:00", False),
        (900, "2025-09-01 16:30:00", False),
    ]
