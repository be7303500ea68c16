#include "sealed.h"

#include <stdlib.h>
#include <unistd.h>

#include "content/ime/mapped.h"

void sealed_again(struct buf *bytes)
{
    const uint64_t seal =
        mapped_seal(bytes->data + SEALED_FROM, bytes->length - SEALED_FROM);
    memcpy(bytes->data + SEALED_FROM - sizeof(seal), &seal, sizeof(seal));
}

char *sealed_save(const struct buf *bytes, size_t length)
{
    char *path = xstrdup("/tmp/yichuang-sealed-XXXXXX");
    const int fd = mkstemp(path);
    if (fd < 0 || write(fd, bytes->data, length) != (ssize_t)length ||
        close(fd) != 0)
        abort();
    return path;
}
