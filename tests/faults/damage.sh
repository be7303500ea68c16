#!/bin/bash
# Bytes of the database flip while the kiosk is told nothing: whatever it then
# reads, it goes on. 40 copies, 64 flipped bytes each, a new seed every run.
set -u
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
seed=${SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
size=$(stat -c %s "$build/content.db")

cat >"$work/tour.script" <<'SCRIPT'
tap 540,500
wait settled
tap 540,700
wait settled
drag 540,1500 540,300 200ms
wait settled
tap "首页"
tap 270,900
wait settled
tap 540,800
wait settled
tap "求助"
wait settled
tap "首页"
wait 65s
wait 20s
SCRIPT

RANDOM=$((seed % 32768))
for copy in $(seq 40); do
    cp "$build/content.db" "$work/bad.db"
    for flip in $(seq 64); do
        # The first page stays: without it there is no database to speak of.
        at=$((4096 + (RANDOM * 32768 + RANDOM) % (size - 4096)))
        printf "\\x$(printf %02x $((RANDOM % 256)))" |
            dd of="$work/bad.db" bs=1 seek=$at conv=notrunc status=none
    done
    timeout 120 "$build/yichuang" --headless --script "$work/tour.script" \
        --content "$work/bad.db" >/dev/null 2>"$work/log"
    result=$?
    # 1 is fair: a visible item may be missing, or nothing could be opened.
    if [ "$result" -gt 1 ]; then
        echo "not ok damaged copy $copy, seed $seed (exit $result)"
        tail -n 30 "$work/log" | sed 's/^/# /'
        status=1
    fi
done
[ $status -eq 0 ] && echo "ok 40 damaged copies never end the kiosk (seed $seed)"
exit $status
