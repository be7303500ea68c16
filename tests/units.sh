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
