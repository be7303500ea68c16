#!/bin/bash
# The first and only program of the guest; tests/uml/run.sh boots it. Lines that
# begin with @ are for the host. What it shall do is in its environment, where
# the kernel puts what it does not know of its command line:
#
#   job=sync   syncs the kiosk's state on ubda (ext4) through the generations,
#              from folders of the host, or with stick=vfat from ubdb
#   job=stick  writes the generations onto ubdb (FAT32) with yichuangctl stick
#   job=fat    runs tests/fat.sh on ubdb
#   job=fill   copies all generations to ubdb, a folder each
set -u
export PATH=/usr/sbin:/usr/bin:/sbin:/bin TZ=UTC HOME=/mnt TMPDIR=/mnt/tmp
mount -t proc proc /proc
mount -t tmpfs tmpfs /mnt
mount -t tmpfs tmpfs /run
mkdir /mnt/state /mnt/stick /mnt/tmp /mnt/work
exec 2>/mnt/errors
# Its folder may be one that the guest has mounted something over: /dev/shm.
mount -t hostfs -o "ro,$work" none /mnt/work || mount -t hostfs none -o "$work" /mnt/work
work=/mnt/work
for module in $modules; do busybox insmod "$module"; done
ctl=$build/yichuangctl

bad() { echo "@BAD $*" && tail -n 30 /mnt/log /mnt/errors 2>&1; }
end() {
    echo "@END"
    cd / && umount /mnt/state /mnt/stick 2>/dev/null
    sync
    echo o >/proc/sysrq-trigger
    sleep 60
}

# What a state folder shows: the number of a generation, 0 for none.
shown() { # shown STATE
    local sum
    sum=$("$build/tests/judge" "$1" 2>>/mnt/errors) || { bad "$1: $sum"; return 1; }
    [ "$sum" != none ] || { echo 0; return; }
    awk -v sum="$sum" '$2 == sum { print $1; found = 1 } END { exit !found }' "$work/sums" ||
        { bad "$1: no generation shows $sum"; return 1; }
}

# Unwritten pages usually are lost; on some boots the kernel has begun to write
# them, in an order of its own.
unsteady() {
    if [ $((RANDOM % 3)) -eq 0 ]; then
        echo 10 >/proc/sys/vm/dirty_writeback_centisecs
        echo $((RANDOM % 100)) >/proc/sys/vm/dirty_expire_centisecs
    fi
}

mount_stick() {
    mount -t vfat -o fmask=0133,dmask=0022,utf8,errors=remount-ro /dev/ubdb /mnt/stick
}

sync_through() {
    local board target from
    mount -t ext4 /dev/ubda /mnt/state || { bad "no mount of the state"; return; }
    if [ "$stick" = vfat ]; then mount_stick || { bad "no mount of the stick"; return; }; fi
    # Cut between the two renames below.
    [ -d /mnt/state/now ] || cp -a "$work/trusting" /mnt/state/now
    unsteady
    board=$(shown /mnt/state/now) || return
    echo "@BOARD $board"
    while :; do
        # Metadata may be newer than content: what was begun with comes first.
        while [ "$board" -lt "$last" ]; do
            target=$((board + 1 + RANDOM % (last - board)))
            [ $target -ge "$tried" ] || target=$tried
            echo "@TRY $target"
            from=$work/sticks/$target
            [ "$stick" != vfat ] || from=/mnt/stick/$target
            "$ctl" sync --state /mnt/state/now --area 520103 --kiosk k1 "$from" >/mnt/log 2>&1 ||
                { bad "sync to $target ended with $?"; return; }
            echo "@ACK $target"
            board=$(shown /mnt/state/now) || return
            [ "$board" = $target ] || { bad "$target was acknowledged, $board is there"; return; }
        done
        echo "@AGAIN"
        rm -rf /mnt/state/next /mnt/state/old
        cp -a "$work/trusting" /mnt/state/next && sync
        mv /mnt/state/now /mnt/state/old && mv /mnt/state/next /mnt/state/now && sync
        rm -rf /mnt/state/old
        board=0 tried=0
    done
}

# What a kiosk that has nothing makes of the stick.
taken() {
    local status got
    rm -rf /mnt/tmp/state && cp -a "$work/trusting" /mnt/tmp/state
    "$ctl" sync --state /mnt/tmp/state --area 520103 --kiosk k1 /mnt/stick >/mnt/log 2>&1
    status=$?
    got=$(shown /mnt/tmp/state) || return 1
    # Refused with a plain answer, and then nothing of it is on board.
    case $status in
    0) [ "$got" -gt 0 ] && echo "$got" ;;
    3 | 4 | 5 | 7 | 9) [ "$got" -eq 0 ] && echo 0 ;;
    *) false ;;
    esac || { bad "a kiosk said $status and has $got"; return 1; }
}

write_sticks() {
    local board target
    mount_stick || { bad "no mount of the stick"; return; }
    unsteady
    board=$(taken) || return
    echo "@BOARD $board"
    while :; do
        while [ "$board" -lt "$last" ]; do
            target=$((board + 1 + RANDOM % (last - board)))
            echo "@TRY $target"
            if ! "$ctl" stick "$work/gen/$target/repo" /mnt/stick --area 520103 >/mnt/log 2>&1; then
                # No publisher's machine repairs a stick by itself either; where
                # the file system itself is torn, people are told to do it.
                [ -n "${repaired:-}" ] && { bad "not written after a repair either"; return; }
                echo "@REPAIR $(tail -n 1 /mnt/log)"
                umount /mnt/stick
                fsck.vfat -a /dev/ubdb >/mnt/log 2>&1
                mount_stick || { bad "no mount of the stick after its repair"; return; }
                repaired=1
                continue
            fi
            echo "@ACK $target"
            board=$(taken) || return
            [ "$board" = $target ] || { bad "$target was written, a kiosk takes $board"; return; }
        done
        echo "@AGAIN"
        rm -rf /mnt/stick/YICHUANG && sync
        board=0
    done
}

case $job in
fat)
    cd "$source" && bash tests/fat.sh "$variant" /dev/ubdb </dev/null 2>&1
    ;;
sync) sync_through ;;
stick) write_sticks ;;
fill)
    mount_stick && cp -r "$work"/sticks/* /mnt/stick/ || bad "the stick cannot be filled"
    ;;
esac
end
