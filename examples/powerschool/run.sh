#!/bin/sh
# A synthetic district as PowerSchool exports it, and the mapping that reads it.
set -eu
cd "$(dirname "$0")"
platform=${PLATFORM_BIN:-../../.venv/bin}/district-platform

mkdir -p home/mappings
cp district.toml home/
cp mappings/powerschool.toml home/mappings/
"$platform" generate --home home --kind synthetic --students "${STUDENTS:-150}" --years 2 --as-of 2026-02-13 --as powerschool
"$platform" map check powerschool --home home || [ $? = 1 ] # 1 says that there are findings, as there are in every district
"$platform" run --home home
