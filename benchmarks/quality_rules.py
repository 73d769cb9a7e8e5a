"""How long every quality rule takes, on the warehouse of a finished run.

    python -m benchmarks.quality_rules [home]           default: a fresh home with a synthetic district
        --students 5000    its size, for three school years

Judged is what a run judges: all rules of the catalogue, each in one process and one connection, with the district's settings and
waivers. Nothing is written. Beside the seconds stand the rows that came into Python: a rule's first findings, and nothing else.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

from district_platform.engine.resources import Warehouse
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import RuleResult, delivered_extracts, evaluate
from district_platform.quality.waivers import waived_rules
from district_platform.settings import Settings, load_settings

BUILD = 'group:"g0_settings" or group:"g1_extracts" or group:"g2_staging" or group:"g3_dimensions" or group:"g4_facts"'
BUILD += ' or group:"g5_measures" or group:"g7_analysis" or group:"g8_release"'
"""What the rules judge; publishing it is not their business."""


def build(home: Path, students: int) -> None:
    """Makes a synthetic district, and all tables that rules judge."""
    command = [str(Path(sys.executable).with_name("district-platform")), "run", "--select", BUILD]
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("DISTRICT_", "DAGSTER_"))}
    clean["PYTHONWARNINGS"] = "ignore"
    environment = {**clean, "DISTRICT_HOME": str(home), "DISTRICT_SYNTHETIC__STUDENTS": str(students)}
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


def judge(settings: Settings) -> list[tuple[float, RuleResult]]:
    """Every rule's result, and the seconds it took."""
    timed = []
    with Warehouse.of(settings.home, settings.engine).tables() as tables:
        look = delivered_extracts(tables), waived_rules(tables, settings.effective_date)
        for rule in RULES.values():
            started = time.perf_counter()
            result = evaluate(tables, rule, settings, *look)
            timed.append((time.perf_counter() - started, result))
    return timed


def show(timed: list[tuple[float, RuleResult]]) -> None:
    print(f"{'rule':8} {'seconds':>8} {'judged':>12} {'found':>10} {'fetched':>8}  status")
    for seconds, result in sorted(timed, key=lambda pair: -pair[0]):
        counts = f"{result.n_judged:12,} {result.n_findings:10,} {len(result.findings):8,}"
        print(f"{result.rule.id:8} {seconds:8.2f} {counts}  {result.status}")
    print(f"{'all':8} {sum(seconds for seconds, _ in timed):8.2f}  ({len(timed)} rules)")


@click.command()
@click.argument("home", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--students", default=5_000, show_default=True, help="Of the district that is made where no home is given."
)
def main(home: Path | None, students: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        if home is None:
            build(Path(folder), students)
        os.environ["DISTRICT_HOME"] = str((home or Path(folder)).resolve())
        show(judge(load_settings()))


if __name__ == "__main__":
    main()
