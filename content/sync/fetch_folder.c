/* fetch_folder.c - a repository in a folder, such as a USB stick. */
#include "content/fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

struct folder {
    struct fetcher fetcher;
    int fd;
};

static enum fetch_status fail(struct folder *folder, const char *reason)
{
    snprintf(folder->fetcher.reason, sizeof(folder->fetcher.reason), "%s",
             reason);
    return FETCH_FAILED;
}

/* No segment that leads elsewhere; a backslash is no separator here but would
 * be one to whoever wrote the stick. */
static bool stays_inside(const char *name)
{
    while (true) {
        size_t length = strcspn(name, "/\\");
        if (length == 0 || name[length] == '\\' ||
            (length == 1 && name[0] == '.') ||
            (length == 2 && name[0] == '.' && name[1] == '.'))
            return false;
        if (!name[length])
            return true;
        name += length + 1;
    }
}

static bool is_stopped(const struct folder *folder)
{
    return folder->fetcher.stopped &&
           folder->fetcher.stopped(folder->fetcher.data);
}

static enum fetch_status copy(struct folder *folder, int fd,
                              const struct fetch_request *request)
{
    char bytes[65536];
    uint64_t limit = request->limit;
    if (request->from > INT64_MAX ||
        lseek(fd, (off_t)request->from, SEEK_SET) < 0)
        return fail(folder, strerror(errno));
    while (true) {
        if (is_stopped(folder))
            return fail(folder, "stopped");
        ssize_t got = read(fd, bytes, sizeof(bytes));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) /* EIO: a stick that is broken, or was pulled out */
            return fail(folder, strerror(errno));
        if (got == 0)
            return FETCH_OK;
        if ((uint64_t)got > limit)
            return FETCH_TOO_LONG;
        limit -= (uint64_t)got;
        if (!request->write(request->context, bytes, (size_t)got))
            return fail(folder, "cannot be written");
    }
}

static enum fetch_status fetch_file(struct fetcher *fetcher,
                                    const struct fetch_request *request)
{
    struct folder *folder = (struct folder *)fetcher;
    struct stat info;
    const char *name = request->name;
    if (request->tag)
        *request->tag = 0;
    if (!stays_inside(name))
        return fail(folder, "the name leads out of the folder");
    /* O_NONBLOCK: opening a pipe must not wait for its other end. */
    int fd = openat(folder->fd, name,
                    O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return FETCH_ABSENT;
    if (fd < 0)
        return fail(folder, strerror(errno));
    enum fetch_status status =
        fstat(fd, &info) != 0    ? fail(folder, strerror(errno))
        : !S_ISREG(info.st_mode) ? fail(folder, "not a regular file")
                                 : copy(folder, fd, request);
    close(fd);
    return status;
}

static void close_folder(struct fetcher *fetcher)
{
    struct folder *folder = (struct folder *)fetcher;
    close(folder->fd);
    free(folder);
}

struct fetcher *fetch_folder_open(const char *path)
{
    static const struct fetch_ops ops = {fetch_file, close_folder};
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        log_warn("fetch", "%s: %s", path, strerror(errno));
        return NULL;
    }
    struct folder *folder = xcalloc(1, sizeof(*folder));
    *folder = (struct folder){.fetcher.ops = &ops, .fd = fd};
    return &folder->fetcher;
}
