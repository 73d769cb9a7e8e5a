"""Known defects of staff: EDU-01 to EDU-05, FTE-01, FTE-02, STF-01 to STF-03, and SEC-01 of what they teach.

Staffing ratios are damaged by what human resources recorded, not by whom children meet: sections keep their teachers.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from district_platform.sources.synthetic.certifications import PENDING, REVOKED, certification_ids
from district_platform.sources.synthetic.courses import SUBJECTS, Sections, course_id, section_ids
from district_platform.sources.synthetic.identity_errors import ErrorKind, Identity, with_error
from district_platform.sources.synthetic.plan import GRADE_BANDS, LEVEL_OF_GRADE, Plan
from district_platform.sources.synthetic.planting import Planter
from district_platform.sources.synthetic.seats import AIDE, FULL_TIME, RATIO_PROGRAMS, TEACHER
from district_platform.sources.synthetic.staff import NOBODY, TEACHER_OF_RECORD, assignment_ids, educator_ids
from district_platform.sources.synthetic.writing import text

_UNTAUGHT = "Dance"
"""A subject no course has."""
_EMPTY_SECTION = 90
_RATIO_PLANTED = 42.0
"""Students per teacher FTE at STF-01 schools: outside 8 to 30, not severe."""
_TWICE = (40, 60)
"""Hundredths of FTE on top of a full post: 1.4 is a finding, 1.6 a severe one."""
_BAD_FTE = (None, 0, 150, -50, 120)
_VACANT_POSTS = ((TEACHER, 50), (AIDE, 100), (AIDE, 100))
_YEARS_AWAY = 2
"""Time until someone who left is hired again."""


@dataclass
class StaffRecords:
    """What human resources holds, open to damage; frames as their modules make them."""

    educators: pd.DataFrame
    certifications: pd.DataFrame
    assignments: pd.DataFrame
    taught: pd.DataFrame
    """year, educator, role, grade, subject: one row per section and educator of all years."""


def plant_section_defects(
    plan: Plan, planter: Planter, made: Sections, teaching: pd.DataFrame, year: int
) -> tuple[Sections, pd.DataFrame]:
    """SEC-01, half of each: a section that lost its educators, and one that no student is in."""
    rng = plan.rng("defects", "SEC-01", year)
    sections = made.sections
    n = planter.wanted(planter.settings.staff_rate / 2, len(sections)) if len(sections) else 0
    chosen = rng.permutation(len(sections))[: 2 * (-(-n // 2))]
    bare, copied = np.sort(chosen[::2]), np.sort(chosen[1::2])
    empty = sections.iloc[copied].assign(number=_EMPTY_SECTION + sections["number"].iloc[copied])
    of_record = teaching[teaching["role"] == TEACHER_OF_RECORD].set_index("section")["educator"].sort_index()
    teachers = pd.DataFrame(
        {
            "section": len(sections) + np.arange(len(copied)),
            "educator": of_record.to_numpy()[copied],
            "role": TEACHER_OF_RECORD,
        }
    )
    planted = pd.concat([sections.iloc[bare], empty])
    for school, section_id in zip(
        text(plan.school_ids, planted["school"].to_numpy()), section_ids(planted), strict=True
    ):
        planter.record("SEC-01", year, school, section_id)
    teaching = pd.concat([teaching[~teaching["section"].isin(bare)], teachers], ignore_index=True)
    return replace(made, sections=pd.concat([sections, empty], ignore_index=True)), teaching


def plant_staff_defects(plan: Plan, planter: Planter, records: StaffRecords, students: dict[int, np.ndarray]) -> None:
    """Damage the records in place. `students` counts each school's on the census date, by year."""
    if not planter.settings.enabled or records.assignments.empty:
        return
    rng = plan.rng("defects", "staff")
    n = planter.wanted(planter.settings.staff_rate, len(records.educators))
    unstaffed = _unstaff_a_school(plan, planter, records, students, rng)
    _thin_out_schools(plan, planter, records, students, rng, unstaffed)
    teachers = _teachers_of_record(records, int(records.assignments["year"].max()))
    _uncertified(planter, records, rng, teachers, n)
    _invalid_certificates(plan, planter, records, rng, teachers, n)
    _uncovered_subjects(planter, records, rng, teachers, n)
    _bad_fte(planter, records, rng, n)
    _second_posts(planter, records, rng, n)
    _double_rows(planter, records, rng, n)
    plant_double_people(plan, planter, records, rng, n)


def _counts_in_ratio(assignments: pd.DataFrame) -> pd.Series:
    return (assignments["position"] == TEACHER) & assignments["program"].isin(RATIO_PROGRAMS)


def _unstaff_a_school(
    plan: Plan, planter: Planter, records: StaffRecords, students: dict[int, np.ndarray], rng: np.random.Generator
) -> int:
    """STF-02: a school whose teachers human resources does not record, in no year. STF-03 stays silent about it:
    without a ratio in any year there is no change."""
    school = int(rng.integers(len(plan.schools)))
    rows = records.assignments
    records.assignments = rows[~((rows["school"] == school) & _counts_in_ratio(rows))].reset_index(drop=True)
    for year, counts in students.items():
        if counts[school]:
            planter.record("STF-02", plan.schools["school_id"][school], year)
    return school


