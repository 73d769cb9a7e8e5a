"""The chain: providers in the order of the settings, the first that knows a name wins; a short memory; what to do when refused.

Rotation needs no restart: a value is remembered for `credentials.cache_seconds` at most, and read anew at once when the other system
refuses it.
"""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from pydantic import SecretStr

from district_platform.credentials.provider import CredentialError, Provider
from district_platform.settings import Credentials

T = TypeVar("T")

_remembered: dict[tuple[Credentials, str], tuple[float, SecretStr]] = {}
"""Until when a value is used without asking for it anew, by the monotonic clock."""


def secret(name: str, credentials: Credentials) -> SecretStr:
    """The value of a secret, wrapped so that repr, str, logs and JSON show asterisks.

    Raises CredentialError where no provider knows the name, or one cannot be asked; the message names providers and the place
    where each looked, never a value.
    """
    until, value = _remembered.get((credentials, name), (0.0, SecretStr("")))
    if time.monotonic() < until:
        return value
    value = _look_up(name, credentials)
    _remembered[credentials, name] = (time.monotonic() + credentials.cache_seconds, value)
    return value


def forget(name: str, credentials: Credentials) -> None:
    """Forgets remembered values, so that the next `secret` asks the providers."""
    _remembered.pop((credentials, name), None)


def with_secrets(
    names: Sequence[str],
    credentials: Credentials,
    act: Callable[..., T],
    is_refused: Callable[[Exception], bool],
) -> T:
    """Calls `act` with the secrets' values in the order of `names`; when these are refused, reads them anew and calls it once more.

    `is_refused` says whether an error is the other system's refusal; other errors pass unchanged. A refusal passes, too, where no value has
    changed in between: trying the same password again locks accounts.
    """
    values = [secret(name, credentials) for name in names]
    try:
        return act(*values)
    except Exception as error:
        if not is_refused(error):
            raise
        for name in names:
            forget(name, credentials)
        renewed = [secret(name, credentials) for name in names]
        if renewed == values:
            raise
    return act(*renewed)


def _look_up(name: str, credentials: Credentials) -> SecretStr:
    providers = [_provider(kind, credentials) for kind in credentials.providers]
    for provider in providers:
        value = provider.look_up(name)
        if value is not None:
            return value
    places = "; ".join(provider.place(name) for provider in providers)
    raise CredentialError(
        f"There is no secret {name!r}. Looked for: {places}. (credentials.providers says who is asked.)"
    )


def _provider(kind: str, credentials: Credentials) -> Provider:
    if kind == "aws_secrets_manager":
        from district_platform.credentials.secrets_manager import SecretsManager

        return SecretsManager(credentials)
    if kind == "keyring":
        from district_platform.credentials.system_keyring import SystemKeyring

        return SystemKeyring(credentials)
    if kind == "file":
        from district_platform.credentials.files import Files

        return Files()
    from district_platform.credentials.environment import Environment

    return Environment()
