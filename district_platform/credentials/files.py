"""Secrets as files, as containers and systemd hand them over: a folder, named by DISTRICT_SECRETS_DIR, with a file for each secret."""

import os
from pathlib import Path

from pydantic import SecretStr

from district_platform.credentials.provider import CredentialError
from district_platform.home import SECRETS_VARIABLE


class Files:
    """The text of the file `<folder>/<name>`, without the line end at its end. An empty file counts as not there."""

    def look_up(self, name: str) -> SecretStr | None:
        folder = os.environ.get(SECRETS_VARIABLE)
        if not folder:
            return None
        path = Path(folder) / name
        if not path.resolve().is_relative_to(Path(folder).resolve()):
            raise CredentialError(f"The secret {name!r} names no file of {folder}.")
        try:
            value = path.read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return None
        except UnicodeDecodeError:
            raise CredentialError(f"{path} holds bytes; a text in UTF-8 is expected.") from None
        except OSError as error:
            raise CredentialError(f"{path} cannot be read: {error.strerror}.") from None
        value = value.removesuffix("\n").removesuffix("\r")
        return SecretStr(value) if value else None

    def place(self, name: str) -> str:
        folder = os.environ.get(SECRETS_VARIABLE)
        return (
            f"file {Path(folder) / name}"
            if folder
            else f"file {name} of the folder that {SECRETS_VARIABLE} names (not set)"
        )
