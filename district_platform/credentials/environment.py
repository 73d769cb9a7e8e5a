"""Secrets in environment variables, as schedulers and containers hand them over: DISTRICT_SECRET__<NAME>."""

import os
import re

from pydantic import SecretStr

from district_platform.settings import SECRET_PREFIX


class Environment:
    """The environment of this process. An empty variable counts as not set."""

    def look_up(self, name: str) -> SecretStr | None:
        value = os.environ.get(_variable(name))
        return SecretStr(value) if value else None

    def place(self, name: str) -> str:
        return f"environment variable {_variable(name)}"


def _variable(name: str) -> str:
    return SECRET_PREFIX + re.sub(r"[^A-Z0-9]", "_", name.upper())
