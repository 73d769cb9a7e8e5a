"""The files that pages fetch from their own server: the stylesheet and the brief's typeface. Nothing comes from anywhere else."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from district_platform.outputs.brief.typography import FILES, REGULAR, SEMIBOLD, font_folder

STYLES = ("content.css", "style.css")
CONTENT_STYLE = Path(__file__).with_name("content.css")


def _files() -> dict[str, tuple[Path, str]]:
    fonts = {"regular.ttf": FILES[REGULAR], "semibold.ttf": FILES[SEMIBOLD]}
    found = {name: (font_folder() / file, "font/ttf") for name, file in fonts.items()}
    return {**{name: (Path(__file__).with_name(name), "text/css") for name in STYLES}, **found}


STATIC = _files()
"""Path and media type of each file, by the name under /assets/. Their addresses change with their content: they may be kept for long."""


_KEPT = "public, max-age=31536000, immutable"


def static_file(request: Request) -> Response:
    """The file of a request for /assets/{name}. Raises HTTPException 404."""
    found = STATIC.get(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    path, media_type = found
    return FileResponse(path, media_type=media_type, headers={"cache-control": _KEPT})


@cache
def fingerprint() -> str:
    """Of all of them: a query in their addresses, so that a browser fetches a changed one."""
    return sha256(b"".join(path.read_bytes() for path, _ in STATIC.values())).hexdigest()[:12]
