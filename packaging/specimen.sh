#!/bin/sh
# Draws tests/specimen, one sample for each rule of typesetting, into
# packaging/pictures: specimen.png at the usual size, specimen-largest.png at the
# largest, white on black. Look at both afterwards, rule by rule.
# specimen.sh [build/release]
set -eu
build=${1:-build/release}
page=tests/specimen/articles/specimen/specimen.md
packaging/deps.sh pictures

draw() { # draw NAME COLOURS OPTION...
    name=packaging/pictures/$1.png colours=$2
    shift 2
    "$build/yichuangctl" preview "$page" "$@" -o "$name"
    # A quarter of the bytes; between ink and paper nobody misses a shade.
    pngquant --force --nofs --speed 1 --strip --output "$name" "$colours" "$name"
}
draw specimen 32 --width 720
draw specimen-largest 32 --width 480 --size 最大 --theme 黑底白字
