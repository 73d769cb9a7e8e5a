from collections.abc import Callable
from pathlib import Path

import pytest

from district_platform.dictionary import EXTRACTS
from district_platform.engine.resources import Warehouse
from district_platform.settings import Engine, Settings
from district_platform.staging.loading import load_extract

SMALLEST = {
    "sis/schools": "school_id,school_name,school_level,low_grade,high_grade,is_title_i\nS1,Oak,Elementary,KG,05,true\n",
    "sis/students": "school_year,student_id,first_name,last_name,birth_date,sex,race_ethnicity,"
    "is_economically_disadvantaged,is_english_learner,has_disability,is_homeless\n"
    "2026,T1,Quinlan,Zephyr,2018-03-04,F,White,false,false,false,false\n",
    "sis/enrollments": "enrollment_id,school_year,student_id,school_id,calendar_code,grade_level,entry_date,exit_date,"
    "exit_reason,is_primary\nN1,2026,T1,S1,C1,02,2025-08-18,,,true\n",
}
"""The three required extracts, with one row each and nothing wrong."""

StageExtracts = Callable[[dict[str, str]], Warehouse]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("DISTRICT_HOME", str(tmp_path))
    return Settings()


@pytest.fixture
def stage(settings: Settings) -> StageExtracts:
    """Stages the smallest district, changed by the extracts given (path: text of the file), and returns its warehouse."""

    def load(extracts: dict[str, str]) -> Warehouse:
        for path, content in {**SMALLEST, **extracts}.items():
            file = settings.home.raw / f"{path}.csv"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
        warehouse = Warehouse.of(settings.home, Engine())
        with warehouse.connect() as connection:
            for extract in EXTRACTS.values():
                load_extract(connection, settings.home.raw, extract)
        return warehouse

    return load
