"""The store's marts as files for the business office: single people by name, so for their reader only, and no release."""

from pathlib import Path

from district_platform.dictionary import TABLES
from district_platform.engine.tables import Tables

FOLDER = "marts"
MARTS = ("customers_mart", "sales_team_mart")


def write_marts(tables: Tables, folder: Path, *, byte_order_mark: bool = False) -> Path:
    """<folder>/marts/<mart>.csv, readable by the owner of the run alone; returns the folder that holds them."""
    target = folder / FOLDER
    target.mkdir(mode=0o700)
    for name in MARTS:
        path = target / f"{name}.csv"
        path.touch(mode=0o600)
        tables.write_csv(TABLES[name], path, byte_order_mark=byte_order_mark)
        path.chmod(0o600)
    return target
