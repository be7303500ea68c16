/* flow.h - long pages: a text is shaped when it comes near the viewport.
 *
 * A page of any length is laid out with the heights that its texts are expected
 * to have; those near the viewport are then shaped and get their true ones, and
 * those far from it are given back. What is read stays where it is: heights
 * that become known above it move the position along with it, those below move
 * nothing but, by a little, the scroll bar. A page of some thousand characters
 * is shaped at once: its heights are true from the beginning.
 *
 * Columns below columns are settled child by child; a row, grid or wrap near
 * the viewport is settled as a whole, however high. Once all of a page has been
 * settled it stands as view_layout would have placed it. */
#ifndef UI_FLOW_H
#define UI_FLOW_H

#include "ui/box.h"

/* Lays a page out for a width, as high as it is expected to be, and as far as
 * it goes without shaping. The stage settles the content it shows; a flowing
 * view elsewhere must be settled by its owner. */
void flow_layout(struct view *view, int width_px);

/* Makes the heights true around a viewport that hides `position` px of the
 * page; view->height may change. Returns the position at which what stood at
 * the viewport's upper edge stands there again: the same one when nothing
 * changed, and not yet clamped to the page. Of a view that does not flow, or
 * where it was settled before, this costs nothing. */
int flow_settle(struct view *view, int position, int viewport_px);

/* Where a reader is, so that it can be found again on the same page in another
 * size, or on its next generation: the first leaf of the page (in reading
 * order) that shows, how far the viewport's edge is into it, and by how many
 * px it is above it. */
struct flow_place {
    size_t leaf; /* from 1; 0: the top of the page */
    double part;
    int above;
};
struct flow_place flow_place(const struct view *view, int position);
/* Where the place is now; of a page that flows, where it is expected to be. */
int flow_position(const struct view *view, struct flow_place place);
/* Settles the page around the place and returns its position. */
int flow_settle_place(struct view *view, struct flow_place place,
                      int viewport_px);

#endif
