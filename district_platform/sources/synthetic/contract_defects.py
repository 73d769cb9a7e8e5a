"""Known defects against the contract itself, on text about to be written: CON-02 to CON-05.

They sit in rows to which no other row refers, so that a rejected row affects nothing else.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from district_platform.sources.synthetic.plan import Plan
from district_platform.sources.synthetic.planting import Planter
from district_platform.sources.synthetic.writing import as_text

_KEYS = {
    "assessments/assessment_results": ("school_year", "student_id", "subject", "administration"),
    "hr/staff_assignments": ("assignment_id", "educator_id", "begin_date"),
}

_UNKNOWN = "X"
"""Prefix that makes an id that nobody has."""

_CELLS: dict[str, list[tuple[str, str, str | None]]] = {
    "sis/students": [("CON-04", "race_ethnicity", "Unknown"), ("CON-04", "sex", "9")],
    "sis/attendance_events": [("CON-02", "event_date", "13/45/2025"), ("CON-02", "student_id", None)],
    "sis/program_participation": [("CON-02", "begin_date", "soon")],
    "hr/staff_assignments": [("CON-02", "fte", "full-time"), ("CON-05", "educator_id", _UNKNOWN)],
    "assessments/assessment_results": [
        ("CON-02", "scale_score", "n/a"),
        ("CON-02", "is_proficient", "maybe"),
        ("CON-04", "performance_level", "7"),
        ("CON-05", "school_id", _UNKNOWN),
    ],
}
"""What is wrong with which cell: an unreadable date, number or boolean, a missing key, a word outside the domain, a
reference to nothing."""

_REPEATED = ("sis/students", "sis/enrollments", "sis/section_enrollments", "sis/attendance_events")
"""Extracts in which rows come twice (CON-03): the copies follow the year's last row."""


MAX_SHARE = 0.04
"""The largest share of an extract's rows that is damaged, however few they are: beyond 5 % the publication would be refused (CON-06)."""


@dataclass
class ContractDamage:
    """Damages batches of extracts on their way to disk."""

    plan: Plan
    planter: Planter

    def apply(self, extract: str, rows: pa.Table, free: np.ndarray, first_line: int) -> pa.Table:
        """The batch with defects in it, on rows that `free` marks as carrying none; first_line is its first line."""
        rng = self.plan.rng("defects", extract, first_line)
        kinds = len(_CELLS.get(extract, ())) + (extract in _REPEATED)
        wanted = self.planter.wanted(self.planter.settings.row_rate, rows.num_rows)
        n_places = min(wanted * kinds, int(MAX_SHARE * rows.num_rows))
        places = rng.permutation(np.flatnonzero(free))[:n_places]
        table = as_text(rows) if len(places) else rows
        for kind, (rule, column, value) in enumerate(_CELLS.get(extract, ())):
            chosen = np.sort(places[kind::kinds])
            if len(chosen):
                table = _replace(table, column, chosen, value)
            self._record_cells(extract, table, rule, column, chosen, first_line)
        if extract in _REPEATED and len(places):
            copies = np.sort(places[kinds - 1 :: kinds])
            for place in range(len(copies)):
                self.planter.record("CON-03", f"{extract}.csv:{first_line + rows.num_rows + place}")
            table = pa.concat_tables([table, table.take(pa.array(copies))])
        return table

    def _record_cells(
        self, extract: str, table: pa.Table, rule: str, column: str, chosen: np.ndarray, first_line: int
    ) -> None:
        name = extract.split("/")[1]
        for place in chosen.tolist():
            where = f"{extract}.csv:{first_line + place}"
            if rule == "CON-05":
                self.planter.record(rule, f"{name}.{column}", *(table[key][place] for key in _KEYS[extract]))
            else:
                self.planter.record(rule, where if rule == "CON-02" else f"{where}:{column}")


def _replace(table: pa.Table, column: str, places: np.ndarray, value: str | None) -> pa.Table:
    """The table with one value written over these places."""
    mask = np.zeros(table.num_rows, dtype=bool)
    mask[places] = True
    new = pa.scalar(value, pa.string())
    if value == _UNKNOWN:
        new = pc.binary_join_element_wise(new, table[column], "")
    written = pc.if_else(pa.array(mask), new, table[column])
    return table.set_column(table.column_names.index(column), column, written)
