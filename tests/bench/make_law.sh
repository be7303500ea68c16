#!/bin/bash
# make_law.sh FOLDER CHARACTERS [TEXTS]: writes an edition with one article of
# about this many characters to FOLDER, articles/news/law, for measuring. Its
# paragraphs come from the .md files in TEXTS, again and again when they end.
set -eu
out=$1 characters=$2 texts=${3:-content/edition}
tests/bench/make_edition.sh "$out" 1 content/edition
law=$out/articles/news/law.md
printf -- '---\ntitle: 二十万字的法律\ndate: 2025-01-01\nsummary: 为测量而拼成的长文。\n---\n' >"$law"

# Whole sentences of Han alone, without the marks of Markdown. Bytes, three a
# character: what awk counts does not depend on the locale.
find "$texts" -name '*.md' | sort | head -n 400 | tr '\n' '\0' |
    xargs -0 sed -s -e '/^---$/,/^---$/d' -e '/^[#|>!-]/d' -e 's/[][`*_<>#|\\{}]//g' \
        -e 's/[,.:;!?()]//g' -e 's/^[ 　]*//' |
    LC_ALL=C awk -v limit=$((characters * 3)) '
        length($0) >= 30 && /\343\200\202$/ { lines[count++] = $0 }
        END {
            if (!count) exit 1
            for (i = 0; size <= limit; i++) {
                if (i % 40 == 0) printf("\n## 第%d章\n", i / 40 + 1)
                size += length(lines[i % count])
                printf("\n第%d条　%s\n", i + 1, lines[i % count])
            }
        }' >>"$law"
