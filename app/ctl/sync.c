/* sync.c - yichuangctl sync: one round by hand, from a stick, a folder or an
 * address, with its progress on the terminal and its result in words. */
#include "ctl.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/log.h"
#include "content/round.h"
#include "content/stick.h"

static volatile sig_atomic_t interrupted;

struct arguments {
    const char *state, *area, *repository, *root, *ca_file, *proxy, *kiosk;
    const char *source;
};

static int say_usage(void)
{
    return ctl_usage("sync", "sync 文件夹|网址 [--state 文件夹] [--area 520103]"
                             " [--repository 名称]\n"
                             "        [--root root.json] [--ca-file 文件]"
                             " [--proxy 地址] [--kiosk 名称]");
}

static bool is_address(const char *source)
{
    return !strncasecmp(source, "http://", 7) ||
           !strncasecmp(source, "https://", 8);
}

/* The terminal. */

struct terminal {
    bool is_terminal, stick;
    bool line_open; /* without its newline yet */
    enum round_phase phase;
    bool begun, said_pull_out;
};

static void say_progress(const struct round_progress *progress, struct buf *out)
{
    buf_puts(out, round_phase_chinese(progress->phase));
    if (progress->items_total)
        buf_printf(out, " %zu/%zu 项", progress->items_done,
                   progress->items_total);
    if (progress->phase == ROUND_FETCHING && progress->bytes_total) {
        buf_puts(out, "，");
        round_say_bytes(progress->bytes_done, out);
        buf_puts(out, " / ");
        round_say_bytes(progress->bytes_total, out);
    }
    if (progress->seconds_left > 0)
        buf_printf(out, "，约还要 %d 秒", progress->seconds_left);
}

/* One line that changes; a line for each phase where that cannot be. */
static void show_progress(void *data, const struct round_progress *progress)
{
    struct terminal *terminal = data;
    struct buf line = {0};
    const bool new_phase =
        !terminal->begun || terminal->phase != progress->phase;
    terminal->begun = true;
    terminal->phase = progress->phase;
    say_progress(progress, &line);
    if (terminal->is_terminal)
        printf("\r\033[K%s", buf_text(&line));
    else if (new_phase)
        puts(buf_text(&line));
    terminal->line_open = terminal->is_terminal;
    if (terminal->stick && progress->can_pull_out && !terminal->said_pull_out) {
        printf("%s现在可以拔出 U 盘\n", terminal->line_open ? "\n" : "");
        terminal->said_pull_out = true;
        terminal->line_open = false;
    }
    fflush(stdout);
    buf_fini(&line);
}

static void end_line(struct terminal *terminal)
{
    if (terminal->line_open)
        putchar('\n');
    terminal->line_open = false;
}

static bool is_interrupted(void *data)
{
    (void)data;
    return interrupted;
}

static void interrupt(int signal_number)
{
    (void)signal_number;
    interrupted = 1;
}

/* The report. */

static void say_result(const char *repository,
                       const struct round_report *report, struct buf *out)
{
    buf_printf(out, "%s：", repository);
    round_say(report, out);
    buf_putc(out, '\n');
    for (size_t i = 0; i < report->area_count; i++) {
        const struct round_area *area = &report->areas[i];
        if (area->before == area->after)
            buf_printf(out, "  %s 第 %" PRIu32 " 版\n", area->area,
                       area->after);
        else if (!area->before)
            buf_printf(out, "  %s 第 %" PRIu32 " 版，原来没有\n", area->area,
                       area->after);
        else
            buf_printf(out, "  %s 第 %" PRIu32 " 版 → 第 %" PRIu32 " 版\n",
                       area->area, area->before, area->after);
    }
    if (report->fetched) {
        buf_printf(out, "  内容包 %zu 个，图片 %zu 张，", report->packs,
                   report->media);
        round_say_bytes(report->fetched, out);
        buf_putc(out, '\n');
    }
}

static void say_time(time_t now, const char *format, struct buf *out)
{
    struct tm local;
    char text[32];
    localtime_r(&now, &local);
    strftime(text, sizeof(text), format, &local);
    buf_puts(out, text);
}

