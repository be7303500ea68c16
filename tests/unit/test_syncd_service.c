/* The update service as it runs on a kiosk: the real program with real rounds,
 * a web server on the loopback and folders for sticks, asked over its socket.
 * Waiting is for what must come, up to a minute, never for how fast. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "content/control.h"
#include "content/install.h"
#include "content/store.h"
#include "support/area.h"
#include "support/repo.h"
#include "support/server.h"

static struct repo repo;
static struct server *server;
static struct area area;
static pid_t service;
static char network[4], url[128]; /* settings that a test may change */
static char second[256];          /* another repository's line, or "" */
static struct control_status status;

static void command(const char *format, ...)
{
    struct buf line = {0};
    va_list args;
    va_start(args, format);
    buf_vprintf(&line, format, args);
    va_end(args);
    if (system(line.data) != 0)
        fail_msg("%s", line.data);
    buf_fini(&line);
}

static int set_up(void **context)
{
    (void)context;
    repo_open(&repo, (int64_t)time(NULL));
    area_open(&area, &repo, "targets", "520103");
    server = server_start(repo.folder);
    service = 0;
    strcpy(network, "on");
    second[0] = 0;
    snprintf(url, sizeof(url), "%s", server ? server_url(server) : "");
    return server ? 0 : -1;
}

static void kill_service(void)
{
    if (service)
        kill(service, SIGKILL);
    while (service && waitpid(service, NULL, 0) < 0 && errno == EINTR)
        ;
    service = 0;
}

static int tear_down(void **context)
{
    (void)context;
    kill_service();
    server_stop(server);
    area_close(&area);
    repo_close(&repo);
    return 0;
}

static void start_service(void)
{
    char program[PATH_MAX], log[PATH_MAX];
    char *const tests = realpath("/proc/self/exe", NULL);
    struct buf settings = {0};
    snprintf(log, sizeof(log), "%s", repo_path(&repo, "log"));
    *strrchr(tests, '/') = 0;
    snprintf(program, sizeof(program), "%s/../yichuang-sync", tests);
    free(tests);
    buf_printf(&settings,
               "repository = guizhou %s %s\n%sarea = 520103\nkiosk = k1\n"
               "state = %s\nrun = %s\nnetwork = %s\n",
               url, repo_path(&repo, "metadata/1.root.json"), second,
               repo_path(&repo, "state"), repo_path(&repo, "run"), network);
    repo_put(&repo, "sync.conf", settings.data, settings.length);
    buf_fini(&settings);
    const char *config = repo_path(&repo, "sync.conf");
    service = fork();
    if (service == 0) {
        const int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
        dup2(fd, STDERR_FILENO);
        execl(program, program, "--allow-root", "--config", config, NULL);
        _exit(127);
    }
    assert_true(service > 0);
}

/* False while nobody listens. */
static bool try_ask(const char *request, char *line, size_t size)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = 0;
    ssize_t got = 1;
    snprintf(address.sun_path, sizeof(address.sun_path), "%s",
             repo_path(&repo, "run/sync.sock"));
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
        send(fd, request, strlen(request), MSG_NOSIGNAL) > 0)
        while (length + 1 < size && got > 0 && !memchr(line, '\n', length)) {
            got = read(fd, line + length, size - 1 - length);
            length += got > 0 ? (size_t)got : 0;
        }
    line[length] = 0;
    close(fd);
    return length && line[length - 1] == '\n';
}

static void show_log(void)
{
    struct buf log = {0};
    repo_get(&repo, "log", &log);
    print_message("%s\n", buf_text(&log));
    buf_fini(&log);
}

static void ask_status(void)
{
    char line[8192], reason[256];
    for (int i = 0; i < 1000; i++) {
        if (try_ask("{\"do\":\"status\"}\n", line, sizeof(line))) {
            if (!control_status_read(line, strlen(line), &status, reason))
                fail_msg("%s: %s", line, reason);
            return;
        }
        usleep(10000);
    }
    show_log();
    fail_msg("the service does not answer");
}

