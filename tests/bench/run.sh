#!/bin/bash
# make bench: what things cost, as ratios to something that runs beside them,
# because machines differ and are noisy. Nothing here passes or fails.
set -u
build=$1
here=$PWD
work=$(mktemp -d)
xvfb=
finish() {
    [ -n "$xvfb" ] && kill "$xvfb" 2>/dev/null
    rm -rf "$work"
}
trap finish EXIT
content=$build/content.db
corpus=../shared/data/laws-corpus

start_display() {
    Xvfb -displayfd 3 -screen 0 1080x1920x24 -fbdir "$work" -nolisten tcp \
        3>"$work/display" >/dev/null 2>&1 &
    xvfb=$!
    for _ in $(seq 100); do
        [ -s "$work/display" ] && break
        sleep 0.05
    done
    DISPLAY=:$(cat "$work/display")
    export DISPLAY SDL_VIDEODRIVER=x11
    unset WAYLAND_DISPLAY
}

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
private_kb() { awk '/^Private/ { sum += $2 } END { print sum }' "/proc/$1/smaps_rollup"; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf("%.2f", a / b); else printf("?") }'; }

kiosk=("$build/yichuang" --config packaging/yichuang.conf)
red_tile=(60,400 B5121B) # inside it on our home screen and on the page of the pictures

# First frame: the same red tile, watched on the frame buffer, for both.
first_frame() { # first_frame X,Y RRGGBB COMMAND...
    local at=$1 colour=$2
    shift 2
    for _ in 1 2 3 4 5 6 7; do
        "$build/tests/bench_first_frame" "$work/Xvfb_screen0" "$at" "$colour" -- "$@"
    done | median
}

bench_start() {
    local ours theirs page=../shared/design/mockups/home.html
    echo "== exec to the first complete home frame (red tile on the frame buffer, warm, median of 7)"
    ours=$(first_frame "${red_tile[@]}" "${kiosk[@]}" --content "$content")
    echo "yichuang              $ours ms"
    if [ ! -e "$page" ]; then
        echo "chromium: skipped: no mockups"
        return
    fi
    theirs=$(first_frame "${red_tile[@]}" chromium --no-sandbox --kiosk --no-first-run --disable-gpu \
        --disable-background-networking --disable-component-update --disable-sync --disable-quic \
        --user-data-dir="$work/chromium" --window-size=1080,1920 --window-position=0,0 \
        "file://$(realpath "$page")")
    echo "chromium --kiosk      $theirs ms"
    echo "ratio                 $(ratio "$theirs" "$ours") times faster"
}

# A kiosk driven through a pipe, so that it can be looked at between commands.
open_kiosk() { # open_kiosk CONTENT
    rm -f "$work/commands" "$work/out"
    mkfifo "$work/commands"
    : >"$work/out"
    "${kiosk[@]}" --content "$1" --script "$work/commands" >"$work/out" 2>"$work/log" &
    pid=$!
    exec 4>"$work/commands"
}
ask() {
    local before
    before=$(stat -c %s "$work/out")
    printf '%s\ndump\n' "$@" >&4
    while [ "$(stat -c %s "$work/out")" -le "$before" ] && kill -0 $pid 2>/dev/null; do sleep 0.02; done
}
close_kiosk() {
    exec 4>&-
    wait $pid
    sed 's/^/  log: /' "$work/log" | head -n 5
}

bench_memory() {
    echo "== private memory (smaps_rollup, 1080x1920 under Xvfb)"
    open_kiosk "$content"
    ask 'wait settled'
    echo "home                  $(private_kb $pid) kB"
    open_fifty >&4
    ask 'wait settled'
    echo "after 50 articles     $(private_kb $pid) kB"
    local before after
    taps 2000 >&4
    ask 'wait settled'
    before=$(private_kb $pid)
    taps 10000 >&4
    ask 'wait settled'
    after=$(private_kb $pid)
    echo "after 2,000 taps      $before kB"
    echo "after 12,000 taps     $after kB"
    close_kiosk
}

# Fifty articles, one after the other by 下一篇, each read to its end.
open_fifty() {
    echo 'tap "劳模工匠"'
    echo 'wait settled'
    echo 'tap 540,600'
    for _ in $(seq 50); do
        for _ in 1 2 3 4 5 6; do
            echo 'drag 540,1600 540,250 100ms'
            echo 'wait settled'
        done
        echo 'tap 800,1650'
        echo 'wait settled'
    done
    echo 'tap "首页"'
}

# Taps all over the screen, the same ones every time.
taps() {
    awk -v n="$1" 'BEGIN { srand(7); for (i = 0; i < n; i++)
        printf("tap %d,%d\n", 20 + int(rand() * 1040), 150 + int(rand() * 1750)) }'
}

bench_frame() {
    echo "== frames at 1080x1920, Xvfb"
    "$build/tests/bench_frame" "$content" articles/local/women-workers-five-years display
    echo "== frames at 1080x1920, headless"
    SDL_VIDEODRIVER=dummy "$build/tests/bench_frame" "$content" articles/local/women-workers-five-years headless
}

