# Sourced by scripts that run classes of the tests.

# build_tests MODULE NAME [ARGUMENT...]: compiles a module and all that it needs, tests included, and leaves the class path of its
# dependencies in MODULE/target/NAME.classpath. In one build, so that the modules find each other's classes without being
# installed: their paths come out as target/classes. On failure, shows the end of the log, and returns 1.
build_tests() {
    local root module=$1 name=$2
    shift 2
    root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
    local log=$root/$module/target/$name-build.log
    mkdir -p "$root/$module/target"
    if ! (cd "$root" && ./mvnw -q -B -ntp "$@" -DskipTests -Dspotless.check.skip=true -Denforcer.skip=true \
        -pl "$module" -am test-compile \
        org.apache.maven.plugins:maven-dependency-plugin:build-classpath \
        -Dmdep.includeScope=test -Dmdep.outputFile="target/$name.classpath") >"$log" 2>&1 </dev/null; then
        tail -n 25 "$log" >&2
        echo "$(basename "$0"): the build failed; the whole log is in $log" >&2
        return 1
    fi
}