static bool wish(const char *request)
{
    struct control_answer answer;
    char line[8192], reason[256];
    if (!try_ask(request, line, sizeof(line)) ||
        !control_answer_read(line, strlen(line), &answer, reason)) {
        show_log();
        fail_msg("no answer to %s", request);
    }
    if (!answer.ok)
        assert_true(answer.text[0]);
    return answer.ok;
}

#define WAIT_FOR(condition)                                    \
    do {                                                       \
        int turns = 0;                                         \
        for (ask_status(); !(condition); ask_status()) {       \
            if (turns++ == 3000) {                             \
                show_log();                                    \
                fail_msg("waited in vain for %s", #condition); \
            }                                                  \
            usleep(10000);                                     \
        }                                                      \
    } while (0)

#define IDLE (!status.work && !status.waiting)

static void wait_for_result(enum control_work work, const char *result)
{
    WAIT_FOR(IDLE && status.last_work == work);
    if (strcmp(status.result, result) != 0) {
        show_log();
        fail_msg("%s (%s) in place of %s", status.result, status.result_text,
                 result);
    }
}

static uint32_t on_board(void)
{
    uint32_t seq = 0;
    return install_seq(repo_path(&repo, "state"), "guizhou", "520103", &seq)
               ? seq
               : 0;
}

/* The first day, served and trusted. */
static void begin(void)
{
    area_pack(&area, 0, 1);
    area_head(&area, 1);
    repo_publish(&repo);
}

static void publish(unsigned from, unsigned to)
{
    area_days(&area, from, to);
    area_head(&area, to);
    repo_update(&repo);
}

/* What is published now, as a stick that is not plugged in yet. */
static void make_stick(const char *name)
{
    command("mkdir -p %s/%s/YICHUANG/guizhou && cp -r %s/metadata %s/targets "
            "%s/%s/YICHUANG/guizhou/",
            repo.folder, name, repo.folder, repo.folder, repo.folder, name);
}

static void plug_in(const char *name)
{
    command("mkdir -p %s/run/sticks && mv %s/%s %s/run/sticks/%s", repo.folder,
            repo.folder, name, repo.folder, name);
}

static void pull_out(const char *name)
{
    command("mv %s/run/sticks/%s %s/%s", repo.folder, name, repo.folder, name);
}

static void test_network(void **context)
{
    (void)context;
    begin();
    start_service();
    wait_for_result(CONTROL_WORK_NETWORK, "updated");
    assert_string_equal(status.result_text, "已更新");
    assert_int_equal(status.generation, 1);
    assert_int_equal(on_board(), 1);
    assert_true(status.next_network > (int64_t)time(NULL));
    assert_true(status.next_network <= (int64_t)time(NULL) + 86400);
    publish(1, 3);
    assert_true(wish("{\"do\":\"install\"}\n"));
    WAIT_FOR(IDLE && status.generation == 2);
    assert_int_equal(on_board(), 3);
    assert_true(wish("{\"do\":\"install\"}\n"));
    wait_for_result(CONTROL_WORK_NETWORK, "current");
    assert_false(wish("{\"do\":\"cancel\"}\n"));
    assert_false(wish("{\"do\":\"install\",\"stick\":\"sdb1\"}\n"));
}

static void test_network_that_is_off_or_away(void **context)
{
    (void)context;
    begin();
    strcpy(network, "off");
    start_service();
    WAIT_FOR(true);
    assert_int_equal(status.next_network, 0);
    assert_false(wish("{\"do\":\"install\"}\n"));
    kill_service();
    strcpy(network, "on");
    strcpy(url, "http://127.0.0.1:1/");
    start_service();
    wait_for_result(CONTROL_WORK_NETWORK, "unreachable");
    const int64_t wait = status.next_network - (int64_t)time(NULL);
    assert_in_range(wait, 30, 76); /* a minute, and up to a quarter */
}

static void test_sticks(void **context)
{
    (void)context;
    begin();
    strcpy(network, "off");
    make_stick("sdb1");
    plug_in("sdb1"); /* before the start */
    start_service();
    wait_for_result(CONTROL_WORK_STICK, "updated");
    assert_string_equal(status.stick, "sdb1");
    assert_string_equal(status.sticks, "sdb1");
    assert_true(status.can_pull_out);
    assert_int_equal(on_board(), 1);
    pull_out("sdb1");
    WAIT_FOR(!status.sticks[0]);
    publish(1, 2);
    make_stick("sdc1");
    plug_in("sdc1"); /* while it runs */
    WAIT_FOR(IDLE && status.generation == 2);
    assert_int_equal(on_board(), 2);
    /* The old one once more, and somebody's photographs. */
    plug_in("sdb1");
    WAIT_FOR(IDLE && !strcmp(status.result, "older"));
    assert_string_equal(status.result_text, "本机已是更新的内容");
    assert_int_equal(on_board(), 2);
    command("mkdir -p %s/sdd1/DCIM", repo.folder);
    plug_in("sdd1");
    wait_for_result(CONTROL_WORK_STICK, "nothing_here");
    assert_string_equal(status.sticks, "sdc1 sdb1 sdd1");
    /* Again, because somebody said so. */
    assert_true(wish("{\"do\":\"install\",\"stick\":\"sdc1\"}\n"));
    wait_for_result(CONTROL_WORK_STICK, "current");
}

static void test_report_on_a_stick_that_asks(void **context)
{
    struct buf text = {0};
    (void)context;
    begin();
    strcpy(network, "off");
    make_stick("sdb1");
    command("mkdir %s/sdb1/YICHUANG/reports", repo.folder);
    start_service();
    plug_in("sdb1");
    wait_for_result(CONTROL_WORK_STICK, "updated");
    WAIT_FOR(status.can_pull_out);
    command("cat %s/run/sticks/sdb1/YICHUANG/reports/k1/*.txt >%s/report",
            repo.folder, repo.folder);
    repo_get(&repo, "report", &text);
    assert_non_null(strstr(text.data, "结果：已更新\n"));
    assert_non_null(strstr(text.data, "地区：520103\n"));
    buf_clear(&text);
    assert_true(file_read(status.report, 65536, &text));
    assert_non_null(strstr(text.data, "代码：updated\n"));
    buf_fini(&text);
}

/* Each is its own trust, and one that is away does not hold up the other. */
static void test_two_repositories(void **context)
{
    struct repo other;
    struct area common;
    (void)context;
    begin();
    repo_open(&other, (int64_t)time(NULL));
    /* Both began with the same keys. */
    static const char *const roles[] = {"timestamp", "snapshot", "targets"};
    for (size_t i = 0; i < COUNT_OF(roles); i++)
        repo_rotate(&other, roles[i]);
    area_open(&common, &other, "targets", "520000");
    area_pack(&common, 0, 5);
    area_head(&common, 5);
    repo_publish(&other);
    snprintf(second, sizeof(second), "repository = union %s %s\n",
             "http://127.0.0.1:1/", repo_path(&other, "metadata/1.root.json"));
    start_service();
    wait_for_result(CONTROL_WORK_NETWORK, "unreachable");
    assert_int_equal(on_board(), 1);
    assert_non_null(strstr(status.result_detail, "guizhou：已更新"));
    assert_non_null(strstr(status.result_detail, "union：读不到"));
    /* The other one comes on a stick, by itself. */
    command("mkdir -p %s/sdb1/Yichuang/UNION && cp -r %s/metadata %s/targets "
            "%s/sdb1/Yichuang/UNION/",
            repo.folder, other.folder, other.folder, repo.folder);
    plug_in("sdb1");
    wait_for_result(CONTROL_WORK_STICK, "updated");
    assert_int_equal(on_board(), 1);
    uint32_t seq = 0;
    assert_true(
        install_seq(repo_path(&repo, "state"), "union", "520000", &seq));
    assert_int_equal(seq, 5);
    /* Signed by one and called the other. */
    command(
        "mkdir -p %s/sdc1/YICHUANG && cp -r %s/run/sticks/sdb1/Yichuang/UNION "
        "%s/sdc1/YICHUANG/guizhou",
        repo.folder, repo.folder, repo.folder);
    plug_in("sdc1");
    wait_for_result(CONTROL_WORK_STICK, "bad_signature");
    assert_int_equal(on_board(), 1);
    area_close(&common);
    repo_close(&other);
}

/* A stick that only yichuang-mount can write on: the report is laid out for it,
 * and nobody is told to pull before it was taken. */
static void test_report_by_way_of_the_tray(void **context)
{
    (void)context;
    begin();
    strcpy(network, "off");
    make_stick("sdb1");
    command("mkdir -p %s/sdb1/YICHUANG/reports %s/run/reports && "
            "touch %s/sdb1/YICHUANG/reports/k1",
            repo.folder, repo.folder, repo.folder);
    start_service();
    plug_in("sdb1");
    wait_for_result(CONTROL_WORK_STICK, "updated");
    assert_false(status.can_pull_out);
    command("grep -q 已更新 %s/run/reports/sdb1/k1.txt && "
            "rm %s/run/reports/sdb1/k1.txt",
            repo.folder, repo.folder);
    WAIT_FOR(status.can_pull_out);
    assert_int_equal(access(repo_path(&repo, "run/reports/sdb1"), F_OK), -1);
}

/* The server gives a byte now and then: a round without end. */
static void begin_slowly(void)
{
    struct buf path = {0};
    begin();
    buf_puts(&path, "/");
    area_pack_path(&area, 0, 1, &path);
    server_behave(server, path.data, SERVER_SLOW);
    buf_fini(&path);
    start_service();
    WAIT_FOR(status.work == CONTROL_WORK_NETWORK &&
             !strcmp(status.phase, "fetch"));
}

static void be_honest(void)
{
    struct buf path = {0};
    buf_puts(&path, "/");
    area_pack_path(&area, 0, 1, &path);
    server_behave(server, path.data, SERVER_HONEST);
    buf_fini(&path);
}

static void test_a_stick_goes_before_the_network(void **context)
{
    (void)context;
    begin_slowly();
    make_stick("sdb1");
    plug_in("sdb1");
    WAIT_FOR(status.last_work == CONTROL_WORK_STICK);
    assert_string_equal(status.result, "updated");
    assert_int_equal(on_board(), 1);
    /* And the network goes on by itself. */
    be_honest();
    wait_for_result(CONTROL_WORK_NETWORK, "current");
}

static void test_cancel(void **context)
{
    (void)context;
    begin_slowly();
    assert_true(wish("{\"do\":\"cancel\"}\n"));
    wait_for_result(CONTROL_WORK_NETWORK, "stopped");
    assert_int_equal(on_board(), 0);
    assert_int_equal(status.generation, 0);
    /* Not again at once, but when somebody says so. */
    assert_true(status.next_network > (int64_t)time(NULL));
    be_honest();
    assert_true(wish("{\"do\":\"install\"}\n"));
    wait_for_result(CONTROL_WORK_NETWORK, "updated");
}

static void test_pulled_out(void **context)
{
    const unsigned seed = (unsigned)time(NULL);
    (void)context;
    print_message("# seed %u\n", seed);
    srand(seed);
    strcpy(network, "off");
    area.text_bytes = 200000;
    begin();
    make_stick("sdb1");
    start_service();
    WAIT_FOR(true);
    publish(1, 40);
    make_stick("sdc1");
    for (int round = 0; round < 12; round++) {
        const uint32_t before = on_board();
        plug_in("sdc1");
        usleep((unsigned)rand() % 60000);
        pull_out("sdc1");
        WAIT_FOR(IDLE && !status.sticks[0]);
        const uint32_t seq = on_board();
        assert_true(seq == 0 || seq == 40);
        /* What people are told is what has happened. */
        if (!strcmp(status.result, "pulled"))
            assert_int_equal(seq, before);
        if (status.result[0] && strcmp(status.result, "pulled") != 0 &&
            strcmp(status.result, "current") != 0 &&
            strcmp(status.result, "updated") != 0 &&
            strcmp(status.result, "nothing_here") != 0) {
            show_log();
            fail_msg("%s: %s", status.result, status.result_text);
        }
    }
    plug_in("sdc1");
    WAIT_FOR(IDLE && on_board() == 40);
}

/* The power is cut at any moment: what was begun is carried on with. */
static void test_killed(void **context)
{
    const unsigned seed = (unsigned)time(NULL);
    (void)context;
    print_message("# seed %u\n", seed);
    srand(seed);
    area.text_bytes = 100000;
    begin();
    publish(1, 20);
    for (int round = 0; round < 5; round++) {
        start_service();
        usleep((unsigned)rand() % 250000);
        kill_service();
    }
    start_service();
    WAIT_FOR(IDLE && on_board() == 20);
    enum store_error error;
    struct store *store =
        store_open(repo_path(&repo, "state/content.db"), &error);
    assert_non_null(store);
    store_close(store);
}

/* The process that does the work. */
static pid_t worker(void)
{
    char path[64], text[64] = "";
    snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)service,
             (int)service);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    if (!fgets(text, sizeof(text), file))
        text[0] = 0;
    fclose(file);
    return (pid_t)strtol(text, NULL, 10);
}

