"""The spreadsheet in which a school kept, before there was a platform, which children learnt at home: the spring of the year before.

Most lines are about days that the student information system has no mark for; some are about days that it marked, and a few are unusable.
"""

import numpy as np
import pandas as pd
import pyarrow as pa

from district_platform.sources.synthetic.enrollment_defects import YearRecords, ordinary
from district_platform.sources.synthetic.online import days_of
from district_platform.sources.synthetic.plan import Plan
from district_platform.sources.synthetic.planting import Planter
from district_platform.sources.synthetic.writing import dates, text

STATUSES = ("Present Virtual", "Absent", "present virtual", "Present", "?")
_VIRTUAL, _ABSENT, _WRITTEN_SMALL, _IN_PERSON, _NO_WORD = range(5)
_SHARES = (0.84, 0.07, 0.04, 0.04, 0.01)

_FIRST_DAY = 89
"""Number of the instructional day on which the spreadsheet begins: the second semester's first."""
_WEEKENDS = 0.002


def tracker_extract(
    plan: Plan, planter: Planter, ids: pa.Array, records: YearRecords, until: int | None = None
) -> pa.Table:
    """Days at home of a school year, from the second semester on; or, in a district's first year, up to the `until`th day."""
    calendar = records.calendar
    rng = plan.rng("online", "tracker", calendar.school_year)
    rows = ordinary(records)
    rows = rows[~planter.has_defect[rows["person"].to_numpy()]]
    days = days_of(rows.iloc[rng.permutation(len(rows))], calendar, calendar.elapsed(plan.as_of))
    is_kept = days["number"] < until if until else days["number"] >= _FIRST_DAY
    kept = days[is_kept & days["is_home"]]
    status = rng.choice(len(_SHARES), size=len(kept), p=_SHARES)
    is_weekend = (rng.random(len(kept)) < _WEEKENDS) & (kept["date"].dt.dayofweek == 0).to_numpy()
    date = kept["date"].where(~is_weekend, kept["date"] - pd.Timedelta(days=1))
    is_virtual = np.isin(status, (_VIRTUAL, _WRITTEN_SMALL))
    return pa.table(
        {
            "student_id": text(ids, kept["person"].to_numpy()),
            "date": dates(date.to_numpy()),
            "status": text(STATUSES, status),
            "minutes": pa.array(np.where(is_virtual, rng.integers(20, 240, len(kept)), 0)),
            "note": text(("called home",), np.where(status == _ABSENT, 0, -1)),
        }
    )
