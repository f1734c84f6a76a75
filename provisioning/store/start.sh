#!/bin/sh
# Starts the compose store: the image's own entrypoint, behind two looks at the volume.
set -eu
mark=${PGDATA%/*}/initialising
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  touch "$mark"
elif [ -e "$mark" ]; then
  # The image takes a volume with a PG_VERSION for a whole one: roles that a killed start had not made would be missing for ever.
  echo 'throughline: the first start of this store was cut off before its roles were made, and nothing is in it: it begins anew.'
  rm -rf "$PGDATA"
fi
if [ -s "$PGDATA/PG_VERSION" ]; then
  has=$(cat "$PGDATA/PG_VERSION")
  runs=$(postgres --version | sed 's/^[^0-9]*\([0-9]*\).*/\1/')
  if [ "$has" != "$runs" ]; then
    echo "throughline: this volume is of Postgres $has and the image is Postgres $runs; nothing was changed. Start the image of Postgres $has again and move the data with pg_dump (docs/provisioning.md, Upgrading), or start anew: docker compose down, then docker volume rm throughline_store." >&2
    exit 1
  fi
fi
exec docker-entrypoint.sh "$@"
