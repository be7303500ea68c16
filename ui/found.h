/* found.h - the marks of find.h as the drawing sees them. Private to ui/. */
#ifndef UI_FOUND_H
#define UI_FOUND_H

#include "ui/box.h"

struct found {
    struct box *box;
    uint32_t start, end; /* bytes of its text */
};

/* The marks of one text, in order; NULL: none. */
const struct found *found_in(const struct view *view, const struct box *box,
                             size_t *count_out);

/* Where a mark stands in the view, px; expected where its text is not shaped.
 */
int found_y(const struct found *found);

#endif
