#!/bin/sh
# Installs the Debian packages that building (build), running (run), testing
# (check), measuring (bench), fuzzing (fuzz), .ci/run (ci), tests/uml/run.sh (uml)
# or packaging/specimen.sh (pictures) needs and that are missing, naming them
# first.
# Does nothing, quickly, when all are there.
set -eu
umask 022 # what a package's scripts write is for everybody

build='gcc make pkg-config libsdl2-dev libsdl2-ttf-dev libsdl2-image-dev
libfreetype-dev libharfbuzz-dev libicu-dev libsqlite3-dev libcmark-gfm-dev
libcmark-gfm-extensions-dev libyaml-dev libcsv-dev libjansson-dev
libcurl4-openssl-dev libssl-dev libzstd-dev rime-data-pinyin-simp python3-jieba'
run='fonts-noto-cjk fonts-noto-core'
check='libcmocka-dev mandoc sqlite3 xvfb xauth unicode-data bzip2 faketime dosfstools zstd
fonts-lxgw-wenkai nginx curl strace openssl'
bench='valgrind xvfb xauth chromium'
fuzz='clang libclang-rt-14-dev zstd'
ci='clang clang-format libclang-rt-14-dev'
pictures='pngquant'
uml='user-mode-linux busybox-static dosfstools e2fsprogs dmsetup'

wanted=
for group in "$@"; do
    case $group in
    build) wanted="$wanted $build" ;;
    run) wanted="$wanted $run" ;;
    check) wanted="$wanted $check" ;;
    bench) wanted="$wanted $bench" ;;
    fuzz) wanted="$wanted $fuzz" ;;
    ci) wanted="$wanted $ci" ;;
    pictures) wanted="$wanted $pictures" ;;
    uml) wanted="$wanted $uml" ;;
    *) echo "deps.sh: unknown group: $group" >&2; exit 2 ;;
    esac
done

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "deps.sh: not a Debian system; needed:" $wanted >&2
    exit 0
fi

missing=
for package in $wanted; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null |
        grep -qx installed || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "Missing Debian packages:$missing" >&2
        echo "They cannot be installed: not root, and no sudo. Run as root: packaging/deps.sh $*" >&2
        exit 1
    fi
    as_root=sudo
fi
echo "Installing Debian packages:$missing"
# The package lists of a fresh image are empty or old.
$as_root apt-get update
# A web server for tests shall not start serving: no service starts at this level.
$as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
    apt-get install -y --no-install-recommends $missing