def _thin_out_schools(
    plan: Plan,
    planter: Planter,
    records: StaffRecords,
    students: dict[int, np.ndarray],
    rng: np.random.Generator,
    unstaffed: int,
) -> None:
    """STF-01: FTE recorded far too low in one year of a school, and with it STF-03, that year and the next."""
    n = planter.wanted(planter.settings.staff_rate, len(plan.schools))
    rows = records.assignments
    schools = [school for school in rng.permutation(len(plan.schools)).tolist() if school != unstaffed]
    for school in schools[: min(n, len(schools) - 1)]:
        year = int(rng.choice([year for year, counts in students.items() if counts[school]]))
        here = _counts_in_ratio(rows) & (rows["school"] == school) & (rows["year"] == year)
        scale = students[year][school] / _RATIO_PLANTED * FULL_TIME / rows.loc[here, "fte"].sum()
        rows.loc[here, "fte"] = (rows.loc[here, "fte"] * scale).round().clip(lower=1).astype(int)
        school_id = plan.schools["school_id"][school]
        planter.record("STF-01", school_id, year)
        for changed in (year, year + 1):
            if all(y in students and students[y][school] for y in (changed - 1, changed)):
                planter.record("STF-03", school_id, changed)


def _teachers_of_record(records: StaffRecords, year: int) -> set[int]:
    """Educators who teach as of record in that year, and whom human resources has assigned in it."""
    taught, assigned = records.taught, records.assignments
    now = taught[(taught["year"] == year) & (taught["role"] == TEACHER_OF_RECORD)]
    return set(now["educator"]) & set(assigned.loc[assigned["year"] == year, "educator"])


def _uncertified(planter: Planter, records: StaffRecords, rng: np.random.Generator, teachers: set[int], n: int) -> None:
    """EDU-03: no certificate at all (EDU-05 judges those who have one)."""
    chosen = planter.educators(rng, teachers, n)
    rows = records.certifications
    records.certifications = rows[~rows["educator"].isin(chosen)].reset_index(drop=True)
    for educator_id in educator_ids(chosen):
        planter.record("EDU-03", educator_id)


def _invalid_certificates(
    plan: Plan, planter: Planter, records: StaffRecords, rng: np.random.Generator, teachers: set[int], n: int
) -> None:
    """EDU-04: one certificate each, without a renewal; invalid on every census date of the district."""
    rows = records.certifications
    single = ~rows.duplicated(["educator", "subject", "band"], keep=False) & (rows["type"] == "Standard")
    chosen = planter.educators(rng, teachers & set(rows.loc[single, "educator"]), n)
    picked = rows[single & rows["educator"].isin(chosen)].drop_duplicates("educator").index
    before = pd.Timestamp(f"{plan.school_years[0] - 1}-06-30")
    after = max(pd.Timestamp(plan.as_of), pd.Timestamp(f"{plan.school_years[-1] - 1}-10-01")) + pd.Timedelta(days=60)
    term = pd.Timedelta(days=365 * 5)
    changes: list[dict[str, Any]] = [
        {"issued": before - term, "expires": before},
        {"issued": after, "expires": after + term},
        {"issued": before, "expires": before - term},
        {"status": REVOKED},
        {"status": PENDING},
    ]
    for place, row in enumerate(picked):
        for column, value in changes[place % len(changes)].items():
            rows.at[row, column] = value
    for certification_id in certification_ids(rows.loc[picked, "number"].to_numpy()):
        planter.record("EDU-04", certification_id)


def _uncovered_subjects(
    planter: Planter, records: StaffRecords, rng: np.random.Generator, teachers: set[int], n: int
) -> None:
    """EDU-05: the certificates for one taught subject are for another; every course of that subject and band counts."""
    rows = records.certifications
    standard = teachers & set(rows.loc[rows["type"] == "Standard", "educator"])
    for educator in planter.educators(rng, standard, n):
        own = rows[rows["educator"] == educator].iloc[0]
        same = (rows["educator"] == educator) & (rows["subject"] == own["subject"]) & (rows["band"] == own["band"])
        rows.loc[same, "subject"] = _UNTAUGHT
        taught = records.taught[records.taught["educator"] == educator]
        level = LEVEL_OF_GRADE[taught["grade"]]
        uncovered = taught[
            (taught["subject"] == SUBJECTS.index(own["subject"])) & (level == GRADE_BANDS.index(own["band"]))
        ]
        for grade, subject in sorted(set(zip(uncovered["grade"], uncovered["subject"], strict=True))):
            planter.record("EDU-05", educator_ids([educator])[0], course_id(grade, subject))


