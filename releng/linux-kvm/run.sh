#!/usr/bin/env bash
# SPDX-License-Identifier: EPL-2.0
# Boots a Linux kernel as its distribution ships it on our machine, and a guest on its KVM:
#   run.sh [OPTION]... [VMLINUZ [MODULES]]
#     VMLINUZ          the kernel (default: /boot/vmlinuz of the newest version)
#     MODULES          the folder of its modules (default: /lib/modules/VERSION, by VMLINUZ' name)
#     --cpu PROFILE    CPU profile (default: the command line's)
#     --cpus N         processors (default 1)
# Debian has both in one package: apt-get install linux-image-amd64; gcc, libc6-dev and cpio are needed too.
# Exit code 0: the guest has run to its end; 1: it has not; 2: bad input.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
root=$(dirname "$(dirname "$here")")
vmcsmith=${VMCSMITH:-$root/vmcsmith}
expected='linux-kvm: guest says 5, 1000 writes to a port, one to 0xf000, halted'

die() { echo "run.sh: $*" >&2; exit 2; }

options=()
while [ $# -gt 0 ]; do
    case $1 in
        --cpu|--cpus) [ $# -ge 2 ] || die "$1 needs a value"; options+=("$1" "$2"); shift 2 ;;
        -h|--help) sed -n '3,11s/^# \{0,1\}//p' "$0"; exit 0 ;;
        -*) die "there is no option $1" ;;
        *) break ;;
    esac
done
kernel=${1:-$(ls -v /boot/vmlinuz-* 2>/dev/null | tail -n 1 || true)}
[ -r "$kernel" ] || die "cannot read a kernel${kernel:+ $kernel}: run.sh VMLINUZ MODULES"
modules=${2:-/lib/modules/${kernel##*/vmlinuz-}}
[ -d "$modules/kernel" ] || die "$modules has no modules of the kernel: run.sh VMLINUZ MODULES"
for tool in gcc cpio; do
    command -v $tool >/dev/null || die "$tool is not installed"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/root"
gcc -Os -Wall -static "$here/init.c" -o "$work/root/init"
for module in virt/lib/irqbypass arch/x86/kvm/kvm arch/x86/kvm/kvm-intel; do
    file=$(ls "$modules/kernel/$module".ko* 2>/dev/null | head -n 1 || true)
    case $file in
        *.ko) cp "$file" "$work/root/" ;;
        *.xz) xz -dc "$file" >"$work/root/${module##*/}.ko" ;;
        *.zst) zstd -qdc "$file" >"$work/root/${module##*/}.ko" ;;
        *) die "$modules has no module $module" ;;
    esac
done
(cd "$work/root" && find . | cpio --quiet -o -H newc) >"$work/initrd"

"$vmcsmith" run "$kernel" --memory 1024 --max-instructions 100000000000 "${options[@]}" --append "console=ttyS0 panic=1" \
    --module "$work/initrd" | tee "$work/log"
tr -d '\r' <"$work/log" | grep -qF "$expected"
