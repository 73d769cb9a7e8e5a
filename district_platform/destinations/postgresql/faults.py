"""What PostgreSQL's errors mean, in one sentence without the secret and without a value of a row."""

import re
from typing import Any

from district_platform.destinations.model import DestinationAwayError, DestinationError

_BY_STATE = {
    "28": "the user or the password is wrong. Correct the secret {secret}",
    "3D000": "there is no such database. Correct the secret {secret}, or create the database",
    "42501": "the account lacks a right. `district-platform destinations check {name}` says which, in the words of GRANT",
    "53100": "the disk of the server is full. Free some space there",
    "53200": "the server has too little memory. Give it more",
    "25006": "the server takes no writes (a standby, or read-only). Name the primary in the secret {secret}",
    "22021": "a text holds a character that PostgreSQL cannot keep (a zero byte). Correct it in the extract",
    "23505": "a key stands twice. Run the platform again, and report it if it stays",
}
"""By how the SQLSTATE begins, the longest first."""

_AWAY_BY_STATE = {
    "08": "the connection broke off",
    "57P0": "the server shuts down or starts up",
    "53300": "all connections of the server are taken",
    "53400": "all connections of the server are taken",
    "55P03": "a reader holds a view in an open transaction",
    "40": "the server gave another transaction way",
    "57014": "the server canceled the statement",
}

_BY_WORDS = {
    "password authentication failed": _BY_STATE["28"],
    "no password supplied": "the address has no password. Correct the secret {secret}",
    'role "': _BY_STATE["28"],
    'database "': _BY_STATE["3D000"],
    "server does not support SSL": "the server offers no TLS, which the address demands. Switch `ssl` on at the server",
    "certificate verify failed": "the server's certificate is not trusted. Name its authority by sslrootcert=… in the secret {secret}",
    "root certificate file": "the file of sslrootcert in the secret {secret} cannot be read",
    "server certificate for": "the server's certificate is for another host. Name the host of the certificate in the secret {secret}",
    "no pg_hba.conf entry": "the server lets this account not in from here. Add a line for it to pg_hba.conf",
    "Name or service not known": "the host of the address is unknown. Correct the secret {secret}",
    "No such file or directory": "there is no server at the socket that the address names. Correct the secret {secret}",
    "invalid": "the address cannot be read. Correct the secret {secret}: postgresql://user:password@host/database",
    "No space left on device": _BY_STATE["53100"],
}

_AWAY_BY_WORDS = {
    "starting up": "the server starts up",
    "shutting down": "the server shuts down",
    "Connection refused": "nobody listens at the address",
    "timeout expired": "the server does not answer",
    "timed out": "the server does not answer",
    "Temporary failure in name resolution": "names of hosts cannot be looked up now",
    "too many clients": _AWAY_BY_STATE["53300"],
    "remaining connection slots": _AWAY_BY_STATE["53300"],
    "closed the connection": _AWAY_BY_STATE["08"],
    "no connection to the server": _AWAY_BY_STATE["08"],
    "terminating connection": _AWAY_BY_STATE["08"],
    "could not receive data": _AWAY_BY_STATE["08"],
    "could not send data": _AWAY_BY_STATE["08"],
}


def fault(error: Exception, name: str, secret: str, doing: str) -> DestinationError:
    """The error to raise `from None`: DestinationAwayError where it may pass by itself."""
    state = _state(error)
    for table, words, kind in (
        (_AWAY_BY_STATE, _AWAY_BY_WORDS, DestinationAwayError),
        (_BY_STATE, _BY_WORDS, DestinationError),
    ):
        reason = _reason(error, state, table, words)
        if reason:
            return kind(f"{name}: {doing}: {reason.format(secret=secret, name=name)}.")
    return DestinationError(f"{name}: {doing}: PostgreSQL refused it (SQLSTATE {state or 'not told'}).")


def _reason(error: Exception, state: str, states: dict[str, str], words: dict[str, str]) -> str | None:
    """By the state where there is one: a message may repeat values of rows, in which any words may stand."""
    if state:
        return next((states[key] for key in sorted(states, key=len, reverse=True) if state.startswith(key)), None)
    return next((reason for text, reason in words.items() if text in str(error)), None)


def _state(error: Any) -> str:
    state = str(getattr(error, "sqlstate", None) or "")
    return state if re.fullmatch(r"[0-9A-Z]{5}", state) else ""
