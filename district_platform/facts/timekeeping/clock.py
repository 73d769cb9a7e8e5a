"""Turns local times into moments that can be subtracted: finds each punch's offset from UTC.

A punch says a local time and a zone. Where clocks change that is not enough: an hour in March does not exist, and an hour in November comes
twice. Both cases are decided only here (docs/timekeeping.md). `pairing` works on the moments.
"""

import datetime as dt
from collections.abc import Collection, Iterator
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from district_platform.dictionary.model import names
from district_platform.facts.reconciliation.sessions import SECONDS_A_DAY, second_of_day

ZONES = names(
    "America/New_York America/Detroit America/Kentucky/Louisville America/Kentucky/Monticello America/Indiana/Indianapolis "
    "America/Indiana/Vincennes America/Indiana/Winamac America/Indiana/Marengo America/Indiana/Petersburg "
    "America/Indiana/Vevay America/Chicago America/Indiana/Tell_City America/Indiana/Knox America/Menominee "
    "America/North_Dakota/Center America/North_Dakota/New_Salem America/North_Dakota/Beulah America/Denver America/Boise "
    "America/Phoenix America/Los_Angeles America/Anchorage America/Juneau America/Sitka America/Yakutat America/Nome "
    "America/Adak Pacific/Honolulu America/Puerto_Rico America/St_Thomas Pacific/Guam Pacific/Pago_Pago Pacific/Saipan UTC"
)
"""The zones of the United States and their territories (IANA's zone1970.tab), and UTC; without Metlakatla, which in 2019 turned its
clocks three times."""

YEARS = range(2010, 2041)
TURNS_A_YEAR = 2
QUARTER = dt.timedelta(minutes=15)
"""Clocks are turned on the quarter of an hour, everywhere."""

EPOCH = dt.date(1970, 1, 1)

CLOCK = {
    "clock_zone": pa.string(),
    "clock_year": pa.int64(),
    "january_offset": pa.int64(),
    "turned_at": pa.timestamp("us"),
    "turned_offset": pa.int64(),
    "turned_again_at": pa.timestamp("us"),
    "turned_again_offset": pa.int64(),
    "repeated_from": pa.timestamp("us"),
    "repeated_until": pa.timestamp("us"),
    "repeated_offset": pa.int64(),
}
"""A zone's year: its offset from UTC in seconds on 1 January, the local times from which it is another, and the hour that comes twice."""


def with_offset(punches: ibis.Table, more_zones: Collection[str] = ()) -> ibis.Table:
    """The punches with `utc_offset` in seconds and `is_repeated_hour`.

    Zones of the United States are known, and `more_zones`; the offset of any other is null. A local time that comes twice is its
    first time, but for a punch of the second pass. A time that does not exist is read by the clock as it stood before it was turned.
    """
    dated = punches.mutate(clock_year=punches.punch_dtm.year().cast("int64"))
    clock = ibis.memtable(zone_years(frozenset({*ZONES, *more_zones})))
    timed = dated.left_join(clock, [dated.time_zone == clock.clock_zone, dated.clock_year == clock.clock_year])
    local = timed.punch_dtm
    marked = timed.select(
        *punches.columns,
        "repeated_from",
        "repeated_offset",
        is_repeated_hour=((local >= timed.repeated_from) & (local < timed.repeated_until)).fill_null(False),
        first_offset=ibis.cases(
            (local >= timed.turned_again_at, timed.turned_again_offset),
            (local >= timed.turned_at, timed.turned_offset),
            else_=timed.january_offset,
        ),
    )
    second = _second_pass(marked.filter("is_repeated_hour"))
    passed = marked.left_join(second, marked.punch_id == second.second_pass_id)
    return passed.select(
        *punches.columns,
        "is_repeated_hour",
        utc_offset=passed.second_pass_id.notnull().ifelse(passed.repeated_offset, passed.first_offset),
    )


def _second_pass(repeated: ibis.Table) -> ibis.Table:
    """Punches of the repeated hour that are made after the clock was turned back.

    Punches get their ids in the order in which they are made. If a punch shows an earlier time than the employee's punch before it, the
    clock was turned back between the two, and this holds for all later punches.
    """
    made = {"group_by": ["k_employee", "repeated_from"], "order_by": "punch_id"}
    is_earlier = (repeated.punch_dtm < repeated.punch_dtm.lag(1).over(ibis.window(**made))).fill_null(False)
    turned = repeated.mutate(is_turned=is_earlier.cast("int64"))
    after = turned.mutate(n_turned=turned.is_turned.sum().over(ibis.cumulative_window(**made)))
    return after.filter(after.n_turned > 0).select(second_pass_id="punch_id")


def moment(local: ir.TimestampValue, utc_offset: ir.IntegerValue) -> ir.IntegerValue:
    """Seconds since 1970 in UTC."""
    days = local.date().delta(ibis.literal(EPOCH), unit="day").cast("int64")
    return days * SECONDS_A_DAY + second_of_day(local) - utc_offset


@cache
def zone_years(zones: frozenset[str]) -> pa.Table:
    """One row for each zone and year; see CLOCK."""
    rows = [_zone_year(name, year) for name in sorted(zones) for year in YEARS]
    return pa.Table.from_pylist(rows, pa.schema(CLOCK))


def _zone_year(name: str, year: int) -> dict[str, object]:
    zone = ZoneInfo(name)
    turns = list(_clock_changes(zone, year))
    if len(turns) > TURNS_A_YEAR:
        raise ValueError(f"{name} turns its clocks {len(turns)} times in {year}, more than {TURNS_A_YEAR}")
    row: dict[str, object] = {"clock_zone": name, "clock_year": year}
    row["january_offset"] = _offset(zone, _january(year))
    for (at, before, after), column in zip(turns, ("turned", "turned_again"), strict=False):
        naive = at.replace(tzinfo=None)
        row |= {f"{column}_at": naive + dt.timedelta(seconds=max(before, after)), f"{column}_offset": after}
        if after < before:
            row |= {
                "repeated_from": naive + dt.timedelta(seconds=after),
                "repeated_until": naive + dt.timedelta(seconds=before),
                "repeated_offset": after,
            }
    return row


def _clock_changes(zone: ZoneInfo, year: int) -> Iterator[tuple[dt.datetime, int, int]]:
    """When the clocks of a zone are turned, in UTC, and the offsets before and after. No zone turns them twice in a month."""
    months = [*(dt.datetime(year, month, 1, tzinfo=dt.UTC) for month in range(1, 13)), _january(year + 1)]
    offsets = [_offset(zone, month) for month in months]
    for (low, before), (high, after) in pairwise(zip(months, offsets, strict=True)):
        if before != after:
            yield _time_of_change(zone, low, high, after), before, after


def _time_of_change(zone: ZoneInfo, low: dt.datetime, high: dt.datetime, after: int) -> dt.datetime:
    """The quarter of an hour between two moments from which this offset holds."""
    n_before, n_after = 0, (high - low) // QUARTER
    while n_after - n_before > 1:
        middle = (n_before + n_after) // 2
        is_after = _offset(zone, low + middle * QUARTER) == after
        n_before, n_after = (n_before, middle) if is_after else (middle, n_after)
    return low + n_after * QUARTER


def _january(year: int) -> dt.datetime:
    return dt.datetime(year, 1, 1, tzinfo=dt.UTC)


def _offset(zone: ZoneInfo, at: dt.datetime) -> int:
    return int((at.astimezone(zone).utcoffset() or dt.timedelta(0)).total_seconds())
