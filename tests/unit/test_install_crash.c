/* test_install_crash.c - the power goes, or the space, or the disk, at every
 * point of an import: what is on board afterwards is the old or the new
 * generation, whole, and the next try goes on by itself. */
#include "content/install.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "content/store.h"
#include "support/issuer.h"
#include "support/crashvfs.h"
#include "support/served.h"

enum { STEPS = 5, POINTS = 600 };

static char folder[] = "/dev/shm/yichuang-crash-XXXXXX";
static char *state_folder, *database;
static struct shelf *shelf;
static struct issuer steps[STEPS]; /* the publisher, as of each import */
static struct buf dumps[STEPS];    /* what each of them shows */

static void clear(void)
{
    const struct tree nothing = {0};
    tree_save(&nothing, state_folder);
}

static enum install_result apply(size_t step, struct install_report *report)
{
    return issuer_apply(&steps[step], 1, state_folder, shelf, report);
}

static void next_edition(struct tree *tree, size_t step)
{
    char path[64], text[512];
    for (unsigned i = 0; i < 12; i++) {
        snprintf(path, sizeof(path), "articles/news/s%zu-%u.md", step, i);
        snprintf(text, sizeof(text),
                 "---\ntitle: 第%zu天第%u条\ndate: 2026-02-0%zu\n---\n"
                 "第%zu天的第%u条消息，看[[guides/wage/arrears]]。\n",
                 step, i, step + 1, step, i);
        tree_puts(tree, path, text);
    }
    snprintf(path, sizeof(path), "articles/news/s%zu-3.md", step - 1);
    tree_remove(tree, path);
    snprintf(text, sizeof(text),
             "---\ntitle: 欠薪怎么办（%zu）\nreviewed: 2026-01-15\n---\n"
             "先收集证据，再去投诉，第%zu次改写。\n",
             step, step);
    tree_puts(tree, "guides/wage/arrears.md", text);
    if (step % 2)
        tree_remove(tree, "papers/grb/2026-02-05/issue.yaml");
}

/* Five imports, the last of them a full pack. */
static int publish(void **unused)
{
    (void)unused;
    struct issuer area = {.name = "520103"};
    struct install_report report;
    struct buf path = {0};
    if (access("/dev/shm", W_OK) != 0)
        strcpy(folder, "/tmp/yichuang-crash-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    buf_printf(&path, "%s/state", folder);
    state_folder = xstrdup(path.data);
    buf_puts(&path, "/content.db");
    database = path.data;
    chmod(folder, 0755);
    shelf = shelf_new();
    tree_load(&area.now, "tests/unit/data-edition/small");
    for (size_t i = 0; i < STEPS; i++) {
        if (i)
            next_edition(&area.now, i);
        issuer_pack(shelf, &area, i == 0 || i == STEPS - 1);
        steps[i] = area;
        assert_int_equal(apply(i, &report), INSTALL_DONE);
        install_report_fini(&report);
        served_dump(database, &dumps[i]);
    }
    issuer_fini(&area);
    for (size_t i = 0; i < STEPS; i++) {
        memset(&steps[i].now, 0, sizeof(steps[i].now));
        memset(&steps[i].packed, 0, sizeof(steps[i].packed));
    }
    crash_register();
    return 0;
}

static int finish(void **unused)
{
    (void)unused;
    clear();
    rmdir(state_folder);
    rmdir(folder);
    shelf_free(shelf);
    for (size_t i = 0; i < STEPS; i++)
        buf_fini(&dumps[i]);
    free(state_folder);
    free(database);
    return 0;
}

/* Which of the imports is on board; -1: nothing is. */
static int on_board(void)
{
    struct buf dump = {0};
    int step = -1;
    if (access(database, F_OK) != 0)
        return -1;
    served_dump(database, &dump);
    for (int i = 0; i < STEPS && step < 0; i++)
        if (dump.length == dumps[i].length &&
            !memcmp(dump.data, dumps[i].data, dump.length))
            step = i;
    if (step < 0)
        fail_msg("neither the old nor the new generation: %.2000s", dump.data);
    buf_fini(&dump);
    return step;
}

static void expect_sound(void)
{
    struct install_report report;
    const struct install_objects objects = shelf_objects(shelf);
    assert_int_equal(install_scrub(state_folder, &objects, NULL, &report),
                     INSTALL_NOTHING_NEW);
    assert_int_equal(report.damaged, 0);
    install_report_fini(&report);
}

/* Imports until one fails; how many were acknowledged. */
static size_t run_steps(size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        struct install_report report;
        enum install_result result = apply(i, &report);
        install_report_fini(&report);
        if (result != INSTALL_DONE && result != INSTALL_NOTHING_NEW)
            return i;
    }
    return to;
}