bench_blend() {
    echo "== 2,000 glyphs of text at 1080x1920 (Noto Sans, 28 px, all of them cached)"
    "$build/tests/bench_blend"
}

bench_glyphs() {
    echo "== glyph cache: every text read page by page at four sizes, limits in MiB"
    local texts=../shared/data/labour-laws
    [ -d "$texts" ] || { echo "skipped: no corpus"; texts=content/edition; }
    "$build/tests/bench_glyphs" "$texts" 4 6 32
}

# Instructions a character of one measured pass, by callgrind.
instructions() { # instructions FUNCTION CHARACTERS
    valgrind --tool=callgrind --callgrind-out-file="$work/callgrind" --collect-atstart=no \
        --toggle-collect="$1" "$build/tests/bench_text" once 2>&1 >/dev/null |
        awk -v n="$2" '/Collected/ { printf("%.0f", $4 / n) }'
}

bench_text() {
    echo "== setting text (Noto Sans, 28 px, lines of 1000 px)"
    "$build/tests/bench_text" all | tee "$work/text"
    command -v valgrind >/dev/null || { echo "instructions: skipped: no valgrind"; return; }
    local characters shaping made layout
    characters=$(awk '/^characters/ { print $2 }' "$work/text")
    shaping=$(instructions measured_shaping "$characters")
    made=$(instructions measured_new "$characters")
    layout=$(instructions measured_layout "$characters")
    echo "hb_shape alone        $shaping instructions a character"
    echo "paragraph_new         $made, $(ratio "$made" "$shaping") x hb_shape"
    echo "layout to lines       $layout, $(ratio "$layout" "$shaping") x hb_shape"
}

bench_law() {
    echo "== a law of 200,000 characters at 1080x1920, headless (CPU time)"
    local texts=$corpus
    [ -d "$texts" ] || texts=content/edition
    tests/bench/make_law.sh "$work/law" 200000 "$texts"
    "$build/yichuangctl" build "$work/law" -o "$work/law.db" || return
    SDL_VIDEODRIVER=dummy "$build/tests/bench_law" "$work/law.db" articles/news/law
}

bench_pinyin() {
    echo "== a key of the pinyin keyboard, everyday words and their initials"
    "$build/tests/bench_pinyin" "$build/pinyin.lex" tests/pinyin/everyday.txt "$content"
}

bench_handwriting() {
    echo "== recognising a character (CPU time, against reading the model through)"
    local medians=build/train/medians.txt
    [ -e "$medians" ] || { echo "only the tests' characters: make train brings all"; medians=tests/ink/medians.txt; }
    "$build/tests/bench_handwriting" content/ime/data/handwriting.model "$medians" \
        content/edition/guides/wage/arrears.md
}

bench_idle() {
    echo "== idle for a minute on the home screen"
    "${kiosk[@]}" --content "$content" --stats 2>"$work/stats" &
    pid=$!
    sleep 3
    local switches ticks
    switches=$(awk '/^voluntary/ { print $2 }' "/proc/$pid/status")
    ticks=$(awk '{ print $14 + $15 }' "/proc/$pid/stat")
    sleep 60
    switches=$(($(awk '/^voluntary/ { print $2 }' "/proc/$pid/status") - switches))
    ticks=$(($(awk '{ print $14 + $15 }' "/proc/$pid/stat") - ticks))
    kill -TERM $pid
    wait $pid
    echo "wake-ups a second     $(ratio $switches 60)"
    echo "of a core             $(ratio $((ticks * 100)) $((60 * $(getconf CLK_TCK)))) %"
    sed 's/^/since exec: /' "$work/stats"
}

bench_search() {
    echo "== search (goals: 4 ms p99, index / text 0.6, 8 MB)"
    "$build/tests/bench_search" "$work"
    rm -f "$work/paragraphs.db"
}

bench_edition() {
    echo "== an edition of 20,000 items"
    [ -d "$corpus" ] || { echo "skipped: no corpus"; corpus=content/edition; }
    local items
    for items in 5000 10000 20000; do
        tests/bench/make_edition.sh "$work/edition$items" $items "$corpus"
        local start end
        start=$(date +%s%N)
        "$build/yichuangctl" build "$work/edition$items" -o "$work/$items.db" >"$work/build.log" || tail -n 3 "$work/build.log"
        end=$(date +%s%N)
        echo "$items items           $(((end - start) / 1000000)) ms, $(ratio $((end - start)) $((items * 1000))) us an item, $(stat -c %s "$work/$items.db") bytes"
    done
    # Both in memory, so that the disk of this machine plays no part.
    local state
    state=$(mktemp -ud -p /dev/shm)
    "$build/tests/bench_import" "$work/edition20000" "$state"
    rm -rf "$state"
    local small large
    small=$(first_frame "${red_tile[@]}" "${kiosk[@]}" --content "$content")
    large=$(first_frame 60,350 B5121B "${kiosk[@]}" --content "$work/20000.db")
    echo "home with the bundled edition $small ms, with 20,000 items $large ms"
}

