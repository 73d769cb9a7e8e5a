"""Sessions of the children who learn online, as an online vendor exports them, with what makes such exports hard to read.

Two pages open at once, sessions that cross midnight, sessions still open, idle pages, deliveries twice, learners without a
student id; work on excused days, on Saturdays, after leaving, and in the hour that comes twice when summer time ends. Who was where
on which day is decided in `online`.
"""

import numpy as np
import pandas as pd
import pyarrow as pa

from district_platform.sources.synthetic.online import ABSENT, AT_HOME, IN_PERSON, OnlineYear
from district_platform.sources.synthetic.plan import Plan
from district_platform.sources.synthetic.planting import Planter
from district_platform.sources.synthetic.writing import text

COURSES = ("Algebra I", "English 9", "Biology", "World History", "Reading Skills", "Math Skills")

_UNKNOWN_LEARNERS = 0.03
"""Share of the learners whose student_id the vendor does not have; one at least."""
_TWICE = 0.01
_IN_CLASS = 0.15
_LOOKED_IN, _LEFT_A_PAGE_OPEN, _LEFT_IT_OPEN_UNSEEN = 0.25, 0.40, 0.42
"""Of days truly absent: a few minutes; hours idle, and the vendor knows; hours idle, and nobody knows."""

_EXCUSED_WORKS, _SATURDAYS = 0.3, 0.05
_FRIDAY = 4

_UUID_BYTES = 16

_NONE = -1
_BACK_AN_HOUR = 20 - 60
"""Minutes on the wall clock of twenty minutes during which it is turned back."""

PLAIN, TWO_PARTS, TWO_TABS, ACROSS_MIDNIGHT, WITHOUT_ACTIVE_MINUTES, STILL_OPEN = range(6)
_SHARES = (0.45, 0.20, 0.15, 0.05, 0.10, 0.05)


def sessions_extract(plan: Plan, planter: Planter, ids: pa.Array, year: OnlineYear) -> pa.Table:
    """One row a session, in the order of login; all of them in local wall-clock time. ONL-01 follows at the end."""
    rng = plan.rng("online", "sessions")
    days = year.recorded
    parts = [
        _worked(rng, days[days["presence"] == AT_HOME]),
        _idle(rng, days[days["is_home"] & (days["presence"] == ABSENT)]),
        _in_class(rng, days[days["presence"] == IN_PERSON]),
        _worked_on_unaffected_days(rng, days[days["is_excused"]], _EXCUSED_WORKS),
        _worked_on_unaffected_days(rng, _saturdays(days), _SATURDAYS),
        _worked_on_unaffected_days(rng, year.left, 1.0),
        _in_the_repeated_hour(days),
    ]
    made = pd.concat(parts, ignore_index=True)
    again = made[rng.random(len(made)) < _TWICE]
    sessions = pd.concat([made, again], ignore_index=True).sort_values(["login", "person", "minutes"], kind="stable")
    return _with_sessions_once_open(rng, planter, _delivered(rng, ids, sessions))


