"""The second factor as routes: a code at sign-in, setting up an app, new recovery codes."""

import datetime as dt

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from district_platform.web.rendering import Message, code_form, enrolment_form, factor_form, recovery_codes
from district_platform.web.signin import audit, second_factor, tokens
from district_platform.web.signin.audit import Event
from district_platform.web.signin.entering import Entrance, Refused, Shows
from district_platform.web.signin.forms import STALE, Forms, form_of, go_on, own_path, waiting, with_target
from district_platform.web.signin.second_factor import Verdict
from district_platform.web.signin.sessions import Session
from district_platform.web.signin.visits import Visit
from district_platform.web.site import CODE, PASSWORD, SECOND_FACTOR, SIGN_IN, Site

_SIGN_IN_AGAIN = Message(
    403,
    "Sign in again first",
    (
        "An app is set up within ten minutes of signing in. Sign out, sign in by your district's directory, and come back here.",
    ),
    ("To your first page", "/"),
)


class CodeForms:
    """The routes. Of a half session only these answer. Passwords are hashed in turn with those of sign-in."""

    def __init__(self, site: Site, entrance: Entrance, forms: Forms) -> None:
        self._site, self._entrance, self._forms = site, entrance, forms

    def routes(self) -> list[Route]:
        return [
            Route(CODE, self.show_code, methods=["GET"]),
            Route(CODE, self.type_code, methods=["POST"]),
            Route(SECOND_FACTOR, self.show_factor, methods=["GET"]),
            Route(SECOND_FACTOR, self.change_factor, methods=["POST"]),
        ]

    def show_code(self, request: Request) -> Response:
        visit, target = self._site.visits.of(request), own_path(request.query_params.get("target", ""))
        if visit.half is None:
            return self._site.to("/" if visit.account else with_target(SIGN_IN, target))
        if second_factor.find(self._site.store, visit.half.account_id) is None:
            return self._site.to(with_target(SECOND_FACTOR, target))
        return self._code_form(visit, "", target)

    async def type_code(self, request: Request) -> Response:
        form = await form_of(request)
        return await to_thread.run_sync(self._type_code, request, form)

    def _type_code(self, request: Request, form: dict[str, str]) -> Response:
        visit, target = self._site.visits.of(request), own_path(form.get("target", ""))
        if visit.half is None:
            return self._site.to("/" if visit.account else with_target(SIGN_IN, target))
        if not tokens.is_token(form.get("csrf", ""), visit.cookie):
            return self._code_form(visit, STALE, target, 403)
        found = self._entrance.type_code(visit.half, form.get("code", ""), visit.address)
        if isinstance(found, Refused):
            status = 429 if found.wait_seconds else 401
            return waiting(self._code_form(visit, found.words, target, status), found)
        if found.by == Verdict.RECOVERED:
            target = SECOND_FACTOR  # how many are left
        return go_on(self._site, self._entrance, visit, found, target)

    def show_factor(self, request: Request) -> Response:
        visit, target = self._site.visits.of(request), own_path(request.query_params.get("target", ""))
        session = visit.session or visit.half
        if session is None:
            return self._site.to(with_target(SIGN_IN, SECOND_FACTOR))
        return self._form(visit, session, "", target)

    async def change_factor(self, request: Request) -> Response:
        form = await form_of(request)
        if not form.get("password"):
            return await to_thread.run_sync(self._change_factor, request, form)
        found = await self._forms.in_turn(self._change_factor, request, form)
        if isinstance(found, Refused):
            visit = await to_thread.run_sync(self._site.visits.of, request)
            return waiting(self._site.say(visit, Message(429, "Nothing changed", (found.words,))), found)
        return found

    def _change_factor(self, request: Request, form: dict[str, str]) -> Response:
        visit, target, typed = self._site.visits.of(request), own_path(form.get("target", "")), form.get("code", "")
        session = visit.session or visit.half
        if session is None:
            return self._site.to(with_target(SIGN_IN, SECOND_FACTOR))
        if not tokens.is_token(form.get("csrf", ""), visit.cookie):
            return self._form(visit, session, STALE, target, 403)
        if second_factor.secret_of(self._site.store, session):
            return self._enrol(visit, session, typed, form.get("password", ""), target)
        if visit.account is None or second_factor.find(self._site.store, session.account_id) is None:
            return self._form(visit, session, "", target)
        if refused := self._entrance.prove_again(visit.account, typed, visit.address):
            status = 429 if refused.wait_seconds else 401
            return waiting(self._form(visit, session, refused.words, target, status), refused)
        if form.get("wanted") == "app":
            second_factor.begin_enrolment(self._site.store, session)
            return self._site.to(SECOND_FACTOR)
        codes = second_factor.renew_codes(self._site.store, session.account_id)
        audit.record(
            self._site.store,
            Event.RECOVERY_CODES_MADE,
            visit.account.login,
            role=session.role,
            address=visit.address,
        )
        return self._site.answer(visit, recovery_codes(self._site.chrome(visit), codes=codes, target="/"))

    def _enrol(self, visit: Visit, session: Session, typed: str, password: str, target: str) -> Response:
        found = self._entrance.enrol(session, typed, visit.address, password)
        if isinstance(found, Refused):
            status = 429 if found.wait_seconds else 400
            return waiting(self._form(visit, session, found.words, target, status), found)
        entered, codes = found
        target = PASSWORD if entered.account.must_change_password else target
        now = Visit(entered.session_id, True, visit.address, entered.account)
        return self._site.answer(now, recovery_codes(self._site.chrome(now), codes=codes, target=target))

    def _form(self, visit: Visit, session: Session, problem: str, target: str, status: int = 200) -> Response:
        """Setting up an app, or changing it: what this session may do."""
        store, chrome = self._site.store, self._site.chrome(visit)
        factor = second_factor.find(store, session.account_id)
        if factor and visit.half:
            return self._site.to(with_target(CODE, target))
        shows = self._entrance.shows_before_app(session)
        if shows is Shows.SIGN_IN:
            return self._site.say(visit, _SIGN_IN_AGAIN)
        if factor is None:
            second_factor.begin_enrolment(store, session)
        secret = second_factor.secret_of(store, session)
        if factor and secret is None:
            since = dt.datetime.fromtimestamp(factor.since).strftime("%Y-%m-%d")
            body = factor_form(chrome, since=since, n_left=factor.n_recovery_codes, problem=problem)
            return self._site.answer(visit, body, status)
        assert secret
        login = self._entrance.account_of(session).login
        address = second_factor.address_of(secret, login, self._site.settings.district_name)
        asks = shows is Shows.PASSWORD
        body = enrolment_form(
            chrome, secret=secret, app_address=address, asks_password=asks, problem=problem, target=target
        )
        return self._site.answer(visit, body, status)

    def _code_form(self, visit: Visit, problem: str, target: str, status: int = 200) -> Response:
        return self._site.answer(visit, code_form(self._site.chrome(visit), problem=problem, target=target), status)
