"""Who asks: a program with a key, or somebody with a session of the dashboard. Both see what the one rule of scope opens to them."""

from dataclasses import dataclass
from functools import lru_cache

from starlette.requests import Request

from district_platform.dictionary import Owner
from district_platform.web.access.viewer import EVERYBODY, Role, Scope, Viewer
from district_platform.web.api.problems import NO_KEY
from district_platform.web.district import HomeDistrict
from district_platform.web.reading.publications import Publication
from district_platform.web.reading.queries import api as queries
from district_platform.web.signin import keys
from district_platform.web.signin.accounts import Account
from district_platform.web.signin.keys import ALL, ApiKey, KeyScope
from district_platform.web.signin.second_factor import REQUIRED
from district_platform.web.signin.sessions import Proof
from district_platform.web.signin.store import AccessStore
from district_platform.web.signin.visits import Visits

ROLES: dict[KeyScope, frozenset[Role]] = {
    KeyScope.RELEASED: frozenset(queries.READ_TABLES),
    KeyScope.STUDENTS: frozenset(queries.READ_STUDENTS),
    KeyScope.QUALITY: frozenset(queries.READ_FINDINGS),
    KeyScope.HOURS: frozenset(queries.READ_HOURS),
    KeyScope.STORE: frozenset(queries.READ_STORES),
}
"""Roles of the dashboard that a scope is open to."""
_BEARER = "bearer "


@dataclass(frozen=True)
class Caller:
    """A key, or an account in the role of its session."""

    name: str
    """As the audit and the limits have it."""
    address: str
    role: str
    scopes: frozenset[KeyScope]
    key: ApiKey | None = None
    account: Account | None = None


class Callers:
    def __init__(self, store: AccessStore, visits: Visits, district: HomeDistrict) -> None:
        self._store, self._visits, self._district = store, visits, district
        self._schools = lru_cache(maxsize=4)(district.schools)
        self._stores = lru_cache(maxsize=4)(district.stores)

    def of(self, request: Request) -> Caller:
        """Raises ProblemError 401 where nobody is known by the request. A key that does not work is not made up for by a cookie."""
        address = request.client.host if request.client else ""
        header = request.headers.get("authorization", "")
        if header:
            is_bearer = header[: len(_BEARER)].lower() == _BEARER
            key = keys.find(self._store, header[len(_BEARER) :].strip(), address) if is_bearer else None
            if key is None:
                raise NO_KEY
            return Caller(f"key {key.key_id}", address, Role.KEY.value, key.scopes, key=key)
        visit = self._visits.of(request)
        if visit.account is None or visit.session is None or visit.account.must_change_password:
            raise NO_KEY
        role = visit.session.role
        if role in REQUIRED and visit.session.proof is not Proof.TWO:
            raise NO_KEY
        scopes = frozenset(scope for scope, roles in ROLES.items() if role in {each.value for each in roles})
        return Caller(visit.account.login, address, role, scopes, account=visit.account)

    def viewer(self, caller: Caller, publication: Publication) -> Viewer:
        """What the caller sees of a publication. Raises ProblemError 401 where an account has no longer the role of its session."""
        if caller.key:
            return Viewer(caller.name, Role.KEY, self._scope(caller.key, publication))
        for viewer in self._district.viewers(caller.account, publication):
            if viewer.role.value == caller.role:
                return viewer
        raise NO_KEY

    def _scope(self, key: ApiKey, publication: Publication) -> Scope:
        """What the key names of what its scopes open; `*` is written out."""
        opened: dict[str, tuple[str, ...]] = {}
        if KeyScope.STUDENTS in key.scopes:
            opened["schools"] = self._schools(publication) if ALL in key.schools else key.schools
        if KeyScope.QUALITY in key.scopes:
            opened["owners"] = tuple(each.value for each in Owner) if ALL in key.named.owners else key.named.owners
        if KeyScope.STORE in key.scopes:
            opened["stores"] = self._stores(publication) if ALL in key.named.stores else key.named.stores
        if KeyScope.HOURS in key.scopes:
            is_whole = ALL in key.named.employees
            opened |= {"staff": (EVERYBODY,)} if is_whole else {"employee": key.named.employees}
        return Scope(**opened)
