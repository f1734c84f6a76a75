#!/bin/sh
# Runs once, when the compose store is created: the writer that owns the tables and the reader that panels use.
# psql reads the passwords itself: arguments of a process can be seen.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres -d throughline <<'SQL'
\set writer `cat /run/throughline/writer`
\set reader `cat /run/throughline/reader`
create role throughline login password :'writer' createrole;
create role throughline_reader login password :'reader';
alter database throughline owner to throughline;
grant all on schema public to throughline;
create extension if not exists timescaledb;
SQL
# From here on the volume is whole: start.sh keeps it.
rm -f "${PGDATA%/*}/initialising"
