#!/bin/bash
# Sticks with FAT32, as people have them: tests/fat.sh BUILD [DEVICE], where what
# is on the device is lost; without one a file in a loop device. Kernels without
# FAT skip it; tests/uml/run.sh BUILD fat runs it under one that has it.
set -u
here=$PWD
ctl=$here/$1/yichuangctl
device=${2:-}
work=$(mktemp -d)
loop=
sync_job=
cleanup() {
    [ -z "$sync_job" ] || kill "$sync_job" 2>/dev/null
    umount "$work/fat" 2>/dev/null
    dmsetup remove --retry yichuang-fat 2>/dev/null
    [ -z "$loop" ] || losetup -d "$loop"
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work" || exit 1
export TZ=UTC ASAN_OPTIONS=${ASAN_OPTIONS:-}:verify_asan_link_order=0
. "$here/tests/support/commands.sh"
skip() { echo "ok sticks with FAT32 # skip $*"; exit 0; }
[ "$(id -u)" -eq 0 ] || skip "not root"
for need in mkfs.vfat blockdev; do
    command -v $need >/dev/null || skip "no $need"
done
mkdir fat
if [ -z "$device" ]; then
    truncate -s 64M fat.img
    loop=$(losetup -f --show fat.img 2>/dev/null) || skip "no loop device"
    device=$loop
fi
format() { umount fat 2>/dev/null; mkfs.vfat -F 32 -s 1 "$device" >log 2>&1; }
plug() { mount -t vfat -o "utf8,shortname=mixed,errors=remount-ro${2:+,$2}" "${1:-$device}" fat 2>log; }
format
plug || skip "no FAT in the kernel"
umount fat

# A repository that grows by a day; another one, of strangers.
edition() { # edition FOLDER NUMBER
    mkdir -p "$1/articles/news"
    printf '%s\n' 'title: 测试' 'publisher: 测试' 'region: "520103"' 'language: zh-CN' 'date: 2026-11-20' \
        "number: $2" 'channels:' '  - {id: news, title: 要闻}' 'topics:' '  - {id: wage, title: 工资}' >"$1/edition.yaml"
    printf 'tiles:\n  - {title: 要闻, link: articles/news}\n' >"$1/home.yaml"
    printf -- '---\ntitle: 标题 %s\nsource: 测试\ndate: 2026-11-20\n---\n' "$2" >"$1/articles/news/a$2.md"
    for _ in $(seq 25); do
        printf '%s。\n\n' "$(head -c 16000 /dev/urandom | od -An -tx1 | tr -d ' \n')" >>"$1/articles/news/a$2.md"
    done
}
edition ours 1
edition theirs 1
"$ctl" publish ours union --new >log 2>&1 && "$ctl" publish theirs strangers --new >log 2>&1
mkdir old
"$ctl" stick union old --area 520103 >>log 2>&1
edition ours 2
"$ctl" publish ours union --keys union.keys >>log 2>&1
mkdir new
"$ctl" stick union new --area 520103 >>log 2>&1
"$ctl" stick strangers new --area 520103 >>log 2>&1
[ -d new/YICHUANG/union ] && [ -d new/YICHUANG/strangers ]
say "two repositories in folders" $?
"$ctl" sync --state trusting --repository union --root union/metadata/1.root.json /nowhere >log 2>&1
rm -rf trusting/reports

fresh() { rm -rf state && cp -a trusting state; }
shown() { sqlite3 state/content.db "SELECT count(*) FROM item" 2>/dev/null || echo 0; }
take() { "$ctl" sync --state state --area "${area:-520103}" --kiosk k1 fat; }
# stick FOLDER: a fresh one, with what is in the folder, plugged in again.
stick() { umount fat 2>/dev/null; format && plug && cp -r "$1/YICHUANG" fat/ && umount fat && plug; }

fresh
stick new
expect "two repositories: ours" 0 "union：已更新" take
grep -q "strangers：本机不信任这个来源" log && [ "$(shown)" -eq 2 ]
say "and of the other it is told why not" $?
mkdir -p fat/YICHUANG/reports
fresh
expect "a report is written onto it" 0 已更新 take
umount fat
plug && ls fat/YICHUANG/reports/k1/*.txt >log 2>&1
say "and is there when it is plugged in again" $?

fresh
expect_wrong() { area=530102 take; }
expect "another region" 3 不是本地区的内容 expect_wrong

stick old
fresh
take >log 2>&1
stick new
mv fat/YICHUANG/union fat/YICHUANG/tmp && mv fat/YICHUANG/tmp fat/YICHUANG/UNION && mv fat/YICHUANG fat/x && mv fat/x fat/Yichuang
expect "names in another case" 0 "union：已更新" take
[ "$(shown)" -eq 2 ]
say "and the new day is on board" $?
# FAT keeps one of two names that differ in their case alone: who copies two
# sticks together has a mixture of both.
stick old
cp -r new/YICHUANG/union fat/YICHUANG/UNION 2>log
fresh
expect "two that clash in their case: copied over each other" 0 "union：已更新" take

for part in 1 2 3 4 5 6; do
    umount fat 2>/dev/null
    format && plug
    # As many blocks as got across before somebody lost patience.
    tar -C new -c YICHUANG | head -c $((part * $(tar -C new -c YICHUANG | wc -c) / 7)) | tar -C fat -x 2>/dev/null
    umount fat && plug
    fresh
    take >log 2>&1
    got=$?
    case $got in 0) [ "$(shown)" -gt 0 ] ;; 1 | 3 | 4 | 5) [ "$(shown)" -eq 0 ] ;; *) false ;; esac
    say "half copied, $part of 7: taken whole or refused with a reason ($got)" $?
done
stick new
expect "then a good one" 0 已 take
[ "$(shown)" -eq 2 ]
say "all of it" $?

umount fat
plug "$device" ro
fresh
expect "read-only" 0 报告只留在本机 take
umount fat
plug
mkdir -p fat/YICHUANG/reports && rm -rf fat/YICHUANG/reports/k1
for size in 1M 16K 512; do dd if=/dev/zero of=fat/fill bs=$size oflag=append conv=notrunc 2>/dev/null; done
fresh
expect "full" 0 报告只留在本机 take
expect "a full one is not written" 1 空间不够 "$ctl" stick union fat --area 520103 --name other
rm fat/fill
expect "with room it is" 0 现在可以拔出 "$ctl" stick union fat --area 520103
fresh
expect "and a kiosk takes it" 0 已更新 take

stick new
# A sector in the middle of a pack: where on the disk its bytes are.
pack=$(find fat/YICHUANG/union/targets/u/520103 -name '*.zst' -size +600k | head -n 1)
bytes=$(tail -c +8193 "$pack" | head -c 16 | od -An -tx1 | sed 's/ /\\x/g' | tr -d '\n')
umount fat
block=$(($(LC_ALL=C grep -obUaP "$bytes" "$device" | head -n 1 | cut -d: -f1) / 512))
if ! command -v dmsetup >/dev/null || ! dmsetup create yichuang-fat --table "0 $(blockdev --getsz "$device") linear $device 0" 2>log; then
    echo "ok a sector that cannot be read, a stick that is pulled # skip no device mapper: $(head -n 1 log)"
    exit $status
fi
mapped=/dev/mapper/yichuang-fat
[ -e $mapped ] || dmsetup mknodes 2>/dev/null
table() { dmsetup suspend yichuang-fat && printf '%s\n' "$@" | dmsetup load yichuang-fat && dmsetup resume yichuang-fat; }
whole="0 $(blockdev --getsz "$device") linear $device 0"
table "0 $block linear $device 0" "$block 8 error" \
    "$((block + 8)) $(($(blockdev --getsz "$device") - block - 8)) linear $device $((block + 8))"
plug $mapped
fresh
expect "a sector that cannot be read: which file" 5 "U 盘内容损坏（u/520103/" take
[ "$(shown)" -eq 0 ]
say "and nothing of it is on board" $?
umount fat
table "$whole"
plug $mapped
expect "another stick, or the same on a good day" 0 已更新 take

for n in 1 2 3 4 5 6 7 8; do
    umount fat 2>/dev/null
    table "$whole"
    plug $mapped
    echo 3 >/proc/sys/vm/drop_caches
    fresh
    take >pulled 2>&1 &
    sync_job=$!
    sleep "0.0$((RANDOM % 10))$((RANDOM % 10))"
    table "0 $(blockdev --getsz "$device") error"
    wait $sync_job
    got=$?
    sync_job=
    cp pulled log
    case $got in 0) [ "$(shown)" -eq 2 ] ;; 1 | 3 | 5) [ "$(shown)" -eq 0 ] ;; *) false ;; esac
    say "pulled at a random moment, $n: whole or nothing ($got)" $?
    umount -l fat
    table "$whole"
    plug $mapped
    expect "plugged in again, $n" 0 已 take
    [ "$(shown)" -eq 2 ]
    say "all of it is on board, $n" $?
done
exit $status
