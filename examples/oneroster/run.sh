#!/bin/sh
# A synthetic district: its roster as a OneRoster export, its attendance as files of the contract.
set -eu
cd "$(dirname "$0")"
platform=${PLATFORM_BIN:-../../.venv/bin}/district-platform
district="--kind synthetic --students ${STUDENTS:-150} --years 2 --as-of 2026-02-13"

mkdir -p made home/data/raw/sis
cp district.toml home/
"$platform" generate --home made $district
for name in attendance_codes attendance_submissions calendar_dates; do
  cp "made/data/raw/sis/$name.csv" home/data/raw/sis/
done
cut -d, -f1-4,6- made/data/raw/sis/attendance_events.csv >home/data/raw/sis/attendance_events.csv # without the SIS's own ids of sessions
"$platform" generate --home made $district --as oneroster
cp -R made/data/oneroster home/data/
"$platform" run --home home