static void test_work_that_crashes(void **context)
{
    (void)context;
    begin_slowly();
    const pid_t pid = worker();
    assert_true(pid > 0);
    kill(pid, SIGSEGV);
    wait_for_result(CONTROL_WORK_NETWORK, "crashed");
    assert_true(status.next_network > 0);
    be_honest();
    assert_true(wish("{\"do\":\"install\"}\n"));
    wait_for_result(CONTROL_WORK_NETWORK, "updated");
}

static void test_work_dies_with_the_service(void **context)
{
    (void)context;
    begin_slowly();
    const pid_t pid = worker();
    kill_service();
    for (int i = 0; i < 6000 && kill(pid, 0) == 0; i++) {
        char path[64], text[256] = "";
        snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
        FILE *file = fopen(path, "r");
        const bool read = file && fgets(text, sizeof(text), file);
        if (file)
            fclose(file);
        if (!read || strstr(text, ") Z "))
            return; /* nobody here reaps orphans */
        usleep(10000);
    }
    assert_int_equal(kill(pid, 0), -1);
}

static void test_rollback(void **context)
{
    (void)context;
    begin();
    start_service();
    wait_for_result(CONTROL_WORK_NETWORK, "updated");
    assert_true(wish("{\"do\":\"rollback\"}\n"));
    wait_for_result(CONTROL_WORK_ROLLBACK, "no_generation");
    publish(1, 2);
    assert_true(wish("{\"do\":\"install\"}\n"));
    WAIT_FOR(IDLE && status.generation == 2);
    assert_true(wish("{\"do\":\"rollback\"}\n"));
    wait_for_result(CONTROL_WORK_ROLLBACK, "done");
    assert_int_equal(on_board(), 1);
    assert_int_equal(status.generation, 3);
    assert_true(wish("{\"do\":\"rollback\",\"generation\":2}\n"));
    WAIT_FOR(IDLE && status.generation == 4);
    assert_int_equal(on_board(), 2);
}

