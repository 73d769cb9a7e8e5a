"""Schedules of EventBridge: what a crontab becomes, when it comes, and what is refused."""

import datetime as dt
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from district_platform.aws.crons import ScheduleError, next_times, nightly_and_weekly, of_crontab, read
from district_platform.settings import Automation

NEW_YORK = "America/New_York"


def at(text: str, zone: str = NEW_YORK) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def shown(times: list[dt.datetime]) -> list[str]:
    return [f"{time:%a %Y-%m-%d %H:%M %z}" for time in times]


@pytest.mark.parametrize(
    ("crontab", "schedule"),
    [
        ("15 5 * * *", "cron(15 5 * * ? *)"),
        ("30 5 * * 1", "cron(30 5 ? * MON *)"),
        ("30 5 * * 1-5", "cron(30 5 ? * MON,TUE,WED,THU,FRI *)"),
        ("30 5 * * MON-FRI", "cron(30 5 ? * MON,TUE,WED,THU,FRI *)"),
        ("0 6 * * 0,7", "cron(0 6 ? * SUN *)"),
        ("*/20 4-6 1 * *", "cron(0,20,40 4,5,6 1 * ? *)"),
        ("0 5 1 jan,jul *", "cron(0 5 1 1,7 ? *)"),
        ("0 5 1/10 * *", "cron(0 5 1,11,21,31 * ? *)"),
    ],
)
def test_crontab_becomes_a_schedule(crontab: str, schedule: str):
    assert of_crontab(crontab) == schedule


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("30 5 * * 1", "is written cron"),
        ("cron(30 5 * * 1)", "six fields .* not 5"),
        ("cron(30 5 * * MON *)", r"exactly one is \?"),
        ("cron(30 5 ? * ? *)", r"exactly one is \?"),
        ("cron(30 25 * * ? *)", "25 is not within 0-23"),
        ("cron(30 5 ? * 0 *)", "0 is not within 1-7"),  # a crontab's Sunday
        ("cron(30 5 L * ? *)", "L is not understood"),
    ],
)
def test_what_eventbridge_would_not_take_or_nobody_writes_is_refused(text: str, why: str):
    with pytest.raises(ScheduleError, match=why):
        read(text)


@pytest.mark.parametrize(
    ("crontab", "why"),
    [
        ("15 5 1 * 1", "cron means either, and EventBridge cannot say so"),
        ("15 5 * *", "five fields, not 4"),
        ("15 5 * * 8", "8 is not within 0-7"),
        ("15 5 * * xyz", "xyz is not understood"),
    ],
)
def test_crontab_that_cannot_be_expressed_is_refused(crontab: str, why: str):
    with pytest.raises(ScheduleError, match=why):
        of_crontab(crontab)


def test_weekly_schedule_comes_on_mondays_at_the_districts_own_hour_in_summer_and_winter():
    assert shown(next_times("cron(30 5 ? * MON *)", NEW_YORK, at("2026-10-20T00:00"), 3)) == [
        "Mon 2026-10-26 05:30 -0400",
        "Mon 2026-11-02 05:30 -0500",
        "Mon 2026-11-09 05:30 -0500",
    ]


def test_time_that_the_clock_jumps_over_does_not_come_and_a_repeated_one_comes_once():
    spring = shown(next_times("cron(30 2 * * ? *)", NEW_YORK, at("2026-03-07T00:00"), 3))
    assert spring == ["Sat 2026-03-07 02:30 -0500", "Mon 2026-03-09 02:30 -0400", "Tue 2026-03-10 02:30 -0400"]
    autumn = shown(next_times("cron(30 1 * * ? *)", NEW_YORK, at("2026-11-01T00:00"), 2))
    assert autumn == ["Sun 2026-11-01 01:30 -0400", "Mon 2026-11-02 01:30 -0500"]


def test_no_time_is_given_twice_and_the_time_itself_is_over():
    assert shown(next_times("cron(30 5 ? * MON *)", NEW_YORK, at("2026-11-02T05:30"), 1)) == [
        "Mon 2026-11-09 05:30 -0500"
    ]


def test_leap_day_is_found_and_a_day_that_never_comes_ends():
    assert shown(next_times("cron(0 5 29 2 ? *)", "UTC", at("2026-01-01T00:00", "UTC"), 1)) == [
        "Tue 2028-02-29 05:00 +0000"
    ]
    assert next_times("cron(0 5 31 2 ? *)", "UTC", at("2026-01-01T00:00", "UTC")) == []


def test_day_of_the_weekly_run_has_no_nightly_one():
    assert nightly_and_weekly("15 5 * * *", "30 5 * * 1") == (
        "cron(15 5 ? * SUN,TUE,WED,THU,FRI,SAT *)",
        "cron(30 5 ? * MON *)",
    )
    assert nightly_and_weekly("15 5 * * *", "30 5 1 * *") == ("cron(15 5 * * ? *)", "cron(30 5 1 * ? *)")
    with pytest.raises(ScheduleError, match="no day is left"):
        nightly_and_weekly("15 5 * * 1", "30 5 * * 1")


@pytest.mark.parametrize("zone", [NEW_YORK, "America/Phoenix", "Pacific/Honolulu"])
def test_aws_starts_runs_when_the_districts_own_machine_would(zone: str):
    """Dagster's schedules are the reference: on the days of the weekly run, that one alone."""
    automation, start = Automation(timezone=zone), at("2026-02-25T00:00", zone)
    nightly, weekly = nightly_and_weekly(automation.daily_cron, automation.weekly_cron)

    def of_dagster(cron: str, n: int) -> list[dt.datetime]:
        return list(islice(schedule_execution_time_iterator(start.timestamp(), cron, zone, ascending=True), n))

    mondays = of_dagster(automation.weekly_cron, 40)
    days = [time for time in of_dagster(automation.daily_cron, 280) if time.weekday() != 0]
    assert [time.timestamp() for time in next_times(weekly, zone, start, 40)] == [time.timestamp() for time in mondays]
    assert [t.timestamp() for t in next_times(nightly, zone, start, 200)] == [t.timestamp() for t in days[:200]]
