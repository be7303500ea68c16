/* layers.c - packs into the table of sources, and what is different then. */
#include "install_private.h"

#include "base/log.h"
#include "content/store/seal.h"

/* Sheets and YAML files up to this are kept in the database: a change of one
 * file of a listing needs the others, which stand far into a pack. */
enum { KEEP_BYTES_MAX = 256 << 10 };

void layers_each_id(const char *ids, void (*each)(void *data, const char *id),
                    void *data)
{
    while (*ids) {
        size_t length = strcspn(ids, "\n");
        char *id = xstrndup(ids, length);
        if (length)
            each(data, id);
        free(id);
        ids += length + (ids[length] == '\n');
    }
}

/* An item's own file, a picture or a folder of that name. */
static bool is_named(const char *ids, const char *path)
{
    for (size_t length; *ids; ids += length + (ids[length] == '\n')) {
        length = strcspn(ids, "\n");
        const char *rest = path + length;
        if (length && !strncmp(ids, path, length) &&
            (!*rest || *rest == '/' || !strcmp(rest, ".md")))
            return true;
    }
    return false;
}

bool layers_is_hidden(const struct install *install, size_t rank,
                      const char *path)
{
    for (size_t i = 0; i <= rank; i++)
        if (is_named(install->layers[i].withdrawn, path))
            return true;
    return false;
}

/* Remembers what stands at a path, before the first change there. */
static void touch(struct install *install, const char *path)
{
    if (map_find(&install->touched, path))
        return;
    struct touched *touched = arena_alloc(&install->arena, sizeof(*touched));
    sqlite3_stmt *now = ask_text(install, ASK_EFFECTIVE, path);
    if (ask_next(install, now))
        *touched = (struct touched){true, sqlite3_column_int64(now, 0),
                                    sqlite3_column_int64(now, 1),
                                    sqlite3_column_int64(now, 2)};
    if (now)
        sqlite3_reset(now);
    map_add(&install->touched, arena_strdup(&install->arena, path), touched);
}

struct reading {
    struct install *install;
    const unsigned char *pack;
    size_t rank;
    struct map seen; /* of a full pack: what is in it */
    bool full;
    size_t files, done;
    sqlite3_stmt *delete;
};

