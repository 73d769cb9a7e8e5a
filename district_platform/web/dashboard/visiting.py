"""Who asks: the session of the browser's cookie, looked up at every run, because a websocket outlives a sign-out in another tab."""

import streamlit as st

from district_platform.web.signin.visits import Visit
from district_platform.web.site import Site

_THIS_MACHINE = "127.0.0.1"
"""Streamlit tells no address of a browser on the machine itself."""
_SITES: list[Site] = []
"""The site of the process; Streamlit runs its script by name and gives it nothing."""


def of_process(site: Site) -> None:
    """Makes this the site that the script shows."""
    _SITES[:] = [site]


def site() -> Site:
    """The site that the process shows."""
    return _SITES[0]


def visit(*, is_used: bool = True) -> Visit:
    """Of the browser at the other end; `is_used` says whether a person did something, so that the session is not idle."""
    visits = site().visits
    cookie = st.context.cookies.get(visits.cookie, "")
    return visits.of_cookie(cookie, st.context.ip_address or _THIS_MACHINE, is_used=is_used)
