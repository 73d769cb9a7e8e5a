"""Known defects of punches: TIM-01 to TIM-07. An employee carries at most one.

Each is planted so that no other rule finds it: the pauses beside it are long enough to separate its punches from those of the days before
and after, and hours that are added or lost stay few within four weeks, but for TIM-04.
"""

from typing import Any

import numpy as np
import pandas as pd

from district_platform.sources.synthetic.employees import AIDES, CUSTODIAN, EXTRA_DUTY, FOOD, JOBS, STUDENT_WORKER
from district_platform.sources.synthetic.plan import Plan
from district_platform.sources.synthetic.planting import Planter
from district_platform.sources.synthetic.timekeeping import QUARTER_HOUR, UNKNOWN, TimeRecords

_MINUTE = pd.Timedelta(minutes=1)
_PUNCHES_WITH_MEAL = 4
_KEPT_FREE = 15
"""Days at work at the beginning and the end of an employee's time that stay as they are."""
_TOO_LONG, _SHORT_AFTER = 1_000, 195
"""Minutes: the length of a shift that is too long, and the pause before one that is too short."""
_SHORT_PUNCHES = (2, 5)
"""Minutes past a quarter hour at which it begins and ends: both are rounded to the quarter, and the second is no repeat of the first."""
_OVERLAP_BEGINS, _FOLLOWS, _SECOND_MINUTES, _SECOND_DAYS = -30, 60, 150, 1
"""Minutes from the end of the first employment's shift to the beginning of the second's, where they overlap and where not; how long the
second's shifts are, and on how many days before and after they are."""
_STUDENT_STAYS, _STUDENT_DAYS = 270, 3
"""Minutes that a student worker stays longer on each of the week's three days: 21 hours in all."""
_FTE_LONGER = 180
"""Minutes that an aide of half a post stays longer every day."""
_DAYS_OUTSIDE = 2
_SECOND_RECORD = "-2"
"""What makes the person number of a second employment."""


def plant_timekeeping_defects(plan: Plan, planter: Planter, records: TimeRecords) -> None:
    """Damage the records in place."""
    if not planter.settings.enabled or records.punches.empty:
        return
    n = planter.wanted(planter.settings.staff_rate, len(records.workers))
    editor = _TimecardEditor(plan, planter, records)
    for plant in (
        _far_from_fte,
        _overlapping_shifts,
        _students_over_limit,
        _outside_employment,
        _missing_punches,
        _too_long_shifts,
        _too_short_shifts,
        _unknown_employees,
    ):
        plant(editor, n)
    editor.close()


