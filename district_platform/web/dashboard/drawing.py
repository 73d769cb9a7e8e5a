"""A page's model as Streamlit elements, in the order and the words of the plain page.

Tables are the plain page's HTML, in pages of rows: a caption, headers of rows, links in the same tab and letters with their meaning, none
of which `st.table` has. Streamlit takes scripts out of what `st.html` is given.
"""

import re
from dataclasses import replace
from math import ceil

import streamlit as st
from markupsafe import Markup

from district_platform.web.dashboard.arranging import ACCESS, Arrangement, arrangement, turned
from district_platform.web.dashboard.charts import altair_chart
from district_platform.web.pages.model import Chart, PageModel, Section, Table
from district_platform.web.rendering import parts
from district_platform.web.rendering.charts import is_drawable

ROWS_A_PAGE = 50
COMPACT = "compact"
"""The key of a page that is to be on one screen: Streamlit makes it a class of its element (around.css)."""
_CHARTS_A_ROW = 2
_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-!|~$:])")


def draw(model: PageModel) -> None:
    """The page, without what stands around it."""
    parts_of = arrangement(model)
    with st.container(key=COMPACT if parts_of.is_compact else None):
        _html(parts.trail(model))
        st.title(plain(model.title), anchor=False)
        _html(parts.lead(model))
        if model.figures:
            _html(parts.figures(model.figures))
        for row in parts_of.rows:
            _row(row, model, parts_of)
        if model.documents:
            st.header("To read and to pass on", anchor=False)
            _html(parts.documents(model))


def _row(row: tuple[tuple[str, int], ...], model: PageModel, parts_of: Arrangement) -> None:
    """Parts side by side."""
    sections = {section.key: section for section in model.sections}
    places = st.columns([width for _, width in row]) if len(row) > 1 else [st.container()]
    for (key, _), place in zip(row, places, strict=True):
        with place:
            if key in sections:
                _section(sections[key], model, parts_of)
            elif key == ACCESS and model.access:
                st.header("Why you see this page", anchor=False)
                _html(Markup("<p>{}</p>").format(model.access))


def _section(section: Section, model: PageModel, parts_of: Arrangement) -> None:
    st.header(plain(f"{section.title} (internal)" if section.is_internal else section.title), anchor=False)
    _html(parts.sentences(section))
    charts = [chart for chart in section.charts if is_drawable(chart.plot)]
    for begin in range(0, len(charts), _CHARTS_A_ROW):
        columns = st.columns(_CHARTS_A_ROW)
        for column, chart in zip(columns, charts[begin : begin + _CHARTS_A_ROW], strict=False):
            with column:
                _chart(chart)
    for table in section.tables:
        shown = turned(table) if table.key in parts_of.turned and table.rows else table
        with st.expander(plain(table.caption)) if table.key in parts_of.folded else st.container():
            _table(shown, model)


def _chart(chart: Chart) -> None:
    _html(Markup("<p><strong>{}</strong></p>").format(chart.title))
    st.altair_chart(altair_chart(chart.plot), alt=chart.alt, width="stretch", theme=None, key=f"chart-{chart.key}")
    _html(Markup('<p class="note">{}</p>').format(chart.note))


def _table(table: Table, model: PageModel) -> None:
    n_pages = ceil(len(table.rows) / ROWS_A_PAGE)
    if n_pages < 2:
        _html(parts.table(table, model.here))
        return
    place = st.container()
    number = st.pagination(n_pages, key=f"rows-{model.here}-{table.key}")
    begin = (number - 1) * ROWS_A_PAGE
    rows = table.rows[begin : begin + ROWS_A_PAGE]
    note = f"Rows {begin + 1} to {begin + len(rows)} of {len(table.rows)}; the file has all. {table.note}".strip()
    with place:
        _html(parts.table(replace(table, rows=rows, note=note), model.here))


def plain(text: str) -> str:
    """A text that Streamlit would read as Markdown, so that it shows as it is: names come from extracts."""
    return _MARKS.sub(r"\\\1", text)


def _html(text: Markup) -> None:
    if text:
        st.html(Markup('<div class="section">{}</div>').format(text))
