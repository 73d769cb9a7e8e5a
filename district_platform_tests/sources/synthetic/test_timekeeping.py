"""Punches of the synthetic district: what nature does, what is planted, and that neither can be told by anything but the rules."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from district_platform.settings import Assessments, Defects, Synthetic, SyntheticTimekeeping
from district_platform.sources.synthetic import generate
from district_platform.sources.synthetic.folder import PLANTED_DEFECTS, TIMEKEEPING_PERSONS, TIMEKEEPING_PUNCHES

AS_OF = dt.date(2026, 2, 13)
RULES = [f"TIM-0{number}" for number in range(1, 8)]


def made(raw: Path, students: int = 400, employees: int | None = None, years: int = 2, planted: bool = True) -> Path:
    settings = Synthetic(
        students=students,
        years=2,
        defects=Defects(enabled=planted),
        timekeeping=SyntheticTimekeeping(employees=employees, years=years),
    )
    generate(raw, settings, Assessments(), AS_OF)
    return raw


@pytest.fixture(scope="module")
def natural(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("natural"), planted=False)


@pytest.fixture(scope="module")
def persons(natural: Path) -> pd.DataFrame:
    return pd.read_parquet(natural / TIMEKEEPING_PERSONS)


@pytest.fixture(scope="module")
def punches(natural: Path) -> pd.DataFrame:
    rows = pd.read_parquet(natural / TIMEKEEPING_PUNCHES)
    return rows.astype({"person_number": str, "timecard_of": str})


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("planted"))


def test_all_kinds_of_hourly_staff_punch(persons: pd.DataFrame) -> None:
    assert set(persons["job_title"]) == {
        "Aide",
        "Night Custodian",
        "Custodian",
        "Food Service Worker",
        "Student Worker",
        "Teacher, Extra Duty",
    }
    assert persons["person_number"].is_unique
    assert persons["ukg_person_id"].is_unique
    assert persons.groupby("worker_type")["hourly_rate"].count()["salaried"] == 0


def test_aides_and_teachers_have_the_number_of_the_educator_they_are(natural: Path, persons: pd.DataFrame) -> None:
    educators = pd.read_csv(natural / "hr" / "educators.csv", dtype=str)["educator_id"]
    is_educator = persons["job_title"].isin(["Aide", "Teacher, Extra Duty"])
    assert persons["person_number"].isin(educators).tolist() == is_educator.tolist()


def test_everyone_punches_in_pairs_within_employment_and_before_today(
    persons: pd.DataFrame, punches: pd.DataFrame
) -> None:
    assert (punches.groupby("person_number").size() % 2 == 0).all()
    assert punches["punch_dtm"].max() < pd.Timestamp(AS_OF) + pd.Timedelta(hours=12)
    assert (punches["updated_on_dtm"] > punches["punch_dtm"]).all()
    dated = punches.merge(persons[["person_number", "hire_date", "termination_date"]], on="person_number")
    date = dated["punch_dtm"].dt.date
    assert (date >= dated["hire_date"]).all()
    assert (date <= dated["termination_date"].fillna(AS_OF)).all()


def test_the_meal_of_the_night_crew_lasts_from_one_pass_of_the_repeated_hour_to_the_other(
    persons: pd.DataFrame, punches: pd.DataFrame
) -> None:
    crew = persons.loc[persons["job_title"] == "Night Custodian", "person_number"]
    own = punches[punches["person_number"].isin(crew)].sort_values("punch_id")
    night = own[own["punch_dtm"].between("2025-11-01 20:00", "2025-11-02 08:00")]
    assert night["person_number"].nunique() > 0
    for _, shift in night.groupby("person_number"):
        began, meal_began, meal_ended, ended = shift["punch_dtm"]
        assert began.date() == dt.date(2025, 11, 1)
        assert 1 == meal_ended.hour == meal_began.hour
        assert meal_ended < meal_began
        hours_on_the_wall = (ended - began) / pd.Timedelta(hours=1)
        assert hours_on_the_wall == pytest.approx(7.5, abs=0.5)


def test_seven_minutes_past_a_quarter_are_rounded_off_and_eight_up(punches: pd.DataFrame) -> None:
    past = punches["punch_dtm"].dt.minute % 15
    off = punches["rounded_punch_dtm"] - punches["punch_dtm"].dt.floor("min")
    assert (off.dt.total_seconds() / 60 == past.where(past > 7, -past).where(past <= 7, 15 - past)).all()
    assert {7, 8} <= set(past)


def test_clocks_drift_for_a_time(punches: pd.DataFrame, persons: pd.DataFrame) -> None:
    """A day's punches are early and late by chance; where the clock is off, the mean of many is."""
    school = punches["person_number"].map(persons.set_index("person_number")["school_id"])
    first = punches.groupby(["person_number", punches["punch_dtm"].dt.date])["punch_dtm"].transform("min")
    begins = punches[punches["punch_dtm"] == first]
    minute = (begins["punch_dtm"].dt.minute + 7) % 15 - 7
    mean = minute.groupby([school[begins.index], begins["punch_dtm"].dt.to_period("M")]).mean()
    assert (mean.abs() < 1).mean() > 0.5
    assert mean.abs().max() > 1


def test_every_rule_has_planted_defects_and_none_without(planted: Path, natural: Path) -> None:
    assert _found(planted) == RULES
    assert _found(natural) == []


def test_nobody_carries_two_defects(planted: Path) -> None:
    truth = _truth(planted)
    punches = pd.read_parquet(planted / TIMEKEEPING_PUNCHES)
    worker = punches.set_index(punches["punch_id"].astype(str))["timecard_of"].astype(str)
    named = truth["key"].str.split("|").str[0]
    person = named.map(worker).fillna(named).str.removeprefix("X").str.removesuffix("-2")
    assert person.groupby(person).size().sum() == len(truth)
    assert (truth.groupby(person)["rule_id"].nunique() == 1).all()


def test_a_phantom_stands_where_a_punch_is_missing(planted: Path) -> None:
    punches = pd.read_parquet(planted / TIMEKEEPING_PUNCHES)
    [phantom] = punches[punches["is_phantom"]].to_dict("records")
    day = punches[
        (punches["timecard_of"] == phantom["timecard_of"])
        & punches["punch_dtm"].between(phantom["punch_dtm"] - pd.Timedelta(hours=12), phantom["punch_dtm"])
        & ~punches["is_phantom"]
    ]
    assert str(day["punch_id"].max()) in set(_truth(planted).query("rule_id == 'TIM-01'")["key"])
    assert len(day) % 2 == 1


def test_size_is_a_setting(tmp_path: Path) -> None:
    raw = made(tmp_path, students=60, employees=300, years=1)
    assert len(pd.read_parquet(raw / TIMEKEEPING_PERSONS)) == pytest.approx(300, abs=15)
    times = pd.read_parquet(raw / TIMEKEEPING_PUNCHES)["punch_dtm"]
    assert times.min() >= pd.Timestamp("2025-07-01")
    assert np.datetime64(times.max(), "D") <= np.datetime64(AS_OF)


def _truth(raw: Path) -> pd.DataFrame:
    rows = pd.read_csv(raw / PLANTED_DEFECTS, dtype=str)
    return rows[rows["rule_id"].str.startswith("TIM")]


def _found(raw: Path) -> list[str]:
    return sorted(_truth(raw)["rule_id"].unique())
