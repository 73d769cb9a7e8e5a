"""The pages of docs/ and the files of sql/ that are made from the code: `make docs` writes them, a test says when they are stale."""

from collections.abc import Callable
from pathlib import Path

from district_platform.cli import main as commands
from district_platform.cli.reference import cli_page
from district_platform.destinations.mysql.store_scripts import store_scripts
from district_platform.dictionary.contract_page import contract_page
from district_platform.dictionary.ddl import published_sql, schema_sql
from district_platform.dictionary.pages import data_dictionary
from district_platform.licenses import licenses_page
from district_platform.metrics.pages import metrics_page
from district_platform.quality.docs import quality_rules
from district_platform.quality.linkage.docs import linkage_weights
from district_platform.settings.page import settings_page
from district_platform.web.access.docs import access_page
from district_platform.web.api.app import openapi
from district_platform.web.api.page import api_page

ROOT = Path(__file__).resolve().parents[1]

PAGES: dict[str, Callable[[], str]] = {
    "docs/access.md": access_page,
    "docs/api_reference.md": api_page,
    "docs/cli.md": lambda: cli_page(commands),
    "docs/data_contract.md": contract_page,
    "docs/data_dictionary.md": data_dictionary,
    "docs/licenses.md": licenses_page,
    "docs/linkage_weights.md": linkage_weights,
    "docs/metrics.md": metrics_page,
    "docs/openapi.json": openapi,
    "docs/quality_rules.md": quality_rules,
    "docs/settings.md": settings_page,
    "sql/mysql/table_scripts.sql": store_scripts,
    "sql/schema.sql": schema_sql,
    "sql/published.sql": published_sql,
}
"""Generated files, by their path in the repository."""


def main() -> None:
    for name, page in PAGES.items():
        (ROOT / name).write_text(page())


if __name__ == "__main__":
    main()
