#include "app/syncd/service.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/syncd/job.h"
#include "app/syncd/memory.h"
#include "app/syncd/notify.h"
#include "app/syncd/report.h"
#include "app/syncd/schedule.h"
#include "app/syncd/socket.h"
#include "app/syncd/sticks.h"
#include "base/log.h"
#include "content/install.h"

#define MODULE "service"

enum {
    TELL_MS = 200,       /* between two statuses to those who follow */
    REPORT_SECONDS = 20, /* that a report may wait for yichuang-mount */
};

/* Why a piece of work was stopped. */
enum stop { STOP_NONE, STOP_ASKED, STOP_PULLED, STOP_FOR_STICK };

struct service {
    const struct settings *settings;
    const char *program, *config;
    int lock, signals;
    struct sticks *sticks; /* NULL: none are looked for */
    struct control_socket *socket;
    struct schedule schedule;
    struct job job;
    enum stop stop;
    struct control_status status;
    bool wanted[CONTROL_WORK_SCRUB + 1]; /* by people, not begun yet */
    int64_t rollback_to;
    char reporting[64];   /* stick whose report yichuang-mount shall take */
    int64_t report_until; /* steady seconds */
    int64_t told_ms;
    bool changed; /* since followers were told */
    bool quit;
};

static int64_t steady_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t zone(int64_t now)
{
    const time_t seconds = (time_t)now;
    struct tm local;
    return localtime_r(&seconds, &local) ? local.tm_gmtoff : 0;
}

static struct moment moment_now(void)
{
    const int64_t now = (int64_t)time(NULL);
    return (struct moment){.wall = now + zone(now),
                           .steady = steady_ms() / 1000};
}

static void remember(struct service *service)
{
    const struct memory memory = {.schedule = service->schedule.memory,
                                  .last = service->status};
    memory_save(service->settings->state, &memory);
}

/* The one place that makes the status. */
static void refresh_status(struct service *service)
{
    struct control_status *status = &service->status;
    const struct job *job = &service->job;
    const struct job_report *report = &job->report;
    const int64_t now = (int64_t)time(NULL);
    const bool running = job_running(job);
    status->work = running ? job->work : CONTROL_WORK_NONE;
    snprintf(status->stick, sizeof(status->stick), "%s", job->stick);
    snprintf(status->phase, sizeof(status->phase), "%s",
             running ? report->phase : "");
    status->bytes = running ? report->bytes : 0;
    status->bytes_total = running ? report->bytes_total : 0;
    status->items = running ? report->items : 0;
    status->items_total = running ? report->items_total : 0;
    status->seconds_left = running ? report->seconds_left : -1;
    status->waiting = 0;
    for (size_t i = 0; i < COUNT_OF(service->wanted); i++)
        status->waiting += service->wanted[i];
    status->sticks[0] = 0;
    if (service->sticks) {
        status->waiting += (int64_t)sticks_waiting(service->sticks);
        sticks_names(service->sticks, status->sticks, sizeof(status->sticks));
    }
    /* A stick that gets a report is needed until that is on it. */
    status->can_pull_out = job->work == CONTROL_WORK_STICK &&
                           !service->reporting[0] &&
                           (!running || report->can_pull_out);
    const struct moment moment = moment_now();
    const int64_t next = schedule_next_network(&service->schedule, moment);
    status->next_network = next ? next - (moment.wall - now) : 0;
}

static void note_change(struct service *service)
{
    service->changed = true;
    refresh_status(service);
}

/* Starting and ending work. */

static void start(struct service *service, enum control_work work,
                  const char *argument)
{
    static const char *const words[] = {"", "network", "stick", "rollback",
                                        "scrub"};
    const char *const argv[] = {
        service->program, "--config", service->config, "--round", words[work],
        argument,         NULL};
    const char *stick = work == CONTROL_WORK_STICK ? argument : "";
    service->stop = STOP_NONE;
    service->wanted[work] = false;
    if (work == CONTROL_WORK_NETWORK) {
        schedule_begin(&service->schedule, SCHEDULE_NETWORK);
        remember(service);
    }
    if (job_start(&service->job, work, stick, argv, steady_ms() / 1000))
        log_info(MODULE, "%s %s begins", words[work], argument);
    else if (work == CONTROL_WORK_NETWORK || work == CONTROL_WORK_SCRUB)
        schedule_end(&service->schedule,
                     work == CONTROL_WORK_SCRUB ? SCHEDULE_SCRUB
                                                : SCHEDULE_NETWORK,
                     false, 0, moment_now());
    note_change(service);
}

