#!/bin/bash
# A thousand random touches, turns of the panel and pauses, one seed every time
# unless SEED says otherwise: the kiosk is never lost, and under the sanitizers
# leaks nothing.
set -u
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seed=${SEED:-20261120} touches=${TOUCHES:-1000}
export TZ=Asia/Shanghai

awk -v seed="$seed" -v touches="$touches" '
    function upto(n) { return int(rand() * n) }
    function point() { return upto(width) "," upto(height) }
    function panel(w, h, mm) {
        width = w; height = h
        print "size " w "x" h " mm " mm
    }
    BEGIN {
        srand(seed)
        panel(1080, 1920, 268)
        for (i = 0; i < touches; i++) {
            what = upto(100)
            if (what < 45) print "tap " point()
            else if (what < 60) print "drag " point() " " point() " " 1 + upto(400) "ms"
            else if (what < 70) { at = point(); print "drag " at " " at " " 1 + upto(90) "ms" }
            else if (what < 85) print "tap " upto(width) "," height - 40
            # Often into the field and onto the keys, where they are.
            else if (what < 87) print "tap " upto(width) "," upto(height / 8)
            else if (what < 89) print "tap " upto(width) "," height / 2 + upto(height / 2)
            else if (what < 92) print "wait settled"
            else if (what < 96) print "wait " upto(100) "s"
            else if (what < 97) panel(1920, 1080, 40 + upto(600))
            else if (what < 98) panel(320, 320, 40 + upto(3960))
            else if (what < 99) panel(1280, 800, 217)
            else panel(1080, 1920, 268)
        }
        panel(1080, 1920, 268)
        print "wait 80s\nwait settled\nexpect \"求助\"\nwait 200s\nexpect \"点一下屏幕开始\""
    }' >"$work/monkey.script"

if timeout 300 "$build/yichuang" --headless --stats --config packaging/yichuang.conf --content "$build/content.db" \
    --script "$work/monkey.script" >"$work/out" 2>"$work/log"; then
    echo "ok $touches random touches, seed $seed"
else
    echo "not ok $touches random touches, seed $seed (exit $?)"
    tail -n 40 "$work/log" | cut -c 1-300 | sed 's/^/# /'
    exit 1
fi