static off_t log_size(void)
{
    struct stat info;
    struct buf path = {0};
    buf_printf(&path, "%s-wal", database);
    off_t size = stat(buf_text(&path), &info) == 0 ? info.st_size : 0;
    buf_fini(&path);
    return size;
}

/* Another process, which may write nothing. If it comes before the service has
 * looked, SQLite 3.40 gets lost in a log that has its header and no more. */
static void expect_kiosk_reads(void)
{
    enum { HEADER_BYTES = 32 };
    if (log_size() == HEADER_BYTES)
        assert_true(install_recover(state_folder));
    int status = -1;
    pid_t kiosk = fork();
    if (!kiosk) {
        enum store_error error;
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
            _exit(10);
        _exit(store_open(database, &error) ? 0 : 11);
    }
    assert_int_equal(waitpid(kiosk, &status, 0), kiosk);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* All that follow, from whatever is on board. */
static void go_on(int step)
{
    struct install_report report;
    for (size_t i = (size_t)(step + 1); i < STEPS; i++) {
        assert_int_equal(apply(i, &report), INSTALL_DONE);
        install_report_fini(&report);
    }
    assert_int_equal(on_board(), STEPS - 1);
    expect_sound();
}

static void power_cuts(void **unused)
{
    (void)unused;
    clear();
    crash_arm(CRASH_DROP, 0, 1);
    assert_int_equal(run_steps(0, STEPS), STEPS);
    long operations = crash_operations();
    crash_forget();
    size_t cuts = 0;
    for (unsigned point = 0; point < POINTS; point++) {
        enum crash_kind kind = point % CRASH_KIND_COUNT;
        long at = 1 + (long)((unsigned long)operations * point / POINTS);
        clear();
        crash_arm(kind, at, point + 1);
        size_t acknowledged = run_steps(0, STEPS);
        cuts += crash_happened();
        crash_restart(state_folder);
        crash_arm(CRASH_DROP, 0, 1);
        if (access(database, F_OK) == 0)
            expect_kiosk_reads();
        int step = on_board();
        /* A step is one more than its number; the next may be there too. */
        if (step + 1 != (int)acknowledged && step != (int)acknowledged)
            fail_msg("cut %ld, kind %d: %zu acknowledged, but %d is on board",
                     at, (int)kind, acknowledged, step);
        if (step >= 0) {
            assert_true(install_recover(state_folder));
            assert_int_equal(log_size(), 0);
            expect_kiosk_reads();
            assert_int_equal(on_board(), step);
            expect_sound();
        }
        go_on(step);
        crash_forget();
    }
    print_message("%ld operations, %zu cuts\n", operations, cuts);
    assert_int_equal(cuts, POINTS);
}

static void disk_faults(void **unused)
{
    (void)unused;
    clear();
    crash_arm(CRASH_DROP, 0, 1);
    assert_int_equal(run_steps(0, 2), 2);
    long operations = crash_operations();
    crash_forget();
    for (long at = 1; at <= operations; at++)
        for (int kind = FAULT_FULL; kind < FAULT_KIND_END; kind++) {
            struct install_report report;
            clear();
            crash_arm((enum crash_kind)kind, at, 1);
            size_t done = 0;
            enum install_result result = INSTALL_DONE;
            for (; done < 2 && result == INSTALL_DONE; done++) {
                result = apply(done, &report);
                if (result == INSTALL_NO_SPACE)
                    assert_true(report.space_missing > 0);
                install_report_fini(&report);
            }
            if (result != INSTALL_DONE) {
                done--;
                assert_true(result == INSTALL_NO_SPACE ||
                            result == INSTALL_DISK);
                assert_true(kind == FAULT_IO || result == INSTALL_NO_SPACE ||
                            at > 0);
            }
            crash_arm(CRASH_DROP, 0, 1);
            int step = on_board();
            assert_true(step + 1 == (int)done || step == (int)done);
            if (step >= 0)
                expect_sound();
            for (size_t i = (size_t)(step + 1); i < 2; i++) {
                assert_int_equal(apply(i, &report), INSTALL_DONE);
                install_report_fini(&report);
            }
            assert_int_equal(on_board(), 1);
            crash_forget();
        }
    print_message("%ld operations\n", operations);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(power_cuts),
        cmocka_unit_test(disk_faults),
    };
    return cmocka_run_group_tests(tests, publish, finish);
}
