/* test_tuf_clock.c - judging dates on machines whose clock may say anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/cycle.h"

#define YEAR (365 * (int64_t)CYCLE_DAY)
#define IN_2099 4070908800 /* 2099-01-01 */

static struct cycle cycle;
static struct repo *const repo = &cycle.repo;

static int set_up(void **state)
{
    (void)state;
    cycle_open(&cycle);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    cycle_close(&cycle);
    return 0;
}

static void effective_time(void **state)
{
    (void)state;
    enum { FLOOR = 1700000000, DAYS_400 = 400 * CYCLE_DAY };
    static const struct {
        int64_t now;
        bool synchronised;
        int64_t built, floor, effective;
    } cases[] = {
        /* nothing is known: plain TUF */
        {0, false, 0, 0, 0},
        {IN_2099, false, 0, 0, IN_2099},
        {FLOOR - 1, false, 0, FLOOR, FLOOR},
        {FLOOR - 1, true, 0, FLOOR, FLOOR},
        {FLOOR, false, 0, FLOOR, FLOOR},
        {FLOOR + 1, false, 0, FLOOR, FLOOR + 1},
        {FLOOR + DAYS_400, false, 0, FLOOR, FLOOR + (int64_t)DAYS_400},
        {FLOOR + DAYS_400 + 1, false, 0, FLOOR, FLOOR},
        {FLOOR + DAYS_400 + 1, true, 0, FLOOR, FLOOR + DAYS_400 + 1},
        {-5, false, 0, FLOOR, FLOOR},
        /* the later of the two is the floor */
        {0, false, FLOOR, 0, FLOOR},
        {0, false, FLOOR, FLOOR + 7, FLOOR + 7},
        {0, false, FLOOR, FLOOR - 7, FLOOR},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct tuf_clock clock = {.now = cases[i].now,
                                  .synchronised = cases[i].synchronised,
                                  .built = cases[i].built};
        if (tuf_clock_effective(&clock, cases[i].floor) != cases[i].effective)
            fail_msg("case %zu", i);
    }
}

enum offer { FRESH, STALE, ROLLED };

/* What is offered to a client that has version 1; of FRESH and STALE it has
 * nothing but root. */
static void offer(enum offer what, int64_t stale)
{
    if (what == STALE) {
        repo_expire(repo, "timestamp", stale);
        repo_expire(repo, "snapshot", stale);
    }
    cycle_init(&cycle);
    if (what == ROLLED) {
        struct buf old = {0};
        repo_get(repo, "metadata/timestamp.json", &old);
        repo_update(repo);
        assert_int_equal(cycle_refresh(&cycle), TUF_OK);
        repo_put(repo, "metadata/timestamp.json", old.data, old.length);
        buf_fini(&old);
    }
}

