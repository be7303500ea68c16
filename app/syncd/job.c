#include "app/syncd/job.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "content/wire.h"

#define MODULE "job"

static const struct wire_field fields[] = {
    WIRE_TEXT_OF(struct job_report, phase),
    WIRE_NUMBER_OF(struct job_report, bytes),
    WIRE_NUMBER_OF(struct job_report, bytes_total),
    WIRE_NUMBER_OF(struct job_report, items),
    WIRE_NUMBER_OF(struct job_report, items_total),
    WIRE_NUMBER_OF(struct job_report, seconds_left),
    WIRE_FLAG_OF(struct job_report, can_pull_out),
    WIRE_FLAG_OF(struct job_report, clock_wrong),
    WIRE_FLAG_OF(struct job_report, fine),
    WIRE_TEXT_OF(struct job_report, result),
    WIRE_TEXT_OF(struct job_report, result_text),
    WIRE_TEXT_OF(struct job_report, result_detail),
    WIRE_NUMBER_OF(struct job_report, generation),
    WIRE_NUMBER_OF(struct job_report, retry_after),
};

void job_report_write(const struct job_report *report, struct buf *out)
{
    wire_write(report, fields, COUNT_OF(fields), out);
}

/* In the new process, between fork and exec: only what is safe there. */
static void become(const char *const *argv, int out, pid_t parent)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    /* Nobody goes on writing where a new service begins. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpriority(PRIO_PROCESS, 0, 10); /* visitors first */
    if (getppid() == parent && dup2(out, STDOUT_FILENO) >= 0)
        execv("/proc/self/exe", (char *const *)argv);
    _exit(127);
}

bool job_start(struct job *job, enum control_work work, const char *stick,
               const char *const *argv, int64_t now)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        log_error(MODULE, "pipe: %s", strerror(errno));
        return false;
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    const pid_t parent = getpid(), pid = fork();
    if (pid == 0)
        become(argv, ends[1], parent);
    close(ends[1]);
    if (pid < 0) {
        log_error(MODULE, "fork: %s", strerror(errno));
        close(ends[0]);
        return false;
    }
    *job = (struct job){.work = work,
                        .pid = pid,
                        .fd = ends[0],
                        .report = {.seconds_left = -1},
                        .deadline = now + JOB_SILENT_SECONDS};
    snprintf(job->stick, sizeof(job->stick), "%s", stick);
    return true;
}

bool job_running(const struct job *job)
{
    return job->pid > 0;
}

int job_fd(const struct job *job)
{
    return job_running(job) ? job->fd : -1;
}

/* Whole lines go into the report; true when there was one. */
static bool take_lines(struct job *job)
{
    bool changed = false;
    size_t at = 0;
    char *end;
    while (job->lines.length > at &&
           (end = memchr(job->lines.data + at, '\n', job->lines.length - at))) {
        char reason[256];
        const size_t length = (size_t)(end - job->lines.data) - at;
        if (wire_read(job->lines.data + at, length, fields, COUNT_OF(fields),
                      &job->report, reason))
            changed = true;
        else
            log_warn(MODULE, "a line of the process is %s", reason);
        at += length + 1;
    }
    if (at)
        memmove(job->lines.data, job->lines.data + at, job->lines.length - at);
    job->lines.length -= at;
    if (job->lines.length > WIRE_BYTES_MAX)
        buf_clear(&job->lines);
    return changed;
}

bool job_read(struct job *job, int64_t now)
{
    bool changed = false;
    ssize_t got;
    while (job->fd >= 0) {
        char bytes[4096];
        got = read(job->fd, bytes, sizeof(bytes));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == EAGAIN)
            break;
        if (got <= 0) {
            close(job->fd);
            job->fd = -1;
            break;
        }
        buf_add(&job->lines, bytes, (size_t)got);
        changed = take_lines(job) || changed;
    }
    if (changed && !job->stopping)
        job->deadline = now + JOB_SILENT_SECONDS;
    return changed;
}

void job_stop(struct job *job, int64_t now)
{
    if (!job_running(job) || job->stopping)
        return;
    job->stopping = true;
    job->deadline = now + JOB_STOP_SECONDS;
    kill(job->pid, SIGTERM);
}

void job_tick(struct job *job, int64_t now)
{
    if (!job_running(job) || now < job->deadline)
        return;
    if (!job->stopping) {
        log_warn(MODULE, "nothing heard for %d seconds", JOB_SILENT_SECONDS);
        job_stop(job, now);
    } else {
        kill(job->pid, SIGKILL);
    }
}

static void set_result(struct job_report *report, const char *result,
                       const char *text)
{
    report->fine = false;
    snprintf(report->result, sizeof(report->result), "%s", result);
    snprintf(report->result_text, sizeof(report->result_text), "%s", text);
}

bool job_ended(struct job *job, int64_t now)
{
    int status;
    if (!job_running(job) || waitpid(job->pid, &status, WNOHANG) != job->pid)
        return false;
    job_read(job, now); /* what is left in the pipe */
    if (job->fd >= 0)
        close(job->fd);
    job->fd = -1;
    job->pid = 0;
    buf_fini(&job->lines);
    if (job->report.result[0])
        return true;
    if (job->stopping) {
        set_result(&job->report, "stopped", "已停止，内容没有变");
        return true;
    }
    log_error(MODULE, "the process ended with %s %d",
              WIFSIGNALED(status) ? "signal" : "status",
              WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    set_result(&job->report, "crashed", "更新程序出错，内容没有变");
    return true;
}

void job_kill(struct job *job)
{
    if (!job_running(job))
        return;
    kill(job->pid, SIGKILL);
    while (waitpid(job->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    if (job->fd >= 0)
        close(job->fd);
    buf_fini(&job->lines);
    *job = (struct job){.fd = -1};
}
