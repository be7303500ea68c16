#!/bin/sh
# What `make run` does once everything is built: the kiosk on the screen, or,
# where there is none, the demo script headless with its pictures.
set -eu
build=$1
set -- "$build/yichuang" --config packaging/yichuang.conf --content "$build/content.db"

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || [ -t 0 ] && [ -e /dev/dri/card0 ]; then
    exec "$@"
fi

shots=$build/demo
mkdir -p "$shots"
rm -f "$shots"/*.png
echo "No display found: playing tests/screens/demo.script without one."
"$@" --headless --script tests/screens/demo.script --shots "$shots"
echo "The pictures are in $shots:"
ls "$shots"
