#include "app/syncd/round.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/syncd/job.h"
#include "app/syncd/report.h"
#include "base/log.h"
#include "content/install.h"
#include "content/objects.h"
#include "content/round.h"
#include "content/stick.h"

#define MODULE "round"

enum {
    BUSY_TRIES = 5,     /* a second each: one that was killed is still going */
    CLOCK_ASTRAY = 600, /* seconds from what the signers say it can be */
};

/* Set by SIGTERM. */
static volatile sig_atomic_t stop_asked;

static void ask_to_stop(int signal)
{
    (void)signal;
    stop_asked = 1;
}

struct work {
    const struct settings *settings;
    struct job_report report;
    bool asks;   /* this stick, for a report */
    bool last;   /* repository of this stick: it may be pulled out after it */
    bool failed; /* one of the repositories, so far */
    int rank;    /* of the result that is told, see ranks */
    struct buf detail;
};

static void say(const struct job_report *report)
{
    struct buf line = {0};
    job_report_write(report, &line);
    fwrite(line.data, 1, line.length, stdout);
    fflush(stdout);
    buf_fini(&line);
}

static void set_result(struct job_report *report, bool fine, const char *result,
                       const char *text)
{
    report->fine = fine;
    snprintf(report->result, sizeof(report->result), "%s", result);
    for (char *at = report->result; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    snprintf(report->result_text, sizeof(report->result_text), "%s", text);
}

static void note_generation(struct work *work)
{
    struct install_generation list[INSTALL_GENERATIONS];
    struct arena arena = {0};
    const size_t count =
        install_generations(work->settings->state, &arena, list);
    for (size_t i = 0; i < count; i++)
        if (list[i].on_board)
            work->report.generation = list[i].number;
    arena_fini(&arena);
}

static bool stopped(void *data)
{
    (void)data;
    return stop_asked != 0;
}

static void progress(void *data, const struct round_progress *progress)
{
    static const char *const phases[ROUND_PHASE_COUNT] = {"check", "fetch",
                                                          "install"};
    struct work *work = data;
    struct job_report *report = &work->report;
    snprintf(report->phase, sizeof(report->phase), "%s",
             phases[progress->phase]);
    report->bytes = (int64_t)progress->bytes_done;
    report->bytes_total = (int64_t)progress->bytes_total;
    report->items = (int64_t)progress->items_done;
    report->items_total = (int64_t)progress->items_total;
    report->seconds_left = progress->seconds_left;
    report->can_pull_out = work->last && !work->asks && progress->can_pull_out;
    say(report);
}

/* Which result is told of several repositories: that something is wrong before
 * that something is new, and that before what is none of our business. */
static int rank_of(enum round_result result)
{
    static const signed char ranks[ROUND_RESULT_COUNT] = {
        [ROUND_NOTHING_HERE] = 1, [ROUND_NOT_OURS] = 2, [ROUND_OLDER] = 3,
        [ROUND_CURRENT] = 4,      [ROUND_UPDATED] = 5,
    };
    return ranks[result] ? ranks[result] : 6;
}

static void take_round(struct work *work, const struct repository *repository,
                       const struct round_report *round, int64_t now)
{
    const enum round_result result = round->result;
    const int64_t astray = round->effective_time - now;
    struct buf text = {0};
    round_say(round, &text);
    if (rank_of(result) > work->rank) {
        work->rank = rank_of(result);
        set_result(&work->report, false, round_result_symbol(result),
                   buf_text(&text));
    }
    if (work->settings->repository_count > 1)
        buf_printf(&work->detail, "%s%s：%s", work->detail.length ? "；" : "",
                   repository->name, buf_text(&text));
    buf_fini(&text);
    work->failed = work->failed || round_result_status(result) != 0;
    if (round->retry_after > work->report.retry_after)
        work->report.retry_after = round->retry_after;
    if (round->effective_time)
        work->report.clock_wrong =
            astray > CLOCK_ASTRAY || astray < -CLOCK_ASTRAY;
}

static enum round_result try_round(const struct repository *repository,
                                   const struct round_options *options,
                                   struct round_report *out)
{
    *out = (struct round_report){0};
    out->result =
        round_trust(options->state, repository->name, repository->root);
    if (round_result_status(out->result) != 0)
        return out->result;
    return round_run(options, out);
}

static void one_round(struct work *work, const struct repository *repository,
                      const char *source, bool repair)
{
    const struct settings *settings = work->settings;
    const char *names[REPOSITORIES_MAX];
    struct round_report round;
    for (size_t i = 0; i < settings->repository_count; i++)
        names[i] = settings->repositories[i].name;
    const struct round_options options = {
        .state = settings->state,
        .repository = repository->name,
        .repositories = names,
        .repository_count = settings->repository_count,
        .source = source,
        .area = settings->area,
        .clock = round_clock(),
        .http = {.ca_file = settings->ca_file[0] ? settings->ca_file : NULL,
                 .proxy = settings->proxy[0] ? settings->proxy : NULL},
        .repair = repair,
        .progress = progress,
        .stopped = stopped,
        .data = work,
    };
    for (int tries = 1;; tries++) {
        try_round(repository, &options, &round);
        if (round.result != ROUND_BUSY || tries == BUSY_TRIES || stop_asked)
            break;
        sleep(1);
    }
    take_round(work, repository, &round, options.clock.now);
}

static void ask_network(struct work *work, bool repair)
{
    const struct settings *settings = work->settings;
    for (size_t i = 0; i < settings->repository_count && !stop_asked; i++)
        one_round(work, &settings->repositories[i],
                  settings->repositories[i].url, repair);
    work->report.fine = !work->failed;
}

static void network(struct work *work, const char *argument)
{
    (void)argument;
    ask_network(work, false);
}

static const char *folder_of(const struct stick *stick,
                             const struct repository *repository)
{
    for (size_t i = 0; i < stick->count; i++)
        if (!strcmp(stick->repositories[i].name, repository->name))
            return stick->repositories[i].folder;
    return NULL;
}

static void from_stick(struct work *work, const char *name)
{
    const struct settings *settings = work->settings;
    struct buf path = {0};
    struct stick stick;
    size_t left = 0;
    buf_printf(&path, "%s/sticks/%s", settings->run, name);
    work->asks = report_wanted(settings, name);
    stick_look(path.data, &stick);
    for (size_t i = 0; i < settings->repository_count; i++)
        left += folder_of(&stick, &settings->repositories[i]) != NULL;
    if (!left)
        set_result(&work->report, false, "nothing_here",
                   stick.count ? "这个 U 盘里没有给本机的内容"
                               : "这个 U 盘里没有驿窗的内容");
    for (size_t i = 0; i < settings->repository_count && !stop_asked; i++) {
        const struct repository *repository = &settings->repositories[i];
        const char *folder = folder_of(&stick, repository);
        if (!folder)
            continue;
        work->last = --left == 0;
        one_round(work, repository, folder, false);
    }
    work->report.fine = work->rank && !work->failed;
    stick_fini(&stick);
    buf_fini(&path);
}

/* What works on what is on board. */

static bool install_step(void *data, enum install_phase phase, size_t done,
                         size_t total)
{
    struct work *work = data;
    (void)phase;
    work->report.items = (int64_t)done;
    work->report.items_total = (int64_t)total;
    say(&work->report);
    return !stop_asked;
}

static const char *const install_words[INSTALL_RESULT_COUNT] = {
    [INSTALL_BAD_CONTENT] = "内容有错，没有换",
    [INSTALL_MISSING] = "缺少文件，要联网或用 U 盘补上",
    [INSTALL_NO_SPACE] = "空间不够",
    [INSTALL_DISK] = "本机存储写不进去",
    [INSTALL_STOPPED] = "已取消",
};

/* done and same: what to say where all is well. */
static void take_install(struct work *work, enum install_result result,
                         const char *done, const char *same)
{
    static const char *const symbols[INSTALL_RESULT_COUNT] = {
        [INSTALL_DONE] = "done",
        [INSTALL_NOTHING_NEW] = "nothing_new",
        [INSTALL_BAD_CONTENT] = "bad_content",
        [INSTALL_MISSING] = "missing",
        [INSTALL_NO_SPACE] = "no_space",
        [INSTALL_DISK] = "disk",
        [INSTALL_STOPPED] = "stopped",
    };
    const bool fine = result == INSTALL_DONE || result == INSTALL_NOTHING_NEW;
    const char *text = result == INSTALL_DONE          ? done
                       : result == INSTALL_NOTHING_NEW ? same
                                                       : install_words[result];
    set_result(&work->report, fine, symbols[result], text);
}

static struct objects *open_objects(const struct settings *settings)
{
    struct buf folder = {0};
    buf_printf(&folder, "%s/objects", settings->state);
    struct objects *objects = objects_open(folder.data);
    buf_fini(&folder);
    return objects;
}

/* The generation before the one on board; 0: there is none. */
static uint32_t generation_before(const struct settings *settings)
{
    struct install_generation list[INSTALL_GENERATIONS];
    struct arena arena = {0};
    uint32_t before = 0;
    bool passed = false;
    const size_t count = install_generations(settings->state, &arena, list);
    for (size_t i = 0; i < count && !before; i++) {
        if (passed)
            before = list[i].number;
        passed = passed || list[i].on_board;
    }
    arena_fini(&arena);
    return before;
}

static void rollback(struct work *work, const char *argument)
{
    const struct settings *settings = work->settings;
    uint32_t to = (uint32_t)strtoul(argument, NULL, 10);
    struct install_report report = {0};
    struct install_objects through;
    enum install_result result = INSTALL_DISK;
    if (!to && !(to = generation_before(settings))) {
        set_result(&work->report, false, "no_generation",
                   "没有更早的内容可以换回");
        return;
    }
    struct objects *objects = open_objects(settings);
    if (objects) {
        round_objects(objects, &through);
        result = install_rollback(
            settings->state, &through, to,
            &(struct install_progress){.data = work, .step = install_step},
            &report);
    }
    objects_close(objects);
    install_report_fini(&report);
    take_install(work, result, "已换回以前的内容", "已经是这一版内容");
}

static void scrub(struct work *work, const char *argument)
{
    struct install_report report = {0};
    struct install_objects through;
    enum install_result result = INSTALL_DISK;
    struct objects *objects = open_objects(work->settings);
    (void)argument;
    if (objects) {
        round_objects(objects, &through);
        result = install_scrub(
            work->settings->state, &through,
            &(struct install_progress){.data = work, .step = install_step},
            &report);
    }
    objects_close(objects);
    install_report_fini(&report);
    take_install(work, result, "检查过，已修好", "检查过，没有问题");
    /* What is gone comes again, where there is a network to bring it. */
    if (result == INSTALL_MISSING && work->settings->network)
        ask_network(work, true);
}

static const struct {
    const char *name, *phase;
    void (*run)(struct work *work, const char *argument);
} works[] = {
    {"network", "check", network},
    {"stick", "check", from_stick},
    {"rollback", "install", rollback},
    {"scrub", "check", scrub},
};

/* From here, for a stick may hang whoever writes on it. */
static void give_report(const struct work *work, const char *stick)
{
    struct control_status status = {
        .result_when = (int64_t)time(NULL),
        .generation = work->report.generation,
        .clock_wrong = work->report.clock_wrong,
    };
    memcpy(status.result, work->report.result, sizeof(status.result));
    memcpy(status.result_text, work->report.result_text,
           sizeof(status.result_text));
    memcpy(status.result_detail, work->report.result_detail,
           sizeof(status.result_detail));
    report_return(work->settings, &status, stick);
}

int round_main(const struct settings *settings, const char *what,
               const char *argument)
{
    struct work work = {.settings = settings, .report = {.seconds_left = -1}};
    struct sigaction term = {.sa_handler = ask_to_stop};
    for (size_t i = 0; i < COUNT_OF(works); i++) {
        if (strcmp(works[i].name, what) != 0)
            continue;
        sigaction(SIGTERM, &term, NULL);
        snprintf(work.report.phase, sizeof(work.report.phase), "%s",
                 works[i].phase);
        say(&work.report);
        works[i].run(&work, argument);
        note_generation(&work);
        if (!work.report.result[0])
            set_result(&work.report, false, "stopped", "已取消");
        snprintf(work.report.result_detail, sizeof(work.report.result_detail),
                 "%s", buf_text(&work.detail));
        if (work.asks && !stop_asked)
            give_report(&work, argument);
        say(&work.report);
        buf_fini(&work.detail);
        return work.report.fine ? 0 : 1;
    }
    return 2;
}
