/* units.c - what is compiled in one go, and how its bytes come together. */
#include "install_private.h"

#include "base/log.h"
#include "content/store/seal.h"

struct unit *unit_of_key(struct install *install, enum unit_kind kind,
                         const char *key)
{
    struct unit *unit = map_find(&install->units, key);
    if (unit)
        return unit;
    unit = arena_alloc(&install->arena, sizeof(*unit));
    unit->kind = kind;
    unit->key = arena_strdup(&install->arena, key);
    map_add(&install->units, unit->key, unit);
    return unit;
}

/* The first parts of a path: how many there are, and where the n-th ends. */
static size_t count_parts(const char *path)
{
    size_t count = 1;
    for (; *path; path++)
        count += *path == '/';
    return count;
}

static struct unit *unit_of_folder(struct install *install, enum unit_kind kind,
                                   const char *path, size_t parts)
{
    const char *end = path;
    while (parts--)
        end += strcspn(end, "/") + (parts != 0);
    char *folder = xstrndup(path, (size_t)(end - path));
    struct unit *unit = unit_of_key(install, kind, folder);
    free(folder);
    return unit;
}

static bool ends_in(const char *path, const char *end)
{
    size_t length = strlen(path), wanted = strlen(end);
    return length > wanted && !strcmp(path + length - wanted, end);
}

struct unit *unit_of_path(struct install *install, const char *path)
{
    static const struct {
        const char *folder; /* or a file at the top */
        size_t parts;       /* of a path that belongs there */
        enum unit_kind kind;
        const char *end;
    } places[] = {
        {"articles/", 3, UNIT_ITEM, ".md"},
        {"guides/", 3, UNIT_ITEM, ".md"},
        {"papers/", 4, UNIT_ISSUE, ""},
        {"listings/", 3, UNIT_LISTING, ""},
        {"media/", 2, UNIT_MEDIA, ""},
        {"edition.yaml", 1, UNIT_EDITION, ""},
        {"home.yaml", 1, UNIT_EDITION, ""},
        {"synonyms.csv", 1, UNIT_EDITION, ""},
    };
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        if (strncmp(path, places[i].folder, strlen(places[i].folder)) != 0 ||
            count_parts(path) != places[i].parts ||
            !ends_in(path, places[i].end))
            continue;
        switch (places[i].kind) {
        case UNIT_ISSUE:
        case UNIT_LISTING:
            return unit_of_folder(install, places[i].kind, path,
                                  places[i].parts - 1);
        case UNIT_EDITION:
            return unit_of_key(install, UNIT_EDITION, "edition.yaml");
        default:
            return unit_of_key(install, places[i].kind, path);
        }
    }
    return NULL;
}

/* All paths below a folder that are shown, each followed by a NUL. */
static void list_under(struct install *install, const char *folder,
                       struct buf *out)
{
    struct buf from = {0};
    buf_printf(&from, "%s/", folder);
    sqlite3_stmt *under = ask_text(install, ASK_UNDER, buf_text(&from));
    from.data[from.length - 1] = '0'; /* the character after '/' */
    if (under)
        sqlite3_bind_text(under, 2, buf_text(&from), -1, SQLITE_TRANSIENT);
    while (ask_next(install, under)) {
        const char *path = (const char *)sqlite3_column_text(under, 0);
        if (path)
            buf_add(out, path, strlen(path) + 1);
    }
    buf_fini(&from);
}

void units_mark_under(struct install *install, const char *folder)
{
    struct buf paths = {0};
    list_under(install, folder, &paths);
    for (size_t at = 0; at < paths.length; at += strlen(paths.data + at) + 1) {
        struct unit *unit = unit_of_path(install, paths.data + at);
        if (unit)
            unit->dirty = true;
    }
    buf_fini(&paths);
}

bool units_any_under(struct install *install, const char *folder)
{
    struct buf from = {0};
    buf_printf(&from, "%s/", folder);
    sqlite3_stmt *under = ask_text(install, ASK_UNDER, buf_text(&from));
    from.data[from.length - 1] = '0';
    if (under)
        sqlite3_bind_text(under, 2, buf_text(&from), -1, SQLITE_TRANSIENT);
    bool any = ask_next(install, under);
    if (under)
        sqlite3_reset(under);
    buf_fini(&from);
    return any;
}

/* A file that has to be brought. */
struct need {
    unsigned char object[INSTALL_HASH_BYTES];
    int64_t hash, length;
    struct unit *unit;
    size_t file; /* of the unit */
    bool met;
};
struct needs {
    struct need *items;
    size_t count, capacity;
};

