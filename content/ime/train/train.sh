#!/bin/bash
# make train: fetches the data, makes the models anew and holds them against the
# ones in content/ime/data. REVIEWED=1 make train: the new ones take their place.
set -eu
build=$1
here=content/ime/train
work=build/train
data=$work/data
models="handwriting.model strokes.table"

say() { echo "train: $*" >&2; }

# From npm, the version that sources.sha256 names.
npm_package() { # npm_package NAME VERSION FOLDER
    [ -e "$work/$1-$2.tgz" ] || {
        command -v npm >/dev/null || { say "npm is missing (Debian: npm)"; exit 1; }
        (cd "$work" && npm pack --silent "$1@$2" >/dev/null)
    }
    mkdir -p "$work/$3"
    tar -xzf "$work/$1-$2.tgz" -C "$work/$3" --strip-components=1
}

# A file of a Debian package: the installed one, else out of the package.
debian_file() { # debian_file PACKAGE PATH
    local file=/$2
    if [ ! -e "$file" ]; then
        [ -e "$work/root/$2" ] || {
            (cd "$work" && apt-get -qq download "$1" 2>/dev/null)
            dpkg-deb -x "$work/$1"_*.deb "$work/root"
        }
        file=$work/root/$2
    fi
    cat "$file"
}

mkdir -p "$data"
npm_package hanzi-writer-data 2.0.1 hanzi
npm_package cnchar-order 3.2.6 order
ln -sfn ../hanzi "$data/hanzi"
cp "$work/order/cnchar.order.min.js" "$data/order.js"
debian_file unicode-data usr/share/unicode/Unihan_OtherMappings.txt.bz2 | bzcat |
    grep -P '\tkTGH\t' >"$data/kTGH.txt"
debian_file rime-data-pinyin-simp usr/share/rime-data/pinyin_simp.dict.yaml \
    >"$data/pinyin_simp.dict.yaml"
debian_file python3-jieba usr/lib/python3/dist-packages/jieba/dict.txt >"$data/dict.txt"
(cd "$work" && sha256sum --quiet -c) <$here/sources.sha256 ||
    { say "other data than the models were made from"; [ "${REVIEWED:-}" ] || exit 1; }

"$build/train_handwriting" "$data" "$work/handwriting.model"
"$build/train_strokes" "$data" "$work/strokes.table"
"$build/print_medians" "$data" >"$work/medians.txt"
{
    sed -n '/^#/p' tests/ink/medians.txt
    "$build/print_medians" "$data" "$(cat tests/ink/characters.txt)"
} >"$work/sample.txt"

status=0
compare() { # compare NEW OLD
    cmp -s "$1" "$2" && { echo "$2: the same, byte for byte"; return; }
    if [ "${REVIEWED:-}" ]; then
        cp "$1" "$2"
        echo "$2: replaced"
    else
        echo "$2: differs"
        status=1
    fi
}
for model in $models; do
    compare "$work/$model" "content/ime/data/$model"
done
compare "$work/sample.txt" tests/ink/medians.txt
exit $status