def _bad_fte(planter: Planter, records: StaffRecords, rng: np.random.Generator, n: int) -> None:
    """FTE-02 on other positions than Teacher, whose ratio it would move; above 1.0 it is FTE-01 too."""
    rows = records.assignments
    rows["fte"] = rows["fte"].astype(float)
    alone = ~rows.duplicated(["year", "educator"], keep=False)
    other = rows[alone & (rows["position"] != TEACHER)]
    chosen = planter.educators(rng, other["educator"], n)
    for place, row in enumerate(other[other["educator"].isin(chosen)].drop_duplicates("educator").index):
        fte = _BAD_FTE[place % len(_BAD_FTE)]
        rows.loc[row, "fte"] = np.nan if fte is None else fte
        planter.record("FTE-02", assignment_ids(rows.loc[[row], "number"].to_numpy())[0])
        if fte is not None and fte > FULL_TIME:
            planter.record("FTE-01", educator_ids(rows.loc[[row], "educator"].to_numpy())[0], rows.at[row, "year"])


def _second_posts(planter: Planter, records: StaffRecords, rng: np.random.Generator, n: int) -> None:
    """FTE-01: a part-time post as coach on top of a full one."""
    rows = records.assignments
    alone = ~rows.duplicated(["year", "educator"], keep=False)
    full = rows[alone & (rows["fte"] == FULL_TIME)]
    chosen = planter.educators(rng, full["educator"], n)
    added = full[full["educator"].isin(chosen)].drop_duplicates("educator")
    fte = np.array(_TWICE, dtype=float)[np.arange(len(added)) % len(_TWICE)]
    number = int(rows["number"].max()) + 1 + np.arange(len(added))
    added = added.assign(fte=fte, number=number, position="Coach", begin=added["begin"] + pd.Timedelta(days=30))
    for educator, year in zip(added["educator"], added["year"], strict=True):
        planter.record("FTE-01", educator_ids([educator])[0], year)
    records.assignments = pd.concat([rows, added], ignore_index=True)


def _double_rows(planter: Planter, records: StaffRecords, rng: np.random.Generator, n: int) -> None:
    """EDU-01: a surplus row that lacks the email and the birth date."""
    rows = records.educators
    chosen = planter.educators(rng, rows.index, n)
    doubled = rows.loc[[*rows.index, *chosen]].reset_index(drop=True)
    doubled.loc[len(rows) :, ["email", "birth_date"]] = None, pd.NaT
    for educator_id in rows.loc[chosen, "educator_id"]:
        planter.record("EDU-01", educator_id)
    records.educators = doubled


def with_vacancies(rows: pd.DataFrame) -> pd.DataFrame:
    """Assignments with posts that nobody holds this year, at the school with most teachers: no rule finds them, no ratio counts them."""
    counted = rows[_counts_in_ratio(rows) & (rows["year"] == rows["year"].max())]
    if counted.empty:
        return rows
    largest = int(counted.groupby("school")["fte"].sum().idxmax())
    post = counted[counted["school"] == largest].iloc[[0]]
    vacant = pd.concat([post] * len(_VACANT_POSTS), ignore_index=True).assign(
        educator=NOBODY,
        fte=[fte for _, fte in _VACANT_POSTS],
        position=[position for position, _ in _VACANT_POSTS],
        number=int(rows["number"].max()) + 1 + np.arange(len(_VACANT_POSTS)),
    )
    return pd.concat([rows, vacant], ignore_index=True)


def plant_double_people(plan: Plan, planter: Planter, records: StaffRecords, rng: np.random.Generator, n: int) -> None:
    """EDU-02: the same person under a second id, with an error in who it is, and with another address or date of hire or both."""
    rows = records.educators
    n_people = rows["educator_id"].nunique()
    chosen = planter.educators(rng, range(n_people), n)
    surnames = sorted(rows["last_name"].unique())
    new_ids = educator_ids(n_people + np.arange(len(chosen)))
    copies = [
        _second_record(plan, row, new_id, place, surnames)
        for place, (row, new_id) in enumerate(zip(rows.loc[chosen].to_dict("records"), new_ids, strict=True))
    ]
    for one, other in zip(educator_ids(chosen), new_ids, strict=True):
        planter.record("EDU-02", *sorted([one, other]))
    records.educators = pd.concat(
        [rows, pd.DataFrame(copies, columns=rows.columns).astype(rows.dtypes)], ignore_index=True
    )


def _second_record(plan: Plan, row: dict[Any, Any], new_id: str, place: int, surnames: list[str]) -> dict[str, Any]:
    """Each round of errors has the same email, none or a new one, and every other round a later hire."""
    known = Identity(row["first_name"], row["last_name"], row["birth_date"].date())
    other, turn = with_error(known, place, surnames), place // len(ErrorKind)
    new_email = re.sub("[^a-z]", "", other.last_name.lower()) + f"{new_id}@district.example"
    hired_again = min(row["hire_date"] + pd.Timedelta(days=_YEARS_AWAY * 365), pd.Timestamp(plan.as_of))
    later_hire = {"hire_date": hired_again, "termination_date": pd.NaT} if turn % 2 else {}
    return {
        **row,
        "educator_id": new_id,
        "first_name": other.first_name,
        "last_name": other.last_name,
        "birth_date": pd.Timestamp(other.birth_date),
        "email": (row["email"], None, new_email)[turn % 3],
    } | later_hire
