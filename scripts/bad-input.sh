#!/usr/bin/env bash
# Spoils every kind of file of a store, and looks what comes of it.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: scripts/bad-input.sh [--seed N] [--verbose]

Makes a small store, then spoils its files one at a time: cut short, bits flipped, wrong magic, wrong version, emptied,
foreign bytes, zeros, swapped with another file, a directory in its place. After each, opens the store, runs fsck and
reads everything. Only a typed error that names the file, a finding, or a repair with all bytes right will do. Ends with
1 otherwise.

  --seed N    of the content (1)
  --verbose   name every case
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
exec "$(dirname "$0")/../ashlar" bad-input "$@"
