"""Sealed files: only the addressee opens them, and where they cannot be sealed they are not written."""

import datetime as dt
import sys
from pathlib import Path

import pyrage
import pytest

from district_platform.engine.publication import publish
from district_platform.outputs.publishing import ON_SINGLE_PEOPLE
from district_platform.outputs.sealing import SealingError, seal, seal_reports
from district_platform.outputs.uploads.approval import approve, waiting_rows
from district_platform.outputs.uploads.files import UPLOAD, UPLOAD_COLUMNS
from district_platform.settings import Encryption, SettingsError, load_settings

NURSE, CLERK, STRANGER = (pyrage.x25519.Identity.generate() for _ in range(3))
FOR_BOTH = Encryption(recipients=(str(NURSE.to_public()), str(CLERK.to_public())))
ROWS = b"Student ID,Date\nQ1,2026-01-05\n"


@pytest.fixture
def clear(tmp_path: Path) -> Path:
    path = tmp_path / "attendance_upload.csv"
    path.write_bytes(ROWS)
    return path


def test_each_recipient_opens_the_file_and_nobody_else(clear, tmp_path):
    sealed = seal(clear, tmp_path / "x.age", FOR_BOTH).read_bytes()
    assert b"2026-01-05" not in sealed, "a name of two letters would stand in some ciphertexts by chance"
    assert pyrage.decrypt(sealed, [NURSE]) == pyrage.decrypt(sealed, [CLERK]) == ROWS
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [STRANGER])


def test_file_that_was_changed_on_its_way_does_not_open(clear, tmp_path):
    sealed = bytearray(seal(clear, tmp_path / "x.age", FOR_BOTH).read_bytes())
    sealed[-1] ^= 1
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(bytes(sealed), [NURSE])


@pytest.mark.parametrize(
    ("encryption", "message"),
    [
        (Encryption(), "names nobody"),
        (Encryption(recipients=(f"age1{'q' * 58}",)), "is no age recipient; was it copied whole"),
    ],
)
def test_without_a_usable_recipient_nothing_is_written(clear, tmp_path, encryption, message):
    with pytest.raises(SealingError, match=message):
        seal(clear, tmp_path / "x.age", encryption)
    assert [path.name for path in tmp_path.iterdir()] == [clear.name]


def test_without_the_library_nothing_is_written(clear, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyrage", None)
    with pytest.raises(SealingError, match=r"install district-platform\[encryption\]"):
        seal(clear, tmp_path / "x.age", FOR_BOTH)
    assert [path.name for path in tmp_path.iterdir()] == [clear.name]


def test_of_reports_on_single_people_only_what_is_sealed_is_published(tmp_path):
    reports = tmp_path / "reports"
    (reports / "worklists").mkdir(parents=True)
    (reports / "worklists" / "steward.csv").write_bytes(ROWS)
    (reports / "attendance_upload.csv").write_bytes(ROWS)
    (reports / "policy_brief.pdf").write_bytes(b"%PDF")
    seal_reports(tmp_path, ("attendance_upload.csv", "worklists"), FOR_BOTH)
    published = sorted(path.relative_to(reports).as_posix() for path in reports.rglob("*") if path.is_file())
    assert published == ["attendance_upload.csv.age", "policy_brief.pdf", "worklists/steward.csv.age"]
    assert pyrage.decrypt((reports / "worklists" / "steward.csv.age").read_bytes(), [CLERK]) == ROWS
    private = tmp_path / "private"
    assert (private / "worklists" / "steward.csv").read_bytes() == ROWS
    assert private.stat().st_mode & 0o777 == 0o700


def test_lists_of_schools_and_the_restricted_annex_are_sealed_too(tmp_path):
    reports = tmp_path / "reports"
    reports.mkdir()
    for name in ON_SINGLE_PEOPLE:
        (reports / name).write_bytes(ROWS) if Path(name).suffix else (reports / name).mkdir(parents=True, exist_ok=True)
    (reports / "restricted" / "findings.json").write_bytes(ROWS)
    (reports / "worklists" / "schools").mkdir()
    (reports / "worklists" / "schools" / "0101.csv").write_bytes(ROWS)
    seal_reports(tmp_path, ON_SINGLE_PEOPLE, FOR_BOTH)
    published = {path.relative_to(reports).as_posix() for path in reports.rglob("*") if path.is_file()}
    assert published > {"restricted/findings.json.age", "worklists/schools/0101.csv.age"}
    assert {Path(name).suffix for name in published} == {".age"}


def test_sealed_reports_for_nobody_are_refused(home):
    home.config_file.write_text("[encryption]\nsealed_reports = true\n")
    with pytest.raises(SettingsError, match="sealed_reports needs recipients"):
        load_settings()


def test_private_key_among_the_recipients_is_refused_and_not_shown(home):
    home.config_file.write_text(f'[encryption]\nrecipients = ["{NURSE}"]\n')
    with pytest.raises(SettingsError, match=r"encryption\.recipients") as raised:
        load_settings()
    assert "AGE-SECRET" not in str(raised.value).replace("never the AGE-SECRET-KEY", "")


@pytest.mark.parametrize("value", ["hunter2 is my password!", "s3cr3t=="])
def test_value_where_a_secrets_name_belongs_is_refused_and_not_shown(home, value):
    home.config_file.write_text(f'[encryption]\nwarehouse_key_secret = "{value}"\n')
    with pytest.raises(SettingsError, match=r"encryption\.warehouse_key_secret: ") as raised:
        load_settings()
    assert value not in str(raised.value)


def test_sealed_upload_can_still_be_approved(home):
    """What waits is read beside the sealed reports, for the account that runs the platform."""

    def write(folder: Path) -> None:
        for name in ON_SINGLE_PEOPLE:
            path = folder / "reports" / name
            path.write_text(",".join(UPLOAD_COLUMNS) + "\n") if path.suffix else path.mkdir()
        upload = folder / "reports" / UPLOAD
        upload.write_text(upload.read_text() + "Q1,2026-01-05,present,virtual\n")
        seal_reports(folder, ON_SINGLE_PEOPLE, FOR_BOTH)

    publish(home, "20260106", 3, write)
    assert [row.student_id for row in waiting_rows(home)] == ["Q1"]
    approved = approve(home, "ops", dt.datetime(2026, 1, 6, tzinfo=dt.UTC))
    assert approved
    assert "Q1" in (approved / UPLOAD).read_text()
    assert not (home.reports / UPLOAD).exists()
    assert pyrage.decrypt((home.reports / f"{UPLOAD}.age").read_bytes(), [CLERK]).endswith(
        b"Q1,2026-01-05,present,virtual\n"
    )


def test_report_published_in_the_clear_before_leaves_no_link_behind(home):
    publish(home, "20260101", 3, lambda folder: (folder / "reports" / UPLOAD).write_bytes(ROWS) and None)
    assert (home.reports / UPLOAD).is_symlink()
    publish(home, "20260102", 3, lambda folder: (folder / "reports" / f"{UPLOAD}.age").write_bytes(b"age") and None)
    assert [path.name for path in home.reports.iterdir()] == [f"{UPLOAD}.age"]