/* As another user of the group would ask; true: it was answered with ok. */
static bool wish_as_other(const char *request)
{
    int result = -1;
    const pid_t other = fork();
    if (other == 0) {
        struct control_answer answer;
        char line[8192], reason[256];
        _exit(setuid(65534) == 0 && try_ask(request, line, sizeof(line)) &&
                      control_answer_read(line, strlen(line), &answer, reason)
                  ? answer.ok
                  : 2);
    }
    assert_int_equal(waitpid(other, &result, 0), other);
    assert_true(WIFEXITED(result) && WEXITSTATUS(result) < 2);
    return WEXITSTATUS(result);
}

static void open_to_all(void)
{
    wait_for_result(CONTROL_WORK_NETWORK, "updated");
    command("chmod 755 %s %s/run && chmod 666 %s/run/sync.sock", repo.folder,
            repo.folder, repo.folder);
}

/* Who may talk to the service may ask for news, not for yesterday's. */
static void test_going_back_is_for_the_owner(void **context)
{
    (void)context;
    if (geteuid() != 0) {
        print_message("skipped: not root\n");
        skip();
    }
    begin();
    start_service();
    open_to_all();
    assert_false(wish_as_other("{\"do\":\"rollback\"}\n"));
    assert_false(wish_as_other("{\"do\":\"cancel\"}\n"));
    assert_true(wish_as_other("{\"do\":\"install\"}\n"));
    wait_for_result(CONTROL_WORK_NETWORK, "current");
    kill_service();
    snprintf(second, sizeof(second), "control = group\n");
    start_service();
    ask_status();
    command("chmod 666 %s/run/sync.sock", repo.folder);
    assert_true(wish_as_other("{\"do\":\"rollback\"}\n"));
    wait_for_result(CONTROL_WORK_ROLLBACK, "no_generation");
}

