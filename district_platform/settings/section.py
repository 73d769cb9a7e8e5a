"""What every section of the settings is made of, and the forms of value that several of them share."""

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, StringConstraints

ENV_PREFIX = "DISTRICT_"


SECRET_PREFIX = f"{ENV_PREFIX}SECRET__"
"""Prefix of environment variables that hold secrets. They are not settings, and are read only where a secret is used."""


class SettingsError(ValueError):
    """district.toml or the environment holds something that is no setting; the message says which key and what it means."""


class Section(BaseModel):
    """A part of the settings: immutable, and closed to keys that do not exist."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Severity = Literal["error", "warn"]


SecretName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_./-]{0,99}$")]
"""The name of a secret, as `credentials` knows it. A mistake in a setting of this type is never shown: it may be the secret itself."""


LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
"""Names of this machine: a connection to it needs no TLS."""


_LOCAL_IN_URL = "|".join(re.escape(host) for host in LOCAL_HOSTS if ":" not in host)


SecureUrl = Annotated[str, StringConstraints(pattern=rf"^(https://|http://({_LOCAL_IN_URL})(:|/|$))")]
"""An address that is reached by TLS, or one on this machine, by its name or IPv4 address."""


S3Address = Annotated[str, StringConstraints(pattern=r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^\\]*)?$")]
"""A bucket and a prefix in it: s3://bucket/prefix."""


DataFolder = Annotated[str, StringConstraints(pattern=r"^data/[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$")]
"""A folder of the home in which extracts lie, relative to it."""


NullWord = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def refuse_words_that_differ_in_case(name: str, meanings: Mapping[str, str]) -> None:
    """Raises ValueError where two words differ only in upper and lower case, which does not matter: only one could take effect."""
    first: dict[str, str] = {}
    for word in meanings:
        other = first.setdefault(word.strip().lower(), word)
        if other != word:
            raise ValueError(f"{name}: {other!r} and {word!r} are one word, since upper and lower case do not matter")


def did_you_mean(found: str, choices: Iterable[str]) -> str:
    """The nearest of the choices as a question in brackets; nothing where none is near."""
    close = difflib.get_close_matches(found, list(choices), n=1)
    return f" (did you mean {close[0]}?)" if close else ""


def choices_of(section: type[BaseModel], name: str) -> tuple[str, ...]:
    """The values that a setting with a closed list may have."""
    return get_args(section.model_fields[name].annotation)
