/* Searching beside the screen: the newest question is the one that is answered,
 * and nothing outlives its being forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <poll.h>

#include "app/kiosk/seeker.h"

static struct seeker *seeker;

static const char *content(void)
{
    static char path[512];
    const char *build = getenv("BUILD");
    snprintf(path, sizeof(path), "%s/content.db",
             build ? build : "build/release");
    return path;
}

static int open_seeker(void **state)
{
    (void)state;
    seeker = seeker_new();
    seeker_open(seeker, content(), "2026-02-06");
    return 0;
}

static int close_seeker(void **state)
{
    (void)state;
    seeker_free(seeker);
    return 0;
}

static void ask(const char *query)
{
    seeker_ask(seeker, &(struct seeker_question){query, SEARCH_ANY, 50});
}

static bool is_readable(void)
{
    struct pollfd fd = {.fd = seeker_fd(seeker), .events = POLLIN};
    return poll(&fd, 1, 0) > 0;
}

static const struct search_answer *wait_for_answer(void)
{
    seeker_wait(seeker);
    assert_true(seeker_take(seeker));
    assert_false(seeker_busy(seeker));
    return seeker_answer(seeker);
}

static void an_answer_wakes_the_loop_once(void **state)
{
    (void)state;
    assert_null(seeker_answer(seeker));
    ask("工伤");
    assert_true(seeker_busy(seeker));
    seeker_wait(seeker);
    assert_true(is_readable());
    assert_true(seeker_take(seeker));
    assert_false(is_readable());
    assert_false(seeker_take(seeker));
    assert_true(seeker_answer(seeker)->result_count > 0);
    /* The same once more is no question. */
    ask("工伤");
    assert_false(seeker_busy(seeker));
}

/* As fast as nobody types: whatever was cancelled on the way, the last answer
 * is the one to the last question. */
static void the_newest_question_is_answered(void **state)
{
    static const char *const queries[] = {"工", "工资", "老板", "12351",
                                          "老板不给钱怎么办"};
    (void)state;
    for (int i = 0; i < 2000; i++) {
        ask(queries[i % 5]);
        if (i % 7 == 0)
            seeker_take(seeker);
        if (i % 131 == 0)
            seeker_open(seeker, content(), "2026-02-06");
    }
    ask("12351");
    ask("没签合同");
    const struct search_answer *answer = wait_for_answer();
    assert_true(answer->result_count > 0);
    assert_non_null(strstr(answer->results[0].title.text, "没签"));
}

/* What is taken stays until the next, whatever happens to the content. */
static void answers_outlive_the_content(void **state)
{
    (void)state;
    ask("没签合同");
    const struct search_answer *answer = wait_for_answer();
    seeker_open(seeker, content(), "2026-02-07");
    seeker_wait(seeker);
    assert_non_null(strstr(answer->results[0].title.text, "没签"));
    /* And it can be asked again: the content may be another. */
    ask("没签合同");
    assert_true(wait_for_answer()->result_count > 0);
}

static void nothing_is_left_of_it(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++) {
        ask("老板");
        if (i % 2) {
            seeker_wait(seeker);
            seeker_take(seeker);
        }
        assert_true(seeker_has_traces(seeker));
        seeker_forget(seeker);
        assert_false(seeker_has_traces(seeker));
        assert_false(seeker_busy(seeker));
        assert_false(is_readable());
        assert_false(seeker_take(seeker));
        assert_null(seeker_answer(seeker));
    }
}

static void an_empty_question_drops_the_answer(void **state)
{
    (void)state;
    ask("工伤");
    wait_for_answer();
    ask("");
    assert_null(seeker_answer(seeker));
    assert_false(seeker_busy(seeker));
    seeker_wait(seeker);
    assert_false(seeker_take(seeker));
}

/* The old one goes on when a new file cannot be used; without any, there is
 * nothing to find, and nobody waits for ever. */
static void a_bad_file_is_not_changed_to(void **state)
{
    (void)state;
    seeker_wait(seeker);
    seeker_open(seeker, "/dev/null", "2026-02-06");
    ask("工伤");
    assert_true(wait_for_answer()->result_count > 0);
    seeker_free(seeker);
    seeker = seeker_new();
    seeker_open(seeker, "/dev/null", "2026-02-06");
    ask("工伤");
    assert_int_equal(wait_for_answer()->result_count, 0);
}

int main(void)
{
#define CASE(name) \
    cmocka_unit_test_setup_teardown(name, open_seeker, close_seeker)
    const struct CMUnitTest tests[] = {
        CASE(an_answer_wakes_the_loop_once),
        CASE(the_newest_question_is_answered),
        CASE(answers_outlive_the_content),
        CASE(nothing_is_left_of_it),
        CASE(an_empty_question_drops_the_answer),
        CASE(a_bad_file_is_not_changed_to),
    };
    if (!search_keep_private())
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
