#!/bin/bash
# The units are what systemd understands, and leave the service little to do
# harm with.
set -u
build=$1
status=0
say() { # say NAME OUTPUT: fails when there is any
    if [ -z "$2" ]; then echo "ok $1"; else
        echo "not ok $1"
        echo "$2" | sed 's/^/# /'
        status=1
    fi
}

"$build/yichuang-mount" mount ../../etc >/dev/null 2>&1
say "yichuang-mount takes no path for a device" "$([ $? -eq 2 ] || echo taken)"
"$build/yichuang-mount" mount null >/dev/null 2>&1
say "and nothing that is no block device" "$([ $? -eq 1 ] || echo taken)"
say "yichuang-mount needs no library but libc" \
    "$(ldd "$build/yichuang-mount" | grep -vE 'linux-|libc\.so|ld-|lib(a|ub)san|libm\.so|libgcc')"

# The tray and the stick, in a /run of our own. What stands in for the stick is
# a tmpfs: which file system it is makes no difference any more.
tray() {
    mount -t tmpfs none /run && cd /run && mkdir -p yichuang/{mounts/sdb1,sticks,reports/sdb1} victim &&
        mount -t tmpfs none yichuang/mounts/sdb1 && ln -s ../mounts/sdb1 yichuang/sticks/sdb1 || exit 77
    mount=$1 stick=/run/yichuang/mounts/sdb1
    mkdir -p $stick/YICHUANG
    echo secret >victim/secret
    read_only() { mount -o remount,ro $stick; }
    report() { # report KIOSK TEXT: lays it out, and is the unit
        mkdir -p yichuang/reports/sdb1
        echo "$2" >"yichuang/reports/sdb1/$1.txt"
        "$mount" report sdb1 2>>/run/log
    }
    mount -t tmpfs | grep -q "$stick .*rw" && read_only
    report k1 unasked && echo "a report on a stick that did not ask"
    [ -e $stick/YICHUANG/reports ] && echo "a folder on a stick that did not ask"
    mount -o remount,rw $stick && mkdir $stick/YICHUANG/reports && read_only
    report k1 hello || echo "no report"
    [ "$(cat $stick/YICHUANG/reports/k1/*.txt)" = hello ] || echo "not the report"
    [ -e yichuang/reports/sdb1 ] && echo "the tray was not cleared"
    touch $stick/x 2>/dev/null && echo "the stick stayed writable"
    # A service that was taken over, and a stick made for the purpose.
    mkdir -p yichuang/reports/sdb1 && ln -s /run/victim/secret yichuang/reports/sdb1/k2.txt
    "$mount" report sdb1 2>>/run/log
    grep -rq secret $stick && echo "followed a link of the service"
    mount -o remount,rw $stick && ln -s /run/victim $stick/YICHUANG/reports/k3 && read_only
    report k3 hello && echo "followed a link on the stick"
    ls victim | grep -v secret
    mkdir -p yichuang/reports/sdb1 && echo x >"yichuang/reports/sdb1/a%.txt"
    "$mount" report sdb1 2>>/run/log && echo "took a name that is none"
    mkdir -p yichuang/reports/sdb1 && ln victim/secret yichuang/reports/sdb1/k6.txt
    "$mount" report sdb1 2>>/run/log
    grep -rq secret $stick && echo "gave away a file with two names"
    mkdir -p victim/tray/sdb1 && echo kept >victim/tray/sdb1/k7.txt
    mv yichuang/reports yichuang/away && ln -s ../victim/tray yichuang/reports
    "$mount" report sdb1 2>>/run/log && echo "took a link for the tray"
    [ -e victim/tray/sdb1/k7.txt ] || echo "emptied a folder that is no tray"
    rm yichuang/reports && mv yichuang/away yichuang/reports && rm -r victim/tray
    mkdir -p yichuang/reports/sdb1 && touch yichuang/reports/sdb1/k1{00..40}.txt
    for file in yichuang/reports/sdb1/*; do echo x >"$file"; done
    "$mount" report sdb1 2>>/run/log
    [ "$(ls -d $stick/YICHUANG/reports/k1?? | wc -l)" -le 8 ] || echo "filled the stick"
    [ -e yichuang/reports/sdb1 ] && echo "a full tray was not cleared"
    # Time ran out while it was writable.
    mount -o remount,rw,nodev $stick && "$mount" protect sdb1
    touch $stick/x 2>/dev/null && echo "a stick stayed writable after a cut"
    # Pulled out while a report waits.
    mkdir victim/pulled && mount --move $stick victim/pulled
    report k8 hello && echo "a report onto no stick"
    [ -z "$(ls $stick)" ] || echo "a report beside the stick"
    "$mount" protect sdb1 || echo "protecting what is gone is a fault"
    mount --move victim/pulled $stick && rmdir victim/pulled
    # /run/yichuang is the service's: it can put another folder in place.
    mkdir victim/mount && mount -t tmpfs none victim/mount &&
        mkdir -p victim/mount/YICHUANG/reports && mv yichuang/mounts yichuang/away
    fooled() { # fooled WHAT: mounts/sdb1 leads to the victim now
        report k4 hello && echo "worked in $1"
        "$mount" unmount sdb1 2>>/run/log && echo "unmounted in $1"
        [ -e victim/mount/YICHUANG/reports/k4 ] && echo "wrote through $1"
        rm -r yichuang/mounts
    }
    mkdir yichuang/mounts && chown 1 yichuang/mounts && ln -s /run/victim/mount yichuang/mounts/sdb1
    fooled "a folder of the service"
    mkdir victim/folder && ln -s ../mount victim/folder/sdb1 && ln -s ../victim/folder yichuang/mounts
    fooled "a link of the service"
    mv yichuang/away yichuang/mounts && umount victim/mount
    mkdir -p victim/sticks && touch victim/sticks/sdb1 && mv yichuang/sticks yichuang/away
    ln -s ../victim/sticks yichuang/sticks && "$mount" unmount sdb1 2>>/run/log
    [ -e victim/sticks/sdb1 ] || echo "took away what is not ours"
    rm yichuang/sticks && mv yichuang/away yichuang/sticks
    "$mount" unmount sdb1 || echo "not unmounted"
    { [ -e yichuang/mounts/sdb1 ] || [ -L yichuang/sticks/sdb1 ]; } && echo "something is left"
    "$mount" unmount sdb1 || echo "unmounting twice is a fault"
    exit 0
}
export -f tray
said=$(unshare -m bash -c 'tray "$1"' tray "$(realpath "$build/yichuang-mount")" 2>&1)
case $?,$said in
0,*) say "a report goes onto a stick that asks, and nowhere else" "$said" ;;
*) echo "ok a report onto a stick # skip needs to mount" ;;
esac

if ! command -v systemd-analyze >/dev/null 2>&1; then
    echo "ok the units # skip no systemd-analyze"
    exit $status
fi
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
units=$root/usr/lib/systemd/system
mkdir -p "$units" "$root/usr/bin" "$root/usr/lib/yichuang"
cp "$build/yichuang-sync" "$root/usr/bin/"
cp "$build/yichuang-mount" "$root/usr/lib/yichuang/"
for unit in packaging/systemd/*.service packaging/systemd/*.path; do
    sed 's|@prefix@|/usr|g' "$unit" >"$units/${unit##*/}"
done
for unit in yichuang-sync.service yichuang-stick@sdb1.service \
    yichuang-report@sdb1.service yichuang-report@sdb1.path; do
    say "$unit is well-formed" \
        "$(systemd-analyze verify --man=no --root="$root" --recursive-errors=no "$unit" 2>&1)"
done
exposed=$(systemd-analyze security --offline=true --root="$root" yichuang-sync.service 2>/dev/null |
    grep -oE 'level for [^ ]+ [0-9.]+' | awk '{ print $NF * 10 }')
say "the service is exposed by at most 2.0" "$([ "${exposed:-99}" -le 20 ] || echo "$exposed tenths")"
exit $status
