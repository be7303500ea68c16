/* place.h - where a reader is, in words and not in pixels: kept while another
 * screen is in front, and while the same one is built again in another size,
 * contrast, panel or generation. */
#ifndef APP_KIOSK_PLACE_H
#define APP_KIOSK_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/box.h"

/* Which leaf of the view (in reading order) is the first that shows, and how
 * far into it the edge is, in parts of its height (before it: negative). The
 * same screen built again has the same leaves, or nearly. All zero is the top.
 */
struct place {
    bool inside;
    size_t leaf;
    double part;
};

/* position: px of the view above the viewport; view NULL is the top. */
struct place place_of(const struct view *view, int position);
int place_position(const struct view *view, struct place place);

#endif