class _TimecardEditor:
    """Changes timecards to plant defects: knows the employees without a defect yet, their days at work, and the changes to their
    punches."""

    def __init__(self, plan: Plan, planter: Planter, records: TimeRecords) -> None:
        self.planter, self.records = planter, records
        self.year_begin = np.datetime64(f"{plan.school_years[-1] - 1}-07-01")
        self.rng = plan.rng("defects", "timekeeping")
        self._free: list[int] = self.rng.permutation(len(records.workers)).tolist()
        by_worker = records.punches.groupby("worker")
        self._of_worker: dict[Any, Any] = by_worker.indices
        of_year = records.punches[records.punches["day"] >= self.year_begin].groupby("worker")
        n_days, n_days_this_year, n_punches = (
            counted.reindex(records.workers.index, fill_value=0)
            for counted in (by_worker["day"].nunique(), of_year["day"].nunique(), by_worker.size())
        )
        eats = n_punches == _PUNCHES_WITH_MEAL * n_days
        self.roster = records.workers.assign(n_days=n_days, n_days_this_year=n_days_this_year, eats=eats)
        """The workers with their days at work, and whether they are paid for enough hours to eat."""
        self._dropped: list[int] = []
        self._added: list[tuple[int, int, pd.Timestamp, pd.Timestamp, bool, bool]] = []
        self._next_id = int(records.punches["punch_id"].max()) + 1

    def workers(self, n: int, is_fit: pd.Series | bool = True) -> list[int]:
        """Up to n employees of the roster who are fit and work long enough; from now on they carry a defect."""
        fit = (self.roster["n_days"] > 3 * _KEPT_FREE) & is_fit
        chosen = [worker for worker in self._free if fit[worker]][:n]
        self._free = [worker for worker in self._free if worker not in chosen]
        return chosen

    def of(self, worker: int) -> pd.DataFrame:
        """An employee's punches, in the order of time."""
        return self.records.punches.iloc[self._of_worker.get(worker, [])]

    def person_number(self, worker: int) -> str:
        return str(self.records.workers["person_number"].to_numpy()[worker])

    def some_day(self, worker: int) -> pd.DataFrame:
        """The punches of a day in the midst of the employee's time."""
        own = self.of(worker)
        day = self.rng.choice(own["day"].unique()[_KEPT_FREE:-_KEPT_FREE])
        return own[own["day"] == day]

    def record(self, rule_id: str, *key: object) -> None:
        self.planter.record(rule_id, *key)

    def move(self, punch_ids: pd.Index, minutes: int) -> None:
        self.records.punches.loc[punch_ids, "moment"] += pd.Timedelta(minutes=minutes)

    def drop(self, punch_ids: pd.Index) -> None:
        self._dropped += punch_ids.tolist()

    def add(self, worker: int, day: pd.Timestamp, moment: pd.Timestamp, is_phantom: bool = False) -> int:
        """A further punch; its punch_id, above all others."""
        self._added.append((self._next_id, worker, day, moment, is_phantom, False))
        self._next_id += 1
        return self._next_id - 1

    def employ_again(self, worker: int, job: int) -> int:
        """A second employment of the same person, under a number of its own; its worker's number."""
        workers, person_number = self.records.workers, f"{self.person_number(worker)}{_SECOND_RECORD}"
        again = workers.loc[[worker]].assign(person_number=person_number, job=job, rate=JOBS[job].rate[0])
        self.records.workers = pd.concat([workers, again], ignore_index=True)
        return len(workers)

    def close(self) -> None:
        """Brings what was dropped and added into the records."""
        kept = self.records.punches.drop(self._dropped)
        if not self._added:
            self.records.punches = kept
            return
        columns = ["punch_id", "worker", "day", "moment", "is_phantom", "is_unknown"]
        added = pd.DataFrame(self._added, columns=columns).set_index("punch_id", drop=False)
        added = added.astype({"day": kept["day"].dtype, "moment": kept["moment"].dtype})
        self.records.punches = pd.concat([kept, added[kept.columns]])


def _missing_punches(editor: _TimecardEditor, n: int) -> None:
    """TIM-01, a punch without a partner: the last of a day of which the last punch, or the first, was forgotten. Every other time that
    the last was, the system put a phantom in its place."""
    for place, worker in enumerate(editor.workers(n, editor.roster["job"] != STUDENT_WORKER)):
        day = editor.some_day(worker)
        forgotten = day.iloc[[0 if place % 3 == 1 else -1]]
        editor.drop(forgotten.index)
        if place % 3 == 0:
            editor.add(worker, forgotten["day"].iloc[0], forgotten["moment"].iloc[0], is_phantom=True)
        left = day.drop(forgotten.index)
        editor.record("TIM-01", left.index[-1])