/* The floor is ten days ago; nobody synchronises the clock. */
static void clocks(void **state)
{
    (void)state;
    const int64_t floor = CYCLE_NOW - 10 * CYCLE_DAY;
    const int64_t stale = floor - 20 * CYCLE_DAY;
    static const struct {
        const char *name;
        int64_t now; /* from CYCLE_NOW, or from 1970 when absolute */
        bool absolute;
        enum tuf_result network[3], stick[3]; /* by enum offer */
    } cases[] = {
#define ROW(a, b, c) {TUF_##a, TUF_##b, TUF_##c}
        {"1970", 0, true, ROW(OK, EXPIRED, ROLLED_BACK),
         ROW(OK, OK, ROLLED_BACK)},
        {"floor - 1 day", -11 * CYCLE_DAY, false, ROW(OK, EXPIRED, ROLLED_BACK),
         ROW(OK, OK, ROLLED_BACK)},
        {"right", 0, false, ROW(OK, EXPIRED, ROLLED_BACK),
         ROW(OK, OK, ROLLED_BACK)},
        /* within 400 days of the floor, so believed: even the fresh ones have
         * expired, by more than 180 days */
        {"+ 1 year", YEAR, false, ROW(EXPIRED, EXPIRED, ROLLED_BACK),
         ROW(EXPIRED, EXPIRED, ROLLED_BACK)},
        /* certainly wrong, so the floor is the time */
        {"2099", IN_2099, true, ROW(OK, EXPIRED, ROLLED_BACK),
         ROW(OK, OK, ROLLED_BACK)},
#undef ROW
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        for (int way = TUF_NETWORK; way <= TUF_STICK; way++)
            for (int what = FRESH; what <= ROLLED; what++) {
                cycle_open(&cycle);
                offer((enum offer)what, stale);
                cycle.way = (enum tuf_way)way;
                cycle.clock = (struct tuf_clock){
                    .now = cases[i].now + (cases[i].absolute ? 0 : CYCLE_NOW),
                    .built = floor,
                };
                enum tuf_result result = cycle_refresh(&cycle);
                enum tuf_result want = way == TUF_STICK
                                           ? cases[i].stick[what]
                                           : cases[i].network[what];
                bool old = way == TUF_STICK && what == STALE && want == TUF_OK;
                if (result != want || cycle.old != old)
                    fail_msg("%s, way %d, offer %d: %s%s", cases[i].name, way,
                             what, tuf_result_english(result),
                             cycle.old ? ", old" : "");
                cycle_close(&cycle);
            }
}

static void sticks_may_be_180_days_old(void **state)
{
    (void)state;
    cycle.way = TUF_STICK;
    repo_expire(repo, "timestamp", CYCLE_NOW);
    cycle_init(&cycle);
    cycle.clock.now = CYCLE_NOW - 1;
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    assert_false(cycle.old);
    cycle.clock.now = CYCLE_NOW;
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    assert_true(cycle.old);
    repo_expire(repo, "snapshot", CYCLE_NOW);
    repo_update(repo);
    cycle.clock.now = CYCLE_NOW + 180 * CYCLE_DAY;
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    assert_true(cycle.old);
    cycle.clock.now += 1;
    assert_int_equal(cycle_refresh(&cycle), TUF_EXPIRED);
    assert_int_equal(cycle_version(&cycle, "targets"), 2);
}

/* The rest of a stick must not have expired at all. */
static void sticks_must_be_right_otherwise(void **state)
{
    (void)state;
    static const char *const roles[] = {"root", "targets", "area"};
    for (size_t i = 0; i < COUNT_OF(roles); i++) {
        cycle_open(&cycle);
        cycle.way = TUF_STICK;
        repo_delegate(repo, "targets", "area", "[\"*\"]", false);
        repo_target(repo, "area", "x", "x");
        cycle_init(&cycle);
        assert_int_equal(cycle_download(&cycle, "x"), TUF_OK);
        repo_expire(repo, roles[i], CYCLE_NOW);
        repo_bump(repo, "root");
        repo_update(repo);
        if (cycle_download(&cycle, "x") != TUF_EXPIRED)
            fail_msg("%s", roles[i]);
        cycle_close(&cycle);
    }
}

static void issue(const char *role, int64_t when)
{
    repo_set(repo_role(repo, role), "x-issued", json_string(repo_date(when)));
}

/* A clock of 1970 learns what day it is at least. */
static void signers_teach_the_time(void **state)
{
    (void)state;
    cycle.clock = (struct tuf_clock){.now = 0};
    issue("timestamp", CYCLE_NOW);
    cycle_init(&cycle);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    assert_int_equal(cycle.time, CYCLE_NOW);
    repo_expire(repo, "timestamp", CYCLE_NOW - 1);
    issue("timestamp", CYCLE_NOW - CYCLE_DAY); /* not later: nothing new */
    repo_update(repo);
    assert_int_equal(cycle_refresh(&cycle), TUF_EXPIRED);
    assert_int_equal(cycle.time, CYCLE_NOW);
    /* without .floor the kept timestamp still says it */
    repo_delete(repo, "kept/.floor");
    assert_int_equal(cycle_refresh(&cycle), TUF_EXPIRED);
    assert_int_equal(cycle.time, CYCLE_NOW);
}

/* A root of the chain counts at once: it was issued after all that expired
 * before. */
static void roots_teach_within_the_cycle(void **state)
{
    (void)state;
    cycle.clock = (struct tuf_clock){.now = 0};
    cycle_init(&cycle);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    assert_int_equal(cycle.time, 0);
    issue("root", CYCLE_NOW);
    repo_bump(repo, "root");
    repo_expire(repo, "timestamp", CYCLE_NOW - 1);
    repo_update(repo);
    assert_int_equal(cycle_refresh(&cycle), TUF_EXPIRED);
    assert_int_equal(cycle.time, CYCLE_NOW);
    assert_int_equal(cycle_version(&cycle, "root"), 2);
}

/* Whoever stole the timestamp key can say that it is 2099, which stops the
 * client; a new key in root undoes what the old one taught. */
static void forgets_with_the_key(void **state)
{
    (void)state;
    cycle_init(&cycle);
    issue("timestamp", IN_2099);
    repo_expire(repo, "timestamp", IN_2099 + CYCLE_DAY);
    repo_publish(repo);
    assert_int_equal(cycle_refresh(&cycle), TUF_EXPIRED); /* snapshot */
    assert_int_equal(cycle_refresh(&cycle), TUF_EXPIRED); /* now root is */
    json_object_del(repo_role(repo, "timestamp")->body, "x-issued");
    repo_bump(repo, "root");
    repo_rotate(repo, "timestamp");
    repo_update(repo);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    assert_int_equal(cycle.time, CYCLE_NOW);
}

/* Another key's rotation is no reason to forget, although it makes the client
 * drop the timestamp that taught it. */
static void remembers_what_other_keys_taught(void **state)
{
    (void)state;
    cycle.clock = (struct tuf_clock){.now = 0};
    issue("timestamp", CYCLE_NOW);
    cycle_init(&cycle);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    json_object_del(repo_role(repo, "timestamp")->body, "x-issued");
    repo_bump(repo, "root");
    repo_rotate(repo, "snapshot");
    repo_update(repo);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    assert_int_equal(cycle.time, CYCLE_NOW);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    assert_int_equal(cycle.time, CYCLE_NOW);
}

/* A file that is refused teaches nothing. */
static void strangers_teach_nothing(void **state)
{
    (void)state;
    cycle_init(&cycle);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    struct repo_role *timestamp = repo_role(repo, "timestamp");
    struct signer *real = timestamp->signers[0];
    timestamp->signers[0] = repo_signer(repo);
    issue("timestamp", IN_2099);
    repo_update(repo);
    assert_int_equal(cycle_refresh(&cycle), TUF_BAD_SIGNATURE);
    signer_free(timestamp->signers[0]);
    timestamp->signers[0] = real;
    issue("timestamp", 0);
    repo_set(timestamp, "x-issued", json_string("soon")); /* no date: ignored */
    repo_update(repo);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    assert_int_equal(cycle.time, CYCLE_NOW);
}

/* Never from expires. */
static void expiry_dates_teach_nothing(void **state)
{
    (void)state;
    cycle.clock = (struct tuf_clock){.now = 0, .built = 1000};
    cycle_init(&cycle);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    assert_int_equal(cycle.time, 1000);
}

static void a_synchronised_clock_is_believed(void **state)
{
    (void)state;
    cycle_init(&cycle);
    cycle.clock = (struct tuf_clock){
        .now = IN_2099, .synchronised = true, .built = CYCLE_NOW};
    assert_int_equal(cycle_refresh(&cycle), TUF_EXPIRED);
    cycle.clock.synchronised = false;
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        cmocka_unit_test(effective_time),
        cmocka_unit_test(clocks),
        TEST(sticks_may_be_180_days_old),
        cmocka_unit_test(sticks_must_be_right_otherwise),
        TEST(signers_teach_the_time),
        TEST(roots_teach_within_the_cycle),
        TEST(forgets_with_the_key),
        TEST(remembers_what_other_keys_taught),
        TEST(strangers_teach_nothing),
        TEST(expiry_dates_teach_nothing),
        TEST(a_synchronised_clock_is_believed),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
