/* keep.c - files that are either as they were or as they shall be, whatever
 * happens to the power: written beside, synced, renamed, the folder synced. */
#include "sync_private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"

/* One name for all: the folder is locked, and what a lost power cut leaves
 * behind is written over by the next file. */
static const char temporary[] = ".new";

bool keep_open(struct keep *keep, const char *folder, struct fault *fault)
{
    keep->folder = folder;
    keep->fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (keep->fd < 0)
        return refuse(fault, TUF_DISK, "%s: %s", folder, strerror(errno));
    if (flock(keep->fd, LOCK_EX | LOCK_NB) == 0)
        return true;
    refuse(fault, TUF_DISK, "%s: %s", folder,
           errno == EWOULDBLOCK ? "in use by another program"
                                : strerror(errno));
    keep_close(keep);
    return false;
}

void keep_close(struct keep *keep)
{
    if (keep->fd >= 0)
        close(keep->fd);
    keep->fd = -1;
}

bool keep_read(const struct keep *keep, const char *name, size_t limit,
               struct buf *out)
{
    struct buf path = {0};
    buf_printf(&path, "%s/%s", keep->folder, name);
    bool fine = file_read(buf_text(&path), limit, out);
    if (!fine && errno != ENOENT)
        log_warn("tuf", "%s: %s", buf_text(&path), strerror(errno));
    buf_fini(&path);
    return fine;
}

/* Not every file system can; then nothing better can be done. */
static bool sync_file(int fd)
{
    return fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP;
}

bool keep_commit(int folder_fd, int fd, const char *from, const char *name,
                 struct fault *fault)
{
    if (sync_file(fd) && renameat(folder_fd, from, folder_fd, name) == 0 &&
        sync_file(folder_fd))
        return true;
    return refuse(fault, TUF_DISK, "%s: %s", name, strerror(errno));
}

bool keep_bytes(int fd, const void *bytes, size_t length)
{
    const char *at = bytes;
    while (length) {
        ssize_t done = write(fd, at, length);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return false;
        at += done;
        length -= (size_t)done;
    }
    return true;
}

bool keep_write(const struct keep *keep, const char *name, const void *bytes,
                size_t length, struct fault *fault)
{
    int fd =
        openat(keep->fd, temporary,
               O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0)
        return refuse(fault, TUF_DISK, "%s: %s", name, strerror(errno));
    bool fine = keep_bytes(fd, bytes, length)
                    ? keep_commit(keep->fd, fd, temporary, name, fault)
                    : refuse(fault, TUF_DISK, "%s: %s", name, strerror(errno));
    close(fd);
    if (!fine)
        unlinkat(keep->fd, temporary, 0);
    return fine;
}

bool keep_remove(const struct keep *keep, const char *name, struct fault *fault)
{
    if (unlinkat(keep->fd, name, 0) != 0)
        return errno == ENOENT ||
               refuse(fault, TUF_DISK, "%s: %s", name, strerror(errno));
    return sync_file(keep->fd) ||
           refuse(fault, TUF_DISK, "%s: %s", name, strerror(errno));
}
