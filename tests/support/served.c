#include <stdbool.h>

#include "support/served.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <sqlite3.h>

static const char *const queries[] = {
    "SELECT 'meta', key, value FROM meta WHERE key <> 'built' ORDER BY key",
    "SELECT 'topic', id, title FROM topic ORDER BY position",
    "SELECT 'list', kind, id, key, title, summary, total FROM list"
    " ORDER BY kind, position, id",
    "SELECT 'issue', l.id, s.paper, s.date, s.issue_no, s.total_no, s.lunar"
    " FROM issue s JOIN list l ON l.number = s.list ORDER BY l.id",
    "SELECT 'page', l.id, p.number, p.name FROM issue_page p"
    " JOIN list l ON l.number = p.list ORDER BY l.id, p.number",
    "SELECT 'item', l.id, i.id, i.sequence = CASE l.kind WHEN 'guide' THEN 0"
    "  ELSE l.number END, i.title, i.subtitle, i.kicker, i.byline, i.source,"
    " i.date, i.region, i.summary, i.image, i.image_alt, i.valid_from,"
    " i.valid_until, i.reviewed, i.continued, i.characters, i.page, i.rank,"
    " i.continues_on, hex(d.bytes)"
    " FROM item i JOIN list l ON l.number = i.list"
    " LEFT JOIN document d ON d.item = i.number"
    " ORDER BY l.kind, l.position, l.id, i.position",
    "SELECT 'guide', id FROM item WHERE sequence = 0 ORDER BY position",
    "SELECT 'alias', a.id, i.id FROM item_alias a"
    " LEFT JOIN item i ON i.number = a.item ORDER BY a.id",
    "SELECT 'its topic', i.id, x.position, t.title FROM item_topic x"
    " LEFT JOIN item i ON i.number = x.item JOIN topic t ON t.id = x.topic"
    " ORDER BY i.id, x.position",
    "SELECT 'its law', i.id, x.position, x.law, x.article FROM item_law x"
    " LEFT JOIN item i ON i.number = x.item ORDER BY i.id, x.position",
    "SELECT 'related', i.id, x.position, o.id FROM item_related x"
    " LEFT JOIN item i ON i.number = x.item"
    " LEFT JOIN item o ON o.number = x.other ORDER BY i.id, x.position",
    "SELECT 'stray document', count(*) FROM document"
    " WHERE item NOT IN (SELECT number FROM item)",
    "SELECT 'listing', kind, title, item, icon, notice, empty, has_map,"
    " has_schedule, title_role, subtitle_role, badge_role, phone_role,"
    " latitude_role, longitude_role, address_role, expires_role FROM listing"
    " ORDER BY kind",
    "SELECT 'column', l.kind, c.number, c.name, c.label, c.type, c.card,"
    " c.detail, c.facet FROM listing_column c"
    " LEFT JOIN listing l ON l.number = c.listing ORDER BY l.kind, c.number",
    "SELECT 'row', l.kind, r.id, r.valid_from, r.expires FROM listing_row r"
    " LEFT JOIN listing l ON l.number = r.listing ORDER BY l.kind, r.position",
    "SELECT 'cell', l.kind, r.id, c.column, c.value FROM cell c"
    " LEFT JOIN listing_row r ON r.number = c.row"
    " LEFT JOIN listing l ON l.number = r.listing"
    " ORDER BY l.kind, r.id, c.column",
    "SELECT 'facet', l.kind, f.column, f.value, r.id FROM facet_value f"
    " LEFT JOIN listing_row r ON r.number = f.row"
    " LEFT JOIN listing l ON l.number = f.listing"
    " ORDER BY l.kind, f.column, f.value, r.id",
    "SELECT 'hours', l.kind, r.id, s.position, s.weekdays, s.opens, s.closes,"
    " s.valid_from, s.valid_to FROM schedule s"
    " LEFT JOIN listing_row r ON r.number = s.row"
    " LEFT JOIN listing l ON l.number = r.listing"
    " ORDER BY l.kind, r.id, s.position",
    "SELECT 'tile', title, link, style, icon, lines, wide, hides FROM home_tile"
    " ORDER BY position",
    "SELECT 'synonym', pattern, terms, topic FROM synonym ORDER BY number",
    "SELECT 'found', d.id, d.date, d.valid_from, d.expires, d.title, d.text,"
    " l.letters FROM search_doc d LEFT JOIN search_letters l"
    " ON l.doc = d.number ORDER BY d.id",
    "SELECT 'headlines', l.id FROM home_headline h"
    " LEFT JOIN list l ON l.number = h.list ORDER BY h.position",
};

static void dump_query(sqlite3 *db, const char *sql, struct buf *out)
{
    sqlite3_stmt *rows = NULL;
    int status = sqlite3_prepare_v2(db, sql, -1, &rows, NULL);
    if (status != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    while ((status = sqlite3_step(rows)) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(rows); i++) {
            const char *text = (const char *)sqlite3_column_text(rows, i);
            buf_printf(out, "%s%s", i ? "|" : "", text ? text : "NULL");
        }
        buf_putc(out, '\n');
    }
    if (status != SQLITE_DONE)
        buf_printf(out, "error: %s\n", sqlite3_errmsg(db));
    sqlite3_finalize(rows);
}

void served_dump(const char *database, struct buf *out)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open_v2(database, &db, SQLITE_OPEN_READONLY, NULL),
                     SQLITE_OK);
    for (size_t i = 0; i < COUNT_OF(queries); i++)
        dump_query(db, queries[i], out);
    sqlite3_close(db);
}

bool served_pictures(const char *database, const char *wanted)
{
    sqlite3 *db;
    sqlite3_stmt *count = NULL;
    assert_int_equal(sqlite3_open_v2(database, &db, SQLITE_OPEN_READONLY, NULL),
                     SQLITE_OK);
    char *attach = sqlite3_mprintf("ATTACH %Q AS wanted", wanted);
    assert_int_equal(sqlite3_exec(db, attach, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_free(attach);
    assert_int_equal(
        sqlite3_prepare_v2(
            db,
            "SELECT count(*) FROM wanted.media w LEFT JOIN main.media m"
            " ON m.name = w.name WHERE m.bytes IS NOT w.bytes"
            " OR m.width IS NOT w.width OR m.height IS NOT w.height",
            -1, &count, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(count), SQLITE_ROW);
    bool same = sqlite3_column_int(count, 0) == 0;
    sqlite3_finalize(count);
    sqlite3_close(db);
    return same;
}
