"""Encrypts files to age recipients (https://age-encryption.org), so that only the recipients can open them.

The platform holds public keys only; it cannot open what it has sealed. `storage` sends files; the engine encrypts the warehouse.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from district_platform.engine.database import private_folder
from district_platform.engine.files import replacing
from district_platform.settings import Encryption

ENDING = ".age"
PRIVATE = "private"
"""Folder of a publication, beside `reports`, with the files that are sealed there, for the account that runs the platform."""


class SealingError(RuntimeError):
    """A file was not written, because it could not be sealed; the message says what to set or install."""


def seal(path: Path, target: Path, encryption: Encryption) -> Path:
    """Writes the file, encrypted to the recipients of the settings, to `target`, whole or not at all; returns it.

    Two calls give different bytes, as age draws a key for each file. Raises SealingError.
    """
    pyrage = _library()
    recipients = [_recipient(pyrage, key) for key in encryption.recipients]
    if not recipients:
        raise SealingError("encryption.recipients names nobody; without a recipient nothing can be sealed.")
    private_folder(target.parent)
    with replacing(target) as fresh, path.open("rb") as clear, fresh.open("wb") as sealed:
        fresh.chmod(0o600)
        pyrage.encrypt_io(clear, sealed, recipients)
    return target


def seal_reports(publication: Path, names: Iterable[str], encryption: Encryption) -> None:
    """Leaves only sealed files in `reports` for each name (a file or a folder); the clear files move to `private`."""
    reports, private = publication / "reports", publication / PRIVATE
    private.mkdir(mode=0o700)
    for name in names:
        (reports / name).rename(private / name)
        clear = [private / name] if (private / name).is_file() else sorted((private / name).rglob("*"))
        for path in (path for path in clear if path.is_file()):
            relative = path.relative_to(private).as_posix()
            seal(path, reports / f"{relative}{ENDING}", encryption)


def _library() -> Any:
    try:
        import pyrage
    except ImportError:
        raise SealingError(
            "Sealing files needs pyrage: install district-platform[encryption]. Nothing was written in the clear instead."
        ) from None
    return pyrage


def _recipient(pyrage: Any, key: str) -> Any:
    try:
        return pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError:
        raise SealingError(f"encryption.recipients: {key} is no age recipient; was it copied whole?") from None
