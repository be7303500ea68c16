/* schedule.h - when the service does something by itself: the network once a
 * day, a scrub once a week. Never asks a clock: it is told the moment, so that
 * a month passes in a test in no time.
 *
 * The daily window is spread over kiosks by backoff_slot. A slot that passed
 * while the machine was off is made up for within ten minutes after the start;
 * a kiosk that never had content asks at once. After a failure comes a wait
 * (backoff_delay) by the steady clock, which no correction of the time moves.
 */
#ifndef APP_SYNCD_SCHEDULE_H
#define APP_SYNCD_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

/* Both in seconds. */
struct moment {
    int64_t wall;   /* what a clock on the wall shows, as if it were UTC */
    int64_t steady; /* since the machine was started */
};

/* What must survive a restart. */
struct schedule_memory {
    int64_t checked;       /* wall: the last network round that ended well */
    int64_t failures;      /* in a row since then */
    int64_t scrubbed;      /* wall; 0: never */
    bool running;          /* a network round was begun and did not end, */
    int64_t interruptions; /* so many times in a row */
};

enum schedule_task { SCHEDULE_NOTHING, SCHEDULE_NETWORK, SCHEDULE_SCRUB };

struct schedule {
    const char *kiosk;            /* borrowed */
    bool network;                 /* false: only scrubs */
    int64_t window_start, window; /* seconds after midnight, seconds */
    struct schedule_memory memory;
    struct moment started;
    int64_t not_before; /* steady: the wait after a failure */
};

/* After the fields above were filled in, memory with what was kept or zeros. */
void schedule_start(struct schedule *schedule, struct moment now);

/* What is due. The same until schedule_begin. */
enum schedule_task schedule_due(const struct schedule *schedule,
                                struct moment now);
/* Seconds until something may be due; at least 1, at most 3600: clocks are
 * corrected, so nobody sleeps for longer on their word. */
int64_t schedule_wait(const struct schedule *schedule, struct moment now);
/* Wall time of the next network round as far as known; 0: none. */
int64_t schedule_next_network(const struct schedule *schedule,
                              struct moment now);

void schedule_begin(struct schedule *schedule, enum schedule_task task);
/* How it ended, by itself or by hand. retry_after: seconds that the server
 * asked for, 0 for nothing. */
void schedule_end(struct schedule *schedule, enum schedule_task task, bool fine,
                  int64_t retry_after, struct moment now);
/* It was stopped for something more important, and is due again at once. */
void schedule_stopped(struct schedule *schedule, enum schedule_task task);
/* Somebody stopped it: not before the next slot. */
void schedule_refused(struct schedule *schedule, enum schedule_task task,
                      struct moment now);

#endif
