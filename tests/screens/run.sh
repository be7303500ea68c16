#!/bin/bash
# Drive scripts, one test each: every line must hold, and what the script dumps
# must be what was reviewed (NAME.dump beside NAME.script). Pictures go to
# build/<variant>/screens/<name>/ for whoever wants to look.
# REVIEWED=1 writes the dumps instead of comparing them.
set -u
build=$1
content=$build/content.db
status=0
export TZ=Asia/Shanghai

for script in tests/screens/*.script; do
    name=$(basename "$script" .script)
    shots=$build/screens/$name
    mkdir -p "$shots"
    "$build/yichuang" --headless --config packaging/yichuang.conf --content "$content" \
        --script "$script" --shots "$shots" >"$shots/dump" 2>"$shots/log"
    result=$?
    expected=tests/screens/$name.dump
    if [ "$result" -ne 0 ]; then
        echo "not ok $name (exit $result)"
        sed 's/^/# /' "$shots/log"
        status=1
    elif [ "${REVIEWED:-}" = 1 ] && [ -s "$shots/dump" ]; then
        cp "$shots/dump" "$expected"
        echo "ok $name # reviewed"
    elif [ -e "$expected" ] && ! diff -u "$expected" "$shots/dump" >"$shots/diff"; then
        echo "not ok $name shows something else than was reviewed"
        head -n 40 "$shots/diff" | sed 's/^/# /'
        status=1
    elif [ -s "$shots/dump" ] && [ ! -e "$expected" ]; then
        echo "not ok $name dumps, but $expected is missing"
        status=1
    else
        echo "ok $name"
    fi
done
exit $status
