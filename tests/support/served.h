/* served.h - what a content database serves, as text in which numbers that
 * nobody sees do not occur: two databases with the same text show the same. */
#ifndef TESTS_SUPPORT_SERVED_H
#define TESTS_SUPPORT_SERVED_H

#include "base/buf.h"

void served_dump(const char *database, struct buf *out);
/* Every picture of `wanted` is in `database`, byte by byte. */
bool served_pictures(const char *database, const char *wanted);

#endif
