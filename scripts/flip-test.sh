#!/usr/bin/env bash
# Flips single bytes of a closed store; each must be noticed.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: scripts/flip-test.sh [--flips N] [--seed N] [--dir DIR]

Makes a store of a few MiB and closes it. Then flips one bit of one random byte that the store lives on, opens it, runs
fsck, and puts the byte back, N times. Each flip must be reported by fsck, refused with a typed error, or repaired.
Of the journal, only the header of the newest segment lives on after a clean close. Ends with 1 if a flip went unnoticed.

  --flips N   how many (10000)
  --seed N    where chance begins (1)
  --dir DIR   where the store is made (a temporary directory)
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
exec "$(dirname "$0")/../ashlar" flip-test "$@"
