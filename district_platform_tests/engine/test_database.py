"""The connection to DuckDB: where it spills."""

from pathlib import Path

from district_platform.engine import database
from district_platform.settings import Engine


def test_what_does_not_fit_in_memory_spills_to_a_folder_of_its_own_and_goes_with_the_block(tmp_path, monkeypatch):
    """Three million rows in 32 MB; rows of people once lay in .tmp, in the folder where it was started."""
    monkeypatch.chdir(tmp_path)
    with database.connect(":memory:", Engine(memory_limit="32MB", threads=1)) as connection:
        folder = Path(connection.execute("select current_setting('temp_directory')").fetchall()[0][0])
        connection.execute("create table x as select i, hash(i)::varchar as h from range(3_000_000) r(i)")
        assert {path.suffix for path in folder.iterdir()} == {".tmp"}
        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.exists()
    assert list(tmp_path.iterdir()) == []
