"""Every setting of a district, typed, with its default and the reason for it.

Read in this order: defaults here, `district.toml` in the district's home, environment variables
(`DISTRICT_<SECTION>__<KEY>`). Secrets never stand in the file: a setting may name an environment variable, not hold its value.
A section arrives in the assets that need it as an argument (see `engine.assets`); nothing below `definitions.py` reads it itself.
"""

from district_platform.settings.alerts import Alerts, Email, Slack, Teams
from district_platform.settings.attendance import Attendance
from district_platform.settings.calendar import Calendar
from district_platform.settings.destinations import Destination, DynamoDB, MySQL, PostgreSQL
from district_platform.settings.district import Settings, load_settings
from district_platform.settings.operations import Automation, Retries, Server
from district_platform.settings.privacy import Privacy, RateBand
from district_platform.settings.publication import Engine, Publication, SparkEngine, Storage
from district_platform.settings.quality import Assessments, Quality, ScoreRange
from district_platform.settings.reconciliation import (
    Presence,
    Reconciliation,
    ReconciliationPolicy,
    UploadField,
    UploadLayout,
)
from district_platform.settings.secrets import Credentials, Encryption
from district_platform.settings.section import (
    ENV_PREFIX,
    LOCAL_HOSTS,
    SECRET_PREFIX,
    DataFolder,
    NullWord,
    S3Address,
    SecretName,
    Section,
    SecureUrl,
    SettingsError,
    Severity,
    choices_of,
)
from district_platform.settings.sources import ExtractFormat, MappedSource, OneRosterSource, Provider, Sources
from district_platform.settings.state import State
from district_platform.settings.store import CustomerSegment, Store
from district_platform.settings.synthetic import SYNTHETIC_AS_OF_DATE, Defects, Synthetic, SyntheticTimekeeping
from district_platform.settings.timekeeping import Hours, Timekeeping, UkgApi
from district_platform.settings.web import Directory, PublicUrl, Web

__all__ = [
    "ENV_PREFIX",
    "LOCAL_HOSTS",
    "SECRET_PREFIX",
    "SYNTHETIC_AS_OF_DATE",
    "Alerts",
    "Assessments",
    "Attendance",
    "Automation",
    "Calendar",
    "Credentials",
    "CustomerSegment",
    "DataFolder",
    "Defects",
    "Destination",
    "Directory",
    "DynamoDB",
    "Email",
    "Encryption",
    "Engine",
    "ExtractFormat",
    "Hours",
    "MappedSource",
    "MySQL",
    "NullWord",
    "OneRosterSource",
    "PostgreSQL",
    "Presence",
    "Privacy",
    "Provider",
    "PublicUrl",
    "Publication",
    "Quality",
    "RateBand",
    "Reconciliation",
    "ReconciliationPolicy",
    "Retries",
    "S3Address",
    "ScoreRange",
    "SecretName",
    "Section",
    "SecureUrl",
    "Server",
    "Settings",
    "SettingsError",
    "Severity",
    "Slack",
    "Sources",
    "SparkEngine",
    "State",
    "Storage",
    "Store",
    "Synthetic",
    "SyntheticTimekeeping",
    "Teams",
    "Timekeeping",
    "UkgApi",
    "UploadField",
    "UploadLayout",
    "Web",
    "choices_of",
    "load_settings",
]
