"""The command line, `district-platform`: thin over the Dagster job that the UI runs too. A module for each kind of command."""

import os
import sys
import warnings
from typing import Any

import click

from district_platform.cli.accounts import accounts, audit
from district_platform.cli.alerts import alerts
from district_platform.cli.asking import sql
from district_platform.cli.attendance_store import attendance_store
from district_platform.cli.aws import aws
from district_platform.cli.backup_commands import backup, rekey, restore, upload
from district_platform.cli.common import console
from district_platform.cli.dashboard import api, dashboard
from district_platform.cli.destinations import destinations
from district_platform.cli.doctor import doctor
from district_platform.cli.edfi import edfi
from district_platform.cli.hours import hours
from district_platform.cli.keys import keys
from district_platform.cli.making import init
from district_platform.cli.mapping import mapping
from district_platform.cli.refresh import check, generate, run
from district_platform.cli.services import code, daemon, ui
from district_platform.cli.state import publication, state
from district_platform.cli.uploads import uploads
from district_platform.home.permissions import keep_private
from district_platform.settings import SettingsError


def _explained(error: Exception) -> str:
    """A fault of the machine or of a file in one sentence. Raises any other error on."""
    from district_platform.cli.faults import fault_of_the_machine

    sentence = fault_of_the_machine(error)
    if sentence is None and isinstance(error, OSError):
        sentence = f"{error.filename or 'A file'}: {error.strerror or error}"
    if sentence is None:
        raise error
    return sentence


class _Commands(click.Group):
    """Errors written for people reach them as one message, without a stack trace."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise click.ClickException(str(error)) from None
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:
            raise click.ClickException(_explained(error)) from None
        except KeyboardInterrupt:
            console.print("\nStopped. What was published before stays; run again when you like.")
            sys.exit(130)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="district-platform", message="%(package)s %(version)s")
def main() -> None:
    """The data platform of a school district: extracts in; trusted tables, a quality report and a policy brief out.

    Start with `district-platform init --demo DEMO`, which makes the home of a synthetic district, and `district-platform
    run --home DEMO`, which shows what the platform does with it. For your own data, leave --demo out.
    """
    keep_private()
    warnings.filterwarnings("ignore", module="dagster")  # Dagster warns about beta features that its own code uses
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")


for command in (
    init,
    run,
    check,
    mapping,
    edfi,
    generate,
    ui,
    code,
    daemon,
    dashboard,
    api,
    accounts,
    audit,
    keys,
    attendance_store,
    sql,
    aws,
    uploads,
    hours,
    alerts,
    destinations,
    upload,
    doctor,
    backup,
    restore,
    state,
    publication,
    rekey,
):
    main.add_command(command)