static bool delete_source(struct reading *reading, const char *path)
{
    struct install *install = reading->install;
    touch(install, path);
    sqlite3_reset(reading->delete);
    sqlite3_bind_text(reading->delete, 1, path, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int64(reading->delete, 2, INT(reading->rank));
    writer_check(&install->writer, sqlite3_step(reading->delete));
    sqlite3_reset(reading->delete);
    return install_fine(install);
}

static bool put_source(struct reading *reading, const char *path,
                       int64_t length, int64_t hash,
                       const unsigned char *object, const struct buf *text)
{
    struct install *install = reading->install;
    const struct buf id = {(char *)(uintptr_t)object, INSTALL_HASH_BYTES, 0};
    if (!delete_source(reading, path))
        return false;
    if (reading->full)
        map_add(&reading->seen, arena_strdup(&install->arena, path),
                reading->install);
    insert_row(&install->insert_source, text ? "tiiiibb" : "tiiiibn", path,
               INT(reading->rank),
               INT(layers_is_hidden(install, reading->rank, path)), length,
               hash, &id, text);
    return install_fine(install);
}

static bool see_info(void *data, const struct pack_info *info)
{
    struct reading *reading = data;
    reading->full = !info->from && !reading->install->fresh;
    reading->files = info->files;
    return true;
}

static bool see_removed(void *data, const char *path)
{
    return delete_source(data, path);
}

static bool see_media(void *data, const char *path,
                      const unsigned char sha256[32], uint64_t length)
{
    int64_t hash = (int64_t)seal_bytes(SEAL_START, sha256, 32);
    return put_source(data, path, (int64_t)length, hash, sha256, NULL);
}

static bool see_file(void *data, const char *path, const void *bytes,
                     size_t length)
{
    struct reading *reading = data;
    const struct buf text = {(char *)(uintptr_t)bytes, length, 0};
    size_t name = strlen(path);
    bool keep = length <= KEEP_BYTES_MAX &&
                (name < 3 || strcmp(path + name - 3, ".md") != 0);
    int64_t hash = (int64_t)seal_bytes(SEAL_START, bytes, length);
    return put_source(reading, path, (int64_t)length, hash, reading->pack,
                      keep ? &text : NULL) &&
           install_step(reading->install, ++reading->done, reading->files);
}

/* What a full pack does not name is gone. */
static void sweep(struct reading *reading)
{
    struct install *install = reading->install;
    struct buf gone = {0};
    sqlite3_stmt *all = NULL;
    writer_check(&install->writer,
                 sqlite3_prepare_v2(install->db,
                                    "SELECT path FROM source WHERE layer = ?1",
                                    -1, &all, NULL));
    if (all)
        sqlite3_bind_int64(all, 1, INT(reading->rank));
    while (ask_next(install, all)) {
        const char *path = (const char *)sqlite3_column_text(all, 0);
        if (path && !map_find(&reading->seen, path))
            buf_add(&gone, path, strlen(path) + 1);
    }
    sqlite3_finalize(all);
    for (size_t at = 0; at < gone.length; at += strlen(gone.data + at) + 1)
        delete_source(reading, gone.data + at);
    buf_fini(&gone);
}

static bool read_pack(struct install *install, size_t rank,
                      const unsigned char *pack)
{
    char reason[256] = "";
    struct reading reading = {.install = install, .pack = pack, .rank = rank};
    const struct pack_visitor visitor = {&reading, see_info, see_removed,
                                         see_media, see_file};
    writer_check(
        &install->writer,
        sqlite3_prepare_v2(install->db,
                           "DELETE FROM source WHERE path = ?1 AND layer = ?2",
                           -1, &reading.delete, NULL));
    if (install_fine(install)) {
        enum pack_result result = install->objects->read_pack(
            install->objects->data, pack, &visitor, reason);
        if (result == PACK_OK && reading.full)
            sweep(&reading);
        if (result != PACK_OK && result != PACK_STOPPED) {
            log_warn("install", "a pack of %s: %s", install->layers[rank].area,
                     reason);
            install_missing(install, pack);
        }
    }
    sqlite3_finalize(reading.delete);
    map_fini(&reading.seen);
    return install_fine(install);
}

struct hiding {
    struct install *install;
    const char *other; /* ids that are in both lists stay as they are */
};

static void hide_path(struct install *install, const char *path)
{
    touch(install, path);
    for (size_t rank = 0; rank < install->layer_count; rank++) {
        sqlite3_stmt *update = NULL;
        writer_check(
            &install->writer,
            sqlite3_prepare_v2(install->db,
                               "UPDATE source SET hidden = ?3, seal = seal("
                               "path, layer, ?3, length, hash, object, text)"
                               " WHERE path = ?1 AND layer = ?2",
                               -1, &update, NULL));
        if (!update)
            return;
        sqlite3_bind_text(update, 1, path, -1, SQLITE_TRANSIENT);
        sqlite3_bind_int64(update, 2, INT(rank));
        sqlite3_bind_int64(update, 3,
                           INT(layers_is_hidden(install, rank, path)));
        writer_check(&install->writer, sqlite3_step(update));
        sqlite3_finalize(update);
    }
}

/* Whatever is hidden now or was before. */
static void hide_under(struct install *install, const char *from,
                       const char *to)
{
    struct buf paths = {0};
    sqlite3_stmt *all = NULL;
    writer_check(&install->writer,
                 sqlite3_prepare_v2(install->db,
                                    "SELECT DISTINCT path FROM source"
                                    " WHERE path >= ?1 AND path < ?2",
                                    -1, &all, NULL));
    if (all) {
        sqlite3_bind_text(all, 1, from, -1, SQLITE_STATIC);
        sqlite3_bind_text(all, 2, to, -1, SQLITE_STATIC);
    }
    while (ask_next(install, all)) {
        const char *path = (const char *)sqlite3_column_text(all, 0);
        if (path)
            buf_add(&paths, path, strlen(path) + 1);
    }
    sqlite3_finalize(all);
    for (size_t at = 0; at < paths.length; at += strlen(paths.data + at) + 1)
        hide_path(install, paths.data + at);
    buf_fini(&paths);
}

static void hide_id(void *data, const char *id)
{
    struct hiding *hiding = data;
    struct install *install = hiding->install;
    struct buf name = {0};
    if (is_named(hiding->other, id))
        return;
    hide_path(install, id);
    buf_printf(&name, "%s.md", id);
    hide_path(install, buf_text(&name));
    buf_fini(&name);
    /* '0' is the character after '/'. */
    buf_printf(&name, "%s/", id);
    char *end = xstrdup(buf_text(&name));
    end[strlen(end) - 1] = '0';
    hide_under(install, buf_text(&name), end);
    free(end);
    buf_fini(&name);
}

static int64_t number_at(sqlite3_stmt *row, int column)
{
    return sqlite3_column_int64(row, column);
}

static bool is_of_all_layers(const char *path)
{
    return !strcmp(path, "edition.yaml") || !strcmp(path, "synonyms.csv");
}

/* Makes units of the paths that have other bytes than before, or those of
 * another publisher. */
static void find_changes(struct install *install)
{
    for (size_t i = 0; i < install->touched.capacity; i++) {
        const char *path = install->touched.slots[i].key;
        const struct touched *was = install->touched.slots[i].value;
        if (!path)
            continue;
        sqlite3_stmt *now = ask_text(install, ASK_EFFECTIVE, path);
        bool there = ask_next(install, now);
        /* All layers' are read, not only the first one's. */
        if (!is_of_all_layers(path) && there == was->there &&
            (!there || (number_at(now, 0) == was->layer &&
                        number_at(now, 1) == was->hash &&
                        number_at(now, 2) == was->length)))
            continue;
        struct unit *unit = unit_of_path(install, path);
        if (unit)
            unit->dirty = true;
    }
}

bool layers_apply(struct install *install, const size_t *from,
                  const char *const *was)
{
    for (size_t rank = 0; rank < install->layer_count && !install->fresh;
         rank++) {
        const char *now = install->layers[rank].withdrawn;
        layers_each_id(now, hide_id, &(struct hiding){install, was[rank]});
        layers_each_id(was[rank], hide_id, &(struct hiding){install, now});
    }
    for (size_t rank = 0; rank < install->layer_count; rank++) {
        const struct buf *packs = &install->layers[rank].packs;
        for (size_t at = from[rank] * INSTALL_HASH_BYTES; at < packs->length;
             at += INSTALL_HASH_BYTES)
            if (!read_pack(install, rank,
                           (const unsigned char *)packs->data + at))
                return false;
    }
    find_changes(install);
    return install_fine(install);
}

void layers_write(struct install *install)
{
    tell(install, "DELETE FROM layer WHERE rank >= ?1", 0, 0);
    struct insert insert = insert_open(&install->writer, "INTO layer", 6);
    for (size_t i = 0; i < install->layer_count; i++) {
        const struct record_layer *layer = &install->layers[i];
        insert_row(&insert, "ittibt", INT(i), layer->repository, layer->area,
                   INT(layer->seq), &layer->packs, layer->withdrawn);
    }
    insert_close(&insert);
}
