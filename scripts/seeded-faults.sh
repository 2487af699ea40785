#!/usr/bin/env bash
# Breaks the engine on purpose, one way after the other, and tells which check notices, and how soon.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: scripts/seeded-faults.sh [--only PART-OF-A-NAME] [--limit SECONDS] [--in-order] [--table FILE]

Applies each patch in property-tests/src/test/mutants to a copy of the files that it changes, compiles them, puts them before the
engine's own classes and runs the checks, each for a limited time, until one fails:

  graph      the walk of the engine through every state of its specification (EngineGraphIT)
  traces     recorded runs, of the simulator and of the production threads, as behaviours of the specification (TracesIT)
  simulator  seeds from 1 on
  quorum     the code for drives in states of its specification (ErasureQuorumGraphIT); only where a patch asks for it

The head of a patch says what is broken, which rule of the design that is, and which check to begin with. Where the head says
"Missed:", none is expected to notice, and it says what else does. The table comes last; ends with 1 if anything else survives.

  --only S       only faults with S in their name
  --limit N      how long each check may take, in seconds (60)
  --in-order     begin with the graph whatever the patch says
  --table FILE   write the table there too, as Markdown
TEXT
}

only=
limit=60
ordered=no
table_file=
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help)
            usage
            exit 0
            ;;
        --in-order)
            ordered=yes
            shift
            ;;
        --only | --limit | --table)
            if [ $# -lt 2 ]; then
                echo "seeded-faults.sh: $1 needs a value" >&2
                exit 2
            fi
            case $1 in
                --only) only=$2 ;;
                --limit) limit=$2 ;;
                --table) table_file=$2 ;;
            esac
            shift 2
            ;;
        *)
            usage >&2
            exit 2
            ;;
    esac
done

root=$(cd "$(dirname "$0")/.." && pwd -P)
# shellcheck source=scripts/lib/build.sh
. "$root/scripts/lib/build.sh"
formal=$root/formal
mutants=$root/property-tests/src/test/mutants
dumps=$formal/target/graph-dumps
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
java=java
compiler=javac
if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
    compiler=$JAVA_HOME/bin/javac
fi

if [ -z "${ASHLAR_FAULTS_BUILT:-}" ]; then
    echo "Building…" >&2
    build_tests formal faults
fi
path=$formal/target/test-classes:$(cat "$formal/target/faults.classpath")

# check NAME CLASSES: runs one check with these classes first. 124 if it took too long, 0 if it noticed nothing.
check() {
    local arguments=(-XX:+UseSerialGC -Xmx1g -cp "$2:$path")
    case $1 in
        graph)
            arguments+=("-Dashlar.graph.dumps=$dumps" io.ashlar.formal.CheckMain io.ashlar.formal.graph.EngineGraphIT
                twoWriters twoRecordsThatACrashMayCut twoExtents)
            ;;
        traces)
            arguments+=(-Dashlar.traces.simulations=25 -Dashlar.traces.crowds=3
                io.ashlar.formal.CheckMain io.ashlar.formal.trace.TracesIT
                runsOfTheProductionThreadsFollowTheSpecification simulatedRunsFollowTheSpecification)
            ;;
        quorum)
            arguments+=("-Dashlar.graph.dumps=$dumps" io.ashlar.formal.CheckMain io.ashlar.drive.ErasureQuorumGraphIT
                oneAndOneOnTwoDrivesAcknowledgedAtTwo oneAndOneOnTwoDrivesPutTwice)
            ;;
        simulator) arguments+=(io.ashlar.simulation.SimulationMain --seeds 1000000 --threads 2) ;;
    esac
    (cd "$formal" && timeout "$limit" nice -n 5 "$java" "${arguments[@]}")
}

if [ ! -d "$dumps" ] || [ "$formal/specs" -nt "$dumps" ]; then
    rm -rf "$dumps"
    mkdir -p "$dumps"
fi
if [ -z "$(ls "$dumps")" ] || [ -n "$(find "$formal/specs" -newer "$dumps" -print | head -n 1)" ]; then
    rm -f "$dumps"/*
    # Explores the models once, and shows that the engine as it is passes.
    full=$limit
    limit=600
    if ! check graph "$formal/target/test-classes" >"$work/out" 2>&1 ||
        ! check quorum "$formal/target/test-classes" >>"$work/out" 2>&1; then
        tail -n 20 "$work/out" >&2
        echo "seeded-faults.sh: the engine as it is does not pass" >&2
        exit 1
    fi
    limit=$full
    touch "$dumps"
fi

survivors=0
rows=
for mutant in "$mutants"/*"$only"*.patch; do
    name=$(basename "$mutant" .patch)
    what=$(head -n 1 "$mutant")
    rule=$(sed -n 's/^Rule: //p' "$mutant" | head -n 1)
    begin=$(sed -n 's/^Check: //p' "$mutant" | head -n 1)
    missed=$(sed -n 's/^Missed: //p' "$mutant" | head -n 1)
    copy=$work/$name
    mkdir -p "$copy/classes"
    sed -n 's|^--- a/||p' "$mutant" | while IFS= read -r file; do
        mkdir -p "$copy/$(dirname "$file")"
        cp "$root/$file" "$copy/$file"
    done
    verdict=
    after=
    if ! patch -s -p1 -d "$copy" <"$mutant" >&2 ||
        ! find "$copy" -name '*.java' -print0 |
        xargs -0 "$compiler" --release 17 -proc:none -nowarn -cp "$path" -d "$copy/classes" 2>"$copy/log"; then
        cat "$copy/log" >&2 || true
        verdict="does not apply or compile"
        survivors=$((survivors + 1))
    else
        checks=(graph traces simulator)
        if [ "$ordered" = no ] && [ -n "$begin" ]; then
            checks=("$begin")
            for other in graph traces simulator; do
                if [ "$other" != "$begin" ]; then checks+=("$other"); fi
            done
        fi
        for each in "${checks[@]}"; do
            started=$SECONDS
            code=0
            check "$each" "$copy/classes" >"$copy/out" 2>&1 || code=$?
            if [ "$code" -ne 0 ] && grep -q '^VIOLATED' "$copy/out"; then
                verdict=$each
                after="$((SECONDS - started)) s"
                if [ "$each" = simulator ]; then
                    after="$after, $(sed -n 's/^VIOLATED at \(seed [0-9]*\).*/\1/p' "$copy/out" | head -n 1)"
                fi
                sed -n 's/^VIOLATED/  /p' "$copy/out" | head -n 1 | cut -c 1-160 >&2
                break
            elif [ "$code" -ne 0 ] && [ "$code" -ne 124 ]; then
                tail -n 20 "$copy/out" >&2
                echo "$name: $each ended with $code and no violation" >&2
            fi
        done
        if [ -z "$verdict" ]; then
            verdict="none"
            if [ -n "$missed" ]; then
                verdict="none: $missed"
            else
                survivors=$((survivors + 1))
            fi
        fi
    fi
    rm -rf "$copy"
    echo "$name: ${verdict}${after:+ after $after}" >&2
    rows+="| $name: $what | $rule | $verdict | $after |"$'\n'
done

table="| fault | rule | caught by | after |"$'\n'"|---|---|---|---|"$'\n'"$rows"
printf '\n%s' "$table"
if [ -n "$table_file" ]; then printf '%s' "$table" >"$table_file"; fi
if [ "$survivors" -gt 0 ]; then
    echo "$survivors not caught"
    exit 1
fi
echo "All caught, but for those that are said to be missed"