/* What goes first, see service.h. */
static void start_next(struct service *service)
{
    struct plugged *stick =
        service->sticks ? sticks_next(service->sticks) : NULL;
    char number[24];
    if (stick) {
        stick->handled = true;
        start(service, CONTROL_WORK_STICK, stick->name);
        return;
    }
    if (service->wanted[CONTROL_WORK_ROLLBACK]) {
        snprintf(number, sizeof(number), "%" PRId64, service->rollback_to);
        start(service, CONTROL_WORK_ROLLBACK, number);
        return;
    }
    const enum schedule_task due =
        schedule_due(&service->schedule, moment_now());
    if (service->wanted[CONTROL_WORK_NETWORK] || due == SCHEDULE_NETWORK)
        start(service, CONTROL_WORK_NETWORK, "");
    else if (service->wanted[CONTROL_WORK_SCRUB] || due == SCHEDULE_SCRUB)
        start(service, CONTROL_WORK_SCRUB, "");
}

static void stop(struct service *service, enum stop why)
{
    if (!job_running(&service->job) || service->stop)
        return;
    service->stop = why;
    job_stop(&service->job, steady_ms() / 1000);
}

/* A stick does not wait for a download; it does for the minute in which what
 * was downloaded is put in place. */
static void make_way(struct service *service)
{
    const struct job *job = &service->job;
    if (service->sticks && sticks_next(service->sticks) &&
        (job->work == CONTROL_WORK_NETWORK ||
         job->work == CONTROL_WORK_SCRUB) &&
        strcmp(job->report.phase, "install") != 0)
        stop(service, STOP_FOR_STICK);
}

static void end_schedule(struct service *service)
{
    const struct job *job = &service->job;
    const struct moment now = moment_now();
    enum schedule_task task = SCHEDULE_NOTHING;
    if (job->work == CONTROL_WORK_NETWORK)
        task = SCHEDULE_NETWORK;
    else if (job->work == CONTROL_WORK_SCRUB)
        task = SCHEDULE_SCRUB;
    if (job->report.fine || service->stop == STOP_NONE)
        schedule_end(&service->schedule, task, job->report.fine,
                     job->report.retry_after, now);
    else if (service->stop == STOP_FOR_STICK)
        schedule_stopped(&service->schedule, task);
    else
        schedule_refused(&service->schedule, task, now);
}

/* The work has laid out what it could not write onto the stick itself. Nothing
 * here touches the stick: one that hangs would hang the service. */
static void await_report(struct service *service)
{
    const char *stick = service->job.stick;
    if (!report_pending(service->settings, stick))
        return;
    snprintf(service->reporting, sizeof(service->reporting), "%s", stick);
    service->report_until = steady_ms() / 1000 + REPORT_SECONDS;
    if (!sticks_find(service->sticks, stick))
        service->report_until = 0;
}

static void take_result(struct service *service)
{
    struct control_status *status = &service->status;
    struct job_report *report = &service->job.report;
    if (service->stop == STOP_PULLED && !report->fine) {
        snprintf(report->result, sizeof(report->result), "pulled");
        snprintf(report->result_text, sizeof(report->result_text),
                 "U 盘拔得太早，内容没有变，请重新插入");
        report->result_detail[0] = 0;
    }
    status->last_work = service->job.work;
    status->result_when = (int64_t)time(NULL);
    status->clock_wrong = report->clock_wrong;
    if (report->generation)
        status->generation = report->generation;
    memcpy(status->result, report->result, sizeof(status->result));
    memcpy(status->result_text, report->result_text,
           sizeof(status->result_text));
    memcpy(status->result_detail, report->result_detail,
           sizeof(status->result_detail));
    log_info(MODULE, "%s: %s %s", status->result, status->result_text,
             status->result_detail);
    if (service->job.work != CONTROL_WORK_STICK)
        return;
    report_keep(service->settings, status, status->report,
                sizeof(status->report));
    await_report(service);
}

static void end(struct service *service)
{
    end_schedule(service);
    /* What gave way has no result yet. */
    if (service->job.report.fine || service->stop != STOP_FOR_STICK)
        take_result(service);
    else if (service->job.work == CONTROL_WORK_SCRUB)
        service->wanted[CONTROL_WORK_SCRUB] = true;
    remember(service);
    note_change(service);
}

static void stick_gone(void *data, const char *name)
{
    struct service *service = data;
    const struct job *job = &service->job;
    if (job_running(job) && job->work == CONTROL_WORK_STICK &&
        !strcmp(job->stick, name) && !job->report.can_pull_out)
        stop(service, STOP_PULLED);
    if (!strcmp(service->reporting, name)) {
        report_forget(service->settings, name);
        service->reporting[0] = 0;
    }
    note_change(service);
}

