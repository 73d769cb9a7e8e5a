"""The two sources of answers: a home's publications with the roles of its accounts, or the demo district with one viewer for each
role.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from district_platform.home import Home
from district_platform.sources.last_delivery import FILE, SYNTHETIC
from district_platform.web.access.grants import Grants
from district_platform.web.access.viewer import Role, Scope, Viewer
from district_platform.web.demo import Demo
from district_platform.web.reading.publications import NoPublicationError, Publication
from district_platform.web.reading.queries import people, registry
from district_platform.web.reading.reader import DEFAULT_CHOICES, Choices, Library, Reader
from district_platform.web.signin.accounts import Account


class HomeDistrict:
    """A home. It answers no visitor."""

    is_demo = False
    absence = ("Nothing is published yet", "Pages appear as soon as the district's first run is through.")

    def __init__(self, home: Home, choices: Choices = DEFAULT_CHOICES) -> None:
        self._library = Library(home, registry(), choices=choices)
        self._grants = Grants(home, self._library)
        self._examples = lru_cache(maxsize=2)(self._grants.examples)

    @contextmanager
    def reader(self, version: str | None = None) -> Iterator[Reader]:
        """Of the version, by default of the current one. Raises NoPublicationError, PublicationGoneError."""
        with self._library.reader(version) as reader:
            yield reader

    def schools(self, publication: Publication) -> tuple[str, ...]:
        """k_school of every school."""
        return tuple(school for (school,) in self._library.ask(publication, people.PLACES["schools"]))

    def stores(self, publication: Publication) -> tuple[str, ...]:
        """k_store of every store."""
        return tuple(store for (store,) in self._library.ask(publication, people.PLACES["stores"]))

    def viewers(self, account: Account | None, publication: Publication) -> tuple[Viewer, ...]:
        if account is None:
            return ()
        if account.ready_made_role is None:
            return self._grants.roles_of(account.login, publication)
        if not is_made_up(publication.folder):
            return ()
        made_up = (each for each in self.examples(publication) if each.role.value == account.ready_made_role)
        return tuple(replace(each, account=account.login) for each in made_up)

    def examples(self, publication: Publication) -> tuple[Viewer, ...]:
        """One viewer a role; for a district that is made up."""
        return self._examples(publication)

    def everybody(self) -> dict[str, tuple[Role, ...]]:
        """Accounts with a role in the current publication. Raises NoPublicationError."""
        with self._library.reader() as reader:
            return self._grants.everybody(reader.publication)

    def problems(self) -> tuple[str, ...]:
        """What is wrong with access.csv; nothing before the first publication."""
        try:
            with self._library.reader() as reader:
                return self._grants.problems(reader.publication)
        except NoPublicationError:
            return ()

    def close(self) -> None:
        self._library.close()


@lru_cache(maxsize=8)
def is_made_up(folder: Path) -> bool:
    """Whether a publication is of a synthetic district. The settings may have changed since it was made, or since the dashboard started."""
    try:
        return bool(json.loads((folder / FILE).read_text())["kind"] == SYNTHETIC)
    except (OSError, ValueError, KeyError):
        return False


class DemoDistrict:
    """The demo district, once it is made. It answers visitors, and opens no home."""

    is_demo = True

    def __init__(self, demo: Demo) -> None:
        self._demo, self._district = demo, HomeDistrict(demo.home)

    @property
    def absence(self) -> tuple[str, str]:
        if self._demo.has_failed:
            return (
                "The demo district could not be made",
                "The log of the dashboard says why. Sign in to see your own district.",
            )
        return (
            "The demo district is being made",
            "It takes a minute or two after the first start. Open this page again then, or sign in to see your own district.",
        )

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        if not self._demo.is_ready:
            raise NoPublicationError("the demo district is being made")
        with self._district.reader() as reader:
            yield reader

    def viewers(self, account: Account | None, publication: Publication) -> tuple[Viewer, ...]:
        """The first that has a page shows it, so that a school and a student are seen as the school's own people see them."""
        if account is not None:
            return ()
        others = [each for each in self._district.examples(publication) if each.role is not Role.PRINCIPAL]
        schools = next((each.scope.schools for each in others if each.role is Role.DISTRICT), ())
        return (Viewer(Role.PRINCIPAL.value, Role.PRINCIPAL, Scope(schools=schools)), *others)

    def close(self) -> None:
        self._demo.close()
        self._district.close()
