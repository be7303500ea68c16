/* job.h - one piece of work in a process of its own: the service executes
 * itself with --round. A parser that crashes, memory that was needed, a stick
 * that hangs in the kernel: all of it ends with the process, and the service
 * answers meanwhile. The process tells how far it is in lines on a pipe, and
 * dies with the service. */
#ifndef APP_SYNCD_JOB_H
#define APP_SYNCD_JOB_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "content/control.h"

enum {
    JOB_STOP_SECONDS = 10,    /* to end by itself when asked to */
    JOB_SILENT_SECONDS = 1800 /* without a line: it hangs */
};

/* What the process says; each line replaces what it names. */
struct job_report {
    char phase[24];
    int64_t bytes, bytes_total, items, items_total;
    int64_t seconds_left; /* -1: not known */
    bool can_pull_out;
    bool clock_wrong;
    /* With the last line, result is not "". */
    bool fine; /* the schedule need not try again */
    char result[32], result_text[256], result_detail[512];
    int64_t generation;  /* now on board; 0: not known */
    int64_t retry_after; /* seconds the server asked for; 0: nothing */
};
void job_report_write(const struct job_report *report, struct buf *out);

struct job {
    enum control_work work;
    char stick[64];
    struct job_report report;
    bool stopping;
    /* Private. */
    pid_t pid; /* 0: none */
    int fd;    /* -1: none */
    struct buf lines;
    int64_t deadline; /* steady seconds: then it is killed */
};

/* argv: of the process, ends with NULL; argv[0] is a path. False when it cannot
 * be started (logged). now: steady seconds, also below. */
bool job_start(struct job *job, enum control_work work, const char *stick,
               const char *const *argv, int64_t now);
bool job_running(const struct job *job);
int job_fd(const struct job *job); /* readable: call job_read; -1: none */
/* Takes in what it said; true when that changed the report. */
bool job_read(struct job *job, int64_t now);
/* Asks it to end; later it is told, by job_tick. */
void job_stop(struct job *job, int64_t now);
/* Kills what does not end, or says nothing for too long. */
void job_tick(struct job *job, int64_t now);
/* Whether it has ended; then job is free for the next one, and report stays. A
 * process that said no result has one now: it was stopped, or crashed. */
bool job_ended(struct job *job, int64_t now);
/* Kills it at once, for the end of the service. */
void job_kill(struct job *job);

#endif
