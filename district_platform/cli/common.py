"""What every command shares: the terminal, options, the settings they lead to, and faults shown as one message."""

import datetime as dt
import difflib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from annotated_types import Ge, Le
from rich.console import Console

from district_platform.home import Home, district_home, shown
from district_platform.settings import ENV_PREFIX, Settings, Sources, Synthetic, choices_of, load_settings

if TYPE_CHECKING:
    from district_platform.web.signin.store import AccessStore

console = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
HOME_HELP = "The district's folder (district.toml, data/, warehouse/, reports/). Default: DISTRICT_HOME, else here."

home_option = click.option("--home", type=click.Path(file_okay=False, path_type=Path), help=HOME_HELP)
as_of_option = click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day to look at the data (default: today)."
)


def _range_of(name: str) -> click.IntRange:
    """The values that a setting of the synthetic district may have."""
    bounds = Synthetic.model_fields[name].metadata
    least = next((bound.ge for bound in bounds if isinstance(bound, Ge)), None)
    most = next((bound.le for bound in bounds if isinstance(bound, Le)), None)
    return click.IntRange(least, most)  # type: ignore[arg-type]


_DISTRICT_OPTIONS = (
    home_option,
    click.option(
        "--kind",
        type=click.Choice(choices_of(Sources, "kind")),
        help="Where extracts come from (default: as district.toml says).",
    ),
    click.option("--students", type=_range_of("students"), help="Students of the synthetic district (default 5000)."),
    click.option("--years", type=_range_of("years"), help="School years of the synthetic district (default 3)."),
    click.option(
        "--seed", type=_range_of("seed"), help="Seed of the synthetic district: the same seed, the same bytes."
    ),
    as_of_option,
)


def district_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which district, and on which day; `district_settings` takes them."""
    for option in reversed(_DISTRICT_OPTIONS):
        command = option(command)
    return command


def district_settings(home: Path | None, as_of: dt.datetime | None = None, **options: Any) -> Settings:
    """Settings for a command that reads, makes or shows a district's extracts.

    A folder without district.toml needs an option that says what it is: otherwise a misspelt folder would become a synthetic district.
    Options of the command line win over district.toml, as environment variables do.
    """
    _use_options(as_of, options)
    settings = settings_of(home)
    is_told = "kind" in settings.sources.model_fields_set or "students" in settings.synthetic.model_fields_set
    if not (settings.home.config_file.exists() or is_told):
        raise click.ClickException(_nothing_says_what_it_is(settings.home))
    return settings


@contextmanager
def access_store(settings: Settings) -> Iterator["AccessStore"]:
    """The file of accounts of a district; what goes wrong with it or with an account ends the command with its message."""
    from district_platform.web.signin.accounts import AccountError
    from district_platform.web.signin.store import AccessStore, AccessStoreError

    try:
        yield AccessStore.of(settings.home)
    except (AccountError, AccessStoreError) as error:
        raise click.ClickException(str(error)) from None


def start_settings(home: Path | None, as_of: dt.datetime | None = None, **options: Any) -> Settings:
    """Settings with which a run starts. Where they say that the state is in a store, the folder may be empty: the rest comes from there."""
    if not os.environ.get(f"{ENV_PREFIX}STATE__ADDRESS"):
        return district_settings(home, as_of, **options)
    _use_options(as_of, options)
    return settings_of(home, make=True)


def _use_options(as_of: dt.datetime | None, options: dict[str, Any]) -> None:
    """Puts options of the command line where the settings are read from."""
    chosen = {"sources__kind": options.get("kind"), "as_of_date": as_of.date() if as_of else None}
    chosen |= {f"synthetic__{name}": options.get(name) for name in ("students", "years", "seed")}
    for name, value in chosen.items():
        if value is not None:
            os.environ[ENV_PREFIX + name.upper()] = str(value)


def settings_of(home: Path | None, *, make: bool = False) -> Settings:
    """Settings of the district at `home`. A folder that does not exist is refused, and named with what to do; or made, if asked."""
    use_home(home)
    root = district_home().root
    if make:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not root.is_dir():
        close = _district_like(root)
        meant = f" Did you mean {shown(close)}?" if close else ""
        raise click.ClickException(
            f"{shown(root)}: there is no such folder.{meant} To make a district there: district-platform init --home {shown(root)}"
        )
    return load_settings()


def _district_like(root: Path) -> Path | None:
    """A district in the same folder with nearly the same name."""
    beside = root.parent.iterdir() if root.parent.is_dir() else ()
    names = [folder.name for folder in beside if Home(root=folder).config_file.exists()]
    close = difflib.get_close_matches(root.name, names, n=1)
    return root.with_name(close[0]) if close else None


def _nothing_says_what_it_is(home: Home) -> str:
    is_here = home.root == Path.cwd()
    root, at = ("This folder", "") if is_here else (shown(home.root), f" --home {shown(home.root)}")
    return (
        f"{root} has no district.toml, so that nothing says what district it is.\n"
        f"To make it one: district-platform init{at} (with --demo: a synthetic district).\n"
        "To run it as it is: --kind files or --kind oneroster for extracts that lie there, --students 400 for a synthetic district."
    )


def use_home(home: Path | None) -> None:
    """Makes the folder the district of this process and of those it starts."""
    if home:
        os.environ["DISTRICT_HOME"] = str(home.resolve())


@contextmanager
def explained() -> Iterator[None]:
    """Faults of files and a warehouse that is being written reach a person as one message."""
    from district_platform.credentials import CredentialError
    from district_platform.engine.encryption import EncryptionError
    from district_platform.home.kept import KeepingError
    from district_platform.home.lock import WarehouseBusyError
    from district_platform.outputs.sealing import SealingError
    from district_platform.outputs.uploads.approval import UploadError
    from district_platform.outputs.uploads.ledger import LedgerError
    from district_platform.storage.s3 import StorageError

    ours = (
        *(CredentialError, EncryptionError, KeepingError, LedgerError, SealingError, StorageError, UploadError),
        WarehouseBusyError,
    )
    try:
        yield
    except ours as error:
        raise click.ClickException(str(error)) from None