static void look_after_report(struct service *service)
{
    if (!service->reporting[0])
        return;
    const bool late = steady_ms() / 1000 >= service->report_until;
    if (!late && report_pending(service->settings, service->reporting))
        return;
    if (late)
        log_warn(MODULE, "%s: nobody took the report", service->reporting);
    report_forget(service->settings, service->reporting);
    service->reporting[0] = 0;
    note_change(service);
}

/* What people ask for. Each returns what is wrong, in Chinese; NULL: nothing.
 */

static const char *ask_install(struct service *service,
                               const struct control_request *request)
{
    struct plugged *stick = NULL;
    if (!request->stick[0]) {
        if (!service->settings->network)
            return "这台机器没有开网络更新";
        if (service->job.work != CONTROL_WORK_NETWORK ||
            !job_running(&service->job))
            service->wanted[CONTROL_WORK_NETWORK] = true;
        return NULL;
    }
    if (service->sticks)
        stick = sticks_find(service->sticks, request->stick);
    if (!stick)
        return "没有这个 U 盘";
    if (!job_running(&service->job) ||
        strcmp(service->job.stick, request->stick) != 0)
        stick->handled = false;
    return NULL;
}

static const char *ask_cancel(struct service *service,
                              const struct control_request *request)
{
    (void)request;
    if (!job_running(&service->job))
        return "现在没有在更新";
    stop(service, STOP_ASKED);
    return NULL;
}

static const char *ask_rollback(struct service *service,
                                const struct control_request *request)
{
    service->rollback_to = request->generation;
    service->wanted[CONTROL_WORK_ROLLBACK] = true;
    return NULL;
}

static const char *ask_scrub(struct service *service,
                             const struct control_request *request)
{
    (void)request;
    service->wanted[CONTROL_WORK_SCRUB] = true;
    return NULL;
}

static const struct {
    const char *name;
    const char *(*ask)(struct service *service,
                       const struct control_request *request);
    bool backwards; /* keeps new content, and take-downs on their way, off */
} wishes[] = {
    [CONTROL_INSTALL] = {"install", ask_install, false},
    [CONTROL_CANCEL] = {"cancel", ask_cancel, true},
    [CONTROL_ROLLBACK] = {"rollback", ask_rollback, true},
    [CONTROL_SCRUB] = {"scrub", ask_scrub, false},
};

static bool may_ask(const struct service *service,
                    const struct socket_peer *peer, enum control_do what)
{
    return !wishes[what].backwards || service->settings->control ||
           peer->uid == 0 || peer->uid == (int64_t)geteuid();
}

static void refuse(const char *error, const char *text,
                   struct control_answer *out)
{
    out->ok = false;
    snprintf(out->error, sizeof(out->error), "%s", error);
    snprintf(out->text, sizeof(out->text), "%s", text);
}

static void answer(void *data, const struct socket_peer *peer,
                   const struct control_request *request, struct buf *out,
                   bool *follow)
{
    struct service *service = data;
    struct control_answer answer = {.ok = true};
    if (request->what == CONTROL_STATUS || request->what == CONTROL_PROGRESS) {
        refresh_status(service);
        control_status_write(&service->status, out);
        *follow = *follow || request->what == CONTROL_PROGRESS;
        return;
    }
    log_info(MODULE, "user %" PRId64 ", process %" PRId64 " asks for %s",
             peer->uid, peer->pid, wishes[request->what].name);
    const char *wrong = NULL;
    if (!may_ask(service, peer, request->what))
        refuse("not allowed", "这件事要由管理员来做", &answer);
    else if ((wrong = wishes[request->what].ask(service, request)))
        refuse("not possible now", wrong, &answer);
    control_answer_write(&answer, out);
    note_change(service);
}

/* The loop. */

static void tell(struct service *service)
{
    struct buf line = {0};
    const int64_t now = steady_ms();
    if (!service->changed || now - service->told_ms < TELL_MS)
        return;
    service->changed = false;
    service->told_ms = now;
    control_status_write(&service->status, &line);
    socket_tell(service->socket, &line);
    buf_clear(&line);
    buf_printf(&line, "STATUS=%s %s", service->status.work ? "working" : "idle",
               service->status.work ? service->status.phase
                                    : service->status.result);
    notify_send(buf_text(&line));
    buf_fini(&line);
}

