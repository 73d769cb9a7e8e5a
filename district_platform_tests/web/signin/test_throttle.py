"""Wrong tries wait longer and longer, by name and by address, and nobody is locked out."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from district_platform.web.signin import passwords, throttle
from district_platform_tests.web.dashboard import PRINCIPAL


@pytest.fixture
def tried(dashboard):
    """Tries until one has to wait; returns how many passed, and the seconds to wait."""

    def tries(login=PRINCIPAL, address="10.0.0.1", at_most=200):
        for n_passed in range(at_most):
            if wait := throttle.reserve(dashboard.store, login, address):
                return n_passed, wait
        return at_most, 0

    return tries


@pytest.mark.parametrize("login", [PRINCIPAL, "nobody@example.org"])
def test_five_tries_are_free_and_each_further_one_doubles_the_wait_whether_the_account_exists_or_not(
    tried, dashboard, login
):
    assert tried(login) == (5, 15)
    waits = []
    for _ in range(5):
        dashboard.clock.pass_minutes(waits[-1] / 60 if waits else 15 / 60)
        n_passed, wait = tried(login)
        assert n_passed == 1
        waits.append(wait)
    assert waits == [30, 60, 120, 240, 480]


def test_tries_while_waiting_do_not_make_the_wait_longer(tried):
    assert [tried()[1] for _ in range(20)] == [15] * 20


def test_the_right_password_after_the_wait_gets_in(dashboard, browser):
    for _ in range(5):
        assert browser.sign_in(password="a wrong password here").status_code == 401
    answer = browser.sign_in()
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "15"
    assert "Try again in 15 seconds" in answer.text
    assert dashboard.events() == ["sign-in refused"] * 5
    dashboard.clock.pass_minutes(0.3)
    assert browser.sign_in().status_code == 303
    assert browser.sign_in(password="a wrong password here").status_code == 401


def test_an_address_has_a_hundred_tries_of_any_names_and_other_addresses_are_not_touched(dashboard):
    waits = [throttle.reserve(dashboard.store, f"t{i}@example.org", "10.0.0.1") for i in range(101)]
    assert waits[:100] == [0] * 100
    assert 890 < waits[100] <= 900
    assert throttle.reserve(dashboard.store, PRINCIPAL, "10.0.0.2") == 0
    dashboard.clock.pass_minutes(15.1)
    assert throttle.reserve(dashboard.store, PRINCIPAL, "10.0.0.1") == 0


def test_addresses_of_one_ipv6_subscriber_count_as_one(dashboard):
    for i in range(100):
        throttle.reserve(dashboard.store, f"t{i}@example.org", f"2001:db8::{i:x}")
    assert throttle.reserve(dashboard.store, PRINCIPAL, "2001:db8::ffff") > 0
    assert throttle.reserve(dashboard.store, PRINCIPAL, "2001:db8:1::1") == 0


def test_many_tries_at_once_are_no_way_around(dashboard):
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: throttle.reserve(dashboard.store, PRINCIPAL, "10.0.0.1"), range(40)))
    assert waits.count(0) == throttle.FREE_TRIES


def test_two_passwords_are_looked_at_side_by_side_at_most_and_pages_do_not_wait_for_them(dashboard, monkeypatch):
    under_way, most = 0, 0
    gate, lock = threading.Event(), threading.Lock()

    def slow(password, password_hash):
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        gate.wait(20)
        with lock:
            under_way -= 1
        return False

    monkeypatch.setattr(passwords, "is_password", slow)
    with dashboard.browser() as browser, ThreadPoolExecutor(6) as pool:
        token = browser.token()
        form = {"password": "x", "csrf": token}
        tries = [pool.submit(browser.post, "/sign-in", data={**form, "account": f"t{i}"}) for i in range(6)]
        assert browser.get("/print/school").status_code == 200
        assert not any(each.done() for each in tries)
        end = time.monotonic() + 15
        while most < passwords.AT_ONCE and time.monotonic() < end:
            time.sleep(0.02)
        time.sleep(0.5)  # for a third, if there were one
        gate.set()
        assert {each.result().status_code for each in tries} == {401}
    assert most == passwords.AT_ONCE
