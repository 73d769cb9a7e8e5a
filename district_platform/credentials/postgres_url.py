"""Which hosts an address of PostgreSQL leads to, and whether the connection to them must be encrypted."""

from urllib.parse import parse_qs, unquote, urlsplit

from district_platform.settings import LOCAL_HOSTS

_ENCRYPTED = {"require", "verify-ca", "verify-full"}


def hosts_of(url: str) -> list[str]:
    """Every host that libpq may try: several are separated by commas, options override the address."""
    parts, options = urlsplit(url), parse_qs(urlsplit(url).query)
    named = [*options.get("host", []), *options.get("hostaddr", [])] or [unquote(parts.netloc.rpartition("@")[2])]
    hosts = [host for hosts in named for host in hosts.split(",")]
    return [_without_port(host) for host in hosts if _without_port(host)]


def unprotected_hosts(url: str) -> list[str]:
    """The hosts off this machine to which libpq may speak without encryption.

    Its default, sslmode=prefer, goes on unencrypted when the server, or someone between, says so.
    """
    if parse_qs(urlsplit(url).query).get("sslmode", [""])[-1] in _ENCRYPTED:
        return []
    return [host for host in hosts_of(url) if host not in LOCAL_HOSTS and not host.startswith("/")]


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host if host.count(":") > 1 or host.startswith("/") else host.partition(":")[0]
