/* seal.h - the SQL function seal(), for whoever opens a content database.
 *
 * seal(a, b, ...) is a 64-bit hash of its arguments' types and bytes. It finds
 * what a worn card or a bad cable did, not what somebody meant to do: that is
 * what signatures are for. */
#ifndef CONTENT_STORE_SEAL_H
#define CONTENT_STORE_SEAL_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

/* An SQLite status. */
int seal_register(sqlite3 *db);

/* FNV-1a: any change of one byte changes it. Start with SEAL_START. */
#define SEAL_START UINT64_C(0xcbf29ce484222325)
uint64_t seal_bytes(uint64_t seal, const void *bytes, size_t length);

#endif
