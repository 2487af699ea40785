#!/usr/bin/env bash
# Kills a process that works on a store, again and again, and checks what is there afterwards.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: scripts/kill-test.sh [--kills N] [--seed N] [--dir DIR]

Starts a process that puts, retains, releases and names extents in a store, kills it with SIGKILL at a random moment,
opens the store and checks that everything the process was told is durable is there: bytes, names, reference counts.
The same store goes on through many kills. Figures come last; ends with 1 if anything was violated, and then says where
the store is kept.

  --kills N   how often to kill (100)
  --seed N    where chance begins (the time)
  --dir DIR   where stores are made (a temporary directory)
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
exec "$(dirname "$0")/../ashlar" kill-test "$@"
