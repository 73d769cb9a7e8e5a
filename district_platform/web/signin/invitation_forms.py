"""Invitations as routes. Looking at a link changes nothing: mail programs open the links that they carry."""

from urllib.parse import quote

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from district_platform.web.rendering import Message, invitation_form
from district_platform.web.signin import invitations, passwords, tokens
from district_platform.web.signin.entering import Entrance, Refused
from district_platform.web.signin.forms import STALE, Forms, form_of, go_on
from district_platform.web.signin.invitations import PATH
from district_platform.web.signin.visits import Visit
from district_platform.web.site import SIGN_IN, Site

_OVER = Message(
    404,
    "This invitation is over",
    (
        "It was used, or is older than two weeks, or another one was made. Ask the person who gives access for a new one.",
    ),
    ("Sign in", SIGN_IN),
)


class InvitationForms:
    """The routes; passwords are hashed in turn with those of sign-in."""

    def __init__(self, site: Site, entrance: Entrance, forms: Forms) -> None:
        self._site, self._entrance, self._forms = site, entrance, forms

    def routes(self) -> list[Route]:
        return [
            Route(f"{PATH}/{{token}}", self.show, methods=["GET"]),
            Route(f"{PATH}/{{token}}", self.accept, methods=["POST"]),
        ]

    def show(self, request: Request) -> Response:
        return self._form(self._site.visits.of(request), request.path_params["token"])

    async def accept(self, request: Request) -> Response:
        form, token = await form_of(request), request.path_params["token"]
        visit = await to_thread.run_sync(self._site.visits.of, request)
        if not tokens.is_token(form.get("csrf", ""), visit.cookie):
            return await to_thread.run_sync(self._form, visit, token, STALE, 403)
        typed = (form.get(name, "") for name in ("new_password", "repeated"))
        found = await self._forms.in_turn(self._entrance.accept, token, *typed, visit.address)
        if isinstance(found, Refused):
            return await to_thread.run_sync(self._form, visit, token, found.words, 400)
        if found is None:
            return self._site.say(visit, _OVER)
        return await to_thread.run_sync(go_on, self._site, self._entrance, visit, found, "")

    def _form(self, visit: Visit, token: str, problem: str = "", status: int = 200) -> Response:
        account = invitations.invited(self._site.store, token)
        if account is None:
            return self._site.say(visit, _OVER if status == 200 else _refused(problem))
        body = invitation_form(
            self._site.chrome(visit),
            path=f"{PATH}/{quote(token)}",
            account=account.login,
            problem=problem,
            least=passwords.SHORTEST,
        )
        return self._site.answer(visit, body, status)


def _refused(problem: str) -> Message:
    return Message(403, "Not signed in", (problem,), ("Sign in", SIGN_IN))
