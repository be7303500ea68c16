/* store.c - opening, judging and following the database file. */
#include "store_private.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/civil.h"
#include "base/log.h"
#include "content/search/tokenizer.h"
#include "content/store/seal.h"

enum {
    APPLICATION_ID = 0x59434842, /* as in schema.sql */
    BUSY_MS = 2000,
    TEXT_BYTES_MAX = 16 << 20,
    /* A healthy query takes some thousand steps; 20,000 items counted one by
     * one, some hundred thousand. */
    WORK_STEP = 10000,
    WORK_MAX = 5000,
};

static const char *const tables[] = {
    "meta",         "generation",     "list",        "topic",
    "item",         "item_alias",     "item_topic",  "item_law",
    "item_related", "document",       "issue",       "issue_page",
    "listing",      "listing_column", "listing_row", "cell",
    "facet_value",  "schedule",       "home_tile",   "home_headline",
    "media",        "synonym",        "search_doc",  "search_letters",
    "search_text",  "search_title",
};

static bool same_file(const struct file_id *a, const struct file_id *b)
{
    return a->device == b->device && a->inode == b->inode;
}

static bool unchanged(const struct file_id *a, const struct file_id *b)
{
    return same_file(a, b) && a->size == b->size &&
           a->changed.tv_sec == b->changed.tv_sec &&
           a->changed.tv_nsec == b->changed.tv_nsec;
}

/* 0, or an errno. */
static int identify(const char *path, struct file_id *out)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return errno;
    *out =
        (struct file_id){info.st_dev, info.st_ino, info.st_size, info.st_mtim};
    if (S_ISDIR(info.st_mode))
        return EISDIR;
    return access(path, R_OK) != 0 ? errno : 0;
}

static int stop_endless_work(void *data)
{
    struct store *store = data;
    return ++store->work > WORK_MAX;
}

static int64_t single_int(struct store *store, const char *sql)
{
    struct query query;
    query_open(&query, store, sql);
    int64_t value = query_next(&query) ? query_int(&query, 0) : -1;
    return query_close(&query) ? value : -1;
}

static bool has_tables(struct store *store)
{
    bool all = true;
    for (size_t i = 0; i < COUNT_OF(tables) && all; i++) {
        struct query query;
        query_open(
            &query, store,
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?2");
        query_bind_text(&query, tables[i]);
        all = query_next(&query);
        if (!all && !query.failed)
            log_error("store", "%s: table %s is missing", store->path,
                      tables[i]);
        all &= query_close(&query);
    }
    return all;
}

static bool has_log(const struct store *store)
{
    struct stat info;
    struct buf path = {0};
    buf_printf(&path, "%s-wal", store->path);
    bool there = stat(buf_text(&path), &info) == 0 && info.st_size > 0;
    buf_fini(&path);
    return there;
}

/* SQLite finds missing pages by itself, but takes half of one for a whole. A
 * file that grew when the power went has all of it in the log still. */
static bool is_torn(struct store *store)
{
    int64_t page = single_int(store, "PRAGMA page_size");
    if (page > 0 && (store->file.size % page == 0 || has_log(store)))
        return false;
    log_error("store", "%s: it ends in the middle of a page", store->path);
    return true;
}

/* The first screen must be there. */
static bool has_home(struct store *store)
{
    struct query query;
    query_open(&query, store,
               "SELECT " CARD_COLUMNS CARD_TABLES "WHERE " ITEM_ALIVE
               " ORDER BY i.number LIMIT 20");
    while (query_next(&query))
        ;
    return query_close(&query);
}

static enum store_error judge(struct store *store)
{
    int64_t application = single_int(store, "PRAGMA application_id");
    if (application < 0)
        return sqlite3_errcode(store->db) == SQLITE_CANTOPEN ? STORE_MISSING
                                                             : STORE_DAMAGED;
    if (application != APPLICATION_ID) {
        log_error("store", "%s: not a content database", store->path);
        return STORE_DAMAGED;
    }
    int64_t version = single_int(store, "PRAGMA user_version");
    if (version != STORE_SCHEMA_VERSION)
        log_error("store", "%s: schema version %lld, this program reads %d",
                  store->path, (long long)version, STORE_SCHEMA_VERSION);
    if (version > STORE_SCHEMA_VERSION)
        return STORE_NEWER;
    if (version < STORE_SCHEMA_VERSION)
        return STORE_OLDER;
    if (is_torn(store) || !has_tables(store))
        return STORE_DAMAGED;
    int64_t any = single_int(store, "SELECT EXISTS (SELECT 1 FROM item)");
    if (any == 0) {
        log_error("store", "%s: there is no item in it", store->path);
        return STORE_EMPTY;
    }
    return any > 0 && has_home(store) ? STORE_OK : STORE_DAMAGED;
}

static bool configure(sqlite3 *db)
{
    sqlite3_extended_result_codes(db, 0);
    sqlite3_busy_timeout(db, BUSY_MS);
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, TEXT_BYTES_MAX);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return seal_register(db) == SQLITE_OK &&
           tokenizer_register(db) == SQLITE_OK &&
           sqlite3_exec(db,
                        "PRAGMA query_only = 1; PRAGMA cache_size = -2048;"
                        "PRAGMA mmap_size = 0; PRAGMA cell_size_check = 1;",
                        NULL, NULL, NULL) == SQLITE_OK;
}

