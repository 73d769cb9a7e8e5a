"""`hours`: an employee's weeks (docs/timekeeping.md)."""

from pathlib import Path

import click

from district_platform.cli.common import console, home_option, settings_of


@click.command()
@home_option
@click.option("--employee", required=True, help="The timekeeping system's number of the employee.")
@click.option("--weeks", default=26, show_default=True, help="How many of the last weeks.")
@click.option("--pay", is_flag=True, help="Show the estimated pay, too.")
def hours(home: Path | None, employee: str, weeks: int, pay: bool) -> None:
    """An employee's hours by work week, with a small chart, as published. For whoever may read the warehouse folder."""
    from district_platform.outputs.hours import HoursError, show, weeks_of

    try:
        found = weeks_of(settings_of(home).home, employee, weeks)
    except HoursError as error:
        raise click.ClickException(str(error)) from None
    show(found, console, has_pay=pay)
