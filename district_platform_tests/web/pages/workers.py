"""Rows of the published tables on staff time."""

import datetime as dt
from typing import Any

SUNDAY = dt.date(2026, 2, 8)
"""The first day of the week that holds published.AS_OF."""


def employee(number: str, **other: Any) -> dict[str, Any]:
    made = {
        "full_name": f"Name {number}",
        "job_title": "Aide",
        "k_school": "north",
        "worker_type": "hourly",
        "hourly_rate": 20,
    }
    return {"k_employee": number, **made, **other}


def week(number: str, begins: dt.date = SUNDAY, hours: Any = 40, overtime: Any = 0, missing: int = 0) -> dict[str, Any]:
    return {
        "k_employee": number,
        "work_week_begin_date": begins,
        "n_days_worked": 5,
        "n_missing_punch_days": missing,
        "hours_worked": hours,
        "regular_hours": hours - overtime,
        "overtime_hours": overtime,
        "estimated_gross_pay": 20 * hours,
    }


def shift(number: str, began: str, ended: str, hours: float = 8, breaks: int = 0) -> dict[str, Any]:
    begin, end = dt.datetime.fromisoformat(began), dt.datetime.fromisoformat(ended)
    return {
        "k_shift": int(f"{begin:%m%d%H}"),
        "k_employee": number,
        "work_date": begin.date(),
        "work_week_begin_date": SUNDAY,
        "began_dtm": begin,
        "ended_dtm": end,
        "n_segments": 1,
        "break_seconds": 60 * breaks,
        "hours_worked": hours,
        "is_overnight": begin.date() != end.date(),
    }


def unpaired(number: str, at: str, pairing: str = "missing out") -> dict[str, Any]:
    moment = dt.datetime.fromisoformat(at)
    return {"punch_id": int(f"{moment:%m%d%H%M}"), "k_employee": number, "punch_dtm": moment, "pairing": pairing}
