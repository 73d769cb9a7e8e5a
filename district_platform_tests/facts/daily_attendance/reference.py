"""The daily attendance rules again, slowly: plain Python over rows, day by day, written from the rules alone.

It exists to disagree with the fast one. Tables are lists of dicts; nothing is shared with the code under test.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class District:
    """The inputs of the daily fact as rows, and the policies."""

    enrollments: list[Row]
    calendar: list[Row]
    sessions: list[Row]
    events: list[Row]
    submissions: list[Row]
    categories: list[Row]
    sis_events: list[Row]
    as_of_date: dt.date
    in_attendance_code: str = "In Attendance"
    threshold: Decimal = Decimal(90)
    min_days: int = 20
    exit_date_inclusive: bool = True
    submission_share: Decimal = Decimal("0.5")
    submission_min_days: int = 20
    gap_days: int = 5
    stray_events: str = "follow"


def nulls_last(value: Any, rank: Callable[[Any], Any] = lambda v: v) -> tuple[bool, Any]:
    return (value is None, 0 if value is None else rank(value))


def group(rows: Iterable[Row], *keys: str) -> dict[tuple[Any, ...], list[Row]]:
    groups = defaultdict(list)
    for row in rows:
        groups[tuple(row[key] for key in keys)].append(row)
    return groups


def daily_attendance(district: District) -> list[Row]:
    """The daily fact's rows, in no particular order."""
    days, used = days_with_attendance(district), used_sessions(district)
    district = with_strays_followed(district, days)
    sessions = {(s["k_school"], s["school_year"], s["k_session"]): s for s in district.sessions}
    events = group(district.events, "k_student", "k_school", "event_date")
    enrollments = group(district.enrollments, "k_student", "k_student_xyear", "k_school", "school_year")
    result = []
    for own in enrollments.values():
        claims = [
            claim for enrollment in own for claim in claims_of(enrollment, own, days, sessions, used, events, district)
        ]
        result += with_running_measures(one_a_day(claims, sessions), district)
    return result


def days_with_attendance(district: District) -> dict[tuple[Any, ...], list[Row]]:
    """Instructional days by school, year and calendar, as far as attendance is claimed."""
    days = []
    for (school, year), dates in group(district.calendar, "k_school", "school_year").items():
        own_dates = {d["calendar_date"] for d in dates}
        evidence = [
            e["event_date"] for e in district.sis_events if (e["k_school"], e["school_year"]) == (school, year)
        ] + [s["submission_date"] for s in district.submissions if s["school_id"] == school]
        evidence = [date for date in evidence if date in own_dates and date <= district.as_of_date]
        if not evidence:
            continue
        is_over = max(own_dates) <= district.as_of_date
        reached = [d for d in dates if d["is_school_day"] and (is_over or d["calendar_date"] <= max(evidence))]
        gaps = {date for gap in gaps_of(district, school, dates, reached, set(evidence)) for date in gap}
        days += [d for d in reached if d["calendar_date"] not in gaps]
    return group(days, "k_school", "school_year", "calendar_code")


def gaps_of(
    district: District, school: str, calendar: list[Row], reached: list[Row], evidence: set[dt.date]
) -> list[list[dt.date]]:
    """Rule 2a: the dates of each gap of a school and year, in order."""
    own_dates = {d["calendar_date"] for d in calendar}
    submitted = {
        s["submission_date"]
        for s in district.submissions
        if s["school_id"] == school and s["submission_date"] in own_dates
        if s["submission_date"] <= district.as_of_date
    }
    if not submitted:
        return []
    first, latest = min(submitted), max(submitted)
    taught = {d["calendar_date"] for d in calendar if d["is_school_day"] and first <= d["calendar_date"] <= latest}
    n_submitted = len(taught & submitted)
    if n_submitted < district.submission_min_days or n_submitted < district.submission_share * len(taught):
        return []
    runs: list[list[dt.date]] = [[]]
    for date in sorted({d["calendar_date"] for d in reached if d["calendar_date"] >= first}):
        if date in evidence:
            runs.append([])
        else:
            runs[-1].append(date)
    return [run for run in runs if len(run) >= district.gap_days]


def with_strays_followed(district: District, days: dict) -> District:
    """Rule 3a: the events, strays at the school that had the student on their date, with no session."""
    if district.stray_events == "ignore":
        return district
    enrollments = group(district.enrollments, "k_student", "school_year")
    taken = {(e["k_student"], e["k_school"], e["event_date"]) for e in district.events}
    events = []
    for event in district.events:
        date = event["event_date"]
        covering = [
            e
            for e in enrollments.get((event["k_student"], event["school_year"]), [])
            if is_enrolled_on(e, date, district)
        ]
        schools = {e["k_school"] for e in covering}
        followed = event
        if len(schools) == 1 and event["k_school"] not in schools:
            [school] = schools
            has_day = any(
                day["calendar_date"] == date
                for e in covering
                for day in days.get((school, event["school_year"], e["calendar_code"]), [])
            )
            if has_day and (event["k_student"], school, date) not in taken:
                followed = event | {"k_school": school, "k_session": None}
        events.append(followed)
    return replace(district, events=events)


def used_sessions(district: District) -> dict[tuple[Any, ...], list[Row]]:
    """Sessions by school and year that an event names which is dated on its school's calendar, up to as_of_date."""
    dates = {(d["k_school"], d["school_year"], d["calendar_date"]) for d in district.calendar}
    named = {
        (e["k_school"], e["school_year"], e["k_session"])
        for e in district.events
        if (e["k_school"], e["school_year"], e["event_date"]) in dates and e["event_date"] <= district.as_of_date
    }
    rows = [s for s in district.sessions if (s["k_school"], s["school_year"], s["k_session"]) in named]
    return group(rows, "k_school", "school_year")


