"""`district-platform upload`: files and folders to an object store, sealed where the settings name recipients."""

from collections.abc import Callable, Sequence
from pathlib import Path

from district_platform.engine.files import file_hash, text_digest
from district_platform.outputs.sealing import ENDING, seal
from district_platform.retries import patiently
from district_platform.settings import Settings
from district_platform.storage.s3 import S3, Address, StorageError
from district_platform.storage.upload import Progress, Sent, upload_file


def files_to_send(paths: Sequence[Path], to: Address) -> list[tuple[Path, Address]]:
    """Each file with its address: a file under its name, those of a folder under their paths in it; hidden ones are left out.

    Raises StorageError where two would have one address.
    """
    found: dict[Address, Path] = {}
    for path in paths:
        root, files = (path.parent, [path]) if path.is_file() else (path, sorted(path.rglob("*")))
        for file in (file for file in files if file.is_file()):
            relative = file.relative_to(root)
            if any(part.startswith(".") for part in relative.parts):
                continue
            address = to / relative.as_posix()
            if found.setdefault(address, file) != file:
                raise StorageError(f"{found[address]} and {file} would both become {address}; send them apart.")
    return [(file, address) for address, file in found.items()]


def send(
    settings: Settings,
    files: Sequence[tuple[Path, Address]],
    begin: Callable[[Path, Address, int], Progress],
) -> list[Sent]:
    """Sends the files one after the other; waits for a lost network as `retries` says; does not send again what is already there.

    `begin` is called with each file and its number of bytes, and returns a callback for its progress. Raises StorageError,
    CredentialError or SealingError; a second call goes on from there.
    """
    s3 = S3(settings.storage, settings.credentials)
    return [_send_one(s3, settings, path, address, begin) for path, address in files]


def _send_one(
    s3: S3, settings: Settings, path: Path, address: Address, begin: Callable[[Path, Address, int], Progress]
) -> Sent:
    """Sends one file. Sealed files stay in the outbox until they are sent: sealing again gives other bytes, so sent parts would be
    useless.
    """
    outbox, encryption = settings.home.outbox, settings.encryption
    sendable, target = path, address
    if encryption.recipients:
        target = Address(address.bucket, f"{address.key}{ENDING}")
        recipients = " ".join(encryption.recipients)
        sendable = outbox / f"{text_digest(f'{file_hash(path)} {target} {recipients}')}{ENDING}"
        if not sendable.exists():
            seal(path, sendable, encryption)
    n_bytes = sendable.stat().st_size
    sent = patiently(lambda: upload_file(s3, sendable, target, outbox, begin(path, target, n_bytes)), settings.retries)
    if sendable != path:
        sendable.unlink()
    return sent