static void take_signals(struct service *service)
{
    struct signalfd_siginfo info;
    while (read(service->signals, &info, sizeof(info)) == sizeof(info))
        if (info.ssi_signo != SIGCHLD)
            service->quit = true;
}

/* Milliseconds until something is to be done without being woken. */
static int sleep_ms(const struct service *service)
{
    const struct moment now = moment_now();
    int64_t wait = schedule_wait(&service->schedule, now) * 1000;
    const int64_t watchdog = notify_watchdog() * 1000;
    const int64_t limits[] = {
        60000, /* the clock on the wall may have been set */
        watchdog ? watchdog : 60000,
        job_running(&service->job) ? 1000 : 60000,
        socket_clients(service->socket) ? 5000 : 60000,
        service->reporting[0] ? 500 : 60000,
        service->changed ? TELL_MS : 60000,
    };
    for (size_t i = 0; i < COUNT_OF(limits); i++)
        wait = wait < limits[i] ? wait : limits[i];
    return (int)wait;
}

enum { POLL_SIGNALS, POLL_STICKS, POLL_JOB, POLL_SOCKET };

static void turn(struct service *service)
{
    struct pollfd list[POLL_SOCKET + SOCKET_POLL_MAX] = {
        [POLL_SIGNALS] = {.fd = service->signals, .events = POLLIN},
        [POLL_STICKS] = {.fd =
                             service->sticks ? sticks_fd(service->sticks) : -1,
                         .events = POLLIN},
        [POLL_JOB] = {.fd = job_fd(&service->job), .events = POLLIN},
    };
    const size_t sockets = socket_poll(service->socket, list + POLL_SOCKET);
    if (poll(list, (nfds_t)(POLL_SOCKET + sockets), sleep_ms(service)) < 0)
        return; /* EINTR: nothing in list was filled in */
    const int64_t now = steady_ms() / 1000;
    take_signals(service);
    if (list[POLL_STICKS].revents) {
        sticks_read(service->sticks, stick_gone, service);
        note_change(service);
    }
    if (list[POLL_JOB].revents && job_read(&service->job, now))
        note_change(service);
    job_tick(&service->job, now);
    if (job_ended(&service->job, now))
        end(service);
    socket_serve(service->socket, list + POLL_SOCKET, sockets, now);
    socket_tick(service->socket, now);
    look_after_report(service);
    make_way(service);
    if (!job_running(&service->job) && !service->reporting[0] && !service->quit)
        start_next(service);
    tell(service);
}

static bool open_all(struct service *service)
{
    const struct settings *settings = service->settings;
    struct memory memory;
    struct buf path = {0};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    service->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    service->lock = memory_lock(settings->state);
    if (service->signals < 0 || service->lock < 0)
        return false;
    memory_load(settings->state, &memory);
    service->status = memory.last;
    service->schedule.memory = memory.schedule;
    schedule_start(&service->schedule, moment_now());
    remember(service);
    mkdir(settings->run, 0750); /* what is put into it tells if it failed */
    buf_printf(&path, "%s/sync.sock", settings->run);
    service->socket = socket_open(path.data, answer, service);
    buf_clear(&path);
    buf_printf(&path, "%s/sticks", settings->run);
    if (settings->stick)
        service->sticks = sticks_open(path.data);
    buf_fini(&path);
    return service->socket != NULL;
}

int service_run(const struct settings *settings, const char *program,
                const char *config)
{
    struct service service = {
        .settings = settings,
        .program = program,
        .config = config,
        .lock = -1,
        .signals = -1,
        .job = {.fd = -1},
        .schedule = {.kiosk = settings->kiosk,
                     .network =
                         settings->network && settings->repository_count > 0,
                     .window_start = settings->window_start * 60,
                     .window = settings->window_minutes * 60},
    };
    const bool fine = open_all(&service);
    if (fine) {
        /* Before a kiosk that is started after us looks at it. */
        install_recover(settings->state);
        notify_send("READY=1");
        log_info(MODULE, "kiosk %s, area %s, %zu repositories", settings->kiosk,
                 settings->area, settings->repository_count);
        note_change(&service);
        start_next(&service);
    }
    while (fine && !service.quit) {
        turn(&service);
        notify_send("WATCHDOG=1");
    }
    notify_send("STOPPING=1");
    /* Power cuts do the same: what was begun is carried on the next time. */
    job_kill(&service.job);
    sticks_close(service.sticks);
    socket_close(service.socket);
    if (service.signals >= 0)
        close(service.signals);
    if (service.lock >= 0)
        close(service.lock);
    return fine ? 0 : 1;
}
