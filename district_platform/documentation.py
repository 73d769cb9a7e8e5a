"""The pages of docs/ that are made from the code: `make docs` writes them, a test says when they are stale."""

from collections.abc import Callable
from pathlib import Path

from district_platform.dictionary.pages import data_dictionary
from district_platform.quality.docs import quality_rules
from district_platform.settings_page import settings_page

DOCS = Path(__file__).resolve().parents[1] / "docs"

PAGES: dict[str, Callable[[], str]] = {
    "data_dictionary.md": data_dictionary,
    "quality_rules.md": quality_rules,
    "settings.md": settings_page,
}
"""Generated pages, by file name."""


def main() -> None:
    for name, page in PAGES.items():
        (DOCS / name).write_text(page())


if __name__ == "__main__":
    main()
