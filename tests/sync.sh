#!/bin/bash
# Updating by hand, from publishing to what is shown: sticks as people make them,
# a real web server, disks that fail at every call, a power cut at every step.
set -u
here=$PWD
build=$here/$1
ctl=$build/yichuangctl
picture=$PWD/content/edition/media/welder.png
work=$(mktemp -d)
umounts=
nginx_pid=
cleanup() {
    [ -z "$nginx_pid" ] || kill "$nginx_pid" 2>/dev/null
    for place in $umounts; do umount "$place" 2>/dev/null; done
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work" || exit 1
export ASAN_OPTIONS=${ASAN_OPTIONS:-}:verify_asan_link_order=0 TZ=UTC
. "$here/tests/support/commands.sh"

# Days from today: whoever updates knows that it is not before he was built.
day() { date -d "$today + $1 days" +%F; }
today=$(date +%F)
sync_at() { # sync_at DATE ARGUMENT...
    local date=$1
    shift
    at "$date" "$ctl" sync --state state --area 520103 --kiosk k1 "$@"
}
shown() { sqlite3 state/content.db "SELECT count(*) FROM item" 2>/dev/null || echo 0; }
whole() { [ "$(sqlite3 state/content.db 'PRAGMA integrity_check')" = ok ]; }
fresh() { rm -rf state; cp -a trusting state; }

# An edition of some size that grows by an article a day.
mkdir -p edition/articles/news edition/media
cp "$picture" edition/media/
cat >edition/edition.yaml <<EOF
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
EOF
printf 'tiles:\n  - {title: 要闻, link: articles/news}\n' >edition/home.yaml
article() {
    printf -- '---\ntitle: 标题 %s\nsource: 测试\ndate: 2026-11-20\n%s---\n%s。\n' "$1" "${2:-}" \
        "$(head -c 20000 /dev/urandom | od -An -tx1 | tr -d ' \n')" >"edition/articles/news/$1.md"
}
article a $'image: media/welder.png\nalt: 图\n'
at "$(day 0)" "$ctl" publish edition repo --new >log 2>&1 || { say "a repository" 1; exit 1; }
cp -a repo first
for n in 1 2 3; do
    article "day$n"
    at "$(day $n)" "$ctl" publish edition repo --keys repo.keys >log 2>&1
done
mkdir stick
at "$(day 4)" "$ctl" stick repo stick --area 520103 >log 2>&1
[ -f stick/YICHUANG/repo/metadata/timestamp.json ]
say "a repository of four days, and a stick with it" $?
# The same as of today, for what is killed: faketime would leave its semaphores
# behind, which others would stumble over.
mkdir today
mv edition/articles/news/day* .
"$ctl" publish edition today/repo --new >log 2>&1 && cp -a today/repo today/first
for n in 1 2 3; do
    mv day$n.md edition/articles/news/
    "$ctl" publish edition today/repo --keys today/repo.keys >log 2>&1
done

at "$(day 4)" "$ctl" sync --state trusting --repository repo --root repo/metadata/1.root.json /nowhere >log 2>&1
[ $? -eq 3 ] && [ -f trusting/repositories/repo/metadata/root.json ]
say "a root is trusted once, whatever becomes of the round" $?
rm -rf trusting/reports

rm -rf demo
expect "as the README says it" 0 "已更新" at "$(day 4)" \
    "$ctl" sync stick/YICHUANG/repo --state demo --area 520103 --root repo/metadata/1.root.json

# Sticks.
fresh
cp -a stick many
mkdir -p "many/YICHUANG/another" "many/System Volume Information" many/YICHUANG/reports
cp -a repo/metadata many/YICHUANG/another/
echo x >many/YICHUANG/stray
expect "a stick with two repositories and stray files" 0 "repo：已更新" sync_at "$(day 5)" many
grep -q "another：本机不信任这个来源" log && grep -q 现在可以拔出 log && [ "$(shown)" -eq 4 ]
say "the other one is told and passed over; all articles are shown" $?
[ -f "$(ls many/YICHUANG/reports/k1/"$(day 5)"-*.txt)" ] && cmp -s many/YICHUANG/reports/k1/*.txt state/reports/*.txt &&
    grep -q "repo：已更新" state/reports/*.txt
say "the report is on the stick and on board" $?
expect "once more" 0 "已是最新的内容" sync_at "$(day 5)" many
fresh
expect "its folder YICHUANG" 0 "已更新" sync_at "$(day 5)" many/YICHUANG
fresh
expect "the repository itself" 0 "已更新" sync_at "$(day 5)" many/YICHUANG/repo
fresh
mv stick/YICHUANG stick/Yichuang && mv stick/Yichuang/repo stick/Yichuang/REPO
expect "folders that were copied in another case" 0 "repo：已更新" sync_at "$(day 5)" stick
mkdir stick/YICHUANG && cp -a repo stick/YICHUANG/repo && rm -rf stick/Yichuang/REPO/targets
fresh
expect "two that differ in their case: the right one" 0 "repo：已更新" sync_at "$(day 5)" stick
rm -rf stick/Yichuang

fresh
cp -a stick half
truncate -s 1000 half/YICHUANG/repo/targets/u/520103/*.zst
expect "half copied: which file" 5 "U 盘内容损坏（u/520103/" sync_at "$(day 5)" half
for pack in half/YICHUANG/repo/targets/u/520103/*.zst; do rm "$pack" && mkdir "$pack"; done
expect "a file that cannot be read: which one" 5 "U 盘内容损坏（u/520103/" sync_at "$(day 5)" half
[ ! -e state/content.db ]
say "nothing of them was installed" $?
expect "then a good one" 0 "已更新" sync_at "$(day 5)" stick

expect "another region" 3 "不是本地区的内容" at "$(day 5)" "$ctl" sync --state state --area 530102 stick
expect "a stick without content" 3 "没有可用的内容" sync_at "$(day 5)" edition
expect "an older copy" 4 "本机已是更新的内容" sync_at "$(day 5)" --repository repo first
fresh
expect "a kiosk without trust" 1 "没有信任的根文件" at "$(day 5)" "$ctl" sync --state nothing stick
expect "stale by two months" 0 "已更新（内容较旧）" sync_at "$(day 61)" stick
fresh
expect "stale by ten months" 6 "内容太旧" sync_at "$(day 334)" stick
# A clock that forgot two years would believe what was signed then.
built=${SOURCE_DATE_EPOCH:-$(git -C "$here" log -1 --format=%ct 2>/dev/null)}
if [ -n "$built" ]; then
    before() { date -d "@$((built - $1 * 86400))" +%F; }
    at "$(before 800)" "$ctl" publish edition past --new >log 2>&1
    expect "a clock from before the program was built" 6 "内容太旧" at "$(before 799)" \
        "$ctl" sync --state past.state --root past/metadata/1.root.json --repository past --area 520103 past
else
    echo "ok a clock from before the program was built # skip no date of the build"
fi
expect "no source" 2 "参数不对" "$ctl" sync --state state
expect "an unknown option" 2 "参数不对" "$ctl" sync --nonsense 1 stick

mounted() { # mounted PLACE ARGUMENT...
    local place=$1
    shift
    mkdir -p "$place" && mount "$@" "$place" 2>log && umounts="$place $umounts"
}
fresh
if mounted ro --bind stick && mount -o remount,ro,bind ro; then
    expect "a stick that is read-only" 0 "报告只留在本机" sync_at "$(day 5)" ro
else
    echo "ok a stick that is read-only # skip nothing can be mounted"
fi
fresh
if mounted full -t tmpfs -o size=2m none; then
    cp -a stick/YICHUANG full/ && rm -rf full/YICHUANG/reports && cat /dev/zero >full/fill 2>/dev/null
    expect "a stick that is full" 0 "报告只留在本机" sync_at "$(day 5)" full
    [ -z "$(find full/YICHUANG/reports -name '*.txt' 2>/dev/null)" ]
    say "and no half report is left on it" $?
else
    echo "ok a stick that is full # skip nothing can be mounted"
fi
fresh
truncate -s 8M fat.img
if mkfs.vfat fat.img >log 2>&1 && mounted fat -o loop,utf8 fat.img; then
    cp -r stick/YICHUANG fat/
    expect "a stick with FAT" 0 "已更新" sync_at "$(day 5)" fat
else
    echo "ok a stick with FAT # skip no mkfs.vfat, no loop device or no FAT in the kernel"
fi
if mounted small -t tmpfs -o size=6m none; then
    cp -a trusting small/state
    expect "a kiosk that is full: how much is lacking" 8 "空间不够，还差 2." at "$(day 5)" \
        "$ctl" sync --state small/state --area 520103 stick
else
    echo "ok a kiosk that is full # skip nothing can be mounted"
fi

# A real web server.
if command -v nginx >/dev/null; then
    at "$(day -323)" openssl req -x509 -newkey ed25519 -nodes -days 30 -keyout key.pem -out cert.pem \
        -subj /CN=test -addext subjectAltName=IP:127.0.0.1 >log 2>&1
    for port in $(shuf -i 20000-40000 -n 20); do
        cat >nginx.conf <<EOF
daemon off; pid $work/nginx.pid; error_log $work/error.log; worker_processes 1;
events {}
http {
    access_log $work/access.log; default_type application/octet-stream;
    client_body_temp_path $work/t1; proxy_temp_path $work/t2; fastcgi_temp_path $work/t3;
    uwsgi_temp_path $work/t4; scgi_temp_path $work/t5;
    gzip on; gzip_types *;
    server { listen 127.0.0.1:$port; root $work/repo; }
    server { listen 127.0.0.1:$((port + 2)) ssl; root $work/repo;
        ssl_certificate $work/cert.pem; ssl_certificate_key $work/key.pem; }
    server { listen 127.0.0.1:$((port + 1)); root $work/today/repo; limit_rate 12k;
        location /metadata { limit_rate 0; } }
}
EOF
        chmod 755 "$work"
        nginx -c "$work/nginx.conf" 2>error.log &
        nginx_pid=$!
        for _ in $(seq 50); do
            curl -s -o /dev/null "http://127.0.0.1:$port/metadata/1.root.json" && break 2
            kill -0 $nginx_pid 2>/dev/null || break
            sleep 0.1
        done
        kill $nginx_pid 2>/dev/null
        nginx_pid=
    done
fi
if [ -n "$nginx_pid" ]; then
    fresh
    expect "nginx" 0 "已更新" sync_at "$(day 5)" "http://127.0.0.1:$port/"
    [ "$(grep -c yichuang access.log)" -le 8 ]
    say "in a handful of requests" $?
    : >access.log
    expect "without news" 0 "已是最新的内容" sync_at "$(day 5)" "http://127.0.0.1:$port/"
    grep yichuang access.log >log
    [ "$(wc -l <log)" -eq 2 ] && grep -q 'timestamp.json HTTP/1.1" 304 0' log
    say "the timestamp is not sent again" $?
    # A certificate that has expired is refused, unless the clock cannot tell.
    secure="https://127.0.0.1:$((port + 2))/"
    expect "a certificate that has expired" 9 "读不到网上内容" sync_at "$(day 5)" --ca-file cert.pem "$secure"
    expect "on a kiosk that lost its clock" 0 "已是最新的内容" sync_at "$(day -9454)" --ca-file cert.pem "$secure"
    expect "a certificate of somebody else" 9 "读不到网上内容" sync_at "$(day -9454)" "$secure"
    # Killed while a slow server sends; what has come does not come again.
    rm -rf state
    "$ctl" sync edition --state state --repository repo --root today/repo/metadata/1.root.json >log 2>&1
    : >access.log
    kills=0
    for _ in $(seq 20); do
        (timeout -s KILL 1 "$ctl" sync --state state --area 520103 \
            "http://127.0.0.1:$((port + 1))/" || exit) >log 2>&1 && break
        kills=$((kills + 1))
    done
    [ "$(shown)" -eq 4 ] && [ $kills -gt 0 ] && grep -q '" 206 ' access.log
    say "killed $kills times while it came" $?
    kill $nginx_pid
    wait $nginx_pid 2>/dev/null
    nginx_pid=
    expect "a server that is gone" 9 "读不到网上内容" sync_at "$(day 5)" "http://127.0.0.1:$port/"
else
    for name in "nginx" "in a handful of requests" "the timestamp is not sent again" "killed while it came" \
        "certificates"; do
        echo "ok $name # skip no nginx"
    done
fi

# A disk that fails, and a power cut, at one call after another. Always: what
# was shown is shown and whole, and the next try succeeds.
rm -rf state
"$ctl" sync today/first --state state --area 520103 --repository repo \
    --root today/repo/metadata/1.root.json >log 2>&1
rm -rf before && cp -a state before
stand() { rm -rf state; cp -a before state; }
sync_today() { "$ctl" sync today/repo --state state --area 520103; }
# Whole before and after the next try, which succeeds.
recovers() {
    whole && [ "$(shown)" -ge 1 ] && sync_today >>log 2>&1 && [ "$(shown)" -eq 4 ] && whole && return
    bad="$bad $1"
    { echo "$1: $(shown) shown"; cat log; } >>bad.log
}
inject() { # inject CALLS WHAT WHEN: a round under it
    (timeout 60 strace -f -o trace -e "trace=$1" -e "inject=$1:$2:when=$3" \
        -E ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0 \
        "$ctl" sync today/repo --state state --area 520103 || exit) >log 2>&1
}
if strace -o trace true 2>/dev/null; then
    faults=0 bad=
    for fault in fsync:error=EIO fdatasync:error=EIO write:error=ENOSPC pwrite64:error=ENOSPC \
        pwrite64:error=EIO renameat:error=EIO mkdirat:error=EROFS openat:error=EMFILE pread64:error=EIO read:error=EIO; do
        for when in 1 2 3 5 8 13 21 34; do
            stand
            inject "${fault%%:*}" "${fault#*:}" $when
            grep -q INJECTED trace || break
            faults=$((faults + 1))
            recovers "$fault/$when"
        done
    done
    cp bad.log log 2>/dev/null
    [ -z "$bad" ] && [ $faults -gt 20 ]
    say "$faults faults of the disk$bad" $?
    kills=0 bad=
    for call in fsync fdatasync renameat pwrite64 unlinkat unlink write ftruncate; do
        for when in 1 2 3 4 6 9 14 22 35; do
            stand
            inject $call signal=KILL $when
            grep -q killed trace || break
            kills=$((kills + 1))
            recovers "kill at $call/$when"
        done
    done
    cp bad.log log 2>/dev/null
    [ -z "$bad" ] && [ $kills -gt 20 ]
    say "$kills cuts of the power$bad" $?
else
    echo "ok faults of the disk # skip strace cannot trace here"
    echo "ok cuts of the power # skip strace cannot trace here"
fi
exit $status