/* Folders and file, from above down; false with errno set. */
static bool write_report(const char *above, const char *const *folders,
                         size_t count, const char *name, const struct buf *text)
{
    struct buf path = {0};
    buf_puts(&path, above);
    for (size_t i = 0; i < count; i++) {
        buf_printf(&path, "/%s", folders[i]);
        mkdir(buf_text(&path), 0755); /* opening tells if it failed */
    }
    buf_printf(&path, "/%s.txt", name);
    FILE *file = fopen(buf_text(&path), "w");
    bool fine =
        file && fwrite(text->data, 1, text->length, file) == text->length;
    if (file && (fflush(file) != 0 || fsync(fileno(file)) != 0))
        fine = false;
    if (file && fclose(file) != 0)
        fine = false;
    if (!fine)
        unlink(buf_text(&path));
    buf_fini(&path);
    return fine;
}

static void keep_report(const struct arguments *arguments, const char *home,
                        const struct buf *body)
{
    char host[64] = "";
    struct buf text = {0}, name = {0}, date = {0};
    const time_t now = time(NULL);
    const char *kiosk = arguments->kiosk;
    gethostname(host, sizeof(host) - 1);
    if (!kiosk)
        kiosk =
            host[0] && !strchr(host, '/') && host[0] != '.' ? host : "kiosk";
    say_time(now, "%Y-%m-%d-%H%M%S", &name); /* FAT knows no colons */
    say_time(now, "%Y-%m-%d %H:%M:%S", &date);
    buf_printf(&text, "驿窗更新报告\n时间：%s\n一体机：%s\n来源：%s\n\n%s",
               buf_text(&date), kiosk, arguments->source, buf_text(body));
    const char *const here[] = {"reports"};
    const char *const there[] = {"reports", kiosk};
    if (!write_report(arguments->state, here, 1, buf_text(&name), &text))
        log_warn("sync", "%s/reports: %s", arguments->state, strerror(errno));
    if (home && !write_report(home, there, 2, buf_text(&name), &text))
        puts("U 盘写不进去，报告只留在本机");
    buf_fini(&text);
    buf_fini(&name);
    buf_fini(&date);
}

/* Rounds. */

/* Those in the state that have a root, sorted: together they are what is shown.
 */
struct names {
    char *all[STICK_REPOSITORIES_MAX];
    size_t count;
};

static void list_trusted(const char *state, struct names *out)
{
    struct buf path = {0};
    struct stick known;
    buf_printf(&path, "%s/repositories", state);
    *out = (struct names){0};
    struct stat info;
    if (stat(buf_text(&path), &info) == 0) {
        stick_look(buf_text(&path), &known);
        for (size_t i = 0; i < known.count; i++) {
            struct buf root = {0};
            buf_printf(&root, "%s/metadata/root.json",
                       known.repositories[i].folder);
            if (access(buf_text(&root), R_OK) == 0)
                out->all[out->count++] = xstrdup(known.repositories[i].name);
            buf_fini(&root);
        }
        stick_fini(&known);
    }
    buf_fini(&path);
}

static void names_fini(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->all[i]);
}

static bool contains(const struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (!strcmp(names->all[i], name))
            return true;
    return false;
}

static int run_round(const struct arguments *arguments,
                     const struct names *trusted, const char *repository,
                     const char *source, struct buf *body)
{
    struct terminal terminal = {.is_terminal = isatty(STDOUT_FILENO),
                                .stick = !is_address(source)};
    struct round_report report;
    struct buf words = {0};
    enum round_result result = round_run(
        &(struct round_options){
            .state = arguments->state,
            .repository = repository,
            .repositories = (const char *const *)trusted->all,
            .repository_count = trusted->count,
            .source = source,
            .area = arguments->area,
            .clock = round_clock(),
            .http = {.ca_file = arguments->ca_file, .proxy = arguments->proxy},
            .progress = show_progress,
            .stopped = is_interrupted,
            .data = &terminal,
        },
        &report);
    end_line(&terminal);
    say_result(repository, &report, &words);
    fputs(buf_text(&words), stdout);
    buf_add(body, words.data, words.length);
    buf_fini(&words);
    return round_result_status(result);
}

