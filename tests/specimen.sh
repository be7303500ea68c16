#!/bin/bash
# The specimen of the rules of typesetting: it has them all, it compiles, and
# the pictures in the repository are of the page as it is set now.
set -u
build=$1
specimen=tests/specimen
page=$specimen/articles/specimen/specimen.md
pictures=packaging/pictures
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
say() { # say NAME STATUS
    if [ "$2" -eq 0 ]; then echo "ok $1"; else echo "not ok $1"; tail -n 5 "$work/out" | sed 's/^/# /'; status=1; fi
}
# A PNG's header: width and height as 4 bytes each.
size() { od -An -tx1 -j16 -N8 "$1" | tr -d ' \n'; }
height() { od -An -tu1 -j20 -N4 "$1" | awk '{ print (($1 * 256 + $2) * 256 + $3) * 256 + $4 }'; }
preview() { "$build/yichuangctl" preview "$page" "$@" -o "$work/page.png" >"$work/out" 2>&1; }

"$build/yichuangctl" check $specimen >"$work/out" 2>&1
say "the specimen has no faults" $?

# Every rule of the table that is kept at all has a sample, in order.
rules=$(sed -nE 's/^\| ([0-9]+) \|.*\| ([^|]*) \|$/\1 \2/p' ARCHITECTURE.md | sed -nE '/ no$/!s/ .*//p')
samples=$(sed -nE 's/^#### ([0-9]+)　.*/\1/p' $page)
echo "rules: $rules samples: $samples" >"$work/out"
[ -n "$rules" ] && [ "$rules" = "$samples" ]
say "and a sample for each rule" $?

same() { # same PICTURE OPTION...
    local picture=$pictures/$1.png
    shift
    preview "$@" && { echo "draw it again: packaging/specimen.sh" >>"$work/out"; [ "$(size "$picture")" = "$(size "$work/page.png")" ]; }
}
same specimen --width 720
say "its picture is of the page's size" $?
same specimen-largest --width 480 --size 最大 --theme 黑底白字
say "and so is the one at the largest" $?

before=0 grows=0
for size in 标准 大 特大 最大; do
    preview --width 480 --size $size && [ "$(height "$work/page.png")" -gt "$before" ] || grows=1
    before=$(height "$work/page.png")
done
say "it is drawn at every size" $grows
exit $status
