#!/usr/bin/env bash
# Mutates the bytecode of the engine, one instruction at a time, and counts which mutants the unit tests notice.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: scripts/mutation-test.sh [--only PACKAGE] [--class NAME] [--threads N] [--fresh] [--list]

Runs PIT with its default mutators over packages of the engine, and prints for each of them: lines covered, mutants, killed,
survived, not covered by any test, timed out (which counts as noticed). What was not killed is listed, class by class, in
property-tests/target/mutation/PACKAGE.survivors; a page to look at is in property-tests/target/mutation/PACKAGE.PART/index.html.

  --only P     this package alone; catalog is without catalog.anchor and catalog.table
  --class C    of that package only classes whose simple names fit, such as 'Pack*'; printed, but not kept as history
  --threads N  so many mutants at a time (2)
  --fresh      forget earlier runs; otherwise a mutant is tried again only where its class or its tests have changed
  --list       names the packages

Asked are the tests of the package itself and some more of engine and property-tests that lead to it; which, says the list at
the head of this script. Not asked, since each of them takes seconds and is asked again for each mutant that survives:
the simulator, the state machine of the properties, Lincheck, races of real threads, and everything in formal. What only
those notice counts as survivor here. Calls of System.Logger are not mutated: what is logged is promised to nobody.

Uses PIT, which Maven downloads. Takes minutes for format and an hour or more for catalog, which is done in four parts: a run that
is begun again goes on with the part that it was at.
TEXT
}

packages='format journal pipeline catalog.anchor catalog.table catalog'

# The tests that are asked about a package.
tests_of() {
    local store=io.ashlar.store
    case $1 in
        format) echo 'io.ashlar.format.*Test,io.ashlar.extent.PackTest,io.ashlar.extent.NodeTest' ;;
        journal) echo 'io.ashlar.journal.*Test' ;;
        pipeline) echo "io.ashlar.pipeline.*Test,$store.DiskReserveTest,$store.FaultsTest,$store.ContentTest,$store.ReferencesTest" ;;
        catalog.anchor) echo 'io.ashlar.catalog.anchor.*Test' ;;
        catalog.table) echo 'io.ashlar.catalog.table.*Test' ;;
        catalog) echo "io.ashlar.catalog.*Test,$store.FsckTest,$store.FaultsTest,$store.ContentTest,$store.ReferencesTest" ;;
    esac
}

# The parts that a package is mutated in: an interrupted run has lost no more than one of them. Patterns of class names.
parts_of() {
    case $1 in
        catalog) echo 'C* E*,F*,H*,K*,L*,M* N*,O*,P* R*,S*,T*,V*' ;;
        *) echo '*' ;;
    esac
}

only=
class='*'
threads=2
fresh=
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help)
            usage
            exit 0
            ;;
        --list)
            tr ' ' '\n' <<<"$packages"
            exit 0
            ;;
        --fresh)
            fresh=yes
            shift
            ;;
        --only | --class | --threads)
            if [ $# -lt 2 ]; then
                echo "mutation-test.sh: $1 needs a value" >&2
                exit 2
            fi
            case $1 in
                --only) only=$2 ;;
                --class) class=$2 ;;
                --threads) threads=$2 ;;
            esac
            shift 2
            ;;
        *)
            usage >&2
            exit 2
            ;;
    esac
done
if ! [[ $threads =~ ^[1-9][0-9]*$ ]]; then
    echo "mutation-test.sh: --threads needs a positive number" >&2
    exit 2
fi
if [ -n "$only" ]; then
    if ! tr ' ' '\n' <<<"$packages" | grep -qxF -- "$only"; then
        echo "mutation-test.sh: no package is called $only; --list names them" >&2
        exit 2
    fi
    packages=$only
elif [ "$class" != '*' ]; then
    echo "mutation-test.sh: --class needs --only" >&2
    exit 2
fi

root=$(cd "$(dirname "$0")/.." && pwd -P)
work=$root/property-tests/target/mutation
mkdir -p "$work"

# Mutates the classes of package $1 that fit the patterns $2, into directory $3, with history $4.
mutate() {
    local prefix=io.ashlar.$1 targets
    targets=$prefix.${2//,/,$prefix.}
    rm -rf "${3:?}"
    (cd "$root" && nice ./mvnw -B -ntp -Pmutation -Dmaven.test.skip.exec -Dspotless.check.skip=true \
        -Denforcer.skip=true -pl property-tests -am test \
        -DtargetClasses="$targets" -DexcludedClasses= -DtargetTests="$(tests_of "$1")" \
        -Dthreads="$threads" -DreportsDirectory="$3" \
        -DhistoryInputFile="$4" -DhistoryOutputFile="$4") >"$3.log" 2>&1 </dev/null
}

# Mutates package $1 part by part, and gathers what came of it.
mutate_all() {
    local name=$1 part=0 patterns history lines
    rm -f "$work/$name.csv" "$work/$name.lines"
    set -f
    local parts=("$class")
    [ "$class" != '*' ] || read -ra parts <<<"$(parts_of "$name")"
    set +f
    for patterns in "${parts[@]}"; do
        part=$((part + 1))
        history=$work/$name.$part.history
        if [ "$class" != '*' ]; then
            history=$work/part.history
            rm -f "$history"
        elif [ -n "$fresh" ]; then
            rm -f "$history"
        fi
        if ! mutate "$name" "$patterns" "$work/$name.$part" "$history"; then
            failed_log=$work/$name.$part.log
            return 1
        fi
        cat "$work/$name.$part/mutations.csv" >>"$work/$name.csv"
        lines=$(sed -n 's/^>> Line Coverage (for mutated classes only): *//p' "$work/$name.$part.log" | tail -n 1)
        echo "$lines" | tr '/(' '  ' >>"$work/$name.lines"
    done
}

printf '%-15s %14s %8s %7s %6s %9s %10s %10s\n' package lines mutants killed '' survived uncovered 'timed out'
for name in $packages; do
    if ! mutate_all "$name"; then
        grep -E '^\[ERROR\]|did not pass' "$failed_log" | head -n 12 >&2 || tail -n 25 "$failed_log" >&2
        echo "mutation-test.sh: PIT failed on $name; the whole log is in $failed_log" >&2
        exit 1
    fi
    lines=$(awk '{ covered += $1; all += $2 } END { printf "%d/%d (%d%%)", covered, all, 100 * covered / all }' \
        "$work/$name.lines")
    # The columns: file, class, mutator, method, line, what became of it, by which test.
    awk -F, -v name="$name" -v lines="$lines" '
        { count[$6]++; all++ }
        END {
            noticed = all - count["SURVIVED"] - count["NO_COVERAGE"]
            printf "%-15s %14s %8d %7d %5.1f%% %9d %10d %10d\n", name, lines, all, noticed, 100 * noticed / all,
                count["SURVIVED"], count["NO_COVERAGE"], count["TIMED_OUT"]
        }' "$work/$name.csv"
    awk -F, '$6 == "SURVIVED" || $6 == "NO_COVERAGE" {
        sub(/.*\./, "", $3)
        print $2 ":" $5, $4, $3, ($6 == "NO_COVERAGE" ? "uncovered" : "survived")
    }' "$work/$name.csv" | sort -t: -k1,1 -k2,2n >"$work/$name.survivors"
done
