/* gesture.h - from one pointer to taps, drags and flings.
 *
 * A press that stays within the slop is a tap; one that leaves it drags, and a
 * drag released moving is a fling. Long presses mean nothing. A finger put on a
 * moving page stops it, and that touch is no tap: it is a drag from the start,
 * first by 0, 0. A drag counts from where the finger came down. */
#ifndef UI_GESTURE_H
#define UI_GESTURE_H

#include "ui/window.h"

enum gesture_kind {
    GESTURE_NONE,
    GESTURE_PRESS,   /* show what lies under the finger as pressed */
    GESTURE_UNPRESS, /* it became a drag or was cancelled: no longer pressed */
    GESTURE_TAP,     /* released on what was pressed, at x, y of the press */
    GESTURE_DRAG,    /* moved by dy (and dx) since the last */
    GESTURE_FLING,   /* released moving: velocity in px/s */
    GESTURE_REST,    /* a drag released at rest */
};

struct gesture_event {
    enum gesture_kind kind;
    int x, y, dx, dy;
    float velocity; /* px/s, down positive */
};

struct gesture {
    int slop;
    bool down, dragging, caught;
    int start_x, start_y, last_x, last_y;
    struct {
        int y;
        uint64_t time_ms;
    } trail[8]; /* newest last, for velocity */
    size_t trail_count;
};

void gesture_init(struct gesture *gesture, int slop_px);

/* At most two events come from one input (UNPRESS, then DRAG; DRAG, then FLING
 * when the release is elsewhere than the last move); returns how many.
 * `moving`: the page under the finger is coasting. */
size_t gesture_input(struct gesture *gesture, const struct input *input,
                     bool moving, struct gesture_event out[2]);

#endif
