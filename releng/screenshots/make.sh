#!/usr/bin/env bash
# SPDX-License-Identifier: EPL-2.0
# Takes the README's pictures anew: runs the workbench tests that show the debugger and the editor, and keeps some of their pictures, made small.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
root=$(dirname "$(dirname "$here")")
command -v convert >/dev/null || { echo "make.sh: needs ImageMagick; install with: apt-get install imagemagick" >&2; exit 2; }
"$root/vmcsmith" test -Dtest=PictureTest,EditorPictureTest -Dsurefire.failIfNoSpecifiedTests=false -DfailIfNoTests=false -pl '!releng/dev.vmcsmith.build.tests'
for name in debugger hypervisor-in-c editor-hover; do
  convert "$root/plugins/dev.vmcsmith.ui.tests/target/screenshots/$name.png" -strip +dither -colors 64 "PNG8:$here/$name.png"
done
ls -l "$here"/*.png
