"""Limits how often somebody may try a password: by account name, known or not, and by address.

No account is locked: the right password works after the wait that the last wrong tries caused, at most a quarter of an hour. A try is
counted before its password is checked, so that many tries at once do not get around the limit.
"""

import ipaddress

from district_platform.web.signin.store import AccessStore

WINDOW_SECONDS = 15 * 60
FREE_TRIES = 5
"""Of a name within the window; from then on each further one doubles the wait."""
FIRST_WAIT_SECONDS = 15
TRIES_OF_AN_ADDRESS = 100
"""Within the window: a whole school has one address."""


def reserve(store: AccessStore, login: str, address: str) -> int:
    """Counts a try and returns 0, or returns the seconds to wait and counts nothing."""
    now, network = store.now(), network_of(address)
    since = now - WINDOW_SECONDS
    with store.writing() as connection:
        connection.execute("delete from attempt where at <= ?", [since])
        by_login = connection.execute("select count(*), max(at) from attempt where login = ?", [login]).fetchone()
        by_address = connection.execute("select count(*), min(at) from attempt where address = ?", [network]).fetchone()
        wait = max(_wait_of_login(by_login[0], by_login[1], now), _wait_of_address(by_address[0], by_address[1], now))
        if wait <= 0:
            connection.execute("insert into attempt (at, login, address) values (?, ?, ?)", [now, login, network])
    return max(0, round(wait + 0.5))


def forget(store: AccessStore, login: str) -> None:
    """After the right password: earlier tries of this name no longer count, neither for the name nor for the address."""
    with store.writing() as connection:
        connection.execute("delete from attempt where login = ?", [login])


def _wait_of_login(n_tries: int, latest: float | None, now: float) -> float:
    if n_tries < FREE_TRIES or latest is None:
        return 0.0
    doubled = FIRST_WAIT_SECONDS * 2 ** (n_tries - FREE_TRIES)
    return latest + min(doubled, WINDOW_SECONDS) - now


def _wait_of_address(n_tries: int, earliest: float | None, now: float) -> float:
    if n_tries < TRIES_OF_AN_ADDRESS or earliest is None:
        return 0.0
    return earliest + WINDOW_SECONDS - now


def network_of(address: str) -> str:
    """An IPv4 address, or the /64 that a single subscriber has of IPv6."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
