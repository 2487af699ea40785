#!/usr/bin/env bash
# Breaks the engine on purpose, one way after the other, and sees that the simulator notices.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: scripts/mutants.sh [--seeds N] [--only PART-OF-A-NAME]

Applies each patch in property-tests/src/test/mutants to a copy of the files that it changes, compiles them, and runs the
simulator with them until it finds a violation. The table of what was caught comes last; ends with 1 if a mutant survives.
Only those whose head says that the simulator is the check for them, unless --only names one; scripts/seeded-faults.sh asks
the other checks too.

  --seeds N  how many seeds a mutant must survive to count as survivor (1200)
  --only S   only mutants with S in their name
TEXT
}

seeds=1200
only=
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help)
            usage
            exit 0
            ;;
        --seeds | --only)
            if [ $# -lt 2 ]; then
                echo "mutants.sh: $1 needs a value" >&2
                exit 2
            fi
            if [ "$1" = --seeds ]; then seeds=$2; else only=$2; fi
            shift 2
            ;;
        *)
            usage >&2
            exit 2
            ;;
    esac
done

root=$(cd "$(dirname "$0")/.." && pwd -P)
module=$root/property-tests
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Builds what is missing, and shows that the engine as it is passes.
echo "The engine as it is: $("$root/scripts/simulate.sh" --seeds 3 | tail -n 1)"
path=$module/target/test-classes:$module/target/classes:$(cat "$module/target/simulate.classpath")
java=java
compiler=javac
if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
    compiler=$JAVA_HOME/bin/javac
fi

table=
survivors=0
for mutant in "$module"/src/test/mutants/*"$only"*.patch; do
    if [ -z "$only" ] && ! grep -q '^Check: simulator' "$mutant"; then continue; fi
    name=$(basename "$mutant" .patch)
    what=$(head -n 1 "$mutant")
    copy=$work/$name
    mkdir -p "$copy/classes"
    sed -n 's|^--- a/||p' "$mutant" | while IFS= read -r file; do
        mkdir -p "$copy/$(dirname "$file")"
        cp "$root/$file" "$copy/$file"
    done
    if ! patch -s -p1 -d "$copy" <"$mutant" ||
        ! find "$copy" -name '*.java' -print0 |
        xargs -0 "$compiler" --release 17 -proc:none -nowarn -cp "$path" -d "$copy/classes" 2>"$copy/log"; then
        cat "$copy/log" >&2 || true
        verdict="does not apply or compile"
        survivors=$((survivors + 1))
    elif "$java" -XX:+UseSerialGC -cp "$copy/classes:$path" io.ashlar.simulation.SimulationMain \
        --seeds "$seeds" >"$copy/out" 2>&1; then
        verdict="SURVIVED $seeds seeds"
        survivors=$((survivors + 1))
    else
        verdict=$(sed -n 's/^VIOLATED \(at seed [0-9]*, crash point [0-9]*\): .*/caught \1/p' "$copy/out" | head -n 1)
        total=$(tail -n 1 "$copy/out" | sed 's/ over .*//')
        violation=$(sed -n 's/^VIOLATED [^:]*: //p' "$copy/out" | head -n 1 | cut -c 1-100)
        verdict="${verdict:-ended with an error}, after $total in all: $violation"
        if [ -z "$violation" ]; then
            tail -n 20 "$copy/out" >&2
            survivors=$((survivors + 1))
        fi
    fi
    echo "$name: $verdict" >&2
    table+=$(printf '%-30s %s\n%-30s   %s' "$name" "$what" "" "$verdict")$'\n'
done
printf '\n%s' "$table"
if [ "$survivors" -gt 0 ]; then
    echo "$survivors not caught"
    exit 1
fi
echo "All caught"
