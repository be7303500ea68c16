#!/bin/bash
# Content that no editor writes and no check lets through: huge, lying, damaged,
# empty. Every screen of it opens, scrolls and lets the visitor out again.
set -u
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
export TZ=Asia/Shanghai
article=articles/craft/lan-fangqiang

# Changes a copy of the database by the SQL on standard input.
spoil() {
    cp "$build/content.db" "$work/$1.db"
    { echo 'PRAGMA foreign_keys = OFF; PRAGMA trusted_schema = ON;'; cat; } |
        sqlite3 "$work/$1.db" || echo "# cannot prepare $1"
}

# Through every screen, by what stands there and by where things usually stand;
# the last two lines must hold whatever was on the way.
cat >"$work/tour.script" <<'SCRIPT'
clock 2026-02-06T14:26:00
tap 540,190
wait settled
drag 540,1500 540,300 200ms
wait settled
drag 540,300 540,1700 100ms
wait settled
tap 540,1850
tap 800,1560
tap 540,300
tap 135,1850
tap 280,400
tap 540,450
drag 540,1500 540,300 200ms
wait settled
tap 135,1850
tap 800,400
tap 540,600
tap 405,1850
drag 540,1500 540,300 100ms
tap 540,1000
tap 135,1850
tap 200,640
tap 200,330
tap 540,1000
tap 135,1850
tap 500,640
tap 540,400
tap 135,1850
tap 800,820
tap 540,700
tap 945,1850
wait settled
size 1280x800 mm 217
wait settled
size 1080x1920 mm 268
wait 80s
wait 200s
tap 540,900
wait settled
expect "首页"
expect "求助"
SCRIPT

# tour NAME [SCRIPT]: must end with every line held, within the time.
tour() {
    local name=$1 script=${2:-$work/tour.script}
    timeout 50 "$build/yichuang" --headless --content "$work/$name.db" --script "$script" \
        >"$work/out" 2>"$work/log"
    local result=$?
    if [ $result -eq 0 ]; then
        echo "ok $name"
    else
        echo "not ok $name (exit $result)"
        tail -n 30 "$work/log" | cut -c 1-300 | sed 's/^/# /'
        status=1
    fi
}

# Opens the one article that was spoilt, by the only tile of the home screen.
article() { # article NAME WORDS: the page must say them
    cat >"$work/article.script" <<SCRIPT
clock 2026-02-06T14:26:00
tap "打开"
wait settled
expect "$2"
drag 540,1500 540,300 200ms
wait settled
drag 540,1500 540,1200 400ms
tap "大字"
tap "最大"
tap "好了"
wait settled
size 1920x1080 mm 476
wait settled
drag 540,900 540,200 100ms
wait settled
size 1080x1920 mm 268
wait settled
tap "返回"
wait settled
expect "打开"
SCRIPT
    tour "$1" "$work/article.script"
}
open_tile="DELETE FROM home_tile; INSERT INTO home_tile VALUES (1, '打开', '$article', 'red', 'guide', '', 1, 0, 0);"
# Bodies are blobs as content/store/document.c has them.
body() { echo "UPDATE document SET seal = 0, bytes = CAST($1 AS BLOB) WHERE item = (SELECT number FROM item WHERE id = '$article');"; }

# 69,905 times 30 bytes are FE FF 7F as a LEB128 number; 10,000 are 90 4E.
{
    echo "$open_tile"
    body "x'03010000FEFF7F' || replace(hex(zeroblob(69905)), '00', '职工的工资按月支付，') || x'00'"
} | spoil "a paragraph of 2 MB"
article "a paragraph of 2 MB" "职工的工资按月支付"

{
    echo "$open_tile"
    body "x'03904E' || replace(hex(zeroblob(10000)), '00', x'000006' || '工资' || x'00')"
} | spoil "10,000 blocks"
article "10,000 blocks" "工资"

# A table of 8 columns and 2,400 rows: columns, rows, an alignment each, cells.
{
    echo "$open_tile"
    body "x'0301040008E012' || zeroblob(8) || replace(hex(zeroblob(19200)), '00', x'03' || '资' || x'00')"
} | spoil "a table of 19,200 cells"
article "a table of 19,200 cells" "资"

# Every character an icon, half of them of a name the kiosk does not have.
{
    echo "$open_tile"
    body "x'03010000E0D403' || replace(hex(zeroblob(20000)), '00', x'EFBFBC') || x'A09C01' || \
        replace(hex(zeroblob(10000)), '00', x'0003800206' || '电话' || x'00038002017A')"
} | spoil "a paragraph of 20,000 icons"
article "a paragraph of 20,000 icons" "[电话]"

# Too many blocks, levels and lengths that lie, an icon over a letter: said once,
# and the page says so.
for lie in "x'03FFFFFFFF0F'" "x'0301000000FFFFFFFF0F'" "x''" "x'03'" "x'0200'" "randomblob(5000)" \
    "x'0301040080800180800100'" "x'03010000016101000180020170'"; do
    { echo "$open_tile"; body "$lie"; } | spoil "lie"
    article "lie" "看不了" >"$work/lie"
    grep -q '^ok' "$work/lie" || { sed "s/lie/a body of $lie/" "$work/lie"; status=1; }
done
echo "ok bodies that lie end on a page that says so"

