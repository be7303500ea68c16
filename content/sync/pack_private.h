/* pack_private.h - what pack_read.c and pack_write.c have in common: names and
 * headers (pack_tar.c). */
#ifndef CONTENT_SYNC_PACK_PRIVATE_H
#define CONTENT_SYNC_PACK_PRIVATE_H

#include "content/pack.h"

#define PACK_INFO ".pack.json"
#define PACK_REMOVED ".removed"
#define PACK_MEDIA ".media"

enum {
    TAR_BLOCK = 512,
    TAR_END = 2 * TAR_BLOCK, /* of zeros */
    PACK_FORMAT = 1,
    PACK_WINDOW_LOG = 23, /* 8 MiB */
    PACK_INFO_MAX = 64 << 10,
    PACK_TITLE_MAX = 1024,
};

/* The most that a frame may hold: files and three lists, each with a header
 * and filled up to whole blocks. */
#define PACK_CONTENT_MAX                                  \
    (PACK_BYTES_MAX + 3 * (uint64_t)PACK_FILE_BYTES_MAX + \
     (PACK_FILES_MAX + 3) * (uint64_t)(2 * TAR_BLOCK) + TAR_END)

/* The header of a regular file. False when no header can hold that path. */
bool tar_header(const char *path, uint64_t length,
                unsigned char out[TAR_BLOCK]);
/* Path and length of such a header; false unless it is exactly the one that
 * tar_header makes of them. */
bool tar_parse(const unsigned char header[TAR_BLOCK],
               char path_out[PACK_PATH_MAX + 1], uint64_t *length_out);
/* Zeros after a file of that length. */
static inline size_t tar_padding(uint64_t length)
{
    return (size_t)(-length % TAR_BLOCK);
}

#endif
