#!/bin/bash
# yichuangctl preview: a page of an edition as a picture, or what to put right.
set -u
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
say() { # say NAME STATUS
    if [ "$2" -eq 0 ]; then echo "ok $1"; else echo "not ok $1"; tail -n 5 "$work/out" | sed 's/^/# /'; status=1; fi
}
preview() { "$build/yichuangctl" preview "$@" -o "$work/page.png" >"$work/out" 2>&1; }
# A PNG's header: width and height as 4 bytes each, the highest first.
number() { od -An -tu1 -j"$1" -N4 "$work/page.png" | awk '{ print (($1 * 256 + $2) * 256 + $3) * 256 + $4 }'; }
width() { number 16; }
height() { number 20; }

cp -r content/edition "$work/edition"
guide=$work/edition/guides/wage/arrears.md

preview "$guide"
[ $? -eq 0 ] && [ "$(head -c 8 "$work/page.png" | od -An -tx1 | tr -d ' \n')" = 89504e470d0a1a0a ] && [ "$(width)" -eq 1080 ]
say "a guide becomes a picture of the usual width" $?
short=$(height)
grep -q '老板不给钱怎么办，1080×' "$work/out"
say "and says which and how large" $?

preview "$guide" --size 最大 --theme 黑底白字
[ $? -eq 0 ] && [ "$(height)" -gt $((short * 5 / 4)) ]
say "it is higher in the largest size" $?

preview --width 540 "$guide"
[ $? -eq 0 ] && [ "$(width)" -eq 540 ] && [ "$(height)" -lt $((short * 6 / 10)) ]
say "half as wide it is half as high" $?

mkfifo "$work/pipe"
"$build/yichuangctl" preview "$guide" -o "$work/pipe" >"$work/out" 2>&1
[ $? -eq 1 ] && [ -p "$work/pipe" ]
say "what is no file is not replaced" $?

for i in $(seq 40); do printf '\n第%d条，用人单位应当按月足额支付工资，不得克扣。\n' "$i"; done >>"$guide"
preview "$guide"
[ $? -eq 0 ] && [ "$(height)" -gt $((short + 40 * 60)) ]
say "it is higher with more text" $?

# Somebody else's mistake is not this page's.
printf -- '---\ntitel: 错\n---\n' >"$work/edition/articles/news/wrong.md"
preview "$guide"
say "faults of other files do not matter" $?

rm -f "$work/page.png"
sed -i 's/^title: .*/titel: 错/' "$guide"
preview "$guide"
[ $? -eq 1 ] && [ ! -e "$work/page.png" ] && grep -qE '^guides/wage/arrears.md:[0-9]+: .*title' "$work/out"
say "a fault is told with its line, and nothing is drawn" $?
"$build/yichuangctl" check "$work/edition" >"$work/check"
[ "$(grep -c '^guides/wage/arrears.md:' "$work/out")" -gt 0 ] &&
    cmp -s <(grep '^guides/wage/arrears.md:' "$work/check") <(grep '^guides/wage/arrears.md:' "$work/out")
say "as check tells it" $?

preview "$work/edition/guides/wage/missing.md"
[ $? -eq 1 ] && grep -q 'missing.md:1: ' "$work/out"
say "a missing file is told" $?
preview "$work/edition/SOURCES.md"
if [ $? -eq 1 ] && [ -s "$work/out" ]; then say "what is no item is told" 0; else say "what is no item is told" 1; fi
printf '# 题\n' >"$work/alone.md"
preview "$work/alone.md"
[ $? -eq 1 ] && grep -q 'alone.md:1: .*edition.yaml' "$work/out"
say "a file outside any edition is told" $?
preview "$guide" --size 巨大
[ $? -eq 2 ]
say "an unknown size is a wrong command line" $?
exit $status
