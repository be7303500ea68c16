#include "support/tree.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/file.h"
#include "content/store/seal.h"

void tree_fini(struct tree *tree)
{
    for (size_t i = 0; i < tree->count; i++) {
        free(tree->files[i].path);
        buf_fini(&tree->files[i].bytes);
    }
    free(tree->files);
    *tree = (struct tree){0};
}

/* Where the path is, or belongs. */
static size_t place_of(const struct tree *tree, const char *path)
{
    size_t low = 0, high = tree->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strcmp(tree->files[middle].path, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct tree_file *tree_find(const struct tree *tree, const char *path)
{
    size_t at = place_of(tree, path);
    return at < tree->count && !strcmp(tree->files[at].path, path)
               ? &tree->files[at]
               : NULL;
}

void tree_put(struct tree *tree, const char *path, const void *bytes,
              size_t length)
{
    struct buf copy = {0};
    buf_add(&copy, bytes, length);
    struct tree_file *file = tree_find(tree, path);
    if (!file) {
        size_t at = place_of(tree, path);
        ARRAY_GROW(tree->files, tree->count, tree->capacity);
        file = &tree->files[at];
        memmove(file + 1, file, (tree->count++ - at) * sizeof(*file));
        *file = (struct tree_file){.path = xstrdup(path)};
    }
    buf_fini(&file->bytes);
    file->bytes = copy;
}

void tree_puts(struct tree *tree, const char *path, const char *text)
{
    tree_put(tree, path, text, strlen(text));
}

void tree_remove(struct tree *tree, const char *path)
{
    struct tree_file *file = tree_find(tree, path);
    if (!file)
        return;
    free(file->path);
    buf_fini(&file->bytes);
    size_t at = (size_t)(file - tree->files);
    memmove(file, file + 1, (--tree->count - at) * sizeof(*file));
}

void tree_copy(const struct tree *tree, struct tree *out)
{
    *out = (struct tree){0};
    for (size_t i = 0; i < tree->count; i++)
        tree_put(out, tree->files[i].path, buf_text(&tree->files[i].bytes),
                 tree->files[i].bytes.length);
}

/* nftw has no argument for its caller. */
static struct tree *loading;
static size_t loading_root;

static int load_one(const char *path, const struct stat *info, int flag,
                    struct FTW *at)
{
    (void)info;
    (void)at;
    struct buf bytes = {0};
    if (flag != FTW_F)
        return 0;
    assert_true(file_read(path, 16 << 20, &bytes));
    tree_put(loading, path + loading_root, buf_text(&bytes), bytes.length);
    buf_fini(&bytes);
    return 0;
}

void tree_load(struct tree *tree, const char *folder)
{
    loading = tree;
    loading_root = strlen(folder) + 1;
    assert_int_equal(nftw(folder, load_one, 16, FTW_PHYS), 0);
}

static int remove_one(const char *path, const struct stat *info, int flag,
                      struct FTW *at)
{
    (void)info;
    (void)flag;
    (void)at;
    return remove(path);
}

void tree_save(const struct tree *tree, const char *folder)
{
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    mkdir(folder, 0755);
    for (size_t i = 0; i < tree->count; i++) {
        struct buf path = {0};
        buf_printf(&path, "%s/%s", folder, tree->files[i].path);
        for (char *slash = path.data + strlen(folder) + 1;
             (slash = strchr(slash, '/')); *slash++ = '/') {
            *slash = 0;
            mkdir(path.data, 0755);
        }
        FILE *file = fopen(path.data, "wb");
        assert_non_null(file);
        const struct buf *bytes = &tree->files[i].bytes;
        assert_int_equal(fwrite(buf_text(bytes), 1, bytes->length, file),
                         bytes->length);
        fclose(file);
        buf_fini(&path);
    }
}

struct object {
    unsigned char hash[INSTALL_HASH_BYTES];
    bool lost;
    struct buf picture; /* or a pack: */
    bool is_pack;
    struct pack_info info;
    struct tree changed;
    struct buf removed, media; /* paths, each with a NUL; of media its hash
                                  follows */
};

struct shelf {
    struct object **objects;
    size_t count, capacity;
};

struct shelf *shelf_new(void)
{
    return xcalloc(1, sizeof(struct shelf));
}

void shelf_free(struct shelf *shelf)
{
    for (size_t i = 0; i < shelf->count; i++) {
        tree_fini(&shelf->objects[i]->changed);
        buf_fini(&shelf->objects[i]->picture);
        buf_fini(&shelf->objects[i]->removed);
        buf_fini(&shelf->objects[i]->media);
        free(shelf->objects[i]);
    }
    free(shelf->objects);
    free(shelf);
}

static struct object *find(struct shelf *shelf, const unsigned char *hash)
{
    for (size_t i = 0; i < shelf->count; i++)
        if (!memcmp(shelf->objects[i]->hash, hash, INSTALL_HASH_BYTES))
            return shelf->objects[i];
    return NULL;
}

static struct object *add(struct shelf *shelf, const void *bytes, size_t length)
{
    unsigned char hash[INSTALL_HASH_BYTES] = "hash";
    uint64_t seal = seal_bytes(SEAL_START, bytes, length);
    memcpy(hash + 8, &seal, sizeof(seal));
    memcpy(hash + 16, &length, sizeof(length));
    struct object *object = find(shelf, hash);
    if (object)
        return object;
    object = xcalloc(1, sizeof(*object));
    memcpy(object->hash, hash, sizeof(hash));
    ARRAY_GROW(shelf->objects, shelf->count, shelf->capacity);
    return shelf->objects[shelf->count++] = object;
}

static bool is_picture(const char *path)
{
    return !strncmp(path, "media/", 6);
}

static void put_picture(struct shelf *shelf, struct object *pack,
                        const struct tree_file *file)
{
    struct object *picture =
        add(shelf, buf_text(&file->bytes), file->bytes.length);
    if (!picture->picture.length)
        buf_add(&picture->picture, buf_text(&file->bytes), file->bytes.length);
    buf_add(&pack->media, file->path, strlen(file->path) + 1);
    buf_add(&pack->media, picture->hash, INSTALL_HASH_BYTES);
}

const unsigned char *shelf_pack(struct shelf *shelf, const char *area,
                                uint32_t from, uint32_t to,
                                const struct tree *before,
                                const struct tree *after)
{
    char name[32];
    snprintf(name, sizeof(name), "%s %u %u %zu", area, from, to, shelf->count);
    struct object *pack = add(shelf, name, strlen(name));
    pack->is_pack = true;
    pack->info = (struct pack_info){.from = from, .to = to, .edition = ""};
    snprintf(pack->info.area, sizeof(pack->info.area), "%s", area);
    for (size_t i = 0; before && i < before->count; i++)
        if (!tree_find(after, before->files[i].path))
            buf_add(&pack->removed, before->files[i].path,
                    strlen(before->files[i].path) + 1);
    for (size_t i = 0; i < after->count; i++) {
        const struct tree_file *now = &after->files[i];
        const struct tree_file *was =
            before ? tree_find(before, now->path) : NULL;
        if (was && was->bytes.length == now->bytes.length &&
            !memcmp(buf_text(&was->bytes), buf_text(&now->bytes),
                    now->bytes.length))
            continue;
        if (is_picture(now->path)) {
            put_picture(shelf, pack, now);
            continue;
        }
        tree_put(&pack->changed, now->path, buf_text(&now->bytes),
                 now->bytes.length);
        pack->info.files++;
        pack->info.bytes += now->bytes.length;
    }
    return pack->hash;
}

static enum pack_result stop(char reason[256])
{
    snprintf(reason, 256, "stopped");
    return PACK_STOPPED;
}

static enum pack_result read_pack(void *data, const unsigned char *sha256,
                                  const struct pack_visitor *visitor,
                                  char reason[256])
{
    struct shelf *shelf = data;
    const struct object *pack = find(shelf, sha256);
    if (!pack || pack->lost || !pack->is_pack) {
        snprintf(reason, 256, "not there");
        return PACK_UNREADABLE;
    }
    if (visitor->info && !visitor->info(visitor->data, &pack->info))
        return stop(reason);
    for (size_t at = 0; at < pack->removed.length && visitor->removed;
         at += strlen(pack->removed.data + at) + 1)
        if (!visitor->removed(visitor->data, pack->removed.data + at))
            return stop(reason);
    for (size_t at = 0; at < pack->media.length && visitor->media;) {
        const char *path = pack->media.data + at;
        const unsigned char *hash =
            (const unsigned char *)path + strlen(path) + 1;
        size_t length;
        memcpy(&length, hash + 16, sizeof(length));
        if (!visitor->media(visitor->data, path, hash, length))
            return stop(reason);
        at += strlen(path) + 1 + INSTALL_HASH_BYTES;
    }
    for (size_t i = 0; i < pack->changed.count && visitor->file; i++) {
        const struct tree_file *file = &pack->changed.files[i];
        if (!visitor->file(visitor->data, file->path, buf_text(&file->bytes),
                           file->bytes.length))
            return stop(reason);
    }
    return PACK_OK;
}

static bool read_object(void *data, const unsigned char *sha256, size_t limit,
                        struct buf *out)
{
    const struct object *object = find(data, sha256);
    if (!object || object->lost || object->is_pack ||
        object->picture.length > limit)
        return false;
    buf_add(out, buf_text(&object->picture), object->picture.length);
    return true;
}

struct install_objects shelf_objects(struct shelf *shelf)
{
    return (struct install_objects){shelf, read_pack, read_object};
}

void shelf_lose(struct shelf *shelf, const unsigned char *hash)
{
    struct object *object = find(shelf, hash);
    assert_non_null(object);
    object->lost = true;
}

void shelf_mend(struct shelf *shelf)
{
    for (size_t i = 0; i < shelf->count; i++)
        shelf->objects[i]->lost = false;
}

void shelf_claim(struct shelf *shelf, const unsigned char *hash, uint64_t bytes)
{
    find(shelf, hash)->info.bytes = bytes;
}

const unsigned char *shelf_picture(const struct shelf *shelf)
{
    for (size_t i = 0; i < shelf->count; i++)
        if (!shelf->objects[i]->is_pack)
            return shelf->objects[i]->hash;
    return NULL;
}
