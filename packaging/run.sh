#!/bin/sh
# What `make run` does once everything is built: the kiosk on the screen, or,
# where there is none, the demo script headless with its pictures.
set -eu
build=$1
set -- "$build/yichuang" --config packaging/yichuang.conf --content "$build/content.db"

screen=${DISPLAY:-}${WAYLAND_DISPLAY:-}
# A bare console is a screen too; a terminal over ssh or in a container is not.
case $(tty) in /dev/tty[0-9]*) [ ! -d /dev/dri ] || screen=console ;; esac
if [ -n "$screen" ]; then
    exec "$@"
fi

shots=$build/demo
mkdir -p "$shots"
rm -f "$shots"/*.png
echo "No display found: playing tests/screens/demo.script without one."
"$@" --headless --script tests/screens/demo.script --shots "$shots"
echo "The pictures are in $shots:"
ls "$shots"
