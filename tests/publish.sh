#!/bin/bash
# Publishing as a union does it: keys on several machines, an edition, another,
# a withdrawal, a stick; and that verify finds what is wrong with a repository.
set -u
here=$PWD
build=$here/$1
ctl=$build/yichuangctl
edition=$PWD/content/edition
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export ASAN_OPTIONS=${ASAN_OPTIONS:-}:verify_asan_link_order=0
. "$here/tests/support/commands.sh"

same() { diff -r "$1" "$2" >log 2>&1; }
listing() { (cd "$1" && find . -type f | sort); }

# A small edition, so that a step costs less than everything.
small=$work/edition
mkdir -p $small/articles/news $small/media
cp "$edition/media/welder.png" $small/media/
cat >$small/edition.yaml <<END
title: 测试
publisher: 测试
region: "520103"
language: zh-CN
date: 2026-11-20
number: 1
channels:
  - {id: news, title: 要闻}
topics:
  - {id: wage, title: 工资}
END
cat >$small/home.yaml <<END
tiles:
  - {title: 要闻, link: articles/news}
END
article() { # article ID TEXT [IMAGE]
    { printf -- '---\ntitle: 标题 %s\nsource: 测试\ndate: 2026-11-20\n' "$1"
      [ -z "${3:-}" ] || printf 'image: %s\nalt: 图\n' "$3"
      printf -- '---\n%s\n' "$2"; } >"$small/articles/news/$1.md"
}
article a "第一篇。" media/welder.png
for n in $(seq 40); do article "n$n" "$(head -c 350 /dev/urandom | od -An -tx1 | tr -d " \n")。"; done

expect "a repository, keys and all, and an edition in one go" 0 已发布 \
    at 2026-11-20 "$ctl" publish $small repo --new
[ "$(ls repo/metadata | tr '\n' ' ')" = "1.root.json 1.snapshot.json 1.targets.json 2.snapshot.json 2.targets.json timestamp.json " ] &&
    [ -z "$(ls repo/pending)" ]
