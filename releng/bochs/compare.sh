#!/usr/bin/env bash
# SPDX-License-Identifier: EPL-2.0
# Boots one image on Bochs and on our machine and compares what it writes to the serial port:
#   compare.sh [SETUP.hv|IMAGE.elf]...        (default: the walkthrough and the setups beside this script)
# Exit code 0: all agree; 1: a difference; 2: something is missing. BOCHS_CPU names another Bochs CPU model.
# The example ept-hook needs the monitor trap flag, which corei7_skylake_x of Bochs 2.7 does not offer (MSR 48EH bit 59 is 0; in Bochs 3 it is 1).
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
root=$(dirname "$(dirname "$here")")
vmcsmith=${VMCSMITH:-$root/vmcsmith}
cpu=${BOCHS_CPU:-corei7_skylake_x}
seconds=${BOCHS_SECONDS:-120}

die() { echo "compare.sh: $*" >&2; exit 2; }

for program in bochs grub-mkrescue xorriso; do
    command -v "$program" >/dev/null || die "needs $program; install with: apt-get install bochs bochs-x grub-pc-bin grub-common xorriso"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A display that needs no screen: nogui where Bochs was built with it, else rfb without waiting for a viewer.
display() {
    local plugins
    plugins=$(find /usr/lib /usr/local/lib -path '*bochs*' -name 'libbx_*_gui.so' 2>/dev/null || true)
    case $plugins in
        *libbx_nogui_gui.so*) echo 'nogui' ;;
        *libbx_rfb_gui.so*) echo 'rfb, options="timeout=0"' ;;
        *) die "Bochs has neither the display library nogui nor rfb; install bochs-x" ;;
    esac
}

# processors IMAGE: how many it wants
processors() {
    local wanted
    wanted=$(grep -ao 'cpus=[0-9]*' "$1" | head -n 1)
    echo "${wanted:-cpus=1}" | cut -d= -f2
}

# on_bochs IMAGE SERIAL: boots the image from a GRUB CD
on_bochs() {
    local iso=$work/iso
    mkdir -p "$iso/boot/grub"
    cp "$1" "$iso/boot/image.elf"
    printf 'set timeout=0\nmenuentry image {\n    multiboot /boot/image.elf report\n}\n' >"$iso/boot/grub/grub.cfg"
    grub-mkrescue -o "$work/image.iso" "$iso" >"$work/grub.log" 2>&1 || { cat "$work/grub.log" >&2; die "grub-mkrescue failed"; }
    sed -e "s|@CPU@|$cpu|; s|@CPUS@|$(processors "$1")|; s|@IMAGE@|$work/image.iso|; s|@SERIAL@|$2|; s|@LOG@|$work/bochs.log|; s|@DISPLAY@|$(display)|" \
        "$root/plugins/dev.vmcsmith.cli/src/dev/vmcsmith/cli/bench/bochsrc" >"$work/bochsrc"
    echo c >"$work/continue"     # Debian's Bochs starts in its debugger
    timeout "$seconds" bochs -q -f "$work/bochsrc" -rc "$work/continue" </dev/null >"$work/bochs.out" 2>&1 || true
    [ -s "$2" ] || { tail -n 20 "$work/bochs.log" "$work/bochs.out" >&2; die "nothing came from Bochs' serial port"; }
}

# alike SERIAL IMAGE: what every processor must show alike. Values of registers and MSRs differ between CPU models; the instruction length
# is undefined for exceptions that no instruction asked for. Several processors number their exits each for itself, and how the lines of one
# come between those of another is theirs.
alike() {
    sed -E '/^\[vmcsmith[ 0-9]*\] (CR0|CR4|IA32_[A-Z_]+) = /d; s/^(\[vmcsmith[ 0-9]*\] exit [0-9]+: exception-nmi .*), length [0-9]+$/\1/
        s/^\[vmcsmith [0-9]+\] exit code/exit code/' "$1" | if [ "$(processors "$2")" = 1 ]; then cat; else sort; fi
}

compare() {
    local file=$1 image=$work/image.elf
    rm -f "$work"/*.serial "$work/image.iso"
    case $file in
        *.hv) "$vmcsmith" compile "$file" -o "$image" ;;
        *) cp "$file" "$image" ;;
    esac
    on_bochs "$image" "$work/bochs.serial"
    "$vmcsmith" run "$image" --append report --serial "$work/ours.serial" --quiet >"$work/ours.out" 2>&1 || cat "$work/ours.out"
    echo "== $file on Bochs ($cpu)"
    cat "$work/bochs.serial"
    echo "== $file on VMCSmith"
    cat "$work/ours.serial"
    if diff <(alike "$work/bochs.serial" "$image") <(alike "$work/ours.serial" "$image") >"$work/diff"; then
        echo "== $file: both agree, $(grep -cE '^\[vmcsmith[ 0-9]*\] exit [0-9]+:' "$work/bochs.serial") VM exits"
    else
        echo "== $file: DIFFERENT (< Bochs, > VMCSmith)"
        cat "$work/diff"
        return 1
    fi
}

[ $# -gt 0 ] || set -- "$root/plugins/dev.vmcsmith.examples/walkthrough/walkthrough.hv" "$here"/*.hv
result=0
for file in "$@"; do
    [ -r "$file" ] || die "there is no file $file"
    compare "$file" || result=1
done
exit $result
