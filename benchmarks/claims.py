"""How often the briefs of random districts say something untrue: `python -m benchmarks.claims --districts 100`.

Prints the untrue sentences of each district, and exits with 1 where there is any.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from district_platform_tests.outputs.brief.claims import errors_of
from district_platform_tests.outputs.brief.quality_document import REPORT
from district_platform_tests.outputs.brief.random_districts import random_district
from district_platform_tests.outputs.brief.test_claims import published


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--districts", type=int, default=100)
    parser.add_argument("--first", type=int, default=0, help="seed of the first district")
    arguments = parser.parse_args()
    n_untrue = 0
    for seed in range(arguments.first, arguments.first + arguments.districts):
        with tempfile.TemporaryDirectory() as folder:
            release, as_of_date = random_district(seed)
            errors = errors_of(published(Path(folder), release, as_of_date), Path(folder), REPORT, as_of_date)
        for error in errors:
            print(f"district {seed}: {error}")
        n_untrue += bool(errors)
    print(f"{n_untrue} of {arguments.districts} briefs say something untrue.")
    return int(n_untrue > 0)


if __name__ == "__main__":
    sys.exit(main())
