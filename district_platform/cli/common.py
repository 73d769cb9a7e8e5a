"""What every command shares: the terminal, options, the settings they lead to, and faults told as one message."""

import datetime as dt
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from district_platform.settings import ENV_PREFIX, Settings, load_settings

console = Console(highlight=False, soft_wrap=True)
HOME_HELP = "The district's folder (district.toml, data/, warehouse/, reports/). Default: DISTRICT_HOME, else here."

home_option = click.option("--home", type=click.Path(file_okay=False, path_type=Path), help=HOME_HELP)
as_of_option = click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day to look at the data (default: today)."
)
_DISTRICT_OPTIONS = (
    home_option,
    click.option("--students", type=int, help="Students of the synthetic district (default 5000)."),
    click.option("--years", type=int, help="School years of the synthetic district (default 3)."),
    click.option("--seed", type=int, help="Seed of the synthetic district: the same seed, the same bytes."),
    as_of_option,
)


def district_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which district, and on which day; `settings_of` takes them."""
    for option in reversed(_DISTRICT_OPTIONS):
        command = option(command)
    return command


def settings_of(
    home: Path | None,
    students: int | None = None,
    years: int | None = None,
    seed: int | None = None,
    as_of: dt.datetime | None = None,
) -> Settings:
    """Settings of the district at `home`; options of the command line win over district.toml, as environment variables do."""
    use_home(home)
    chosen = {
        "synthetic__students": students,
        "synthetic__years": years,
        "synthetic__seed": seed,
        "as_of_date": as_of.date() if as_of else None,
    }
    for name, value in chosen.items():
        if value is not None:
            os.environ[ENV_PREFIX + name.upper()] = str(value)
    return load_settings()


def use_home(home: Path | None) -> None:
    """Makes the folder the district of this process and of those it starts."""
    if home:
        os.environ["DISTRICT_HOME"] = str(home.resolve())


@contextmanager
def explained() -> Iterator[None]:
    """Faults of files and a warehouse that is being written reach a person as one message."""
    from district_platform.credentials import CredentialError
    from district_platform.engine.encryption import EncryptionError
    from district_platform.engine.lock import WarehouseBusyError
    from district_platform.outputs.sealing import SealingError
    from district_platform.outputs.uploads.approval import UploadError
    from district_platform.outputs.uploads.ledger import LedgerError
    from district_platform.storage.s3 import StorageError

    ours = CredentialError, EncryptionError, LedgerError, SealingError, StorageError, UploadError, WarehouseBusyError
    try:
        yield
    except ours as error:
        raise click.ClickException(str(error)) from None
