#!/bin/bash
# Every screen at four text sizes, three contrasts, on four panels: 48 runs.
# Each screen must be reached by touch, keep its words on the panel and its
# targets big enough for a thumb. The pictures, for looking at, are in
# build/<variant>/screens/matrix/.
set -u
build=$1
shots=$build/screens/matrix
mkdir -p "$shots"
status=0
export TZ=Asia/Shanghai

panels=('1080x1920 268' '1920x1080 476' '1280x800 217' '800x1280 136')
sizes=(标准 大 特大 最大)
contrasts=(纸色 白底黑字 黑底白字)

# tour PREFIX WIDTH HEIGHT MM SIZE CONTRAST: the script of one run. A drag by
# half the panel brings what lies below into view.
tour() {
    local drag="drag $(($2 / 2)),$(($3 * 3 / 4)) $(($2 / 2)),$(($3 / 4)) 400ms"
    cat <<SCRIPT
size $2x$3 mm $4
clock 2026-02-06T14:26:00
tap "大字"
expect "字的大小"
tap "$5"
tap "$6"
dump
shot $1-sizes.png
tap "好了"
refute "字的大小"
wait settled
dump
shot $1-home.png
tap "我遇到了问题"
dump
shot $1-guides.png
tap "老板不给钱怎么办"
dump
shot $1-guide.png
$drag
wait settled
dump
shot $1-guide2.png
tap "首页"
reach "劳模工匠"
tap "劳模工匠"
dump
shot $1-channel.png
tap "首页"
reach "附近驿站 喝水"
tap "附近驿站 喝水"
dump
shot $1-stations.png
reach "大学城夜班"
tap "大学城夜班"
dump
shot $1-station.png
tap "首页"
reach "语言 Language"
tap "语言 Language"
dump
shot $1-languages.png
reach "维吾尔文"
tap "维吾尔文"
dump
shot $1-uyghur.png
$drag
wait settled
dump
tap "返回"
reach "藏文"
tap "藏文"
dump
shot $1-tibetan.png
tap "首页"
reach "读报"
tap "读报"
dump
shot $1-issue.png
$drag
wait settled
dump
shot $1-issue2.png
tap "搜索"
dump
shot $1-search.png
tap "拼音"
type "gongshang "
wait settled
dump
shot $1-results.png
tap "首页"
reach "我遇到了问题"
tap "我遇到了问题"
tap "老板不给钱怎么办"
reach "在本篇中找"
tap "在本篇中找"
dump
type "gongzi "
wait settled
expect "1/"
dump
shot $1-find.png
tap "下一处"
wait settled
dump
tap "求助"
dump
shot $1-help.png
tap "返回"
wait settled
dump
wait 61s
dump
shot $1-countdown.png
expect "还要用"
SCRIPT
}

# Reads dumps: "role x,y WxH words". Targets touching the upper or lower edge of
# the viewport may be cut off there, so only whole ones are measured; nor are
# those that a keyboard cuts off.
judge() { # judge WIDTH HEIGHT MM
    awk -v width="$1" -v height="$2" -v mm="$3" '
    function tell(i) {
        for (i in small) print "too small: " small[i]
        split("", small)
    }
    /^(tile|row|article|chip|button|nav-item|notice) / {
        split($2, at, ","); split($3, size, "x")
        least = 12.7 * width / mm - 1
        cut = 0
        if ($1 != "nav-item" && (at[2] <= 0.2 * height || at[2] + size[2] >= 0.85 * height)) cut = 1
        if (!cut && (size[1] < least || size[2] < least))
            small[at[2] + size[2] " " ++n] = $0
    }
    # A keyboard begins with its chips; the bar comes first in each dump.
    $1 == "chip" && $4 == "拼音" {
        split($2, at, ",")
        for (i in small) if (i + 40 >= at[2]) delete small[i]
    }
    $1 == "nav-item" { tell() }
    END { tell() }
    /^[a-z-]+ -?[0-9]+,-?[0-9]+ [0-9]+x[0-9]+/ {
        split($2, at, ","); split($3, size, "x")
        if (at[1] < 0 || at[1] + size[1] > width)
            print "beside the panel: " $0
    }'
}

for panel in "${panels[@]}"; do
    read -r pixels mm <<<"$panel"
    width=${pixels%x*} height=${pixels#*x}
    bad=
    for s in 0 1 2 3; do
        for c in 0 1 2; do
            name=$pixels-$s$c
            tour "$name" "$width" "$height" "$mm" "${sizes[s]}" "${contrasts[c]}" >"$shots/$name.script"
            if ! "$build/yichuang" --headless --config packaging/yichuang.conf \
                --content "$build/content.db" --script "$shots/$name.script" \
                --shots "$shots" >"$shots/$name.dump" 2>"$shots/$name.log"; then
                echo "# $name:"
                sed 's/^/# /' "$shots/$name.log" | head -n 40
                bad="$bad $name"
                continue
            fi
            found=$(judge "$width" "$height" "$mm" <"$shots/$name.dump" | sort -u)
            if [ -n "$found" ]; then
                echo "$found" | head -n 10 | sed "s/^/# $name: /"
                bad="$bad $name"
            fi
        done
    done
    if [ -z "$bad" ]; then
        echo "ok every screen on $pixels"
    else
        echo "not ok every screen on $pixels:$bad"
        status=1
    fi
done
exit $status
