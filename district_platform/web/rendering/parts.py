"""Parts of a page as HTML, for a page that is put together elsewhere: Streamlit's form of it, whose links lead to its own pages."""

from markupsafe import Markup

from district_platform.web.pages.model import Figure, Link, PageModel, Section, Table
from district_platform.web.rendering.chrome import interactive_address
from district_platform.web.rendering.html import environment


def trail(model: PageModel) -> Markup:
    """The way here; empty where the page begins one."""
    return _part("trail", model)


def lead(model: PageModel) -> Markup:
    """What a reader must know first, and the page's sentences."""
    return _part("lead", model)


def figures(of: tuple[Figure, ...]) -> Markup:
    """The large figures."""
    return _part("figures", of)


def sentences(section: Section) -> Markup:
    """A section's own."""
    return _part("sentences", section)


def table(of: Table, here: Link) -> Markup:
    """A table, or the sentence in its place; `here` is the page that offers it as a file."""
    return _part("table", of, here)


def documents(model: PageModel) -> Markup:
    """The files that the page offers."""
    return _part("documents", model)


def _part(name: str, *of: object) -> Markup:
    macro = getattr(environment(interactive_address).get_template("parts.html.jinja").module, name)
    return Markup(str(macro(*of)).strip())
