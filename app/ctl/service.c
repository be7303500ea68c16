/* service.c - yichuangctl service: asks yichuang-sync what it is doing and to
 * do something, over its control socket (content/control.h). */
#include "ctl.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "content/control.h"
#include "content/wire.h"

enum { ANSWER_SECONDS = 10 };

static int say_usage(void)
{
    return ctl_usage("service",
                     "service [--socket 路径] [--json] status|progress|"
                     "install [U盘]|cancel|rollback [第几版]|scrub");
}

/* The connection, and what came but was not read yet. */
struct line_reader {
    int fd;
    struct buf bytes;
};

static int connect_to(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const struct timeval limit = {.tv_sec = ANSWER_SECONDS};
    const size_t length = strlen(path);
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (length < sizeof(address.sun_path))
        memcpy(address.sun_path, path, length + 1);
    else
        errno = ENAMETOOLONG;
    if (fd >= 0 && address.sun_path[0] &&
        connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0) {
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
        return fd;
    }
    fprintf(stderr, "yichuangctl: 连不上更新服务 %s：%s\n", path,
            strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

/* The next line, without its newline; false at the end. */
static bool next_line(struct line_reader *reader, struct buf *out)
{
    char *end;
    buf_clear(out);
    while (!reader->bytes.length ||
           !(end = memchr(reader->bytes.data, '\n', reader->bytes.length))) {
        if (reader->bytes.length > WIRE_BYTES_MAX)
            return false;
        buf_reserve(&reader->bytes, 4096);
        const ssize_t got =
            read(reader->fd, reader->bytes.data + reader->bytes.length, 4096);
        if (got <= 0)
            return false;
        reader->bytes.length += (size_t)got;
    }
    const size_t length = (size_t)(end - reader->bytes.data);
    buf_add(out, reader->bytes.data, length);
    reader->bytes.length -= length + 1;
    memmove(reader->bytes.data, end + 1, reader->bytes.length);
    return true;
}

static void print_time(const char *label, int64_t when)
{
    const time_t seconds = (time_t)when;
    struct tm local;
    char text[32];
    if (when && localtime_r(&seconds, &local) &&
        strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &local))
        printf("%s%s\n", label, text);
}

/* As round_phase_chinese has them; a word we do not know stays. */
static const char *phase_text(const char *phase)
{
    static const struct {
        const char *word, *text;
    } table[] = {
        {"check", "正在检查"}, {"fetch", "正在复制"}, {"install", "正在更新"}};
    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (!strcmp(table[i].word, phase))
            return table[i].text;
    return phase;
}

static void print_work(const struct control_status *status)
{
    static const char *const works[] = {"空闲", "联网更新", "U 盘更新",
                                        "换回以前的内容", "检查内容"};
    printf("现在：%s", works[status->work]);
    if (status->stick[0] && status->work == CONTROL_WORK_STICK)
        printf(" %s", status->stick);
    if (status->phase[0])
        printf("，%s", phase_text(status->phase));
    if (status->bytes_total)
        printf("，%" PRId64 "/%" PRId64 " 字节", status->bytes,
               status->bytes_total);
    if (status->items_total)
        printf("，%" PRId64 "/%" PRId64 " 项", status->items,
               status->items_total);
    if (status->work && status->seconds_left >= 0)
        printf("，还要 %" PRId64 " 秒", status->seconds_left);
    if (status->waiting)
        printf("，后面还有 %" PRId64 " 件", status->waiting);
    putchar('\n');
}

static void print_status(const struct control_status *status)
{
    print_work(status);
    if (status->sticks[0])
        printf("U 盘：%s%s\n", status->sticks,
               status->can_pull_out ? "，现在可以拔出" : "");
    if (status->result_text[0])
        printf("上次：%s%s%s\n", status->result_text,
               status->result_detail[0] ? "：" : "", status->result_detail);
    print_time("时间：", status->result_when);
    if (status->generation)
        printf("内容：第 %" PRId64 " 版\n", status->generation);
    if (status->report[0])
        printf("报告：%s\n", status->report);
    print_time("下次联网：", status->next_network);
    if (status->clock_wrong)
        puts("本机时间不对");
}

static bool show_status(const struct buf *line, bool json,
                        struct control_status *out)
{
    char reason[256];
    if (!control_status_read(buf_text(line), line->length, out, reason)) {
        fprintf(stderr, "yichuangctl: %s\n", reason);
        return false;
    }
    if (json)
        puts(buf_text(line));
    else
        print_status(out);
    fflush(stdout);
    return true;
}

static bool show_answer(const struct buf *line, bool json)
{
    struct control_answer answer;
    char reason[256];
    if (!control_answer_read(buf_text(line), line->length, &answer, reason)) {
        fprintf(stderr, "yichuangctl: %s\n", reason);
        return false;
    }
    if (json)
        puts(buf_text(line));
    else if (!answer.ok)
        fprintf(stderr, "yichuangctl: %s\n", answer.text);
    return answer.ok;
}

/* All there is to hear about one request. progress: until nothing is being
 * done, or waits to be. */
static int converse(int fd, const struct control_request *request, bool json)
{
    struct line_reader reader = {.fd = fd};
    struct control_status status = {.work = CONTROL_WORK_NONE};
    struct buf line = {0};
    bool fine = false;
    control_request_write(request, &line);
    if (send(fd, line.data, line.length, MSG_NOSIGNAL) == (ssize_t)line.length)
        while (next_line(&reader, &line)) {
            const bool is_status = request->what == CONTROL_STATUS ||
                                   request->what == CONTROL_PROGRESS;
            fine = is_status ? show_status(&line, json, &status)
                             : show_answer(&line, json);
            if (!fine || request->what != CONTROL_PROGRESS ||
                (!status.work && !status.waiting))
                goto out;
        }
    fine = false;
    fputs("yichuangctl: 更新服务没有回答\n", stderr);
out:
    buf_fini(&line);
    buf_fini(&reader.bytes);
    return fine ? CTL_OK : CTL_FAULTS;
}

static bool take_generation(const char *text, int64_t *out)
{
    char *end;
    errno = 0;
    *out = strtoll(text, &end, 10);
    return !errno && end != text && !*end && *out > 0;
}

/* The words behind the options; false: wrong usage. */
static bool take_words(int count, char **words, struct control_request *out)
{
    static const struct {
        const char *word;
        enum control_do what;
        bool takes_one; /* more word, that may be left out */
    } table[] = {
#define X(symbol, word)                     \
    {word, CONTROL_##symbol,                \
     CONTROL_##symbol == CONTROL_INSTALL || \
         CONTROL_##symbol == CONTROL_ROLLBACK},
        CONTROL_REQUESTS(X)
#undef X
    };
    *out = (struct control_request){0};
    for (size_t i = 1; count && i < COUNT_OF(table); i++)
        if (!strcmp(table[i].word, words[0]) &&
            count <= (table[i].takes_one ? 2 : 1))
            out->what = table[i].what;
    if (count < 2)
        return out->what != CONTROL_NONE;
    if (out->what == CONTROL_ROLLBACK)
        return take_generation(words[1], &out->generation);
    return out->what == CONTROL_INSTALL &&
           (size_t)snprintf(out->stick, sizeof(out->stick), "%s", words[1]) <
               sizeof(out->stick);
}

int ctl_service(int argc, char **argv)
{
    const char *path = CONTROL_SOCKET;
    struct control_request request;
    bool json = false;
    int at = 1;
    for (; at < argc && !strncmp(argv[at], "--", 2); at++)
        if (!strcmp(argv[at], "--json"))
            json = true;
        else if (!strcmp(argv[at], "--socket") && at + 1 < argc)
            path = argv[++at];
        else
            return say_usage();
    if (!take_words(argc - at, argv + at, &request))
        return say_usage();
    const int fd = connect_to(path);
    if (fd < 0)
        return CTL_FAULTS;
    const int status = converse(fd, &request, json);
    close(fd);
    return status;
}
