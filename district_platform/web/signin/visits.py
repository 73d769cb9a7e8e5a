"""Who asks, in one request: somebody with a session, or a visitor."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from district_platform.settings import Web
from district_platform.web.signin import accounts, sessions, tokens
from district_platform.web.signin.accounts import Account
from district_platform.web.signin.sessions import Proof, Session
from district_platform.web.signin.store import AccessStore


@dataclass(frozen=True)
class Visit:
    """A request's cookie, and what it stands for. A visitor's cookie is an id that no session has: it only ties forms to a browser."""

    cookie: str
    is_new: bool
    """Whether the browser has to be given the cookie yet."""
    address: str
    account: Account | None = None
    session: Session | None = None
    ended_because: str = ""
    """Why the session of this cookie is over."""
    half: Session | None = None
    """A session whose second factor is awaited. Pages treat this browser as a visitor's."""

    @property
    def token(self) -> str:
        """For the forms of this browser."""
        return tokens.token_of(self.cookie)


class Visits:
    """Reads and writes the cookie. `has_ready_made` says whether the accounts of a synthetic district may be used."""

    def __init__(self, store: AccessStore, web: Web, has_ready_made: bool) -> None:
        self._store, self._is_secure, self._has_ready_made = store, web.is_public, has_ready_made
        self.cookie = "__Host-district" if web.is_public else "district"

    def of(self, request: Request) -> Visit:
        return self.of_cookie(request.cookies.get(self.cookie, ""), request.client.host if request.client else "")

    def of_cookie(self, cookie: str, address: str, *, is_used: bool = True) -> Visit:
        """Of a cookie's value; the session goes on idling where `is_used` is false: a page that renews itself keeps nobody signed in."""
        if not cookie:
            return Visit(sessions.new_id(), True, address)
        session = sessions.find(self._store, cookie, is_used=is_used)
        if session is None:
            return Visit(cookie, False, address)
        account = accounts.by_id(self._store, session.account_id)
        if session.is_over or account is None or not self.may_enter(account):
            return Visit(cookie, False, address, ended_because=session.ended_because or "account disabled")
        if session.proof is Proof.HALF:
            return Visit(cookie, False, address, half=session)
        return Visit(cookie, False, address, account, session)

    def may_enter(self, account: Account) -> bool:
        return not account.is_disabled and (account.ready_made_role is None or self._has_ready_made)

    def give(self, answer: Response, value: str) -> None:
        """The cookie, until the browser is closed. No script reads it, and no other site's form or picture sends it."""
        answer.set_cookie(self.cookie, value, path="/", secure=self._is_secure, httponly=True, samesite="lax")

    def take(self, answer: Response) -> None:
        answer.delete_cookie(self.cookie, path="/", secure=self._is_secure, httponly=True, samesite="lax")
