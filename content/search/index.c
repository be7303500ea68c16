/* index.c - entries, their numbers, and the two full-text tables.
 *
 * FTS5 starts a new segment whenever a number is lower than the last one, so
 * changes go in by rising numbers: first all of them are known, then written.
 */
#include "index.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/log.h"
#include "content/document.h"
#include "content/search.h"
#include "change.h"
#include "fold.h"
#include "letters.h"
#include "numbers.h"

static void touch(struct index_touched *touched, int64_t origin)
{
    ARRAY_GROW(touched->origins, touched->count, touched->capacity);
    touched->origins[touched->count++] = origin;
}

void index_touch_item(struct index_touched *touched, int64_t number)
{
    touch(touched, number);
}

void index_touch_row(struct index_touched *touched, int64_t number)
{
    touch(touched, -number);
}

void index_touched_fini(struct index_touched *touched)
{
    free(touched->origins);
    *touched = (struct index_touched){0};
}

/* How near a publisher is: the whole country is the farthest. */
#define AREA_OF(path)                                               \
    "(SELECT y.area FROM source s JOIN layer y ON y.rank = s.layer" \
    " WHERE s.path = " path " AND s.hidden = 0 ORDER BY s.layer LIMIT 1)"
#define ITEM_AREA AREA_OF("i.id || '.md'")
#define LISTING_AREA AREA_OF("'listings/' || l.kind || '/listing.yaml'")

enum statement {
    READ_ITEM,
    READ_ROW,
    READ_CELLS,
    READ_DOC,
    FIND_DOC,
    FIND_LOWEST,
    ADD_DOC,
    CHANGE_DOC,
    ADD_LETTERS,
    ADD_TEXT,
    ADD_TITLE,
    DROP_TEXT,
    DROP_TITLE,
    DROP_LETTERS,
    DROP_DOC,
    STATEMENT_COUNT
};
static const char *const sql[STATEMENT_COUNT] = {
    [READ_ITEM] = "SELECT i.id, i.date, i.valid_from, i.valid_until,"
                  " " ITEM_AREA ", i.title, i.subtitle, i.kicker, i.summary,"
                  " d.bytes, CASE l.kind WHEN 'guide' THEN l.title ELSE '' END"
                  " FROM item i JOIN list l ON l.number = i.list"
                  " LEFT JOIN document d ON d.item = i.number"
                  " WHERE i.number = ?1",
    [READ_ROW] = "SELECT 'listings/' || l.kind || '/' || r.id, r.valid_from,"
                 " r.valid_from, r.expires, " LISTING_AREA ","
                 " l.title_role, l.phone_role FROM listing_row r"
                 " JOIN listing l ON l.number = r.listing WHERE r.number = -?1",
    /* Of what is not shown nothing shall be found. */
    [READ_CELLS] = "SELECT c.column, c.value FROM cell c"
                   " JOIN listing_row r ON r.number = c.row"
                   " JOIN listing_column k"
                   " ON k.listing = r.listing AND k.number = c.column"
                   " WHERE c.row = -?1 AND (k.card >= 0 OR k.detail >= 0 OR"
                   " c.column = ?2) ORDER BY c.column",
    [READ_DOC] = "SELECT id, date, valid_from, expires, title, text"
                 " FROM search_doc WHERE number = ?1",
    [FIND_DOC] = "SELECT number FROM search_doc WHERE origin = ?1",
    [FIND_LOWEST] = "SELECT min(number) FROM search_doc"
                    " WHERE number BETWEEN ?1 AND ?2",
    [ADD_DOC] = "INSERT INTO search_doc VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,"
                " seal(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8))",
    [CHANGE_DOC] = "UPDATE search_doc SET id = ?3, date = ?4, valid_from = ?5,"
                   " expires = ?6, title = ?7, text = ?8,"
                   " seal = seal(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
                   " WHERE number = ?1",
    [ADD_LETTERS] = "INSERT INTO search_letters VALUES (?1, ?2, seal(?1, ?2))",
    /* With values, not with what a SELECT yields: for that SQLite would open a
     * savepoint, at which FTS5 writes a segment. */
    [ADD_TEXT] = "INSERT INTO search_text (rowid, title, text)"
                 " VALUES (?1, ?2, ?3)",
    [ADD_TITLE] = "INSERT INTO search_title (rowid, title) VALUES (?1, ?2)",
    /* FTS5 is told what it was given. */
    [DROP_TEXT] = "INSERT INTO search_text (search_text, rowid, title, text)"
                  " VALUES ('delete', ?1, ?2, ?3)",
    [DROP_TITLE] = "INSERT INTO search_title (search_title, rowid, title)"
                   " VALUES ('delete', ?1, ?2)",
    [DROP_LETTERS] = "DELETE FROM search_letters WHERE doc = ?1",
    [DROP_DOC] = "DELETE FROM search_doc WHERE number = ?1",
};

