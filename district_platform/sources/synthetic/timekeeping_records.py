"""The timekeeping system's records as the stand-in of `sources.ukg` reads them: persons and punches, numbered and rounded."""

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from district_platform.sources.synthetic.employees import JOBS
from district_platform.sources.synthetic.plan import Plan
from district_platform.sources.synthetic.timekeeping import QUARTER_HOUR, UNKNOWN, TimeRecords, wall_clock
from district_platform.sources.synthetic.writing import partial_path, text

TIME_ZONE = "America/New_York"
FIRST_PERSON_ID = 10_001

_EPOCH = np.datetime64(0, "s")
_ROUNDED_TO, _GRACE = np.timedelta64(QUARTER_HOUR, "m"), 7
"""Up to seven minutes past a quarter of an hour are rounded off, from the eighth on it is the next (29 CFR 785.48(b))."""
_EDITED, _EDITED_WITHIN_DAYS = 0.01, 9
"""Share of punches that a manager opens and saves again, and within how many days."""
_SYNCHRONIZED_WITHIN = 90
"""Seconds after which a time clock passes on a punch."""


def write_records(plan: Plan, records: TimeRecords, persons: Path, punches: Path) -> None:
    """Both tables, as Parquet; the same records give the same bytes."""
    for path, table in ((persons, persons_table(plan, records)), (punches, punches_table(plan, records))):
        partial = partial_path(path)
        pq.write_table(table, partial, compression="zstd")
        os.replace(partial, path)


def persons_table(plan: Plan, records: TimeRecords) -> pa.Table:
    """One row a person, in the order of workers; columns as `sources.punches.PunchSource` names them."""
    workers = records.workers
    job = workers["job"].to_numpy()
    rate = workers["rate"].to_numpy()
    return pa.table(
        {
            "person_number": pa.array(workers["person_number"], pa.string()),
            "ukg_person_id": pa.array(FIRST_PERSON_ID + np.arange(len(workers))),
            "full_name": pa.array(workers["full_name"], pa.string()),
            "job_title": text([job.title for job in JOBS], job),
            "school_id": text(plan.school_ids, workers["school"].to_numpy()),
            "worker_type": text([job.worker_type for job in JOBS], job),
            "hire_date": pa.array(workers["hired"].to_numpy().astype("datetime64[D]")),
            "termination_date": pa.array(workers["left"].to_numpy().astype("datetime64[D]")),
            "hourly_rate": pa.array(rate / 100, mask=rate == 0),
            "time_zone": pa.array([TIME_ZONE] * len(workers)),
        }
    )


def punches_table(plan: Plan, records: TimeRecords) -> pa.Table:
    """One row a punch, in the order of timecards (`timecard_of` is a person_number) and time."""
    rows = records.punches
    day = rows["day"].to_numpy().astype("datetime64[D]")
    shown = wall_clock(rows["moment"].to_numpy().astype("datetime64[s]"), day)
    order = np.lexsort((rows["punch_id"], shown, rows["worker"]))
    rows, shown = rows.iloc[order], shown[order]
    rounded = (shown.astype("datetime64[m]").astype(np.int64) + _GRACE) // QUARTER_HOUR * _ROUNDED_TO
    worker, is_unknown = rows["worker"].to_numpy(), rows["is_unknown"].to_numpy()
    known = records.workers["person_number"]
    numbers = pa.array([*known, *(UNKNOWN + known)], pa.string())
    return pa.table(
        {
            "timecard_of": text(numbers, worker).dictionary_encode(),
            "person_number": text(numbers, worker + len(known) * is_unknown).dictionary_encode(),
            "punch_id": pa.array(rows["punch_id"].to_numpy()),
            "punch_dtm": pa.array(shown),
            "rounded_punch_dtm": pa.array(_EPOCH + rounded),
            "time_zone": pa.array([TIME_ZONE]).dictionary_encode().take(pa.array(np.zeros(len(rows), dtype=np.int8))),
            "override_type": pa.nulls(len(rows), pa.string()),
            "is_phantom": pa.array(rows["is_phantom"].to_numpy(dtype=bool)),
            "updated_on_dtm": pa.array(_updated(plan, shown)),
        }
    )


def _updated(plan: Plan, shown: np.ndarray) -> np.ndarray:
    """When each punch was last changed: when it came in, or when a manager saved it again; never after as_of_date."""
    rng = plan.rng("timekeeping", "updates")
    came = shown + rng.integers(1, _SYNCHRONIZED_WITHIN, len(shown)).astype("timedelta64[s]")
    later = came + rng.integers(1, _EDITED_WITHIN_DAYS, len(shown)).astype("timedelta64[D]")
    is_edited = (rng.random(len(shown)) < _EDITED) & (later < plan.as_of + 1)
    return np.where(is_edited, later, came)