static void test_scrub(void **context)
{
    (void)context;
    begin();
    start_service();
    wait_for_result(CONTROL_WORK_NETWORK, "updated");
    assert_true(wish("{\"do\":\"scrub\"}\n"));
    wait_for_result(CONTROL_WORK_SCRUB, "nothing_new");
    /* All that is on board is gone: database and objects. */
    command("cd %s/state && rm -rf content.db* objects/[0-9a-f][0-9a-f]",
            repo.folder);
    assert_true(wish("{\"do\":\"scrub\"}\n"));
    WAIT_FOR(IDLE && strcmp(status.result, "nothing_new") != 0);
    assert_int_equal(on_board(), 1);
}

static void test_the_last_result_is_remembered(void **context)
{
    (void)context;
    begin();
    start_service();
    wait_for_result(CONTROL_WORK_NETWORK, "updated");
    const int64_t when = status.result_when;
    kill_service();
    start_service();
    WAIT_FOR(true);
    assert_string_equal(status.result_text, "已更新");
    assert_int_equal(status.result_when, when);
    assert_int_equal(status.generation, 1);
    kill_service();
    /* As a broken disk leaves it. */
    repo_put(&repo, "state/service.json", "{\"checked\":\"", 12);
    start_service();
    wait_for_result(CONTROL_WORK_NETWORK, "current");
}

