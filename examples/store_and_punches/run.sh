#!/bin/sh
# A synthetic district's store and punches, and nothing else of it.
set -eu
cd "$(dirname "$0")"
bin=${PLATFORM_BIN:-../../.venv/bin}
students=${STUDENTS:-150}

mkdir -p made home/data/raw
"$bin/district-platform" generate --home made --kind synthetic --students "$students" --years 1 --as-of 2026-02-13
cp -R made/data/raw/store home/data/raw/
cp district.toml home/

"$bin/python" -m district_platform.standins.ukg made/data/raw "$bin/district-platform" run --home home
