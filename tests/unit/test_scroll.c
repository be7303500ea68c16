/* A page that can be pushed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui/scroll.h"

static void drags_stop_at_the_edges(void **state)
{
    (void)state;
    struct scroll scroll = {0};
    scroll_set_limit(&scroll, 3000, 1600);
    assert_int_equal(scroll.limit, 1400);
    scroll_by(&scroll, -10);
    assert_int_equal(scroll.position, 0);
    scroll_by(&scroll, 1000);
    assert_int_equal(scroll.position, 1000);
    scroll_by(&scroll, 2147483647);
    assert_int_equal(scroll.position, 1400);
    scroll_to(&scroll, 77);
    assert_int_equal(scroll.position, 77);
    scroll_to(&scroll, -5);
    assert_int_equal(scroll.position, 0);
    scroll_to(&scroll, 1400);
    scroll_set_limit(&scroll, 2000, 1600);
    assert_int_equal(scroll.position, 400);
    scroll_set_limit(&scroll, 100, 1600);
    assert_int_equal(scroll.position, 0);
    assert_int_equal(scroll.limit, 0);
    scroll_fling(&scroll, 3000, 0);
    assert_false(scroll_tick(&scroll, 16));
    assert_int_equal(scroll.position, 0);
}

/* Heights that became known: the place stays, and so does the speed. */
static void corrections_stop_nothing(void **state)
{
    (void)state;
    struct scroll scroll = {0};
    scroll_set_limit(&scroll, 5000, 1000);
    scroll_to(&scroll, 2000);
    scroll_fling(&scroll, 3000, 0);
    scroll_tick(&scroll, 16);
    int position = scroll.position;
    double velocity = scroll.velocity;
    scroll_correct(&scroll, 5300, 1000, position + 300);
    assert_int_equal(scroll.position, position + 300);
    assert_int_equal(scroll.limit, 4300);
    assert_true(scroll.moving && scroll.velocity == velocity);
    scroll_tick(&scroll, 32);
    assert_in_range(scroll.position, position + 330, position + 350);
    scroll_correct(&scroll, 5300, 1000, 100000);
    assert_int_equal(scroll.position, 4300);
    assert_false(scroll.moving);
    scroll_correct(&scroll, 5300, 1000, -5);
    assert_int_equal(scroll.position, 0);
}

static int fling(int limit, int from, double velocity, int step_ms, int *ms_out)
{
    struct scroll scroll = {0};
    uint64_t now = 5000;
    scroll_set_limit(&scroll, limit, 0);
    scroll_to(&scroll, from);
    scroll_fling(&scroll, velocity, now);
    while (scroll_tick(&scroll, now)) {
        assert_true(scroll.position >= 0 && scroll.position <= limit);
        now += (uint64_t)step_ms;
    }
    *ms_out = (int)(now - 5000);
    assert_false(scroll.moving);
    return scroll.position;
}

static void a_fling_is_the_same_however_often_it_is_looked_at(void **state)
{
    (void)state;
    static const int steps[] = {1, 3, 8, 16, 17, 33, 100, 4999};
    int ms, first = fling(100000, 100, 3000, 1, &ms);
    /* 3000 px/s over 325 ms, less what is left below 20 px/s. */
    assert_in_range(first, 100 + 955, 100 + 975);
    assert_in_range(ms, 1500, 1700);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        assert_int_equal(fling(100000, 100, 3000, steps[i], &ms), first);
}

static void a_fling_stops_at_the_edges(void **state)
{
    (void)state;
    int ms;
    assert_int_equal(fling(500, 100, 3000, 16, &ms), 500);
    assert_in_range(ms, 100, 400);
    assert_int_equal(fling(500, 100, -3000, 16, &ms), 0);
    assert_int_equal(fling(500, 250, 15, 16, &ms), 250);
    assert_int_equal(fling(500, 500, 3000, 16, &ms), 500);
}

static void a_finger_stops_it(void **state)
{
    (void)state;
    struct scroll scroll = {0};
    scroll_set_limit(&scroll, 100000, 1000);
    scroll_fling(&scroll, 5000, 0);
    assert_true(scroll_tick(&scroll, 100));
    int position = scroll.position;
    assert_true(position > 300);
    scroll_by(&scroll, 0);
    assert_false(scroll_tick(&scroll, 200));
    assert_int_equal(scroll.position, position);
}

static void a_clock_that_goes_back_moves_nothing(void **state)
{
    (void)state;
    struct scroll scroll = {0};
    scroll_set_limit(&scroll, 100000, 1000);
    scroll_fling(&scroll, 5000, 1000);
    assert_true(scroll_tick(&scroll, 10));
    assert_int_equal(scroll.position, 0);
    assert_true(scroll_tick(&scroll, 110));
    assert_true(scroll.position > 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drags_stop_at_the_edges),
        cmocka_unit_test(corrections_stop_nothing),
        cmocka_unit_test(a_fling_is_the_same_however_often_it_is_looked_at),
        cmocka_unit_test(a_fling_stops_at_the_edges),
        cmocka_unit_test(a_finger_stops_it),
        cmocka_unit_test(a_clock_that_goes_back_moves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
