"""What an event costs in Dagster's log, with its databases kept open during the run and without.

    python -m benchmarks.event_log [events]        default: 300

Both in one run on one machine, each twice in turn; the log lies in the folder for temporary files.
"""

import sys
import tempfile
import time
from contextlib import nullcontext
from uuid import uuid4

import dagster as dg

from district_platform.operations.event_log import kept_open


def seconds(instance: dg.DagsterInstance, n_events: int, is_kept_open: bool) -> tuple[float, float]:
    """Wall and processor time of storing so many events."""
    run_id = str(uuid4())
    with kept_open(instance, run_id) if is_kept_open else nullcontext():
        wall, cpu = time.perf_counter(), time.process_time()
        for number in range(n_events):
            instance.report_engine_event(f"event {number}", run_id=run_id, job_name="refresh")
        return time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    n_events = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    print("| databases | wall, ms an event | CPU, ms an event |\n|---|--:|--:|")
    with tempfile.TemporaryDirectory() as folder, dg.DagsterInstance.local_temp(folder) as instance:
        for is_kept_open in (False, True, False, True):
            wall, cpu = (1000 * value / n_events for value in seconds(instance, n_events, is_kept_open))
            print(f"| {'kept open' if is_kept_open else 'opened for each'} | {wall:.1f} | {cpu:.1f} |", flush=True)


if __name__ == "__main__":
    main()
