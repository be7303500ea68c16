/* When the service does something by itself: weeks of it, told by a clock that
 * stands still between two looks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "app/syncd/schedule.h"
#include "base/civil.h"
#include "base/mem.h"
#include "content/backoff.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

/* 2026-11-25 12:00, a Wednesday. */
static int64_t noon(void)
{
    return civil_day_number(2026, 11, 25) * DAY + 12 * HOUR;
}

/* A kiosk, its clocks, and what it did. */
struct life {
    struct schedule schedule;
    struct moment now;
    bool server_down, silent;
    int64_t retry_after;
    int rounds, failures, scrubs;
    int64_t last_round; /* wall */
};

static struct life born(const char *kiosk)
{
    struct life life = {
        .schedule = {.kiosk = kiosk,
                     .network = true,
                     .window_start = HOUR,
                     .window = 6 * HOUR},
        .now = {.wall = noon(), .steady = 20},
    };
    schedule_start(&life.schedule, life.now);
    return life;
}

static void pass(struct life *life, int64_t seconds)
{
    life->now.wall += seconds;
    life->now.steady += seconds;
}

/* One turn of the service's loop. */
static void turn(struct life *life)
{
    const enum schedule_task task = schedule_due(&life->schedule, life->now);
    if (task == SCHEDULE_NOTHING) {
        pass(life, schedule_wait(&life->schedule, life->now));
        return;
    }
    schedule_begin(&life->schedule, task);
    pass(life, 30);
    schedule_end(&life->schedule, task, !life->server_down, life->retry_after,
                 life->now);
    if (task == SCHEDULE_SCRUB) {
        life->scrubs++;
    } else if (life->server_down) {
        life->failures++;
    } else {
        life->rounds++;
        life->last_round = life->now.wall;
    }
}

static void live(struct life *life, int64_t seconds)
{
    const int64_t end = life->now.steady + seconds;
    while (life->now.steady < end)
        turn(life);
}

static int64_t time_of_day(int64_t wall)
{
    return wall % DAY;
}

static void test_first_round_is_at_once(void **state)
{
    struct life life = born("kiosk-1");
    (void)state;
    turn(&life);
    assert_int_equal(life.rounds, 1);
    live(&life, 6 * HOUR);
    assert_int_equal(life.rounds, 1);
}

static void test_a_month(void **state)
{
    struct life life = born("kiosk-1");
    int64_t slot = -1;
    (void)state;
    live(&life, HOUR);
    for (int day = 0; day < 30; day++) {
        live(&life, DAY);
        assert_int_equal(life.rounds, day + 2);
        /* In the window, every day at the same minute. */
        assert_true(time_of_day(life.last_round) >= HOUR);
        assert_true(time_of_day(life.last_round) <= 7 * HOUR + MINUTE);
        if (slot >= 0)
            assert_int_equal(time_of_day(life.last_round) / MINUTE, slot);
        slot = time_of_day(life.last_round) / MINUTE;
    }
    assert_int_equal(life.scrubs, 4);
}

static void test_kiosks_are_spread(void **state)
{
    int hours[6] = {0};
    (void)state;
    for (int i = 0; i < 6000; i++) {
        char name[32];
        snprintf(name, sizeof(name), "kiosk-%d", i);
        const int64_t slot = backoff_slot(name, "round", 6 * HOUR);
        assert_true(slot >= 0 && slot < 6 * HOUR);
        hours[slot / HOUR]++;
    }
    /* 1000 each; eleven standard deviations are 300. */
    for (int i = 0; i < 6; i++)
        assert_in_range(hours[i], 700, 1300);
}

static void test_failures_wait_longer(void **state)
{
    struct life life = born("kiosk-1");
    (void)state;
    life.server_down = true;
    live(&life, DAY);
    /* 1, 2, 4 … minutes, then every 6 hours: not more than a dozen. */
    assert_in_range(life.failures, 8, 14);
    const int before = life.failures;
    live(&life, 7 * DAY);
    assert_in_range(life.failures - before, 20, 30);
    life.server_down = false;
    live(&life, 8 * HOUR);
    assert_int_equal(life.rounds, 1);
    live(&life, 10 * DAY);
    assert_in_range(life.rounds, 10, 11);
}

static void test_delays(void **state)
{
    (void)state;
    assert_int_equal(backoff_delay("k", 0, 0), 0);
    for (unsigned failures = 1; failures < 100; failures++) {
        const int64_t delay = backoff_delay("k", failures, 0);
        const int64_t step =
            failures > 9 ? BACKOFF_LONGEST : 60 * (1 << (failures - 1));
        assert_in_range(delay, step, step + step / 4);
    }
    assert_in_range(backoff_delay("k", 1000000, 0), BACKOFF_LONGEST,
                    BACKOFF_LONGEST * 5 / 4);
    assert_true(backoff_delay("k", 1, 7200) >= 7200);
    assert_true(backoff_delay("k", 1, INT64_MAX) <= BACKOFF_RETRY_MAX * 5 / 4);
    assert_true(backoff_delay("k", 1, -5) >= 60);
    /* Kiosks that failed together do not come back together. */
    assert_int_not_equal(backoff_delay("k", 6, 0), backoff_delay("l", 6, 0));
}

static void test_retry_after_is_obeyed(void **state)
{
    struct life life = born("kiosk-1");
    (void)state;
    life.server_down = true;
    life.retry_after = 4 * HOUR;
    turn(&life);
    assert_int_equal(life.failures, 1);
    const int64_t failed = life.now.steady;
    life.server_down = false;
    while (!life.rounds)
        turn(&life);
    assert_true(life.now.steady - failed >= 4 * HOUR);
    assert_true(life.now.steady - failed <= 5 * HOUR + MINUTE);
}

