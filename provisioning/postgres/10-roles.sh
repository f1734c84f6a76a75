#!/bin/sh
# Runs once, when the compose store is created: the writer that owns the tables and the reader that panels use.
set -eu
writer=$(cat /run/throughline/writer)
reader=$(cat /run/throughline/reader)
psql -v ON_ERROR_STOP=1 -U postgres -d throughline -v writer="$writer" -v reader="$reader" <<'SQL'
create role throughline login password :'writer' createrole;
create role throughline_reader login password :'reader';
alter database throughline owner to throughline;
grant all on schema public to throughline;
create extension if not exists timescaledb;
SQL
