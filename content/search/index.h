/* index.h - the tables that a search reads (search_* of schema.sql), made of
 * the rows of items and listings: for whoever writes a database.
 *
 * An entry is made of what the database holds, never of files, so that a build
 * and any row of imports end in the same index. */
#ifndef CONTENT_SEARCH_INDEX_H
#define CONTENT_SEARCH_INDEX_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

/* Items and rows whose rows were written, changed or deleted. Zero-initialise;
 * index_touched_fini frees. */
struct index_touched {
    int64_t *origins; /* item.number, or -listing_row.number */
    size_t count, capacity;
};
void index_touch_item(struct index_touched *touched, int64_t number);
void index_touch_row(struct index_touched *touched, int64_t number);
void index_touched_fini(struct index_touched *touched);

/* Everything, in place of what there was; an SQLite status, as below. */
int index_build(sqlite3 *db);

/* What was touched; entries that would be the same are left alone. */
int index_update(sqlite3 *db, struct index_touched *touched);

/* How many entries are not what they would be if they were made now, an index
 * that disagrees with its texts counting as one. */
size_t index_check(sqlite3 *db);

#endif
