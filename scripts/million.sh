#!/usr/bin/env bash
# What a store of very many small extents takes: heap, catalog, time to open.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: scripts/million.sh [--count N] [--dir DIR] [--json]

Fills a store with N small extents; prints the heap after a garbage collection, the bytes of the catalog for each extent,
and how long the store takes to open, after a clean close and after a SIGKILL.

  --count N   how many extents (1000000)
  --dir DIR   where the store is made (a temporary directory)
  --json      figures as JSON
TEXT
}

for argument in "$@"; do
    case $argument in
        -h | --help)
            usage
            exit 0
            ;;
    esac
done
exec "$(dirname "$0")/../ashlar" million "$@"