def _too_long_shifts(editor: _TimecardEditor, n: int) -> None:
    """TIM-02, a shift, by its first punch: nobody punched out until somebody did late at night."""
    for worker in editor.workers(n // 2, editor.roster["eats"]):
        day = editor.some_day(worker)
        lasted = (day["moment"].iloc[-1] - day["moment"].iloc[0]) // _MINUTE
        editor.move(day.index[-1:], _TOO_LONG - lasted)
        editor.record("TIM-02", day.index[0])


def _too_short_shifts(editor: _TimecardEditor, n: int) -> None:
    """TIM-02: back for three minutes, hours after the shift."""
    for worker in editor.workers(n - n // 2):
        day = editor.some_day(worker)
        back = (day["moment"].iloc[-1] + _SHORT_AFTER * _MINUTE).ceil(f"{QUARTER_HOUR}min")
        ids = [editor.add(worker, day["day"].iloc[0], back + minutes * _MINUTE) for minutes in _SHORT_PUNCHES]
        editor.record("TIM-02", ids[0])


def _overlapping_shifts(editor: _TimecardEditor, n: int) -> None:
    """TIM-03, a pair of shifts, by their first punches: somebody with two employments punches in for the one before leaving the
    other. On the other days of the second employment the first is over."""
    for worker in editor.workers(n, editor.roster["job"] == EXTRA_DUTY):
        second = editor.employ_again(worker, FOOD)
        days = [group for _, group in editor.of(worker).groupby("day")]
        chosen = int(editor.rng.integers(_KEPT_FREE, len(days) - _KEPT_FREE))
        for place in range(chosen - _SECOND_DAYS, chosen + _SECOND_DAYS + 1):
            day, begins = days[place], _OVERLAP_BEGINS if place == chosen else _FOLLOWS
            begin = day["moment"].iloc[-1] + begins * _MINUTE
            ids = [
                editor.add(second, day["day"].iloc[0], begin + minutes * _MINUTE) for minutes in (0, _SECOND_MINUTES)
            ]
            if place == chosen:
                editor.record("TIM-03", day.index[0], ids[0])


def _far_from_fte(editor: _TimecardEditor, n: int) -> None:
    """TIM-04, an employee: an aide works half of what is assigned, or nearly twice as much, all the running year."""
    is_fit = (editor.roster["job"] == AIDES) & (editor.roster["n_days_this_year"] > _KEPT_FREE)
    for worker in editor.workers(n, is_fit):
        own = editor.of(worker)
        this_year = own[own["day"] >= editor.year_begin]
        of_day = this_year.groupby("day").cumcount()
        if of_day.max() == _PUNCHES_WITH_MEAL - 1:
            editor.drop(this_year.index[of_day >= _PUNCHES_WITH_MEAL // 2])
        else:
            editor.move(this_year.index[of_day == 1], _FTE_LONGER)
        editor.planter.educators_with_defect.add(int(editor.records.workers["educator"].to_numpy()[worker]))
        editor.record("TIM-04", editor.person_number(worker))


def _outside_employment(editor: _TimecardEditor, n: int) -> None:
    """TIM-05: punches after the last day of employment."""
    workers = editor.records.workers
    for worker in editor.workers(n, editor.roster["job"].isin([FOOD, CUSTODIAN]) & editor.roster["left"].isna()):
        own = editor.of(worker)
        days = own["day"].unique()
        workers.loc[worker, "left"] = days[-_KEPT_FREE - 1]
        outside = own[own["day"].isin(days[-_KEPT_FREE : -_KEPT_FREE + _DAYS_OUTSIDE])]
        editor.drop(own.index[own["day"] > outside["day"].max()])
        for punch_id in outside.index:
            editor.record("TIM-05", punch_id)


def _students_over_limit(editor: _TimecardEditor, n: int) -> None:
    """TIM-06, a student worker and a work week, by its Sunday: seven hours on each of three days."""
    for worker in editor.workers(n, editor.roster["job"] == STUDENT_WORKER):
        own = editor.of(worker)
        sunday = own["day"] - pd.to_timedelta((own["day"].dt.dayofweek + 1) % 7, unit="D")
        n_days = own.groupby(sunday)["day"].nunique()
        whole = n_days.index[n_days == _STUDENT_DAYS]
        chosen = whole[int(editor.rng.integers(len(whole)))]
        week = own[sunday == chosen]
        editor.move(week.groupby("day").tail(1).index, _STUDENT_STAYS)
        editor.record("TIM-06", editor.person_number(worker), f"{chosen:%Y-%m-%d}")


def _unknown_employees(editor: _TimecardEditor, n: int) -> None:
    """TIM-07: a day's punches are recorded under a number that nobody has."""
    for worker in editor.workers(n):
        day = editor.some_day(worker)
        editor.records.punches.loc[day.index, "is_unknown"] = True
        editor.record("TIM-07", f"{UNKNOWN}{editor.person_number(worker)}")
