"""Programs students take part in. Only the program of the settings has an effect, which `assessments` adds."""

import numpy as np
import pandas as pd
import pyarrow as pa

from district_platform.sources.synthetic.calendars import YearCalendar
from district_platform.sources.synthetic.enrollments import has_enrolled_day
from district_platform.sources.synthetic.plan import Plan
from district_platform.sources.synthetic.writing import dates, text

EVALUATED_GRADES = range(3, 9)
_EVALUATED_SHARE = 0.15
_SELECTION = 0.5
"""How much more likely a child one standard deviation lower joins (log odds, about): self-selected, not assigned."""

GIFTED, AFTER_SCHOOL = "Gifted and Talented", "After School"
_FIRST_DAY, _LAST_DAY = 30, 166
"""After the fall tests, and after the spring tests."""


def participation(plan: Plan, people: pd.DataFrame, rows: pd.DataFrame, calendar: YearCalendar) -> pd.DataFrame:
    """One row per child and program of the year: person, program (a number of `program_names`), begin, end."""
    rng = plan.rng("programs", calendar.school_year)
    begin = calendar.days[_FIRST_DAY]
    here = rows[rows["is_primary"] & rows["has_records"] & has_enrolled_day(rows) & (rows["entry"] <= begin)]
    here = here[here["exit"].isna() | (here["exit"] > begin)].drop_duplicates("person")
    ability = people["ability"].to_numpy()[here["person"]]
    poor = people["is_economically_disadvantaged"].to_numpy()[here["person"]]
    draw = rng.random((3, len(here)))
    chance = np.clip(_EVALUATED_SHARE * np.exp(-_SELECTION * ability), 0, 0.6)
    joins = (
        here["grade"].isin(EVALUATED_GRADES).to_numpy() & (draw[0] < chance),
        (ability > 1.4) & (draw[1] < 0.7),
        (here["grade"] <= 8).to_numpy() & (draw[2] < 0.08 + 0.10 * poor),
    )
    parts = [_rows(here[who], number, calendar, plan.as_of) for number, who in enumerate(joins)]
    return pd.concat(parts, ignore_index=True) if begin <= plan.as_of else parts[0].iloc[:0]


def program_names(plan: Plan) -> tuple[str, ...]:
    return (plan.synthetic.program, GIFTED, AFTER_SCHOOL)


def program_participation_extract(plan: Plan, ids: pa.Array, rows: pd.DataFrame, year: int) -> pa.Table:
    return pa.table(
        {
            "school_year": pa.array(np.full(len(rows), year)),
            "student_id": text(ids, rows["person"].to_numpy()),
            "program": text(program_names(plan), rows["program"].to_numpy()),
            "begin_date": dates(rows["begin"].to_numpy()),
            "end_date": dates(rows["end"].to_numpy()),
        }
    )


def _rows(here: pd.DataFrame, program: int, calendar: YearCalendar, as_of: np.datetime64) -> pd.DataFrame:
    last = pd.Timestamp(calendar.days[_LAST_DAY])
    end = here["exit"].where(here["exit"] < last, last)
    return pd.DataFrame(
        {
            "person": here["person"].to_numpy(),
            "program": program,
            "begin": np.full(len(here), calendar.days[_FIRST_DAY].astype("datetime64[s]")),
            "end": end.where(end <= as_of).to_numpy(),
        }
    )
