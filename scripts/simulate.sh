#!/usr/bin/env bash
# Runs the simulator with many seeds.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: scripts/simulate.sh [--seeds N | --images N] [--first S] [--threads N] [--resume FILE]
       scripts/simulate.sh --seed S
       scripts/simulate.sh --shrink S

Runs the whole engine in the simulator, once for each seed: a simulated disk that tears, loses and reorders what was not
forced, and an oracle that knows every byte. Figures come last; ends with something else than 0 if anything was violated.

  --seeds N   how many seeds (100)
  --images N  goes on until so many images of histories with a dedup hit, a sweep and a checkpoint were looked at
  --first S   the first seed (1)
  --seed S    this seed alone, to see a violation again
  --shrink S  looks for a short history by which this seed breaks a promise, and prints it
  --threads N so many seeds at a time (1); each runs on one thread
  --resume F  notes in file F which seeds are done, and passes over those that are; the figures are of all of them

ASHLAR_JAVA_OPTS holds further flags of the JVM.
TEXT
}

arguments=()
wanted=(--seeds 100)
first=1
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help)
            usage
            exit 0
            ;;
        --seeds | --images | --first)
            if [ $# -lt 2 ] || ! [[ $2 =~ ^[0-9]+$ ]]; then
                echo "simulate.sh: $1 needs a number" >&2
                exit 2
            fi
            case $1 in
                --seeds) wanted=(--seeds "$2") ;;
                --images) wanted=(--images "$2") ;;
                --first) first=$2 ;;
            esac
            shift 2
            ;;
        --resume)
            if [ $# -lt 2 ]; then
                echo "simulate.sh: $1 needs a file" >&2
                exit 2
            fi
            arguments+=("$1" "$2")
            shift 2
            ;;
        *)
            arguments+=("$1")
            shift
            ;;
    esac
done

root=$(cd "$(dirname "$0")/.." && pwd -P)
# shellcheck source=scripts/lib/build.sh
. "$root/scripts/lib/build.sh"
module=$root/property-tests
path=$module/target/simulate.classpath
stamp=$module/target/simulate.stamp

changed() {
    [ -n "$(cd "$root" && find pom.xml engine backends codecs property-tests -name target -prune -o \
        \( -type f -o -path '*/src/*' \) -newer "$stamp" -print | head -n 1)" ]
}

if [ ! -f "$stamp" ] || [ ! -s "$path" ] || changed; then
    echo "Building the simulator…" >&2
    mkdir -p "$module/target"
    : >"$stamp.next"
    build_tests property-tests simulate
    mv "$stamp.next" "$stamp"
fi

java=java
if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
fi
# Flags are split at spaces on purpose.
# shellcheck disable=SC2086
exec "$java" -XX:+UseSerialGC -Xmx1g -Xmn600m ${ASHLAR_JAVA_OPTS:-} \
    -cp "$module/target/test-classes:$module/target/classes:$(cat "$path")" \
    io.ashlar.simulation.SimulationMain "${wanted[@]}" --first "$first" ${arguments[@]+"${arguments[@]}"}
