"""Checks of what is outside this machine: certificates, the state in its store, destinations."""

import datetime as dt
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from district_platform.destinations.assets import places
from district_platform.destinations.state import behind
from district_platform.operations.doctor.model import Answer, fail, ok, warn
from district_platform.operations.state import opened
from district_platform.settings import Settings

_DAYS_LEFT, _SECONDS = 14, 5


def tls(settings: Settings) -> Iterator[Answer]:
    """How long the certificates of the addresses that the settings name are still good."""
    addresses = {settings.web.public_url, settings.alerts.base_url, settings.storage.endpoint_url}
    secured = sorted(address for address in addresses if address and address.startswith("https://"))
    for address in secured:
        parts = urlsplit(address)
        yield _certificate(parts.hostname or "", parts.port or 443)
    if not secured:
        yield ok("no https address is named in the settings")


def _certificate(host: str, port: int) -> Answer:
    renew = "Renew the certificate, and see why nobody did."
    try:
        with (
            socket.create_connection((host, port), _SECONDS) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secured,
        ):
            until = ssl.cert_time_to_seconds(str((secured.getpeercert() or {})["notAfter"]))
    except ssl.SSLCertVerificationError as error:
        return fail(f"{host}: {error.verify_message}", renew)
    except OSError as error:
        return warn(f"{host}:{port} does not answer ({error})", "See whether the proxy runs.")
    days = (dt.datetime.fromtimestamp(until, dt.UTC) - dt.datetime.now(dt.UTC)).days
    return warn(f"{host}: {days} days left", renew) if days < _DAYS_LEFT else ok(f"{host}: {days} days left")


def state(settings: Settings) -> Iterator[Answer]:
    """Whether this home and the store of its state are in step."""
    if settings.state.address is None:
        yield ok("in this home alone (state.address)")
        return
    with opened(settings, settings.state.address) as place:
        found, n_changed = place.difference()
    if found is None:
        yield fail(f"{place.at}: nothing was pushed", "district-platform state push")
        return
    says = f"{found.name}, pushed {found.about.get('pushed_at', 'at an unknown time')}"
    if not place.is_in_step:
        yield warn(
            f"{says}; this home is at another version", "The next run takes it; or district-platform state pull."
        )
    elif n_changed:
        yield warn(
            f"{says}; {n_changed} files have changed since", "The next run sends them; or district-platform state push."
        )
    else:
        yield ok(says)


def destinations(settings: Settings) -> Iterator[Answer]:
    """Which places do not hold the current publication, and since when."""
    named = places(settings)
    late = behind(settings.home, named)
    for name, how in late.items():
        says = f"{name} is behind since {how.behind_since:%Y-%m-%d %H:%M} UTC"
        why = how.reason or "a run was killed before it was loaded"
        yield fail(f"{says}: {why}", "Mend that; the next run catches up.")
    if not late:
        yield ok(f"{len(named)} up to date" if named else "none is named")
