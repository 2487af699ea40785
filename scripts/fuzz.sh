#!/usr/bin/env bash
# Feeds any bytes to every decoder, for as long as one likes, guided by coverage.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: scripts/fuzz.sh [--minutes N] [--only NAME] [--list]

Gives each decoder of the engine its share of the time. Inputs that reach new code are kept under property-tests/target/fuzz
and are where the next run goes on. What a decoder should not have done goes to target/fuzz/findings/NAME; ends with 1 if
there is any. A finding that has been mended belongs into property-tests/src/test/resources/fuzz/NAME, where every build
tries it again.

  --minutes N  how long, all together (60)
  --only NAME  this decoder alone
  --list       names the decoders

Uses Jazzer, which Maven downloads; one core. ASHLAR_JAVA_OPTS holds further flags of the JVM.
TEXT
}

minutes=60
only=
list=
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help)
            usage
            exit 0
            ;;
        --list)
            list=yes
            shift
            ;;
        --minutes | --only)
            if [ $# -lt 2 ]; then
                echo "fuzz.sh: $1 needs a value" >&2
                exit 2
            fi
            if [ "$1" = --only ]; then
                only=$2
            elif [[ $2 =~ ^[0-9]+$ ]] && [ "$2" -gt 0 ]; then
                minutes=$2
            else
                echo "fuzz.sh: --minutes needs a positive number" >&2
                exit 2
            fi
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
module=$root/property-tests
work=$module/target/fuzz
mkdir -p "$work"
build_tests property-tests fuzz -Pfuzz
path=$module/target/test-classes:$module/target/classes:$(cat "$module/target/fuzz.classpath")
java=java
if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
fi

names=$("$java" -cp "$path" io.ashlar.fuzz.FuzzMain)
if [ -n "$list" ]; then
    echo "$names"
    exit 0
fi
if [ -n "$only" ]; then
    if ! grep -qxF -- "$only" <<<"$names"; then
        echo "fuzz.sh: no decoder is called $only; --list names them" >&2
        exit 2
    fi
    names=$only
fi
seconds=$((minutes * 60 / $(wc -l <<<"$names")))
seconds=$((seconds > 0 ? seconds : 1))

found=0
for name in $names; do
    corpus=$work/corpus/$name
    findings=$work/findings/$name
    mkdir -p "$corpus" "$findings"
    "$java" -cp "$path" io.ashlar.fuzz.FuzzMain "$name" "$corpus"
    kept=$module/src/test/resources/fuzz/$name
    if [ -d "$kept" ]; then
        cp "$kept"/* "$corpus"
    fi
    # One process a decoder: it ends at its first finding. Flags are split at spaces on purpose.
    # shellcheck disable=SC2086
    if (cd "$findings" && nice "$java" -Xmx1g ${ASHLAR_JAVA_OPTS:-} -cp "$path" com.code_intelligence.jazzer.Jazzer \
        --target_class=io.ashlar.fuzz.JazzerEntry --target_args="$name" \
        --instrumentation_includes='io.ashlar.**' \
        --disabled_hooks='com.code_intelligence.jazzer.sanitizers.*' \
        -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 -max_len=8192 -print_final_stats=1 "$corpus") \
        >"$work/$name.log" 2>&1; then
        printf '%-20s %12s inputs, %6s kept\n' "$name" \
            "$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/$name.log")" "$(find "$corpus" -type f | wc -l)"
    else
        found=$((found + 1))
        printf '%-20s FOUND %s\n' "$name" "$(grep -m 1 -E '^== Java Exception|ERROR:' "$work/$name.log" || tail -n 1 "$work/$name.log")"
    fi
done
if [ "$found" -gt 0 ]; then
    echo "$found decoders did what they should not: see $work/findings and the logs beside it"
    exit 1
fi
echo "No finding in $minutes minutes"
