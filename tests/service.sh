#!/bin/bash
# The update service from the publisher to the screen: the bundled edition is
# published, put on a stick, plugged in, and shown by the kiosk.
set -u
build=$PWD/$1
source=$PWD/content/edition
work=$(mktemp -d)
service=
cleanup() {
    [ -z "$service" ] || kill -9 "$service" 2>/dev/null
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work" || exit 1
status=0
export TZ=UTC
say() { # say NAME STATUS
    if [ "$2" -eq 0 ]; then echo "ok $1"; else
        echo "not ok $1"
        tail -n 20 log said 2>/dev/null | sed 's/^/# /'
        status=1
    fi
}
start() {
    "$build/yichuang-sync" --allow-root --config sync.conf 2>>log &
    service=$!
}
stop() { # stop SIGNAL
    kill "-$1" "$service" 2>/dev/null
    wait "$service" 2>/dev/null
    service=
}
ctl() { "$build/yichuangctl" service --socket run/sync.sock "$@" >said 2>&1; }
# patiently COMMAND...: until it holds, for a minute.
patiently() {
    local i
    for i in $(seq 600); do
        "$@" && return 0
        sleep 0.1
    done
    return 1
}
result() { ctl status && grep -q "现在：空闲$" said && grep -qF "$1" said; }
answers() { ctl status; }

area=$(sed -n 's/^region: *"\{0,1\}\([0-9]*\).*/\1/p' "$source/edition.yaml")
"$build/yichuangctl" publish "$source" union --new >said 2>&1 &&
    mkdir stick && "$build/yichuangctl" stick union stick --area "$area" >>said 2>&1
say "the bundled edition, published and on a stick" $?
mkdir stick/YICHUANG/reports
cat >sync.conf <<END
repository = union http://127.0.0.1:1/ $work/union/metadata/1.root.json
area = $area
kiosk = k1
state = $work/state
run = $work/run
network = off
END

"$build/yichuang-sync" --config sync.conf --check-config >said 2>&1
say "settings without a mistake" $?
printf 'area = 5201\nwindow = 7-8\nrepository = A http://x/ y\nrepository = a ftp://x/ y\nkiosk = ../x\nstick = maybe\n' >wrong.conf
"$build/yichuang-sync" --config wrong.conf --check-config >said 2>&1
[ $? -eq 1 ] && [ "$(grep -c 'wrong.conf:[1-6]:' said)" -eq 6 ]
say "each mistake is told with its line" $?
if [ "$(id -u)" -eq 0 ]; then
    "$build/yichuang-sync" --config sync.conf >said 2>&1
    [ $? -eq 2 ] && grep -q root said
    say "it does not run as root" $?
else
    echo "ok it does not run as root # skip not root"
fi
ctl status
[ $? -eq 1 ] && grep -q "连不上更新服务" said
say "without a service the command says so" $?

start
patiently answers && ctl cancel
[ $? -eq 1 ] && grep -q "现在没有在更新" said
say "nothing to cancel" $?
mv stick run/sticks/sda1
patiently result "已更新"
say "a stick is installed by itself" $?
ctl status && grep -q "U 盘：sda1，现在可以拔出" said && grep -q "内容：第 1 版" said
say "and may be pulled out" $?
ctl --json status && grep -q '"can_pull_out":true' said && grep -q '"result":"updated"' said
say "for programs, too" $?
grep -q "结果：已更新" run/sticks/sda1/YICHUANG/reports/k1/*.txt
say "a report is on the stick" $?

# What is shown is what the edition would be without the whole way.
"$build/yichuangctl" build "$source" -o direct.db >said 2>&1
items() { sqlite3 "$1" 'SELECT count(*) FROM item'; }
[ "$(items state/content.db)" = "$(items direct.db)" ]
say "all items of the edition are there" $?
printf 'size 1080x1920 mm 268\nclock 2026-02-06T14:26:00\nwait settled\nexpect "我遇到了问题"\n' >home.script
"$build/yichuang" --headless --content state/content.db --script home.script >said 2>&1
say "the kiosk shows them" $?

# Killed at any moment, whatever it is at.
seed=${SEED:-$RANDOM}
RANDOM=$seed
echo "# seed $seed"
rm -rf state/content.db* state/generations* state/objects
for i in $(seq 8); do
    stop KILL
    start
    sleep "0.$((RANDOM % 4))$((RANDOM % 10))"
done
has_all() { result "已更新" || result "已是最新的内容"; }
patiently has_all && [ "$(sqlite3 state/content.db 'PRAGMA integrity_check')" = ok ] &&
    [ "$(items state/content.db)" = "$(items direct.db)" ]
say "killed eight times, it has all of it" $?

mv run/sticks/sda1 stick
mkdir -p photos/DCIM && mv photos run/sticks/sdb1
patiently result "这个 U 盘里没有驿窗的内容"
say "a stick of photographs" $?
rm -rf run/sticks/sdb1
find stick/YICHUANG/union/targets -name '*full*' -exec sh -c 'echo x >"$1"' sh {} \;
rm -rf state/content.db* state/generations* state/objects
mv stick run/sticks/sdc1
patiently result "U 盘内容损坏"
say "a damaged stick is told with its file" $?
ctl scrub && patiently answers
say "a scrub is taken on" $?
stop TERM
[ ! -e run/sync.sock ]
say "it ends when it is told to" $?
exit $status
