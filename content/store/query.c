/* query.c - statements that cannot leak, and columns that cannot surprise. */
#include "store_private.h"

#include "base/log.h"
#include "base/utf8.h"

void query_log(const struct store *store)
{
    /* A damaged schema is quoted over many lines; one is enough. */
    const char *message = sqlite3_errmsg(store->db);
    log_error("store", "%s: %.*s", store->path, (int)strcspn(message, "\n"),
              message);
}

static void fail(struct query *query)
{
    if (!query->failed)
        query_log(query->store);
    query->failed = true;
}

void query_open(struct query *query, struct store *store, const char *sql)
{
    *query = (struct query){.store = store, .bound = 1};
    store->work = 0;
    if (sqlite3_prepare_v2(store->db, sql, -1, &query->statement, NULL) !=
        SQLITE_OK)
        fail(query);
    else if (sqlite3_bind_parameter_count(query->statement) > 0)
        sqlite3_bind_text(query->statement, 1, store->today, -1, SQLITE_STATIC);
}

void query_bind_text(struct query *query, const char *text)
{
    if (!query->failed)
        sqlite3_bind_text(query->statement, ++query->bound, text, -1,
                          SQLITE_TRANSIENT);
}

void query_bind_int(struct query *query, int64_t value)
{
    if (!query->failed)
        sqlite3_bind_int64(query->statement, ++query->bound, value);
}

void query_bind_size(struct query *query, size_t value)
{
    query_bind_int(query, value < INT32_MAX ? (int64_t)value : INT32_MAX);
}

bool query_next(struct query *query)
{
    if (query->failed)
        return false;
    int status = sqlite3_step(query->statement);
    if (status == SQLITE_ROW)
        return true;
    if (status != SQLITE_DONE)
        fail(query);
    return false;
}

void query_again(struct query *query)
{
    if (!query->failed)
        sqlite3_reset(query->statement);
    query->bound = 1;
    query->store->work = 0;
}

bool query_close(struct query *query)
{
    sqlite3_finalize(query->statement);
    query->statement = NULL;
    return !query->failed;
}

/* Malformed bytes become U+FFFD. */
static const char *repair(struct arena *arena, const char *text, size_t length)
{
    struct buf good = {0};
    for (size_t at = 0; at < length;) {
        char bytes[4];
        uint32_t code = utf8_next(text, length, &at);
        buf_add(&good, bytes, utf8_put(bytes, code));
    }
    const char *copy = arena_strndup(arena, buf_text(&good), good.length);
    buf_fini(&good);
    return copy;
}

const char *query_text(struct query *query, struct arena *arena, int column)
{
    const char *text =
        (const char *)sqlite3_column_text(query->statement, column);
    if (!text)
        return "";
    size_t length = strnlen(text, STORE_TEXT_BYTES_MAX);
    if (utf8_valid_length(text, length) == length)
        return arena_strndup(arena, text, length);
    return repair(arena, text, length);
}

int64_t query_int(struct query *query, int column)
{
    return sqlite3_column_int64(query->statement, column);
}

unsigned query_unsigned(struct query *query, int column)
{
    int64_t value = query_int(query, column);
    return value < 0 ? 0 : value > INT32_MAX ? INT32_MAX : (unsigned)value;
}
