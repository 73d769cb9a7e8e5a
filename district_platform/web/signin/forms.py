"""Sign-in, sign-out, a new password and another role as routes. A form holds a token of the browser's cookie; the guard knows its origin.

`code_forms` has the routes of the second factor.
"""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import parse_qsl, quote, urlsplit

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from district_platform.web.rendering import Message, password_form, sign_in_form
from district_platform.web.signin import passwords, second_factor, sessions, tokens
from district_platform.web.signin.entering import Entered, Entrance, Refused
from district_platform.web.signin.sessions import Proof
from district_platform.web.signin.visits import Visit
from district_platform.web.site import CODE, PASSWORD, ROLE, SECOND_FACTOR, SIGN_IN, SIGN_OUT, Site

LARGEST_FORM = 16_384
"""Bytes."""
STALE = "This page was open for long, or in another tab meanwhile: please send it again."
OVER = "Your session is over ({why}). Sign in again."
_FIRST_PAGE = ("To your first page", "/")
_STEPS = (SIGN_IN, SIGN_OUT, ROLE, CODE)
_WAITING_AT_MOST = 50
"""Tries that wait for a hash; more are sent away, so that nobody fills the memory with them."""
_NO_PASSWORD = Message(
    404, "No password here", ("Your account has none here: you sign in by your district's directory.",), _FIRST_PAGE
)
_BUSY = Refused("Many people sign in just now. Try again in a minute.", 60)

_Found = TypeVar("_Found")


