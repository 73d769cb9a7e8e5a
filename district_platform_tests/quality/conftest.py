import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from district_platform.dictionary import EXTRACTS
from district_platform.engine.resources import Warehouse
from district_platform.home import Home
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

BY_PATH = {extract.path: extract for extract in EXTRACTS.values()}

StageExtracts = Callable[[dict[str, str]], Warehouse]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("DISTRICT_HOME", str(tmp_path))
    return Settings()


@pytest.fixture(scope="session")
def smallest_district(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The home of the smallest district, staged once for all tests."""
    home = Home(root=tmp_path_factory.mktemp("smallest"))
    load(home, SMALLEST, list(BY_PATH))
    return home


@pytest.fixture
def stage(smallest_district: Home, settings: Settings) -> StageExtracts:
    """Stages the smallest district, changed by the extracts given (path: text of the file), and returns its warehouse."""

    def change(extracts: dict[str, str]) -> Warehouse:
        settings.home.warehouse.mkdir(exist_ok=True)
        shutil.copy(smallest_district.database, settings.home.database)
        return load(settings.home, extracts, list(extracts))

    return change


def load(home: Home, files: dict[str, str], extracts: list[str]) -> Warehouse:
    """Writes the files and loads the extracts at these paths."""
    for path, content in files.items():
        file = home.raw / f"{path}.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    warehouse = Warehouse.of(home, Engine())
    with warehouse.tables() as tables:
        for path in extracts:
            load_extract(tables, home.raw, BY_PATH[path])
    return warehouse
