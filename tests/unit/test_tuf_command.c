/* test_tuf_command.c - yichuangctl tuf as it is called: the real program, its
 * exit status, its requests, and libc's clock (by faketime). Runs in the top
 * folder; BUILD names the build, build/release if it is not set. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/cycle.h"

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

/* Runs the command at the cycle's clock; what it says is kept in said. */
__attribute__((format(printf, 1, 2))) static int run(const char *format, ...)
{
    struct buf command = {0};
    const char *build = getenv("BUILD");
    va_list args;
    buf_printf(&command,
               "TZ=UTC ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0 "
               "tests/support/at.sh '%s' %s/yichuangctl tuf ",
               repo_date(cycle.clock.now), build ? build : "build/release");
    va_start(args, format);
    buf_vprintf(&command, format, args);
    va_end(args);
    buf_printf(&command, " 2>%s/said", repo->folder);
    int status = system(buf_text(&command));
    buf_fini(&command);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int run_init(void)
{
    return run("--metadata-dir %s/kept init %s/metadata/1.root.json",
               repo->folder, repo->folder);
}

static int run_refresh(void)
{
    return run("--metadata-url %smetadata/ --metadata-dir %s/kept refresh",
               server_url(cycle.server), repo->folder);
}

static int run_download(const char *names)
{
    return run("--metadata-url %smetadata/ --metadata-dir %s/kept %s "
               "--target-dir %s/got --target-base-url %stargets/ download",
               server_url(cycle.server), repo->folder, names, repo->folder,
               server_url(cycle.server));
}

static void refreshes(void **state)
{
    (void)state;
    repo_publish(repo);
    assert_int_equal(run_init(), 0);
    cycle_expect(&cycle, "");
    assert_true(cycle_same(&cycle, "root.json", "metadata/1.root.json"));
    assert_int_equal(run_refresh(), 0);
    cycle_expect(&cycle, "/metadata/2.root.json 404\n"
                         "/metadata/timestamp.json 200\n"
                         "/metadata/1.snapshot.json 200\n"
                         "/metadata/1.targets.json 200\n");
    assert_true(
        cycle_same(&cycle, "timestamp.json", "metadata/timestamp.json"));
    assert_true(
        cycle_same(&cycle, "snapshot.json", "metadata/1.snapshot.json"));
    assert_true(cycle_same(&cycle, "targets.json", "metadata/1.targets.json"));
    assert_int_equal(access(repo_path(repo, "kept/.floor"), F_OK), -1);
}

/* Several targets are one cycle; the first that fails ends it. */
static void downloads(void **state)
{
    (void)state;
    struct buf got = {0};
    repo->consistent = false;
    repo_delegate(repo, "targets", "area", "[\"u/*\"]", false);
    repo_target(repo, "area", "u/x", "of the area");
    repo_target(repo, "targets", "y", "y");
    repo_publish(repo);
    assert_int_equal(run_init(), 0);
    assert_int_equal(run_download("--target-name u/x --target-name y"), 0);
    cycle_expect(&cycle, "/metadata/2.root.json 404\n"
                         "/metadata/timestamp.json 200\n"
                         "/metadata/snapshot.json 200\n"
                         "/metadata/targets.json 200\n"
                         "/metadata/area.json 200\n"
                         "/targets/u/x 200\n"
                         "/targets/y 200\n");
    repo_get(repo, "got/u%2Fx", &got);
    assert_string_equal(buf_text(&got), "of the area");
    repo_delete(repo, "got/y");
    assert_int_equal(run_download("--target-name u/x --target-name none "
                                  "--target-name y"),
                     1);
    cycle_expect(&cycle, "/metadata/2.root.json 404\n"
                         "/metadata/timestamp.json 200\n");
    repo_get(repo, "said", &got);
    assert_non_null(strstr(buf_text(&got), "none: no such target"));
    buf_fini(&got);
}

/* By libc's clock: believed however far ahead, and never below what the
 * signers taught. */
static void clock_of_libc(void **state)
{
    (void)state;
    struct buf said = {0};
    repo_publish(repo);
    assert_int_equal(run_init(), 0);
    cycle.clock.now = CYCLE_NOW + 15 * CYCLE_DAY;
    assert_int_equal(run_refresh(), 1);
    repo_get(repo, "said", &said);
    assert_non_null(strstr(buf_text(&said), "timestamp.json: expired"));
    cycle.clock.now = CYCLE_NOW + 20 * 365 * (int64_t)CYCLE_DAY;
    assert_int_equal(run_refresh(), 1);
    repo_get(repo, "said", &said);
    assert_non_null(strstr(buf_text(&said), "root.json: expired"));
    cycle.clock.now = CYCLE_NOW - 5 * 365 * (int64_t)CYCLE_DAY;
    assert_int_equal(run_refresh(), 0);
    repo_set(repo_role(repo, "timestamp"), "x-issued",
             json_string(repo_date(CYCLE_NOW)));
    repo_update(repo);
    assert_int_equal(run_refresh(), 0);
    repo_expire(repo, "timestamp", CYCLE_NOW);
    repo_update(repo);
    assert_int_equal(run_refresh(), 1);
    buf_fini(&said);
}

static void wants_its_options(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "init",
        "refresh",
        "--metadata-dir",
        "--metadata-dir x",
        "--metadata-dir x init",
        "--metadata-dir x init a b",
        "--metadata-dir x refresh",
        "--metadata-dir x --metadata-url http://127.0.0.1:1/ refresh more",
        "--metadata-dir x --metadata-url file:///etc/ refresh",
        "--metadata-dir x --metadata-url http://127.0.0.1:1/ download",
        "--metadata-dir x --metadata-url http://127.0.0.1:1/ explode",
        "--metadata-dir x --unknown y refresh",
        "--metadata-dir /nowhere/at/all init /nowhere/root.json",
    };
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        if (run("%s", wrong[i]) != 1)
            fail_msg("%s", wrong[i]);
    /* an address without / at its end is meant with one */
    repo_publish(repo);
    assert_int_equal(run_init(), 0);
    assert_int_equal(
        run("--metadata-url %smetadata --metadata-dir %s/kept refresh",
            server_url(cycle.server), repo->folder),
        0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(refreshes),
        TEST(downloads),
        TEST(clock_of_libc),
        TEST(wants_its_options),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
