#!/bin/bash
# A very long article (flow.h): it opens, is read to its end, and its reader
# finds the place again after another page, in another size, in a new panel.
set -u
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
say() { # say NAME STATUS
    if [ "$2" -eq 0 ]; then echo "ok $1"; else echo "not ok $1"; tail -n 5 "$work/log" | sed 's/^/# /'; status=1; fi
}
# play: the drive script on standard input, what it dumps in $work/dump.
play() {
    { printf 'tap "我遇到了问题"\ntap "二十万字的法律"\n'; cat; } |
        timeout 300 "$build/yichuang" --headless --config packaging/yichuang.conf \
            --content "$work/content.db" --script - >"$work/dump" 2>"$work/log"
}
# The number of the first article whose beginning shows, in a dump.
article() { grep -o '第[0-9]*条　' "$1" | head -n 1; }

tests/bench/make_law.sh "$work/edition" 20000 content/edition 2>"$work/log"
"$build/yichuangctl" build "$work/edition" -o "$work/content.db" >>"$work/log" 2>&1
say "an edition with a very long article" $?

to_the_middle='drag 540,1600 540,300 60ms\nwait settled\ndrag 540,1600 540,300 60ms\nwait settled\n'
printf "$to_the_middle"'dump\ntap "求助"\nwait settled\ntap "返回"\nwait settled\ndump\n' | play
lines=$(($(wc -l <"$work/dump") / 2))
[ "$lines" -gt 5 ] && cmp -s <(head -n $lines "$work/dump") <(tail -n $lines "$work/dump")
say "after another page it shows the same" $?
here=$(article "$work/dump")

printf "$to_the_middle"'tap "大字"\ntap "黑底白字"\ntap 540,200\nwait settled\ndump\n' | play
[ -n "$here" ] && [ "$(article "$work/dump")" = "$here" ]
say "in another contrast it shows the same" $?

printf "$to_the_middle"'size 1920x1080 mm 476\nwait settled\nsize 1080x1920 mm 268\nwait settled\ndump\n' | play
grep -q "$here" "$work/dump"
say "after another panel the place is found again" $?

# One step back from the first place is the last one, which then shows.
printf 'tap "在本篇中找"\ntap "拼音"\ntype "laodong "\nexpect "1/"\ntap "查找"\ntap "上一处"\nwait settled\nexpect "劳动"\ndump\n' | play &&
    awk '$1 == "count" { split($4, n, "/"); if (n[2] > 50 && n[1] == n[2]) found = 1 } END { exit !found }' "$work/dump"
say "a word in it is found, to the last place" $?

printf 'reach "第8条　"\nreach "上一篇"\n' | play
say "it can be read to its end" $?
exit $status