static const char *meta(struct store *store, struct arena *arena,
                        const char *key)
{
    struct query query;
    query_open(&query, store, "SELECT value FROM meta WHERE key = ?2");
    query_bind_text(&query, key);
    const char *value = query_next(&query) ? query_text(&query, arena, 0) : "";
    query_close(&query);
    return value;
}

/* When the edition was compiled: what tells two of one generation apart. */
static void read_built(struct store *store)
{
    struct arena arena = {0};
    snprintf(store->built, sizeof(store->built), "%s",
             meta(store, &arena, "built"));
    arena_fini(&arena);
}

/* Fills store->db, file, generation, built and data_version. */
static enum store_error open_file(struct store *store)
{
    int error = identify(store->path, &store->file);
    if (error) {
        log_error("store", "%s: %s", store->path, strerror(error));
        return STORE_MISSING;
    }
    if (sqlite3_open_v2(store->path, &store->db, SQLITE_OPEN_READONLY, NULL) !=
            SQLITE_OK ||
        !configure(store->db)) {
        query_log(store);
        return sqlite3_errcode(store->db) == SQLITE_CANTOPEN ? STORE_MISSING
                                                             : STORE_DAMAGED;
    }
    sqlite3_progress_handler(store->db, WORK_STEP, stop_endless_work, store);
    enum store_error judged = judge(store);
    if (judged != STORE_OK)
        return judged;
    store->data_version = single_int(store, "PRAGMA data_version");
    store->generation = single_int(store, "SELECT number FROM generation");
    read_built(store);
    return STORE_OK;
}

static void set_today_by_clock(struct store *store)
{
    time_t now = time(NULL);
    struct tm local;
    if (!localtime_r(&now, &local) || local.tm_year < 0 || local.tm_year > 8099)
        return;
    snprintf(store->today, sizeof(store->today), "%04u-%02u-%02u",
             (unsigned)(local.tm_year + 1900) % 10000,
             (unsigned)(local.tm_mon + 1) % 100, (unsigned)local.tm_mday % 100);
}

struct store *store_open(const char *path, enum store_error *error)
{
    struct store *store = xcalloc(1, sizeof(*store));
    store->path = xstrdup(path);
    set_today_by_clock(store);
    *error = open_file(store);
    if (*error == STORE_OK)
        return store;
    store_close(store);
    return NULL;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    sqlite3_close(store->db);
    free(store->path);
    free(store);
}

/* Another file lies under our name. */
static bool follow_file(struct store *store, const struct file_id *file)
{
    struct store next = {.path = store->path, .rejected = *file};
    memcpy(next.today, store->today, sizeof(next.today));
    if (open_file(&next) != STORE_OK) {
        sqlite3_close(next.db);
        store->rejected = *file;
        return false;
    }
    sqlite3_close(store->db);
    *store = next;
    /* The handler was registered with the address of `next`. */
    sqlite3_progress_handler(store->db, WORK_STEP, stop_endless_work, store);
    return true;
}

