"""What happens while somebody's sign-in, new password or code is on its way: whoever closes or resets an account has the last word."""

from collections.abc import Callable

import pytest

from district_platform.web.access.viewer import Viewer
from district_platform.web.signin import accounts, entering, invitations, passwords, second_factor, sessions
from district_platform.web.signin.accounts import Account
from district_platform.web.signin.entering import Entered, Entrance, Refused
from district_platform.web.signin.sessions import Proof, Session
from district_platform_tests.web.dashboard import LEADER, PASSWORD, PRINCIPAL, TEACHER, Browser, Dashboard

NEW = "five other words in a row"
HERE = "127.0.0.1"
Act = Callable[[Dashboard, str], object]


def reset(dashboard: Dashboard, login: str) -> object:
    return accounts.reset(dashboard.store, login)


def disable(dashboard: Dashboard, login: str) -> object:
    return accounts.disable(dashboard.store, login)


def remove(dashboard: Dashboard, login: str) -> object:
    return accounts.remove(dashboard.store, login)


def change(dashboard: Dashboard, login: str) -> object:
    """The owner chooses a new password in another browser."""
    browser = dashboard.browser()
    browser.sign_in(login)
    form = {"password": PASSWORD, "new_password": NEW, "repeated": NEW, "csrf": browser.token("/password")}
    answer = browser.post("/password", data=form)
    assert "is changed" in answer.text
    return answer


def entrance(dashboard: Dashboard, meanwhile: Act | None, login: str) -> Entrance:
    """Looks up roles after the proof was checked; once, the act comes in between."""
    waiting = [meanwhile] if meanwhile else []

    def viewers_of(account: Account) -> tuple[Viewer, ...]:
        viewers = dashboard.site.viewers_of(account)
        while waiting:
            waiting.pop()(dashboard, login)
        return viewers

    return Entrance(dashboard.store, viewers_of, dashboard.site.visits.may_enter)


def open_sessions(dashboard: Dashboard, login: str) -> int:
    query = "select count(*) from session join account using (account_id) where login = ? and ended_at is null"
    with dashboard.store.reading() as connection:
        return int(connection.execute(query, [login]).fetchone()[0])


@pytest.mark.parametrize(("act", "n_left"), [(reset, 0), (disable, 0), (remove, 0), (change, 1)])
def test_sign_in_with_the_old_password_begins_no_session_once_it_is_changed(dashboard, act, n_left):
    found = entrance(dashboard, act, PRINCIPAL).sign_in(PRINCIPAL, PASSWORD, HERE)
    assert isinstance(found, Refused)
    assert found.words == entering.CHANGED
    assert open_sessions(dashboard, PRINCIPAL) == n_left
    assert dashboard.events()[-1] == "sign-in refused"


def test_nothing_in_between_is_a_sign_in(dashboard):
    found = entrance(dashboard, None, PRINCIPAL).sign_in(PRINCIPAL, PASSWORD, HERE)
    assert isinstance(found, Entered)
    assert open_sessions(dashboard, PRINCIPAL) == 1


def test_sign_in_with_a_password_alone_is_half_once_an_app_is_set_up(dashboard):
    found = entrance(dashboard, lambda made, login: made.has_app(login), PRINCIPAL).sign_in(PRINCIPAL, PASSWORD, HERE)
    assert isinstance(found, Entered)
    assert found.proof is Proof.HALF


def test_sign_in_whose_password_is_hashed_anew_at_the_same_time_still_enters(dashboard, monkeypatch):
    monkeypatch.setattr(passwords, "is_outdated", lambda password_hash: True)
    assert isinstance(entrance(dashboard, None, PRINCIPAL).sign_in(PRINCIPAL, PASSWORD, HERE), Entered)


def test_invitation_that_was_accepted_begins_no_session_once_the_account_is_reset(dashboard):
    token = invitations.invite(dashboard.store, [TEACHER])[TEACHER]
    found = entrance(dashboard, reset, TEACHER).accept(token, PASSWORD, PASSWORD, HERE)
    assert isinstance(found, Refused)
    assert open_sessions(dashboard, TEACHER) == 0


@pytest.fixture
def session(dashboard: Dashboard, browser: Browser) -> tuple[Account, Session]:
    """The principal's, as a request found it."""
    browser.sign_in()
    account, found = (
        accounts.existing(dashboard.store, PRINCIPAL),
        sessions.find(dashboard.store, browser.cookies["district"]),
    )
    assert found
    return account, found