def is_enrolled_on(enrollment: Row, date: dt.date, district: District) -> bool:
    if enrollment["entry_date"] is None or date < enrollment["entry_date"]:
        return False
    if enrollment["exit_date"] is None or date < enrollment["exit_date"]:
        return True
    return date == enrollment["exit_date"] and district.exit_date_inclusive


def claims_of(
    enrollment: Row, own: list[Row], days: dict, sessions: dict, used: dict, events: dict, district: District
) -> Iterable[Row]:
    """The rows that one enrollment claims, one for each day and event."""
    school = (enrollment["k_school"], enrollment["school_year"])
    for day in days.get((*school, enrollment["calendar_code"]), []):
        date = day["calendar_date"]
        if enrollment["entry_date"] is None or date < enrollment["entry_date"]:
            continue
        covering = covering_session(used.get(school, []), date)
        row = {key: enrollment[key] for key in ("k_student", "k_student_xyear", "k_school", "school_year")} | {
            "calendar_date": date,
            "k_calendar_date": day["k_calendar_date"],
            "k_session": covering,
            "attendance_event_reason": None,
            "attendance_code": None,
            "calendar_code": enrollment["calendar_code"],
            "enrollment_id": enrollment["enrollment_id"],
        }
        if not is_enrolled_on(enrollment, date, district):
            if any(is_enrolled_on(other, date, district) for other in own):
                continue
            yield row | status("Not Enrolled", "Not Enrolled", 0, Decimal(0), Decimal(0))
            continue
        day_events = events.get((enrollment["k_student"], enrollment["k_school"], date), [])
        if not day_events:
            yield row | status(district.in_attendance_code, "In Attendance", 1, Decimal(0), Decimal(1))
        for event in day_events:
            is_known = (*school, event["k_session"]) in sessions
            yield (
                row
                | event_status(event)
                | {
                    "k_session": event["k_session"] if is_known else covering,
                    "attendance_event_reason": event["attendance_event_reason"],
                    "attendance_code": event["attendance_code"],
                }
            )


def status(category: str | None, excusal: str, enrolled: int, absent: Decimal | None, present: Decimal | None) -> Row:
    return {
        "attendance_event_category": category,
        "attendance_excusal_status": excusal,
        "is_enrolled": enrolled,
        "is_absent": absent,
        "is_present": present,
    }


def event_status(event: Row) -> Row:
    absent = event["is_absent"]
    excusal = "In Attendance" if absent == 0 else event["attendance_excusal_status"] or "Unknown"
    if absent is None or not 0 <= absent <= 1:
        return status(event["attendance_event_category"], excusal, 1, None, None)
    return status(event["attendance_event_category"], excusal, 1, absent, 1 - absent)


def covering_session(sessions: list[Row], date: dt.date) -> str | None:
    covering = [s for s in sessions if s["begin_date"] <= date <= s["end_date"]]
    best = min(covering, key=lambda s: (nulls_last(s["total_instructional_days"]), s["session_id"]), default=None)
    return None if best is None else best["k_session"]


def one_a_day(claims: list[Row], sessions: dict) -> list[Row]:
    def order(claim: Row) -> tuple[Any, ...]:
        session = sessions.get((claim["k_school"], claim["school_year"], claim["k_session"]))
        return (
            -claim["is_enrolled"],
            nulls_last(session and session["total_instructional_days"]),
            nulls_last(claim["attendance_event_category"]),
            nulls_last(claim["k_session"]),
            nulls_last(claim["is_absent"], lambda v: -v),
            nulls_last(claim["attendance_code"]),
            nulls_last(claim["attendance_event_reason"]),
            nulls_last(claim["calendar_code"]),
            nulls_last(claim["enrollment_id"]),
        )

    return [min(rivals, key=order) for _, rivals in sorted(group(claims, "calendar_date").items())]


def with_running_measures(days: list[Row], district: District) -> list[Row]:
    """The days of one student at one school, by date, with the counts so far."""
    total = sum(day["is_enrolled"] for day in days)
    streak, before, enrolled, absent, attended = 0, None, 0, Decimal(0), Decimal(0)
    result = []
    for day in days:
        streak = streak + 1 if day["attendance_excusal_status"] == before else 1
        before = day["attendance_excusal_status"]
        enrolled += day["is_enrolled"]
        absent += day["is_absent"] or 0
        attended += day["is_present"] or 0
        rate = (100 * attended / enrolled).quantize(Decimal("0.01"), ROUND_HALF_UP) if enrolled else None
        meets = enrolled >= district.min_days
        band = band_of(rate, district.categories) if meets and rate is not None else None
        result.append(
            {k: v for k, v in day.items() if k not in ("attendance_code", "calendar_code", "enrollment_id")}
            | {
                "consecutive_days_by_excusal_status": streak,
                "total_days_enrolled": total,
                "cumulative_days_absent": absent,
                "cumulative_days_attended": attended,
                "cumulative_days_enrolled": enrolled,
                "cumulative_attendance_rate": rate,
                "meets_enrollment_threshold": meets,
                "is_chronic_absentee": meets and rate is not None and rate <= district.threshold,
                "absentee_category_rank": band and band["level_numeric"],
                "absentee_category_label": band and band["level_label"],
            }
        )
    return result


def band_of(rate: Decimal, categories: list[Row]) -> Row:
    lowest = min(c["threshold_lower"] for c in categories)
    return next(
        c
        for c in categories
        if c["threshold_lower"] < rate <= c["threshold_upper"] or rate == c["threshold_lower"] == lowest
    )
