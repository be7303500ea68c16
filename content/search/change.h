/* change.h - what a full-text table is told of a text that changed a little.
 *
 * The table holds which texts have a token, not where nor how often. So of a
 * text that was and one that is, only the lines between the first and the last
 * that differ are told; a line ends at a FOLD_BREAK, as tokens do. A token of
 * the rest that these lines have too, or that begins like one of theirs, goes
 * and comes with them: told to go alone it would be lost, to come alone it
 * would be there twice, and FTS5 finds a text as often as it was told of it. */
#ifndef CONTENT_SEARCH_CHANGE_H
#define CONTENT_SEARCH_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum { CHANGE_BYTES_MAX = 4096 }; /* of what is lost; more is told whole */

struct change_text {
    const char *bytes; /* folded */
    size_t length;
};

/* Replaces gone by what to delete and come by what to insert then. title is
 * what else the row holds, unchanged. False: tell both texts whole. */
bool change_find(struct change_text title, struct change_text before,
                 struct change_text after, struct buf *gone, struct buf *come);

#endif
