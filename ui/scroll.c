#include "ui/scroll.h"

#define SLOWEST 20.0 /* px/s */
/* exp(-1/325): what is left of the velocity after a millisecond. Stepping by
 * the millisecond makes the way independent of how often it is looked at and
 * of the C library's exp(). */
#define STEP_FRICTION 0.9969278057995146
#define STEPS_MOST 5000 /* any fling has stopped by then */

static void stop_at(struct scroll *scroll, double exact)
{
    scroll->exact = exact < 0               ? 0
                    : exact > scroll->limit ? scroll->limit
                                            : exact;
    scroll->position = (int)(scroll->exact + 0.5);
    scroll->exact = scroll->position;
    scroll->velocity = 0;
    scroll->moving = false;
}

void scroll_set_limit(struct scroll *scroll, int content_px, int viewport_px)
{
    scroll->limit = content_px > viewport_px ? content_px - viewport_px : 0;
    if (scroll->position > scroll->limit)
        stop_at(scroll, scroll->limit);
}

void scroll_correct(struct scroll *scroll, int content_px, int viewport_px,
                    int position)
{
    scroll->exact += position - scroll->position;
    scroll->position = position > 0 ? position : 0;
    scroll_set_limit(scroll, content_px, viewport_px);
}

void scroll_to(struct scroll *scroll, int position)
{
    stop_at(scroll, position);
}

void scroll_by(struct scroll *scroll, int dy)
{
    stop_at(scroll, (double)scroll->position + dy);
}

void scroll_fling(struct scroll *scroll, double velocity, uint64_t now_ms)
{
    scroll->exact = scroll->position;
    scroll->velocity = velocity;
    scroll->time_ms = now_ms;
    scroll->moving = scroll->limit > 0;
}

bool scroll_tick(struct scroll *scroll, uint64_t now_ms)
{
    if (!scroll->moving)
        return false;
    uint64_t steps = now_ms > scroll->time_ms ? now_ms - scroll->time_ms : 0;
    scroll->time_ms = now_ms;
    if (steps > STEPS_MOST)
        steps = STEPS_MOST;
    for (; steps; steps--) {
        scroll->velocity *= STEP_FRICTION;
        scroll->exact += scroll->velocity / 1000;
        bool edge = scroll->exact <= 0 || scroll->exact >= scroll->limit;
        bool slow = scroll->velocity < SLOWEST && scroll->velocity > -SLOWEST;
        if (edge || slow) {
            stop_at(scroll, scroll->exact);
            return false;
        }
    }
    scroll->position = (int)(scroll->exact + 0.5);
    return true;
}
