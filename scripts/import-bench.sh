#!/usr/bin/env bash
# Imports and exports directories, beside a plain copy, and prints a table in Markdown.
set -euo pipefail
export LC_NUMERIC=C

usage() {
    cat <<'TEXT'
Usage: scripts/import-bench.sh [--work DIR] [--threads N] DIR…

For each DIR: copies it with 'cp -r' and 'sync', imports it into a fresh store, exports it, compares the export with the
original byte for byte (diff -r), imports it a second time. Times are those of whole commands, start of the JVM included.
Files are read once beforehand, so that all start from a warm cache. Ends with 1 if an export differs.

  --work DIR    where stores and copies are made (a temporary directory); needs room for three times DIR
  --threads N   readers and writers of import and export (2)
TEXT
}

work=
threads=2
directories=()
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help)
            usage
            exit 0
            ;;
        --work | --threads)
            if [ $# -lt 2 ]; then
                echo "import-bench.sh: $1 needs a value" >&2
                exit 2
            fi
            if [ "$1" = --work ]; then work=$2; else threads=$2; fi
            shift 2
            ;;
        *)
            directories+=("$1")
            shift
            ;;
    esac
done
if [ ${#directories[@]} -eq 0 ]; then
    usage >&2
    exit 2
fi

ashlar=$(cd "$(dirname "$0")/.." && pwd -P)/ashlar
"$ashlar" --version >/dev/null
base=$(mktemp -d "${work:-${TMPDIR:-/tmp}}/ashlar-bench.XXXXXX")
cleanup() {
    chmod -R u+rwX "$base" 2>/dev/null || :
    rm -rf "$base"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

now() {
    date +%s%N
}

# Runs a command and puts the milliseconds it took into 'took'.
timed() {
    local start
    start=$(now)
    "$@"
    took=$((($(now) - start) / 1000000))
}

copy() {
    cp -r -- "$1" "$2"
    sync
}

# Prints the number of a key in a line of JSON.
number() {
    sed -n "s/.*\"$2\":\(-\{0,1\}[0-9.]*\).*/\1/p" <<<"$1"
}

import() {
    json=$("$ashlar" import "$1" --name "$2" --store "$base/store" --threads "$threads" --json)
}

rate() {
    awk -v bytes="$1" -v millis="$2" 'BEGIN { printf "%.2f s, %.0f MB/s", millis / 1000, bytes / 1000 / (millis > 0 ? millis : 1) }'
}

printf '| directory | files | MB | cp -r + sync | import | added | export | second import | adds | export equals |\n'
printf '|---|--:|--:|--:|--:|--:|--:|--:|--:|---|\n'
status=0
for directory in "${directories[@]}"; do
    # Links of the directory itself are followed, as import does.
    source=$(cd "$directory" && pwd -P)
    find "$source" -type f -exec cat {} + >/dev/null
    sync
    timed copy "$source" "$base/copy"
    copied=$took
    timed import "$source" first
    imported=$took
    bytes=$(number "$json" bytes)
    files=$(number "$json" files)
    added=$(printf '%.2f' "$(number "$json" addedPercent)")
    timed "$ashlar" export first "$base/export" --store "$base/store" --threads "$threads" --json >/dev/null
    exported=$took
    equal=yes
    if ! diff -r --no-dereference -q "$source" "$base/export" >&2; then
        equal=NO
        status=1
    fi
    timed import "$source" second
    again=$took
    adds=$(printf '%.2f' "$(number "$json" addedPercent)")
    printf '| %s | %s | %s | %s | %s | %s %% | %s | %s | %s %% | %s |\n' \
        "$directory" "$files" "$((bytes / 1000000))" "$(rate "$bytes" "$copied")" "$(rate "$bytes" "$imported")" \
        "$added" "$(rate "$bytes" "$exported")" "$(rate "$bytes" "$again")" "$adds" "$equal"
    chmod -R u+rwX "$base"
    rm -rf "$base/store" "$base/copy" "$base/export"
done
exit "$status"
