/* When a visitor has gone: the state machine of app/kiosk/idle.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "app/kiosk/idle.h"

enum { IDLE_S = 60, COUNT_S = 15, ATTRACT_S = 180 };

static struct idle busy(uint64_t now)
{
    struct idle idle;
    idle_init(&idle, IDLE_S, COUNT_S, ATTRACT_S, now);
    assert_false(idle_activity(&idle, now));
    return idle;
}

static void test_countdown_then_home(void **state)
{
    struct idle idle = busy(1000);
    (void)state;
    assert_int_equal(idle_tick(&idle, true, 60999), IDLE_NOTHING);
    assert_int_equal(idle_tick(&idle, true, 61000), IDLE_ASK);
    assert_int_equal(idle_seconds_left(&idle, 61000), COUNT_S);
    assert_int_equal(idle_tick(&idle, true, 61999), IDLE_NOTHING);
    assert_int_equal(idle_tick(&idle, true, 62001), IDLE_SECOND);
    assert_int_equal(idle_seconds_left(&idle, 62001), COUNT_S - 1);
    assert_int_equal(idle_tick(&idle, true, 76000), IDLE_LEAVE);
    assert_int_equal(idle.state, IDLE_HOME);
}

static void test_touch_keeps_visitor(void **state)
{
    struct idle idle = busy(0);
    (void)state;
    assert_false(idle_activity(&idle, 59999));
    assert_int_equal(idle_tick(&idle, true, 119998), IDLE_NOTHING);
    assert_int_equal(idle_tick(&idle, true, 119999), IDLE_ASK);
    /* The touch that answers the question does nothing else. */
    assert_true(idle_activity(&idle, 120500));
    assert_int_equal(idle.state, IDLE_BUSY);
    assert_false(idle_activity(&idle, 121000));
}

static void test_nobody_to_ask(void **state)
{
    struct idle idle = busy(0);
    (void)state;
    assert_int_equal(idle_tick(&idle, false, 60000), IDLE_LEAVE);
    assert_int_equal(idle.state, IDLE_HOME);
}

static void test_attract(void **state)
{
    struct idle idle;
    (void)state;
    idle_init(&idle, IDLE_S, COUNT_S, ATTRACT_S, 0);
    assert_int_equal(idle_tick(&idle, false, 179999), IDLE_NOTHING);
    assert_int_equal(idle_tick(&idle, false, 180000), IDLE_PLAY);
    assert_int_equal(idle_tick(&idle, false, 188999), IDLE_NOTHING);
    assert_int_equal(idle_tick(&idle, false, 189000), IDLE_TURN);
    assert_true(idle_activity(&idle, 190000));
    assert_int_equal(idle.state, IDLE_BUSY);
}

static void test_attract_switched_off(void **state)
{
    struct idle idle;
    (void)state;
    idle_init(&idle, IDLE_S, COUNT_S, 0, 0);
    assert_int_equal(idle_tick(&idle, false, 100000000), IDLE_NOTHING);
    assert_int_equal(idle_next(&idle, 100000000), -1);
}

/* Sleeping for idle_next never sleeps past an event. */
static void test_next_is_never_late(void **state)
{
    struct idle idle = busy(0);
    uint64_t now = 0;
    (void)state;
    for (int events = 0; events < 24;) {
        int next = idle_next(&idle, now);
        assert_in_range(next, 0, ATTRACT_S * 1000);
        if (next > 1)
            assert_int_equal(idle_tick(&idle, true, now + (uint64_t)next - 1),
                             IDLE_NOTHING);
        now += (uint64_t)next;
        enum idle_event event = idle_tick(&idle, true, now);
        if (event == IDLE_NOTHING)
            now++;
        else
            events++;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_countdown_then_home),
        cmocka_unit_test(test_touch_keeps_visitor),
        cmocka_unit_test(test_nobody_to_ask),
        cmocka_unit_test(test_attract),
        cmocka_unit_test(test_attract_switched_off),
        cmocka_unit_test(test_next_is_never_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
