"""`aws`: the templates for AWS with this district's schedules, and what a month costs (docs/aws.md)."""

import datetime as dt
from pathlib import Path

import click
from rich.table import Table

from district_platform.aws import costs, crons, templates
from district_platform.cli.common import console, home_option, settings_of
from district_platform.cli.terminal import cells
from district_platform.settings import Settings


@click.group()
def aws() -> None:
    """The platform on AWS, on a schedule (docs/aws.md)."""


@aws.command()
@home_option
@click.argument("name", type=click.Choice(templates.NAMES))
def template(home: Path | None, name: str) -> None:
    """Print a CloudFormation template with this district's time zone, schedules and table; on stderr, when the schedules come next."""
    settings = settings_of(home)
    click.echo(templates.template_for(name, settings), nl=False)
    if name in ("fargate", "lambda"):
        for line in _next_times(settings):
            click.echo(line, err=True)


def _next_times(settings: Settings) -> list[str]:
    zone, now = settings.automation.timezone, dt.datetime.now(dt.UTC)
    return [
        f"{label}: {', '.join(f'{time:%a %Y-%m-%d %H:%M %Z}' for time in crons.next_times(schedule, zone, now))}"
        for label, schedule in zip(("nightly", "weekly"), templates.schedules(settings), strict=True)
    ]


@aws.command()
@click.option("--students", type=click.IntRange(1, 2_000_000), required=True, help="Students of the district.")
def cost(students: int) -> None:
    """Print what a month costs at list prices, line by line: on Fargate, and in Lambda where the district is small enough for it."""
    for where, lines in costs.bills(students).items():
        table = Table(where, "how much", "$ a month", box=None)
        table.columns[2].justify = "right"
        for line in lines:
            table.add_row(*cells(line.what, line.how_much, f"{line.dollars:,.2f}"))
        table.add_row(*cells("together", "", f"{sum(line.dollars for line in lines):,.2f}"))
        console.print(table)
        console.print()
    console.print(
        f"List prices of us-east-1 on demand as of {costs.PRICES_OF}, without free tiers. Traffic, and what else runs there, are not "
        f"in it. Where Fargate's subnets have no way out yet, a NAT gateway is ${costs.NAT_HOUR * costs.HOURS_A_MONTH:,.2f} more."
    )
