"""The files that pages fetch from their own server: the stylesheet and the brief's typeface. Nothing comes from anywhere else."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from district_platform.outputs.brief.typography import FILES, REGULAR, SEMIBOLD, font_folder

STYLESHEET = Path(__file__).with_name("style.css")


def _files() -> dict[str, tuple[Path, str]]:
    fonts = {"regular.ttf": FILES[REGULAR], "semibold.ttf": FILES[SEMIBOLD]}
    found = {name: (font_folder() / file, "font/ttf") for name, file in fonts.items()}
    return {"style.css": (STYLESHEET, "text/css"), **found}


STATIC = _files()
"""Path and media type of each file, by the name under /static/. Their addresses change with their content: they may be kept for long."""


@cache
def fingerprint() -> str:
    """Of all of them: a query in their addresses, so that a browser fetches a changed one."""
    return sha256(b"".join(path.read_bytes() for path, _ in STATIC.values())).hexdigest()[:12]