@pytest.mark.parametrize("act", [reset, disable, change])
def test_new_password_does_not_undo_what_came_while_the_old_one_was_checked(dashboard, session, act, monkeypatch):
    real, waiting = passwords.is_password, [act]

    def is_password(typed: str, password_hash: str | None) -> bool:
        is_right = real(typed, password_hash)
        while waiting:
            waiting.pop()(dashboard, PRINCIPAL)
        return is_right

    monkeypatch.setattr(passwords, "is_password", is_password)
    mine = "a password of the one who waits"
    found = entrance(dashboard, None, PRINCIPAL).change_password(*session, PASSWORD, mine, mine, HERE)
    assert isinstance(found, Refused)
    account = accounts.existing(dashboard.store, PRINCIPAL)
    assert not real(mine, account.password_hash)
    assert account.is_disabled == (act is disable)
    assert open_sessions(dashboard, PRINCIPAL) == (1 if act is change else 0)


def test_new_password_in_a_session_that_was_ended_meanwhile_changes_nothing(dashboard, session):
    account, mine = session
    sessions.end(dashboard.store, mine, "signed out")
    assert isinstance(
        entrance(dashboard, None, PRINCIPAL).change_password(account, mine, PASSWORD, NEW, NEW, HERE), Refused
    )
    assert dashboard.browser().sign_in().status_code == 303


def test_reset_between_the_new_password_and_its_session_leaves_none(dashboard, session, monkeypatch):
    real = accounts.set_password

    def set_password(*arguments: object) -> bool:
        is_set = real(*arguments)  # type: ignore[arg-type]
        reset(dashboard, PRINCIPAL)
        return is_set

    monkeypatch.setattr(accounts, "set_password", set_password)
    found = entrance(dashboard, None, PRINCIPAL).change_password(*session, PASSWORD, NEW, NEW, HERE)
    assert isinstance(found, Refused)
    assert open_sessions(dashboard, PRINCIPAL) == 0


def take_app_away(dashboard: Dashboard, login: str) -> None:
    second_factor.remove(dashboard.store, accounts.existing(dashboard.store, login).account_id)


@pytest.fixture
def half(dashboard: Dashboard) -> tuple[str, Session]:
    """A leader's app, and the half session that awaits its code."""
    dashboard.has_account(LEADER)
    key, browser = dashboard.has_app(LEADER), dashboard.browser()
    browser.sign_in(LEADER)
    found = sessions.find(dashboard.store, browser.cookies["district"])
    assert found
    return key, found


@pytest.mark.parametrize("act", [reset, disable, take_app_away])
def test_right_code_completes_no_sign_in_that_was_ended_meanwhile(dashboard, half, act):
    key, session = half
    found = entrance(dashboard, act, LEADER).type_code(session, dashboard.code(key), HERE)
    assert isinstance(found, Refused)
    assert found.words == entering.OVER
    assert open_sessions(dashboard, LEADER) == 0


@pytest.mark.parametrize("act", [reset, disable, take_app_away])
def test_first_app_completes_no_sign_in_that_was_ended_meanwhile(dashboard, act, monkeypatch):
    dashboard.has_account(LEADER)
    browser, real = dashboard.browser(), second_factor.confirm
    browser.sign_in(LEADER)
    session = sessions.find(dashboard.store, browser.cookies["district"])
    assert session
    second_factor.begin_enrolment(dashboard.store, session)

    def confirm(*arguments: object) -> list[str] | None:
        codes = real(*arguments)  # type: ignore[arg-type]
        act(dashboard, LEADER)
        return codes

    monkeypatch.setattr(second_factor, "confirm", confirm)
    code = dashboard.code(second_factor.secret_of(dashboard.store, session))
    found = entrance(dashboard, None, LEADER).enrol(session, code, HERE)
    assert isinstance(found, Refused)
    assert open_sessions(dashboard, LEADER) == 0


def test_form_of_a_first_app_that_is_sent_twice_gives_recovery_codes_once(dashboard):
    dashboard.has_account(LEADER)
    browser = dashboard.browser()
    browser.sign_in(LEADER)
    session = sessions.find(dashboard.store, browser.cookies["district"])
    assert session
    second_factor.begin_enrolment(dashboard.store, session)
    code = dashboard.code(second_factor.secret_of(dashboard.store, session))
    assert second_factor.confirm(dashboard.store, session, code)
    assert second_factor.confirm(dashboard.store, session, code) is None
