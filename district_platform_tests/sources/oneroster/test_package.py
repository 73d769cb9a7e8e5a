"""The export as delivered: folder, .zip, manifest."""

import zipfile
from pathlib import Path

import pytest

from district_platform.sources.oneroster import OneRosterError, convert
from district_platform_tests.sources.oneroster.exports import BASE, converted, manifest, write_export


def zipped(folder: Path, prefix: str = "") -> Path:
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.iterdir():
            archive.write(file, f"{prefix}{file.name}")
    return path


@pytest.mark.parametrize("prefix", ["", "export 2026/"])
def test_a_zip_gives_what_its_folder_gives(tmp_path: Path, prefix: str) -> None:
    folder = write_export(tmp_path / "export")
    from_folder = convert(folder, tmp_path / "a")
    from_zip = convert(zipped(folder, prefix), tmp_path / "b")
    assert from_zip == from_folder
    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*.csv"))
    assert [(tmp_path / "b" / file).read_bytes() for file in files] == [
        (tmp_path / "a" / f).read_bytes() for f in files
    ]


def test_a_file_that_is_no_zip_says_so(tmp_path: Path) -> None:
    source = tmp_path / "export.zip"
    source.write_text("not a zip")
    with pytest.raises(OneRosterError, match=r"export\.zip cannot be read .*Give a folder, or a \.zip that is whole"):
        convert(source, tmp_path / "out")


def test_a_damaged_zip_says_so(tmp_path: Path) -> None:
    source = zipped(write_export(tmp_path / "export", users=BASE["users"] * 50))
    data = bytearray(source.read_bytes())
    data[200:300] = bytes(100)
    source.write_bytes(bytes(data))
    with pytest.raises(OneRosterError, match="cannot be read"):
        convert(source, tmp_path / "out")


def test_a_path_that_is_not_there_says_which_setting_to_change(tmp_path: Path) -> None:
    with pytest.raises(OneRosterError, match=r"\[sources\.oneroster\] path"):
        convert(tmp_path / "nowhere", tmp_path / "out")


def test_a_missing_manifest_says_what_to_add(tmp_path: Path) -> None:
    folder = write_export(tmp_path / "export")
    (folder / "manifest.csv").unlink()
    with pytest.raises(OneRosterError, match=r"manifest\.csv is missing .*file\.users,bulk"):
        convert(folder, tmp_path / "out")


@pytest.mark.parametrize(
    ("listed", "instead", "message"),
    [
        ("file.users,bulk", "file.users,delta", r"users\.csv is a delta.*Export in bulk mode"),
        ("file.users,bulk", "file.users,absent", r"users\.csv is not supplied as bulk"),
        ("file.users,bulk", "file.users,full", "file.users is 'full'. Say bulk or absent"),
        ("oneroster.version,1.1", "oneroster.version,1.0", r"oneroster\.version is '1.0'. Export as 1.1 or 1.2"),
    ],
)
def test_a_manifest_that_cannot_be_taken_is_refused(tmp_path: Path, listed: str, instead: str, message: str) -> None:
    text = manifest(list(BASE)).replace(listed, instead)
    with pytest.raises(OneRosterError, match=message):
        converted(tmp_path, manifest=text)


def test_a_file_that_the_manifest_promises_must_be_there(tmp_path: Path) -> None:
    folder = write_export(tmp_path / "export")
    (folder / "courses.csv").unlink()
    with pytest.raises(OneRosterError, match=r"courses\.csv: manifest\.csv says bulk, but the file is not there"):
        convert(folder, tmp_path / "out")


def test_files_that_the_manifest_calls_absent_are_not_read(tmp_path: Path) -> None:
    text = manifest([name for name in BASE if name != "enrollments"])
    conversion = converted(tmp_path, manifest=text, results="sourcedId\n1\n")
    assert "enrollments.csv" not in {count.file for count in conversion.files}
    assert "Not read, as the manifest does not supply them: enrollments.csv." in conversion.notes
    assert "Not read, as no canonical extract comes from them: results.csv." in conversion.notes


def test_what_the_export_cannot_support_is_not_written(tmp_path: Path) -> None:
    conversion = converted(tmp_path, courses=None, classes=None, enrollments=None)
    written = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.csv")}
    assert written == {"sis/schools.csv", "sis/students.csv", "sis/enrollments.csv", "hr/educators.csv"}
    assert "The export has no classes.csv: there are no sections and no sessions." in conversion.notes


def test_a_refused_export_leaves_the_former_extracts(tmp_path: Path) -> None:
    converted(tmp_path)
    before = (tmp_path / "out" / "sis" / "students.csv").read_bytes()
    with pytest.raises(OneRosterError):
        converted(tmp_path, orgs="sourcedId\n")
    assert (tmp_path / "out" / "sis" / "students.csv").read_bytes() == before


def test_a_conversion_replaces_the_folder_as_a_whole(tmp_path: Path) -> None:
    converted(tmp_path)
    converted(tmp_path, courses=None, classes=None, enrollments=None)
    assert not (tmp_path / "out" / "sis" / "sections.csv").exists()
    assert {path.name for path in tmp_path.iterdir()} == {"export", "out"}


def test_a_run_killed_between_the_renames_is_mended_by_the_next(tmp_path: Path) -> None:
    converted(tmp_path)
    (tmp_path / "out").rename(tmp_path / ".out.replaced")
    (tmp_path / ".out.building" / "sis").mkdir(parents=True)
    converted(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"export", "out"}


def test_an_export_inside_the_output_folder_is_refused(tmp_path: Path) -> None:
    folder = write_export(tmp_path / "out" / "export")
    with pytest.raises(OneRosterError, match="Keep the export elsewhere"):
        convert(folder, tmp_path / "out")
    assert (folder / "users.csv").exists()


def test_the_same_export_gives_the_same_bytes(tmp_path: Path) -> None:
    converted(tmp_path)
    first = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.csv")}
    converted(tmp_path)
    assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.csv")} == first
