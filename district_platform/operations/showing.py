"""A copied publication, brought to a home that only shows it: whole or not at all, as a run would have published it here."""

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from district_platform.engine.files import file_hash
from district_platform.engine.publication import current_publication, install
from district_platform.home.format import write_stamp
from district_platform.home.kept import KeepingError
from district_platform.home.lock import WarehouseLock
from district_platform.outputs.sealing import ENDING
from district_platform.settings import Settings
from district_platform.storage.publication import POINTER, VERSIONS
from district_platform.storage.s3 import S3, SHA256, Address, StorageError


class ShowingError(KeepingError):
    """A copied publication cannot be shown here; the message says why. What is shown stays as it was."""


@dataclass(frozen=True)
class Shown:
    """What a pull did."""

    version: str
    is_new: bool
    n_fetched: int = 0
    n_kept: int = 0


def pull(settings: Settings, address: str) -> Shown:
    """Makes the publication that the store's pointer names the current one here.

    Raises ShowingError where it is sealed, or this home publishes itself; StorageError where the store fails, or sends other bytes.
    """
    home, s3, at = settings.home, S3(settings.storage, settings.credentials), Address.parse(address)
    if home.database.exists():
        raise ShowingError(f"{home.root} publishes itself: bring copied publications to a folder of their own.")
    with WarehouseLock(home.lock):
        version, files = _listed(s3, at)
        shown = current_publication(home)
        if shown is not None and shown.name == version:
            return Shown(version, is_new=False)
        fetched: list[str] = []

        def fill(building: Path) -> None:
            for file in files:
                if _fetch(s3, at / VERSIONS / version, file, building, shown):
                    fetched.append(file["name"])

        install(home, version, settings.publication.keep_versions, fill)
        write_stamp(home)
    return Shown(version, True, len(fetched), len(files) - len(fetched))


def _listed(s3: S3, at: Address) -> tuple[str, list[dict[str, Any]]]:
    """The version that the pointer names, and its files. Raises StorageError where there is none, or its manifest is another."""
    answer = s3.call_or_none("get_object", at / POINTER)
    if answer is None:
        raise StorageError(f"{at}: no publication was copied there (publication.copy_to).")
    pointer = json.loads(answer["Body"].read())
    manifest = s3.call("get_object", at / pointer["manifest"])["Body"].read()
    if hashlib.sha256(manifest).hexdigest() != pointer[SHA256]:
        raise StorageError(f"{at / pointer['manifest']} is not the manifest that {at / POINTER} names.")
    files = json.loads(manifest)["files"]
    if any(file["name"].endswith(ENDING) and file["name"].startswith("out/") for file in files):
        raise ShowingError(f"{at}: the copy is sealed for encryption.recipients, and the platform cannot open it.")
    return str(pointer["version"]), files


def _fetch(s3: S3, folder: Address, file: dict[str, Any], building: Path, shown: Path | None) -> bool:
    """Brings one file; one that the publication shown so far has, too, is taken from there. Returns whether it was fetched."""
    target = building / file["name"]
    if not target.resolve().is_relative_to(building.resolve()):
        raise StorageError(f"{folder / file['name']}: the name is no path below a publication.")
    target.parent.mkdir(parents=True, exist_ok=True)
    here = shown / file["name"] if shown else None
    if here and here.is_file() and here.stat().st_size == file["size"] and file_hash(here) == file[SHA256]:
        os.link(here, target)
        return False
    with target.open("wb") as out:
        shutil.copyfileobj(s3.call("get_object", folder / file["name"])["Body"], out)
    if file_hash(target) != file[SHA256]:
        raise StorageError(f"{folder / file['name']}: what arrived is not what was sent; pull again.")
    return True
