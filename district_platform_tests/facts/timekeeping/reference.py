"""The pairing rule and hours at work once more, punch by punch in plain Python: what the tables are held against."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from district_platform.settings import Hours
from district_platform_tests.facts.timekeeping.punches import Punch

HOUR = dt.timedelta(hours=1)


@dataclass
class Paired:
    """What became of the punches."""

    shifts: dict[int, list[int]] = field(default_factory=dict)
    """punch_ids in order, by that of the first."""
    alone: dict[int, str] = field(default_factory=dict)
    """What the partner of a punch would be, or that it repeats the one before."""
    seconds: dict[int, int] = field(default_factory=dict)
    """At work, by shift."""
    next_week: dict[int, int] = field(default_factory=dict)
    """Of these, after the Saturday midnight that follows the shift's beginning."""


def paired(punches: Sequence[Punch], hours: Hours) -> Paired:
    """Punches that count, in any order."""
    found = Paired()
    by_employee = defaultdict(list)
    for punch in punches:
        by_employee[punch.employee].append(punch)
    for own in by_employee.values():
        _pair(list(_in_true_time(own)), hours, found)
    return found


def _in_true_time(punches: list[Punch]) -> Iterator[tuple[dt.datetime, Punch]]:
    """In UTC. Of an hour that comes twice the second time begins where, by their ids, a punch shows less than the one before."""
    latest: dict[tuple[dt.date, str | None], tuple[dt.datetime, int]] = {}
    moments = []
    for punch in sorted(punches, key=lambda p: p.id):
        zone = ZoneInfo(str(punch.zone))
        first, second = (punch.at.replace(fold=fold, tzinfo=zone).astimezone(dt.UTC) for fold in (0, 1))
        fold = 0
        if first < second:
            before, fold = latest.get((punch.at.date(), punch.zone), (punch.at, 0))
            fold = 1 if punch.at < before else fold
            latest[punch.at.date(), punch.zone] = punch.at, fold
        moments.append((second if fold else first, punch))
    return iter(sorted(moments, key=lambda moment: (moment[0], moment[1].id)))


MARKS = {"In Punch": "in", "New Shift": "in", "Out Punch": "out"}


def _without_repeats(
    moments: list[tuple[dt.datetime, Punch]], hours: Hours, found: Paired
) -> list[tuple[dt.datetime, Punch]]:
    longest = hours.max_hours_without_punch * HOUR
    kept = []
    for place, (at, punch) in enumerate(moments):
        if place:
            before_at, before = moments[place - 1]
            is_decided = punch.override in MARKS and MARKS[punch.override] != MARKS.get(before.override or "")
            is_at_work = (
                1 < place < len(moments) - 1
                and before_at - moments[place - 2][0] <= longest
                and moments[place + 1][0] - at <= longest
            )
            on_two_dates = before.at.date() < punch.at.date()
            on_the_stroke = before.at.time() == punch.at.time() == dt.time()
            is_cut = is_at_work and (on_two_dates or on_the_stroke)
            if at - before_at <= dt.timedelta(minutes=hours.repeat_minutes) and not is_decided and not is_cut:
                found.alone[punch.id] = "repeat"
                continue
        kept.append((at, punch))
    return kept


def _week_end(punch: Punch) -> dt.datetime:
    """The midnight after the Saturday of a punch's week."""
    sunday = punch.at.date() + dt.timedelta(days=7 - (punch.at.date().weekday() + 1) % 7)
    return dt.datetime.combine(sunday, dt.time())


def _pair(moments: list[tuple[dt.datetime, Punch]], hours: Hours, found: Paired) -> None:
    moments = _without_repeats(moments, hours, found)
    by_id = {punch.id: punch for _, punch in moments}
    begun: tuple[dt.datetime, Punch] | None = None
    before: dt.datetime | None = None
    shift: int | None = None
    for at, punch in moments:
        is_marked_in = MARKS.get(punch.override or "") == "in"
        is_certain = begun and MARKS.get(begun[1].override or "") == "in" and punch.override == "Out Punch"
        longest = (hours.max_hours_between_marks if is_certain else hours.max_hours_without_punch) * HOUR
        if begun and before and (at - before > longest or is_marked_in):
            found.alone[begun[1].id] = "missing out"
            begun, shift = None, None
        if begun is None and punch.override == "Out Punch":
            found.alone[punch.id] = "missing in"
            shift = None
        elif begun is None:
            if shift and before and at - before > dt.timedelta(minutes=hours.max_break_minutes):
                shift = None
            begun = at, punch
        else:
            shift = shift or begun[1].id
            found.shifts.setdefault(shift, []).extend([begun[1].id, punch.id])
            found.seconds[shift] = found.seconds.get(shift, 0) + int((at - begun[0]).total_seconds())
            midnight = _week_end(by_id[shift]).replace(tzinfo=ZoneInfo(str(begun[1].zone))).astimezone(dt.UTC)
            later = max(at - max(begun[0], midnight), dt.timedelta())
            found.next_week[shift] = found.next_week.get(shift, 0) + int(later.total_seconds())
            begun = None
        before = at
    if begun:
        found.alone[begun[1].id] = "missing out"
