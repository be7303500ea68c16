/* find.h - words looked for in a page: marked wherever they stand, and reached
 * without shaping what lies between.
 *
 * The texts of a view are gone through in reading order as they were given to
 * it, shaped or not; what matches is up to the caller. Marks belong to the view
 * and die with it. A mark that shows is drawn behind its characters with a line
 * below it, the chosen one in a frame, and each has a tick beside the page
 * where the scroll bar runs. */
#ifndef UI_FIND_H
#define UI_FIND_H

#include "ui/box.h"

/* More than anybody steps through; what is beyond is not marked. */
#define FIND_LIMIT 2000

/* Writes at most `limit` matches in the text, in order and apart, none empty;
 * returns how many. */
struct find_range {
    uint32_t start, end; /* bytes, on boundaries of characters */
};
typedef size_t find_in_text(void *user, const char *text, size_t limit,
                            struct find_range *out);

/* Marks what matches below `box`, but in nothing that stands aside, in place of
 * what was marked before. Returns how many marks there are now. find NULL:
 * none. None is chosen. */
size_t find_mark(struct view *view, struct box *box, find_in_text *find,
                 void *user);

/* Which mark is drawn in a frame; one that is not there: none. */
void find_choose(struct view *view, size_t mark);

/* The first mark that stands at or below a position of the page, where it is
 * expected if need be; the first of all when there is none further down. */
size_t find_below(const struct view *view, int position);

/* The position of the page at which a mark stands in the upper third of the
 * viewport; settles the page around it. */
int find_position(struct view *view, size_t mark, int viewport_px);

#endif
