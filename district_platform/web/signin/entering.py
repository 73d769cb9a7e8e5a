"""Sign-in, sign-out and a new password: what is checked, in which order, and what the person is told.

An unknown account name is treated like a known one in every step: the same throttle, the same hash, the same words.
"""

from collections.abc import Callable
from dataclasses import dataclass

from district_platform.web.access.viewer import Viewer
from district_platform.web.signin import accounts, audit, passwords, sessions, throttle
from district_platform.web.signin.accounts import Account
from district_platform.web.signin.audit import Event
from district_platform.web.signin.sessions import Session
from district_platform.web.signin.store import AccessStore

WRONG = "The name or the password is wrong."
UNKNOWN = "(unknown)"
"""In the audit, for a name that no account has: people type passwords there by mistake."""


@dataclass(frozen=True)
class Refused:
    """Why somebody may not enter, in words for them, and the seconds after which to try again."""

    words: str
    wait_seconds: int = 0


@dataclass(frozen=True)
class Entered:
    """Somebody who is signed in now; `session_id` is for the cookie."""

    session_id: str
    account: Account


class Entrance:
    """`viewers_of` gives the roles that an account has today, the first of which it enters in; `may_enter` says who is let in at all."""

    def __init__(
        self,
        store: AccessStore,
        viewers_of: Callable[[Account], tuple[Viewer, ...]],
        may_enter: Callable[[Account], bool],
    ) -> None:
        self._store, self._viewers_of, self._may_enter = store, viewers_of, may_enter

    def sign_in(self, name: str, password: str, address: str) -> Entered | Refused:
        login = accounts.as_login(name)[: accounts.LONGEST_LOGIN]
        if wait := throttle.reserve(self._store, login, address):
            return Refused(_patience(wait), wait)
        account = accounts.find(self._store, login)
        is_right = passwords.is_password(password, account.password_hash if account else None)
        if account is None or not is_right or not self._may_enter(account):
            return self._refused(account, address, WRONG)
        throttle.forget(self._store, login)
        if account.expires_at is not None and account.expires_at < self._store.now():
            return self._refused(account, address, "This temporary password is over: ask for a new one.")
        viewers = self._viewers_of(account)
        if not viewers:
            return self._refused(
                account,
                address,
                "Your account has no role in the district's present data: ask the person who gives access.",
            )
        if passwords.is_outdated(account.password_hash or ""):
            accounts.rehash(self._store, account, password)
        session_id = sessions.begin(self._store, account.account_id, viewers[0].role.value)
        audit.record(self._store, Event.SIGNED_IN, account.login, role=viewers[0].role.value, address=address)
        return Entered(session_id, account)

    def sign_out(self, account: Account, session: Session, address: str) -> None:
        sessions.end(self._store, session, "signed out")
        audit.record(self._store, Event.SIGNED_OUT, account.login, role=session.role, address=address)

    def change_password(
        self, account: Account, session: Session, old: str, new: str, repeated: str, address: str
    ) -> Entered | Refused:
        """All sessions of the account end, and this browser gets a new one."""
        fault = passwords.fault_of(new, account.login)
        if new != repeated:
            fault = "The two new passwords differ."
        if fault is None and new == old:
            fault = "The new password is the old one."
        if fault:
            return Refused(fault)
        if wait := throttle.reserve(self._store, account.login, address):
            return Refused(_patience(wait), wait)
        if not passwords.is_password(old, account.password_hash):
            return self._refused(account, address, "The password until now is wrong.")
        throttle.forget(self._store, account.login)
        accounts.set_password(self._store, account, new)
        audit.record(self._store, Event.PASSWORD_CHANGED, account.login, role=session.role, address=address)
        return Entered(sessions.begin(self._store, account.account_id, session.role), account)

    def _refused(self, account: Account | None, address: str, words: str) -> Refused:
        """Records a password that was checked and refused. Tries that must wait leave no line, or anybody could fill the disk with them."""
        audit.record(
            self._store, Event.SIGN_IN_REFUSED, account.login if account else UNKNOWN, address=address, page=words
        )
        return Refused(words)


def _patience(seconds: int) -> str:
    length = f"{seconds} seconds" if seconds < 120 else f"{-(-seconds // 60)} minutes"
    return f"Too many tries. Try again in {length}."
