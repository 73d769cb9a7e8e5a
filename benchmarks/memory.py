"""The most memory that a process has held."""

import re
from pathlib import Path


def peak(process: int | str = "self") -> float:
    """MB at most so far (VmHWM), 0 for a process that has ended.

    `ru_maxrss` of a child is that of its parent, where that was larger when it started.
    """
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0
