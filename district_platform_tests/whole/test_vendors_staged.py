"""A folder of strange CSVs of three invented vendors, mapped, is staged as the canonical extracts are: row for row, value for value."""

import re
from pathlib import Path

import pytest

from district_platform.dictionary import EXTRACTS
from district_platform.engine.database import connect
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.home import Home
from district_platform.settings import Engine, Sources
from district_platform.sources.converting import convert_all
from district_platform.sources.extracts import files_to_read
from district_platform.sources.mapped.document import headers_of
from district_platform.sources.mapped.proposing.proposal import look_at
from district_platform.sources.mapped.reading import BY_PATH, read_mapping
from district_platform.staging.loading import load_extract, load_files
from district_platform_tests.sources.mapped import vendors

SETTINGS = Sources.model_validate({"kind": "mapped", "mapped": {"name": "three", "path": "data/export"}})


@pytest.fixture(scope="module")
def home(three_vendors: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The vendors' files and a mapping that was proposed and reviewed by a script; what is converted lies in a folder of the test."""
    root = tmp_path_factory.mktemp("vendors")
    for name in ("data", "mappings"):
        (root / name).symlink_to(three_vendors / "mapped" / name)
    return Home(root=root)


@pytest.fixture(scope="module")
def canonical(three_vendors: Path) -> Path:
    return three_vendors / "canonical" / "data" / "raw"


def test_every_extract_of_the_vendors_is_staged_as_the_canonical_one(home, canonical):
    with connect(":memory:", Engine()) as connection:
        tables = DuckDBTables(connection)
        conversion = convert_all(tables, home, SETTINGS)["mapped"]
        assert conversion.rejects == []
        given = {BY_PATH[path].name for path, _, _ in read_mapping(home.mappings / "three.toml").blocks()}
        assert given == set(EXTRACTS) - set(vendors.GIVEN_BY_FILES)
        for name in sorted(given):
            extract = EXTRACTS[name]
            load_extract(tables, canonical, extract)
            connection.execute(f"create or replace temp table canonical as from stg_{name}")
            loaded = load_files(tables, files_to_read(home, SETTINGS, extract), extract)
            assert (loaded.n_rejected, loaded.n_accepted > 0) == (0, True), name
            differing = (
                f"(from stg_{name} except all from canonical) union all (from canonical except all from stg_{name})"
            )
            assert connection.execute(differing).fetchall() == [], name


def test_every_proposal_called_sure_by_names_and_values_is_right(home):
    """Right is the header that the mapping reads after review, by which every extract above is staged as the canonical one."""
    mapping = read_mapping(home.mappings / "three.toml")
    read = {
        (path, block.from_, c): headers_of(op) for path, _, block in mapping.blocks() for c, op in block.columns.items()
    }
    with connect(":memory:", Engine()) as connection:
        look = look_at(DuckDBTables(connection), home.root / "data" / "export")
    sure = [
        (block.extract.path, block.from_name, column, match.candidates[0].header)
        for block in look.blocks
        for column, match in block.matches.items()
        if match.band == "sure" and column in block.columns
    ]
    wrong = [(*place, header) for *place, header in sure if header not in read.get(tuple(place), [])]
    print(f"{len(sure)} proposals are called sure, {len(sure) - len(wrong)} right")
    assert len(sure) >= 40
    assert wrong == []


def test_rows_of_no_enrollment_are_left_out_and_every_row_is_accounted_for(home):
    with connect(":memory:", Engine()) as connection:
        files = convert_all(DuckDBTables(connection), home, SETTINGS)["mapped"].files
    assert all(f.rows_read == f.rows_accepted + f.rows_rejected + f.rows_left_out for f in files)
    [stays] = [f for f in files if f.part == "sis/enrollments"]
    assert stays.rows_left_out == 7


def test_no_name_and_no_id_of_a_person_stands_in_the_mapping(home, canonical):
    people = [*vendors.read(canonical, "sis/students"), *vendors.read(canonical, "hr/educators")]
    columns = ("student_id", "educator_id", "first_name", "last_name", "birth_date", "email")
    values = {f'"{person[c]}"' for person in people for c in columns if person.get(c)}
    text = (home.mappings / "three.toml").read_text()
    assert not [value for value in values if value in text]


def test_the_number_of_decisions_is_printed(three_vendors):
    """For thirteen files of three vendors; docs/sources/mapping.md names it."""
    told = (three_vendors / "mapped" / "propose.txt").read_text()
    [n] = re.findall(r"(\d+) decisions are asked", told)
    assert f"{n} decisions are asked for their 13" in " ".join(Path("docs/sources/mapping.md").read_text().split())
