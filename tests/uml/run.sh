#!/bin/bash
# Power cuts for a whole kernel, by hand: Debian's user-mode-linux runs the real
# commands on a real ext4 and a real FAT32, and is killed at random moments.
#
#   make && make build/release/tests/judge
#   nice tests/uml/run.sh build/release ext4 30    # state on ext4, 30 minutes
#   nice tests/uml/run.sh build/release vfat 30    # and the stick with FAT32
#   nice tests/uml/run.sh build/release stick 30   # writing the stick
#   tests/uml/run.sh build/release fat             # tests/fat.sh, once
#   packaging/deps.sh uml                          # installs what it needs
#
# SEED=number repeats the choices of the host, though not what falls between.
#
# A kernel that is killed loses what it holds in memory: dirty pages, requests
# it had not given to the disk yet, half of a journal's commit. What it had
# given, the host has, in the order it was given: the disk is one whose cache
# outlives the power and which never reorders, so a missing flush to the disk is
# not found here (crashvfs.c in tests/support finds that of the database). A
# disk with O_SYNC would make no difference, as the host stays up.
#
# Always: what is on board is one of the published generations, whole, by the
# store's own checks and those of a scrub; none that was acknowledged before the
# cut is lost; the next call goes on by itself, up to the newest. A stick that
# was being written is refused or taken whole, and is whole once it was said to
# be; the next call of yichuangctl stick mends it.
set -u
here=$PWD
build=$PWD/${1:-build/release}
part=${2:-ext4}
minutes=${3:-30}
last=10
for need in linux.uml busybox mkfs.vfat mke2fs; do
    command -v $need >/dev/null ||
        { echo "ok $part in user-mode-linux # skip skipped: no $need (packaging/deps.sh uml)"; exit 0; }
done
[ -x "$build/tests/judge" ] || { echo "run.sh: first: make ${build#"$here"/}/tests/judge" >&2; exit 2; }
shm=/dev/shm
[ -w $shm ] || shm=${TMPDIR:-/tmp}
work=$(mktemp -d $shm/yichuang-uml-XXXXXX)
uml=
cut_power() {
    [ -n "$uml" ] || return
    kill -KILL -- -"$uml" 2>/dev/null
    wait "$uml" 2>/dev/null
    while kill -0 -- -"$uml" 2>/dev/null; do sleep 0.02; done
    uml=
}
trap 'cut_power; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cd "$work" || exit 1
RANDOM=${SEED:=$RANDOM}
echo "# seed $SEED"

# What Debian's kernel has as modules, each after those it needs.
modules=
for name in fat vfat nls_cp437 nls_ascii nls_iso8859-1 nls_utf8 dax dm-mod; do
    modules="$modules${modules:+ }$(find /usr/lib/uml/modules -name "$name.ko" | head -n 1)"
done

# Generations, of some size: articles come, change and go.
make_generations() {
    local n
    mkdir -p edition/articles/news edition/media gen sticks
    cp "$here/content/edition/media/welder.png" edition/media/
    printf '%s\n' 'title: 测试' 'publisher: 测试' 'region: "520103"' 'language: zh-CN' 'date: 2026-11-20' \
        'number: 1' 'channels:' '  - {id: news, title: 要闻}' 'topics:' '  - {id: wage, title: 工资}' >edition/edition.yaml
    printf 'tiles:\n  - {title: 要闻, link: articles/news}\n' >edition/home.yaml
    for n in $(seq $last); do
        for name in a "b$((n % 3))" "day$n"; do
            printf -- '---\ntitle: 标题 %s\nsource: 测试\ndate: 2026-11-20\n%s---\n%s。\n' "$name $n" \
                "$([ $name != a ] || printf 'image: media/welder.png\nalt: 图\n.')" \
                "$(head -c 20000 /dev/urandom | od -An -tx1 | tr -d ' \n')" |
                sed 's/^\.---/---/' >"edition/articles/news/$name.md"
        done
        rm -f "edition/articles/news/day$((n - 4)).md"
        if [ $n = 1 ]; then set -- --new; else set -- --keys repo.keys; fi
        "$build/yichuangctl" publish edition repo "$@" >log 2>&1 && mkdir -p gen/$n sticks/$n &&
            cp -a repo gen/$n/ && "$build/yichuangctl" stick repo sticks/$n --area 520103 >>log 2>&1 ||
            { cat log; return 1; }
    done
    "$build/yichuangctl" sync --state trusting --repository repo --root repo/metadata/1.root.json \
        /nowhere >log 2>&1
    rm -rf trusting/reports
    for n in $(seq $last); do
        rm -rf state && cp -a trusting state
        "$build/yichuangctl" sync --state state --area 520103 sticks/$n >log 2>&1 &&
            echo "$n $("$build/tests/judge" state)" >>sums || { cat log; return 1; }
        rm -rf sticks/$n/YICHUANG/reports
    done
    [ "$(cut -d' ' -f2 sums | sort -u | wc -l)" -eq $last ]
}

