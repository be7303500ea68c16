/* objects.c - files by hash: written beside, synced, read back, renamed. */
#include "content/objects.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "sync_private.h"

enum {
    HEX_LENGTH = 2 * OBJECT_HASH_BYTES,
    NAME_SIZE = HEX_LENGTH + sizeof("/.part"),
    BOOT_ID_MAX = 64,
};

struct objects {
    char *folder;
    int fd, staging; /* folders; staging is this boot's */
    enum objects_fault fault;
};

struct object_part {
    struct objects *objects;
    int fd;
    unsigned char sha256[OBJECT_HASH_BYTES];
    uint64_t length, have;
};

/* Always false. The words for the log come from errno, unless given. */
static bool fail(struct objects *objects, const char *name, const char *reason)
{
    const int error = errno;
    const bool full = error == ENOSPC || error == EDQUOT || error == EFBIG;
    objects->fault = reason ? OBJECTS_WRONG
                     : full ? OBJECTS_FULL
                            : OBJECTS_BROKEN;
    log_warn("objects", "%s/%s: %s", objects->folder, name,
             reason ? reason : strerror(error));
    errno = error; /* for objects_open's caller */
    return false;
}

static bool fine(struct objects *objects)
{
    objects->fault = OBJECTS_FINE;
    return true;
}

static void name_hex(const unsigned char sha256[OBJECT_HASH_BYTES],
                     char out[NAME_SIZE])
{
    for (size_t i = 0; i < OBJECT_HASH_BYTES; i++)
        snprintf(out + 2 * i, 3, "%02x", sha256[i]);
}

/* "ab/cd…" */
static void name_object(const unsigned char sha256[OBJECT_HASH_BYTES],
                        char out[NAME_SIZE])
{
    name_hex(sha256, out);
    memmove(out + 3, out + 2, HEX_LENGTH - 1);
    out[2] = '/';
}

static void name_part(const unsigned char sha256[OBJECT_HASH_BYTES],
                      char out[NAME_SIZE])
{
    name_hex(sha256, out);
    strcpy(out + HEX_LENGTH, ".part");
}

/* Not every file system can; then nothing better can be done. */
static bool sync_fd(int fd)
{
    return fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP;
}

/* So that a folder which was made is still in the one above it after a power
 * cut. */
