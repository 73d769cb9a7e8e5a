"""Filters as widgets. The address is what holds: it is read at every run, and a widget writes into it what was chosen.

Addresses hold ids, dates and words of closed lists (`web.pages.model.Link`), never a name.
"""

import datetime as dt
from collections.abc import Mapping

import streamlit as st

from district_platform.web.pages.model import SEARCHED, Filter, FilterKind, PageModel
from district_platform.web.views import accepted

_DATE_FORMAT = "MM/DD/YYYY"


def asked() -> dict[str, str]:
    """The filters of the address."""
    return accepted(st.query_params.to_dict().items())


def searched(page: str) -> Mapping[str, str] | None:
    """The name that is searched for on a page. It stays in this tab."""
    name = str(st.session_state.get(_key(page, SEARCHED), "")).strip()
    return {SEARCHED: name} if name else None


def show(model: PageModel) -> None:
    """The widgets of a page's filters and search."""
    for each in model.filters:
        if each.kind is FilterKind.CHOICE:
            _choice(model.name, each)
        elif each.kind is FilterKind.DATE:
            _date(model.name, each)
    if model.search:
        st.text_input(model.search.label, key=_key(model.name, SEARCHED), max_chars=100, autocomplete="off")


def _choice(page: str, filter_: Filter) -> None:
    names = dict(filter_.options)
    key = _key(page, filter_.name)
    st.session_state[key] = filter_.value if filter_.value in names else next(iter(names), None)
    st.selectbox(
        filter_.label, list(names), format_func=names.__getitem__, key=key, on_change=_write, args=(page, filter_.name)
    )


def _date(page: str, filter_: Filter) -> None:
    key = _key(page, filter_.name)
    st.session_state[key] = dt.date.fromisoformat(filter_.value)
    st.date_input(
        filter_.label,
        min_value=dt.date(2000, 1, 1),
        max_value=dt.date(2100, 1, 1),
        format=_DATE_FORMAT,
        key=key,
        on_change=_write,
        args=(page, filter_.name),
    )


def _write(page: str, name: str) -> None:
    """Puts into the address what was chosen; nothing where nothing is."""
    chosen = st.session_state.get(_key(page, name))
    value = chosen.isoformat() if isinstance(chosen, dt.date) else str(chosen or "")
    if value:
        st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]


def _key(page: str, name: str) -> str:
    return f"{page}.{name}"
