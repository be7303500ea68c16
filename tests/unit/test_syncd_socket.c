/* The control socket: whatever a client says, or does not say, it gets a plain
 * answer, and nobody else notices. The service's end runs in a thread; clients
 * are real ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "app/syncd/socket.h"

struct fixture {
    char folder[64], path[96];
    struct control_socket *socket;
    pthread_t thread;
    atomic_bool quit, tell;
    atomic_int asked[CONTROL_SCRUB + 1];
    atomic_llong now; /* steady seconds */
    atomic_int clients;
};

static void answer(void *data, const struct socket_peer *peer,
                   const struct control_request *request, struct buf *out,
                   bool *follow)
{
    struct fixture *fixture = data;
    const struct control_status status = {.generation = 7};
    fixture->asked[request->what]++;
    if (peer->pid != getpid() || peer->uid != (int64_t)getuid())
        return; /* and the client waits in vain */
    control_status_write(&status, out);
    *follow = request->what == CONTROL_PROGRESS;
}

static void *serve(void *data)
{
    struct fixture *fixture = data;
    while (!fixture->quit) {
        struct pollfd list[SOCKET_POLL_MAX];
        const size_t count = socket_poll(fixture->socket, list);
        if (poll(list, (nfds_t)count, 5) < 0)
            continue;
        socket_serve(fixture->socket, list, count, fixture->now);
        socket_tick(fixture->socket, fixture->now);
        if (fixture->tell) {
            struct buf line = {0};
            control_status_write(&(struct control_status){.bytes = 1}, &line);
            socket_tell(fixture->socket, &line);
            buf_fini(&line);
        }
        fixture->clients = (int)socket_clients(fixture->socket);
    }
    return NULL;
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    *state = fixture;
    strcpy(fixture->folder, "/tmp/yichuang-socket-XXXXXX");
    if (!mkdtemp(fixture->folder))
        return -1;
    snprintf(fixture->path, sizeof(fixture->path), "%s/sync.sock",
             fixture->folder);
    fixture->socket = socket_open(fixture->path, answer, fixture);
    return !fixture->socket ||
           pthread_create(&fixture->thread, NULL, serve, fixture) != 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    fixture->quit = true;
    pthread_join(fixture->thread, NULL);
    socket_close(fixture->socket);
    rmdir(fixture->folder);
    free(fixture);
    return 0;
}

