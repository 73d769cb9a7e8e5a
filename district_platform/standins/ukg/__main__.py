"""`python -m district_platform.standins.ukg RAW COMMAND…`: runs a command whose settings name the stand-in of the timekeeping system.

RAW is the data/raw of a synthetic district (`district-platform generate`), whose punches the stand-in serves while the command runs.
"""

import os
import subprocess
import sys
from pathlib import Path

from district_platform.settings.section import ENV_PREFIX, SECRET_PREFIX
from district_platform.standins.ukg import serve_district


def main(raw: Path, command: list[str]) -> int:
    """The command's exit code."""
    with serve_district(raw) as (url, secrets):
        found = {
            f"{SECRET_PREFIX}UKG_{name.upper()}": value.get_secret_value() for name, value in vars(secrets).items()
        }
        return subprocess.call(command, env={**os.environ, **found, f"{ENV_PREFIX}TIMEKEEPING__API__URL": url})


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
