"""What errors of MySQL and MariaDB mean, in one sentence without the secret and without a value of a row."""

from typing import Any

from district_platform.destinations.model import DestinationAwayError, DestinationError

_AWAY = {
    1040: "all connections of the server are taken",
    1053: "the server shuts down",
    1205: "a reader holds a table in an open transaction",
    1213: "the server gave another transaction way",
    2002: "nobody listens at the address",
    2003: "nobody listens at the address",
    2006: "the connection broke off",
    2013: "the connection broke off",
    1927: "the connection was ended at the server",
    4031: "the connection was ended at the server",
    0: "the connection broke off",
}

_LASTING = {
    1044: "the account lacks a right. `district-platform destinations check {name}` says which, in the words of GRANT",
    1045: "the user or the password is wrong, or the account may not come from this machine. Correct the secret {secret}",
    1698: "the account has no password of its own. Give it one, and correct the secret {secret}",
    1130: "the server lets nobody in from this machine. Create the account for it",
    1142: "the account lacks a right. `district-platform destinations check {name}` says which, in the words of GRANT",
    1143: "the account lacks a right. `district-platform destinations check {name}` says which, in the words of GRANT",
    1227: "the account lacks a right. `district-platform destinations check {name}` says which, in the words of GRANT",
    1370: "the account lacks a right. `district-platform destinations check {name}` says which, in the words of GRANT",
    1021: "the disk of the server is full. Free some space there",
    1114: "the disk of the server is full, or a table has reached its limit. Free some space there",
    1030: "the storage of the server failed; its disk may be full. Look at the server's log",
    3: "the disk of the server is full. Free some space there",
    1041: "the server has too little memory. Give it more",
    1153: "a row is larger than the server takes. Raise max_allowed_packet there",
    1290: "the server takes no writes (read_only). Name the primary in the secret {secret}",
    1836: "the server takes no writes (read_only). Name the primary in the secret {secret}",
    1062: "a key stands twice. Run the platform again, and report it if it stays",
    1406: "a text of a key is longer than a key can be there. Correct it in the extract",
    1366: "a text holds a character that the server cannot keep. Correct it in the extract",
    2026: "the server offers no TLS that this machine trusts. Switch it on there, or name its authority by ssl_ca=… in the secret {secret}",
    3159: "the server demands TLS. Add ssl_ca=… to the secret {secret}",
}

_NO_SPACE = ("No space left", "Errcode: 28", "errno: 28", "error 28")


def fault(error: Exception, name: str, secret: str, doing: str) -> DestinationError:
    """The error to raise `from None`: DestinationAwayError where it may pass by itself."""
    code = _code(error)
    if code in (2003, 2002) and _is_lasting(error):
        return DestinationError(f"{name}: {doing}: {_place(error).format(secret=secret)}.")
    if "Temporary failure in name resolution" in str(error):
        return DestinationAwayError(f"{name}: {doing}: names of hosts cannot be looked up now.")
    if any(words in str(error) for words in _NO_SPACE):
        return DestinationError(f"{name}: {doing}: {_LASTING[1021]}.")
    if code in _AWAY:
        return DestinationAwayError(f"{name}: {doing}: {_AWAY[code]}.")
    if code in _LASTING:
        return DestinationError(f"{name}: {doing}: {_LASTING[code].format(secret=secret, name=name)}.")
    return DestinationError(
        f"{name}: {doing}: the server refused it (error {code if code is not None else 'not told'})."
    )


def _code(error: Exception) -> int | None:
    """The number of an error; PyMySQL puts it first. A connection that broke off under it has none, or 0."""
    first = error.args[0] if error.args else 0
    return first if isinstance(first, int) else None


def _is_lasting(error: Exception) -> bool:
    text = str(error)
    return (
        "Name or service not known" in text or "No such file" in text or "CERTIFICATE_VERIFY" in text or "SSL" in text
    )


def _place(error: Any) -> str:
    text = str(error)
    if "CERTIFICATE_VERIFY" in text or "SSL" in text:
        return _LASTING[2026]
    if "No such file" in text:
        return "there is no server at the socket that the address names. Correct the secret {secret}"
    return "the host of the address is unknown. Correct the secret {secret}"
