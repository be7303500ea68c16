#!/bin/bash
# A new edition takes the old one's place while somebody is reading: it is
# noticed without a restart, and the visitor stays where they were.
set -u
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"; exec 3>&-' EXIT
trap '' PIPE
status=0
say() { # say NAME STATUS
    if [ "$2" -eq 0 ]; then echo "ok $1"; else echo "not ok $1"; sed 's/^/# /' "$work/log"; status=1; fi
}

cp -r content/edition "$work/edition"
cp "$build/content.db" "$work/content.db"
mkfifo "$work/commands"
timeout 120 "$build/yichuang" --headless --content "$work/content.db" \
    --script "$work/commands" >"$work/out" 2>"$work/log" &
kiosk=$!
exec 3>"$work/commands"

# ask COMMAND: sends it, then waits until a dump has been answered.
ask() {
    local before
    before=$(wc -c <"$work/out")
    printf '%s\ndump\n' "$1" >&3 2>/dev/null || return 1
    for _ in $(seq 400); do
        [ "$(wc -c <"$work/out")" -gt "$before" ] && return 0
        kill -0 $kiosk 2>/dev/null || return 1
        sleep 0.05
    done
    return 1
}

ask 'tap "我遇到了问题"' && ask 'tap "老板不给钱怎么办"' && ask 'drag 540,1500 540,700 400ms' && ask 'wait settled'
say "somebody is reading a guide" $?
tail -n 3 "$work/out" >"$work/place"

# By a new file under the same name.
sed -i 's/^title: 老板不给钱怎么办/title: 老板不给钱这样办/' "$work/edition/guides/wage/arrears.md"
sed -i 's/^number: 1$/number: 2/' "$work/edition/edition.yaml"
"$build/yichuangctl" build "$work/edition" -o "$work/content.db" >"$work/build.log" 2>&1
say "a second edition is published" $?
ask 'wait 5s'
say "the kiosk goes on" $?
tail -n 3 "$work/out" | diff "$work/place" - >"$work/diff"
say "at the same place of the same page" $?
ask 'drag 540,400 540,1800 300ms' && ask 'wait settled' && ask 'drag 540,400 540,1800 200ms' && ask 'wait settled' &&
    ask 'expect "老板不给钱这样办"'
say "with the new words" $?

# By a commit into the file itself.
sqlite3 "$work/content.db" "UPDATE item SET seal = 0, title = '老板不给钱找谁' WHERE id = 'guides/wage/arrears';
    UPDATE generation SET number = number + 1"
ask 'wait 5s' && ask 'expect "老板不给钱找谁"'
say "a commit in place is noticed too" $?

# What is being read is withdrawn.
sqlite3 "$work/content.db" "PRAGMA foreign_keys = OFF; DELETE FROM item WHERE id = 'guides/wage/arrears';
    UPDATE generation SET number = number + 1"
ask 'wait 5s' && ask 'expect "看不了"' && ask 'tap "返回"' && ask 'expect "加班费"'
say "a withdrawn page says so and leads back" $?

# A file that is no database takes its place: the old one serves on.
echo "this is no database" >"$work/new" && mv "$work/new" "$work/content.db"
ask 'wait 5s' && ask 'tap "首页"' && ask 'expect "我遇到了问题"'
say "a broken file in its place is ignored" $?

exec 3>&-
wait $kiosk
say "every line held" $?
exit $status
