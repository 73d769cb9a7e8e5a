"""New publications, pruned ones, and people who left, while somebody looks."""

import os
import re
import shutil
from pathlib import Path

import duckdb
from playwright.sync_api import Page, expect

from district_platform_tests.browser.serving import Dashboard, send_sign_in
from district_platform_tests.processes import platform


def _publish_again(home: Path, version: str, **changed: str) -> Path:
    """The current publication once more under another name; `changed` gives tables anew, as a select from `old`."""
    current = home / "warehouse" / "current"
    copy = current.resolve().with_name(version)
    shutil.copytree(current.resolve(), copy)
    for table, select in changed.items():
        file = copy / "out" / f"{table}.parquet"
        duckdb.sql(f"copy ({select.replace('old', f'read_parquet({str(file)!r})')}) to '{file}.new' (format parquet)")
        Path(f"{file}.new").replace(file)
    beside = current.with_name("current.new")
    os.symlink(os.path.relpath(copy, current.parent), beside)
    beside.replace(current)
    return copy


def _publication(page: Page) -> str:
    return page.locator("footer").inner_text()


def test_new_publication_is_shown_without_a_restart(own_dashboard: Dashboard, browser):
    page = own_dashboard.sign_in(browser, "district")
    before = _publication(page)
    _publish_again(own_dashboard.home, "v00000077-later")
    page.reload()
    assert before != _publication(page)
    assert "v00000077-later" in _publication(page)
    page.context.close()


def test_publication_pruned_while_somebody_reads_is_one_clear_page(own_dashboard: Dashboard, browser):
    page = own_dashboard.sign_in(browser, "district")
    home = own_dashboard.home
    first = (home / "warehouse" / "current").resolve()
    _publish_again(home, "v00000077-later")
    shutil.rmtree(first)
    page.reload()
    assert "v00000077-later" in _publication(page)
    shutil.rmtree(home / "warehouse" / "publications")
    page.reload()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("District")
    assert "Traceback" not in page.content()
    page.context.close()


def teacher_with_an_account(dashboard: Dashboard) -> tuple[str, str]:
    """The e-mail address of the educator with most sections this year, and the account's temporary password."""
    out = dashboard.home / "warehouse" / "current" / "out"
    found = duckdb.sql(
        f"""select any_value(email) from '{out}/dim_educator.parquet' join '{out}/fct_staff_section_association.parquet' using (k_educator)
            where school_year = 2026 and email is not null and termination_date is null
            group by k_educator order by count(*) desc, k_educator limit 1"""
    ).fetchone()
    assert found
    made = platform(dashboard.home, "accounts", "add", found[0])
    password = re.search("temporary password: (.+)", made.stdout)
    assert password, made.stdout + made.stderr
    return found[0], password[1].strip()


def test_teacher_who_left_sees_nothing_from_the_next_publication_on(own_dashboard: Dashboard, browser):
    account, temporary = teacher_with_an_account(own_dashboard)
    page = browser.new_context(base_url=own_dashboard.url).new_page()
    page.goto("/sign-in")
    send_sign_in(page, account, temporary)
    page.get_by_label("Password until now").fill(temporary)
    for label in ("New password, ", "New password again"):
        page.get_by_label(label).fill("a sentence of my own")
    page.get_by_role("button", name="Change").click()
    page.goto("/print/classes")
    assert page.locator("main table").count() >= 1
    _publish_again(
        own_dashboard.home,
        "v00000077-later",
        dim_educator="select * replace (date '2025-09-01' as termination_date) from old",
    )
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.goto("/print/classes")
    assert not page.title().startswith("My classes")
    page.context.close()
