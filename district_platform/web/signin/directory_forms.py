"""Sign-in by the district's directory as routes: to it, and back from it."""

import logging

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from district_platform.credentials import CredentialError
from district_platform.web.rendering import Message
from district_platform.web.signin import audit, identities, journeys
from district_platform.web.signin.audit import Event
from district_platform.web.signin.directory import (
    ANSWER,
    PATH,
    DirectoryAwayError,
    DirectoryClient,
    DirectoryRefusedError,
)
from district_platform.web.signin.entering import UNKNOWN, Entrance, Refused
from district_platform.web.signin.forms import go_on, own_path
from district_platform.web.signin.journeys import Journey
from district_platform.web.signin.sessions import Proof
from district_platform.web.signin.visits import Visit
from district_platform.web.site import SIGN_IN, Site

_AT_ONCE = 4
"""Questions to the directory side by side; a slow one must not take the threads that answer pages."""
_AGAIN = ("Sign in", SIGN_IN)
_AWAY = Message(
    503,
    "The directory does not answer",
    ("Try again in a few minutes. If you have a password here, too, you can sign in with it.",),
    _AGAIN,
)
_MANY = Message(503, "Many people sign in just now", ("Try again in a few minutes.",), _AGAIN)
_LOST = Message(
    400,
    "Not signed in",
    ("This answer of the directory belongs to no sign-in of this browser, or to one that began long ago.",),
    _AGAIN,
)
_LOG = logging.getLogger("uvicorn.error")


class DirectoryForms:
    """The routes; none where the district has no directory."""

    def __init__(self, site: Site, entrance: Entrance) -> None:
        self._site, self._entrance = site, entrance
        self._settings = site.settings.web.directory
        self._client = DirectoryClient(site.settings.web, site.settings.credentials, site.store.now)
        self._limiter = CapacityLimiter(_AT_ONCE)

    def routes(self) -> list[Route]:
        if self._settings.issuer is None:
            return []
        return [Route(PATH, self.leave, methods=["GET"]), Route(ANSWER, self.come_back, methods=["GET"])]

    async def leave(self, request: Request) -> Response:
        return await to_thread.run_sync(self._leave, request, limiter=self._limiter)

    async def come_back(self, request: Request) -> Response:
        return await to_thread.run_sync(self._come_back, request, limiter=self._limiter)

    def _leave(self, request: Request) -> Response:
        visit, target = self._site.visits.of(request), own_path(request.query_params.get("target", ""))
        journey = journeys.begin(self._site.store, visit.cookie, target, visit.address)
        if journey is None:
            return self._site.say(visit, _MANY)
        try:
            address = self._client.address(journey.state, journey.nonce, journey.verifier)
        except DirectoryAwayError as error:
            return self._away(visit, error)
        answer = RedirectResponse(address, 303)
        if visit.is_new:
            self._site.visits.give(answer, visit.cookie)
        return answer

    def _come_back(self, request: Request) -> Response:
        visit, asked = self._site.visits.of(request), request.query_params
        journey = journeys.end(self._site.store, asked.get("state", ""), visit.cookie)
        if journey is None:
            return self._site.say(visit, _LOST)
        try:
            return self._signed_in(visit, journey, asked.get("code", ""), asked.get("iss"))
        except DirectoryRefusedError as error:
            return self._refused(visit, str(error))
        except (DirectoryAwayError, CredentialError) as error:
            return self._away(visit, error)

    def _signed_in(self, visit: Visit, journey: Journey, code: str, issuer: str | None) -> Response:
        if not self._client.issuer_is_ours(issuer):
            raise DirectoryRefusedError("the answer is another directory's")
        if not code:
            raise DirectoryRefusedError("the directory did not sign the person in")
        person = self._client.person(code, journey.nonce, journey.verifier)
        account = identities.account_of(self._site.store, person, lambda each: bool(self._site.viewers_of(each)))
        proof = Proof.TWO if self._settings.asks_second_factor else Proof.ONE
        found = self._entrance.admit(account, visit.address, proof, "directory")
        if isinstance(found, Refused):
            return self._site.say(visit, Message(403, "Not signed in", (found.words,), _AGAIN))
        return go_on(self._site, self._entrance, visit, found, journey.target)

    def _refused(self, visit: Visit, why: str) -> Response:
        audit.record(self._site.store, Event.SIGN_IN_REFUSED, UNKNOWN, address=visit.address, page=f"directory: {why}")
        sentences = (
            f"The directory's answer was not taken: {why}.",
            "If you should have access, tell this sentence to the person who gives it.",
        )
        return self._site.say(visit, Message(403, "Not signed in", sentences, _AGAIN))

    def _away(self, visit: Visit, error: Exception) -> Response:
        _LOG.warning("Sign-in by the directory: %s", error)
        return self._site.say(visit, _AWAY)
