"""The address of a MySQL server, and how the connection to it is encrypted."""

import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from district_platform.destinations.model import DestinationError
from district_platform.settings import LOCAL_HOSTS

_OPTIONS = {"ssl_ca", "ssl_mode", "unix_socket"}


@dataclass(frozen=True)
class Address:
    """Where a server is, who asks, and for which database."""

    database: str | None
    arguments: dict[str, Any]
    """For pymysql.connect; it holds the password and is never shown."""

    def __repr__(self) -> str:
        return f"Address({self.database!r})"


def address(name: str, secret: str, url: str) -> Address:
    """Reads mysql://user:password@host:port/database?ssl_ca=/path. Off this machine, the server's certificate must be trusted, unless
    ssl_mode=required says that encryption alone will do.

    Raises DestinationError for what is no such address.
    """
    try:
        parts = urlsplit(url)
        port, host = parts.port or 3306, parts.hostname or ""
    except ValueError:
        raise DestinationError(_no_address(name, secret)) from None
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    socket = options.get("unix_socket")
    if (
        parts.scheme not in ("mysql", "mariadb")
        or not parts.username
        or not (host or socket)
        or options.keys() - _OPTIONS
    ):
        raise DestinationError(_no_address(name, secret))
    is_local = bool(socket) or host in LOCAL_HOSTS
    arguments = {
        "host": host or "localhost",
        "port": port,
        "unix_socket": socket,
        "user": unquote(parts.username),
        "password": unquote(parts.password or ""),
        "ssl": _encryption(name, secret, options, is_local),
    }
    return Address(unquote(parts.path.strip("/")) or None, arguments)


def _encryption(name: str, secret: str, options: dict[str, str], is_local: bool) -> ssl.SSLContext | None:
    """What encrypts the connection; None where it stays on this machine and nothing else is asked for."""
    mode, authority = options.get("ssl_mode", "verify"), options.get("ssl_ca")
    if mode not in ("verify", "required"):
        raise DestinationError(f"{name}: ssl_mode in the secret {secret} is verify (the default) or required.")
    if is_local and not (authority or "ssl_mode" in options):
        return None
    try:
        context = ssl.create_default_context(cafile=authority)
    except (OSError, ssl.SSLError):
        raise DestinationError(
            f"{name}: the file of ssl_ca in the secret {secret} holds no certificate that can be read."
        ) from None
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # the certificates that MySQL makes for itself do not pass it
    if mode == "required":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _no_address(name: str, secret: str) -> str:
    return (
        f"{name}: the secret {secret} is no address of MySQL: mysql://user:password@host/database, with ?ssl_ca=… off this machine, and "
        "each of @ : / % in a password written as %40 %3A %2F %25."
    )
