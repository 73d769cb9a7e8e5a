#!/bin/sh
# Fails where git tracks a file of a district: extracts, a warehouse, reports. An empty .gitkeep keeps the folder.
set -eu
tracked=$(git ls-files -- data/raw warehouse reports | grep -v '/\.gitkeep$' || true)
[ -z "$tracked" ] && exit 0
echo "These files may hold a district's data and must not be in the repository:" >&2
echo "$tracked" >&2
echo "Take them out with: git rm --cached FILE. If one was pushed, take it out of the history, too, and tell the district (SECURITY.md)." >&2
exit 1
