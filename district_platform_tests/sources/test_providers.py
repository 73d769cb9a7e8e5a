"""Several providers of one district: who gives which extract, what is watched, and which row is read where two give the same key."""

import pytest
from pydantic import ValidationError

from district_platform.dictionary import EXTRACTS
from district_platform.settings import SettingsError, Sources
from district_platform.sources.converting import convert_all, remove_former
from district_platform.sources.extracts import content_version, files_to_read
from district_platform.sources.providers import check_providers, delivered_files, files_of_provider, roots_of
from district_platform.staging.loading import load_files
from district_platform_tests.sources.edfi.made import write_pull

MAPPING = """
[files.schools]
path = "schools.csv"
[[extract."sis/schools"]]
from = "schools"
status = "confirmed"
[extract."sis/schools".columns]
school_id = "No"
school_name = "Title"
school_level = { constant = "High" }
low_grade = { constant = "09" }
high_grade = { constant = "12" }
is_title_i = { constant = "no" }
"""


def sources(**settings) -> Sources:
    return Sources.model_validate({"kind": "files", "mapped": {"name": "m", "path": "export"}, **settings})


@pytest.fixture
def both(home):
    """A district in which a mapped export and files in data/raw both give schools."""
    (home.root / "export").mkdir()
    (home.root / "export" / "schools.csv").write_text("No,Title\n1,From the export\n2,From the export\n")
    home.mappings.mkdir()
    (home.mappings / "m.toml").write_text(MAPPING)
    (home.raw / "sis").mkdir(parents=True)
    header = "school_id,school_name,school_level,low_grade,high_grade,is_title_i\n"
    (home.raw / "sis" / "schools.csv").write_text(
        header + "2,From files,High,09,12,no\n3,From files,High,09,12,no\n3,Again,High,09,12,no\n"
    )
    return home


def test_an_extract_comes_from_the_default_unless_it_names_another():
    some = sources(
        kind="oneroster", extracts={"attendance_events": {"from": "mapped"}, "sales": {"from": ["files", "mapped"]}}
    )
    assert some.providers_of("students") == ("oneroster",)
    assert some.providers_of("attendance_events") == ("mapped",)
    assert some.providers_of("sales") == ("files", "mapped")
    assert some.providers == ("oneroster", "files", "mapped")


def test_each_converting_provider_has_a_folder_of_its_own(home):
    some = sources(kind="oneroster", extracts={"sales": {"from": ["files", "mapped"]}})
    assert roots_of(home, some, EXTRACTS["students"]) == [home.warehouse / "converted" / "oneroster"]
    assert roots_of(home, some, EXTRACTS["sales"]) == [home.raw, home.warehouse / "converted" / "mapped"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"kind": "synthetic", "extracts": {"sales": {"from": "files"}}},
            "a synthetic district mixes with no other provider",
        ),
        ({"extracts": {"sales": {"from": "synthetic"}}}, "a synthetic district mixes with no other provider"),
        ({"kind": "mapped", "mapped": {}}, "names no mapping"),
    ],
)
def test_providers_that_cannot_be_together_are_refused(settings, message):
    with pytest.raises(ValidationError, match=message):
        sources(**settings)


def test_oneroster_is_not_asked_for_what_it_cannot_say():
    with pytest.raises(
        SettingsError, match=r"sources.extracts.sales.from: OneRoster has no store/sales; it gives courses, educators"
    ):
        check_providers(sources(extracts={"sales": {"from": "oneroster"}}))


def test_of_two_rows_with_a_key_the_provider_that_goes_first_gives_it(both, tables):
    some = sources(extracts={"schools": {"from": ["mapped", "files"]}})
    convert_all(tables, both, some)
    groups = files_to_read(both, some, EXTRACTS["schools"])
    assert [[name for name, _ in group] for group in groups] == [
        ["mapped:sis/schools/schools.csv.parquet"],
        ["files:sis/schools.csv"],
    ]
    loaded = load_files(tables, groups, EXTRACTS["schools"])
    rows = tables.connection.execute("select school_id, school_name from stg_schools order by 1").fetchall()
    assert rows == [("1", "From the export"), ("2", "From the export"), ("3", "From files")]
    counts = {f.name: (f.n_rows_read, f.n_rows_accepted, f.n_rejected, f.n_left_out) for f in loaded.files}
    assert counts == {"mapped:sis/schools/schools.csv.parquet": (2, 2, 0, 0), "files:sis/schools.csv": (3, 1, 1, 1)}


def test_faults_that_are_found_later_are_told_with_the_delivered_line(both, tables):
    (both.root / "export" / "schools.csv").write_text("No,Title\n1,Oak\n\n,Elm\n")
    some = sources(kind="mapped")
    convert_all(tables, both, some)
    load_files(tables, files_to_read(both, some, EXTRACTS["schools"]), EXTRACTS["schools"])
    [fault] = tables.connection.execute("select file_name, line_number, column_name from extract_rejects").fetchall()
    assert fault == ("sis/schools/schools.csv.parquet", 4, "school_id")


def test_files_and_the_mapping_are_watched_and_change_the_data_version(both):
    some = sources(extracts={"schools": {"from": ["mapped", "files"]}})
    watched = [path.relative_to(both.root).as_posix() for path in delivered_files(both, some)]
    assert watched == ["data/raw/sis/schools.csv", "mappings/m.toml", "export/schools.csv"]
    before = content_version(files_of_provider(both, some, "mapped"))
    (both.mappings / "m.toml").write_text(MAPPING.replace("High", "Middle"))
    assert content_version(files_of_provider(both, some, "mapped")) != before


def test_what_earlier_versions_converted_is_removed(both, tables):
    (both.converted / "sis").mkdir(parents=True)
    convert_all(tables, both, sources(kind="mapped"))
    remove_former(both)
    assert [path.name for path in both.converted.iterdir()] == ["mapped"]


def edfi(**settings) -> Sources:
    return sources(edfi={"url": "https://ods.example.org"}, **settings)


def test_an_ed_fi_api_is_not_asked_for_what_it_cannot_say_and_needs_an_address():
    check_providers(edfi(extracts={"students": {"from": "edfi"}}))
    with pytest.raises(SettingsError, match=r"sources.extracts.sales.from: An Ed-Fi API has no store/sales; it gives"):
        check_providers(edfi(extracts={"sales": {"from": "edfi"}}))
    with pytest.raises(ValidationError, match=r"edfi.url: names no API"):
        sources(kind="edfi")


def test_of_an_ed_fi_api_the_crosswalks_are_watched_and_the_pull_is_not(home):
    """The run itself pulls: watching that would start a run after each run. Both decide what the extracts become."""
    write_pull(home.pulled_edfi, {None: {"schools": [{"schoolId": 1}]}})
    lines = home.reference / "edfi" / "SexDescriptor.csv"
    lines.parent.mkdir(parents=True)
    lines.write_text("code,value\nFemale,F\n")
    assert delivered_files(home, edfi(kind="edfi")) == [lines]
    read = files_of_provider(home, edfi(kind="edfi"), "edfi")
    assert read == [lines, home.pulled_edfi / "all" / "schools.parquet"]
    before = content_version(read)
    write_pull(home.pulled_edfi, {None: {"schools": [{"schoolId": 2}]}})
    assert content_version(read) != before
