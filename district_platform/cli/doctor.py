"""`doctor`: one line for each thing that must be as it should, for a person, or as JSON for monitoring."""

import json
import sys
from pathlib import Path

import click
from rich.text import Text

from district_platform.cli.common import console, home_option, settings_of

_COLORS = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command()
@home_option
@click.option("--json", "as_json", is_flag=True, help="One JSON document, for monitoring.")
def doctor(home: Path | None, as_json: bool) -> None:
    """Look at machine, district and everything outside; say what is wrong and what to do. Exits with 1 where something fails.

    It changes nothing. The last backup is restored into a temporary folder, to see that it can be.
    """
    settings = settings_of(home)
    from district_platform.operations.doctor import examine

    answers = []
    for name, answer in examine(settings):
        answers.append({"check": name, "status": answer.status.value, "says": answer.says, "to_do": answer.to_do})
        if not as_json:
            to_do = f" → {answer.to_do}" if answer.to_do else ""
            console.print(
                Text.assemble((f"{answer.status:<5}", _COLORS[answer.status]), f"{name:<13}{answer.says}{to_do}")
            )
    worst = max((str(answer["status"]) for answer in answers), key=list(_COLORS).index)
    if as_json:
        click.echo(json.dumps({"status": worst, "home": str(settings.home.root), "checks": answers}, indent=1))
    sys.exit(1 if worst == "fail" else 0)
