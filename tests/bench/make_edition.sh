#!/bin/bash
# make_edition.sh FOLDER ITEMS [TEXTS]: writes an edition of this many articles
# to FOLDER, for measuring. The words come from the .md files in TEXTS; every
# paragraph gets a number of its own, so that none is refused as a duplicate.
set -eu
out=$1 items=$2 texts=${3:-content/edition}
mkdir -p "$out/articles/news"

cat >"$out/edition.yaml" <<YAML
title: 测量用内容
publisher: 测量
region: "520100"
language: zh-CN
date: 2026-02-06
number: 1
channels:
  - {id: news, title: 要闻}
topics:
  - {id: wage, title: 工资与欠薪}
YAML
cat >"$out/home.yaml" <<YAML
tiles:
  - {title: 我遇到了问题, lines: [欠薪、工伤、被辞退], link: articles/news, style: red, size: wide}
headlines: {title: 今日要闻, channels: [news], count: 6}
YAML

# Plain sentences only: marks of Markdown, half-width marks and private-use codes
# (EE 80 80 to EF A3 BF), which nothing draws, are taken out.
find "$texts" -name '*.md' | sort | xargs sed -e '/^---$/,/^---$/d' -e '/^[#|>!-]/d' |
    LC_ALL=C sed -e 's/\xEE[\x80-\xBF][\x80-\xBF]//g' -e 's/\xEF[\x80-\xA3][\x80-\xBF]//g' |
    sed -e 's/[][`*_<>#|\\]//g' -e 's/[,.:;!?()]//g' -e 's/^[ 　]*//' -e '/^$/d' |
    awk -v out="$out" -v items="$items" '
    function open_item() {
        item++
        file = sprintf("%s/articles/news/a%06d.md", out, item)
        day = item % 28 + 1
        printf("---\ntitle: 第%d篇测量文章\ndate: 2025-%02d-%02d\nsummary: 第%d篇。\n---\n",
               item, item % 12 + 1, day, item) > file
        size = paragraphs = 0
    }
    { lines[NR] = substr($0, 1, 1200) }
    END {
        if (!NR) exit 1
        while (item < items) {
            open_item()
            while (size < 1800 && paragraphs < 12) {
                serial++
                line = lines[serial % NR + 1]
                # Cutting by bytes may split a character: the tail is dropped.
                sub(/[\300-\377][\200-\277]*$/, "", line)
                printf("第%d段，%s。\n\n", serial, line) > file
                size += length(line) + 1
                paragraphs++
            }
            close(file)
        }
    }'
