/* sealed.h - damaged copies of the input methods' data files. */
#ifndef TESTS_SUPPORT_SEALED_H
#define TESTS_SUPPORT_SEALED_H

#include <stddef.h>

#include "base/buf.h"

enum { SEALED_FROM = 16 }; /* behind magic and seal */

/* Makes the seal fit what was changed behind it. */
void sealed_again(struct buf *bytes);
/* A new file with the first length bytes; unlink() and free() the path. */
char *sealed_save(const struct buf *bytes, size_t length);

#endif