# A visitor scrolls while the service, as nice as it is, imports one day after
# the other into the database that he reads from.
# Imports of one article in a hundred follow each other, where a kiosk gets one a
# day. Turns of a few seconds each, so that all three meet the same machine: the
# importer runs, is stopped, and is stopped beside a loop that is as nice and as
# busy but has no database. Frames in which the kiosk reads a new generation are
# none that is scrolled in (it waits for the page to rest) and are told apart.
bench_scroll_and_import() {
    echo "== a scrolled frame while another process imports"
    local state importer loop turn kind line days
    declare -A p99=() cpu=() reloads=()
    [ -d "$work/edition20000" ] || tests/bench/make_edition.sh "$work/edition20000" 20000 "$corpus"
    state=$(mktemp -ud -p "$work")
    nice -n 10 "$build/tests/bench_import" "$work/edition20000" "$state" on >"$work/importer" &
    importer=$!
    while [ ! -s "$work/importer" ] && kill -0 $importer 2>/dev/null; do sleep 0.1; done
    for turn in 1 2 3 4 5; do
        for kind in import alone loop; do
            loop=
            [ $kind = import ] && kill -CONT $importer
            [ $kind = loop ] && { nice -n 10 sh -c 'while :; do :; done' & loop=$!; }
            line=$(SDL_VIDEODRIVER=dummy "$build/tests/bench_scroll" "$state/content.db" articles/news/a000007 5)
            kill -STOP $importer 2>/dev/null || echo "the importer was done too early"
            [ -z "$loop" ] || { kill $loop; wait $loop 2>/dev/null; }
            set -- $line
            p99[$kind]+="$2 " cpu[$kind]+="$5 "
            [ "$3" = 0 ] || reloads[$kind]+="$4 "
        done
    done
    days=$(sqlite3 "$state/content.db" 'SELECT number FROM generation')
    kill $importer 2>/dev/null
    kill -CONT $importer 2>/dev/null
    wait $importer 2>/dev/null
    middle() { tr ' ' '\n' | sed '/^$/d' | sort -g | sed -n 3p; }
    for kind in alone loop import; do
        p99[m$kind]=$(middle <<<"${p99[$kind]}") cpu[m$kind]=$(middle <<<"${cpu[$kind]}")
        echo "p99, $(printf %-16s $kind) ${p99[m$kind]} ms, the middle of: ${p99[$kind]}"
    done
    echo "imports               $days"
    echo "reading a generation  ${reloads[import]:-none} ms at most, in one frame"
    echo "p99 against alone     $(ratio "${p99[mimport]}" "${p99[malone]}") times as long"
    echo "against a busy loop   $(ratio "${p99[mimport]}" "${p99[mloop]}") times as long"
    echo "p99 of its own work:   ${cpu[mimport]} ms against ${cpu[malone]} ms, $(ratio "${cpu[mimport]}" "${cpu[malone]}") times as long"
    rm -rf "$state"
}

# All of it, from a folder as a stick has it: verified, copied, hashed, compiled.
bench_first_import() {
    echo "== the first import of 200 MB, pictures included"
    local folder=$work/large ours hash n
    mkdir -p "$folder/edition/media"
    tests/bench/make_edition.sh "$folder/edition" 5000 "$corpus"
    # What stands behind the end of a picture is of no account to who shows it.
    for n in $(seq 70); do
        { cat content/edition/media/welder.png; head -c 2700000 /dev/urandom; } >"$folder/edition/media/p$n.png"
        sed -i "4s|^|image: media/p$n.png\\nalt: 图\\n|" "$folder/edition/articles/news/a$(printf %06d "$n").md"
    done
    "$build/yichuangctl" publish "$folder/edition" "$folder/large" --new >"$work/publish.log" 2>&1 ||
        { tail -n 3 "$work/publish.log"; return; }
    ours=$("$build/tests/bench_command" "$build/yichuangctl" sync "$folder/large" --state "$folder/state" \
        --repository large --root "$folder/large/metadata/1.root.json" --area 520100 2>"$work/sync.log") ||
        tail -n 3 "$work/sync.log"
    hash=$(cd "$folder/large" && find targets -type f -print0 | "$here/$build/tests/bench_command" xargs -0 sha256sum 2>/dev/null)
    echo "bytes                 $(du -sbL "$folder/large/targets" | cut -f1)"
    echo "first import          ${ours% *} ms, at most ${ours#* } kB of memory"
    echo "sha256 of the same    ${hash% *} ms"
    echo "times as long         $(ratio "${ours% *}" "${hash% *}")"
    rm -rf "$folder"
}

start_display
"$build/yichuang" --version
bench_start
bench_memory
bench_frame
bench_blend
bench_glyphs
bench_text
bench_law
bench_handwriting
bench_idle
bench_edition
bench_pinyin
bench_search
bench_scroll_and_import
bench_first_import
