/* show.c - a result as it stands on the screen: title, where it is from, and
 * what is said around the words. */
#include "search_private.h"

#include <string.h>

#include "base/log.h"
#include "base/utf8.h"
#include "numbers.h"

enum {
    SNIPPET_LETTERS = 64,
    SNIPPET_BEFORE = 14, /* of them, in front of the first word */
    MARKS_MAX = 32,
};

static struct search_text mark(struct arena *arena, const char *text,
                               const struct words *words)
{
    struct search_text out = {.text = text};
    out.mark_count =
        words_find(words, arena, text, strlen(text), MARKS_MAX, &out.marks);
    return out;
}

static size_t back(const char *text, size_t at)
{
    while (at && ((unsigned char)text[--at] & 0xC0) == 0x80)
        ;
    return at;
}

static bool ends_sentence(const char *text, size_t at)
{
    static const char *const ends[] = {"。", "！", "？", "；", "\n"};
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        if (!strncmp(text + at, ends[i], strlen(ends[i])))
            return true;
    return false;
}

/* From the start of a sentence, if that is near, else a few letters before. */
static size_t snippet_start(const char *text, size_t at)
{
    for (int i = 0; i < SNIPPET_BEFORE && at; i++) {
        size_t before = back(text, at);
        if (ends_sentence(text, before))
            return at;
        at = before;
    }
    return at;
}

/* One line of a text around a place. */
static const char *cut(struct arena *arena, const char *text, size_t length,
                       size_t place)
{
    struct buf out = {0};
    size_t start = snippet_start(text, place), at = start;
    if (start && !ends_sentence(text, back(text, start)))
        buf_puts(&out, "……");
    for (int i = 0; i < SNIPPET_LETTERS && at < length; i++) {
        size_t before = at;
        uint32_t code = utf8_next(text, length, &at);
        if (code >= ' ')
            buf_add(&out, text + before, at - before);
        else if (at < length) /* a new paragraph */
            buf_putc(&out, ' ');
    }
    while (out.length && out.data[out.length - 1] == ' ')
        out.data[--out.length] = 0;
    if (at < length)
        buf_puts(&out, "……");
    const char *line = arena_strndup(arena, buf_text(&out), out.length);
    buf_fini(&out);
    return line;
}

/* The words in the text, else what is said of it. */
static struct search_text snippet(struct arena *arena, const char *summary,
                                  const char *text, size_t length,
                                  const struct words *words)
{
    struct arena scratch = {0};
    const struct search_mark *place;
    const char *line = summary;
    if (!words_find(words, &scratch, summary, strlen(summary), 1, &place)) {
        if (words_find(words, &scratch, text, length, 1, &place))
            line = cut(arena, text, length, place[0].start);
        else if (!*summary)
            line = cut(arena, text, length, 0);
    }
    arena_fini(&scratch);
    if (line == summary)
        line = cut(arena, summary, strlen(summary), 0);
    return mark(arena, line, words);
}

static void read_topic_ids(struct search *search, struct arena *arena,
                           int64_t item, struct search_result *out)
{
    const char *ids[16];
    sqlite3_stmt *row =
        search_ask(search, "SELECT topic FROM item_topic"
                           " WHERE item = ?1 ORDER BY position");
    if (row)
        sqlite3_bind_int64(row, 1, item);
    while (out->topic_count < COUNT_OF(ids) && search_next(search, row))
        ids[out->topic_count++] = arena_strdup(arena, search_text_at(row, 0));
    sqlite3_finalize(row);
    const char **kept = arena_alloc(arena, out->topic_count * sizeof(*kept));
    if (out->topic_count)
        memcpy(kept, ids, out->topic_count * sizeof(*kept));
    out->topics = kept;
}

static const char *keep(struct arena *arena, sqlite3_stmt *row, int column)
{
    const char *text = search_text_at(row, column);
    size_t length = strnlen(text, STORE_TEXT_BYTES_MAX);
    return arena_strndup(arena, text, utf8_valid_length(text, length));
}

