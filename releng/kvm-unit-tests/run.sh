#!/usr/bin/env bash
# SPDX-License-Identifier: EPL-2.0
# Runs every suite of kvm-unit-tests' x86/vmx.flat one by one on our machine and prints a table:
#   run.sh [OPTION]... VMX_FLAT [SUITE]...
#     --cpu PROFILE    CPU profile (default: the command line's)
#     --cpus N         processors (default 2: some suites want a second one)
#     --timeout N      seconds after which a suite counts as hanging (default 300)
#     --jobs N         suites at a time (default 1)
#     --logs FOLDER    keep what each suite prints
# The image itself names the suites, and judges them with its exit code: clean when nothing failed and something passed, skip when nothing
# could be tested.
# Exit code 0: every suite is clean or skip; 1: one fails or hangs; 2: bad input.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
root=$(dirname "$(dirname "$here")")
vmcsmith=${VMCSMITH:-$root/vmcsmith}

die() { echo "run.sh: $*" >&2; exit 2; }

options=() cpus=2 limit=300 jobs=1 logs=
while [ $# -gt 0 ]; do
    case $1 in
        --cpu|--cpus|--timeout|--jobs|--logs) [ $# -ge 2 ] || die "$1 needs a value" ;;&
        --cpu) options+=(--cpu "$2"); shift 2 ;;
        --cpus) cpus=$2; shift 2 ;;
        --timeout) limit=$2; shift 2 ;;
        --jobs) jobs=$2; shift 2 ;;
        --logs) logs=$2; shift 2 ;;
        -h|--help) sed -n '3,13s/^# \{0,1\}//p' "$0"; exit 0 ;;
        -*) die "there is no option $1" ;;
        *) break ;;
    esac
done
[ $# -ge 1 ] || die "which image? run.sh x86/vmx.flat (of kvm-unit-tests, built with ./configure --arch=x86_64 && make x86/vmx.flat)"
image=$1; shift
[ -r "$image" ] || die "cannot read $image"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ -n "$logs" ] || logs=$work
mkdir -p "$logs"

boot() { timeout "$limit" "$vmcsmith" run "$image" --quiet --memory 2560 --cpus "$cpus" "${options[@]}" --append "$1"; }

# The image names every test it has while it looks for one that does not exist.
names() { boot none | tr -d '\r' | sed -n 's/^.*filter = none, test = //p' | tr ' ' '_'; }

# suite NAME: one row of the table
suite() {
    local name=$1 log="$logs/${1//\//_}.log" start=$SECONDS code=0 end summary verdict
    boot "$name" >"$log" 2>&1 || code=$?
    end=$(tail -n 1 "$log" | tr -d '\r')
    summary=$(tr -d '\r' <"$log" | sed -n 's/^.*SUMMARY: //p' | tail -n 1)
    case "$code $end" in
        124*) verdict=HANG ;;
        *'debug exit with value 0,'*) verdict=clean ;;
        *'debug exit with value 38,'*) verdict=skip ;;
        *) verdict=FAIL ;;
    esac
    [ -n "$summary" ] || summary=$end
    printf '%-6s %5ds  %-56s %s\n' "$verdict" $((SECONDS - start)) "$name" "$summary" | tee -a "$work/table"
}

if [ $# -gt 0 ]; then suites=("$@"); else mapfile -t suites < <(names); fi
[ ${#suites[@]} -gt 0 ] || die "$image names no suite: is it vmx.flat?"
for name in "${suites[@]}"; do
    while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do wait -n || true; done
    suite "$name" &
done
wait
echo
cut -d' ' -f1 "$work/table" | sort | uniq -c | awk '{ printf "%s%s %s", s, $1, $2; s = ", " } END { print "" }'
! grep -qE '^(FAIL|HANG)' "$work/table"
