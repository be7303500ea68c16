/* scrub.c - reads everything in a database and compares.
 *
 * SQLite's own check knows whether pages hang together and every row is in its
 * indexes; seals tell whether rows hold what was written; the schema has to be
 * ours, word by word. What is left is free space. */
#include "install_private.h"

#include "base/log.h"
#include "content/search/tokenizer.h"
#include "content/store/seal.h"
#include "schema_sql.h"

enum { PROBLEMS_MAX = 100 };

/* "a, b, c" of a table without its seal; false when it has none. */
static bool columns_of(sqlite3 *model, const char *table, struct buf *out)
{
    sqlite3_stmt *all = NULL;
    bool sealed = false;
    if (sqlite3_prepare_v2(model, "SELECT name FROM pragma_table_info(?1)", -1,
                           &all, NULL) != SQLITE_OK)
        return false;
    sqlite3_bind_text(all, 1, table, -1, SQLITE_STATIC);
    while (sqlite3_step(all) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(all, 0);
        if (!strcmp(name, "seal"))
            sealed = true;
        else
            buf_printf(out, "%s%s", out->length ? ", " : "", name);
    }
    sqlite3_finalize(all);
    return sealed;
}

/* The first number that a query yields; 1 when it fails. */
static size_t count_by(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    size_t count = 1;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        count = (size_t)sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return count;
}

static size_t check_table(sqlite3 *db, sqlite3 *model, const char *table)
{
    struct buf columns = {0}, sql = {0};
    size_t damaged = 0;
    if (columns_of(model, table, &columns)) {
        /* All of the row is read through the table, never through an index. */
        buf_printf(&sql,
                   "SELECT count(*) FROM %s NOT INDEXED WHERE seal IS NOT"
                   " seal(%s)",
                   table, buf_text(&columns));
        damaged = count_by(db, buf_text(&sql));
    }
    buf_fini(&columns);
    buf_fini(&sql);
    return damaged;
}

static size_t check_structure(sqlite3 *db, const char *path)
{
    sqlite3_stmt *check = NULL;
    size_t problems = 0;
    int status =
        sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &check, NULL);
    while ((status == SQLITE_OK || status == SQLITE_ROW) &&
           problems < PROBLEMS_MAX) {
        status = sqlite3_step(check);
        const char *text = status == SQLITE_ROW
                               ? (const char *)sqlite3_column_text(check, 0)
                               : NULL;
        if (text && strcmp(text, "ok") != 0 && !problems++)
            log_error("install", "%s: %.*s", path, (int)strcspn(text, "\n"),
                      text);
    }
    problems += status != SQLITE_DONE && status != SQLITE_ROW;
    sqlite3_finalize(check);
    return problems;
}

static const char schema_list[] = "SELECT type, name, tbl_name, sql"
                                  " FROM sqlite_schema ORDER BY type, name";

static bool same_text(sqlite3_stmt *a, sqlite3_stmt *b, int column)
{
    const char *left = (const char *)sqlite3_column_text(a, column);
    const char *right = (const char *)sqlite3_column_text(b, column);
    return left && right ? !strcmp(left, right) : left == right;
}

static bool same_schema(sqlite3 *db, sqlite3 *model)
{
    sqlite3_stmt *ours = NULL, *theirs = NULL;
    bool same =
        sqlite3_prepare_v2(db, schema_list, -1, &theirs, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(model, schema_list, -1, &ours, NULL) == SQLITE_OK;
    while (same) {
        int left = sqlite3_step(ours), right = sqlite3_step(theirs);
        same = left == right;
        if (left != SQLITE_ROW)
            break;
        for (int i = 0; i < 4 && same; i++)
            same = same_text(ours, theirs, i);
    }
    sqlite3_finalize(ours);
    sqlite3_finalize(theirs);
    return same;
}

static const char model_tables[] =
    "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";

size_t scrub_database(sqlite3 *db, const char *path)
{
    sqlite3 *model = NULL;
    sqlite3_stmt *tables = NULL;
    size_t damaged = check_structure(db, path);
    if (damaged) /* reading on would only go astray */
        return damaged;
    if (sqlite3_open(":memory:", &model) != SQLITE_OK ||
        tokenizer_register(model) != SQLITE_OK ||
        sqlite3_exec(model, schema_sql, NULL, NULL, NULL) != SQLITE_OK)
        mem_check(NULL);
    damaged += !same_schema(db, model);
    damaged += count_by(db, "SELECT count(*) <> 1 FROM generation");
    if (sqlite3_prepare_v2(model, model_tables, -1, &tables, NULL) == SQLITE_OK)
        while (sqlite3_step(tables) == SQLITE_ROW)
            damaged += check_table(
                db, model, (const char *)sqlite3_column_text(tables, 0));
    sqlite3_finalize(tables);
    sqlite3_close(model);
    /* The index is made of those; by itself it is only what SQLite does not
     * look into. */
    if (!damaged)
        damaged = index_check(db);
    if (damaged)
        log_error("install", "%s: damaged in %zu places", path, damaged);
    return damaged;
}
