/* control.h - what yichuang-sync and those who ask it say to each other: one
 * JSON object a line over a Unix socket, described for people in
 * yichuang-sync(8). The staff screen and yichuangctl ask, the service answers.
 *
 * Every request gets one line back: a status (status, progress), or an answer
 * (all others). After "progress" a status follows whenever something changed,
 * until the connection is closed. */
#ifndef CONTENT_CONTROL_H
#define CONTENT_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define CONTROL_SOCKET "/run/yichuang/sync.sock"
enum { CONTROL_LINE_MAX = 1024 }; /* bytes of a request, newline included */

/* symbol, word */
#define CONTROL_REQUESTS(X) \
    X(NONE, "")             \
    X(STATUS, "status")     \
    X(PROGRESS, "progress") \
    X(INSTALL, "install")   \
    X(CANCEL, "cancel")     \
    X(ROLLBACK, "rollback") \
    X(SCRUB, "scrub")

enum control_do {
#define X(symbol, word) CONTROL_##symbol,
    CONTROL_REQUESTS(X)
#undef X
};

struct control_request {
    enum control_do what;
    char stick[64];     /* install: a name of `sticks`; "" is the network */
    int64_t generation; /* rollback: where to; 0 is the one before */
};

/* What the service is at. */
enum control_work {
    CONTROL_WORK_NONE,
    CONTROL_WORK_NETWORK,
    CONTROL_WORK_STICK,
    CONTROL_WORK_ROLLBACK,
    CONTROL_WORK_SCRUB,
};

/* All that a screen needs. Times are seconds since 1970 by the machine's clock,
 * 0 when there is none. */
struct control_status {
    enum control_work work;
    char stick[64]; /* the one that is worked on */
    char phase[24]; /* of the work: check, fetch, install, … */
    int64_t bytes, bytes_total, items, items_total;
    int64_t seconds_left; /* -1: not known */
    bool can_pull_out;    /* nothing is needed any more from the stick */
    char sticks[512];     /* names of all that are there, with spaces between */
    int64_t waiting;      /* what else is to be done after this */
    /* The last piece of work that ended. */
    enum control_work last_work;
    char result[32];         /* one word, for programs */
    char result_text[256];   /* 已更新, for people */
    char result_detail[512]; /* which file, how much; "" for nothing */
    int64_t result_when;
    char report[256];     /* file with the report; "" is none */
    int64_t generation;   /* on board; 0 is none */
    bool clock_wrong;     /* the machine's clock cannot be right */
    int64_t next_network; /* when the network is asked again */
};

/* False with a phrase of English in reason when it is none. */
bool control_request_read(const char *line, size_t length,
                          struct control_request *out, char reason[256]);
void control_request_write(const struct control_request *request,
                           struct buf *out);

bool control_status_read(const char *line, size_t length,
                         struct control_status *out, char reason[256]);
void control_status_write(const struct control_status *status, struct buf *out);

/* ok, or what is wrong with a request: English for programs and Chinese for
 * people, "" for nothing. */
struct control_answer {
    bool ok;
    char error[256], text[256];
};
bool control_answer_read(const char *line, size_t length,
                         struct control_answer *out, char reason[256]);
void control_answer_write(const struct control_answer *answer, struct buf *out);

#endif