say "metadata is where clients look, and nothing waits" $?
[ -z "$(find repo.keys -name '*.pem' ! -perm 600)" ] && [ "$(ls repo.keys/*.pem | wc -l)" -eq 6 ]
say "private keys are their owner's alone" $?
[ "$(ls repo/targets/u/520103 | grep -c 'full-1.tar.zst$')" -eq 1 ] && ! ls repo/targets/u/520103 | grep -q inc-
say "the first pack is a full one" $?
zstd -dc repo/targets/u/520103/*.full-1.tar.zst 2>log | tar tf - >files 2>>log &&
    grep -qx articles/news/a.md files && [ "$(head -n 3 files | tr '\n' ' ')" = ".pack.json .removed .media " ]
say "tar and zstd read a pack" $?

cp -a repo before
expect "publishing the same again has nothing to do" 0 没有变化 \
    at 2026-11-22 "$ctl" publish $small repo
same before repo && [ "$(find repo -newer before/metadata/timestamp.json -type f | wc -l)" -eq 0 ]
say "not a byte was changed, not a file written" $?

article a "第一篇，改过。" media/welder.png
article b "第二篇。"
rm $small/articles/news/n1.md
expect "an edition that changed" 0 第\ 2\ 次 at 2026-11-23 "$ctl" publish $small repo
diff <(listing before/targets) <(listing repo/targets) >log
[ "$(grep -c '^>' log)" -eq 2 ] && grep -q 'inc-1-2.tar.zst$' log && grep -q 'head.json$' log && ! grep -q '^<' log
say "brings one step and a new head, nothing else" $?
zstd -dc repo/targets/u/520103/*.inc-1-2.tar.zst | tar xOf - .removed .media >log 2>&1
[ "$(cat log)" = articles/news/n1.md ]
say "the step says what is gone, and no picture that was there" $?
zstd -dc repo/targets/u/520103/*.inc-1-2.tar.zst | tar tf - >log 2>&1
[ "$(tail -n +4 log | tr '\n' ' ')" = "articles/news/a.md articles/news/b.md " ]
say "and holds what changed" $?
expect "verify finds nothing wrong" 0 仓库完好 at 2026-11-23 "$ctl" verify repo

printf 'tiles: []\n' >$small/home.yaml
cp -a repo/. before2
expect "an edition with faults is not published" 1 没有发布 at 2026-11-24 "$ctl" publish $small repo
same before2 repo
say "and changes nothing" $?
printf 'tiles:\n  - {title: 要闻, link: articles/news}\n' >$small/home.yaml
expect "a folder that is no repository" 1 不是仓库 "$ctl" publish $small nowhere
expect "a repository without the keys" 1 私钥 at 2026-11-24 "$ctl" renew repo --keys nowhere

# What the packs lead to, day after day: the step of a week, a new full pack.
for day in 24 25 26 27 28 29 30; do
    article c "第 $day 天。"
    at 2026-11-$day "$ctl" publish $small repo >log 2>&1 || { say "day $day" 1; break; }
done
ls repo/targets/u/520103 | grep -q 'inc-7-8.tar.zst' && ! ls repo/targets/u/520103 | grep -q 'inc-0-'
say "a step a day" $?
for day in 01 02 03 04 05; do
    article c "十二月 $day 日。"
    at 2026-12-$day "$ctl" publish $small repo >log 2>&1 || { say "day $day" 1; break; }
done
ls repo/targets/u/520103 | grep -q 'inc-7-14.tar.zst'
say "a step of a week" $?
expect "all of which lead to the same edition" 0 仓库完好 at 2026-12-05 "$ctl" verify repo
article c "一月。"
at 2026-12-21 "$ctl" publish $small repo >log 2>&1
ls repo/targets/u/520103 | grep -q 'full-15.tar.zst'
say "a full pack after a month" $?
expect "which leads there, too" 0 仓库完好 at 2026-12-21 "$ctl" verify repo

# Old files.
rm $small/media/welder.png
article a "没有图了。"
at 2027-01-25 "$ctl" publish $small repo >log 2>&1
ls repo/targets/u/520103/media | grep -q png
say "a picture that an old pack names stays" $?
article a "又改。"
at 2027-02-26 "$ctl" publish $small repo --grace 0 >log 2>&1
! ls repo/targets/u/520103 | grep -qE 'full-1\.tar|inc-1-2' && ! ls repo/targets/u/520103/media 2>/dev/null | grep -q png
say "what no kiosk needs goes after its grace" $?
[ "$(ls repo/metadata | grep -c targets)" -eq 2 ] && [ "$(ls repo/metadata | grep -c snapshot)" -eq 2 ]
say "and metadata of before the last" $?
expect "and nothing is missed" 0 仓库完好 at 2027-02-26 "$ctl" verify repo

# Taking down.
expect "withdrawing a text" 0 已发布 at 2027-02-27 "$ctl" withdraw repo articles/news/b
at 2027-02-27 "$ctl" verify repo >log 2>&1 && grep -qF '"articles/news/b"' repo/targets/u/520103/*.head.json
say "its id stands in the head" $?
cp -a repo before3
expect "withdrawing it twice changes nothing" 0 没有变化 at 2027-02-28 "$ctl" withdraw repo articles/news/b
same before3 repo
say "not a byte" $?
expect "what was never published cannot be withdrawn" 1 没有发布过 at 2027-02-27 "$ctl" withdraw repo articles/news/typo
article a "撤下以后。"
at 2027-03-01 "$ctl" publish $small repo --grace 0 >log 2>&1
grep -qF '"articles/news/b"' repo/targets/u/520103/*.head.json
say "another edition leaves it withdrawn" $?
expect "putting it back" 0 已发布 at 2027-03-01 "$ctl" withdraw repo --restore articles/news/b

# Time.
expect "verify warns before something expires" 2 该重新签名 at 2027-03-13 "$ctl" verify repo
expect "and says when it has" 1 太旧 at 2027-03-20 "$ctl" verify repo
expect "renew signs snapshot and timestamp anew" 0 已发布 at 2027-03-20 "$ctl" renew repo
expect "and all is well again" 0 仓库完好 at 2027-03-20 "$ctl" verify repo

# A client, over HTTP.
"$build/tests/serve" repo >address 2>log &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
for _ in $(seq 100); do [ -s address ] && break; sleep 0.1; done
url=$(cat address)
client() { # client DATE TARGET
    at "$1" "$ctl" tuf --metadata-url "${url}metadata/" --metadata-dir trusted --target-name "$2" \
        --target-dir got --target-base-url "${url}targets/" download >log 2>&1
}
"$ctl" tuf --metadata-dir trusted init repo/metadata/1.root.json 2>log
client 2027-03-20 u/520103/head.json && grep -q '"seq"' got/u%2F520103%2Fhead.json
say "a client downloads the head" $?

# Keys.
expect "rotating the timestamp key" 0 已发布 at 2027-03-20 "$ctl" keys rotate repo timestamp
[ -e repo/metadata/2.root.json ] && [ -e repo.keys/timestamp-2.pem ] && client 2027-03-20 u/520103/head.json
say "a client follows" $?
expect "rotating the targets key" 0 已发布 at 2027-03-20 "$ctl" keys rotate repo targets
client 2027-03-20 u/520103/head.json
say "a client follows that, too" $?
expect "rotating a root key" 0 已发布 at 2027-03-20 "$ctl" keys rotate repo root --old repo.keys/root-2.pub
client 2027-03-20 u/520103/head.json && grep -q '"version": *4' trusted/root.json
say "and that" $?
expect "the same root for another two years" 0 已发布 at 2027-03-20 "$ctl" keys extend repo root
client 2027-03-20 u/520103/head.json && grep -q '"version": *5' trusted/root.json
say "is a new version" $?
expect "targets for another 13 months" 0 已发布 at 2027-03-20 "$ctl" keys extend repo targets
rm repo.keys/root-2.* repo.keys/targets-1.* repo.keys/timestamp-1.*
article a "换了钥匙以后。"
expect "publishing needs none of the old keys" 0 已发布 at 2027-03-21 "$ctl" publish $small repo
client 2027-03-21 u/520103/head.json
say "and a client takes it" $?
expect "show tells of roles, keys and days" 0 '3 把钥匙里要 2 个签名，第 5 版' at 2027-03-21 "$ctl" keys show repo

# Three machines: the root's keys never meet.
mkdir one two three online
for machine in one two three; do "$ctl" keys new $machine/root.pem >log || say "keys new" 1; done
echo "correct horse battery" >words
expect "a key with a passphrase" 0 two/safe.pem "$ctl" keys new two/safe.pem --encrypt --passphrase-file words
grep -q 'BEGIN ENCRYPTED PRIVATE KEY' two/safe.pem
say "is encrypted" $?
expect "a repository whose root waits for signatures" 0 等待签名 \
    at 2026-11-20 "$ctl" keys init far --keys online --targets two/safe.pub one/root.pub two/root.pub three/root.pub
[ -z "$(ls far/metadata)" ] && [ "$(ls far/pending | tr '\n' ' ')" = "1.root.json 1.targets.json " ]
say "has nothing to serve yet" $?
cp far/pending/1.root.json one/
expect "the first machine signs" 0 已用 "$ctl" keys sign one/1.root.json one/root.pem
expect "one of two signatures is not enough" 0 '已有 1 个，要 2 个' at 2026-11-20 "$ctl" keys import far one/1.root.json --keys online
cp far/pending/1.root.json far/pending/1.targets.json three/
expect "another signs" 0 已用 "$ctl" keys sign three/1.root.json three/root.pem
expect "targets still wait" 0 等待签名 at 2026-11-20 "$ctl" keys import far three/1.root.json --keys online
expect "the wrong passphrase signs nothing" 1 口令不对 "$ctl" keys sign three/1.targets.json two/safe.pem --passphrase-file /dev/null
"$ctl" keys sign three/1.targets.json two/safe.pem --passphrase-file words >log 2>&1
expect "and with the last one all is there" 0 已发布 at 2026-11-20 "$ctl" keys import far three/1.targets.json --keys online
expect "a repository nobody can find fault with" 0 仓库完好 at 2026-11-20 "$ctl" verify far
expect "an edition waits for the targets key" 0 等待签名 at 2026-11-21 "$ctl" publish $small far --keys online
expect "clients see nothing of it" 0 仓库完好 at 2026-11-21 "$ctl" verify far
cp -a far waiting
expect "publishing it again leaves what waits as it is" 0 等待签名 at 2026-11-22 "$ctl" publish $small far --keys online
same waiting far
say "not a byte" $?
cp far/pending/2.targets.json two/
"$ctl" keys sign two/2.targets.json two/safe.pem --passphrase-file words >log 2>&1
expect "signed elsewhere and brought back, it is published" 0 已发布 at 2026-11-22 "$ctl" keys import far two/2.targets.json --keys online
expect "for clients, too" 0 仓库完好 at 2026-11-22 "$ctl" verify far
cp one/1.root.json two/old.json
expect "signatures nobody waits for are refused" 1 没有在等 "$ctl" keys import far two/old.json --keys online
expect "a new online key waits for the root" 0 等待签名 at 2026-11-22 "$ctl" keys rotate far snapshot --keys online
for machine in one two; do
    cp far/pending/2.root.json $machine/
    "$ctl" keys sign $machine/2.root.json $machine/root.pem >log 2>&1
    at 2026-11-22 "$ctl" keys import far $machine/2.root.json --keys online >log 2>&1
done
[ -e far/metadata/2.root.json ] && at 2026-11-22 "$ctl" verify far >log 2>&1
say "two machines later it is in use" $?

# Areas sign for themselves.
"$ctl" keys new area.pem >log
expect "delegating an area" 0 已发布 at 2027-03-21 "$ctl" keys delegate repo '5202??' --keys repo.keys
expect "a role of its own" 0 area-5202xx at 2027-03-21 "$ctl" keys show repo
expect "an area with a key from elsewhere waits for it" 0 等待签名 at 2027-03-21 "$ctl" keys delegate repo 520111 area.pub
cp repo/pending/1.area-520111.json . && "$ctl" keys sign 1.area-520111.json area.pem >log
expect "signed by the area itself, it is in" 0 已发布 at 2027-03-21 "$ctl" keys import repo 1.area-520111.json
expect "the delegated key publishes for its area" 0 已发布 at 2027-03-22 "$ctl" publish $small repo --area 520201
grep -q 520201 repo/metadata/*.area-5202xx.json && ! grep -q 520201 repo/metadata/*.targets.json
say "in its own file" $?
client 2027-03-22 u/520201/head.json
say "a client finds it through the delegation" $?
expect "rotating a delegated key" 0 已发布 at 2027-03-22 "$ctl" keys rotate repo area-5202xx
client 2027-03-22 u/520201/head.json
say "a client follows" $?
expect "verify looks at the areas" 0 仓库完好 at 2027-03-22 "$ctl" verify repo
expect "several areas: withdraw asks which" 1 用\ --area at 2027-03-22 "$ctl" withdraw repo articles/news/b
expect "no such role" 1 没有 at 2027-03-22 "$ctl" keys rotate repo area-99
at 2027-03-22 "$ctl" publish $small repo --area 520000 >log 2>&1
say "the province publishes" $?

# Sticks.
mkdir mount
expect "writing a stick" 0 现在可以拔出 at 2027-03-22 "$ctl" stick repo mount --area 520201
stick=mount/YICHUANG/repo
for n in 1 2 3 4 5; do [ -e $stick/metadata/$n.root.json ] || say "root $n on the stick" 1; done
ls $stick/targets/u | tr '\n' ' ' >log
[ "$(cat log)" = "520000 520201 " ] && ls $stick/metadata | grep -q area-5202xx && ! ls $stick/metadata | grep -q area-520111
say "it has the area's layers and no others, and every root" $?
[ -z "$(cd mount && find . -name '*.part' -o -name '*[^a-z0-9._-]*' ! -name . ! -name YICHUANG)" ]
say "names that any file system keeps" $?
cp -a mount mount2
expect "writing it again copies nothing that is there" 0 现在可以拔出 at 2027-03-22 "$ctl" stick repo mount --area 520201
same mount mount2
say "and leaves it the same" $?
bad=$(ls $stick/targets/u/520201/*.tar.zst | head -n 1)
printf 'x' | dd of="$bad" bs=1 seek=100 conv=notrunc 2>/dev/null
expect "a file that went bad on the stick is written again" 0 现在可以拔出 at 2027-03-22 "$ctl" stick repo mount --area 520201
same mount mount2
say "as it was" $?
echo "holiday" >mount/photo.jpg && mkdir -p mount/YICHUANG/other && echo x >mount/YICHUANG/other/x
expect "for another area it becomes another stick" 0 删掉了 at 2027-03-22 "$ctl" stick repo mount --area 520103
[ -e mount/photo.jpg ] && [ -e mount/YICHUANG/other/x ] && [ ! -e $stick/targets/u/520201 ]
say "and what is not ours stays" $?
mkdir -p outside trap/YICHUANG/repo && touch outside/mine && ln -s "$PWD/outside" trap/YICHUANG/repo/targets
expect "a stick with a link" 1 有链接 at 2027-03-22 "$ctl" stick repo trap --area 520103
[ -e outside/mine ]
say "and what the link leads to stays" $?
expect "an area without content" 1 没有 at 2027-03-22 "$ctl" stick far mount2 --area 110101
expect "names that kiosks would not take" 1 小写 at 2027-03-22 "$ctl" stick repo mount --area 520103 --name 'A B'
expect "nor with a line below" 1 小写 at 2027-03-22 "$ctl" stick repo mount --area 520103 --name a_b
expect "nor with 64 letters" 1 小写 at 2027-03-22 "$ctl" stick repo mount --area 520103 --name "$(printf '%064d' 0)"
expect "no mount" 1 不是文件夹 "$ctl" stick repo nowhere --area 520103
if [ "$(id -u)" -eq 0 ] && command -v mkfs.vfat >/dev/null && truncate -s 64M fat.img && mkfs.vfat -F 32 fat.img >log 2>&1 &&
    mkdir fat && mount -o loop,utf8 fat.img fat 2>log; then
    trap 'umount "$work/fat" 2>/dev/null; kill $server 2>/dev/null; rm -rf "$work"' EXIT
    expect "a FAT32 stick" 0 现在可以拔出 at 2027-03-22 "$ctl" stick repo fat --area 520201
    truncate -s 100M fat/full 2>/dev/null || dd if=/dev/zero of=fat/full bs=1M 2>/dev/null
    expect "a full one says how much is missing" 1 空间不够 at 2027-03-22 "$ctl" stick repo fat --area 520103 --name other
    umount fat
else
    echo "ok a FAT32 stick # skip $(id -u | grep -qx 0 && echo "no loop device, vfat or mkfs.vfat here" || echo "not root")"
fi

# Damage: verify finds each.
harm() { # harm NAME COMMAND: what it does to a copy of the repository is found
    rm -rf hurt && cp -a repo hurt
    (cd hurt && eval "$2") >log 2>&1
    at 2027-03-22 "$ctl" verify hurt >log 2>&1
    [ $? -eq 1 ] && grep -q 仓库有问题 log
    say "verify finds $1" $?
}
flip() { # flip FILE OFFSET: one bit of that byte
    local byte
    byte=$(od -An -tu1 -j "$2" -N 1 "$1")
    printf "\\$(printf %03o $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc
}
first() { find . -path "$1" | sort | head -n 1; }
harm "a missing pack" 'rm "$(first "./targets/u/520103/*full*")"'
harm "a flipped bit of a pack" 'flip "$(first "./targets/u/520103/*full*")" 200'
harm "a pack that was cut short" 'truncate -s -1 "$(first "./targets/u/520103/*inc*")"'
harm "bytes behind a head" 'echo >>"$(first "./targets/u/520201/*head*")"'
harm "a delegated area's missing file" 'rm metadata/*.area-5202xx.json'
harm "a changed version in targets" 'sed -i "s/\"length\": [0-9]*/\"length\": 1/" metadata/*.targets.json'
harm "a timestamp without signatures" 'sed -i "s/\"sig\": \"../\"sig\": \"00/" metadata/timestamp.json'
harm "a root that is not signed by the one before" 'sed -i "s/\"sig\": \"../\"sig\": \"00/" metadata/3.root.json'
harm "a missing snapshot" 'rm metadata/*.snapshot.json'
harm "a metadata file that is no JSON" 'echo x >metadata/timestamp.json'
# Nor is what somebody changed on the server signed by the next publication.
slip() { # slip NAME COMMAND
    rm -rf hurt && cp -a repo hurt
    (cd hurt && eval "$2") >log 2>&1
    cp -a hurt hurt2
    at 2027-03-22 "$ctl" publish $small hurt --keys repo.keys >log 2>&1
    [ $? -eq 1 ] && same hurt2 hurt
    say "$1" $?
    rm -rf hurt2
}
article a "服务器上有人动过手脚。"
last() { ls -v metadata/*.$1.json | tail -n 1; }
slip "a target slipped into targets is not signed" 'sed -i "s/\"u\/520103\/head.json\": {/\"u\/520103\/evil\": {\"length\": 1, \"hashes\": {\"sha256\": \"$(printf %064d 0)\"}}, &/" $(last targets) && grep -q evil $(last targets)'
slip "nor is published on a timestamp that is gone" 'rm metadata/timestamp.json'
slip "nor on a targets file that is gone" 'rm $(last targets)'
slip "nor on a root that somebody replaced" 'sed -i "s/\"sig\": \"../\"sig\": \"00/" metadata/1.root.json'
slip "nor on a head that is damaged" 'for f in targets/u/520103/*.head.json; do echo >>$f; done'
expect "and nothing where nothing is wrong" 0 仓库完好 at 2027-03-22 "$ctl" verify repo

# A full disk, a power cut: what a client sees is whole.
cut() { # cut NAME LIMIT: publishing with a limit on the size of files, in KiB
    article a "断电 $2。"
    (trap '' XFSZ; ulimit -f "$2"; at 2027-03-23 "$ctl" publish $small repo) 2>&1 | cat >log
    local failed=${PIPESTATUS[0]}
    at 2027-03-23 "$ctl" verify repo >>log 2>&1
    [ $? -ne 1 ] && [ $failed -eq 1 ]
    say "$1" $?
}
cut "a disk that is full at once leaves the repository whole" 0
cut "or half way" 1
expect "and publishing goes on from there" 0 已发布 at 2027-03-23 "$ctl" publish $small repo
expect "well" 0 仓库完好 at 2027-03-23 "$ctl" verify repo
[ -z "$(find repo -name '.new*' -o -name '.pack*')" ]
say "nothing temporary is left" $?
exit $status
