#include "content/ime/mapped.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

enum { MAGIC = 8, SEALED = MAGIC + sizeof(uint64_t) };

/* The files hold little-endian numbers, which are read in place. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "the data of the input methods is little-endian");

uint64_t mapped_seal(const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    uint64_t seal = UINT64_C(0xcbf29ce484222325), word;
    for (; length; at += sizeof(word)) {
        const size_t size = length < sizeof(word) ? length : sizeof(word);
        word = 0;
        memcpy(&word, at, size);
        seal = (seal ^ word) * UINT64_C(0x100000001b3);
        length -= size;
    }
    return seal;
}

/* NULL, or what is wrong. */
static const char *map(struct mapped *file, int fd, size_t least, size_t most)
{
    struct stat info;
    if (fstat(fd, &info) != 0)
        return strerror(errno);
    if (!S_ISREG(info.st_mode))
        return "not a file";
    if (info.st_size < (off_t)least || info.st_size < SEALED)
        return "too short";
    if (info.st_size > (off_t)most)
        return "too long";
    const size_t length = (size_t)info.st_size;
    void *bytes = mmap(NULL, length, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED)
        return strerror(errno);
    file->bytes = bytes;
    file->length = length;
    return NULL;
}

static const char *check(const struct mapped *file, const char *magic)
{
    uint64_t seal;
    if (memcmp(file->bytes, magic, MAGIC) != 0)
        return "of another kind or version";
    memcpy(&seal, file->bytes + MAGIC, sizeof(seal));
    if (seal != mapped_seal(file->bytes + SEALED, file->length - SEALED))
        return "damaged";
    return NULL;
}

bool mapped_open(struct mapped *file, const char *module, const char *path,
                 const char magic[8], size_t least, size_t most)
{
    *file = (struct mapped){0};
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    const char *fault = fd < 0 ? strerror(errno) : map(file, fd, least, most);
    if (fd >= 0)
        close(fd);
    if (!fault)
        fault = check(file, magic);
    if (!fault)
        return true;
    log_warn(module, "%s: %s", path, fault);
    mapped_close(file);
    return false;
}

void mapped_rest(const struct mapped *file)
{
    madvise((void *)(uintptr_t)file->bytes, file->length, MADV_DONTNEED);
}

void mapped_close(struct mapped *file)
{
    if (file->bytes)
        munmap((void *)(uintptr_t)file->bytes, file->length);
    *file = (struct mapped){0};
}