static bool sync_above(int folder)
{
    int above = openat(folder, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = above >= 0 && sync_fd(above);
    const int error = errno;
    if (above >= 0)
        close(above);
    errno = error;
    return synced;
}

/* The fd of a folder that is there or is made; -1 with errno set. */
static int open_folder(int parent, const char *name)
{
    bool made = mkdirat(parent, name, 0755) == 0;
    if (!made && errno != EEXIST)
        return -1;
    int fd =
        openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (fd >= 0 && made && !sync_above(fd)) {
        const int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

static void read_boot_id(char out[BOOT_ID_MAX])
{
    struct buf id = {0};
    file_read("/proc/sys/kernel/random/boot_id", 4096, &id);
    size_t length = strspn(buf_text(&id), "0123456789abcdef-");
    snprintf(out, BOOT_ID_MAX, "%.*s",
             length && length < BOOT_ID_MAX ? (int)length : 7,
             length && length < BOOT_ID_MAX ? id.data : "no-boot");
    buf_fini(&id);
}

/* A copy of dir's entries without . and .., because a folder that is changed
 * while it is read may skip some. */
struct names {
    char **all;
    size_t count, capacity;
};

static void names_fini(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->all[i]);
    free(names->all);
}

static bool names_read(int folder, const char *name, struct names *out)
{
    struct dirent *entry;
    *out = (struct names){0};
    int fd =
        openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    if (!dir) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    for (errno = 0; (entry = readdir(dir)); errno = 0) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        ARRAY_GROW(out->all, out->count, out->capacity);
        out->all[out->count++] = xstrdup(entry->d_name);
    }
    const int error = errno;
    closedir(dir);
    errno = error;
    return error == 0;
}

static void empty_folder(int parent, const char *name)
{
    struct names names;
    int fd =
        openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    names_read(parent, name, &names);
    for (size_t i = 0; fd >= 0 && i < names.count; i++)
        unlinkat(fd, names.all[i], 0);
    if (fd >= 0)
        close(fd);
    names_fini(&names);
}

/* What other boots left. It is of no use, but does no harm either where it
 * cannot be removed. */
static void sweep(struct objects *objects, int staging, const char *boot_id)
{
    struct names names;
    names_read(staging, ".", &names);
    for (size_t i = 0; i < names.count; i++) {
        if (!strcmp(names.all[i], boot_id))
            continue;
        empty_folder(staging, names.all[i]);
        if (unlinkat(staging, names.all[i], AT_REMOVEDIR) != 0 &&
            unlinkat(staging, names.all[i], 0) != 0)
            fail(objects, names.all[i], NULL);
    }
    names_fini(&names);
}

static bool open_staging(struct objects *objects)
{
    char boot_id[BOOT_ID_MAX];
    read_boot_id(boot_id);
    int staging = open_folder(objects->fd, "staging");
    if (staging < 0)
        return fail(objects, "staging", NULL);
    sweep(objects, staging, boot_id);
    objects->staging = open_folder(staging, boot_id);
    if (objects->staging < 0)
        fail(objects, "staging", NULL);
    close(staging);
    return objects->staging >= 0;
}

struct objects *objects_open(const char *folder)
{
    struct objects *objects = xcalloc(1, sizeof(*objects));
    *objects = (struct objects){
        .folder = xstrdup(folder),
        .fd = open_folder(AT_FDCWD, folder),
        .staging = -1,
    };
    if (objects->fd < 0)
        fail(objects, "", NULL);
    else if (flock(objects->fd, LOCK_EX | LOCK_NB) != 0)
        fail(objects, "", NULL);
    else if (open_staging(objects))
        return objects;
    const int error = errno;
    objects_close(objects);
    errno = error;
    return NULL;
}

void objects_close(struct objects *objects)
{
    if (!objects)
        return;
    if (objects->staging >= 0)
        close(objects->staging);
    if (objects->fd >= 0)
        close(objects->fd);
    free(objects->folder);
    free(objects);
}

enum objects_fault objects_fault(const struct objects *objects)
{
    return objects->fault;
}

int objects_fd(struct objects *objects,
               const unsigned char sha256[OBJECT_HASH_BYTES])
{
    char name[NAME_SIZE];
    struct stat info;
    name_object(sha256, name);
    int fd = openat(objects->fd, name,
                    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 && errno != ENOENT && errno != ENOTDIR && errno != ELOOP) {
        fail(objects, name, NULL);
        return -1;
    }
    if (fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) {
        fine(objects);
        return fd;
    }
    if (fd >= 0)
        close(fd);
    objects->fault = OBJECTS_MISSING;
    return -1;
}

bool objects_has(struct objects *objects,
                 const unsigned char sha256[OBJECT_HASH_BYTES], uint64_t length)
{
    char name[NAME_SIZE];
    struct stat info;
    name_object(sha256, name);
    if (fstatat(objects->fd, name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISREG(info.st_mode) && (uint64_t)info.st_size == length)
        return fine(objects);
    objects->fault = OBJECTS_MISSING;
    return false;
}

/* From the first byte on, wherever the fd stands. False with errno set. */
static bool hash_file(int fd, unsigned char *out)
{
    char bytes[65536];
    ssize_t got;
    EVP_MD_CTX *context = mem_check(EVP_MD_CTX_new());
    off_t at = 0;
    if (!EVP_DigestInit_ex(context, EVP_sha256(), NULL))
        abort(); /* every libcrypto has it */
    while ((got = pread(fd, bytes, sizeof(bytes), at)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            break;
        EVP_DigestUpdate(context, bytes, (size_t)got);
        at += got;
    }
    EVP_DigestFinal_ex(context, out, NULL);
    EVP_MD_CTX_free(context);
    return got == 0;
}

/* Read from the disk, not from memory: what was synced may be forgotten. */
static bool check_hash(struct objects *objects, const char *name, int fd,
                       const unsigned char sha256[OBJECT_HASH_BYTES])
{
    unsigned char have[OBJECT_HASH_BYTES];
    posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    if (!hash_file(fd, have))
        return fail(objects, name, NULL);
    return memcmp(have, sha256, sizeof(have)) == 0 ||
           fail(objects, name, "not the bytes that were announced");
}

bool objects_verify(struct objects *objects,
                    const unsigned char sha256[OBJECT_HASH_BYTES])
{
    char name[NAME_SIZE];
    int fd = objects_fd(objects, sha256);
    name_object(sha256, name);
    bool right = fd >= 0 && check_hash(objects, name, fd, sha256);
    if (fd >= 0)
        close(fd);
    return right;
}

bool objects_remove(struct objects *objects,
                    const unsigned char sha256[OBJECT_HASH_BYTES])
{
    char name[NAME_SIZE];
    name_object(sha256, name);
    if (unlinkat(objects->fd, name, 0) == 0 || errno == ENOENT ||
        errno == ENOTDIR)
        return fine(objects);
    return fail(objects, name, NULL);
}

static bool visit_folder(struct objects *objects, const char *prefix,
                         objects_visit *visit, void *data)
{
    struct names names;
    bool more = true;
    if (!names_read(objects->fd, prefix, &names))
        fail(objects, prefix, NULL);
    for (size_t i = 0; i < names.count && more; i++) {
        char path[NAME_SIZE], hex[NAME_SIZE];
        unsigned char sha256[OBJECT_HASH_BYTES];
        struct stat info;
        if (strlen(names.all[i]) != HEX_LENGTH - 2)
            continue;
        snprintf(path, sizeof(path), "%.2s/%.62s", prefix, names.all[i]);
        snprintf(hex, sizeof(hex), "%.2s%.62s", prefix, names.all[i]);
        if (strspn(hex, "0123456789abcdef") == HEX_LENGTH &&
            hex_decode(hex, sha256, sizeof(sha256)) &&
            fstatat(objects->fd, path, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(info.st_mode))
            more = visit(data, sha256, (uint64_t)info.st_size);
    }
    names_fini(&names);
    return more;
}

bool objects_each(struct objects *objects, objects_visit *visit, void *data)
{
    struct names names;
    bool more = true;
    if (!names_read(objects->fd, ".", &names))
        fail(objects, "", NULL);
    for (size_t i = 0; i < names.count && more; i++)
        if (strlen(names.all[i]) == 2 &&
            strspn(names.all[i], "0123456789abcdef") == 2)
            more = visit_folder(objects, names.all[i], visit, data);
    names_fini(&names);
    return more;
}

uint64_t objects_free_space(const struct objects *objects)
{
    struct statvfs info;
    if (fstatvfs(objects->fd, &info) != 0)
        return 0;
    return (uint64_t)info.f_bavail * info.f_frsize;
}

/* Longer than it may be: of another kind of file, or torn by a fault. */
static bool measure_part(struct object_part *part)
{
    struct stat info;
    if (fstat(part->fd, &info) != 0)
        return false;
    if (!S_ISREG(info.st_mode)) {
        errno = EINVAL;
        return false;
    }
    if ((uint64_t)info.st_size > part->length) {
        info.st_size = 0;
        if (ftruncate(part->fd, 0) != 0)
            return false;
    }
    part->have = (uint64_t)info.st_size;
    return lseek(part->fd, info.st_size, SEEK_SET) >= 0;
}

struct object_part *objects_begin(struct objects *objects,
                                  const unsigned char sha256[OBJECT_HASH_BYTES],
                                  uint64_t length)
{
    char name[NAME_SIZE];
    struct object_part *part = xcalloc(1, sizeof(*part));
    name_part(sha256, name);
    *part = (struct object_part){
        .objects = objects,
        .fd = openat(objects->staging, name,
                     O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
                     0644),
        .length = length,
    };
    memcpy(part->sha256, sha256, OBJECT_HASH_BYTES);
    if (part->fd >= 0 && measure_part(part)) {
        fine(objects);
        return part;
    }
    fail(objects, name, NULL);
    object_part_drop(part);
    return NULL;
}

uint64_t object_part_have(const struct object_part *part)
{
    return part->have;
}

bool object_part_write(struct object_part *part, const void *bytes,
                       size_t count)
{
    char name[NAME_SIZE];
    name_part(part->sha256, name);
    if (count > part->length - part->have)
        return fail(part->objects, name, "more bytes than were announced");
    if (!keep_bytes(part->fd, bytes, count)) {
        fail(part->objects, name, NULL);
        measure_part(part); /* some of them may have been written */
        return false;
    }
    part->have += count;
    return true;
}

/* The folder that the object will be in. */
static int open_shelf(struct object_part *part)
{
    char name[NAME_SIZE];
    name_hex(part->sha256, name);
    name[2] = 0;
    return open_folder(part->objects->fd, name);
}

/* Staging is not synced: what a power cut brings back there is of another boot
 * and swept. */
static bool move_in(struct object_part *part, const char *from)
{
    char to[NAME_SIZE];
    struct objects *objects = part->objects;
    int shelf = open_shelf(part);
    name_hex(part->sha256, to);
    bool moved = shelf >= 0 &&
                 renameat(objects->staging, from, shelf, to + 2) == 0 &&
                 sync_fd(shelf);
    if (!moved)
        fail(objects, to, NULL);
    if (shelf >= 0)
        close(shelf);
    return moved;
}

bool object_part_commit(struct object_part *part)
{
    char name[NAME_SIZE];
    struct objects *objects = part->objects;
    bool done = false;
    name_part(part->sha256, name);
    if (part->have != part->length)
        fail(objects, name, "fewer bytes than were announced");
    else if (!sync_fd(part->fd))
        fail(objects, name, NULL);
    else if (check_hash(objects, name, part->fd, part->sha256))
        done = move_in(part, name);
    else if (objects->fault == OBJECTS_WRONG)
        unlinkat(objects->staging, name, 0);
    object_part_drop(part);
    return done && fine(objects);
}

void object_part_drop(struct object_part *part)
{
    if (part->fd >= 0)
        close(part->fd);
    free(part);
}

uint64_t objects_staged(struct objects *objects,
                        const unsigned char sha256[OBJECT_HASH_BYTES])
{
    char name[NAME_SIZE];
    struct stat info;
    name_part(sha256, name);
    return fstatat(objects->staging, name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
                   S_ISREG(info.st_mode)
               ? (uint64_t)info.st_size
               : 0;
}

void objects_clear_staging(struct objects *objects)
{
    empty_folder(objects->staging, ".");
}
