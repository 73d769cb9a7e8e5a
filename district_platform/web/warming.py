"""Opens the first pages of a new publication in advance, so that its first visitors do not wait for what all of them share.

These are the district's pages, and the page of each school as its people find it. Teachers and students are too many.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from district_platform.web.access.viewer import PUBLIC, Role, Scope, Viewer
from district_platform.web.reading.publications import NoPublicationError, PublicationGoneError
from district_platform.web.reading.queries.people import PLACES
from district_platform.web.reading.reader import Reader
from district_platform.web.site import Page

LOOK_EVERY_SECONDS = 2.0
_LOG = logging.getLogger("uvicorn.error")


class HasReader(Protocol):
    def reader(self) -> AbstractContextManager[Reader]:
        """Of the current publication. Raises NoPublicationError."""


def warm(reader: Reader, pages: Mapping[str, Page], rest: Callable[[float], bool]) -> int:
    """Builds the pages and returns how many; what they asked is kept. Rests after each for as many seconds as it took, so that visitors
    have half of the machine at least; ends when `rest` says so.
    """
    n = 0
    for page, viewer in _first_visits(reader):
        began = time.monotonic()
        pages[page].build(viewer, {}, reader)
        n += 1
        if rest(time.monotonic() - began):
            break
    return n


def _first_visits(reader: Reader) -> Iterator[tuple[str, Viewer]]:
    """Page and scope. Nobody is given these viewers: a person's own scope must be the same to get what was kept for it."""
    schools = [k_school for (k_school,) in reader.ask(PLACES["schools"], {})]
    yield "public", PUBLIC
    yield "district", Viewer("", Role.DISTRICT, Scope(schools=tuple(schools)))
    for k_school in schools:
        yield "school", Viewer("", Role.PRINCIPAL, Scope(schools=(k_school,)))


@contextmanager
def kept_warm(district: HasReader, pages: Mapping[str, Page]) -> Iterator[None]:
    """Looks for a new publication and warms it, in a thread of its own, until the block ends."""
    ended = threading.Event()
    thread = threading.Thread(target=_watch, args=(district, pages, ended), name="warming", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _watch(district: HasReader, pages: Mapping[str, Page], ended: threading.Event) -> None:
    seen = ""

    def is_over(seconds: float) -> bool:
        """Rests; says whether the dashboard ends, or a newer publication is to be opened instead."""
        return ended.wait(seconds) or _version(district) != seen

    while not ended.is_set():
        try:
            with district.reader() as reader:
                if reader.publication.version != seen:
                    seen = reader.publication.version
                    warm(reader, pages, is_over)
                    continue
        except (NoPublicationError, PublicationGoneError):
            pass
        except Exception as error:  # whoever opens the page is told, or sees it
            _LOG.error("A page of publication %s could not be opened in advance: %s", seen, type(error).__name__)
        ended.wait(LOOK_EVERY_SECONDS)


def _version(district: HasReader) -> str:
    with district.reader() as reader:
        return reader.publication.version
