#!/bin/bash
# The languages of the bundled edition: every page is drawn without a box, and
# their tile is there as long as there is a page, on every panel and in every
# size without a hole among the others.
set -u
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
export TZ=Asia/Shanghai

say() { # say NAME STATUS FILE
    if [ "$2" -eq 0 ]; then echo "ok $1"; else
        echo "not ok $1"
        head -n 20 "$3" | sed 's/^/# /'
        status=1
    fi
}

kiosk() { # kiosk CONTENT: the script on standard input; dumps to out, the log to log
    "$build/yichuang" --headless --config packaging/yichuang.conf --content "$1" \
        --script - >"$work/out" 2>"$work/log"
}

# Each row of tiles must begin and end where the others do.
holes() {
    awk '/^tile / {
        split($2, at, ","); split($3, size, "x"); y = at[2]
        if (!(y in left) || at[1] + 0 < left[y]) left[y] = at[1] + 0
        if (!(y in right) || at[1] + size[1] > right[y]) right[y] = at[1] + size[1]
    }
    END {
        for (y in left) for (z in left)
            if (left[y] != left[z] || right[y] - right[z] > 1)
                print "rows of tiles from " left[y] " to " right[y] " and from " left[z] " to " right[z]
    }'
}

# homes CONTENT expect|refute: the home screen everywhere.
homes() {
    local panel size
    for panel in '1080x1920 mm 268' '1920x1080 mm 476' '1280x800 mm 217' '800x1280 mm 136'; do
        for size in 标准 大 特大 最大; do
            {
                printf 'size %s\nclock 2026-02-06T14:26:00\ntap "大字"\ntap "%s"\ntap "好了"\n' "$panel" "$size"
                [ "$2" = expect ] && echo 'reach "语言 Language"'
                # It would stand between the two, which on a wide panel begin side by side.
                [ "$2" = refute ] &&
                    printf 'reach "读报"\nrefute "语言 Language"\ntap "首页"\nwait settled\nreach "今日要闻"\n'
                printf 'wait settled\n%s "语言 Language"\ndump\n' "$2"
            } | kiosk "$1" || { echo "$panel $size:"; cat "$work/log"; return 1; }
            holes <"$work/out" | sed "s/^/$panel $size: /" | grep . && return 1
        done
    done
    return 0
}

homes "$build/content.db" expect >"$work/report"
say "the tile of the languages, everywhere" $? "$work/report"

{
    printf 'clock 2026-02-06T14:26:00\nreach "语言 Language"\ntap "语言 Language"\nwait settled\n'
    for page in content/edition/articles/languages/*.md; do
        title=$(sed -n 's/^title: //p' "$page")
        printf 'reach "%s"\ntap "%s"\nwait settled\nexpect "示例"\n' "$title" "$title"
        for _ in 1 2 3; do printf 'drag 540,1500 540,500 300ms\nwait settled\n'; done
        printf 'tap "返回"\nwait settled\n'
    done
} | kiosk "$build/content.db"
[ $? -eq 0 ] && ! grep -q 'no face' "$work/log"
say "every page of a language, without a box" $? "$work/log"

# An edition that does not have such pages.
cp -r content/edition "$work/edition"
rm "$work/edition/articles/languages/"*.md
"$build/yichuangctl" build "$work/edition" -o "$work/none.db" >"$work/report" 2>&1 &&
    homes "$work/none.db" refute >"$work/report"
say "no pages, no tile, no hole" $? "$work/report"

sed -i 's/, hide_when_empty: true//' "$work/edition/home.yaml"
"$build/yichuangctl" check "$work/edition" >"$work/report" 2>&1
[ $? -ne 0 ] && grep -q '^home.yaml:[0-9]*: articles/languages 里一篇也没有' "$work/report"
say "a tile to an empty channel is a fault unless it hides" $? "$work/report"

# All of them expire at midnight, while somebody looks at the home screen.
rm -r "$work/edition"
cp -r content/edition "$work/edition"
sed -i '1a valid_until: 2026-02-05' "$work/edition/articles/languages/"*.md
"$build/yichuangctl" build "$work/edition" -o "$work/expired.db" >"$work/report" 2>&1 &&
    kiosk "$work/expired.db" <<'SCRIPT'
size 1080x1920 mm 268
clock 2026-02-05T23:59:30
wait settled
expect "语言 Language"
wait 40s
refute "语言 Language"
expect "读报"
SCRIPT
say "the tile goes at midnight with the last page" $? "$work/log"
homes "$work/expired.db" refute >"$work/report"
say "expired pages, no tile, no hole" $? "$work/report"
exit $status
