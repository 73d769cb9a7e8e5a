"""What stands around a page in Streamlit: the district, who is signed in, where the figures come from, and pages of words alone."""

from functools import cache
from pathlib import Path

import streamlit as st
from markupsafe import Markup

from district_platform.outputs.brief import wording as w
from district_platform.web.dashboard.drawing import plain
from district_platform.web.dashboard.visiting import site
from district_platform.web.pages.model import PageModel
from district_platform.web.rendering import Chrome, Message, address
from district_platform.web.rendering.html import NO_PAGE, NOT_FOUND, PRUNED
from district_platform.web.rendering.static import CONTENT_STYLE
from district_platform.web.signin.visits import Visit
from district_platform.web.site import PASSWORD, ROLE, SECOND_FACTOR, SIGN_IN, SIGN_OUT, Site
from district_platform.web.views import Refusal, Why

_OWN_STYLE = Path(__file__).with_name("around.css")


def set_up(of: Site) -> None:
    """The window's title until a page gives its own, and the style of what is on pages."""
    st.set_page_config(page_title=of.settings.district_name, layout="wide", initial_sidebar_state="auto")
    st.html(_style())


@cache
def _style() -> str:
    return f"<style>{CONTENT_STYLE.read_text()}{_OWN_STYLE.read_text()}</style>"


def window_title(model: PageModel, chrome: Chrome) -> str:
    """As that of the plain page: it names no person."""
    return f"{'DEMO: ' if chrome.is_demo else ''}{model.tab or model.title} · {chrome.site_name}"


def show_banner(chrome: Chrome) -> None:
    """That the district is made up, or that the figures are older than they should be."""
    if chrome.warning:
        st.html(Markup('<p class="warning" role="note"><strong>Note:</strong> {}</p>').format(chrome.warning))
    if chrome.is_demo:
        st.html(
            '<p class="banner" role="note"><strong>DEMO</strong> These schools and people are made up. '
            f'<a href="{SIGN_IN}">Sign in</a> to see your own.</p>'
        )


def show_who(chrome: Chrome) -> None:
    """Who is signed in, in which role, and what can be done about it."""
    if not chrome.who:
        st.html(
            f'<div class="who"><p><a href="{SIGN_IN}">Sign in</a> · <a href="/public">Figures for the public</a></p></div>'
        )
        return
    token = Markup('<input type="hidden" name="csrf" value="{}">').format(chrome.csrf)
    role = Markup("<p>{}, {}</p>").format(chrome.who, chrome.role)
    if len(chrome.roles) > 1:
        options = Markup("").join(
            Markup("<option{}>{}</option>").format(Markup(" selected") if each == chrome.role else "", each)
            for each in chrome.roles
        )
        choice = Markup('<label>Role <select name="role">{}</select></label> <button>Change role</button>').format(
            options
        )
        role = Markup('<p>{}</p><form method="post" action="{}">{}{}</form>').format(chrome.who, ROLE, token, choice)
    links = Markup('<p><a href="{}">Password</a> · <a href="{}">Second factor</a></p>').format(PASSWORD, SECOND_FACTOR)
    leave = Markup('<form method="post" action="{}">{}<button>Sign out</button></form>').format(SIGN_OUT, token)
    st.html(Markup('<div class="who">{}{}{}</div>').format(role, links, leave))


def show_foot(model: PageModel, chrome: Chrome) -> None:
    """Of which publication the page is, and its plain form."""
    lines = []
    if chrome.as_of_date:
        lines.append(
            Markup("<p>Figures as of {}, publication {}.</p>").format(w.day(chrome.as_of_date), chrome.publication)
        )
    lines.append(Markup('<p><a href="{}">This page in plain form, to print</a></p>').format(address(model.here)))
    st.html(Markup('<div class="foot">{}</div>').format(Markup("").join(lines)))


def say_refused(visit: Visit, refusal: Refusal) -> None:
    """Why there is nothing to see, and what to do."""
    match refusal.why:
        case Why.SESSION_OVER | Why.ROLE_GONE:
            because = visit.ended_because or "your role has changed"
            _say(Message(401, "Signed out", (f"Your session is over ({because}).",), ("Sign in", SIGN_IN)))
        case Why.MUST_CHANGE_PASSWORD:
            _say(Message(403, "Choose a password", ("Choose a password of your own first.",), ("Choose it", PASSWORD)))
        case Why.PRUNED:
            _say(PRUNED)
        case Why.NOTHING_PUBLISHED:
            _say(site().absence(visit, refusal.district))
        case Why.NOT_FOUND:
            _say(NOT_FOUND)


def say_no_page(visit: Visit) -> None:
    """That the role of the session has no page."""
    of = site()
    if visit.account and not of.viewers_of(visit.account):
        _say(of.absence(visit, of.district))
    else:
        _say(NO_PAGE)


def _say(what: Message) -> None:
    st.title(plain(what.title), anchor=False)
    text = Markup("").join(Markup("<p>{}</p>").format(sentence) for sentence in what.sentences)
    if what.action:
        text += Markup('<p><a href="{1}">{0}</a></p>').format(*what.action)
    st.html(Markup('<div class="section">{}</div>').format(text))
