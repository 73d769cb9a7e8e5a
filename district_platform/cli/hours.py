"""`hours`: an employee's weeks, and who may read the store of punches (docs/timekeeping.md)."""

from pathlib import Path

import click

from district_platform.cli.common import console, home_option, settings_of


@click.group(invoke_without_command=True)
@home_option
@click.option("--employee", help="The timekeeping system's number of the employee.")
@click.option("--weeks", default=26, show_default=True, help="How many of the last weeks.")
@click.option("--pay", is_flag=True, help="Show the estimated pay, too.")
@click.pass_context
def hours(context: click.Context, home: Path | None, employee: str | None, weeks: int, pay: bool) -> None:
    """An employee's hours by work week, with a small chart, as published. For whoever may read the warehouse folder."""
    if context.invoked_subcommand:
        return
    from district_platform.outputs.hours import HoursError, show, weeks_of

    if employee is None:
        raise click.UsageError("Missing option '--employee': the number of the employee whose weeks to show.")
    try:
        found = weeks_of(settings_of(home).home, employee, weeks)
    except HoursError as error:
        raise click.ClickException(str(error)) from None
    show(found, console, has_pay=pay)


@hours.command()
@home_option
@click.option(
    "--sql", "is_sql", is_flag=True, help="Print the statements for a database administrator, and do nothing."
)
def reader(home: Path | None, is_sql: bool) -> None:
    """Make the PostgreSQL user by whom the dashboard reads punches, or give it a new password, and print its address.

    It sees the columns that hours need, without names, and changes nothing. Keep the address as the secret that
    timekeeping.reader_url_secret names; it is shown once.
    """
    from district_platform.timekeeping import reader as made
    from district_platform.timekeeping.database import URL, StoreError

    if is_sql:
        click.echo("".join(f"{statement};\n" for statement in made.statements()), nl=False)
        return
    url = settings_of(home).timekeeping.database_url
    if url is None:
        raise click.ClickException(
            f"{URL} is not set: the embedded store has no users, and pages show hours as published."
        )
    try:
        click.echo(made.make(url.get_secret_value()))
    except StoreError as error:
        raise click.ClickException(str(error)) from None