static int call(const struct fixture *fixture)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, fixture->path, strlen(fixture->path));
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(
        connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static bool say(int fd, const void *bytes, size_t length)
{
    const char *at = bytes;
    while (length) {
        const ssize_t sent = send(fd, at, length, MSG_NOSIGNAL);
        if (sent < 0)
            return false; /* it hung up, as it may */
        at += sent;
        length -= (size_t)sent;
    }
    return true;
}

/* Up to a newline or the end, which is "". */
static const char *hear(int fd, char line[4096])
{
    size_t length = 0;
    while (length < 4095 && read(fd, line + length, 1) == 1)
        if (line[length++] == '\n')
            break;
    line[length] = 0;
    return line;
}

static void ask(const struct fixture *fixture, const char *request,
                char line[4096])
{
    const int fd = call(fixture);
    say(fd, request, strlen(request));
    hear(fd, line);
    close(fd);
}

static bool is_status(const char *line)
{
    struct control_status status;
    char reason[256];
    return control_status_read(line, strlen(line), &status, reason) &&
           status.generation == 7;
}

static bool is_error(const char *line)
{
    struct control_answer read;
    char reason[256];
    return control_answer_read(line, strlen(line), &read, reason) && !read.ok &&
           read.error[0] && read.text[0];
}

static void test_requests(void **state)
{
    struct fixture *fixture = *state;
    char line[4096];
    struct stat info;
    assert_int_equal(stat(fixture->path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0660);
    ask(fixture, "{\"do\":\"status\"}\n", line);
    assert_true(is_status(line));
    ask(fixture,
        " {\"later\":[1,{}], \"do\" : \"install\", \"stick\":\"sdb1\"}\r\n",
        line);
    assert_true(is_status(line));
    assert_int_equal(fixture->asked[CONTROL_STATUS], 1);
    assert_int_equal(fixture->asked[CONTROL_INSTALL], 1);
}

static void test_malformed(void **state)
{
    static const char *const lines[] = {
        "\n",
        "status\n",
        "{}\n",
        "[]\n",
        "null\n",
        "{\"do\":1}\n",
        "{\"do\":\"\"}\n",
        "{\"do\":\"reboot\"}\n",
        "{\"do\":\"status\"\n",
        "{\"do\":\"status\"}}\n",
        "{\"do\":\"status\",\"do\":\"scrub\"}\n",
        "{\"do\":\"rollback\",\"generation\":-1}\n",
        "{\"do\":\"rollback\",\"generation\":1.5}\n",
        "{\"do\":\"rollback\",\"generation\":99999999999999999999}\n",
        "{\"do\":\"install\",\"stick\":{}}\n",
        "{\"do\":\"install\",\"stick\":\"\\u0000\"}\n",
        "{\"do\":\"install\",\"stick\":\"\xff\"}\n",
        "{\"do\":\"install\",\"stick\":\"0123456789012345678901234567890123456"
        "789012345678901234567890123456789\"}\n",
    };
    struct fixture *fixture = *state;
    char line[4096];
    const int fd = call(fixture);
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        say(fd, lines[i], strlen(lines[i]));
        if (!is_error(hear(fd, line)))
            fail_msg("%s gets %s", lines[i], line);
    }
    /* Still a client like any other. */
    say(fd, "{\"do\":\"status\"}\n", 16);
    assert_true(is_status(hear(fd, line)));
    close(fd);
}

static void test_half_lines(void **state)
{
    static const char request[] = "{\"do\":\"status\"}\n{\"do\":\"scrub\"}\n";
    struct fixture *fixture = *state;
    char line[4096];
    int fd = call(fixture);
    for (size_t i = 0; i < sizeof(request) - 1; i++) {
        say(fd, request + i, 1);
        usleep(500);
    }
    assert_true(is_status(hear(fd, line)));
    assert_true(is_status(hear(fd, line)));
    close(fd);
    /* One that ends in the middle asks for nothing. */
    fd = call(fixture);
    say(fd, "{\"do\":\"scrub\"}", 14);
    shutdown(fd, SHUT_WR);
    assert_string_equal(hear(fd, line), "");
    close(fd);
    assert_int_equal(fixture->asked[CONTROL_SCRUB], 1);
    /* One that says all and does not wait is heard. */
    fd = call(fixture);
    say(fd, request, sizeof(request) - 1);
    shutdown(fd, SHUT_WR);
    assert_true(is_status(hear(fd, line)));
    assert_true(is_status(hear(fd, line)));
    assert_string_equal(hear(fd, line), "");
    close(fd);
}

static void test_line_without_end(void **state)
{
    struct fixture *fixture = *state;
    char line[4096], flood[8192];
    memset(flood, 'a', sizeof(flood));
    const int fd = call(fixture);
    say(fd, flood, CONTROL_LINE_MAX);
    assert_true(is_error(hear(fd, line)));
    assert_string_equal(hear(fd, line), "");
    for (int i = 0; i < 100; i++)
        say(fd, flood, sizeof(flood));
    close(fd);
    ask(fixture, "{\"do\":\"status\"}\n", line);
    assert_true(is_status(line));
}

static void test_garbage(void **state)
{
    struct fixture *fixture = *state;
    static const char alphabet[] =
        "{}[]\",:\\\n\n0123do status install\xff\x00";
    const unsigned seed = (unsigned)time(NULL);
    char line[4096];
    print_message("# seed %u\n", seed);
    srand(seed);
    for (int round = 0; round < 300; round++) {
        char bytes[600];
        const size_t length = (size_t)rand() % sizeof(bytes);
        for (size_t i = 0; i < length; i++)
            bytes[i] = rand() % 4 ? alphabet[(size_t)rand() % sizeof(alphabet)]
                                  : (char)rand();
        const int fd = call(fixture);
        say(fd, bytes, length);
        say(fd, "\n{\"do\":\"status\"}\n", 17);
        /* Errors, each of them well-formed, then the status. */
        do {
            hear(fd, line);
            assert_true(*line);
        } while (is_error(line));
        assert_true(is_status(line));
        close(fd);
    }
}

static void test_a_thousand_clients(void **state)
{
    struct fixture *fixture = *state;
    char line[4096];
    int fds[1000], served = 0, refused = 0;
    for (int i = 0; i < 1000; i++) {
        fds[i] = call(fixture);
        say(fds[i], "{\"do\":\"status\"}\n", 16);
    }
    for (int i = 0; i < 1000; i++) {
        hear(fds[i], line);
        served += is_status(line);
        refused += is_error(line);
    }
    assert_int_equal(served, SOCKET_CLIENTS_A_USER);
    assert_int_equal(refused, 1000 - SOCKET_CLIENTS_A_USER);
    for (int i = 0; i < 1000; i++)
        close(fds[i]);
    while (fixture->clients)
        usleep(1000);
    ask(fixture, "{\"do\":\"status\"}\n", line);
    assert_true(is_status(line));
}

/* Other users find a place where one has taken all that he can get. */
static void test_one_user_does_not_take_all(void **state)
{
    struct fixture *fixture = *state;
    int fds[SOCKET_CLIENTS_A_USER], status = -1;
    if (geteuid() != 0) {
        print_message("skipped: not root\n");
        skip();
    }
    for (int i = 0; i < SOCKET_CLIENTS_A_USER; i++)
        fds[i] = call(fixture);
    while (fixture->clients < SOCKET_CLIENTS_A_USER)
        usleep(1000);
    assert_int_equal(chmod(fixture->folder, 0755), 0);
    assert_int_equal(chmod(fixture->path, 0666), 0);
    const pid_t other = fork();
    if (other == 0) {
        char line[4096] = "";
        struct control_answer read;
        char reason[256];
        const int fd = setuid(65534) == 0 ? call(fixture) : -1;
        say(fd, "{\"do\":\"nonsense\"}\n", 18);
        hear(fd, line);
        /* The answer to the request, not to one too many. */
        _exit(control_answer_read(line, strlen(line), &read, reason) &&
                      !strstr(read.error, "clients")
                  ? 0
                  : 1);
    }
    assert_int_equal(waitpid(other, &status, 0), other);
    assert_int_equal(status, 0);
    for (int i = 0; i < SOCKET_CLIENTS_A_USER; i++)
        close(fds[i]);
}

static void test_the_silent_are_hung_up_on(void **state)
{
    struct fixture *fixture = *state;
    char line[4096];
    const int silent = call(fixture), follower = call(fixture);
    say(follower, "{\"do\":\"progress\"}\n", 18);
    assert_true(is_status(hear(follower, line)));
    while (fixture->clients < 2)
        usleep(1000);
    fixture->now = SOCKET_IDLE_SECONDS - 1;
    usleep(20000);
    assert_int_equal(fixture->clients, 2);
    fixture->now = SOCKET_IDLE_SECONDS;
    assert_string_equal(hear(silent, line), "");
    /* Who follows may be silent. */
    fixture->tell = true;
    hear(follower, line);
    assert_true(strstr(line, "\"bytes\":1,") != NULL);
    close(silent);
    close(follower);
}

/* Follows, but never reads. */
static void test_the_slow_are_dropped(void **state)
{
    struct fixture *fixture = *state;
    char line[4096];
    const int slow = call(fixture);
    say(slow, "{\"do\":\"progress\"}\n", 18);
    while (!fixture->asked[CONTROL_PROGRESS])
        usleep(1000);
    fixture->tell = true;
    /* Until the kernel's buffer is full, and half a minute more. */
    for (int i = 0; i < 400 && fixture->clients; i++) {
        usleep(5000);
        fixture->now += fixture->now < 1 || i > 300 ? 1 : 0;
    }
    fixture->tell = false;
    ask(fixture, "{\"do\":\"status\"}\n", line);
    assert_true(is_status(line));
    close(slow);
    /* Asks and asks, and never reads: what is kept for it has a limit. */
    const int greedy = call(fixture);
    const struct timeval second = {.tv_sec = 1};
    setsockopt(greedy, SOL_SOCKET, SO_SNDTIMEO, &second, sizeof(second));
    for (int i = 0; i < 5000; i++)
        if (!say(greedy, "{\"do\":\"status\"}\n", 16))
            break;
    ask(fixture, "{\"do\":\"status\"}\n", line);
    assert_true(is_status(line));
    assert_true(fixture->asked[CONTROL_STATUS] < 5000);
    close(greedy);
}

/* What one end writes the other end reads, whatever is in it. */
static void test_status_both_ways(void **state)
{
    struct control_status status = {.work = CONTROL_WORK_STICK,
                                    .bytes = INT64_MAX,
                                    .seconds_left = -1,
                                    .can_pull_out = true,
                                    .last_work = CONTROL_WORK_SCRUB,
                                    .result_text = "已更新\n\"\\\t\x7f",
                                    .result_detail = "cut \xe5\xb7"},
                          back;
    struct buf line = {0};
    char reason[256];
    (void)state;
    control_status_write(&status, &line);
    assert_ptr_equal(strchr(line.data, '\n'), line.data + line.length - 1);
    assert_true(control_status_read(line.data, line.length, &back, reason));
    assert_string_equal(back.result_detail, "cut \xef\xbf\xbd");
    memset(back.result_detail, 0, sizeof(back.result_detail));
    memset(status.result_detail, 0, sizeof(status.result_detail));
    assert_memory_equal(&status, &back, sizeof(status));
    buf_fini(&line);
}

/* A service that was killed leaves its socket behind. */
static void test_a_stale_socket_is_replaced(void **state)
{
    struct fixture *fixture = *state;
    char line[4096];
    struct control_socket *second = socket_open(fixture->path, answer, fixture);
    assert_non_null(second);
    fixture->quit = true;
    pthread_join(fixture->thread, NULL);
    struct control_socket *first = fixture->socket;
    fixture->socket = second;
    fixture->quit = false;
    assert_int_equal(pthread_create(&fixture->thread, NULL, serve, fixture), 0);
    ask(fixture, "{\"do\":\"status\"}\n", line);
    assert_true(is_status(line));
    socket_close(first);
}

static void test_paths_that_cannot_be(void **state)
{
    char path[200];
    (void)state;
    memset(path, 'a', sizeof(path));
    path[0] = '/';
    path[199] = 0;
    assert_null(socket_open(path, answer, NULL));
    assert_null(socket_open("/nonexistent/sync.sock", answer, NULL));
}

#define WITH_SOCKET(test) \
    cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SOCKET(test_requests),
        WITH_SOCKET(test_malformed),
        WITH_SOCKET(test_one_user_does_not_take_all),
        WITH_SOCKET(test_half_lines),
        WITH_SOCKET(test_line_without_end),
        WITH_SOCKET(test_garbage),
        WITH_SOCKET(test_a_thousand_clients),
        WITH_SOCKET(test_the_silent_are_hung_up_on),
        WITH_SOCKET(test_the_slow_are_dropped),
        WITH_SOCKET(test_a_stale_socket_is_replaced),
        cmocka_unit_test(test_status_both_ways),
        cmocka_unit_test(test_paths_that_cannot_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
