"""Names in settings that nothing delivered has are told, and no others."""

import datetime as dt

import pytest

from district_platform.quality.idle_settings import notes_on_idle_settings
from district_platform.settings import Reconciliation, Settings
from district_platform.settings.reconciliation import ReconciliationPolicy
from district_platform.settings.web import Web

PARTICIPATION = "school_year,student_id,program,begin_date\n2026,7,Virtual Academy,2025-08-25\n"
CALENDAR = "school_id,calendar_code,school_year,calendar_date,is_school_day\n1,A,2026,2025-08-25,true\n1,A,2026,2025-08-26,true\n"
ANY = ReconciliationPolicy(minimum_minutes=30)


@pytest.fixture
def told(stage, settings: Settings):
    def notes(**changed: object) -> list[str]:
        warehouse = stage({"sis/program_participation": PARTICIPATION, "sis/calendar_dates": CALENDAR})
        with warehouse.tables() as tables:
            return notes_on_idle_settings(tables, settings.model_copy(update=changed))

    return notes


def test_program_that_nobody_takes_part_in_is_told_with_the_one_that_is_meant(told) -> None:
    assert told(reconciliation=Reconciliation(programs={"Virtual Acadmy": ANY, "Virtual Academy": ANY})) == [
        "[reconciliation.programs] names Virtual Acadmy, which is in no row of sis/program_participation, and so changes nothing. "
        "Did you mean Virtual Academy?"
    ]
    assert len(told(web=Web(open_programs=("Chess",)))) == 1


def test_school_that_is_not_delivered_is_told(told) -> None:
    [note] = told(reconciliation=Reconciliation(schools={"nowhere": ANY}))
    assert note.startswith("[reconciliation.schools] names nowhere, which is in no row of sis/schools")


def test_day_before_all_that_was_delivered_is_told(told) -> None:
    [note] = told(as_of_date=dt.date(1999, 1, 1))
    assert note.startswith(
        "The data is looked at on 1999-01-01 (as_of_date), before the first day of any calendar delivered, 2025-08-25"
    )


def test_settings_as_they_are_delivered_need_no_note(told) -> None:
    assert told() == []


def test_nothing_is_said_where_the_extract_was_not_delivered(stage, settings: Settings) -> None:
    reconciliation = Reconciliation(programs={"Virtual Academy": ANY})
    with stage({}).tables() as tables:
        tables.connection.execute("delete from stg_program_participation")
        assert notes_on_idle_settings(tables, settings.model_copy(update={"reconciliation": reconciliation})) == []