{
    echo "UPDATE item SET seal = 0, title = replace(hex(zeroblob(1000)), '00', '工会'), summary = replace(hex(zeroblob(30000)), '00', '长'),
        kicker = title, source = title, byline = title, subtitle = title;
        UPDATE list SET title = replace(hex(zeroblob(1000)), '00', '题'), summary = title;
        UPDATE home_tile SET title = replace(hex(zeroblob(1000)), '00', '瓦'), lines = title;
        UPDATE listing SET title = replace(hex(zeroblob(1000)), '00', '单'), item = title, notice = title;
        UPDATE listing_column SET label = replace(hex(zeroblob(1000)), '00', '列');
        UPDATE cell SET value = replace(hex(zeroblob(1000)), '00', 'x');
        UPDATE OR IGNORE facet_value SET value = row || value || replace(hex(zeroblob(1000)), '00', 'y');
        UPDATE issue SET paper = replace(hex(zeroblob(1000)), '00', '报'); UPDATE issue_page SET name = '版' || replace(hex(zeroblob(1000)), '00', '面');
        UPDATE topic SET title = replace(hex(zeroblob(1000)), '00', '权'); UPDATE item_law SET article = '之', law = replace(hex(zeroblob(1000)), '00', '法');
        UPDATE meta SET value = replace(hex(zeroblob(1000)), '00', '词') WHERE key NOT IN ('headlines_count');"
} | spoil "titles of 2,000 characters"
tour "titles of 2,000 characters"

# every SQL PATTERN: an UPDATE for each text column whose name does not match.
every() {
    sqlite3 "$build/content.db" "SELECT 'UPDATE OR IGNORE ' || m.name || ' SET seal = 0, ' || c.name || ' = $1;'
        FROM (SELECT name FROM sqlite_schema
            WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%') m, pragma_table_info(m.name) c
        WHERE c.type = 'TEXT' AND c.name NOT IN ($2)"
}
every "CAST(x''FFE5B7A5C0AFEDA080F09F98'' AS TEXT)" "'id','kind','key','link','name'" | spoil "invalid UTF-8 in all that is shown"
tour "invalid UTF-8 in all that is shown"
every "CAST(x''FFE5B7A5C0AFEDA080F09F98'' AS TEXT)" "''" | spoil "invalid UTF-8 everywhere"
tour "invalid UTF-8 everywhere"
{
    echo "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(replace(sql, ' NOT NULL', ''), ' STRICT', '') WHERE sql NOT LIKE '%WITHOUT ROWID%'; PRAGMA writable_schema = RESET;"
    every "NULL" "'id','kind','key','name'"
} 2>/dev/null | spoil "NULL where it must not be" 2>/dev/null
tour "NULL where it must not be"

for picture in "zeroblob(15000000)" "x'89504E470D0A1A0A0000000D49484452000075300000753008060000000000000000'" \
    "substr(bytes, 1, length(bytes) / 2)" "CAST(substr(bytes, 1, 33) || randomblob(9000) AS BLOB)" "x''"; do
    {
        echo "$open_tile UPDATE media SET seal = 0, bytes = $picture, width = 2147483647, height = 1;
            UPDATE item SET seal = 0, image = 'media/courier-bike.png';"
    } | spoil "picture"
    tour "picture" >"$work/picture"
    grep -q '^ok' "$work/picture" || { sed "s/picture/a picture of $picture/" "$work/picture"; status=1; }
done
echo "ok pictures that are damaged, huge or lie"

{
    echo "WITH RECURSIVE n(i) AS (VALUES (100) UNION ALL SELECT i + 1 FROM n WHERE i < 299)
        INSERT INTO home_tile SELECT i, '瓦' || i, 'guides', 'red', 'guide', 'a' || char(10) || 'b', i % 5 = 0, 0, 0 FROM n;
        UPDATE meta SET value = '1000000' WHERE key = 'headlines_count';
        WITH RECURSIVE n(i) AS (VALUES (1000) UNION ALL SELECT i + 1 FROM n WHERE i < 5999)
        INSERT INTO listing_row SELECT i, (SELECT number FROM listing WHERE kind = 'stations'), i, 'row' || i, '', '', 0, 0 FROM n;
        INSERT INTO cell SELECT number, 0, '第' || number || '站', 0 FROM listing_row WHERE number >= 1000;
        INSERT INTO facet_value SELECT listing, (SELECT number FROM listing_column c WHERE c.listing = r.listing AND facet >= 0 LIMIT 1),
            '值' || number % 500, number, 0 FROM listing_row r WHERE number >= 1000;"
} | spoil "200 tiles, 5,000 rows, a facet of 500 values"
tour "200 tiles, 5,000 rows, a facet of 500 values"

echo "DELETE FROM listing_row; DELETE FROM cell; DELETE FROM facet_value; DELETE FROM home_headline; DELETE FROM issue_page;
    DELETE FROM topic; DELETE FROM list WHERE kind = 'guide'; DELETE FROM media; DELETE FROM schedule;" | spoil "lists without rows"
tour "lists without rows"

echo "UPDATE listing SET title_role = 2000000000, phone_role = 2000000000, badge_role = -5, has_schedule = 7, subtitle_role = 99;
    UPDATE listing_column SET type = 99, card = 2000000000, detail = card, facet = 0, number = number + 50;
    UPDATE schedule SET weekdays = -1, opens = 2147483647, closes = -2147483648, valid_from = -9e18, valid_to = 9e18;
    UPDATE item SET seal = 0, characters = 9223372036854775807, page = -1, rank = 9e18, date = '9999-99-99', position = -position;" |
    spoil "numbers out of any range"
tour "numbers out of any range"

echo "DELETE FROM home_tile; DELETE FROM home_headline;" | spoil "an empty home"
cat >"$work/empty.script" <<'SCRIPT'
expect "看不了"
tap "求助"
expect "求助"
tap "首页"
expect "看不了"
SCRIPT
tour "an empty home" "$work/empty.script"

echo "UPDATE home_tile SET hides = 1, link = 'articles/none'; DELETE FROM home_headline;" | spoil "a home whose tiles all hide"
tour "a home whose tiles all hide" "$work/empty.script"
exit $status
