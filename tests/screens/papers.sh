#!/bin/bash
# The pages of a newspaper: nothing that stands in an issue is out of reach, on
# any panel and in any size; and other issues of the paper are found, where
# there are some.
set -u
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
paper=papers/laodong-shibao
export TZ=Asia/Shanghai

say() { # say NAME STATUS
    if [ "$2" -eq 0 ]; then echo "ok $1"; else echo "not ok $1"; tail -n 5 "$work/log" | sed 's/^/# /'; status=1; fi
}
# play CONTENT: the drive script on standard input, what it dumps in $work/dump.
play() {
    timeout 300 "$build/yichuang" --headless --config packaging/yichuang.conf \
        --content "$1" --script - >"$work/dump" 2>"$work/log"
}
# field NAME FILE: of the front matter.
field() { sed -n "s/^$1: *//p" "$2" | head -n 1; }

# To the top again: reach only looks further down.
up() { for _ in 1 2 3; do printf 'drag 400,400 400,790 50ms\nwait settled\n'; done; }

# tour SIZE: every article from its page, and back to that page.
tour() {
    printf 'clock 2026-02-06T14:26:00\ntap "大字"\ntap "%s"\ntap "好了"\nreach "读报"\ntap "读报"\n' "$1"
    for page in 1 2 3 4; do
        printf 'tap "第%s版"\nwait settled\n' $page
        for article in content/edition/$paper/2026-01-09/*.md; do
            [ "$(field page "$article")" = $page ] || continue
            title=$(field title "$article")
            printf 'reach "%s"\ntap "%s"\nwait settled\nexpect "分钟"\ntap "返回"\nwait settled\nexpect "%s"\n' \
                "$title" "$title" "$title"
            up
        done
    done
}
for panel in '1080x1920 268' '1920x1080 476' '1280x800 217'; do
    read -r pixels mm <<<"$panel"
    for size in 标准 最大; do
        { printf 'size %s mm %s\nwait settled\n' "$pixels" "$mm"; tour $size; } | play "$build/content.db"
        say "every article of every page on $pixels, $size" $?
    done
done

{
    printf 'tap "大字"\ntap "最大"\ntap "好了"\nreach "读报"\ntap "读报"\nwait settled\n'
    printf 'reach "第2版 综合 ›"\nrefute "劳动时报"\ntap "第2版 综合 ›"\nwait settled\nexpect "劳动时报"\nexpect "第2版 综合"\n'
} | play "$build/content.db"
say "the next page begins at its top" $?

printf 'tap "读报"\nrefute "往期"\n' | play "$build/content.db"
say "no earlier issues, no way to them" $?

cp -r content/edition "$work/edition"
old=$work/edition/$paper/2026-01-05
mkdir "$old"
printf 'paper: 《劳动时报》\ndate: 2026-01-05\nissue_no: 5110\npages:\n  - {no: 1, name: 要闻}\n  - {no: 2, name: 空版}\n' >"$old/issue.yaml"
for i in $(seq 1 11); do
    printf -- '---\ntitle: 短讯第%s条\npage: 1\nrank: %s\n---\n这是试排用的第%s条短讯，只有一句话。\n' \
        "$i" "$i" "$i" >"$old/brief-$i.md"
done
"$build/yichuangctl" build "$work/edition" -o "$work/content.db" >"$work/log" 2>&1
say "an edition with two issues" $?

{
    printf 'tap "读报"\ntap "往期"\nwait settled\nexpect "第5110期"\nrefute "凝聚干劲"\n'
    printf 'tap "2026年1月5日 星期一"\nwait settled\nexpect "第5110期"\n'
    for i in $(seq 1 11); do printf 'reach "短讯第%s条"\n' "$i"; done
    printf 'reach "第2版 空版 ›"\ntap "第2版 空版 ›"\nwait settled\nrefute "短讯"\nexpect "这一版现在没有文章"\n'
    printf 'tap "返回"\nwait settled\nexpect "第5110期"\ntap "第1版"\nwait settled\nexpect "凝聚干劲"\n'
} | play "$work/content.db"
say "earlier issues, each with its articles" $?
exit $status
