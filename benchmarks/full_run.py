"""Time and peak memory of `district-platform run`, and where the time goes.

    python benchmarks/full_run.py [students ...]        default: 5000

Each size runs once in a fresh home, as a process of its own. Beside it, in the same run of this script: the import of the definitions,
and a graph of the same assets and checks whose functions do nothing, which is what orchestration costs (with the event log kept open, as
a run keeps it).
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

GROUPS = ("g0_settings", "g1_extracts", "g2_staging", "g3_dimensions", "g4_facts", "g5_measures", "g7_analysis")
GROUPS += ("g8_release", "g6_quality", "g9_outputs")

IMPORT = "import district_platform.definitions"

EMPTY_GRAPH = """
import dagster as dg
from district_platform.operations import event_log, running
from district_platform.definitions import defs
from district_platform.settings import load_settings

running.ensure_dagster_home(load_settings().home.dagster_home)
graph = defs.resolve_asset_graph()
assets, checks = [], []
for node in defs.assets:
    specs = [dg.AssetSpec(s.key, deps=[d.asset_key for d in s.deps]) for s in node.specs]
    @dg.multi_asset(name=node.node_def.name + "_", specs=specs, can_subset=True)
    def empty(context):
        for key in context.selected_asset_keys:
            yield dg.MaterializeResult(asset_key=key)
    assets.append(empty)
for node in defs.asset_checks:
    specs = [dg.AssetCheckSpec(s.name, asset=s.asset_key) for s in node.check_specs]
    @dg.multi_asset_check(name=node.node_def.name + "_", specs=specs, can_subset=True)
    def empty_check(context):
        for key in context.selected_asset_check_keys:
            yield dg.AssetCheckResult(asset_key=key.asset_key, check_name=key.name, passed=True)
    checks.append(empty_check)
job = dg.define_asset_job("refresh", selection=dg.AssetSelection.all())
empty_defs = dg.Definitions(assets=assets, asset_checks=checks, jobs=[job], executor=dg.in_process_executor)
import time
from uuid import uuid4
with dg.DagsterInstance.get() as instance:
    run_id = str(uuid4())
    started = time.monotonic()
    with event_log.kept_open(instance, run_id):
        job = empty_defs.resolve_job_def("refresh")
        result = job.execute_in_process(instance=instance, run_config=running.QUIET, run_id=run_id)
    assert result.success
    print(time.monotonic() - started)
"""


def measured(command: list[str], home: Path, **settings: object) -> tuple[float, float, float, str]:
    """Wall seconds, CPU seconds, peak GB of a process, and what it printed. Raises CalledProcessError when it fails."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DISTRICT_", "DAGSTER_"))}
    environment |= {"DISTRICT_HOME": str(home)} | {f"DISTRICT_{k.upper()}": str(v) for k, v in settings.items()}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    process = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    wall = time.monotonic() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, after.ru_maxrss / 1e6, process.stdout


def seconds_by_group(home: Path) -> Counter[str]:
    """Seconds of the last run's steps, by the group of what they build."""
    os.environ |= {"DAGSTER_HOME": str(home / ".dagster"), "DISTRICT_HOME": str(home)}
    import dagster as dg

    from district_platform.definitions import defs

    groups = {d.node_def.name: next(iter(d.specs)).group_name for d in defs.assets}
    with dg.DagsterInstance.get() as instance:
        [run] = instance.get_runs(limit=1)
        steps = instance.get_run_step_stats(run.run_id)
    spent: Counter[str] = Counter()
    for step in steps:
        if step.end_time and step.start_time:
            spent[groups.get(step.step_key, "g6_quality")] += step.end_time - step.start_time
            spent[f"step {step.step_key}"] = step.end_time - step.start_time
    return spent


def main(sizes: list[int]) -> None:
    command = [str(Path(sys.executable).with_name("district-platform")), "run"]
    with tempfile.TemporaryDirectory() as folder:
        imported = min(measured([sys.executable, "-c", IMPORT], Path(folder))[1] for _ in range(3))
        started = min(measured([sys.executable, "-c", "pass"], Path(folder))[1] for _ in range(3))
        orchestration = float(measured([sys.executable, "-c", EMPTY_GRAPH], Path(folder))[3])
    print(
        f"definitions import: {imported - started:.1f} s CPU; the same graph with empty functions: {orchestration:.1f} s"
    )
    for students in sizes:
        with tempfile.TemporaryDirectory() as folder:
            wall, cpu, peak, _ = measured(command, Path(folder), synthetic__students=students)
            spent = seconds_by_group(Path(folder))
        share = 100 * orchestration / wall
        print(f"\n{students:,} students x 3 years: {wall:.0f} s wall, {cpu:.0f} s CPU, peak {peak:.1f} GB; ", end="")
        print(f"orchestration {share:.0f} % of the wall time")
        print("  " + ", ".join(f"{group[3:]} {spent[group]:.1f} s" for group in GROUPS if spent[group]))
        longest = [(s, n) for n, s in spent.items() if n.startswith("step ")]
        print("  longest steps: " + ", ".join(f"{name[5:]} {s:.1f} s" for s, name in sorted(longest, reverse=True)[:6]))


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [5_000])
