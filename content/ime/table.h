/* table.h - the file of strokes.c: characters, the most common ones first.
 *
 * Little-endian: the head; uint32_t codes [count]; uint32_t starts [count],
 * where a character's keys begin in what follows; keys, each NUL-terminated. */
#ifndef CONTENT_IME_TABLE_H
#define CONTENT_IME_TABLE_H

#include <stdint.h>

#define TABLE_MAGIC "YCSTR01\n"

enum { TABLE_CHARACTERS = 30000, TABLE_KEYS = 1 << 20 }; /* at most */

struct table_head {
    char magic[8];
    uint64_t seal;      /* FNV-1a of all that follows */
    uint32_t count;     /* characters */
    uint32_t key_bytes; /* NULs counted */
};

#endif
