#!/bin/bash
# yichuangctl ime: strokes as keys and as ink, on a terminal.
set -u
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
say() { # say NAME STATUS
    if [ "$2" -eq 0 ]; then echo "ok $1"; else echo "not ok $1"; tail -n 5 "$work/out" | sed 's/^/# /'; status=1; fi
}
ime() { "$build/yichuangctl" ime "$@" --data content/ime/data >"$work/out" 2>&1; }

ime strokes 31134 && [ "$(head -n 1 "$work/out")" = 失 ] && [ "$(wc -l <"$work/out")" -eq 10 ]
say "the strokes of 失 bring 失 first" $?

ime strokes '3*134' --json && grep -q '^{"candidates":\["失"' "$work/out"
say "with a stroke one is not sure of, as JSON" $?

ime strokes 36
[ $? -eq 2 ] && grep -q '参数不对' "$work/out"
say "what is no stroke is refused" $?

ime write tests/ink/qian-badly.json && grep -qx 钱 "$work/out" && [ "$(wc -l <"$work/out")" -eq 10 ]
say "a badly written 钱 is among the ten" $?

ime write --after 价 tests/ink/qian-badly.json && [ "$(head -n 1 "$work/out")" = 钱 ]
say "and the first of them after 价" $?

echo '[]' >"$work/empty.json"
ime write "$work/empty.json" && [ ! -s "$work/out" ]
say "no ink is no character" $?

bad=0
while IFS= read -r ink; do
    printf '%s' "$ink" >"$work/bad.json"
    ime write "$work/bad.json"
    [ $? -eq 1 ] && grep -q '看不懂' "$work/out" || { echo "# $ink"; bad=1; }
done <<'INK'
{}
[[[1,2]
[[[1]]]
[[[1,2,3]]]
[[[1,nan]]]
[[["1",2]]]
[[[1,2]]] x
[[1,2]]
[[[1,.5]]]
[[[1,5.]]]
INK
{ printf '['; for _ in $(seq 65); do printf '[],'; done; printf '[]]'; } >"$work/bad.json"
ime write "$work/bad.json"
[ $? -eq 1 ] && [ $bad -eq 0 ]
say "what is no ink is refused" $?

ime write "$work/none.json"
[ $? -eq 1 ] && grep -q 'No such file' "$work/out"
say "so is a file that is missing" $?

head -c 1000 content/ime/data/handwriting.model >"$work/handwriting.model"
"$build/yichuangctl" ime write tests/ink/qian-badly.json --data "$work" >"$work/out" 2>&1
[ $? -eq 1 ] && grep -q 'handwriting' "$work/out"
say "and a model that is cut short" $?
exit $status
