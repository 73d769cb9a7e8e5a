#!/bin/sh
# Makes the secrets that compose.yaml names, each once: random words in secrets/, a folder that only its owner may enter.
# The files are readable, because Compose mounts them as they are and the accounts in the containers are others than yours.
set -eu
cd "${1:-$(dirname "$0")/../..}"
mkdir -p secrets
chmod 700 secrets
cd secrets
[ -e postgres_password ] || od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >postgres_password
[ -e dagster_database ] ||
  printf 'postgresql://dagster:%s@/dagster?host=/run/postgresql\n' "$(cat postgres_password)" >dagster_database
chmod 444 postgres_password dagster_database
