#!/bin/bash
# What a kiosk does when there is nothing to show: a plain reason, the rescue
# page, a clean exit under a script - never a crash, never a blank screen.
set -u
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
good=$build/content.db
echo 'expect "我遇到了问题"' >"$work/home.script"

# run NAME ARG...: leaves exit status in $result, standard error in $work/log.
run() {
    mkdir -p "$work/shots"
    rm -f "$work/shots/rescue.png"
    timeout 60 "$build/yichuang" --headless --script "$work/home.script" \
        --shots "$work/shots" "$@" >"$work/out" 2>"$work/log"
    result=$?
}

check() { # check NAME CONDITION...
    local name=$1
    shift
    if "$@"; then
        echo "ok $name"
    else
        echo "not ok $name (exit $result)"
        sed 's/^/# /' "$work/log"
        status=1
    fi
}

# The page was drawn: a blank screen compresses to almost nothing.
rescued() { [ "$result" -eq 1 ] && [ -s "$work/log" ] && [ "$(stat -c %s "$work/shots/rescue.png")" -gt 6000 ]; }

run --content "$good"
check "a good database shows the home screen" [ "$result" -eq 0 ]

run --content "$work/none.db"
check "no database" rescued

: >"$work/empty.db"
run --content "$work/empty.db"
check "an empty file" rescued

mkdir "$work/folder.db"
run --content "$work/folder.db"
check "a folder" rescued

head -c 300000 /dev/urandom >"$work/random.db"
run --content "$work/random.db"
check "300 kB of noise" rescued

cp "$good" "$work/newer.db" && sqlite3 "$work/newer.db" 'PRAGMA user_version = 9999'
run --content "$work/newer.db"
check "a schema from the future" rescued
check "and it says so" grep -qi 'newer\|version' "$work/log"

cp "$good" "$work/noitems.db" && sqlite3 "$work/noitems.db" 'DELETE FROM item'
run --content "$work/noitems.db"
check "a database without items" rescued

size=$(stat -c %s "$good")
crashed=
for part in 1 5 10 25 50 75 90 99; do
    head -c $((size * part / 100)) "$good" >"$work/torn.db"
    run --content "$work/torn.db"
    [ "$result" -le 1 ] || crashed="$crashed $part%"
done
check "torn at eight lengths, never a crash:$crashed" [ -z "$crashed" ]

mkdir "$work/nofonts"
run --content "$good" --fonts "$work/nofonts"
check "no font" rescued

run --content "$good" --config "$work/none.conf"
check "a config file that is not there is wrong usage" [ "$result" -eq 2 ]
printf 'panel_mm = banana\nnonsense\n\377\376 = 3\n' >"$work/bad.conf"
run --content "$good" --config "$work/bad.conf"
check "a config file full of mistakes still opens" [ "$result" -eq 0 ]

# Out of order for a while: the reason once, not at every look; and who ends
# the kiosk there ends it cleanly.
# In the foreground: otherwise the signal comes twice, the second time perhaps to
# a kiosk that has already answered the first.
timeout --foreground -k 5 60 "$build/yichuang" --headless --content "$work/late.db" 2>"$work/log" &
kiosk=$!
sleep 7
check "a fault that lasts is logged once" [ "$(grep -c late.db "$work/log")" -eq 1 ]
kill $kiosk
wait $kiosk
result=$?
check "the out-of-order page ends cleanly" [ "$result" -eq 0 ]

(
    unset DISPLAY WAYLAND_DISPLAY SDL_VIDEODRIVER
    export XDG_RUNTIME_DIR=$work SDL_VIDEODRIVER=x11 DISPLAY=:987
    timeout 60 "$build/yichuang" --content "$good" >"$work/out" 2>"$work/log"
)
result=$?
check "no display: a reason and exit 1" [ "$result" -eq 1 ]
check "and the reason is on standard error" [ -s "$work/log" ]
exit $status
