/* database.c - opening content.db to write, and putting another in its place.
 *
 * The file is in WAL mode, so that the kiosk reads on while an import is being
 * written, and is synced at every commit (synchronous = FULL). SQLite 3.40 may
 * lose what was committed when two connections checkpoint at once; there is one
 * that does. The kiosk has no right to write here: it can only read a log whose
 * two files exist, so they are never removed (SQLITE_FCNTL_PERSIST_WAL), and a
 * new file gets empty ones before it takes its place. It is in WAL mode before
 * that, too: changing the mode of one that is in use would need a rollback
 * journal, which a reader cannot play back after a power cut. */
#include "install_private.h"

#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "content/search/tokenizer.h"
#include "content/store/seal.h"
#include "schema_sql.h"

enum { BUSY_MS = 5000, DATABASE_BYTES_MAX = 16 << 20 };

char *database_path(const char *state, const char *name)
{
    struct buf path = {0};
    buf_printf(&path, "%s/%s", state, name);
    return path.data;
}

static int configure(sqlite3 *db, bool fresh)
{
    int persist = 1;
    sqlite3_busy_timeout(db, BUSY_MS);
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, DATABASE_BYTES_MAX);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    if (!fresh)
        sqlite3_file_control(db, "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
    int status = seal_register(db);
    if (status == SQLITE_OK)
        status = tokenizer_register(db);
    if (status == SQLITE_OK)
        status = sqlite3_exec(
            db,
            fresh
                ? "PRAGMA journal_mode = OFF; PRAGMA synchronous = FULL;"
                  "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -8192;"
                  "PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;"
                : "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                  "PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -8192;"
                  "PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;"
                  "PRAGMA cell_size_check = 1;",
            NULL, NULL, NULL);
    return status;
}

sqlite3 *database_open(const char *path, bool fresh, int *status)
{
    sqlite3 *db = NULL;
    *status = sqlite3_open_v2(
        path, &db, SQLITE_OPEN_READWRITE | (fresh ? SQLITE_OPEN_CREATE : 0),
        NULL);
    if (*status == SQLITE_OK)
        *status = configure(db, fresh);
    if (*status == SQLITE_OK && fresh)
        *status = sqlite3_exec(db, schema_sql, NULL, NULL, NULL);
    if (*status == SQLITE_OK)
        return db;
    log_error("install", "%s: %s", path,
              db ? sqlite3_errmsg(db) : sqlite3_errstr(*status));
    sqlite3_close(db);
    return NULL;
}

static const char *text_at(sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    return text ? text : "";
}

static void take_layer(sqlite3_stmt *row, struct record_generation *out)
{
    struct record_layer layer = {.repository = xstrdup(text_at(row, 1)),
                                 .area = xstrdup(text_at(row, 2)),
                                 .seq = (uint32_t)sqlite3_column_int64(row, 3),
                                 .withdrawn = xstrdup(text_at(row, 5))};
    const void *packs = sqlite3_column_blob(row, 4);
    if (packs)
        buf_add(&layer.packs, packs, (size_t)sqlite3_column_bytes(row, 4));
    out->layers =
        xrealloc(out->layers, out->layer_count + 1, sizeof(*out->layers));
    out->layers[out->layer_count++] = layer;
}

/* Calls take for each row; false when the query failed. */
static bool each_row(sqlite3 *db, const char *sql,
                     void (*take)(sqlite3_stmt *row,
                                  struct record_generation *out),
                     struct record_generation *out)
{
    sqlite3_stmt *rows = NULL;
    int status = sqlite3_prepare_v2(db, sql, -1, &rows, NULL);
    while (status == SQLITE_OK || status == SQLITE_ROW) {
        status = sqlite3_step(rows);
        if (status == SQLITE_ROW)
            take(rows, out);
    }
    sqlite3_finalize(rows);
    return status == SQLITE_DONE;
}

static void take_generation(sqlite3_stmt *row, struct record_generation *out)
{
    out->number = (uint32_t)sqlite3_column_int64(row, 0);
    snprintf(out->at, sizeof(out->at), "%s", text_at(row, 1));
}

static void take_picture(sqlite3_stmt *row, struct record_generation *out)
{
    const void *object = sqlite3_column_blob(row, 0);
    if (object && sqlite3_column_bytes(row, 0) == INSTALL_HASH_BYTES)
        buf_add(&out->media, object, INSTALL_HASH_BYTES);
}

static int64_t single(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int64_t value = -1;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

bool database_layers(sqlite3 *db, struct record_generation *out)
{
    *out = (struct record_generation){0};
    bool fine =
        single(db, "PRAGMA application_id") == 0x59434842 &&
        single(db, "PRAGMA user_version") == STORE_SCHEMA_VERSION &&
        single(db, "SELECT count(*) FROM layer WHERE seal <> seal(rank,"
                   " repository, area, seq, packs, withdrawn)") == 0 &&
        each_row(db, "SELECT * FROM layer ORDER BY rank", take_layer, out) &&
        each_row(db,
                 "SELECT number, (SELECT value FROM meta WHERE key = 'built')"
                 " FROM generation",
                 take_generation, out) &&
        each_row(db,
                 "SELECT DISTINCT object FROM source"
                 " WHERE path >= 'media/' AND path < 'media0'",
                 take_picture, out);
    if (fine && out->layer_count && out->number)
        return true;
    record_fini_generation(out);
    return false;
}

bool database_sync_folder(const char *state)
{
    errno = file_sync(state, O_RDONLY | O_DIRECTORY);
    return errno == 0;
}

/* What is left of the old file's log must not be played into the new one. It
 * has been moved into the old file, if that was of any use. */
static bool empty_companion(const char *path, const char *end)
{
    struct buf name = {0};
    buf_printf(&name, "%s%s", path, end);
    bool fine = unlink(buf_text(&name)) == 0 || errno == ENOENT;
    int fd = fine ? open(buf_text(&name),
                         O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)
                  : -1;
    fine = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    buf_fini(&name);
    return fine;
}

static bool empty_companions(const char *path)
{
    return empty_companion(path, "-wal") && empty_companion(path, "-shm");
}

bool database_publish(const char *state, const char *temporary)
{
    char *path = database_path(state, "content.db");
    errno = file_sync(temporary, O_RDWR);
    bool fine = !errno && empty_companions(path) &&
                database_sync_folder(state) && rename(temporary, path) == 0 &&
                database_sync_folder(state);
    if (!fine)
        log_error("install", "%s: %s", path, strerror(errno));
    free(path);
    return fine;
}

int database_finish(sqlite3 *db)
{
    return sqlite3_exec(db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
}

void database_checkpoint(sqlite3 *db)
{
    /* Readers that are in the middle of something only make it shorter. */
    sqlite3_busy_timeout(db, 0);
    sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_PASSIVE, NULL,
                              NULL);
    sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL,
                              NULL);
    sqlite3_busy_timeout(db, BUSY_MS);
}