fresh_stick() { # an empty one, or one with every generation in a folder
    rm -f stick.img && truncate -s 64M stick.img && mkfs.vfat -F 32 -s 1 stick.img >log || exit 1
}
fresh_disks() {
    mkdir -p disk && rm -rf disk/now && cp -a trusting disk/now
    mke2fs -q -F -t ext4 -d disk ext4.img 96M >log 2>&1 || { cat log; exit 1; }
    fresh_stick
}

boot() { # boot NAME=VALUE...: the guest's words are read from descriptor 3
    [ -p words ] || mkfifo words
    TMPDIR=$work setsid linux.uml mem=192M uml_dir="$work/uml" ubda="$work/ext4.img" ubdb="$work/stick.img" \
        root=/dev/root rootfstype=hostfs rootflags=/ ro init="$here/tests/uml/init.sh" \
        con=null con0=null,fd:1 quiet loglevel=2 build="$build" work="$work" last=$last \
        modules="\"$modules\"" "$@" </dev/null >words 2>&1 &
    uml=$!
    exec 3<words
}
now() { echo $(($(date +%s%N) / 1000000)); }

boots=0 kills=0 idle=0 acks=0 rounds=0 repairs=0 refused=0 faults=0 again=
fault() {
    cut_power
    faults=$((faults + 1))
    echo "not ok boot $boots: $*"
    tail -n 40 said | sed 's/^/# /'
    mkdir -p "$here/build/uml" && cp -f said "$here/build/uml/$part-$SEED-$boots.log" &&
        cp -f --sparse=always ext4.img stick.img "$here/build/uml/"
    fresh_disks
    [ "$part" != vfat ] || fill_stick
    acked=0 tried=0 again=
}

# All generations on one stick, by a guest that is not killed.
fill_stick() {
    [ -f full.img ] || return 0
    cp -f --sparse=always full.img stick.img
}

