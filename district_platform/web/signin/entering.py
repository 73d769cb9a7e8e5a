"""Sign-in in one step or two, sign-out, another role, a new password: what is checked, in which order, and what the person is told.

An unknown account name is treated like a known one in every step: the same throttle, the same hash, the same words.
"""

from collections.abc import Callable
from dataclasses import dataclass

from district_platform.web.access.viewer import Viewer
from district_platform.web.signin import accounts, audit, invitations, passwords, second_factor, sessions, throttle
from district_platform.web.signin.accounts import Account
from district_platform.web.signin.audit import Event
from district_platform.web.signin.second_factor import REQUIRED, Verdict
from district_platform.web.signin.sessions import Proof, Session
from district_platform.web.signin.store import AccessStore

WRONG = "The name or the password is wrong."
NO_ROLE = "Your account has no role in the district's present data: ask the person who gives access."
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
        if passwords.is_outdated(account.password_hash or ""):
            accounts.rehash(self._store, account, password)
        return self.admit(account, address, Proof.ONE, "password")

    def admit(self, account: Account, address: str, proof: Proof, by: str) -> Entered | Refused:
        """Begins the session of somebody who proved who they are; a half one where a second factor is asked for and not proven."""
        viewers = self._viewers_of(account)
        if not viewers:
            return self._refused(account, address, NO_ROLE)
        if proof is Proof.ONE and second_factor.is_asked_of(self._store, account.account_id, viewers):
            proof = Proof.HALF
        role = viewers[0].role.value
        session_id = sessions.begin(self._store, account.account_id, role, proof)
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
        sessions.end(self._store, half, "signed in")
        return self.admit(account, address, Proof.TWO, verdict.value)

    def prove_again(self, account: Account, typed: str, address: str) -> Refused | None:
        """Asks for a code within a session, before the second factor is changed."""
        verdict = self._checked(account, typed, address)
        return verdict if isinstance(verdict, Refused) else None

    def enrol(self, session: Session, typed: str, address: str) -> tuple[Entered, list[str]] | Refused:
        """Confirms an app by its first code: the session goes on as one with two factors, and recovery codes are shown once."""
        account = self.account_of(session)
        if wait := throttle.reserve(self._store, _codes_of(account), address):
            return Refused(_patience(wait), wait)
        if not self._viewers_of(account):
            return self._refused(account, address, NO_ROLE)
        codes = second_factor.confirm(self._store, session, typed)
        if codes is None:
            return Refused(Verdict.WRONG.value)
        throttle.forget(self._store, _codes_of(account))
        audit.record(self._store, Event.FACTOR_SET_UP, account.login, role=session.role, address=address)
        if session.proof is not Proof.HALF:
            return self._goes_on(account, session, session.role, Proof.TWO), codes
        entered = self.admit(account, address, Proof.TWO, Verdict.RIGHT.value)
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
        session_id = sessions.go_on(self._store, session, role, "went on in another role")
        if session_id is None:
            return Refused("Your session is over: sign in again.")
        audit.record(
            self._store, Event.ROLE_CHOSEN, account.login, role=role, address=address, page=f"from {session.role}"
        )
        return Entered(session_id, account, session.proof)

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
        session_id = sessions.begin(self._store, account.account_id, session.role, session.proof)
        return Entered(session_id, account, session.proof)

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

    def _goes_on(self, account: Account, session: Session, role: str, proof: Proof) -> Entered:
        """A new session id for the same person, for as long as the session before had left."""
        begun = sessions.begin(self._store, account.account_id, role, proof, session.started_at)
        return Entered(begun, account, proof)

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
