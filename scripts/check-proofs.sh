#!/usr/bin/env bash
# Checks the proofs in formal/coq from scratch: no axiom, nothing left open.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: scripts/check-proofs.sh [--all]

Compiles formal/coq with coqc, asks for the assumptions of every theorem, and lets coqchk check the result again.
Ends with 0 and says so in one line if coqc is not there: `apt-get install coq` brings it.

  --all  lets coqchk check also what the proofs use of Coq's own library: a minute more
TEXT
}

chosen=(-norec Ashlar.Counting -norec Ashlar.Model -norec Ashlar.Safety)
case ${1:-} in
    --all) chosen=(Ashlar.Safety) ;;
    -h | --help)
        usage
        exit 0
        ;;
    "") ;;
    *)
        usage >&2
        exit 2
        ;;
esac

if ! command -v coqc >/dev/null; then
    echo "Proofs: skipped, there is no coqc"
    exit 0
fi

root=$(cd "$(dirname "$0")/.." && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
modules=(Counting Model Safety)

fail() {
    echo "Proofs: $1" >&2
    exit 1
}

for file in "$root"/formal/coq/*.v; do
    name=$(basename "$file" .v)
    case " ${modules[*]} " in
        *" $name "*) cp "$file" "$work/" ;;
        *) fail "$name.v is not checked: add it to modules in $0" ;;
    esac
done

# Comments go first, so that they may say what the proofs must not.
code() {
    awk '{
        line = $0; out = ""
        while (length(line) > 0) {
            if (substr(line, 1, 2) == "(*") { depth++; line = substr(line, 3) }
            else if (depth > 0 && substr(line, 1, 2) == "*)") { depth--; line = substr(line, 3) }
            else { if (depth == 0) out = out substr(line, 1, 1); line = substr(line, 2) }
        }
        print FILENAME ":" FNR ": " out
    }' "$@"
}

cd "$work"
banned='\b(Admitted|admit|give_up|Abort|Axioms?|Parameters?|Conjectures?|Hypothesis|Hypotheses|bypass_check|Unset|Require (Import )?Classical|FunctionalExtensionality)\b'
if code ./*.v | grep -E "$banned"; then
    fail "the lines above leave something open"
fi

printed=0
for name in "${modules[@]}"; do
    coqc -Q . Ashlar "$name.v" >"$name.log" 2>&1 || { cat "$name.log"; fail "$name.v is wrong"; }
    asked=$(grep -c '^Print Assumptions ' "$name.v" || true)
    closed=$(grep -c '^Closed under the global context$' "$name.log" || true)
    lines=$(wc -l <"$name.log")
    if [ "$asked" -ne "$closed" ] || [ "$lines" -ne "$closed" ]; then
        cat "$name.log"
        fail "$name.v: $closed of $asked theorems are closed"
    fi
    printed=$((printed + closed))
done

# Each theorem that the module exports is among them.
for name in Counting Safety; do
    [ "$(grep -c '^Theorem ' "$name.v")" -gt 0 ] || fail "$name.v has no theorem"
done
for theorem in $(sed -n 's/^Theorem \([a-z_]*\) : forall s : state, reachable s -> .*/\1/p' Safety.v); do
    grep -q "^Print Assumptions $theorem\.$" Safety.v || fail "the assumptions of $theorem are not printed"
done

coqchk -silent -o -Q . Ashlar "${chosen[@]}" >coqchk.log 2>&1 || { cat coqchk.log; fail "coqchk does not agree"; }
for what in 'Constants/Inductives relying on type-in-type' 'Constants/Inductives relying on unsafe (co)fixpoints' \
    'Inductives whose positivity is assumed'; do
    grep -qF "* $what: <none>" coqchk.log || { cat coqchk.log; fail "coqchk finds $what"; }
done
# Without --all it lists what the library seals behind a signature as well.
if ! grep -q '^\* Axioms:' coqchk.log || grep -qF ' Ashlar.' coqchk.log ||
    { [ "${chosen[0]}" = Ashlar.Safety ] && ! grep -qF '* Axioms: <none>' coqchk.log; }; then
    cat coqchk.log
    fail "coqchk finds axioms"
fi

echo "Proofs: $printed theorems closed under the global context, no axiom, nothing admitted; checked by $(coqc --version | head -n 1)"
