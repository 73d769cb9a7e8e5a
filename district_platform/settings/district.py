"""All settings of one district, and where they are read: defaults, `district.toml`, the environment."""

import datetime as dt
import os
import re
import tomllib
from functools import cached_property

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource
from pydantic_settings import SettingsError as UnreadableSettingError

from district_platform.home import CACHE_VARIABLE, SECRETS_VARIABLE, Home, district_home
from district_platform.home.format import NewerHomeError, refuse_newer_home
from district_platform.home.kept import Kept
from district_platform.settings.alerts import Alerts
from district_platform.settings.attendance import Attendance
from district_platform.settings.calendar import Calendar
from district_platform.settings.destinations import Destination, DestinationName
from district_platform.settings.mistakes import environment_variable, explain, refuse_secrets, unknown_key
from district_platform.settings.operations import Automation, Retries, Server
from district_platform.settings.privacy import Privacy
from district_platform.settings.publication import Engine, Publication, Storage
from district_platform.settings.quality import Assessments, Quality
from district_platform.settings.reconciliation import Reconciliation
from district_platform.settings.secrets import Credentials, Encryption
from district_platform.settings.section import ENV_PREFIX, SECRET_PREFIX, SettingsError
from district_platform.settings.sources import Sources
from district_platform.settings.state import State
from district_platform.settings.store import Store
from district_platform.settings.synthetic import SYNTHETIC_AS_OF_DATE, Synthetic
from district_platform.settings.timekeeping import Hours, Timekeeping
from district_platform.settings.web import Web

KEPT = Kept("settings", "every setting has its default", paths=("district.toml",))
PUNCHES_DAILY, PUNCHES_OFTEN = "45 4 * * *", "*/15 * * * *"


class Settings(BaseSettings):
    """All settings of one district."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True)

    district_name: str = Field(default="Example Unified School District", description="As it stands on the brief.")
    as_of_date: dt.date | None = Field(
        default=None, description=f"The day the data is looked at; default today, {SYNTHETIC_AS_OF_DATE} if synthetic."
    )
    sources: Sources = Field(default=Sources(), description="Where extracts come from.")
    synthetic: Synthetic = Field(default=Synthetic(), description="The generated district.")
    calendar: Calendar = Field(default=Calendar(), description="What stands in for a calendar that is not delivered.")
    attendance: Attendance = Field(default=Attendance(), description="Rules of daily attendance.")
    reconciliation: Reconciliation = Field(
        default=Reconciliation(), description="Attendance held against online learning."
    )
    assessments: Assessments = Field(default=Assessments(), description="Score scales.")
    quality: Quality = Field(default=Quality(), description="Thresholds and severities of the quality rules.")
    privacy: Privacy = Field(default=Privacy(), description="What may be released about small groups.")
    store: Store = Field(default=Store(), description="Rules of the district store's data marts.")
    timekeeping: Timekeeping = Field(default=Timekeeping(), description="Punches of staff, and hours worked.")
    hours: Hours = Field(default=Hours(), description="How punches become hours.")
    publication: Publication = Field(default=Publication(), description="How publications are kept.")
    destinations: dict[DestinationName, Destination] = Field(
        default={}, description="Where publications are loaded beside this machine (docs/bi.md)."
    )
    state: State = Field(default=State(), description="What nothing can make again, beside this machine.")
    storage: Storage = Field(default=Storage(), description="The object store of s3:// addresses.")
    credentials: Credentials = Field(default=Credentials(), description="Who is asked for secrets.")
    encryption: Encryption = Field(default=Encryption(), description="What is encrypted, and for whom.")
    automation: Automation = Field(default=Automation(), description="Schedules and the file sensor.")
    server: Server = Field(default=Server(), description="Where Dagster keeps its runs.")
    retries: Retries = Field(default=Retries(), description="How faults that pass by themselves are waited out.")
    alerts: Alerts = Field(default=Alerts(), description="Who is told when something is wrong.")
    web: Web = Field(default=Web(), description="The dashboard's address.")
    engine: Engine = Field(default=Engine(), description="What makes tables, and its limits.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = TomlConfigSettingsSource(settings_cls, toml_file=district_home().config_file)
        refuse_secrets(toml(), settings_cls)
        return init_settings, env_settings, toml

    @model_validator(mode="after")
    def _the_lake_is_not_encrypted(self) -> "Settings":
        if self.engine.kind == "spark" and self.encryption.warehouse_key_secret:
            raise ValueError(
                "engine.kind = 'spark' writes Parquet files that no key encrypts: take encryption.warehouse_key_secret out, or "
                "stay with kind = 'duckdb'"
            )
        return self

    @cached_property
    def home(self) -> Home:
        return district_home()

    @property
    def effective_date(self) -> dt.date:
        """The day that every transform takes as today. Time is an input, never `now()` inside a table."""
        if self.as_of_date:
            return self.as_of_date
        return SYNTHETIC_AS_OF_DATE if self.sources.kind == "synthetic" else dt.date.today()

    @property
    def punches_cron(self) -> str:
        """When the store of punches is updated: often where people look at it, else daily."""
        often = self.timekeeping.database_url and self.timekeeping.reader_url_secret
        return self.automation.punches_cron or (PUNCHES_OFTEN if often else PUNCHES_DAILY)


def load_settings() -> Settings:
    """The settings of the district at home.

    Raises SettingsError naming the key, its meaning, and what was wrong with it.
    """
    try:
        refuse_newer_home(district_home())
        _refuse_unknown_environment()
        return Settings()
    except NewerHomeError as error:
        raise SettingsError(str(error)) from None
    except ValidationError as error:
        raise SettingsError("\n".join(explain(e, Settings) for e in error.errors())) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(_not_toml(error)) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SettingsError(
            f"{district_home().config_file}, line {line}: a character that is no UTF-8. Save the file as UTF-8."
        ) from None
    except OSError as error:
        raise SettingsError(f"{district_home().config_file}: cannot be read ({error.strerror}).") from None
    except UnreadableSettingError as error:
        field = re.search(r'field "(\w+)"', str(error))
        name = environment_variable([field.group(1)]) if field else ENV_PREFIX
        raise SettingsError(
            f"{name}…: a list or a table in the environment is written as JSON, such as '[\"a\"]'."
        ) from None


def _not_toml(error: tomllib.TOMLDecodeError) -> str:
    """Says where the file stops being valid TOML, without repeating the line, which may hold a secret."""
    place = re.search(r"at (line \d+), column \d+|at end of document", str(error))
    where = f", {place.group(1)}" if place and place.group(1) else " ends in the middle of something"
    return (
        f"{district_home().config_file}{where}: not valid TOML. A setting is written name = value, text stands in quotation marks, a "
        "section's name in [brackets], and each name stands once."
    )


def _refuse_unknown_environment() -> None:
    """Raises SettingsError for a variable that names no section: pydantic-settings ignores it, and a typing error would go unseen."""
    known = {f"{ENV_PREFIX}{name}".upper() for name in Settings.model_fields}
    known |= {f"{ENV_PREFIX}HOME", CACHE_VARIABLE, SECRETS_VARIABLE, SECRET_PREFIX.removesuffix("__")}
    for variable in os.environ:
        if variable.startswith(ENV_PREFIX) and variable.split("__")[0].upper() not in known:
            section = variable.removeprefix(ENV_PREFIX).split("__")[0].lower()
            raise SettingsError(unknown_key(section, Settings, variable))
