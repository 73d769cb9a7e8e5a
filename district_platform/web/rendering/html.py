"""A model or a message as a whole HTML document; `forms` are documents of their own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from district_platform.outputs.brief import wording as w
from district_platform.web.pages.model import Chart, Link, PageModel
from district_platform.web.rendering.body import body_rows
from district_platform.web.rendering.chrome import (
    Chrome,
    address,
    document_address,
    export_address,
    interactive_address,
)
from district_platform.web.rendering.static import fingerprint

TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class Message:
    """A page of words alone: what happened and what to do; `action` is a link, its words and its path."""

    status: int
    title: str
    sentences: tuple[str, ...]
    action: tuple[str, str] | None = None


NOT_FOUND = Message(
    404,
    "No such page",
    (
        "There is no such page, school, class or student, or your role does not see it.",
        "If you followed a link, somebody with another role may have made it.",
    ),
    ("To your first page", "/"),
)
FORBIDDEN = Message(
    403,
    "Not for your role",
    ("Your role does not see this page.", "If it should, ask the person who gives access in your district."),
    ("To your first page", "/"),
)
NO_PAGE = Message(404, "No page for your role", ("There is no page yet for the role that you signed in with.",))
NO_PUBLICATION = Message(
    503,
    "Nothing is published yet",
    ("The district's data have not been published. Pages appear as soon as the first run is through.",),
)
PRUNED = Message(
    410,
    "These figures were replaced",
    (
        "The publication that you were looking at is no longer kept.",
        "The page shows the latest one when you open it again.",
    ),
    ("Open the latest figures", "/"),
)
EXPIRED = Message(
    401,
    "Signed out",
    ("You have been signed out, or were away for long.",),
    ("Sign in", "/sign-in"),
)
BROKEN = Message(
    500,
    "This page cannot be shown",
    ("Something went wrong on our side. It is recorded; nothing was changed.",),
    ("To your first page", "/"),
)


def page(model: PageModel, chrome: Chrome) -> str:
    """The page of a model."""
    return render("page.html.jinja", chrome, title=model.tab or model.title, model=model)


def message(what: Message, chrome: Chrome) -> str:
    """A page of words alone."""
    return render("message.html.jinja", chrome, title=what.title, message=what)


def api_page(specification: Mapping[str, Any]) -> str:
    """The API's description, from its OpenAPI document."""
    return render("api.html.jinja", Chrome(specification["info"]["title"]), title="API", specification=specification)


def render(template: str, chrome: Chrome, **content: Any) -> str:
    """A template with what stands around every page."""
    return environment().get_template(template).render(chrome=chrome, version=fingerprint(), **content)


@cache
def environment(of_link: Callable[[Link], str] = address) -> Environment:
    """Of the templates, with what they may call; `of_link` says where the links of a page lead."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "address": of_link,
        "interactive_address": interactive_address,
        "day": w.day,
        "sentence_case": w.sentence_case,
    }
    environment.globals |= {
        "export_address": export_address,
        "document_address": document_address,
        "chart_svg": _chart_svg,
        "sections_html": _sections_html,
        "body_rows": partial(body_rows, of_link=of_link),
    }
    return environment


@dataclass(frozen=True, eq=False)
class _Same:
    """A model as the object that it is: two are the same when they are one."""

    model: PageModel

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.model is self.model

    def __hash__(self) -> int:
        return id(self.model)


def _sections_html(model: PageModel) -> Markup:
    """The sections of a page; those of a model that is shown again are drawn once, unless they are about single people."""
    return _drawn(model) if model.is_internal or model.access else _kept_drawing(_Same(model))


@lru_cache(maxsize=16)
def _kept_drawing(same: _Same) -> Markup:
    return _drawn(same.model)


def _drawn(model: PageModel) -> Markup:
    return Markup(environment().get_template("sections.html.jinja").render(model=model))


def _chart_svg(chart: Chart) -> Markup:
    """ReportLab is imported when a chart is drawn, not before."""
    from district_platform.web.rendering.charts import chart_svg

    return Markup(chart_svg(chart))
