/* file.h - whole files, with limits, and on the disk. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

/* Appends the whole file to out. False with errno set when it cannot be read,
 * is not a regular file (EINVAL) or is longer than limit bytes (EFBIG); out is
 * then as it was. Nothing is logged: the caller knows what the file was for. */
static inline bool file_read(const char *path, size_t limit, struct buf *out)
{
    struct stat info;
    size_t before = out->length;
    int error = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    if (fstat(fd, &info) != 0)
        error = errno;
    else if (!S_ISREG(info.st_mode))
        error = EINVAL;
    while (!error) {
        if (out->length - before > limit) {
            error = EFBIG;
            break;
        }
        buf_reserve(out, 65536);
        ssize_t got = read(fd, out->data + out->length, 65536);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            error = errno;
        if (got <= 0)
            break;
        out->length += (size_t)got;
    }
    if (!error && out->length - before > limit)
        error = EFBIG;
    close(fd);
    if (error)
        out->length = before;
    if (out->data)
        out->data[out->length] = 0;
    errno = error;
    return error == 0;
}

/* Puts a file, or a folder with O_DIRECTORY in flags, on the disk. 0, or an
 * errno. */
static inline int file_sync(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC);
    if (fd < 0)
        return errno;
    int error = fsync(fd) != 0 ? errno : 0;
    close(fd);
    return error == EINVAL ? 0 : error; /* a file system without fsync */
}

#endif
