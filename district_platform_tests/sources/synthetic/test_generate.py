"""The generator and the folder it writes to: repeatable, careful with what is not its own, safe to kill."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from district_platform.settings import Assessments, Synthetic
from district_platform.sources.synthetic import ForeignFilesError, district, generate
from district_platform.sources.synthetic.writing import partial_path
from district_platform_tests.sources.synthetic.conftest import AS_OF, make_district

SMALL: dict[str, Any] = {"students": 60, "years": 1}


def contents(raw: Path) -> dict[str, bytes]:
    return {path.relative_to(raw).as_posix(): path.read_bytes() for path in raw.rglob("*") if path.is_file()}


def test_same_settings_give_the_same_bytes(tmp_path: Path) -> None:
    first = make_district(tmp_path / "a", students=400, years=2)
    second = make_district(tmp_path / "b", students=400, years=2)
    assert contents(first) == contents(second)


def test_another_seed_gives_another_district(tmp_path: Path) -> None:
    first = contents(make_district(tmp_path / "a", seed=1, **SMALL))
    second = contents(make_district(tmp_path / "b", seed=2, **SMALL))
    assert first["sis/students.csv"] != second["sis/students.csv"]


def test_returned_paths_are_the_files_written(tmp_path: Path) -> None:
    made = generate(tmp_path, Synthetic(**SMALL), Assessments(), AS_OF)
    assert {path.relative_to(tmp_path).as_posix() for path in made} | {"_synthetic.json"} == set(contents(tmp_path))


def test_second_call_leaves_untouched_files_alone(tmp_path: Path) -> None:
    make_district(tmp_path, **SMALL)
    students = tmp_path / "sis" / "students.csv"
    before = students.stat().st_ino
    make_district(tmp_path, **SMALL)
    assert students.stat().st_ino == before


def test_other_settings_replace_the_district(tmp_path: Path) -> None:
    make_district(tmp_path, seed=1, **SMALL)
    make_district(tmp_path, seed=2, **SMALL)
    assert contents(tmp_path) == contents(make_district(tmp_path.parent / "fresh", seed=2, **SMALL))


def test_deleted_extract_comes_back(tmp_path: Path) -> None:
    make_district(tmp_path, **SMALL)
    before = contents(tmp_path)
    (tmp_path / "hr" / "educators.csv").unlink()
    make_district(tmp_path, **SMALL)
    assert contents(tmp_path) == before


def test_refuses_a_folder_with_a_districts_own_extracts(tmp_path: Path) -> None:
    own = tmp_path / "sis" / "students.csv"
    own.parent.mkdir()
    own.write_text("school_year,student_id\n2026,1\n")
    with pytest.raises(ForeignFilesError, match=r"sis/students\.csv.*Move them away.*sources\.kind = \"files\""):
        make_district(tmp_path, **SMALL)
    assert contents(tmp_path) == {"sis/students.csv": b"school_year,student_id\n2026,1\n"}


def test_refuses_a_file_added_to_its_own_folder(tmp_path: Path) -> None:
    make_district(tmp_path, **SMALL)
    (tmp_path / "sis" / "staff_punches.csv").write_text("punch_id\n1\n")
    with pytest.raises(ForeignFilesError, match=r"sis/staff_punches\.csv"):
        make_district(tmp_path, **SMALL)


def test_refuses_to_overwrite_an_extract_changed_since(tmp_path: Path) -> None:
    make_district(tmp_path, seed=1, **SMALL)
    (tmp_path / "sis" / "students.csv").write_text("school_year,student_id\n2026,1\n")
    with pytest.raises(ForeignFilesError, match=r"sis/students\.csv \(changed since it was made\)"):
        make_district(tmp_path, seed=2, **SMALL)


def test_gitkeep_is_no_foreign_file(tmp_path: Path) -> None:
    (tmp_path / ".gitkeep").touch()
    make_district(tmp_path, **SMALL)
    assert (tmp_path / "sis" / "students.csv").exists()


@pytest.mark.parametrize("killed_at", [0, 5, 16])
@pytest.mark.whole
def test_killed_at_any_file_the_next_call_succeeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed_at: int
) -> None:
    """Killed while closing the n-th extract: some files whole, one half written, the others missing."""
    closed = 0

    def die_later(file: district.ExtractFile) -> None:
        nonlocal closed
        if closed == killed_at:
            raise KeyboardInterrupt
        closed += 1
        close(file)

    make_district(tmp_path / "raw", seed=1, **SMALL)
    close = district.ExtractFile.close
    with monkeypatch.context() as patch:
        patch.setattr(district.ExtractFile, "close", die_later)
        with pytest.raises(KeyboardInterrupt):
            make_district(tmp_path / "raw", seed=2, **SMALL)
    make_district(tmp_path / "raw", seed=2, **SMALL)
    assert contents(tmp_path / "raw") == contents(make_district(tmp_path / "fresh", seed=2, **SMALL))


def test_half_written_file_of_a_killed_run_is_cleared_away(tmp_path: Path) -> None:
    make_district(tmp_path, seed=1, **SMALL)
    leftover = partial_path(tmp_path / "sis" / "students.csv")
    leftover.write_text("school_year,stu")
    make_district(tmp_path, seed=2, **SMALL)
    assert not leftover.exists()


def test_marker_says_what_the_files_were_made_from(tmp_path: Path) -> None:
    make_district(tmp_path, as_of=dt.date(2026, 1, 15), seed=7, **SMALL)
    made_from = json.loads((tmp_path / "_synthetic.json").read_text())["made_from"]
    assert (made_from["synthetic"]["seed"], made_from["as_of_date"]) == (7, "2026-01-15")
