#!/bin/sh
# backup.sh HH:MM DAYS    a backup each day at that time (UTC); those older than DAYS go once a newer one is there
# backup.sh --is-recent   whether the latest one, or the start of this container, is less than two days ago
set -eu
folder=/var/backups/district

if [ "$1" = --is-recent ]; then
  [ -n "$(find "$folder" /tmp/backups-began -maxdepth 0 -mtime -2 2>/dev/null)" ]
  exit
fi

trap 'exit 0' TERM INT
touch /tmp/backups-began
while :; do
  at=$(date -d "$1" +%s)
  now=$(date +%s)
  [ "$at" -gt "$now" ] || at=$((at + 86400))
  sleep $((at - now)) &
  wait $!
  until district-platform backup "$folder"; do # a run may have the warehouse: again in ten minutes
    sleep 600 &
    wait $!
  done
  find "$folder" -mindepth 1 -maxdepth 1 -mtime "+$2" -exec rm -rf {} +
done
