/* ink.h - what a finger writes: strokes of points, in px of the pad. Fixed
 * room, so that nothing is allocated while somebody writes and all of it can be
 * wiped; what is beyond is left out. */
#ifndef UI_INK_H
#define UI_INK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INK_POINTS 4096
#define INK_STROKES 64

struct ink_point {
    int16_t x, y;
};

struct ink {
    struct ink_point points[INK_POINTS];
    uint16_t ends[INK_STROKES]; /* of each stroke: the index behind its last
                                   point; the last stroke may still grow */
    size_t point_count, stroke_count;
};

/* Begins a stroke; false when there is no room for another. */
bool ink_down(struct ink *ink, int x, int y);
/* Goes on with the last stroke; a point like the one before adds nothing. */
void ink_to(struct ink *ink, int x, int y);
void ink_clear(struct ink *ink); /* wipes it */

#endif