static struct unit_file *add_file(struct install *install, struct unit *unit,
                                  const char *path)
{
    ARRAY_GROW(unit->files, unit->file_count, unit->file_capacity);
    struct unit_file *file = &unit->files[unit->file_count++];
    *file = (struct unit_file){.path = arena_strdup(&install->arena, path)};
    unit->missing++;
    return file;
}

/* The row that `found` stands on: layer, hash, length, object, text. */
static void need_file(struct install *install, struct needs *needs,
                      struct unit *unit, const char *path, sqlite3_stmt *found)
{
    struct unit_file *file = add_file(install, unit, path);
    const void *object = sqlite3_column_blob(found, 3);
    const void *text = sqlite3_column_blob(found, 4);
    file->layer = sqlite3_column_int64(found, 0);
    if (sqlite3_column_type(found, 4) != SQLITE_NULL) {
        buf_add(&file->bytes, text, (size_t)sqlite3_column_bytes(found, 4));
        file->there = true;
        unit->missing--;
        return;
    }
    ARRAY_GROW(needs->items, needs->count, needs->capacity);
    struct need *need = &needs->items[needs->count++];
    *need = (struct need){.hash = sqlite3_column_int64(found, 1),
                          .length = sqlite3_column_int64(found, 2),
                          .unit = unit,
                          .file = unit->file_count - 1};
    if (object && sqlite3_column_bytes(found, 3) == INSTALL_HASH_BYTES)
        memcpy(need->object, object, INSTALL_HASH_BYTES);
}

static void need_path(struct install *install, struct needs *needs,
                      struct unit *unit, const char *path)
{
    sqlite3_stmt *found = ask_text(install, ASK_EFFECTIVE, path);
    if (!ask_next(install, found))
        return;
    need_file(install, needs, unit, path, found);
    sqlite3_reset(found);
}

/* Those of all layers: their channels and topics are put together. */
static void need_all_layers(struct install *install, struct needs *needs,
                            struct unit *unit, const char *path)
{
    sqlite3_stmt *all = NULL;
    writer_check(&install->writer,
                 sqlite3_prepare_v2(
                     install->db,
                     "SELECT layer, hash, length, object, text FROM source"
                     " WHERE path = ?1 AND hidden = 0 ORDER BY layer",
                     -1, &all, NULL));
    if (all)
        sqlite3_bind_text(all, 1, path, -1, SQLITE_STATIC);
    while (ask_next(install, all))
        need_file(install, needs, unit, path, all);
    sqlite3_finalize(all);
}

static void need_editions(struct install *install, struct needs *needs,
                          struct unit *unit)
{
    need_all_layers(install, needs, unit, "edition.yaml");
    need_all_layers(install, needs, unit, "synonyms.csv");
    need_path(install, needs, unit, "home.yaml");
}

static void need_unit(struct install *install, struct needs *needs,
                      struct unit *unit)
{
    unit->file_count = unit->missing = 0;
    if (unit->kind == UNIT_EDITION) {
        need_editions(install, needs, unit);
    } else if (unit->kind == UNIT_ISSUE || unit->kind == UNIT_LISTING) {
        struct buf paths = {0};
        list_under(install, unit->key, &paths);
        for (size_t at = 0; at < paths.length;
             at += strlen(paths.data + at) + 1)
            need_path(install, needs, unit, paths.data + at);
        buf_fini(&paths);
    } else {
        need_path(install, needs, unit, unit->key);
    }
}

static void free_files(struct unit *unit)
{
    for (size_t i = 0; i < unit->file_count; i++)
        buf_fini(&unit->files[i].bytes);
    free(unit->files);
    unit->files = NULL;
    unit->file_count = unit->file_capacity = 0;
}

struct bringing {
    struct install *install;
    void (*ready)(struct install *install, struct unit *unit);
    struct map paths; /* of this object -> struct need */
    bool wrong;
    size_t left;
};

static void finish_unit(struct bringing *bringing, struct unit *unit)
{
    struct install *install = bringing->install;
    install->unit = unit;
    bringing->ready(install, unit);
    install->unit = NULL;
    free_files(unit);
    install_step(install, ++install->done, install->total);
}