/* Reads what is being served now; whether it is another publication. */
static bool is_news(struct store *store, int64_t generation, const char *built)
{
    store->generation = single_int(store, "SELECT number FROM generation");
    read_built(store);
    if (store->generation < 0) { /* no answer is no news */
        store->generation = generation;
        snprintf(store->built, sizeof(store->built), "%s", built);
    }
    return store->generation != generation || strcmp(store->built, built) != 0;
}

bool store_refresh(struct store *store)
{
    struct file_id file;
    const int64_t generation = store->generation;
    char built[sizeof(store->built)];
    memcpy(built, store->built, sizeof(built));
    bool there = identify(store->path, &file) == 0 &&
                 !unchanged(&file, &store->rejected);
    if (there && !same_file(&file, &store->file))
        return follow_file(store, &file);
    int64_t version = single_int(store, "PRAGMA data_version");
    if (there && version == store->data_version &&
        !unchanged(&file, &store->file))
        /* Somebody copied another database over ours, which SQLite need not
         * notice: its pages are not to be mixed with those we have read. */
        return follow_file(store, &file) && is_news(store, generation, built);
    if (version < 0 || version == store->data_version)
        return false;
    if (there)
        store->file = file;
    store->data_version = version;
    return is_news(store, generation, built);
}

void store_set_today(struct store *store, const char *date)
{
    struct civil civil;
    if (strlen(date) == 10 && civil_parse(date, &civil))
        memcpy(store->today, date, sizeof(store->today));
}

void store_edition(struct store *store, struct arena *arena,
                   struct edition *out)
{
    *out = (struct edition){
        .title = meta(store, arena, "title"),
        .publisher = meta(store, arena, "publisher"),
        .date = meta(store, arena, "date"),
        .number = strtoll(meta(store, arena, "number"), NULL, 10),
        .built = meta(store, arena, "built"),
    };
}

/* The newest of several channels, each read from its index only. */
static void read_headlines(struct store *store, struct arena *arena,
                           struct card_list *out)
{
    size_t wanted = strtoul(meta(store, arena, "headlines_count"), NULL, 10);
    struct query channels, cards;
    *out = (struct card_list){0};
    if (wanted > 100)
        wanted = 100;
    out->cards = arena_alloc(arena, (wanted + 1) * sizeof(*out->cards));
    query_open(&channels, store,
               "SELECT list FROM home_headline ORDER BY position");
    while (query_next(&channels)) {
        query_open(&cards, store,
                   "SELECT " CARD_COLUMNS CARD_TABLES
                   "WHERE i.list = ?2 AND " ITEM_ALIVE
                   " ORDER BY i.position LIMIT ?3");
        query_bind_int(&cards, query_int(&channels, 0));
        query_bind_size(&cards, wanted);
        while (query_next(&cards)) {
            struct item_card card;
            card_read(&cards, arena, &card);
            size_t at = out->count; /* insertion keeps the channels' order */
            for (; at && strcmp(out->cards[at - 1].date, card.date) < 0; at--)
                out->cards[at] = out->cards[at - 1];
            out->cards[at] = card;
            out->count += out->count < wanted;
        }
        query_close(&cards);
    }
    query_close(&channels);
    out->total = out->count;
}

static const char **split_lines(struct arena *arena, char *text,
                                size_t *count_out)
{
    size_t count = 0;
    for (const char *at = text; *at; at++)
        count += *at == '\n';
    const char **lines = arena_alloc(arena, (count + 1) * sizeof(*lines));
    *count_out = 0;
    for (char *line = text; line && *line;) {
        char *end = strchr(line, '\n');
        if (end)
            *end++ = 0;
        lines[(*count_out)++] = line;
        line = end;
    }
    return lines;
}

static bool exists(struct store *store, const char *sql, const char *value)
{
    struct query query;
    query_open(&query, store, sql);
    query_bind_text(&query, value);
    bool found = query_next(&query);
    query_close(&query);
    return found;
}

static enum link_kind resolve_list(struct store *store, const char *link)
{
    static const struct {
        const char *sql;
        enum link_kind kind;
    } kinds[] = {
        {"SELECT 1 FROM list WHERE id = ?2 AND kind = 'article'", LINK_CHANNEL},
        {"SELECT 1 FROM list WHERE id = ?2 AND kind = 'guide'", LINK_TOPIC},
        {"SELECT 1 FROM list WHERE id = ?2 AND kind = 'paper'", LINK_ISSUE},
        {"SELECT 1 FROM listing WHERE 'listings/' || kind = ?2", LINK_LISTING},
    };
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (exists(store, kinds[i].sql, link))
            return kinds[i].kind;
    return LINK_NONE;
}

