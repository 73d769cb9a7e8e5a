"""`alerts`: who is told when something is wrong (docs/operations.md)."""

import datetime as dt
import sys
import time
from collections import Counter
from pathlib import Path

import click

from district_platform.cli.common import console, home_option, settings_of


@click.group()
def alerts() -> None:
    """Who is told when something is wrong: try the channels, send what is news, see what is open."""


@alerts.command("test")
@home_option
def try_channels(home: Path | None) -> None:
    """Send a test message to each configured channel; exits with 1 when one does not take it."""
    settings = settings_of(home)
    from district_platform.alerts.notify import try_channels as send

    results = send(settings, time.time())
    if not results:
        raise click.ClickException("No channel is configured: see alerts.slack, alerts.teams and alerts.email.")
    for name, failure in results.items():
        console.print(f"{name}: {failure or 'taken'}")
    sys.exit(1 if any(results.values()) else 0)


@alerts.command("check")
@home_option
def check(home: Path | None) -> None:
    """Look for dead runs and old extracts and send what waits, as a run and the daemon do: for cron, between runs."""
    settings = settings_of(home)
    from district_platform.operations import running

    running.ensure_dagster_home(settings.home.dagster_home, settings.server)
    running.end_dead_runs_now(settings.home)
    failures = running.tell_now(settings)
    for failure in failures:
        console.print(failure)
    sys.exit(1 if failures else 0)


@alerts.command("list")
@home_option
def list_alerts(home: Path | None) -> None:
    """The alerts that are open, and how many messages wait for which channel."""
    from district_platform.alerts.ledger import read_ledger

    ledger = read_ledger(settings_of(home).home)
    for alert in ledger.open.values():
        console.print(f"since {dt.datetime.fromtimestamp(alert.since, dt.UTC):%Y-%m-%d %H:%M} UTC  {alert.text}")
    if not ledger.open:
        console.print("No alert is open.")
    waiting = Counter(name for message in ledger.outbox for name in message.channels)
    for name, n_messages in sorted(waiting.items()):
        console.print(f"{n_messages} waiting for {name}")