/* What has to be said without a round. */
static int say_result_only(enum round_result result, bool stick,
                           struct buf *body)
{
    const struct round_report report = {.result = result, .stick = stick};
    round_say(&report, body);
    buf_putc(body, '\n');
    fputs(buf_text(body), stdout);
    return round_result_status(result);
}

static int sync_stick(const struct arguments *arguments,
                      const struct names *trusted, struct buf *body,
                      const struct stick *stick)
{
    int status = CTL_OK;
    size_t rounds = 0;
    for (size_t i = 0; i < stick->count && !interrupted; i++) {
        const struct stick_repository *it = &stick->repositories[i];
        /* One repository by itself may lie under any name. */
        const bool alone = stick->count == 1 && !stick->home;
        const char *name =
            alone && arguments->repository ? arguments->repository : it->name;
        if (arguments->repository && strcmp(arguments->repository, name) != 0)
            continue;
        if (!contains(trusted, name)) {
            buf_printf(body, "%s：本机不信任这个来源，跳过\n", name);
            fputs(buf_text(body), stdout);
            continue;
        }
        int one = run_round(arguments, trusted, name, it->folder, body);
        status = status ? status : one;
        rounds++;
    }
    return rounds ? status
                  : say_result_only(trusted->count ? ROUND_NOTHING_HERE
                                                   : ROUND_NO_ROOT,
                                    true, body);
}

/* The repository of an address: the one that is named or the only one. */
static int sync_address(const struct arguments *arguments,
                        const struct names *trusted, struct buf *body)
{
    const char *name = arguments->repository ? arguments->repository
                       : trusted->count == 1 ? trusted->all[0]
                                             : NULL;
    if (!trusted->count)
        return say_result_only(ROUND_NO_ROOT, false, body);
    if (!name || !contains(trusted, name))
        return say_usage();
    return run_round(arguments, trusted, name, arguments->source, body);
}

/* --root is for the first time. */
static int trust_root(const struct arguments *arguments)
{
    if (!arguments->root)
        return CTL_OK;
    enum round_result result =
        round_trust(arguments->state, arguments->repository, arguments->root);
    if (round_result_status(result) != 0) {
        struct buf body = {0};
        say_result_only(result, false, &body);
        buf_fini(&body);
    }
    return round_result_status(result);
}

static int sync_source(const struct arguments *arguments,
                       const struct stick *stick)
{
    struct names trusted;
    struct buf body = {0};
    list_trusted(arguments->state, &trusted);
    int status = is_address(arguments->source)
                     ? sync_address(arguments, &trusted, &body)
                     : sync_stick(arguments, &trusted, &body, stick);
    if (body.length)
        keep_report(arguments, stick->home, &body);
    names_fini(&trusted);
    buf_fini(&body);
    return status;
}

static bool take_arguments(int argc, char **argv, struct arguments *out)
{
    size_t count;
    const struct ctl_option options[] = {
        {"--state", &out->state, NULL},
        {"--area", &out->area, NULL},
        {"--repository", &out->repository, NULL},
        {"--root", &out->root, NULL},
        {"--ca-file", &out->ca_file, NULL},
        {"--proxy", &out->proxy, NULL},
        {"--kiosk", &out->kiosk, NULL},
    };
    return ctl_options(argc, argv, options, COUNT_OF(options), &out->source, 1,
                       &count) &&
           count == 1 && !(out->kiosk && strchr(out->kiosk, '/'));
}

int ctl_sync(int argc, char **argv)
{
    struct arguments arguments = {.state = "/var/lib/yichuang",
                                  .area = "000000"};
    struct stick stick = {0};
    if (!take_arguments(argc, argv, &arguments))
        return say_usage();
    signal(SIGINT, interrupt);
    signal(SIGTERM, interrupt);
    if (!is_address(arguments.source))
        stick_look(arguments.source, &stick);
    /* Which one a root is for is plain where there is only one. */
    if (arguments.root && !arguments.repository && stick.count == 1)
        arguments.repository = stick.repositories[0].name;
    int status = CTL_USAGE;
    if (arguments.root && !arguments.repository)
        say_usage();
    else if ((status = trust_root(&arguments)) == CTL_OK)
        status = sync_source(&arguments, &stick);
    stick_fini(&stick);
    return status;
}
