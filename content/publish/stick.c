/* stick.c - a repository on a USB stick: for the kiosks of some areas, all that
 * any of them may need, whatever it has on board.
 *
 * The stick is written like the repository itself: targets first, the
 * timestamp last, each file beside, synced and renamed, so that a stick that
 * was pulled out too early holds its old edition. What was written is read
 * back from the stick, not from memory, and judged as a kiosk would. */
#include "publish_private.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/file.h"
#include "content/round.h"

/* What a file takes on FAT32 and exFAT, at most, with its folder entries. */
enum { CLUSTER = 32 << 10 };

struct stick {
    const struct publish_options *options;
    struct publisher publisher;
    struct buf folder; /* mount/YICHUANG/name */
    json_t *areas;     /* those of the kiosk that the repository has */
    json_t *files;     /* relative path to length, targets */
    json_t *metadata;  /* names, in the order to be written */
};

/* All that a kiosk of an area shows: its own, its city's, its province's, and
 * what is for all. */
static void name_layers(const char *area, char out[4][AREA_DIGITS + 1])
{
    static const int digits[] = {0, 2, 4, 6};
    for (size_t i = 0; i < COUNT_OF(digits); i++) {
        memset(out[i], '0', AREA_DIGITS);
        memcpy(out[i], area, (size_t)digits[i]);
        out[i][AREA_DIGITS] = 0;
    }
}

static bool contains(const json_t *array, const char *text)
{
    const json_t *one;
    size_t i;
    json_array_foreach(
        array, i, one) if (!strcmp(json_string_value(one), text)) return true;
    return false;
}

static void add_name(json_t *array, const char *text)
{
    if (!contains(array, text))
        json_array_append_new(array, mem_check(json_string(text)));
}

/* The targets of body that are an area's. */
static void take_targets(struct stick *stick, const json_t *body,
                         const char *area)
{
    const char *name;
    json_t *target;
    json_object_foreach(json_object_get(body, "targets"), name, target)
    {
        struct buf path = {0};
        if (strncmp(name, "u/", 2) != 0 ||
            strncmp(name + 2, area, AREA_DIGITS) != 0 || name[8] != '/')
            continue;
        add_name(stick->areas, area);
        target_path(area, name + 9,
                    json_string_value(json_object_get(
                        json_object_get(target, "hashes"), "sha256")),
                    &path);
        json_object_set(stick->files, buf_text(&path),
                        json_object_get(target, "length"));
        buf_fini(&path);
    }
}

static void take_role_file(struct stick *stick, const char *role,
                           int64_t version)
{
    struct buf name = {0};
    role_file(role, version, &name);
    add_name(stick->metadata, buf_text(&name));
    buf_fini(&name);
}

/* Every role that a client visits on its way to the area's targets. */
static void take_area(struct stick *stick, const struct metadata *targets,
                      const char *area)
{
    struct delegation delegation;
    struct buf name = {0};
    size_t at = 0;
    take_targets(stick, targets->body, area);
    buf_printf(&name, "u/%s/head.json", area);
    while (delegation_next(targets, buf_text(&name), &at, &delegation)) {
        struct metadata *role = role_live(&stick->publisher, delegation.name);
        if (!role)
            continue;
        take_role_file(stick, delegation.name, role->version);
        take_targets(stick, role->body, area);
        metadata_free(role);
    }
    buf_fini(&name);
}

static bool collect(struct stick *stick, const char *area)
{
    struct publisher *publisher = &stick->publisher;
    char layers[4][AREA_DIGITS + 1];
    struct metadata *targets = role_live(publisher, "targets");
    if (!targets || !publisher->root)
        return say(stick->options, "仓库里还没有内容");
    name_layers(area, layers);
    for (size_t i = 0; i < COUNT_OF(layers); i++)
        take_area(stick, targets, layers[i]);
    take_role_file(stick, "targets", targets->version);
    take_role_file(stick, "snapshot", publisher->snapshot->version);
    for (int64_t version = 1; version <= publisher->root->version; version++)
        take_role_file(stick, "root", version);
    add_name(stick->metadata, "timestamp.json");
    metadata_free(targets);
    return json_array_size(stick->areas) ||
           say(stick->options, "仓库里没有 %s 和它上级的内容", area);
}

static void stick_path(const struct stick *stick, const char *path,
                       struct buf *out)
{
    buf_clear(out);
    buf_printf(out, "%s/%s", buf_text(&stick->folder), path);
}

/* A target that is on the stick already, and right: its name begins with its
 * hash. */