static void test_one_service_a_state(void **context)
{
    int result;
    (void)context;
    begin();
    start_service();
    WAIT_FOR(true);
    const pid_t first = service;
    start_service();
    assert_int_equal(waitpid(service, &result, 0), service);
    assert_true(WIFEXITED(result) && WEXITSTATUS(result) == 1);
    service = first;
    WAIT_FOR(true); /* and the first one did not notice */
    kill(first, SIGTERM);
    assert_int_equal(waitpid(first, &result, 0), first);
    assert_true(WIFEXITED(result) && WEXITSTATUS(result) == 0);
    service = 0;
    assert_int_equal(access(repo_path(&repo, "run/sync.sock"), F_OK), -1);
}

/* As systemd hears it. */
static void test_notify(void **context)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char said[256];
    (void)context;
    begin();
    snprintf(address.sun_path, sizeof(address.sun_path), "%s",
             repo_path(&repo, "notify"));
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(
        bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    setenv("NOTIFY_SOCKET", address.sun_path, 1);
    start_service();
    unsetenv("NOTIFY_SOCKET");
    bool ready = false, watched = false, told = false;
    while (!ready || !watched || !told) {
        const ssize_t got = read(fd, said, sizeof(said) - 1);
        assert_true(got > 0);
        said[got] = 0;
        ready = ready || !strcmp(said, "READY=1");
        watched = watched || !strcmp(said, "WATCHDOG=1");
        told = told || strstr(said, "STATUS=idle updated");
    }
    close(fd);
}

#define WITH_REPO(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_REPO(test_network),
        WITH_REPO(test_network_that_is_off_or_away),
        WITH_REPO(test_sticks),
        WITH_REPO(test_two_repositories),
        WITH_REPO(test_report_on_a_stick_that_asks),
        WITH_REPO(test_report_by_way_of_the_tray),
        WITH_REPO(test_a_stick_goes_before_the_network),
        WITH_REPO(test_cancel),
        WITH_REPO(test_pulled_out),
        WITH_REPO(test_killed),
        WITH_REPO(test_work_that_crashes),
        WITH_REPO(test_work_dies_with_the_service),
        WITH_REPO(test_rollback),
        WITH_REPO(test_going_back_is_for_the_owner),
        WITH_REPO(test_scrub),
        WITH_REPO(test_the_last_result_is_remembered),
        WITH_REPO(test_one_service_a_state),
        WITH_REPO(test_notify),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
