/* state.c - what an edition consists of: in its folder now, and as the packs
 * tell it for any sequence number. Pictures are told by their names' ends, as
 * the compiler tells them; everything else is text. */
#include "publish_private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/file.h"

enum { FOLDER_DEPTH_MAX = 16 };

/* What may stand beside an edition's content without being any. */
static const char *const not_content[] = {"README.md", "SOURCES.md", "LICENSE"};

static const struct {
    const char *ending, *kind;
} picture_kinds[] = {
    {".png", "png"}, {".jpg", "jpg"}, {".jpeg", "jpg"}, {".webp", "webp"}};

void state_init(struct state *state)
{
    state->files = mem_check(json_object());
    state->media = mem_check(json_object());
}

void state_fini(struct state *state)
{
    json_decref(state->files);
    json_decref(state->media);
}

static const char *find_kind(const char *path)
{
    const char *ending = strrchr(path, '.');
    for (size_t i = 0; ending && i < COUNT_OF(picture_kinds); i++)
        if (!strcasecmp(ending, picture_kinds[i].ending))
            return picture_kinds[i].kind;
    return NULL;
}

bool is_media(const char *path)
{
    return find_kind(path) != NULL;
}

const char *media_kind(const char *path)
{
    const char *kind = find_kind(path);
    return kind ? kind : "bin"; /* a pack of another hand */
}

void entry_parse(const char *entry, char hash[65], uint64_t *length)
{
    snprintf(hash, 65, "%.64s", entry);
    *length = strtoull(entry + 65, NULL, 10);
}

static void note(json_t *object, const char *path, const char *hash,
                 uint64_t length)
{
    char entry[96];
    snprintf(entry, sizeof(entry), "%s %" PRIu64, hash, length);
    json_object_set_new(object, path, mem_check(json_string(entry)));
}

bool state_same(const struct state *left, const struct state *right)
{
    return json_equal(left->files, right->files) &&
           json_equal(left->media, right->media);
}

static int compare_keys(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

const char **sorted_keys(const json_t *object, size_t *count_out)
{
    const char **keys = xcalloc(json_object_size(object), sizeof(*keys));
    const char *key;
    json_t *value;
    size_t count = 0;
    json_object_foreach((json_t *)object, key, value) keys[count++] = key;
    qsort(keys, count, sizeof(*keys), compare_keys);
    *count_out = count;
    return keys;
}

struct scan {
    const struct publish_options *options;
    const char *edition;
    struct state *state;
};

static bool scan_file(struct scan *scan, const char *path, const char *whole)
{
    struct buf bytes = {0};
    char hash[65];
    bool fine;
    if (!pack_path_is_fine(path))
        return say(scan->options,
                   "%s:1: 文件名里有不能用的字符，或太长；"
                   "用字母、数字、汉字、- 和 _",
                   path);
    fine = file_read(whole, PACK_FILE_BYTES_MAX, &bytes) ||
           say(scan->options, "%s:1: 读不了：%s", path, strerror(errno));
    if (fine) {
        digest_sha256_hex(buf_text(&bytes), bytes.length, hash);
        note(is_media(path) ? scan->state->media : scan->state->files, path,
             hash, bytes.length);
    }
    buf_fini(&bytes);
    return fine;
}

static bool is_content(const char *path)
{
    for (size_t i = 0; i < COUNT_OF(not_content); i++)
        if (!strcmp(path, not_content[i]))
            return false;
    return true;
}

/* folder is "" or ends with a slash. */
static bool scan_folder(struct scan *scan, const char *folder, int depth)
{
    struct buf whole = {0}, path = {0};
    char **names;
    bool fine = true;
    buf_printf(&whole, "%s/%s", scan->edition, folder);
    const size_t count = folder_list(buf_text(&whole), &names);
    for (size_t i = 0; fine && i < count; i++) {
        struct stat info;
        buf_clear(&path);
        buf_clear(&whole);
        buf_printf(&path, "%s%s", folder, names[i]);
        buf_printf(&whole, "%s/%s", scan->edition, buf_text(&path));
        if (stat(buf_text(&whole), &info) == 0 && S_ISDIR(info.st_mode)) {
            buf_putc(&path, '/');
            fine = depth < FOLDER_DEPTH_MAX
                       ? scan_folder(scan, buf_text(&path), depth + 1)
                       : say(scan->options, "%s:1: 文件夹套得太深",
                             buf_text(&path));
        } else if (is_content(buf_text(&path))) {
            fine = scan_file(scan, buf_text(&path), buf_text(&whole));
        }
    }
    names_free(names, count);
    buf_fini(&whole);
    buf_fini(&path);
    return fine;
}

bool state_scan(const struct publish_options *options, const char *edition,
                struct state *state)
{
    struct scan scan = {options, edition, state};
    return scan_folder(&scan, "", 0);
}

static bool apply_removed(void *data, const char *path)
{
    struct state *state = data;
    json_object_del(state->files, path);
    json_object_del(state->media, path);
    return true;
}

static bool apply_media(void *data, const char *path,
                        const unsigned char sha256[32], uint64_t length)
{
    struct state *state = data;
    struct buf hash = {0};
    hex_encode(sha256, 32, &hash);
    json_object_del(state->files, path);
    note(state->media, path, buf_text(&hash), length);
    buf_fini(&hash);
    return true;
}

static bool apply_file(void *data, const char *path, const void *bytes,
                       size_t length)
{
    struct state *state = data;
    char hash[65];
    digest_sha256_hex(bytes, length, hash);
    json_object_del(state->media, path);
    note(state->files, path, hash, length);
    return true;
}

bool state_apply(const struct publish_options *options, const char *path,
                 struct state *state)
{
    const struct pack_visitor visitor = {state, NULL, apply_removed,
                                         apply_media, apply_file};
    char *whole = repository_path(options, path);
    char reason[256] = "";
    int fd = open(whole, O_RDONLY | O_CLOEXEC);
    bool fine = fd >= 0 && pack_read(fd, &visitor, reason) == PACK_OK;
    if (!fine)
        say(options, "读不了 %s：%s", path, *reason ? reason : strerror(errno));
    if (fd >= 0)
        close(fd);
    free(whole);
    return fine;
}
