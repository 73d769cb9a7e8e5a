"""Small random districts in which every hard case of the rules is common."""

import datetime as dt
import random
from decimal import Decimal

from district_platform_tests.facts.daily_attendance.reference import District, Row

YEARS = (2025, 2026)
"""A school year begins on 1 September and lasts at most a month; the district is looked at during, or after, the last."""

CODES: list[tuple[str, str | None, str | None, Decimal | None]] = [
    ("A", "Absent", "Unexcused", Decimal(1)),
    ("E", "Absent", "Excused", Decimal(1)),
    ("H", "Partial", "Excused", Decimal("0.5")),
    ("Q", "Partial", None, Decimal("0.2525")),
    ("T", "Tardy", "Unexcused", Decimal(0)),
    ("N", "Absent", None, Decimal(1)),
    ("P", "In Attendance", None, Decimal(0)),
    ("?", None, None, None),
    ("X", "Absent", "Excused", Decimal("1.5")),
]

CATEGORIES: list[list[tuple[int | Decimal, int | Decimal, int, str]]] = [
    [(0, 80, 1, "Severe"), (80, 90, 2, "Chronic"), (90, 95, 3, "At Risk"), (95, 100, 4, "Satisfactory")],
    [(0, Decimal("33.33"), 9, "Low"), (Decimal("33.33"), 100, 7, "High")],
]


def random_district(seed: int, n_schools: int = 30) -> District:
    """`n_schools` schools that share policies, and few students: each is nearly a small district of its own."""
    dice = random.Random(seed)
    schools = [_school(dice, f"{number:03d}") for number in range(n_schools)]
    _move_students(dice, schools)
    merged = {key: [row for school in schools for row in school[key]] for key in schools[0]}
    return District(
        **merged,
        categories=[
            dict(zip(("threshold_lower", "threshold_upper", "level_numeric", "level_label"), band, strict=True))
            for band in dice.choice(CATEGORIES)
        ],
        as_of_date=dt.date(2025, 9, 1) + dt.timedelta(days=dice.randint(5, 35)),
        in_attendance_code=dice.choice(["In Attendance", "Zugegen"]),
        threshold=dice.choice([Decimal(90), Decimal("66.67"), Decimal(50)]),
        min_days=dice.choice([0, 1, 5, 10]),
        exit_date_inclusive=dice.random() < 0.6,
        submission_share=dice.choice([Decimal("0.5"), Decimal("0.3"), Decimal(1)]),
        submission_min_days=dice.choice([1, 3, 6]),
        gap_days=dice.randint(1, 4),
        stray_events=dice.choice(["follow", "follow", "ignore"]),
    )


def _move_students(dice: random.Random, schools: list[dict[str, list[Row]]]) -> None:
    """Some enrollments and events name the next school instead: in place, strays and students of several schools."""
    for here, there in zip(schools, [*schools[1:], schools[0]], strict=True):
        next_school = there["calendar"][0]["k_school"] if there["calendar"] else "nowhere"
        moved = dice.choice([0, 0.1, 0.4])
        for key in ("enrollments", "events"):
            is_same = here["events"] is here["sis_events"]
            here[key] = [row | {"k_school": next_school} if dice.random() < moved else row for row in here[key]]
            if key == "events" and is_same:
                here["sis_events"] = here["events"]


def _school(dice: random.Random, school: str) -> dict[str, list[Row]]:
    years = dice.sample(YEARS, dice.choice([1, 2]))
    parts = [_school_year(dice, school, year) for year in years]
    return {key: [row for part in parts for row in part[key]] for key in parts[0]}


def _school_year(dice: random.Random, school: str, year: int) -> dict[str, list[Row]]:
    first = dt.date(year - 1, 9, 1)
    n_dates = dice.randint(8, 30)
    codes = dice.sample(["main", "alt", "Ümlaut"], dice.choice([1, 1, 2, 3]))
    calendar = [
        {
            "k_calendar_date": f"{school}-{code}-{first + dt.timedelta(days=n)}",
            "k_school": school,
            "school_year": year,
            "calendar_code": code,
            "calendar_date": first + dt.timedelta(days=n),
            "is_school_day": dice.random() < 0.7,
        }
        for code in codes
        for n in range(n_dates)
        if dice.random() < 0.95
    ]

    def some_date(before: int = 3, after: int = 5) -> dt.date:
        return first + dt.timedelta(days=dice.randint(-before, n_dates + after))

    sessions = []
    for number in range(dice.randint(0, 5)):
        begin = some_date()
        sessions.append(
            {
                "k_session": f"{year}-{school}-S{number}",
                "k_school": school,
                "school_year": year,
                "session_id": f"S{number}",
                "begin_date": begin,
                "end_date": begin + dt.timedelta(days=dice.randint(0, 25)),
                "total_instructional_days": dice.choice([5, 5, 10, 20, None]),
            }
        )
    named_sessions = [None, f"{year}-{school}-nowhere", *(s["k_session"] for s in sessions)]
    enrollments: list[Row] = []
    events: list[Row] = []
    for number in range(dice.randint(1, 8)):
        student = {
            "k_student": f"{year}-{school}{number}",
            "k_student_xyear": f"{school}{number}",
            "k_school": school,
            "school_year": year,
        }
        for own in range(dice.choice([1, 1, 2, 2, 3, 4])):
            entry = None if dice.random() < 0.05 else min(some_date(), some_date())
            leaves = dice.random()
            base = entry or first
            enrollments.append(
                student
                | {
                    "enrollment_id": f"{school}-{year}-{number}-{own}",
                    "calendar_code": dice.choice(["main", "main", *codes, *codes, None, "missing"]),
                    "entry_date": entry,
                    "exit_date": None
                    if leaves < 0.3
                    else base - dt.timedelta(days=dice.randint(1, 4))
                    if leaves < 0.4
                    else base + dt.timedelta(days=dice.randint(0, 15)),
                }
            )
        for _ in range(dice.choice([0, 1, 3, 8, 16])):
            code, category, excusal, is_absent = dice.choice(CODES if dice.random() < 0.2 else CODES[:7])
            events.append(
                student
                | {
                    "k_session": dice.choice(named_sessions),
                    "event_date": dt.date(2031, 9, 3) if dice.random() < 0.02 else some_date(),
                    "attendance_code": code,
                    "attendance_event_category": category,
                    "attendance_event_reason": dice.choice([None, "Ill", "Bus"]),
                    "attendance_excusal_status": excusal,
                    "is_absent": is_absent,
                }
            )
    evidence = dice.random()
    n_submissions = dice.choice([3, 3, 15, 40]) if evidence < 0.5 else 0
    submissions = [{"school_id": school, "submission_date": some_date()} for _ in range(n_submissions)]
    if 0.8 < evidence < 0.9:
        events = []
    sis_events = [] if evidence > 0.9 or evidence < 0.2 else events[: dice.randint(0, len(events))]
    if dice.random() < 0.5:
        sis_events = events
    return {
        "enrollments": enrollments,
        "calendar": calendar,
        "sessions": sessions,
        "events": events,
        "submissions": submissions,
        "sis_events": sis_events,
    }
