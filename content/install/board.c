/* board.c - what stands on board, for a compiler that has only a few files. */
#include "install_private.h"

#include <errno.h>

#define EFFECTIVE_SQL                                             \
    "SELECT layer, hash, length, object, text FROM source WHERE " \
    "path = ?1 AND hidden = 0 ORDER BY layer LIMIT 1"

static const char *const questions[ASK_COUNT] = {
    [ASK_ITEM] = "SELECT number, title FROM item WHERE id = ?1",
    [ASK_ALIAS] = "SELECT i.number, i.title, i.id FROM item_alias a"
                  " JOIN item i ON i.number = a.item WHERE a.id = ?1",
    [ASK_LIST] = "SELECT number, kind, key, title, summary, position"
                 " FROM list WHERE id = ?1",
    [ASK_LISTING] = "SELECT number, title FROM listing WHERE kind = ?1",
    [ASK_MEDIA] = "SELECT number, width, height FROM media WHERE name = ?1",
    [ASK_MENTIONS] = "SELECT i.id, l.kind, l.id FROM mention m"
                     " JOIN item i ON i.number = m.item"
                     " JOIN list l ON l.number = i.list WHERE m.target = ?1",
    [ASK_LIST_ITEMS] = "SELECT number, id FROM item WHERE list = ?1",
    [ASK_EFFECTIVE] = EFFECTIVE_SQL,
    [ASK_UNDER] = "SELECT DISTINCT path FROM source"
                  " WHERE path >= ?1 AND path < ?2 AND hidden = 0"
                  " ORDER BY path",
    [ASK_LISTING_ROWS] = "SELECT number, id, position, content"
                         " FROM listing_row WHERE listing = ?1",
    [ASK_COUNT_LIST] = "SELECT count(*) FROM item WHERE list = ?1",
    [ASK_DEFINITION] = "SELECT l.seal || ',' || group_concat(c.seal)"
                       " FROM listing l JOIN listing_column c"
                       " ON c.listing = l.number WHERE l.number = ?1",
    [ASK_SOURCE] = "SELECT hash, length FROM source"
                   " WHERE path = ?1 AND layer = ?2",
};

sqlite3_stmt *ask_open(struct install *install, enum ask question)
{
    sqlite3_stmt **at = &install->statements[question];
    if (!install_fine(install))
        return NULL;
    if (*at)
        sqlite3_reset(*at);
    else
        writer_check(&install->writer,
                     sqlite3_prepare_v3(install->db, questions[question], -1,
                                        SQLITE_PREPARE_PERSISTENT, at, NULL));
    return *at;
}

sqlite3_stmt *ask_text(struct install *install, enum ask question,
                       const char *text)
{
    sqlite3_stmt *statement = ask_open(install, question);
    if (statement)
        sqlite3_bind_text(statement, 1, text, -1, SQLITE_TRANSIENT);
    return statement;
}

sqlite3_stmt *ask_int(struct install *install, enum ask question, int64_t value)
{
    sqlite3_stmt *statement = ask_open(install, question);
    if (statement)
        sqlite3_bind_int64(statement, 1, value);
    return statement;
}

bool ask_next(struct install *install, sqlite3_stmt *statement)
{
    if (!statement)
        return false;
    int status = sqlite3_step(statement);
    if (status == SQLITE_ROW)
        return true;
    writer_check(&install->writer, status);
    sqlite3_reset(statement);
    return false;
}

/* A damaged row may hold anything, also nothing. */
static const char *text_at(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text ? text : "";
}

const char *ask_keep(struct install *install, sqlite3_stmt *statement,
                     int column)
{
    return arena_strdup(&install->arena, text_at(statement, column));
}

void ask_close_all(struct install *install)
{
    for (size_t i = 0; i < ASK_COUNT; i++)
        sqlite3_finalize(install->statements[i]);
    for (size_t i = 0; i < install->told_count; i++)
        sqlite3_finalize(install->told[i].statement);
    free(install->statements);
    free(install->told);
    install->statements = NULL;
    install->told = NULL;
    install->told_count = install->told_capacity = 0;
}

/* The statements are string constants: the same address is the same text. */
static sqlite3_stmt *prepared(struct install *install, const char *sql)
{
    for (size_t i = 0; i < install->told_count; i++)
        if (install->told[i].sql == sql)
            return install->told[i].statement;
    sqlite3_stmt *statement = NULL;
    writer_check(&install->writer, sqlite3_prepare_v3(install->db, sql, -1,
                                                      SQLITE_PREPARE_PERSISTENT,
                                                      &statement, NULL));
    ARRAY_GROW(install->told, install->told_count, install->told_capacity);
    install->told[install->told_count++] = (struct told){sql, statement};
    return statement;
}

void tell(struct install *install, const char *sql, int64_t first,
          int64_t second)
{
    if (!install_fine(install))
        return;
    sqlite3_stmt *statement = prepared(install, sql);
    if (!statement)
        return;
    sqlite3_bind_int64(statement, 1, first);
    if (sqlite3_bind_parameter_count(statement) > 1)
        sqlite3_bind_int64(statement, 2, second);
    writer_check(&install->writer, sqlite3_step(statement));
    sqlite3_reset(statement);
}

