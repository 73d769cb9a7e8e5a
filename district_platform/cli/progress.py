"""How a run shows where it is: a bar on a terminal, lines in a log."""

import time
from collections.abc import Iterable
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from district_platform.cli.common import console

BEGINNINGS = {
    "delivery": "extracts: generated, converted or found",
    "extracts": "staging, dimensions and facts: read, typed, judged, joined",
    "quality_findings": "quality: the rules' findings and the report",
    "policy_brief": "the brief",
    "publication": "publication",
}
"""Steps with which a part of the flow begins, in its order."""

SECONDS_BETWEEN_LINES = 5.0
"""In a log: a run of a minute leaves a dozen lines, and one that hangs differs from one that works."""


def follow(events: Iterable[Any], n_steps: int, started: float) -> None:
    """Reads the run's events to their end, and shows which table is being built, its number and how many there are."""
    told = _Lines(n_steps, started)
    with _bar() as progress:
        task = progress.add_task("starting", total=n_steps)
        for event in events:
            if event.is_step_start:
                progress.update(task, description=str(event.step_key))
                told.begin(str(event.step_key))
            elif event.is_step_success or event.is_step_failure or event.is_step_skipped:
                progress.advance(task)
                told.n_done += 1


def _bar() -> Progress:
    columns = (
        SpinnerColumn(),
        BarColumn(24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
    )
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


class _Lines:
    """Where no bar can be drawn: a line for each part of the flow, and between them one every few seconds."""

    def __init__(self, n_steps: int, started: float) -> None:
        self.n_steps, self.n_done = n_steps, 0
        self._started = self._last = started

    def begin(self, step: str) -> None:
        now = time.monotonic()
        if console.is_terminal or (step not in BEGINNINGS and now - self._last < SECONDS_BETWEEN_LINES):
            return
        self._last = now
        where = BEGINNINGS.get(step, f"  {step}, {self.n_done + 1} of {self.n_steps}")
        console.print(f"{now - self._started:4.0f} s  {where}")
