/* From fingers to taps, drags and flings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "ui/gesture.h"

/* Steps: kind (p press, P press on a moving page, m move, r release, c cancel),
 * x, y, milliseconds. The events expected, as `name` writes them. */
static const struct gesture_case {
    const char *name;
    struct {
        char kind;
        int x, y, ms;
    } steps[12];
    const char *expected;
} cases[] = {
    {"tap",
     {{'p', 100, 200, 0}, {'r', 100, 200, 80}},
     "press@100,200 tap@100,200 "},
    {"tap with a shaking hand",
     {{'p', 100, 200, 0},
      {'m', 106, 206, 20},
      {'m', 95, 197, 40},
      {'r', 103, 203, 80}},
     "press@100,200 tap@100,200 "},
    {"slop is a circle",
     {{'p', 0, 0, 0}, {'m', 9, 9, 20}, {'r', 9, 9, 130}},
     "press@0,0 unpress@0,0 drag+9,9 rest "},
    {"on the slop is inside",
     {{'p', 0, 0, 0}, {'m', 0, 12, 5}, {'r', 0, 12, 9}},
     "press@0,0 tap@0,0 "},
    {"drag put down at rest",
     {{'p', 100, 500, 0},
      {'m', 100, 480, 20},
      {'m', 103, 400, 40},
      {'r', 103, 400, 400}},
     "press@100,500 unpress@100,500 drag+0,-20 drag+3,-80 rest "},
    {"fling up",
     {{'p', 0, 1000, 0},
      {'m', 0, 960, 16},
      {'m', 0, 920, 32},
      {'m', 0, 880, 48},
      {'r', 0, 880, 48}},
     "press@0,1000 unpress@0,1000 drag+0,-40 drag+0,-40 drag+0,-40 "
     "fling-2500 "},
    {"fling down, fast hands are held back",
     {{'p', 0, 0, 0}, {'m', 0, 900, 10}, {'r', 0, 1800, 20}},
     "press@0,0 unpress@0,0 drag+0,900 drag+0,900 fling+9000 "},
    {"only the last 100 ms count",
     {{'p', 0, 0, 0},
      {'m', 0, 500, 50},
      {'m', 0, 510, 250},
      {'m', 0, 520, 300},
      {'r', 0, 530, 350}},
     "press@0,0 unpress@0,0 drag+0,500 drag+0,10 drag+0,10 drag+0,10 "
     "fling+200 "},
    {"no time, no speed",
     {{'p', 0, 0, 7}, {'m', 0, 300, 7}, {'r', 0, 300, 7}},
     "press@0,0 unpress@0,0 drag+0,300 rest "},
    {"slow drag is put down",
     {{'p', 0, 0, 0}, {'m', 0, 20, 50}, {'m', 0, 25, 130}, {'r', 0, 25, 150}},
     "press@0,0 unpress@0,0 drag+0,20 drag+0,5 rest "},
    {"released elsewhere without a move",
     {{'p', 0, 0, 0}, {'r', 0, 60, 90}},
     "press@0,0 unpress@0,0 "},
    {"cancelled press",
     {{'p', 5, 5, 0}, {'c', 5, 5, 10}, {'r', 5, 5, 20}},
     "press@5,5 unpress@5,5 "},
    {"cancelled drag",
     {{'p', 0, 0, 0}, {'m', 0, 50, 10}, {'c', 0, 0, 20}},
     "press@0,0 unpress@0,0 drag+0,50 rest "},
    {"a finger stops a moving page and is no tap",
     {{'P', 10, 10, 0}, {'r', 10, 10, 60}},
     "drag+0,0 rest "},
    {"a moving page is caught and pushed on, without slop",
     {{'P', 10, 10, 0},
      {'m', 10, 13, 20},
      {'m', 10, 43, 40},
      {'r', 10, 43, 40}},
     "drag+0,0 drag+0,3 drag+0,30 fling+825 "},
    {"moves and releases without a press",
     {{'m', 1, 1, 0}, {'r', 1, 1, 5}, {'c', 1, 1, 6}},
     ""},
    {"a press while pressed starts anew",
     {{'p', 0, 0, 0}, {'p', 50, 50, 10}, {'r', 50, 50, 20}},
     "press@0,0 press@50,50 tap@50,50 "},
    {"standing still while dragging says nothing",
     {{'p', 0, 0, 0}, {'m', 0, 40, 10}, {'m', 0, 40, 20}, {'c', 0, 40, 30}},
     "press@0,0 unpress@0,0 drag+0,40 rest "},
};

static void write_event(struct buf *out, const struct gesture_event *event)
{
    switch (event->kind) {
    case GESTURE_NONE:
        break;
    case GESTURE_PRESS:
        buf_printf(out, "press@%d,%d ", event->x, event->y);
        break;
    case GESTURE_UNPRESS:
        buf_printf(out, "unpress@%d,%d ", event->x, event->y);
        break;
    case GESTURE_TAP:
        buf_printf(out, "tap@%d,%d ", event->x, event->y);
        break;
    case GESTURE_DRAG:
        buf_printf(out, "drag+%d,%d ", event->dx, event->dy);
        break;
    case GESTURE_FLING:
        buf_printf(out, "fling%+d ", (int)event->velocity);
        break;
    case GESTURE_REST:
        buf_puts(out, "rest ");
        break;
    }
}

static enum input_kind kind_of(char letter)
{
    switch (letter) {
    case 'p':
    case 'P':
        return INPUT_PRESS;
    case 'm':
        return INPUT_MOVE;
    case 'r':
        return INPUT_RELEASE;
    default:
        return INPUT_CANCEL;
    }
}

static void gestures(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct gesture gesture;
        struct buf got = {0};
        gesture_init(&gesture, 12);
        for (size_t j = 0; cases[i].steps[j].kind; j++) {
            char letter = cases[i].steps[j].kind;
            struct input input = {kind_of(letter), cases[i].steps[j].x,
                                  cases[i].steps[j].y,
                                  (uint64_t)cases[i].steps[j].ms, 0};
            struct gesture_event out[2];
            size_t count = gesture_input(&gesture, &input, letter == 'P', out);
            assert_true(count <= 2);
            for (size_t k = 0; k < count; k++)
                write_event(&got, &out[k]);
        }
        if (strcmp(buf_text(&got), cases[i].expected))
            fail_msg("%s: %s", cases[i].name, buf_text(&got));
        buf_fini(&got);
    }
}

/* However a finger moves, the page goes as far as it did. */
static void drags_add_up(void **state)
{
    (void)state;
    unsigned seed = 20261120;
    for (int round = 0; round < 2000; round++) {
        struct gesture gesture;
        struct gesture_event out[2];
        gesture_init(&gesture, 12);
        int y = 500, sum = 0;
        bool dragged = false;
        struct input input = {INPUT_PRESS, 100, y, 1000, 0};
        gesture_input(&gesture, &input, false, out);
        for (int step = 0; step < 30; step++) {
            seed = seed * 1103515245u + 12345u;
            y += (int)(seed >> 16) % 41 - 20;
            input.kind = step == 29 ? INPUT_RELEASE : INPUT_MOVE;
            input.y = y;
            input.time_ms += seed >> 28;
            size_t count = gesture_input(&gesture, &input, false, out);
            for (size_t i = 0; i < count; i++)
                if (out[i].kind == GESTURE_DRAG) {
                    dragged = true;
                    sum += out[i].dy;
                }
        }
        assert_int_equal(sum, dragged ? y - 500 : 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gestures),
        cmocka_unit_test(drags_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
