#!/usr/bin/env bash
# Times puts beside what the disk allows, and prints a table in Markdown.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: scripts/write-path-bench.sh [--dir DIR] [--rounds N] [--millis N] [--only REGEX]

Writes with Ashlar and without it, in turns, in one process: 4 KiB and 2 MiB, one thread and many. Prints medians over the
rounds and the share of the limit that the same round measured. Takes about two and a half minutes; run it on a quiet machine.

  --commits      times ways to give commits a thread instead (docs/decisions/0005-threads.md)

  --dir DIR      where to write (a temporary directory); the disk to be measured, with 5 GB to spare
  --rounds N     how often each contender has its turn (5)
  --millis N     how long a turn is (1500)
  --only REGEX   only contenders whose names match
  --jvm FLAG     a flag of the JVM; may be repeated
TEXT
}

root=$(cd "$(dirname "$0")/.." && pwd -P)
main=io.ashlar.benchmarks.writepath.WritePath
arguments=()
flags=(-XX:+UseParallelGC -Xmx2g)
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help)
            usage
            exit 0
            ;;
        --commits)
            main=io.ashlar.pipeline.CommitVariants
            shift
            ;;
        --dir | --rounds | --millis | --only | --jvm)
            if [ $# -lt 2 ]; then
                echo "write-path-bench.sh: $1 needs a value" >&2
                exit 2
            fi
            if [ "$1" = --jvm ]; then flags+=("$2"); else arguments+=("$1" "$2"); fi
            shift 2
            ;;
        *)
            usage >&2
            exit 2
            ;;
    esac
done

java=java
if [ -n "${JAVA_HOME:-}" ]; then java=$JAVA_HOME/bin/java; fi
target=$root/benchmarks/target
stamp=$target/write-path.stamp
if [ ! -f "$stamp" ] || [ -n "$(find "$root"/{engine,backends,kernels,bundle,benchmarks} -path '*/src/main/*' -newer "$stamp" -print -quit)" ]; then
    echo "Building the benchmarks…" >&2
    mkdir -p "$target"
    : >"$stamp.next"
    (cd "$root" && ./mvnw -q -B -ntp -Dmaven.test.skip=true -Dspotless.check.skip=true -Denforcer.skip=true \
        package -pl benchmarks -am) >&2
    mv "$stamp.next" "$stamp"
fi
"$java" -version 2>&1 | head -n 1
printf '%s processors, %s, load %s\n\n' "$(nproc)" "$(uname -sr)" "$(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null || echo unknown)"
exec "$java" "${flags[@]}" -cp "$target/classes:$target/lib/*" "$main" "${arguments[@]}"
