#include "ui/gesture.h"

#include "base/mem.h"

#define TRAIL_MS 100      /* what counts as the speed of the hand */
#define FLING_SLOWEST 120 /* px/s; below, the page was put down */
#define FLING_FASTEST                                      \
    9000 /* px/s; a panel that skips must not throw a page \
          */

void gesture_init(struct gesture *gesture, int slop_px)
{
    *gesture = (struct gesture){.slop = slop_px};
}

static void trail_add(struct gesture *gesture, const struct input *input)
{
    if (gesture->trail_count == COUNT_OF(gesture->trail)) {
        gesture->trail_count--;
        memmove(&gesture->trail[0], &gesture->trail[1],
                gesture->trail_count * sizeof(gesture->trail[0]));
    }
    gesture->trail[gesture->trail_count].y = input->y;
    gesture->trail[gesture->trail_count].time_ms = input->time_ms;
    gesture->trail_count++;
}

/* From the oldest point of the last 100 ms to the newest. */
static float trail_velocity(const struct gesture *gesture)
{
    size_t last = gesture->trail_count - 1, first = last;
    uint64_t now = gesture->trail[last].time_ms;
    while (first > 0 && now - gesture->trail[first - 1].time_ms <= TRAIL_MS)
        first--;
    uint64_t elapsed = now - gesture->trail[first].time_ms;
    if (!elapsed)
        return 0;
    float velocity = (float)(gesture->trail[last].y - gesture->trail[first].y) *
                     1000 / (float)elapsed;
    return velocity > FLING_FASTEST    ? FLING_FASTEST
           : velocity < -FLING_FASTEST ? -FLING_FASTEST
                                       : velocity;
}

static bool wandered(const struct gesture *gesture, const struct input *input)
{
    int64_t dx = (int64_t)input->x - gesture->start_x;
    int64_t dy = (int64_t)input->y - gesture->start_y;
    return dx * dx + dy * dy > (int64_t)gesture->slop * gesture->slop;
}

/* A caught page is dragged from the first pixel: the finger already holds
 * it. A drag by nothing stops it. */
static size_t press(struct gesture *gesture, const struct input *input,
                    bool moving, struct gesture_event out[2])
{
    int slop = gesture->slop;
    *gesture = (struct gesture){
        .slop = slop,
        .down = true,
        .dragging = moving,
        .caught = moving,
        .start_x = input->x,
        .start_y = input->y,
        .last_x = input->x,
        .last_y = input->y,
    };
    trail_add(gesture, input);
    out[0] = (struct gesture_event){
        .kind = moving ? GESTURE_DRAG : GESTURE_PRESS,
        .x = input->x,
        .y = input->y,
    };
    return 1;
}

static size_t move(struct gesture *gesture, const struct input *input,
                   struct gesture_event out[2])
{
    size_t count = 0;
    trail_add(gesture, input);
    if (!gesture->dragging) {
        if (!wandered(gesture, input))
            return 0;
        gesture->dragging = true;
        out[count++] = (struct gesture_event){
            .kind = GESTURE_UNPRESS,
            .x = gesture->start_x,
            .y = gesture->start_y,
        };
    }
    if (input->x == gesture->last_x && input->y == gesture->last_y)
        return count;
    out[count++] = (struct gesture_event){
        .kind = GESTURE_DRAG,
        .x = input->x,
        .y = input->y,
        .dx = input->x - gesture->last_x,
        .dy = input->y - gesture->last_y,
    };
    gesture->last_x = input->x;
    gesture->last_y = input->y;
    return count;
}

/* A release elsewhere than the last move: the page goes there first, so that
 * the drag is as long as the finger's way. */
static size_t release(struct gesture *gesture, const struct input *input,
                      struct gesture_event out[2])
{
    bool jumped = !gesture->dragging && wandered(gesture, input);
    gesture->down = false;
    if (jumped) {
        out[0] = (struct gesture_event){
            .kind = GESTURE_UNPRESS,
            .x = gesture->start_x,
            .y = gesture->start_y,
        };
        return 1;
    }
    if (!gesture->dragging) {
        out[0] = (struct gesture_event){
            .kind = GESTURE_TAP,
            .x = gesture->start_x,
            .y = gesture->start_y,
        };
        return 1;
    }
    size_t count = 0;
    if (input->x != gesture->last_x || input->y != gesture->last_y)
        count = move(gesture, input, out);
    else
        trail_add(gesture, input);
    float velocity = trail_velocity(gesture);
    bool fling = velocity >= FLING_SLOWEST || velocity <= -FLING_SLOWEST;
    out[count++] = (struct gesture_event){
        .kind = fling ? GESTURE_FLING : GESTURE_REST,
        .x = input->x,
        .y = input->y,
        .velocity = fling ? velocity : 0,
    };
    return count;
}

static size_t cancel(struct gesture *gesture, struct gesture_event out[2])
{
    bool dragging = gesture->dragging;
    gesture->down = gesture->dragging = false;
    out[0] = (struct gesture_event){
        .kind = dragging ? GESTURE_REST : GESTURE_UNPRESS,
        .x = gesture->last_x,
        .y = gesture->last_y,
    };
    return 1;
}

size_t gesture_input(struct gesture *gesture, const struct input *input,
                     bool moving, struct gesture_event out[2])
{
    if (input->kind == INPUT_PRESS)
        return press(gesture, input, moving, out);
    if (!gesture->down)
        return 0;
    switch (input->kind) {
    case INPUT_MOVE:
        return move(gesture, input, out);
    case INPUT_RELEASE:
        return release(gesture, input, out);
    case INPUT_CANCEL:
        return cancel(gesture, out);
    default:
        return 0;
    }
}
