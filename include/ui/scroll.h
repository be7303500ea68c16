/* scroll.h - the position of a page that can be pushed, with inertia, stopping
 * at its edges. Time is given from outside, so scripts get the same pictures
 * every time. */
#ifndef UI_SCROLL_H
#define UI_SCROLL_H

#include <stdbool.h>
#include <stdint.h>

struct scroll {
    int position;           /* px hidden above the viewport, 0 … limit */
    int limit;              /* content height - viewport height, at least 0 */
    double exact, velocity; /* px, px/s */
    uint64_t time_ms;       /* of the last tick */
    bool moving;
};

void scroll_set_limit(struct scroll *scroll, int content_px, int viewport_px);
/* The same place of a page whose height turned out to be another: what moves
 * goes on moving from there. */
void scroll_correct(struct scroll *scroll, int content_px, int viewport_px,
                    int position);
void scroll_to(struct scroll *scroll, int position); /* stops it, clamps */
/* dy and velocity are those of the position: the opposite of the finger's. */
void scroll_by(struct scroll *scroll, int dy); /* a drag: stops, clamps */
void scroll_fling(struct scroll *scroll, double velocity, uint64_t now_ms);
/* Exponential friction, time constant 325 ms; stops under 20 px/s or at an
 * edge. True while it moves. */
bool scroll_tick(struct scroll *scroll, uint64_t now_ms);

#endif