static bool is_there(const struct stick *stick, const char *path,
                     int64_t length)
{
    struct buf whole = {0};
    char hash[65];
    stick_path(stick, path, &whole);
    snprintf(hash, sizeof(hash), "%.64s", strrchr(path, '/') + 1);
    int fd = open(buf_text(&whole), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    const bool there = fd >= 0 && hash_matches(fd, hash, length);
    if (fd >= 0)
        close(fd);
    buf_fini(&whole);
    return there;
}

/* Before anything is written. */
static bool check_space(const struct stick *stick, const char *mount)
{
    struct statvfs space;
    uint64_t need = (uint64_t)json_array_size(stick->metadata) * CLUSTER;
    const char *path;
    json_t *length;
    json_object_foreach(stick->files, path, length)
    {
        const json_int_t bytes = json_integer_value(length);
        if (!is_there(stick, path, bytes))
            need += ((uint64_t)bytes / CLUSTER + 2) * CLUSTER;
    }
    if (statvfs(mount, &space) != 0)
        return say(stick->options, "%s：%s", mount, strerror(errno));
    const uint64_t have = (uint64_t)space.f_bavail * space.f_frsize;
    return need <= have ||
           say(stick->options,
               "%s 空间不够：要 %" PRIu64 " MB，只有 %" PRIu64 " MB", mount,
               (need >> 20) + 1, have >> 20);
}

static bool make_parents(const struct stick *stick, const char *path)
{
    struct publish_options at = *stick->options;
    at.repository = buf_text(&stick->folder);
    return make_folders(&at, path);
}

static bool copy_bytes(int from, int to)
{
    char bytes[128 << 10];
    ssize_t got;
    while ((got = read(from, bytes, sizeof(bytes))) > 0)
        if (!keep_bytes(to, bytes, (size_t)got))
            return false;
    return got == 0;
}

/* FAT keeps no more than names, so the temporary one is short and plain. */
static bool copy_open(int from, const char *target)
{
    struct buf temporary = {0};
    const char *slash = strrchr(target, '/');
    buf_printf(&temporary, "%.*s/new.part", (int)(slash - target), target);
    int to = open(buf_text(&temporary),
                  O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    bool fine = to >= 0 && copy_bytes(from, to) && fsync(to) == 0;
    if (fine) /* what is read back later shall come from the stick */
        posix_fadvise(to, 0, 0, POSIX_FADV_DONTNEED);
    if (to >= 0 && close(to) != 0)
        fine = false;
    fine = fine && rename(buf_text(&temporary), target) == 0;
    if (!fine) {
        const int error = errno;
        unlink(buf_text(&temporary));
        errno = error;
    }
    buf_fini(&temporary);
    return fine;
}

static bool copy(const struct stick *stick, const char *path)
{
    struct buf target = {0};
    char *source = repository_path(stick->options, path);
    stick_path(stick, path, &target);
    bool fine = make_parents(stick, path);
    int from = fine ? open(source, O_RDONLY | O_CLOEXEC) : -1;
    if (fine && (from < 0 || !copy_open(from, buf_text(&target))))
        fine = say(stick->options, "写不成 %s：%s", buf_text(&target),
                   strerror(errno));
    if (from >= 0)
        close(from);
    buf_fini(&target);
    free(source);
    return fine;
}

static bool copy_all(const struct stick *stick)
{
    size_t count, i;
    bool fine = true;
    const json_t *name;
    const char **paths = sorted_keys(stick->files, &count);
    for (i = 0; fine && i < count; i++)
        fine = is_there(stick, paths[i],
                        json_integer_value(
                            json_object_get(stick->files, paths[i]))) ||
               copy(stick, paths[i]);
    free(paths);
    json_array_foreach(stick->metadata, i, name)
    {
        struct buf path = {0};
        buf_printf(&path, "metadata/%s", json_string_value(name));
        fine = fine && copy(stick, buf_text(&path));
        buf_fini(&path);
    }
    return fine;
}

/* Files of earlier editions, and of areas that this stick is no longer for. */
static size_t remove_rest(const struct stick *stick, const char *folder)
{
    struct buf whole = {0}, path = {0};
    struct stat info;
    char **names;
    size_t removed = 0;
    stick_path(stick, folder, &whole);
    const size_t count = folder_list(buf_text(&whole), &names);
    const bool is_metadata = !strcmp(folder, "metadata");
    for (size_t i = 0; i < count; i++) {
        buf_clear(&path);
        buf_printf(&path, "%s/%s", folder, names[i]);
        stick_path(stick, buf_text(&path), &whole);
        if (lstat(buf_text(&whole), &info) != 0)
            continue;
        if (S_ISDIR(info.st_mode)) {
            removed += remove_rest(stick, buf_text(&path));
            rmdir(buf_text(&whole)); /* when it is empty */
        } else if (is_metadata
                       ? !contains(stick->metadata, names[i])
                       : !json_object_get(stick->files, buf_text(&path))) {
            removed += unlink(buf_text(&whole)) == 0;
        }
    }
    names_free(names, count);
    buf_fini(&whole);
    buf_fini(&path);
    return removed;
}

static void sync_stick(const char *mount)
{
    int fd = open(mount, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    syncfs(fd);
    close(fd);
}

/* YICHUANG/ and the repository's folder in it; copy tells if that failed. */
static void make_mount_folder(const struct stick *stick, const char *mount)
{
    struct buf path = {0};
    buf_printf(&path, "%s/YICHUANG", mount);
    mkdir(buf_text(&path), 0755);
    mkdir(buf_text(&stick->folder), 0755);
    buf_fini(&path);
}

static int is_link(const char *path, const struct stat *info, int kind,
                   struct FTW *where)
{
    (void)path, (void)info, (void)where;
    return kind == FTW_SL;
}

/* Sticks come from strangers. What is written and removed here would be
 * written and removed on this machine where a link leads there; we make none,
 * and FAT cannot hold any. */
static bool has_links(const char *mount)
{
    enum { OPEN_FOLDERS = 8 };
    struct buf path = {0};
    buf_printf(&path, "%s/YICHUANG", mount);
    const bool found =
        nftw(buf_text(&path), is_link, OPEN_FOLDERS, FTW_PHYS) > 0;
    buf_fini(&path);
    return found;
}

static bool write_stick(struct stick *stick, const char *mount,
                        const char *area)
{
    const struct publish_options *options = stick->options;
    json_int_t bytes = 0;
    const char *path;
    json_t *length;
    if (!collect(stick, area))
        return false;
    if (!check_repository(options, options->repository, stick->areas))
        return say(options, "仓库本身有问题，没有写 U 盘；"
                            "过期了的用 renew 重新签名");
    if (has_links(mount))
        return say(options,
                   "%s/YICHUANG 里有链接，会写到 U 盘外面去，没有写；"
                   "换一个 U 盘再试",
                   mount);
    if (!check_space(stick, mount))
        return false;
    make_mount_folder(stick, mount);
    if (!copy_all(stick))
        return false;
    const size_t removed =
        remove_rest(stick, "targets") + remove_rest(stick, "metadata");
    sync_stick(mount);
    if (!check_repository(options, buf_text(&stick->folder), stick->areas))
        return say(options, "U 盘上的内容读回来不对；换一个 U 盘再试");
    json_object_foreach(stick->files, path, length) bytes +=
        json_integer_value(length);
    if (removed)
        say(options, "删掉了 U 盘上 %zu 个不再需要的文件", removed);
    say(options,
        "写好了 %s：%zu 个文件，%lld 字节，读回来核对无误；现在可以拔出",
        buf_text(&stick->folder),
        json_object_size(stick->files) + json_array_size(stick->metadata),
        (long long)bytes);
    return true;
}

static char *default_name(const char *repository)
{
    size_t length = strlen(repository);
    while (length > 1 && repository[length - 1] == '/')
        length--;
    char *copy = xstrndup(repository, length);
    const char *slash = strrchr(copy, '/');
    char *name = xstrdup(slash ? slash + 1 : copy);
    free(copy);
    return name;
}

bool publish_stick(const struct publish_options *options, const char *mount,
                   const char *name, const char *area)
{
    struct stick stick = {.options = options};
    struct stat info;
    if (!area_is_fine(area))
        return say(options, "地区 %s 不是六位区划代码", area);
    if (stat(mount, &info) != 0 || !S_ISDIR(info.st_mode))
        return say(options, "%s 不是文件夹；写 U 盘挂载的地方", mount);
    char *own = name ? xstrdup(name) : default_name(options->repository);
    bool fine = round_name_is_fine(own) ||
                say(options,
                    "内容来源的名字 %s 不行：用小写字母、数字和 -，最多 63 个，"
                    "和一体机设置里的一样；用 --name 写明",
                    own);
    if (fine && publisher_open(&stick.publisher, options, false)) {
        stick.areas = mem_check(json_array());
        stick.files = mem_check(json_object());
        stick.metadata = mem_check(json_array());
        buf_printf(&stick.folder, "%s/YICHUANG/%s", mount, own);
        fine = write_stick(&stick, mount, area);
        json_decref(stick.areas);
        json_decref(stick.files);
        json_decref(stick.metadata);
        buf_fini(&stick.folder);
        publisher_close(&stick.publisher);
    } else {
        fine = false;
    }
    free(own);
    return fine;
}
