#!/usr/bin/env bash
# Loses drives, flips bytes and deletes metadata of stores over six drives, and checks what is left.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: scripts/redundancy-test.sh [--only PART]... [--small] [--data DIR] [--dir DIR] [--seed N] [SIZES]

Makes stores over six file: drives, 4+2, of real data, and does to them what drives do. Prints figures; ends with 1 if anything
was not as it must be, and then leaves the stores where they are.

  losses    two drives are deleted while threads read and write, replaced and rebuilt, then two others are deleted:
            nobody sees an error, everything is equal
  flips     bytes of shards are flipped, of each object in two shards at most: every read is right, a scrub makes each shard
            what it was; then in three shards of some: exactly these are refused and reported
  degraded  random reads of 4 KiB, with all drives and without two: bytes read of drives, latency
  metadata  the store is opened without each pair of drives and without its directory: all that was acknowledged is there
  rebuild   journal and superblocks of all drives are deleted, then the checkpoints too: what has shards is made anew from these

  --only PART         this part alone; may be repeated
  --data DIR          where the data is taken from (the JDK's home); each piece of it is stamped, so that none are equal
  --dir DIR           where the stores are made (a temporary directory)
  --seed N            where chance begins (1)
  --small             all sizes small: a trial of half a minute
  --loss-mib N        losses: how much is put before the first drive goes (1200)
  --loss-seconds N    losses: how long threads go on after two drives have gone (20)
  --flip-mib N        flips: how much is put (400)
  --flips N           flips: how many bytes are flipped (10000)
  --beyond N          flips: how many extents are damaged beyond repair in the end (20)
  --read-mib N        degraded: how much is put (400)
  --reads N           degraded: how many reads (20000)
  --commits N         metadata, rebuild: how many puts (300)

ASHLAR_JAVA_OPTS holds further flags of the JVM, such as --add-modules=jdk.incubator.vector.
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

root=$(cd "$(dirname "$0")/.." && pwd -P)
# shellcheck source=scripts/lib/build.sh
. "$root/scripts/lib/build.sh"
module=$root/property-tests
path=$module/target/redundancy.classpath
stamp=$module/target/redundancy.stamp

changed() {
    [ -n "$(cd "$root" && find pom.xml engine backends codecs kernels property-tests -name target -prune -o \
        \( -type f -o -path '*/src/*' \) -newer "$stamp" -print | head -n 1)" ]
}

if [ ! -f "$stamp" ] || [ ! -s "$path" ] || changed; then
    echo "Building…" >&2
    mkdir -p "$module/target"
    : >"$stamp.next"
    build_tests property-tests redundancy
    mv "$stamp.next" "$stamp"
fi

java=java
if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
fi
flags=(-XX:+UseParallelGC -Xmx2g)
version=$("$java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.specification\.version = //p')
if [ "${version%%.*}" -ge 24 ]; then
    flags+=(--sun-misc-unsafe-memory-access=allow)
fi
# Flags are split at spaces on purpose.
# shellcheck disable=SC2086
exec "$java" "${flags[@]}" ${ASHLAR_JAVA_OPTS:-} \
    -cp "$module/target/test-classes:$module/target/classes:$(cat "$path")" \
    io.ashlar.redundancy.RedundancyMain "$@"