/* Switched off every evening, as most stations are. */
static void test_missed_slots_are_made_up_for(void **state)
{
    struct life life = born("kiosk-1");
    (void)state;
    live(&life, 8 * HOUR);
    for (int day = 1; day <= 20; day++) {
        struct schedule_memory memory = life.schedule.memory;
        life.now.wall = noon() + day * DAY - 4 * HOUR; /* 8:00 */
        life.now.steady = 15;
        life.schedule.memory = memory;
        schedule_start(&life.schedule, life.now);
        const int rounds = life.rounds;
        assert_int_equal(
            schedule_due(&life.schedule, life.now) == SCHEDULE_NETWORK, false);
        live(&life, 11 * MINUTE);
        assert_int_equal(life.rounds, rounds + 1);
        live(&life, 12 * HOUR);
        assert_int_equal(life.rounds, rounds + 1);
    }
    /* Never on at night, and scrubbed nevertheless. */
    assert_int_equal(life.scrubs, 1);
}

static void test_a_clock_that_jumps(void **state)
{
    struct life life = born("kiosk-1");
    (void)state;
    life.now.wall = 1000; /* 1970 */
    schedule_start(&life.schedule, life.now);
    live(&life, HOUR);
    assert_int_equal(life.rounds, 1);
    life.now.wall = noon(); /* NTP */
    live(&life, 25 * HOUR);
    assert_in_range(life.rounds, 2, 3);
    life.now.wall = 5000; /* the battery is gone */
    const int rounds = life.rounds;
    live(&life, 3 * DAY);
    assert_in_range(life.rounds - rounds, 3, 4);
    life.now.wall = -3 * DAY - 7; /* before 1970 */
    live(&life, 3 * DAY);
    assert_in_range(life.rounds - rounds, 5, 8);
}

static void test_interruptions(void **state)
{
    struct life life = born("kiosk-1");
    (void)state;
    live(&life, HOUR);
    live(&life, DAY);
    /* Killed in the middle: goes on at once. */
    for (int i = 0; i < 5; i++) {
        schedule_begin(&life.schedule, SCHEDULE_NETWORK);
        schedule_start(&life.schedule, life.now);
        assert_int_equal(schedule_due(&life.schedule, life.now),
                         SCHEDULE_NETWORK);
    }
    /* It may be the round that kills: later ones wait. */
    schedule_begin(&life.schedule, SCHEDULE_NETWORK);
    schedule_start(&life.schedule, life.now);
    assert_int_not_equal(schedule_due(&life.schedule, life.now),
                         SCHEDULE_NETWORK);
    live(&life, 3 * MINUTE);
    assert_false(life.schedule.memory.running);
    assert_int_equal(life.schedule.memory.interruptions, 0);
}

static void test_stopped_and_refused(void **state)
{
    struct life life = born("kiosk-1");
    (void)state;
    schedule_begin(&life.schedule, SCHEDULE_NETWORK);
    schedule_stopped(&life.schedule, SCHEDULE_NETWORK);
    assert_int_equal(schedule_due(&life.schedule, life.now), SCHEDULE_NETWORK);
    schedule_begin(&life.schedule, SCHEDULE_NETWORK);
    schedule_refused(&life.schedule, SCHEDULE_NETWORK, life.now);
    assert_int_equal(schedule_due(&life.schedule, life.now), SCHEDULE_NOTHING);
    live(&life, DAY);
    assert_int_equal(life.rounds, 1);
}

static void test_windows_over_midnight(void **state)
{
    struct life life = born("kiosk-7");
    (void)state;
    life.schedule.window_start = 22 * HOUR;
    life.schedule.window = 5 * HOUR;
    live(&life, HOUR);
    for (int day = 0; day < 10; day++) {
        live(&life, DAY);
        assert_int_equal(life.rounds, day + 2);
        assert_true((time_of_day(life.last_round) + 2 * HOUR) % DAY <=
                    5 * HOUR + MINUTE);
    }
}

static void test_without_network(void **state)
{
    struct life life = born("kiosk-1");
    (void)state;
    life.schedule.network = false;
    live(&life, 30 * DAY);
    assert_int_equal(life.rounds, 0);
    assert_int_equal(life.scrubs, 4);
    assert_int_equal(schedule_next_network(&life.schedule, life.now), 0);
}

static void test_next_is_told(void **state)
{
    struct life life = born("kiosk-1");
    (void)state;
    turn(&life);
    const int64_t next = schedule_next_network(&life.schedule, life.now);
    while (life.rounds == 1)
        turn(&life);
    assert_int_equal(life.last_round - 30, next);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_round_is_at_once),
        cmocka_unit_test(test_a_month),
        cmocka_unit_test(test_kiosks_are_spread),
        cmocka_unit_test(test_failures_wait_longer),
        cmocka_unit_test(test_delays),
        cmocka_unit_test(test_retry_after_is_obeyed),
        cmocka_unit_test(test_missed_slots_are_made_up_for),
        cmocka_unit_test(test_a_clock_that_jumps),
        cmocka_unit_test(test_interruptions),
        cmocka_unit_test(test_stopped_and_refused),
        cmocka_unit_test(test_windows_over_midnight),
        cmocka_unit_test(test_without_network),
        cmocka_unit_test(test_next_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