static bool bring(struct bringing *bringing, struct need *need,
                  const void *bytes, size_t length)
{
    struct unit_file *file = &need->unit->files[need->file];
    if ((int64_t)length != need->length ||
        (int64_t)seal_bytes(SEAL_START, bytes, length) != need->hash) {
        bringing->wrong = true;
        return false;
    }
    buf_add(&file->bytes, bytes, length);
    file->there = true;
    need->met = true;
    bringing->left--;
    if (!--need->unit->missing)
        finish_unit(bringing, need->unit);
    return install_fine(bringing->install);
}

static bool see_file(void *data, const char *path, const void *bytes,
                     size_t length)
{
    struct bringing *bringing = data;
    struct need *need = map_find(&bringing->paths, path);
    if (!need || need->met)
        return true;
    /* There is nothing behind the last one; but then the pack's end is not
     * checked, which is why the file's own hash was. */
    return bring(bringing, need, bytes, length) && bringing->left;
}

/* A picture is an object of its own. Its SHA-256 is its name, and the hash of
 * that is what the source knows it by. */
static bool bring_picture(struct bringing *bringing, struct need *need)
{
    struct install *install = bringing->install;
    struct buf bytes = {0};
    struct unit_file *file = &need->unit->files[need->file];
    bool fine = install->objects->read(install->objects->data, need->object,
                                       SOURCE_BYTES_MAX, &bytes) &&
                (int64_t)bytes.length == need->length;
    if (fine) {
        file->bytes = bytes;
        file->there = true;
        need->unit->missing--;
        finish_unit(bringing, need->unit);
        return install_fine(install);
    }
    buf_fini(&bytes);
    install_missing(install, need->object);
    return false;
}

static bool bring_files(struct bringing *bringing, struct need *needs,
                        size_t count)
{
    struct install *install = bringing->install;
    const struct pack_visitor visitor = {.data = bringing, .file = see_file};
    char reason[256] = "";
    bringing->left = count;
    bringing->wrong = false;
    for (size_t i = 0; i < count; i++)
        map_add(&bringing->paths, needs[i].unit->files[needs[i].file].path,
                &needs[i]);
    enum pack_result result = install->objects->read_pack(
        install->objects->data, needs->object, &visitor, reason);
    map_fini(&bringing->paths);
    if (!install_fine(install))
        return false;
    if (!bringing->left)
        return true;
    log_warn("install", "a pack is not what it was: %s",
             result == PACK_OK || result == PACK_STOPPED ? "other files"
                                                         : reason);
    install_missing(install, needs->object);
    return false;
}

static int compare_needs(const void *left, const void *right)
{
    const struct need *a = left, *b = right;
    int order = memcmp(a->object, b->object, sizeof(a->object));
    return order ? order
           : a->unit->key == b->unit->key
               ? (a->file > b->file) - (a->file < b->file)
               : strcmp(a->unit->key, b->unit->key);
}

static bool bring_all(struct bringing *bringing, struct needs *needs)
{
    bool fine = install_fine(bringing->install);
    if (needs->count)
        qsort(needs->items, needs->count, sizeof(*needs->items), compare_needs);
    for (size_t i = 0, end; i < needs->count && fine; i = end) {
        struct need *first = &needs->items[i];
        for (end = i + 1;
             end < needs->count && !memcmp(needs->items[end].object,
                                           first->object, INSTALL_HASH_BYTES);
             end++)
            ;
        if (first->unit->kind != UNIT_MEDIA) {
            fine = bring_files(bringing, first, end - i);
            continue;
        }
        for (size_t n = i; n < end && fine; n++)
            fine = bring_picture(bringing, &needs->items[n]);
    }
    return fine;
}

bool units_load(struct install *install,
                bool (*wanted)(const struct unit *unit),
                void (*ready)(struct install *install, struct unit *unit))
{
    struct bringing bringing = {.install = install, .ready = ready};
    struct needs needs = {0};
    /* What is ready may make more units, which are not for this round. */
    struct unit **units = xcalloc(install->units.count, sizeof(*units));
    size_t count = 0;
    for (size_t i = 0; i < install->units.capacity; i++)
        if (install->units.slots[i].key &&
            wanted(install->units.slots[i].value))
            units[count++] = install->units.slots[i].value;
    install->done = 0;
    install->total = count;
    for (size_t i = 0; i < count && install_fine(install); i++) {
        need_unit(install, &needs, units[i]);
        if (!units[i]->missing)
            finish_unit(&bringing, units[i]);
    }
    bool fine = bring_all(&bringing, &needs);
    for (size_t i = 0; i < count; i++)
        free_files(units[i]);
    free(needs.items);
    free(units);
    return fine && install_fine(install);
}
