"""Certificates: every educator holds what they teach, valid on every census date on which they are assigned.

A certificate names one subject and one grade band of the courses ('K-5', '6-8', '9-12'); counselors and administrators
hold one for 'K-12'. Renewals follow each other without a gap.
"""

import numpy as np
import pandas as pd
import pyarrow as pa

from district_platform.sources.synthetic.courses import SUBJECTS
from district_platform.sources.synthetic.plan import GRADE_BANDS, Plan
from district_platform.sources.synthetic.seats import ADMINISTRATOR, COUNSELOR, TEACHER
from district_platform.sources.synthetic.staff import Educator, Staff, educator_ids
from district_platform.sources.synthetic.writing import dates

ACTIVE, PENDING, REVOKED = "Active", "Pending", "Revoked"

_TYPES = ("Standard", "Provisional", "Emergency")
_TYPE_SHARES = (0.91, 0.97)
_LIFETIME = 0.08
_CYCLE_YEARS = 5
_LICENSE_OF_POSITION = {COUNSELOR: "Counseling", ADMINISTRATOR: "Administration"}
_SUPPORT_DEFAULT = "Reading"


def certification_rows(plan: Plan, staff: Staff) -> pd.DataFrame:
    """One row a certificate: educator, type, subject, band, status, issued, expires (NaT for never), number."""
    rows = [row for educator in staff.educators for row in _certificates(plan, educator)]
    columns = ["educator", "type", "subject", "band", "issued", "expires"]
    return pd.DataFrame(rows, columns=columns).assign(status=ACTIVE, number=np.arange(len(rows)))


def certification_ids(numbers: np.ndarray) -> list[str]:
    return [f"C{number:07d}" for number in np.asarray(numbers).tolist()]


def certifications_extract(rows: pd.DataFrame) -> pa.Table:
    return pa.table(
        {
            "certification_id": pa.array(certification_ids(rows["number"].to_numpy()), type=pa.string()),
            "educator_id": pa.array(educator_ids(rows["educator"].to_numpy()), type=pa.string()),
            "certification_type": pa.array(rows["type"], type=pa.string()),
            "subject": pa.array(rows["subject"], type=pa.string()),
            "grade_band": pa.array(rows["band"], type=pa.string()),
            "status": pa.array(rows["status"], type=pa.string()),
            "issue_date": dates(rows["issued"].to_numpy()),
            "expiration_date": dates(rows["expires"].to_numpy()),
        }
    )


def _certificates(plan: Plan, educator: Educator) -> list[tuple[object, ...]]:
    kind = _TYPES[int(np.searchsorted(_TYPE_SHARES, educator.draws[6]))]
    rows: list[tuple[object, ...]] = []
    for subject, band in _licenses(plan, educator):
        rows += [(educator.number, kind, subject, band, *term) for term in _terms(plan, educator, kind)]
    return rows


def _licenses(plan: Plan, educator: Educator) -> list[tuple[str, str]]:
    seat = educator.seat
    if seat.position in _LICENSE_OF_POSITION:
        return [(_LICENSE_OF_POSITION[seat.position], "K-12")]
    if seat.position != TEACHER:
        return []
    taught = [(SUBJECTS[subject], GRADE_BANDS[level]) for subject, level in sorted(educator.teaches)]
    level = int(plan.schools["level"].iloc[next(iter(seat.fte_by_school))])
    return taught or [(_SUPPORT_DEFAULT, GRADE_BANDS[level])]


def _terms(plan: Plan, educator: Educator, kind: str) -> list[tuple[np.datetime64, np.datetime64]]:
    """Issue and expiry of the certificate and its renewals, from before the first census date assigned to the last."""
    first = np.datetime64(f"{educator.first_year - 1}-07-01")
    issued = first - int(educator.draws[7] * 365 * (_CYCLE_YEARS - 1))
    if kind != "Standard":
        return [(first, np.datetime64(f"{plan.school_years[-1] + 1}-06-30"))]
    if educator.draws[5] < _LIFETIME:
        return [(issued, np.datetime64("NaT"))]
    terms = []
    while issued <= np.datetime64(f"{educator.last_year - 1}-10-01"):
        renewal = issued + 365 * _CYCLE_YEARS
        terms.append((issued, renewal - 1))
        issued = renewal
    return terms
