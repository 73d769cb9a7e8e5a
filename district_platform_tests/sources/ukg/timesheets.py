"""Persons and punches of a stand-in, from times written out."""

from collections.abc import Mapping, Sequence

import pandas as pd
import pyarrow as pa

from district_platform.sources.punches import PUNCH
from district_platform.standins.ukg import Timesheets

FIRST_ID = 101


def timesheets(times: Mapping[str, Sequence[str]]) -> Timesheets:
    """Everyone with these local times of punches; punches are numbered in the order in which they are written."""
    persons = [
        {
            "person_number": number,
            "ukg_person_id": place,
            "full_name": "Alex Doe",
            "job_title": "Aide",
            "school_id": "0101",
            "worker_type": "hourly",
            "hire_date": pd.Timestamp("2020-08-01"),
            "termination_date": pd.NaT,
            "hourly_rate": 17.25,
            "time_zone": "America/New_York",
        }
        for place, number in enumerate(times, start=1)
    ]
    made = [(number, time) for number, own in times.items() for time in own]
    punches = pd.DataFrame(made, columns=["timecard_of", "punch_dtm"]).astype({"punch_dtm": "datetime64[s]"})
    punches = punches.assign(
        person_number=punches["timecard_of"],
        punch_id=range(FIRST_ID, FIRST_ID + len(made)),
        rounded_punch_dtm=punches["punch_dtm"].dt.round("15min"),
        time_zone="America/New_York",
        override_type=None,
        is_phantom=False,
        updated_on_dtm=punches["punch_dtm"],
    )
    schema = pa.schema([("timecard_of", pa.string()), *PUNCH])
    return Timesheets(pd.DataFrame(persons), pa.Table.from_pandas(punches, schema))
