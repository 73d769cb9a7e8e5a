#!/bin/sh
# Makes the district's home where there is none yet (a synthetic one, to look around), and publishes once where nothing is published.
# What is there already stays as it is, so that it may run at each `docker compose up`.
set -eu
mkdir -p "$DISTRICT_HOME/warehouse/access"
[ -e "$DISTRICT_HOME/district.toml" ] || district-platform init --demo
[ -e "$DISTRICT_HOME/warehouse/current" ] || district-platform run ||
  echo "Nothing is published yet. The services start; extracts in data/raw are noticed." >&2