static bool show_item(struct search *search, struct arena *arena,
                      int64_t number, const struct words *words,
                      struct search_result *out)
{
    struct arena scratch = {0};
    struct document document = {0};
    struct buf plain = {0};
    sqlite3_stmt *row = search_ask(
        search,
        "SELECT i.id, i.title, l.title, i.date, i.valid_from > ?2, i.summary,"
        " d.bytes, " ITEM_SEALED " AND " DOCUMENT_SEALED
        " FROM item i JOIN list l ON l.number = i.list"
        " JOIN document d ON d.item = i.number WHERE i.number = ?1");
    if (row) {
        sqlite3_bind_int64(row, 1, number);
        sqlite3_bind_text(row, 2, search->store->today, -1, SQLITE_STATIC);
    }
    bool fine = search_next(search, row);
    if (fine) {
        const void *bytes = sqlite3_column_blob(row, 6);
        size_t length = (size_t)sqlite3_column_bytes(row, 6);
        *out = (struct search_result){.id = keep(arena, row, 0),
                                      .parent = keep(arena, row, 2),
                                      .date = keep(arena, row, 3),
                                      .upcoming = sqlite3_column_int(row, 4)};
        out->title = mark(arena, keep(arena, row, 1), words);
        fine = sqlite3_column_int(row, 7) &&
               document_decode(&scratch, bytes, length, &document);
        if (fine) {
            document_plain_text(&document, &plain);
            out->snippet = snippet(arena, keep(&scratch, row, 5),
                                   buf_text(&plain), plain.length, words);
        } else {
            log_error("search", "%s: %s is damaged", search->store->path,
                      out->id);
        }
    }
    sqlite3_finalize(row);
    buf_fini(&plain);
    arena_fini(&scratch);
    if (fine)
        read_topic_ids(search, arena, number, out);
    return fine;
}

/* A service's line: how to reach it, then what it is for. */
static void put_cells(struct search *search, int64_t number, int title,
                      int subtitle, int phone, struct buf *line,
                      struct buf *rest)
{
    sqlite3_stmt *row = search_ask(
        search, "SELECT c.column, c.value FROM cell c"
                " JOIN listing_row r ON r.number = c.row"
                " JOIN listing_column k"
                " ON k.listing = r.listing AND k.number = c.column"
                " WHERE c.row = ?1 AND (k.card >= 0 OR k.detail >= 0 OR"
                " c.column = ?2) ORDER BY k.card < 0, k.card, k.detail");
    struct buf what = {0};
    if (row) {
        sqlite3_bind_int64(row, 1, number);
        sqlite3_bind_int(row, 2, subtitle);
    }
    while (search_next(search, row)) {
        int column = sqlite3_column_int(row, 0);
        const char *value = search_text_at(row, 1);
        if (column == title)
            continue;
        if (column == phone)
            buf_printf(line, "电话 %s", value);
        else if (column == subtitle || (subtitle < 0 && !what.length))
            buf_puts(&what, value);
        else
            buf_printf(rest, "%s\n", value);
    }
    sqlite3_finalize(row);
    if (what.length)
        buf_printf(line, "%s%s", line->length ? " · " : "", buf_text(&what));
    buf_fini(&what);
}

static bool show_row(struct search *search, struct arena *arena, int64_t number,
                     const struct words *words, struct search_result *out)
{
    struct buf line = {0}, rest = {0};
    sqlite3_stmt *row = search_ask(
        search,
        "SELECT 'listings/' || l.kind || '/' || r.id, coalesce((SELECT value"
        " FROM cell WHERE row = r.number AND column = l.title_role), ''),"
        " l.title, r.valid_from, r.valid_from > ?2, l.title_role,"
        " l.subtitle_role, l.phone_role FROM listing_row r"
        " JOIN listing l ON l.number = r.listing WHERE r.number = ?1");
    if (row) {
        sqlite3_bind_int64(row, 1, number);
        sqlite3_bind_text(row, 2, search->store->today, -1, SQLITE_STATIC);
    }
    bool fine = search_next(search, row);
    if (fine) {
        *out = (struct search_result){.id = keep(arena, row, 0),
                                      .parent = keep(arena, row, 2),
                                      .date = keep(arena, row, 3),
                                      .upcoming = sqlite3_column_int(row, 4)};
        out->title = mark(arena, keep(arena, row, 1), words);
        put_cells(search, number, sqlite3_column_int(row, 5),
                  sqlite3_column_int(row, 6), sqlite3_column_int(row, 7), &line,
                  &rest);
        out->snippet = snippet(arena, buf_text(&line), buf_text(&rest),
                               rest.length, words);
    }
    sqlite3_finalize(row);
    buf_fini(&line);
    buf_fini(&rest);
    return fine;
}

bool show_result(struct search *search, struct arena *arena,
                 const struct hit *hit, const struct words *words,
                 struct search_result *out)
{
    int64_t origin = 0;
    sqlite3_stmt *row =
        search_ask(search, "SELECT origin FROM search_doc WHERE number = ?1");
    if (row)
        sqlite3_bind_int64(row, 1, hit->number);
    if (search_next(search, row))
        origin = sqlite3_column_int64(row, 0);
    sqlite3_finalize(row);
    if (!origin || origin == INT64_MIN ||
        !(origin > 0 ? show_item(search, arena, origin, words, out)
                     : show_row(search, arena, -origin, words, out)))
        return false;
    out->kind = (enum search_kind)number_kind(hit->number);
    out->kind_title = search_kind_title(out->kind);
    out->score = hit->score;
    if (!out->topics)
        out->topics = arena_alloc(arena, sizeof(*out->topics));
    return true;
}