int64_t greatest(struct install *install, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int64_t value = 0;
    writer_check(&install->writer,
                 sqlite3_prepare_v2(install->db, sql, -1, &statement, NULL));
    if (ask_next(install, statement))
        value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

bool board_old_face(struct install *install, const char *id, struct face *out)
{
    *out = (struct face){.id = id, .title = "", .whole = ""};
    sqlite3_stmt *found = ask_text(install, ASK_ITEM, id);
    if (ask_next(install, found)) {
        out->number = sqlite3_column_int64(found, 0);
        out->title = ask_keep(install, found, 1);
        out->whole = id;
        return true;
    }
    found = ask_text(install, ASK_ALIAS, id);
    if (!ask_next(install, found))
        return false;
    out->number = sqlite3_column_int64(found, 0);
    out->title = ask_keep(install, found, 1);
    out->whole = ask_keep(install, found, 2);
    return true;
}

bool board_face(struct install *install, const char *id, struct face *out)
{
    const struct face *face = map_find(&install->faces, id);
    if (!face)
        return board_old_face(install, id, out);
    *out = *face;
    return *face->whole != 0;
}

/* The functions of struct board. */

static bool read_file(void *data, const char *file, struct buf *out)
{
    const struct install *install = data;
    const struct unit *unit = install->unit;
    for (size_t i = 0; i < unit->file_count; i++)
        if (!strcmp(unit->files[i].path, file)) {
            buf_add(out, buf_text(&unit->files[i].bytes),
                    unit->files[i].bytes.length);
            return true;
        }
    errno = ENOENT;
    return false;
}

/* Only of a unit's own folder, and there are no folders in it. */
static size_t list_files(void *data, struct compiler *compiler,
                         const char *folder, struct source_entry **out)
{
    const struct install *install = data;
    const struct unit *unit = install->unit;
    size_t length = strlen(folder), count = 0;
    *out = xcalloc(unit->file_count, sizeof(**out));
    for (size_t i = 0; i < unit->file_count; i++) {
        const char *path = unit->files[i].path;
        if (!strncmp(path, folder, length) && path[length] == '/')
            (*out)[count++].name =
                arena_strdup(&compiler->arena, path + length + 1);
    }
    return count;
}

static struct item_source *stub_item(struct compiler *compiler, const char *id,
                                     const char *title, int64_t number)
{
    struct item_source *item = arena_alloc(&compiler->arena, sizeof(*item));
    item->id = arena_strdup(&compiler->arena, id);
    item->title.text = arena_strdup(&compiler->arena, title);
    item->number = number;
    return item;
}

static struct item_source *find_item(void *data, struct compiler *compiler,
                                     const char *id)
{
    struct install *install = data;
    struct face face;
    if (!board_face(install, id, &face))
        return NULL;
    struct item_source *item = stub_item(compiler, id, face.title, face.number);
    if (strcmp(face.whole, id) != 0)
        item->whole = stub_item(compiler, face.whole, face.title, face.number);
    return item;
}

static enum item_kind kind_named(const char *name)
{
    return !strcmp(name, "article") ? ITEM_ARTICLE
           : !strcmp(name, "guide") ? ITEM_GUIDE
                                    : ITEM_PAPER;
}

static struct list_source *find_list(void *data, struct compiler *compiler,
                                     const char *id)
{
    struct install *install = data;
    sqlite3_stmt *found = ask_text(install, ASK_LIST, id);
    if (!ask_next(install, found))
        return NULL;
    struct list_source *list = arena_alloc(&compiler->arena, sizeof(*list));
    list->id = arena_strdup(&compiler->arena, id);
    list->number = sqlite3_column_int64(found, 0);
    list->kind = kind_named(text_at(found, 1));
    list->key = arena_strdup(&compiler->arena, text_at(found, 2));
    list->title.text = arena_strdup(&compiler->arena, text_at(found, 3));
    list->summary.text = arena_strdup(&compiler->arena, text_at(found, 4));
    list->position = (unsigned)sqlite3_column_int64(found, 5);
    sqlite3_reset(found);
    return list;
}

static struct listing_source *
find_listing(void *data, struct compiler *compiler, const char *kind)
{
    struct install *install = data;
    sqlite3_stmt *found = ask_text(install, ASK_LISTING, kind);
    if (!ask_next(install, found))
        return NULL;
    struct listing_source *listing =
        arena_alloc(&compiler->arena, sizeof(*listing));
    listing->number = sqlite3_column_int64(found, 0);
    listing->kind.text = arena_strdup(&compiler->arena, kind);
    listing->title.text = arena_strdup(&compiler->arena, text_at(found, 1));
    return listing;
}

static struct media_source *find_media(void *data, struct compiler *compiler,
                                       const char *name)
{
    struct install *install = data;
    sqlite3_stmt *found = ask_text(install, ASK_MEDIA, name);
    if (!ask_next(install, found))
        return NULL;
    struct media_source *media = arena_alloc(&compiler->arena, sizeof(*media));
    media->name = arena_strdup(&compiler->arena, name);
    media->number = sqlite3_column_int64(found, 0);
    media->width = (unsigned)sqlite3_column_int64(found, 1);
    media->height = (unsigned)sqlite3_column_int64(found, 2);
    return media;
}

static void mention(void *data, const char *target)
{
    struct install *install = data;
    if (install->mentioning)
        insert_row(&install->insert_mention, "ti", target, install->mentioning);
}

void board_open(struct install *install, struct board *out)
{
    *out = (struct board){.data = install,
                          .read = read_file,
                          .list = list_files,
                          .item = find_item,
                          .list_of = find_list,
                          .listing = find_listing,
                          .media = find_media,
                          .mention = mention};
}