# One boot and, at a moment that is chosen before, its end.
power_on() {
    local line deadline left rest=$((RANDOM % 10)) on_ack= seen= board= busy=
    boots=$((boots + 1))
    : >said
    deadline=$(($(now) + 60000))
    case $rest in
    0) deadline=$(($(now) + RANDOM % 3000)) ;; # while it starts, or replays the journal
    1 | 2) on_ack=$((1 + RANDOM % 3)) ;;       # as soon as it says that it is done
    esac
    boot job="$job" stick="$part" tried=$tried
    while :; do
        left=$((deadline - $(now)))
        [ $left -gt 0 ] || break
        IFS= read -r -t "$((left / 1000)).$(printf %03d $((left % 1000)))" -u 3 line || {
            [ $? -le 128 ] || continue
            fault "it ended by itself"
            break
        }
        line=${line%$'\r'} # it is a terminal
        printf '%s\n' "$line" >>said
        case $line in
        @BOARD*)
            board=${line#@BOARD }
            # Cut while it made room for the next time: all that was there, or nothing.
            [ -z "$again" ] || [ "$board" -ne $last ] || tried=$last
            again=
            [ "$board" -le "$tried" ] || { fault "$board is there, $tried was tried"; break; }
            if [ "$job" = stick ] && [ "$board" -eq 0 ] && [ "$tried" -gt "$acked" ]; then
                refused=$((refused + 1)) # a half one
            elif [ "$board" -lt "$acked" ]; then
                fault "$acked was acknowledged, $board is there"
                break
            fi
            acked=$board
            ;;
        @TRY*)
            tried=${line#@TRY } busy=1 again=
            [ -n "$seen" ] || [ "$rest" -le 2 ] || deadline=$(($(now) + RANDOM % 2500))
            seen=1
            ;;
        @ACK*)
            acked=${line#@ACK } acks=$((acks + 1)) busy=
            [ -z "$on_ack" ] || [ $((on_ack -= 1)) -gt 0 ] || break
            ;;
        @AGAIN*) acked=0 tried=0 again=1 rounds=$((rounds + 1)) busy= ;;
        @REPAIR*) repairs=$((repairs + 1)) && echo "# boot $boots: ${line#@}" ;;
        @BAD*) sleep 1 && timeout 1 cat <&3 >>said; fault "${line#@BAD }"; break ;;
        esac
    done
    cut_power
    # What the guest said and did between the word that was waited for and its end.
    while IFS= read -r -t 0.1 -u 3 line; do
        line=${line%$'\r'}
        printf '%s\n' "$line" >>said
        case $line in
        @TRY*) tried=${line#@TRY } busy=1 again= ;;
        @ACK*) acked=${line#@ACK } acks=$((acks + 1)) busy= ;;
        @AGAIN*) acked=0 tried=0 again=1 rounds=$((rounds + 1)) busy= ;;
        esac
    done
    exec 3<&-
    kills=$((kills + 1))
    [ -n "$busy" ] || idle=$((idle + 1))
}

if [ "$part" = fat ]; then
    truncate -s 8M ext4.img && truncate -s 64M stick.img
    boot job=fat source="$here" variant="${1:-build/release}"
    sed -u 's/\r$//; /^@END/d' <&3 | tee said
    wait "$uml"
    uml=
    ! grep -q '^not ok' said && grep -q '^ok and a kiosk takes it' said
    exit
fi
make_generations || { echo "not ok no generations"; exit 1; }
case $part in
ext4 | vfat) job=sync ;;
stick) job=stick ;;
*) echo "run.sh: ext4, vfat or stick, not $part" >&2; exit 2 ;;
esac
fresh_disks
if [ "$part" = vfat ]; then
    # Without the guest: mtools are not needed where a kernel can do it.
    boot job=fill stick=none tried=0
    cat <&3 >said
    wait "$uml"
    uml=
    grep -q '^@END' said && ! grep -q '^@BAD' said || { cat said; exit 1; }
    cp --sparse=always stick.img full.img
fi
acked=0 tried=0
ending=$(($(date +%s) + minutes * 60))
while [ "$(date +%s)" -lt $ending ]; do
    # A torn stick does not have to last for ever: people have others.
    [ "$part" != vfat ] || [ $((RANDOM % 8)) -ne 0 ] || fill_stick
    power_on
    [ $((boots % 25)) -ne 0 ] || echo "# $boots boots, $kills kills, $acks acknowledged, $rounds rounds, $faults faults"
done
e2fsck -fy ext4.img >log 2>&1
[ $? -le 1 ] || fault "the file system of the state is torn"
echo "# $part: $boots boots, $kills kills ($((kills - idle)) in the middle of one), $acks generations" \
    "acknowledged, $rounds times through all $last, $refused half sticks refused, $repairs repaired by fsck, $faults faults"
[ $faults -eq 0 ] && echo "ok $kills kills, $part"
