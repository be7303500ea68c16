#!/bin/bash
# The manual pages are well-formed and know every option and key there is.
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

# mandoc looks for what a page refers to among the installed ones.
say "manual pages are well-formed" \
    "$(mandoc -T lint packaging/man/*.[0-9] 2>&1 | grep -v 'referenced manual not found')"

# missing PAGE WORD...: the words the page does not have.
missing() {
    local page=$1 word
    shift
    for word in "$@"; do
        grep -qE -- "(^|[^a-z_])$word([^a-z_]|$)" "$page" || echo "$page: $word"
    done
}
say "yichuang.1 has every option" "$(missing packaging/man/yichuang.1 \
    $("$build/yichuang" --help | grep -oE -- '--[a-z-]+' | sed 's/^--/-/'))"
say "yichuang.1 has every command of the drive script" "$(missing packaging/man/yichuang.1 \
    $(grep -oE '\{"[a-z]+", do_' app/kiosk/script.c | grep -oE '[a-z]+"' | tr -d '"'))"
say "yichuang.conf.5 has every key" "$(missing packaging/man/yichuang.conf.5 \
    $(grep -oE '^    (TEXT|NUMBER|WORD)\("[a-z_]+"' app/kiosk/config.c | grep -oE '"[a-z_]+' | tr -d '"'))"
say "yichuang-sync.8 has every option" "$(missing packaging/man/yichuang-sync.8 \
    $("$build/yichuang-sync" --help | grep -oE -- '--[a-z-]+' | sed 's/^--/-/'))"
say "yichuang-sync.8 has every request" "$(missing packaging/man/yichuang-sync.8 \
    $(grep -oE '^    X\([A-Z]+, "[a-z]+"' include/content/control.h | grep -oE '"[a-z]+' | tr -d '"'))"
say "yichuang-sync.8 has every field of a status" "$(missing packaging/man/yichuang-sync.8 \
    $(grep -oE 'OF\(struct control_status, [a-z_]+' content/sync/control.c | awk '{ print $3 }'))"
say "yichuang-sync.conf.5 has every key" "$(missing packaging/man/yichuang-sync.conf.5 \
    $(grep -oE '^    (TEXT|OWN|WORD)\("[a-z_]+"' app/syncd/settings.c | grep -oE '"[a-z_]+' | tr -d '"'))"
say "yichuangctl.1 has every command" "$(missing packaging/man/yichuangctl.1 \
    $("$build/yichuangctl" --help | awk '/^  [a-z]/ { print $1 }' | grep -v '^-'))"
exit $status
