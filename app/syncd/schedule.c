#include "app/syncd/schedule.h"

#include "content/backoff.h"

enum {
    DAY = 86400,
    LATE_SPAN = 600, /* a missed slot is made up for within, after the start */
    SCRUB_EVERY = 7 * DAY,
    SCRUB_LATEST = 14 * DAY, /* by day too, where nights are without power */
    WAIT_MAX = 3600,
    INTERRUPTIONS_FREE = 5, /* as many restarts go on at once */
};

/* Rounds down also before 1970, where a clock without a battery may be. */
static int64_t midnight(int64_t wall)
{
    const int64_t rest = wall % DAY;
    return wall - (rest < 0 ? rest + DAY : rest);
}

/* The start of the window of the day of wall, or of the day before. */
static int64_t window_of(const struct schedule *schedule, int64_t wall)
{
    const int64_t start = midnight(wall) + schedule->window_start;
    return start <= wall ? start : start - DAY;
}

static int64_t slot(const struct schedule *schedule)
{
    return backoff_slot(schedule->kiosk, "round", schedule->window);
}

/* The last slot that is not after wall. */
static int64_t last_slot(const struct schedule *schedule, int64_t wall)
{
    const int64_t at = window_of(schedule, wall) + slot(schedule);
    return at <= wall ? at : at - DAY;
}

static bool owed(const struct schedule *schedule, struct moment now)
{
    const int64_t checked = schedule->memory.checked;
    /* A check in the future: the clock went back, nothing can be said. */
    return !checked || checked < last_slot(schedule, now.wall) ||
           checked > now.wall + DAY;
}

/* Seconds of wait that are left of an owed round, 0: none. */
static int64_t held_back(const struct schedule *schedule, struct moment now)
{
    const struct schedule_memory *memory = &schedule->memory;
    const int64_t awake = now.steady - schedule->started.steady;
    int64_t until = schedule->not_before;
    /* Missed while off. The start as the clock says now, for it may have been
     * corrected since. */
    if (!memory->running && memory->checked &&
        last_slot(schedule, now.wall) < now.wall - awake) {
        const int64_t late = schedule->started.steady +
                             backoff_slot(schedule->kiosk, "late", LATE_SPAN);
        until = until > late ? until : late;
    }
    return until > now.steady ? until - now.steady : 0;
}

static bool scrub_due(const struct schedule *schedule, struct moment now)
{
    const int64_t age = now.wall - schedule->memory.scrubbed;
    const bool night =
        now.wall - window_of(schedule, now.wall) < schedule->window;
    return (night && (age >= SCRUB_EVERY || age < 0)) || age >= SCRUB_LATEST;
}

void schedule_start(struct schedule *schedule, struct moment now)
{
    struct schedule_memory *memory = &schedule->memory;
    schedule->started = now;
    schedule->not_before = now.steady;
    if (!memory->scrubbed)
        memory->scrubbed = now.wall; /* nothing is old yet */
    if (memory->running && memory->interruptions++ >= INTERRUPTIONS_FREE)
        schedule->not_before += backoff_delay(
            schedule->kiosk,
            (unsigned)(memory->interruptions - INTERRUPTIONS_FREE), 0);
}

enum schedule_task schedule_due(const struct schedule *schedule,
                                struct moment now)
{
    const bool asked =
        schedule->network && (schedule->memory.running || owed(schedule, now));
    if (asked && !held_back(schedule, now))
        return SCHEDULE_NETWORK;
    return scrub_due(schedule, now) ? SCHEDULE_SCRUB : SCHEDULE_NOTHING;
}

/* Seconds until the network is asked. */
static int64_t network_wait(const struct schedule *schedule, struct moment now)
{
    if (schedule->memory.running || owed(schedule, now))
        return held_back(schedule, now);
    return last_slot(schedule, now.wall) + DAY - now.wall;
}

int64_t schedule_wait(const struct schedule *schedule, struct moment now)
{
    int64_t wait = schedule->network ? network_wait(schedule, now) : WAIT_MAX;
    const int64_t window =
        window_of(schedule, now.wall) + DAY - now.wall; /* for a scrub */
    wait = wait < window ? wait : window;
    wait = wait < WAIT_MAX ? wait : WAIT_MAX;
    return wait > 1 ? wait : 1;
}

int64_t schedule_next_network(const struct schedule *schedule,
                              struct moment now)
{
    return schedule->network ? now.wall + network_wait(schedule, now) : 0;
}

void schedule_begin(struct schedule *schedule, enum schedule_task task)
{
    if (task == SCHEDULE_NETWORK)
        schedule->memory.running = true;
}

void schedule_end(struct schedule *schedule, enum schedule_task task, bool fine,
                  int64_t retry_after, struct moment now)
{
    struct schedule_memory *memory = &schedule->memory;
    if (task == SCHEDULE_SCRUB)
        memory->scrubbed = now.wall; /* also after a fault: not all night */
    if (task != SCHEDULE_NETWORK)
        return;
    memory->running = false;
    memory->interruptions = 0;
    if (fine) {
        memory->checked = now.wall;
        memory->failures = 0;
        schedule->not_before = now.steady;
        return;
    }
    if (memory->failures < 1000)
        memory->failures++;
    schedule->not_before =
        now.steady +
        backoff_delay(schedule->kiosk, (unsigned)memory->failures, retry_after);
}

void schedule_stopped(struct schedule *schedule, enum schedule_task task)
{
    if (task == SCHEDULE_NETWORK)
        schedule->not_before = schedule->started.steady;
}

void schedule_refused(struct schedule *schedule, enum schedule_task task,
                      struct moment now)
{
    schedule_end(schedule, task, true, 0, now);
}