def _worked(rng: np.random.Generator, days: pd.DataFrame) -> pd.DataFrame:
    """Days of real work, of every kind."""
    kind = rng.choice(len(_SHARES), size=len(days), p=_SHARES)
    begin = rng.integers(8 * 60, 11 * 60, len(days))
    begin = np.where(kind == ACROSS_MIDNIGHT, 22 * 60 + 45, begin)
    length = np.where(kind == ACROSS_MIDNIGHT, rng.integers(76, 84, len(days)), rng.integers(45, 180, len(days)))
    active = np.where(kind == WITHOUT_ACTIVE_MINUTES, _NONE, length * rng.uniform(0.6, 1.0, len(days)))
    first = _sessions(days, begin, np.where(kind == STILL_OPEN, _NONE, length), active)
    later = np.where(kind == TWO_PARTS, begin + length + 60, begin + length // 2)
    second = _sessions(days, later, length // 2, length // 2 * 0.9)
    return pd.concat([first, second[np.isin(kind, (TWO_PARTS, TWO_TABS))]], ignore_index=True)


def _idle(rng: np.random.Generator, days: pd.DataFrame) -> pd.DataFrame:
    """Days without work that still have a session."""
    draw, n = rng.random(len(days)), len(days)
    looked_in = draw < _LOOKED_IN
    length = np.where(looked_in, rng.integers(2, 7, n), rng.integers(120, 240, n))
    is_unseen = draw >= _LEFT_A_PAGE_OPEN
    active = np.where(is_unseen, _NONE, np.where(looked_in, length, rng.integers(1, 6, n)))
    return _sessions(days, rng.integers(8 * 60, 14 * 60, n), length, active)[draw < _LEFT_IT_OPEN_UNSEEN]


def _in_class(rng: np.random.Generator, days: pd.DataFrame) -> pd.DataFrame:
    """The same courses, at a desk in school."""
    some = days[rng.random(len(days)) < _IN_CLASS]
    length = rng.integers(20, 50, len(some))
    return _sessions(some, rng.integers(9 * 60, 13 * 60, len(some)), length, length * 0.8)


def _worked_on_unaffected_days(rng: np.random.Generator, days: pd.DataFrame, share: float) -> pd.DataFrame:
    """Sessions that are long enough for any threshold, on days that time online does not change."""
    some = days[rng.random(len(days)) < share]
    length = rng.integers(45, 120, len(some))
    return _sessions(some, rng.integers(9 * 60, 15 * 60, len(some)), length, length * 0.8)


def _saturdays(days: pd.DataFrame) -> pd.DataFrame:
    fridays = days[(days["presence"] == AT_HOME) & (days["date"].dt.dayofweek == _FRIDAY)]
    return fridays.assign(date=fridays["date"] + pd.Timedelta(days=1))


def _in_the_repeated_hour(days: pd.DataFrame) -> pd.DataFrame:
    """From 1:50 in summer time to 1:10 in standard time, on the first Sunday of November: it ends before it begins."""
    date = days["date"].dt
    is_monday_after = (date.month == 11) & date.day.between(2, 8) & (date.dayofweek == 0)
    monday = days[is_monday_after & days["is_home"]]
    awake = monday.assign(date=monday["date"] - pd.Timedelta(days=1))
    n = len(awake)
    return _sessions(awake, np.full(n, 110), np.full(n, _BACK_AN_HOUR), np.full(n, float(_NONE)))


def _with_sessions_once_open(rng: np.random.Generator, planter: Planter, sessions: pa.Table) -> pa.Table:
    """ONL-01: some sessions come a second time, as they were while they were open."""
    closed = np.flatnonzero(sessions["logout_at"].is_valid().to_numpy())
    chosen = np.sort(rng.permutation(closed)[: planter.wanted(planter.settings.row_rate, len(closed))])
    for uuid_ in sessions["session_uuid"].take(pa.array(chosen)):
        planter.record("ONL-01", uuid_)
    again = sessions.take(pa.array(chosen, pa.int64()))
    for name in ("logout_at", "active_minutes"):
        place = again.column_names.index(name)
        again = again.set_column(place, name, pa.nulls(len(again), again[name].type))
    return pa.concat_tables([sessions, again])


def _sessions(days: pd.DataFrame, begin: np.ndarray, minutes: np.ndarray, active: np.ndarray) -> pd.DataFrame:
    """Sessions that begin at a minute of the day; minutes and active minutes of -1 are not known."""
    login = days["date"].to_numpy().astype("datetime64[m]") + begin.astype("timedelta64[m]")
    columns = {"person": days["person"].to_numpy(), "login": login.astype("datetime64[s]")}
    return pd.DataFrame({**columns, "minutes": minutes, "active": active})


def _delivered(rng: np.random.Generator, ids: pa.Array, sessions: pd.DataFrame) -> pa.Table:
    person, login = sessions["person"].to_numpy(), sessions["login"].to_numpy()
    logout = login + sessions["minutes"].to_numpy().astype("timedelta64[m]")
    learners = np.unique(person)
    n_unknown = max(1, round(_UNKNOWN_LEARNERS * len(learners)))
    unknown = rng.permutation(learners)[:n_unknown]
    active = sessions["active"].to_numpy(dtype=float)
    return pa.table(
        {
            "session_uuid": pa.array(_uuids(rng, len(sessions)), pa.string()),
            "learner_id": pa.array([f"L{number:06d}" for number in person], pa.string()),
            "sis_student_id": text(ids, np.where(np.isin(person, unknown), -1, person)),
            "login_at": _moments(login, np.zeros(len(sessions), dtype=bool)),
            "logout_at": _moments(logout, (sessions["minutes"] == _NONE).to_numpy()),
            "active_minutes": pa.array(np.round(active, 1), mask=active < 0),
            "course_name": text(COURSES, rng.integers(0, len(COURSES), len(sessions))),
        }
    )


def _uuids(rng: np.random.Generator, n: int) -> list[str]:
    """Random ones, in the form of RFC 9562."""
    drawn = rng.bytes(_UUID_BYTES * n).hex()
    made = (drawn[first : first + 2 * _UUID_BYTES] for first in range(0, len(drawn), 2 * _UUID_BYTES))
    return [f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}" for text in made]


def _moments(moments: np.ndarray, is_unknown: np.ndarray) -> pa.Array:
    return pa.array(moments.astype("datetime64[s]"), mask=is_unknown)
