"""Sessions of the children who learn online, as an online vendor exports them, with what makes such exports hard to read.

Two pages open at once, sessions that cross midnight, sessions still open, idle pages, deliveries twice, learners without a
student id. Who was where on which day is decided in `online`.
"""

import uuid

import numpy as np
import pandas as pd
import pyarrow as pa

from district_platform.sources.synthetic.online import ABSENT, AT_HOME, IN_PERSON, OnlineYear
from district_platform.sources.synthetic.plan import Plan
from district_platform.sources.synthetic.writing import text

COURSES = ("Algebra I", "English 9", "Biology", "World History", "Reading Skills", "Math Skills")

_UNKNOWN_LEARNERS = 0.03
"""Share of the learners whose student_id the vendor does not have; one at least."""
_TWICE = 0.01
_IN_CLASS = 0.15
_LOOKED_IN, _LEFT_A_PAGE_OPEN, _LEFT_IT_OPEN_UNSEEN = 0.25, 0.40, 0.42
"""Of days truly absent: a few minutes; hours idle, and the vendor knows; hours idle, and nobody knows."""

_NONE = -1

PLAIN, TWO_PARTS, TWO_TABS, ACROSS_MIDNIGHT, WITHOUT_ACTIVE_MINUTES, STILL_OPEN = range(6)
_SHARES = (0.45, 0.20, 0.15, 0.05, 0.10, 0.05)


def sessions_extract(plan: Plan, ids: pa.Array, year: OnlineYear) -> pa.Table:
    """One row a session, in the order of login; all of them in local wall-clock time."""
    rng = plan.rng("online", "sessions")
    days = year.recorded
    parts = [
        _worked(rng, days[days["presence"] == AT_HOME]),
        _idle(rng, days[days["is_home"] & (days["presence"] == ABSENT)]),
        _in_class(rng, days[days["presence"] == IN_PERSON]),
    ]
    made = pd.concat(parts, ignore_index=True)
    again = made[rng.random(len(made)) < _TWICE]
    sessions = pd.concat([made, again], ignore_index=True).sort_values(["login", "person", "minutes"], kind="stable")
    return _delivered(rng, ids, sessions)


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
    """Days without work that leave a trace all the same."""
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


def _sessions(days: pd.DataFrame, begin: np.ndarray, minutes: np.ndarray, active: np.ndarray) -> pd.DataFrame:
    """Sessions that begin at a minute of the day; minutes and active minutes below zero are not known."""
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
            "session_uuid": pa.array([str(uuid.UUID(bytes=rng.bytes(16))) for _ in range(len(sessions))], pa.string()),
            "learner_id": pa.array([f"L{number:06d}" for number in person], pa.string()),
            "sis_student_id": text(ids, np.where(np.isin(person, unknown), -1, person)),
            "login_at": _moments(login, np.zeros(len(sessions), dtype=bool)),
            "logout_at": _moments(logout, (sessions["minutes"] < 0).to_numpy()),
            "active_minutes": pa.array(np.round(active, 1), mask=active < 0),
            "course_name": text(COURSES, rng.integers(0, len(COURSES), len(sessions))),
        }
    )


def _moments(moments: np.ndarray, is_unknown: np.ndarray) -> pa.Array:
    return pa.array(moments.astype("datetime64[s]"), mask=is_unknown)
