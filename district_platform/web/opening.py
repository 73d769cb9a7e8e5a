"""Assembles the dashboard of a home: store, districts, pages, and the ready-made accounts of a synthetic district."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec

from starlette.types import ASGIApp

from district_platform.credentials import CredentialError, secret
from district_platform.destinations.dynamodb.reading import AttendanceStore
from district_platform.settings import DynamoDB, Settings, SettingsError
from district_platform.web.access.viewer import Role
from district_platform.web.api.app import alone, api
from district_platform.web.app import application
from district_platform.web.demo import Demo
from district_platform.web.district import DemoDistrict, HomeDistrict
from district_platform.web.pages.registry import pages
from district_platform.web.reading.publications import NoPublicationError
from district_platform.web.reading.reader import Choices
from district_platform.web.signin import audit, ready_made
from district_platform.web.signin.store import AccessStore
from district_platform.web.signin.visits import Visits
from district_platform.web.site import Site
from district_platform.web.warming import kept_warm


@dataclass(frozen=True)
class Dashboard:
    """The application to serve, and what to print for the person who starts it."""

    app: ASGIApp
    passwords: dict[str, str]
    """Of ready-made accounts, by name."""
    app_keys: dict[str, str]
    """Of an authenticator app, for those of them that need one."""
    problems: tuple[str, ...]
    """What is wrong with access.csv, and with the secret of the directory."""
    is_published: bool


@contextmanager
def opened(settings: Settings, *, is_plain: bool = True) -> Iterator[Dashboard]:
    """The dashboard of the home of these settings, in Streamlit, too, where that is installed and `is_plain` does not leave it out.

    The demo district is made meanwhile. Raises AccessStoreError.
    """
    store, demo = AccessStore.of(settings.home), Demo()
    district = HomeDistrict(settings.home, Choices.of(settings))
    visitors = DemoDistrict(demo)
    is_allowed = ready_made.are_allowed(settings)
    visits = Visits(store, settings.web, is_allowed)
    site = Site(
        settings, store, visits, pages(settings), district, visitors, is_interactive=not is_plain and _has_streamlit()
    )
    audit.forget_old(store)
    try:
        made = ready_made.renew(store, _roles(site) if is_allowed else ())
        demo.make_in_background()
        passwords = {login: opened.password for login, opened in made.items()}
        app_keys = {login: opened.app_key for login, opened in made.items() if opened.app_key}
        problems = _problems(settings, district)
        served = api(store, visits, district, attendance=attendance_store(settings))
        with kept_warm(district, site.pages):
            yield Dashboard(
                application(site, served, _streamlit(site)), passwords, app_keys, problems, _is_published(district)
            )
    finally:
        visitors.close()
        district.close()


@contextmanager
def opened_api(settings: Settings) -> Iterator[tuple[ASGIApp, bool]]:
    """The API of the home of these settings, without pages, and whether anything is published. Raises AccessStoreError."""
    store = AccessStore.of(settings.home)
    district = HomeDistrict(settings.home, Choices.of(settings))
    visits = Visits(store, settings.web, ready_made.are_allowed(settings))
    audit.forget_old(store)
    try:
        yield (
            alone(api(store, visits, district, attendance=attendance_store(settings)), settings.web),
            _is_published(district),
        )
    finally:
        district.close()


def attendance_store(settings: Settings) -> AttendanceStore | None:
    """Where the API reads a student's days, if not in the publication. Raises SettingsError for a name that is no such destination."""
    name = settings.web.attendance_store
    if name is None:
        return None
    section = settings.destinations.get(name)
    if not isinstance(section, DynamoDB):
        raise SettingsError(f"web.attendance_store = {name!r}: no destination of kind dynamodb has this name.")
    from district_platform.destinations.dynamodb.destination import AttendanceTable

    return AttendanceStore(AttendanceTable.of(name, section, settings).requests)


def _has_streamlit() -> bool:
    return find_spec("streamlit") is not None


def _streamlit(site: Site) -> ASGIApp | None:
    if not site.is_interactive:
        return None
    from district_platform.web.dashboard.app import streamlit_app  # a second, and an extra of its own

    return streamlit_app(site)


def _roles(site: Site) -> list[str]:
    """Those that have a page."""
    with_page = {role for page in site.pages.values() for role in page.roles}
    return [role.value for role in Role if role in with_page and role is not Role.PUBLIC]


def _problems(settings: Settings, district: HomeDistrict) -> tuple[str, ...]:
    directory = settings.web.directory
    try:
        if directory.issuer:
            secret(directory.client_secret, settings.credentials)
    except CredentialError as error:
        return (f"Nobody can sign in by the directory. {error}", *district.problems())
    return district.problems()


def _is_published(district: HomeDistrict) -> bool:
    try:
        with district.reader():
            return True
    except NoPublicationError:
        return False