class Forms:
    """The routes. Passwords are looked at by two threads of their own, so that pages never wait for them."""

    def __init__(self, site: Site, entrance: Entrance) -> None:
        self._site, self._entrance = site, entrance
        self._limiter = CapacityLimiter(passwords.AT_ONCE)
        passwords.is_password("", None)  # or the time to make the hash would reveal the first unknown name

    def routes(self) -> list[Route]:
        return [
            Route(SIGN_IN, self.show_sign_in, methods=["GET"]),
            Route(SIGN_IN, self.sign_in, methods=["POST"]),
            Route(SIGN_OUT, self.sign_out, methods=["POST"]),
            Route(PASSWORD, self.show_password, methods=["GET"]),
            Route(PASSWORD, self.change_password, methods=["POST"]),
            Route(ROLE, self.choose_role, methods=["POST"]),
        ]

    def show_sign_in(self, request: Request) -> Response:
        visit = self._site.visits.of(request)
        problem = OVER.format(why=visit.ended_because) if visit.ended_because else ""
        return self._sign_in_form(visit, problem=problem, target=own_path(request.query_params.get("target", "")))

    async def sign_in(self, request: Request) -> Response:
        form, visit = await self._form(request)
        name, target = form.get("account", ""), own_path(form.get("target", ""))
        if not tokens.is_token(form.get("csrf", ""), visit.cookie):
            return self._sign_in_form(visit, name, STALE, target, 403)
        found = await self.in_turn(self._entrance.sign_in, name, form.get("password", ""), visit.address)
        if isinstance(found, Refused):
            return waiting(
                self._sign_in_form(visit, name, found.words, target, 429 if found.wait_seconds else 401), found
            )
        return await to_thread.run_sync(go_on, self._site, self._entrance, visit, found, target)

    async def choose_role(self, request: Request) -> Response:
        form, visit = await self._form(request)
        if visit.account is None or visit.session is None:
            return self._site.to(SIGN_IN)
        if not tokens.is_token(form.get("csrf", ""), visit.cookie):
            return self._site.say(visit, Message(403, "The same role as before", (STALE,), _FIRST_PAGE))
        choose, role = self._entrance.choose_role, form.get("role", "")
        found = await to_thread.run_sync(choose, visit.account, visit.session, role, visit.address)
        if isinstance(found, Refused):
            return self._site.say(visit, Message(403, "The same role as before", (found.words,), _FIRST_PAGE))
        answer = self._site.to("/")
        self._site.visits.give(answer, found.session_id)
        return answer

    async def sign_out(self, request: Request) -> Response:
        form, visit = await self._form(request)
        if visit.account and visit.session:
            if not tokens.is_token(form.get("csrf", ""), visit.cookie):
                return self._site.say(visit, Message(403, "Still signed in", (STALE,), _FIRST_PAGE))
            await to_thread.run_sync(self._entrance.sign_out, visit.account, visit.session, visit.address)
        elif visit.half:
            await to_thread.run_sync(sessions.end, self._site.store, visit.half, "signed out")
        answer = self._site.to("/")
        self._site.visits.take(answer)
        return answer

    def show_password(self, request: Request) -> Response:
        visit = self._site.visits.of(request)
        if visit.account is None:
            return self._site.to(f"{SIGN_IN}?target={PASSWORD}")
        if visit.account.password_hash is None:
            return self._site.say(visit, _NO_PASSWORD)
        problem = "Choose a password of your own first." if visit.account.must_change_password else ""
        return self._password_form(visit, problem=problem)

    async def change_password(self, request: Request) -> Response:
        form, visit = await self._form(request)
        if visit.account is None or visit.session is None:
            return self._site.to(f"{SIGN_IN}?target={PASSWORD}")
        if not tokens.is_token(form.get("csrf", ""), visit.cookie):
            return self._password_form(visit, STALE, status=403)
        typed = (form.get(name, "") for name in ("password", "new_password", "repeated"))
        found = await self.in_turn(self._entrance.change_password, visit.account, visit.session, *typed, visit.address)
        if isinstance(found, Refused):
            return waiting(self._password_form(visit, found.words, status=429 if found.wait_seconds else 400), found)
        now = Visit(found.session_id, True, visit.address, found.account, visit.session)
        return self._password_form(now, is_changed=True)

    async def _form(self, request: Request) -> tuple[dict[str, str], Visit]:
        visit = await to_thread.run_sync(self._site.visits.of, request)
        return await form_of(request), visit

    async def in_turn(self, check: Callable[..., _Found], *arguments: object) -> _Found | Refused:
        """What a check of a password says, two at once; that many people wait, where more do than a minute has room for."""
        if self._limiter.statistics().tasks_waiting >= _WAITING_AT_MOST:
            return _BUSY
        return await to_thread.run_sync(check, *arguments, limiter=self._limiter)

    def _sign_in_form(
        self, visit: Visit, name: str = "", problem: str = "", target: str = "", status: int = 200
    ) -> Response:
        directory = self._site.settings.web.directory
        label = directory.label if directory.issuer else ""
        body = sign_in_form(self._site.chrome(visit), account=name, problem=problem, target=target, directory=label)
        return self._site.answer(visit, body, status)

    def _password_form(self, visit: Visit, problem: str = "", is_changed: bool = False, status: int = 200) -> Response:
        body = password_form(self._site.chrome(visit), problem=problem, is_changed=is_changed, least=passwords.SHORTEST)
        return self._site.answer(visit, body, status)


def go_on(site: Site, entrance: Entrance, visit: Visit, found: Entered, target: str) -> Response:
    """After a step of sign-in: to the next one, or to the page that was asked for. The browser's session of before ends."""
    if visit.account and visit.session:
        entrance.sign_out(visit.account, visit.session, visit.address)
    if found.proof is Proof.HALF:
        has_app = second_factor.find(site.store, found.account.account_id)
        path = with_target(CODE if has_app else SECOND_FACTOR, target)
    else:
        path = PASSWORD if found.account.must_change_password else target or "/"
    answer = site.to(path)
    site.visits.give(answer, found.session_id)
    return answer


def with_target(path: str, target: str) -> str:
    return f"{path}?target={quote(target)}" if target else path


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form, the last of each name; none of one that is larger than ours ever are, or no form."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            return {}
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=50))
    except ValueError:
        return {}


def own_path(target: str) -> str:
    """A path of this site to go on to, or nothing: never another site, nor a form that only posts."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return ""
    is_ours = target.startswith("/") and not target.startswith("//") and "\\" not in target and target.isprintable()
    is_page = not (parts.scheme or parts.netloc or "//" in parts.path or parts.path.startswith(_STEPS))
    return target if is_ours and is_page and len(target) <= 2_000 else ""


def waiting(answer: Response, refused: Refused) -> Response:
    if refused.wait_seconds:
        answer.headers["retry-after"] = str(refused.wait_seconds)
    return answer