enum link_kind store_resolve(struct store *store, const char *link)
{
    if (!strcmp(link, "guides"))
        return LINK_GUIDES;
    if (exists(store,
               "SELECT 1 FROM item i WHERE i.number = coalesce("
               "(SELECT number FROM item WHERE id = ?2),"
               "(SELECT item FROM item_alias WHERE id = ?2)) AND " ITEM_ALIVE,
               link))
        return LINK_ITEM;
    return resolve_list(store, link);
}

#define ANY_ITEM "SELECT 1" CARD_TABLES "WHERE " ITEM_ALIVE " AND "

/* What leads somewhere may still have nothing behind it today. */
static bool leads_to_something(struct store *store, const char *link)
{
    static const char any_in_list[] = ANY_ITEM "l.id = ?2";
    static const char *const behind[] = {
        [LINK_ITEM] = NULL,
        [LINK_CHANNEL] = any_in_list,
        [LINK_TOPIC] = any_in_list,
        [LINK_ISSUE] = any_in_list,
        [LINK_GUIDES] = ANY_ITEM "l.kind = 'guide' AND 'guides' = ?2",
        [LINK_LISTING] = "SELECT 1 FROM listing_row r"
                         " JOIN listing l ON l.number = r.listing"
                         " WHERE 'listings/' || l.kind = ?2 AND " ROW_ALIVE,
    };
    enum link_kind kind = store_resolve(store, link);
    if (kind == LINK_NONE)
        return false;
    return !behind[kind] || exists(store, behind[kind], link);
}

static void read_tile(struct query *query, struct arena *arena,
                      struct home_tile *out)
{
    *out = (struct home_tile){
        .title = query_text(query, arena, 0),
        .link = query_text(query, arena, 1),
        .style = query_text(query, arena, 2),
        .icon = query_text(query, arena, 3),
        .wide = query_int(query, 5) != 0,
    };
    char *lines = arena_strdup(arena, query_text(query, arena, 4));
    out->lines = split_lines(arena, lines, &out->line_count);
}

static void read_tiles(struct store *store, struct arena *arena,
                       struct home *out)
{
    struct query query;
    struct home_tile *tiles = NULL;
    size_t capacity = 0;
    query_open(&query, store,
               "SELECT title, link, style, icon, lines, wide, hides"
               " FROM home_tile ORDER BY position");
    while (query_next(&query)) {
        struct home_tile tile;
        read_tile(&query, arena, &tile);
        if (query_int(&query, 6) && !leads_to_something(store, tile.link))
            continue;
        ARRAY_GROW(tiles, out->tile_count, capacity);
        tiles[out->tile_count++] = tile;
    }
    query_close(&query);
    out->tiles = arena_alloc(arena, out->tile_count * sizeof(*tiles));
    if (out->tile_count)
        memcpy(out->tiles, tiles, out->tile_count * sizeof(*tiles));
    free(tiles);
}

void store_home(struct store *store, struct arena *arena, struct home *out)
{
    *out = (struct home){
        .notice = meta(store, arena, "notice"),
        .notice_link = meta(store, arena, "notice_link"),
        .headlines_title = meta(store, arena, "headlines_title"),
    };
    read_tiles(store, arena, out);
    read_headlines(store, arena, &out->headlines);
}

bool store_media(struct store *store, const char *name, struct buf *out)
{
    struct query query;
    query_open(&query, store,
               "SELECT bytes, " MEDIA_SEALED " FROM media m WHERE name = ?2");
    query_bind_text(&query, name);
    bool found = query_next(&query);
    if (found && !query_int(&query, 1)) {
        log_error("store", "%s: %s is damaged", store->path, name);
        found = false;
    }
    if (found) {
        const void *bytes = sqlite3_column_blob(query.statement, 0);
        int length = sqlite3_column_bytes(query.statement, 0);
        found = bytes && length > 0;
        if (found)
            buf_add(out, bytes, (size_t)length);
    }
    query_close(&query);
    return found;
}
