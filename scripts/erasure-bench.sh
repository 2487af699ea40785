#!/usr/bin/env bash
# Times erasure coding and hashing beside what others reach, and prints tables in Markdown.
set -euo pipefail
export LC_NUMERIC=C

usage() {
    cat <<'TEXT'
Usage: scripts/erasure-bench.sh [--jdk HOME]… [--rounds N] [--without-isal]

GB/s of data on one thread, 2 MiB at a time, from the median of single calls: Backblaze's default loop, the plain and the vector
kernel of the engine, the same on direct buffers, and Intel ISA-L in C. Then XXH3-128 of the library and on vectors. Takes about
four minutes for each JDK and round; figures are medians over the rounds.

  --jdk HOME       a JDK to measure on; may be repeated (JAVA_HOME, or the java of the PATH)
  --rounds N       how often everything is measured (1)
  --without-isal   leaves Intel ISA-L out; it needs gcc and Debian's libisal-dev
TEXT
}

jdks=()
rounds=1
isal=yes
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help)
            usage
            exit 0
            ;;
        --without-isal)
            isal=no
            shift
            ;;
        --jdk | --rounds)
            if [ $# -lt 2 ]; then
                echo "erasure-bench.sh: $1 needs a value" >&2
                exit 2
            fi
            if [ "$1" = --jdk ]; then jdks+=("$2"); else rounds=$2; fi
            shift 2
            ;;
        *)
            usage >&2
            exit 2
            ;;
    esac
done
if [ ${#jdks[@]} -eq 0 ]; then
    jdks=("${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")}")
fi

root=$(cd "$(dirname "$0")/.." && pwd -P)
target=$root/benchmarks/target
work=$(mktemp -d "${TMPDIR:-/tmp}/ashlar-erasure.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

echo "Building the benchmarks…" >&2
(cd "$root" && ./mvnw -q -B -ntp -Dmaven.test.skip=true -Dspotless.check.skip=true -Denforcer.skip=true \
    package -pl benchmarks -am) >&2
if [ "$isal" = yes ] && ! gcc -O2 -o "$work/isal" "$root/benchmarks/src/main/c/isal.c" -lisal; then
    echo "erasure-bench.sh: no ISA-L here (Debian: gcc libisal-dev); going on without" >&2
    isal=no
fi

# measure HOME FILE ARGUMENT…: appends the medians of a run of JMH to FILE, lines "jdk method parameters… nanoseconds".
measure() {
    local home=$1 file=$2
    shift 2
    "$home/bin/java" -cp "$target/classes:$target/lib/*" org.openjdk.jmh.Main "$@" -rf csv -rff "$work/run.csv" \
        >"$work/run.log" 2>&1 || { tail -n 20 "$work/run.log" >&2; exit 1; }
    # "…Benchmark.encode:p0.50","sample",1,1,SCORE,NaN,"ns/op",PARAMETERS…
    tr -d '\r' <"$work/run.csv" | sed -n 's/^"[^"]*\.\([a-z]*\):p0\.50","sample",[0-9]*,[0-9]*,\([0-9.]*\),[^,]*,"ns\/op",\(.*\)$/\1 \3 \2/p' |
        tr ',' ' ' | sed "s/^/$(version "$home") /" >>"$work/$file.txt"
}

version() {
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

for round in $(seq "$rounds"); do
    for home in "${jdks[@]}"; do
        echo "Round $round, JDK $(version "$home")…" >&2
        measure "$home" erasure ErasureBenchmark -p kernels=backblaze,plain,vector,plain-direct,vector-direct
        measure "$home" hash HashBenchmark
    done
    if [ "$isal" = yes ]; then
        "$work/isal" | sed 's/^\([a-z]*\) \([^ ]*\) \(.*\)$/C \1 \2 isal \3/' >>"$work/erasure.txt"
    fi
done
# Lines "key… nanoseconds" become "key… median".
medians() {
    sort -k1,1 -k2,2 -k3,3 -k4,4 -k5,5 -k6,6 | awk '
        { nanos = $NF; $NF = ""; if ($0 != key) { flush(); key = $0; n = 0 } times[n++] = nanos }
        function flush(  i, j, t) {
            if (n == 0) return
            for (i = 1; i < n; i++) for (j = i; j > 0 && times[j] < times[j - 1]; j--) { t = times[j]; times[j] = times[j - 1]; times[j - 1] = t }
            print key (n % 2 ? times[int(n / 2)] : (times[n / 2 - 1] + times[n / 2]) / 2)
        }
        END { flush() }'
}

printf '\n%s processors (%s), load %s, %s round(s)\n\n' "$(nproc)" \
    "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1)" \
    "$(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null || echo unknown)" "$rounds"
medians <"$work/erasure.txt" | awk -v isal="$isal" '
    { rate[$1, $2, $3, $4] = 2097152 / $5; if ($1 != "C") jdk[$1] = 1 }
    END {
        split("4+2 6+3 10+4 17+3", codes, " "); split("encode decode", whats, " ")
        split("backblaze plain vector plain-direct vector-direct", kernels, " ")
        print "| GB/s | code | Backblaze | plain | vector | plain, direct | vector, direct | ISA-L (C) |"
        print "|---|---|--:|--:|--:|--:|--:|--:|"
        for (j in jdk) for (w = 1; w <= 2; w++) for (c = 1; c <= 4; c++) {
            line = "| JDK " j ", " whats[w] " | " codes[c] " |"
            for (k = 1; k <= 5; k++) line = line sprintf(" %.2f |", rate[j, whats[w], codes[c], kernels[k]])
            print line (isal == "yes" ? sprintf(" %.2f |", rate["C", whats[w], codes[c], "isal"]) : " – |")
        }
    }'
echo
medians <"$work/hash.txt" | awk '
    { rate[$1, $3, $5, $4] = $3 / $6; jdk[$1] = 1 }
    END {
        split("512 4096 2097152", sizes, " "); split("heap direct", memories, " ")
        print "| XXH3-128, GB/s | bytes | memory | library | vector |"
        print "|---|--:|---|--:|--:|"
        for (j in jdk) for (s = 1; s <= 3; s++) for (m = 1; m <= 2; m++)
            printf "| JDK %s | %d | %s | %.2f | %.2f |\n", j, sizes[s], memories[m], rate[j, sizes[s], memories[m], "plain"], rate[j, sizes[s], memories[m], "vector"]
    }'
