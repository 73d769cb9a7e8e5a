"""Sign-in in one step or two, sign-out, another role, a new password: what is checked, in which order, and what the person is told.

An unknown account name is treated like a known one in every step: the same throttle, the same hash, the same words.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto

from district_platform.web.access.logins import as_login
from district_platform.web.access.viewer import Viewer
from district_platform.web.signin import accounts, audit, invitations, passwords, second_factor, sessions, throttle
from district_platform.web.signin.accounts import Account
from district_platform.web.signin.audit import Event
from district_platform.web.signin.second_factor import REQUIRED, Verdict
from district_platform.web.signin.sessions import Proof, Session
from district_platform.web.signin.store import AccessStore

WRONG = "The name or the password is wrong."
CHANGED = "Your account was changed just now. Sign in again."
OVER = "Your session is over: sign in again."
NO_ROLE = "Your account has no role in the district's present data: ask the person who gives access."
UNKNOWN = "(unknown)"
"""In the audit, for a name that no account has: people type passwords there by mistake."""


@dataclass(frozen=True)
class Refused:
    """Why somebody may not enter, in words for them, and the seconds after which to try again."""

    words: str
    wait_seconds: int = 0


class Shows(Enum):
    """What somebody shows before the first app of an account is set up: a browser that was left open must not be enough."""

    NOTHING = auto()
    """They signed in a moment ago, or typed a code of the app in use."""
    PASSWORD = auto()
    SIGN_IN = auto()
    """The account has no password here: they sign in by the directory again."""


@dataclass(frozen=True)
class Entered:
    """Somebody who is signed in now; `session_id` is for the cookie."""

    session_id: str
    account: Account
    proof: Proof = Proof.ONE
    by: str = ""
    """What let them in; for the audit and for the next page."""


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
        login = as_login(name)[: accounts.LONGEST_LOGIN]
        if wait := throttle.reserve(self._store, login, address):
            return Refused(_patience(wait), wait)
        account = accounts.find(self._store, login)
        is_right = passwords.is_password(password, account.password_hash if account else None)
        if account is None or not is_right or not self._may_enter(account):
            return self._refused(account, address, WRONG)
        throttle.forget(self._store, login)
        if account.expires_at is not None and account.expires_at < self._store.now():
            return self._refused(account, address, "This temporary password is over: ask for a new one.")
        if passwords.is_outdated(account.password_hash or ""):
            account = accounts.rehash(self._store, account, password)
        return self.admit(account, address, Proof.ONE, "password")

    def admit(self, account: Account, address: str, proof: Proof, by: str) -> Entered | Refused:
        """Begins the session of somebody who proved who they are; a half one where a second factor is asked for and not proven."""
        viewers = self._viewers_of(account)
        if not viewers:
            return self._refused(account, address, NO_ROLE)
        role, asks_second = viewers[0].role.value, second_factor.is_required(viewers)
        begun = sessions.begin(self._store, account.verified, role, proof, asks_second)
        if begun is None:
            return self._refused(account, address, CHANGED)
        session_id, proof = begun
        event = Event.CODE_AWAITED if proof is Proof.HALF else Event.SIGNED_IN
        audit.record(self._store, event, account.login, role=role, address=address, page=by)
        return Entered(session_id, account, proof, by)

    def accept(self, token: str, password: str, repeated: str, address: str) -> Entered | Refused | None:
        """Opens an account by its invitation; None for one that is good no more."""
        account = invitations.invited(self._store, token)
        if account is None:
            return None
        fault = passwords.fault_of(password, account.login)
        if password != repeated:
            fault = "The two passwords differ."
        if fault:
            return Refused(fault)
        account = invitations.accept(self._store, token, password)
        if account is None:
            return None
        audit.record(self._store, Event.INVITATION_ACCEPTED, account.login, address=address)
        return self.admit(account, address, Proof.ONE, "invitation")

    def type_code(self, half: Session, typed: str, address: str) -> Entered | Refused:
        """The second step of sign-in."""
        account = self.account_of(half)
        verdict = self._checked(account, typed, address)
        if isinstance(verdict, Refused):
            return verdict
        return self._completed(account, half, address, verdict.value)

    def prove_again(self, account: Account, typed: str, address: str) -> Refused | None:
        """Asks for a code within a session, before the second factor is changed."""
        verdict = self._checked(account, typed, address)
        return verdict if isinstance(verdict, Refused) else None

    def shows_before_app(self, session: Session) -> Shows:
        """What the owner of a session shows before an app is set up in it; an app that is in use was asked for its code already."""
        account = self.account_of(session)
        if session.proof is Proof.HALF or second_factor.find(self._store, account.account_id):
            return Shows.NOTHING
        if account.password_hash is not None:
            return Shows.PASSWORD
        is_fresh = self._store.now() - session.started_at <= sessions.HALF_SECONDS
        return Shows.NOTHING if is_fresh else Shows.SIGN_IN

    def enrol(
        self, session: Session, typed: str, address: str, password: str = ""
    ) -> tuple[Entered, list[str]] | Refused:
        """Confirms an app by its first code: the session goes on as one with two factors, and recovery codes are shown once."""
        account = self.account_of(session)
        shows = self.shows_before_app(session)
        if shows is Shows.SIGN_IN:
            return Refused(OVER)
        if shows is Shows.PASSWORD:
            refused = self._refused_password(account, password, address, "The password is wrong.")
            if refused:
                return refused
        if wait := throttle.reserve(self._store, _codes_of(account), address):
            return Refused(_patience(wait), wait)
        if not self._viewers_of(account):
            return self._refused(account, address, NO_ROLE)
        codes = second_factor.confirm(self._store, session, typed)
        if codes is None:
            return Refused(Verdict.WRONG.value)
        throttle.forget(self._store, _codes_of(account))
        audit.record(self._store, Event.FACTOR_SET_UP, account.login, role=session.role, address=address)
        if session.proof is Proof.HALF:
            entered = self._completed(account, session, address, Verdict.RIGHT.value)
        else:
            entered = self._goes_on(account, session, "second factor set up", Proof.TWO)
        return entered if isinstance(entered, Refused) else (entered, codes)

    def choose_role(self, account: Account, session: Session, role: str, address: str) -> Entered | Refused:
        """Ends the session and begins one in another role of the account."""
        found = next((each.role for each in self._viewers_of(account) if each.role.value == role), None)
        if found is None or (found in REQUIRED and session.proof is not Proof.TWO):
            audit.record(
                self._store, Event.REFUSED, account.login, role=session.role, address=address, page="role choice"
            )
            if found:
                return Refused("This role asks for a second factor: sign out, and sign in again.")
            return Refused("Your account does not have this role.")
        entered = self._goes_on(account, session, "went on in another role", role=role)
        if isinstance(entered, Refused):
            return entered
        audit.record(
            self._store, Event.ROLE_CHOSEN, account.login, role=role, address=address, page=f"from {session.role}"
        )
        return entered

    def sign_out(self, account: Account, session: Session, address: str) -> None:
        sessions.end(self._store, session, "signed out")
        audit.record(self._store, Event.SIGNED_OUT, account.login, role=session.role, address=address)

    def change_password(
        self, account: Account, session: Session, old: str, new: str, repeated: str, address: str
    ) -> Entered | Refused:
        """All other sessions of the account end, and this one goes on under a new id."""
        fault = passwords.fault_of(new, account.login)
        if new != repeated:
            fault = "The two new passwords differ."
        if fault is None and new == old:
            fault = "The new password is the old one."
        if fault:
            return Refused(fault)
        if refused := self._refused_password(account, old, address, "The password until now is wrong."):
            return refused
        if not accounts.set_password(self._store, account, session, new):
            return self._refused(account, address, CHANGED)
        audit.record(self._store, Event.PASSWORD_CHANGED, account.login, role=session.role, address=address)
        return self._goes_on(account, session, "password changed")

    def account_of(self, session: Session) -> Account:
        account = accounts.by_id(self._store, session.account_id)
        assert account, "a session goes with its account"
        return account

    def _checked(self, account: Account, typed: str, address: str) -> Verdict | Refused:
        if wait := throttle.reserve(self._store, _codes_of(account), address):
            return Refused(_patience(wait), wait)
        verdict = second_factor.check(self._store, account.account_id, typed)
        if not verdict.is_right:
            return self._refused(account, address, verdict.value)
        throttle.forget(self._store, _codes_of(account))
        return verdict

    def _refused_password(self, account: Account, typed: str, address: str, words: str) -> Refused | None:
        """Asks for the password within a session; None where it is right. Without one nothing is computed."""
        if not typed:
            return Refused("Type your password, too.")
        if wait := throttle.reserve(self._store, account.login, address):
            return Refused(_patience(wait), wait)
        if not passwords.is_password(typed, account.password_hash):
            return self._refused(account, address, words)
        throttle.forget(self._store, account.login)
        return None

    def _completed(self, account: Account, half: Session, address: str, by: str) -> Entered | Refused:
        """The sign-in that a half session began, after its second factor, in the first role that the account has now."""
        viewers = self._viewers_of(account)
        if not viewers:
            return self._refused(account, address, NO_ROLE)
        role = viewers[0].role.value
        entered = self._goes_on(account, half, "signed in", Proof.TWO, role)
        if isinstance(entered, Refused):
            return self._refused(account, address, entered.words)
        audit.record(self._store, Event.SIGNED_IN, account.login, role=role, address=address, page=by)
        return replace(entered, by=by)

    def _goes_on(
        self, account: Account, session: Session, because: str, proof: Proof | None = None, role: str = ""
    ) -> Entered | Refused:
        """A new session id for the same person, for as long as the session before had left; refused where that was ended meanwhile."""
        session_id = sessions.go_on(self._store, session, role or session.role, because, proof)
        return Refused(OVER) if session_id is None else Entered(session_id, account, proof or session.proof)

    def _refused(self, account: Account | None, address: str, words: str) -> Refused:
        """Records a password that was checked and refused. Tries that must wait leave no line, or anybody could fill the disk with them."""
        audit.record(
            self._store, Event.SIGN_IN_REFUSED, account.login if account else UNKNOWN, address=address, page=words
        )
        return Refused(words)


def _codes_of(account: Account) -> str:
    """The name under which tries of codes are counted: the right password does not forget them, and nobody can type it as a login, since
    logins are lower case."""
    return f"CODE of {account.login}"


def _patience(seconds: int) -> str:
    length = f"{seconds} seconds" if seconds < 120 else f"{-(-seconds // 60)} minutes"
    return f"Too many tries. Try again in {length}."
