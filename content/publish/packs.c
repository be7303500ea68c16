/* packs.c - target files: packs, pictures, heads. They are named by their
 * hash, so one that is there is right, and nothing is ever replaced. */
#include "publish_private.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"

static const char temporary[] = ".new";

void target_path(const char *area, const char *name, const char *hash,
                 struct buf *out)
{
    const char *slash = strrchr(name, '/');
    const char *base = slash ? slash + 1 : name;
    buf_printf(out, "targets/u/%s/%.*s%s.%s", area, (int)(base - name), name,
               hash, base);
}

/* The folder of path, open; -1: said. */
static int open_parent(const struct publish_options *options, const char *path)
{
    char *whole = repository_path(options, path);
    *strrchr(whole, '/') = 0;
    int fd = make_folders(options, path)
                 ? open(whole, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                 : -1;
    if (fd < 0)
        say(options, "打不开文件夹 %s：%s", whole, strerror(errno));
    free(whole);
    return fd;
}

static int open_temporary(const struct publish_options *options, int folder)
{
    int fd = openat(folder, temporary,
                    O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0)
        say(options, "写不进去：%s", strerror(errno));
    return fd;
}

static bool commit(const struct publish_options *options, int folder, int fd,
                   const char *path)
{
    struct fault fault = {0};
    return keep_commit(folder, fd, temporary, strrchr(path, '/') + 1, &fault) ||
           say(options, "写不进去：%s", fault.reason);
}

static bool is_there(int folder, const char *path, uint64_t length)
{
    struct stat info;
    return fstatat(folder, strrchr(path, '/') + 1, &info,
                   AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISREG(info.st_mode) && (uint64_t)info.st_size == length;
}

bool target_bytes(const struct publish_options *options, const char *area,
                  const char *name, const void *bytes, size_t length,
                  struct target_file *out)
{
    struct buf path = {0};
    digest_sha256_hex(bytes, length, out->hash);
    out->length = length;
    target_path(area, name, out->hash, &path);
    int folder = open_parent(options, buf_text(&path)), fd = -1;
    bool fine = folder >= 0;
    if (fine && !is_there(folder, buf_text(&path), length)) {
        fd = open_temporary(options, folder);
        fine = fd >= 0 &&
               (keep_bytes(fd, bytes, length) ||
                say(options, "写不进去：%s", strerror(errno))) &&
               commit(options, folder, fd, buf_text(&path));
        if (!fine)
            unlinkat(folder, temporary, 0);
    }
    if (fd >= 0)
        close(fd);
    if (folder >= 0)
        close(folder);
    buf_fini(&path);
    return fine;
}

/* Whether to has another entry for path, or from none. */
static bool differs(const json_t *from, const json_t *to, const char *path)
{
    return !json_equal(json_object_get(from, path), json_object_get(to, path));
}

static bool add_removed(struct pack_writer *writer, const struct state *from,
                        const struct state *to)
{
    json_t *gone = mem_check(json_copy(from->files));
    bool fine = true;
    size_t count;
    json_object_update(gone, from->media);
    const char **paths = sorted_keys(gone, &count);
    for (size_t i = 0; fine && i < count; i++)
        if (!json_object_get(to->files, paths[i]) &&
            !json_object_get(to->media, paths[i]))
            fine = pack_writer_removed(writer, paths[i]);
    free(paths);
    json_decref(gone);
    return fine;
}

static bool add_media(struct pack_writer *writer, const struct state *from,
                      const struct state *to)
{
    unsigned char raw[32] = {0};
    char hash[65];
    uint64_t length;
    bool fine = true;
    size_t count;
    const char **paths = sorted_keys(to->media, &count);
    for (size_t i = 0; fine && i < count; i++) {
        if (!differs(from->media, to->media, paths[i]))
            continue;
        entry_parse(json_string_value(json_object_get(to->media, paths[i])),
                    hash, &length);
        hex_decode(hash, raw, sizeof(raw));
        fine = pack_writer_media(writer, paths[i], raw, length);
    }
    free(paths);
    return fine;
}

static bool add_file(const struct publish_options *options,
                     struct pack_writer *writer, const char *edition,
                     const char *path, const char *entry)
{
    struct buf whole = {0}, bytes = {0};
    char hash[65], want[65];
    uint64_t length;
    entry_parse(entry, want, &length);
    buf_printf(&whole, "%s/%s", edition, path);
    bool fine = file_read(buf_text(&whole), PACK_FILE_BYTES_MAX, &bytes) ||
                say(options, "%s:1: 读不了：%s", path, strerror(errno));
    if (fine) {
        digest_sha256_hex(buf_text(&bytes), bytes.length, hash);
        fine = !strcmp(hash, want) ||
               say(options, "%s:1: 发布时有人在改它；改完再发布一次", path);
    }
    fine =
        fine && pack_writer_file(writer, path, buf_text(&bytes), bytes.length);
    buf_fini(&whole);
    buf_fini(&bytes);
    return fine;
}

static bool add_files(const struct publish_options *options,
                      struct pack_writer *writer, const char *edition,
                      const struct state *from, const struct state *to)
{
    bool fine = true;
    size_t count;
    const char **paths = sorted_keys(to->files, &count);
    for (size_t i = 0; fine && i < count; i++)
        if (differs(from->files, to->files, paths[i]))
            fine = add_file(
                options, writer, edition, paths[i],
                json_string_value(json_object_get(to->files, paths[i])));
    free(paths);
    return fine;
}

static bool hash_file(const struct publish_options *options, int fd,
                      struct target_file *out)
{
    unsigned char digests[TUF_DIGEST_COUNT][TUF_DIGEST_MAX];
    struct digest *digest = digest_new();
    struct buf hex = {0};
    char bytes[65536];
    ssize_t got = -1;
    out->length = 0;
    if (lseek(fd, 0, SEEK_SET) == 0)
        while ((got = read(fd, bytes, sizeof(bytes))) > 0) {
            digest_add(digest, bytes, (size_t)got);
            out->length += (uint64_t)got;
        }
    digest_finish(digest, digests);
    digest_free(digest);
    hex_encode(digests[DIGEST_SHA256], 32, &hex);
    snprintf(out->hash, sizeof(out->hash), "%s", buf_text(&hex));
    buf_fini(&hex);
    return got == 0 || say(options, "读不回来：%s", strerror(errno));
}

static bool write_pack(const struct publish_options *options, int fd,
                       const char *folder, const char *edition,
                       const struct pack_info *info, const struct state *from,
                       const struct state *to)
{
    struct pack_writer *writer = pack_writer_open(folder, info);
    if (!writer)
        return say(options, "写不进 %s", folder);
    const bool fine = add_removed(writer, from, to) &&
                      add_media(writer, from, to) &&
                      add_files(options, writer, edition, from, to);
    return pack_writer_close(writer, fine ? fd : -1) ||
           say(options, "内容包没有做成");
}

bool target_pack(const struct publish_options *options, const char *name,
                 const char *edition, const struct pack_info *info,
                 const struct state *from, const struct state *to,
                 struct target_file *out)
{
    struct buf path = {0};
    target_path(info->area, name, "", &path); /* for its folder */
    int folder = open_parent(options, buf_text(&path));
    int fd = folder >= 0 ? open_temporary(options, folder) : -1;
    char *parent = repository_path(options, buf_text(&path));
    *strrchr(parent, '/') = 0;
    bool fine = fd >= 0 &&
                write_pack(options, fd, parent, edition, info, from, to) &&
                hash_file(options, fd, out);
    buf_clear(&path);
    if (fine)
        target_path(info->area, name, out->hash, &path);
    fine = fine && commit(options, folder, fd, buf_text(&path));
    if (folder >= 0 && !fine)
        unlinkat(folder, temporary, 0);
    if (fd >= 0)
        close(fd);
    if (folder >= 0)
        close(folder);
    free(parent);
    buf_fini(&path);
    return fine;
}

void target_list(json_t *body, const char *area, const char *name,
                 const struct target_file *file)
{
    struct buf path = {0};
    buf_printf(&path, "u/%s/%s", area, name);
    json_object_set_new(
        json_object_get(body, "targets"), buf_text(&path),
        mem_check(json_pack("{sI s{ss}}", "length", (json_int_t)file->length,
                            "hashes", "sha256", file->hash)));
    buf_fini(&path);
}