enum { KEPT_BYTES_MAX = 4 << 20 };

struct index {
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    struct letters *letters;
    struct buf gone, come; /* of a text that changed */
    size_t kept;           /* bytes of entries */
    bool heads;            /* all that a place needs; texts are left out */
    int status;            /* the first that was not fine */
};

static void check(struct index *index, int status)
{
    if (index->status != SQLITE_OK || status == SQLITE_OK ||
        status == SQLITE_ROW || status == SQLITE_DONE)
        return;
    index->status = status;
    if (status != SQLITE_FULL)
        log_error("search", "%s", sqlite3_errmsg(index->db));
}

static void open_index(struct index *index, sqlite3 *db)
{
    *index = (struct index){.db = db, .letters = letters_open()};
    for (int i = 0; i < STATEMENT_COUNT && index->status == SQLITE_OK; i++)
        check(index,
              sqlite3_prepare_v3(db, sql[i], -1, SQLITE_PREPARE_PERSISTENT,
                                 &index->statements[i], NULL));
}

static int close_index(struct index *index)
{
    for (int i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(index->statements[i]);
    letters_close(index->letters);
    buf_fini(&index->gone);
    buf_fini(&index->come);
    return index->status;
}

/* NULL after a fault. */
static sqlite3_stmt *ask(struct index *index, enum statement which,
                         int64_t first, int64_t second)
{
    if (index->status != SQLITE_OK)
        return NULL;
    sqlite3_stmt *statement = index->statements[which];
    sqlite3_reset(statement);
    sqlite3_bind_int64(statement, 1, first);
    if (sqlite3_bind_parameter_count(statement) == 2)
        sqlite3_bind_int64(statement, 2, second);
    return statement;
}

static bool next(struct index *index, sqlite3_stmt *statement)
{
    if (!statement)
        return false;
    int status = sqlite3_step(statement);
    if (status == SQLITE_ROW)
        return true;
    check(index, status);
    sqlite3_reset(statement);
    return false;
}

static void run(struct index *index, enum statement which, int64_t number)
{
    next(index, ask(index, which, number, 0));
}

static const char *text_at(sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    return text ? text : "";
}

/* An entry as it has to be. */
struct entry {
    int64_t origin;
    int64_t number; /* 0: none yet */
    enum search_kind kind;
    int distance;
    struct buf id, date, valid_from, expires, plain_title, also, title, text;
};

static void clear_entry(struct entry *entry)
{
    struct buf *texts[] = {
        &entry->id,          &entry->date, &entry->valid_from, &entry->expires,
        &entry->plain_title, &entry->also, &entry->title,      &entry->text};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        buf_clear(texts[i]);
}

static void fini_entry(struct entry *entry)
{
    struct buf *texts[] = {
        &entry->id,          &entry->date, &entry->valid_from, &entry->expires,
        &entry->plain_title, &entry->also, &entry->title,      &entry->text};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        buf_fini(texts[i]);
}

static void fold_into(struct buf *out, const char *text, size_t length)
{
    size_t before = out->length;
    if (before)
        buf_putc(out, FOLD_BREAK);
    fold_text(text, length, out);
    if (before && out->length == before + 1)
        out->data[--out->length] = 0; /* nothing came */
}

/* 520103 is nearer than 520000, which is nearer than 000000. */
static int distance_of(const char *area)
{
    size_t width = strlen(area);
    while (width && area[width - 1] == '0')
        width--;
    return width > 4 ? 0 : width > 2 ? 1 : width ? 2 : 3;
}

static bool kind_of_id(const char *id, enum search_kind *out)
{
    char folder[32];
    size_t length = strcspn(id, "/");
    if (length >= sizeof(folder))
        return false;
    memcpy(folder, id, length);
    folder[length] = 0;
    return search_kind_of(folder, out);
}

/* What items and rows begin with. */
static bool take_head(struct entry *entry, sqlite3_stmt *row)
{
    struct buf *texts[] = {&entry->id, &entry->date, &entry->valid_from,
                           &entry->expires};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        buf_puts(texts[i], text_at(row, (int)i));
    entry->distance = distance_of(text_at(row, 4));
    return kind_of_id(buf_text(&entry->id), &entry->kind);
}

static void take_document(struct entry *entry, sqlite3_stmt *row, int column)
{
    struct arena arena = {0};
    struct document document;
    struct buf words = {0};
    const void *bytes = sqlite3_column_blob(row, column);
    int length = sqlite3_column_bytes(row, column);
    if (bytes && document_decode(&arena, bytes, (size_t)length, &document)) {
        document_plain_text(&document, &words);
        fold_into(&entry->text, buf_text(&words), words.length);
    }
    buf_fini(&words);
    arena_fini(&arena);
}

static bool take_item(struct index *index, struct entry *entry)
{
    sqlite3_stmt *row = ask(index, READ_ITEM, entry->origin, 0);
    if (!next(index, row))
        return false;
    bool fine = take_head(entry, row);
    buf_puts(&entry->plain_title, text_at(row, 5));
    for (int column = 6; column < 9; column++)
        fold_into(&entry->text, text_at(row, column),
                  strlen(text_at(row, column)));
    buf_puts(&entry->also, text_at(row, 10));
    if (!index->heads)
        take_document(entry, row, 9);
    sqlite3_reset(row);
    return fine;
}

static bool take_row(struct index *index, struct entry *entry)
{
    sqlite3_stmt *row = ask(index, READ_ROW, entry->origin, 0);
    if (!next(index, row))
        return false;
    bool fine = take_head(entry, row);
    const int title = sqlite3_column_int(row, 5);
    const int phone = sqlite3_column_int(row, 6);
    sqlite3_reset(row);
    row = index->heads ? NULL : ask(index, READ_CELLS, entry->origin, title);
    while (next(index, row)) {
        const char *value = text_at(row, 1);
        const int column = sqlite3_column_int(row, 0);
        if (column == title)
            buf_puts(&entry->plain_title, value);
        else
            fold_into(&entry->text, value, strlen(value));
        if (column == phone)
            buf_puts(&entry->also, value);
    }
    return fine;
}

/* False when there is no such item or row now. */
static bool take_entry(struct index *index, int64_t origin, struct entry *out)
{
    clear_entry(out);
    out->origin = origin;
    out->number = 0;
    bool there = origin > 0 ? take_item(index, out) : take_row(index, out);
    if (!there)
        return false;
    fold_text(buf_text(&out->plain_title), out->plain_title.length,
              &out->title);
    /* A number is what some services are called by, and a topic what its guides
     * are asked for by. */
    fold_into(&out->title, buf_text(&out->also), out->also.length);
    sqlite3_stmt *found = ask(index, FIND_DOC, origin, 0);
    if (next(index, found)) {
        out->number = sqlite3_column_int64(found, 0);
        sqlite3_reset(found);
    }
    return index->status == SQLITE_OK;
}

static bool is_same(struct index *index, const struct entry *entry)
{
    const struct buf *texts[] = {&entry->id,         &entry->date,
                                 &entry->valid_from, &entry->expires,
                                 &entry->title,      &entry->text};
    sqlite3_stmt *row = ask(index, READ_DOC, entry->number, 0);
    if (!next(index, row))
        return false;
    bool same = true;
    for (size_t i = 0; i < COUNT_OF(texts) && same; i++)
        same = !strcmp(text_at(row, (int)i), buf_text(texts[i]));
    sqlite3_reset(row);
    return same;
}

static void write_row(struct index *index, enum statement which,
                      const struct entry *entry)
{
    const struct buf *texts[] = {&entry->id,         &entry->date,
                                 &entry->valid_from, &entry->expires,
                                 &entry->title,      &entry->text};
    sqlite3_stmt *write = ask(index, which, entry->number, 0);
    if (!write)
        return;
    sqlite3_bind_int64(write, 2, entry->origin);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        sqlite3_bind_text64(write, (int)i + 3, buf_text(texts[i]),
                            texts[i]->length, SQLITE_STATIC, SQLITE_UTF8);
    next(index, write);
}

static void add_letters(struct index *index, const struct entry *entry)
{
    struct buf letters = {0};
    letters_of(index->letters, buf_text(&entry->plain_title), &letters);
    sqlite3_stmt *add =
        letters.length ? ask(index, ADD_LETTERS, entry->number, 0) : NULL;
    if (add) {
        sqlite3_bind_text(add, 2, buf_text(&letters), -1, SQLITE_STATIC);
        next(index, add);
    }
    buf_fini(&letters);
}

/* Texts are not copied: they stay until the table was told. */
static void bind_folded(sqlite3_stmt *to, int parameter,
                        struct change_text text)
{
    sqlite3_bind_text64(to, parameter, text.bytes, text.length, SQLITE_STATIC,
                        SQLITE_UTF8);
}

static void tell_text(struct index *index, enum statement which, int64_t number,
                      struct change_text title, struct change_text text)
{
    sqlite3_stmt *to = ask(index, which, number, 0);
    if (!to)
        return;
    bind_folded(to, 2, title);
    bind_folded(to, 3, text);
    next(index, to);
}

static void tell_title(struct index *index, enum statement which,
                       int64_t number, struct change_text title)
{
    sqlite3_stmt *to = ask(index, which, number, 0);
    if (!to)
        return;
    bind_folded(to, 2, title);
    next(index, to);
}

static struct change_text folded_at(sqlite3_stmt *row, int column)
{
    const char *text = text_at(row, column);
    return (struct change_text){text, strlen(text)};
}

static struct change_text folded_of(const struct buf *buf)
{
    return (struct change_text){buf_text(buf), buf->length};
}

static void add_entry(struct index *index, const struct entry *entry)
{
    write_row(index, ADD_DOC, entry);
    add_letters(index, entry);
}

static void drop_entry(struct index *index, int64_t number)
{
    sqlite3_stmt *doc = ask(index, READ_DOC, number, 0);
    if (next(index, doc)) {
        tell_text(index, DROP_TEXT, number, folded_at(doc, 4),
                  folded_at(doc, 5));
        tell_title(index, DROP_TITLE, number, folded_at(doc, 4));
        sqlite3_reset(doc);
    }
    run(index, DROP_LETTERS, number);
    run(index, DROP_DOC, number);
}

/* The title is what it was. */
static void change_text(struct index *index, const struct entry *entry,
                        struct change_text before)
{
    static const struct change_text none = {"", 0};
    const struct change_text title = folded_of(&entry->title),
                             after = folded_of(&entry->text);
    if (change_find(title, before, after, &index->gone, &index->come)) {
        tell_text(index, DROP_TEXT, entry->number, none,
                  folded_of(&index->gone));
        tell_text(index, ADD_TEXT, entry->number, none,
                  folded_of(&index->come));
    } else {
        tell_text(index, DROP_TEXT, entry->number, title, before);
        tell_text(index, ADD_TEXT, entry->number, title, after);
    }
}

static void change_title(struct index *index, const struct entry *entry,
                         struct change_text title, struct change_text text)
{
    const struct change_text after = folded_of(&entry->title);
    tell_text(index, DROP_TEXT, entry->number, title, text);
    tell_text(index, ADD_TEXT, entry->number, after, folded_of(&entry->text));
    tell_title(index, DROP_TITLE, entry->number, title);
    tell_title(index, ADD_TITLE, entry->number, after);
}

static bool same_folded(struct change_text a, const struct buf *b)
{
    return a.length == b->length && !memcmp(a.bytes, buf_text(b), a.length);
}

/* One that keeps its number: only what is another is written. */
static void change_entry(struct index *index, const struct entry *entry)
{
    sqlite3_stmt *doc = ask(index, READ_DOC, entry->number, 0);
    if (!next(index, doc))
        return;
    const struct change_text title = folded_at(doc, 4),
                             text = folded_at(doc, 5);
    const bool same_title = same_folded(title, &entry->title);
    if (!same_title)
        change_title(index, entry, title, text);
    else if (!same_folded(text, &entry->text))
        change_text(index, entry, text);
    sqlite3_reset(doc);
    write_row(index, CHANGE_DOC, entry);
    if (same_title)
        return;
    run(index, DROP_LETTERS, entry->number);
    add_letters(index, entry);
}

/* What an entry is numbered by. */
struct place {
    int64_t origin, number, old;
    int64_t base; /* of its kind and distance */
    char date[sizeof("2026-11-25")];
    char *id;
    struct entry *entry; /* what was read of it, or NULL: read it again */
};

static int compare_int64(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

/* The newest first. */
static int compare_places(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    int order = compare_int64(a->base, b->base);
    if (!order)
        order = strcmp(b->date, a->date);
    return order ? order : strcmp(a->id, b->id);
}

static int compare_numbers(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    int64_t x = a->number ? a->number : a->old,
            y = b->number ? b->number : b->old;
    return compare_int64(x, y);
}

static struct place place_of(const struct entry *entry)
{
    struct place place = {.origin = entry->origin,
                          .old = entry->number,
                          .base =
                              number_base((int)entry->kind, entry->distance),
                          .id = xstrdup(buf_text(&entry->id))};
    snprintf(place.date, sizeof(place.date), "%s", buf_text(&entry->date));
    return place;
}

/* The lowest number that is taken from a base on, or the end of its span. */
static int64_t lowest(struct index *index, int64_t base)
{
    int64_t found = base + NUMBER_SPAN;
    sqlite3_stmt *ask_it = ask(index, FIND_LOWEST, base, found - 1);
    if (next(index, ask_it)) {
        if (sqlite3_column_type(ask_it, 0) != SQLITE_NULL)
            found = sqlite3_column_int64(ask_it, 0);
        sqlite3_reset(ask_it);
    }
    return found;
}

/* Numbers those that have none, below all of their kind. False when a span is
 * full, after millions of changes. */
static bool number_places(struct index *index, struct place *places,
                          size_t count)
{
    qsort(places, count, sizeof(*places), compare_places);
    for (size_t end = count, start; end; end = start) {
        int64_t base = places[end - 1].base, number = lowest(index, base);
        for (start = end; start && places[start - 1].base == base; start--)
            if (!places[start - 1].number)
                places[start - 1].number = --number;
        if (number < base)
            return false;
    }
    return true;
}

static void free_places(struct place *places, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(places[i].id);
        if (places[i].entry)
            fini_entry(places[i].entry);
        free(places[i].entry);
    }
    free(places);
}

static void execute(struct index *index, const char *statement)
{
    if (index->status == SQLITE_OK)
        check(index, sqlite3_exec(index->db, statement, NULL, NULL, NULL));
}

static void place_all(struct index *index, struct place **places_out,
                      size_t *count_out)
{
    struct entry entry = {0};
    size_t capacity = 0;
    sqlite3_stmt *all = NULL;
    *places_out = NULL;
    *count_out = 0;
    check(index, sqlite3_prepare_v2(index->db,
                                    "SELECT number FROM item UNION ALL"
                                    " SELECT -number FROM listing_row",
                                    -1, &all, NULL));
    index->heads = true;
    while (next(index, all)) {
        if (!take_entry(index, sqlite3_column_int64(all, 0), &entry))
            continue;
        entry.number = 0;
        ARRAY_GROW(*places_out, *count_out, capacity);
        (*places_out)[(*count_out)++] = place_of(&entry);
    }
    index->heads = false;
    sqlite3_finalize(all);
    fini_entry(&entry);
}

int index_build(sqlite3 *db)
{
    struct index index;
    struct place *places;
    struct entry entry = {0};
    size_t count;
    open_index(&index, db);
    execute(&index, "DELETE FROM search_doc; DELETE FROM search_letters");
    place_all(&index, &places, &count);
    if (count)
        number_places(&index, places, count);
    for (size_t i = 0; i < count && index.status == SQLITE_OK; i++) {
        if (!take_entry(&index, places[i].origin, &entry))
            continue;
        entry.number = places[i].number;
        add_entry(&index, &entry);
    }
    execute(&index,
            "INSERT INTO search_text (search_text) VALUES ('rebuild');"
            "INSERT INTO search_title (search_title) VALUES ('rebuild');"
            "INSERT INTO search_text (search_text) VALUES ('optimize');"
            "INSERT INTO search_title (search_title) VALUES ('optimize')");
    fini_entry(&entry);
    free_places(places, count);
    return close_index(&index);
}

static int compare_origins(const void *left, const void *right)
{
    const int64_t *a = left, *b = right;
    return compare_int64(*a, *b);
}

static size_t sort_touched(struct index_touched *touched)
{
    size_t count = 0;
    if (touched->count)
        qsort(touched->origins, touched->count, sizeof(*touched->origins),
              compare_origins);
    for (size_t i = 0; i < touched->count; i++)
        if (!i || touched->origins[i] != touched->origins[i - 1])
            touched->origins[count++] = touched->origins[i];
    touched->count = count;
    return count;
}

/* Where it is now, and where it goes; false when nothing is to be done. */
static bool place_touched(struct index *index, int64_t origin,
                          struct entry *entry, struct place *out)
{
    if (take_entry(index, origin, entry)) {
        int64_t number = entry->number;
        *out = place_of(entry);
        if (number && out->base == number_base(number_kind(number),
                                               number_distance(number))) {
            out->number = number;
            if (is_same(index, entry)) {
                free(out->id);
                return false;
            }
        }
        return true;
    }
    sqlite3_stmt *found = ask(index, FIND_DOC, origin, 0);
    if (!next(index, found))
        return false;
    *out = (struct place){.origin = origin,
                          .old = sqlite3_column_int64(found, 0),
                          .base = -1,
                          .id = xstrdup("")};
    sqlite3_reset(found);
    return true;
}

/* Days are small: nearly always all that was read is kept until its number is
 * known. */
static void keep_entry(struct index *index, struct entry *entry,
                       struct place *place)
{
    const size_t bytes =
        sizeof(*entry) + entry->title.capacity + entry->text.capacity;
    if (place->base < 0 || bytes > KEPT_BYTES_MAX - index->kept)
        return;
    index->kept += bytes;
    place->entry = xcalloc(1, sizeof(*entry));
    *place->entry = *entry;
    *entry = (struct entry){0};
}

/* One that moves is dropped before it comes again. */
static void update_place(struct index *index, const struct place *place,
                         struct entry *entry)
{
    if (place->entry)
        entry = place->entry;
    bool there = place->number &&
                 (place->entry || take_entry(index, place->origin, entry));
    entry->number = place->number;
    if (there && place->old == place->number) {
        change_entry(index, entry);
        return;
    }
    if (place->old)
        drop_entry(index, place->old);
    if (!there)
        return;
    add_entry(index, entry);
    tell_text(index, ADD_TEXT, place->number, folded_of(&entry->title),
              folded_of(&entry->text));
    tell_title(index, ADD_TITLE, place->number, folded_of(&entry->title));
}

int index_update(sqlite3 *db, struct index_touched *touched)
{
    struct index index;
    struct entry entry = {0};
    size_t count = 0, all = sort_touched(touched), gone = 0;
    struct place *places = xcalloc(all, sizeof(*places));
    open_index(&index, db);
    for (size_t i = 0; i < all && index.status == SQLITE_OK; i++)
        if (place_touched(&index, touched->origins[i], &entry, &places[count]))
            keep_entry(&index, &entry, &places[count++]);
    /* What goes comes first, and gets no number. */
    if (count)
        qsort(places, count, sizeof(*places), compare_places);
    while (gone < count && places[gone].base < 0)
        gone++;
    bool fits = number_places(&index, places + gone, count - gone);
    if (fits && count)
        qsort(places, count, sizeof(*places), compare_numbers);
    for (size_t i = 0; i < count && fits; i++)
        update_place(&index, &places[i], &entry);
    fini_entry(&entry);
    free_places(places, count);
    int status = close_index(&index);
    return fits || status != SQLITE_OK ? status : index_build(db);
}

static size_t count_wrong(struct index *index)
{
    struct entry entry = {0};
    sqlite3_stmt *all = NULL;
    size_t wrong = 0, found = 0;
    check(index, sqlite3_prepare_v2(index->db,
                                    "SELECT number FROM item UNION ALL"
                                    " SELECT -number FROM listing_row",
                                    -1, &all, NULL));
    while (next(index, all)) {
        if (!take_entry(index, sqlite3_column_int64(all, 0), &entry))
            continue;
        found++;
        wrong += !entry.number || !is_same(index, &entry);
    }
    sqlite3_finalize(all);
    fini_entry(&entry);
    check(index,
          sqlite3_prepare_v2(index->db, "SELECT count(*) FROM search_doc", -1,
                             &all, NULL));
    if (next(index, all))
        wrong += sqlite3_column_int64(all, 0) != (int64_t)found;
    sqlite3_finalize(all);
    return wrong;
}

size_t index_check(sqlite3 *db)
{
    struct index index;
    open_index(&index, db);
    size_t wrong = count_wrong(&index);
    wrong += close_index(&index) != SQLITE_OK;
    /* With the texts that stand beside it, not only by itself. */
    static const char *const tables[] = {"search_text", "search_title"};
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        struct buf check_it = {0};
        buf_printf(&check_it,
                   "INSERT INTO %s (%s, rank) VALUES ('integrity-check', 1)",
                   tables[i], tables[i]);
        if (sqlite3_exec(db, buf_text(&check_it), NULL, NULL, NULL) !=
            SQLITE_OK) {
            log_error("search", "%s: %s", tables[i], sqlite3_errmsg(db));
            wrong++;
        }
        buf_fini(&check_it);
    }
    return wrong;
}
