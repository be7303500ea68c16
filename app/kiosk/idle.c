#include "app/kiosk/idle.h"

#define TURN_SECONDS 9

void idle_init(struct idle *idle, int idle_seconds, int countdown_seconds,
               int attract_seconds, uint64_t now_ms)
{
    *idle = (struct idle){
        .state = IDLE_HOME,
        .idle_ms = idle_seconds * 1000,
        .countdown_ms = countdown_seconds * 1000,
        .attract_ms = attract_seconds * 1000,
        .turn_ms = TURN_SECONDS * 1000,
        .since_ms = now_ms,
    };
}

static void enter(struct idle *idle, enum idle_state state, uint64_t now_ms)
{
    idle->state = state;
    idle->since_ms = now_ms;
    idle->shown = 0;
}

bool idle_activity(struct idle *idle, uint64_t now_ms)
{
    bool only_woke =
        idle->state == IDLE_ATTRACT || idle->state == IDLE_COUNTDOWN;
    enter(idle, IDLE_BUSY, now_ms);
    return only_woke;
}

int idle_seconds_left(const struct idle *idle, uint64_t now_ms)
{
    int64_t left = idle->countdown_ms - (int64_t)(now_ms - idle->since_ms);
    return left <= 1000 ? 1 : (int)((left + 999) / 1000);
}

static enum idle_event tick_busy(struct idle *idle, bool traces,
                                 uint64_t now_ms)
{
    if (now_ms - idle->since_ms < (uint64_t)idle->idle_ms)
        return IDLE_NOTHING;
    if (!traces) {
        enter(idle, IDLE_HOME, now_ms);
        return IDLE_LEAVE;
    }
    enter(idle, IDLE_COUNTDOWN, now_ms);
    idle->shown = idle_seconds_left(idle, now_ms);
    return IDLE_ASK;
}

static enum idle_event tick_countdown(struct idle *idle, uint64_t now_ms)
{
    if (now_ms - idle->since_ms >= (uint64_t)idle->countdown_ms) {
        enter(idle, IDLE_HOME, now_ms);
        return IDLE_LEAVE;
    }
    int left = idle_seconds_left(idle, now_ms);
    if (left == idle->shown)
        return IDLE_NOTHING;
    idle->shown = left;
    return IDLE_SECOND;
}

static enum idle_event tick_attract(struct idle *idle, uint64_t now_ms)
{
    int turns = (int)((now_ms - idle->since_ms) / (uint64_t)idle->turn_ms);
    if (turns == idle->shown)
        return IDLE_NOTHING;
    idle->shown = turns;
    return IDLE_TURN;
}

enum idle_event idle_tick(struct idle *idle, bool traces, uint64_t now_ms)
{
    switch (idle->state) {
    case IDLE_BUSY:
        return tick_busy(idle, traces, now_ms);
    case IDLE_COUNTDOWN:
        return tick_countdown(idle, now_ms);
    case IDLE_HOME:
        if (!idle->attract_ms ||
            now_ms - idle->since_ms < (uint64_t)idle->attract_ms)
            return IDLE_NOTHING;
        enter(idle, IDLE_ATTRACT, now_ms);
        return IDLE_PLAY;
    case IDLE_ATTRACT:
        return tick_attract(idle, now_ms);
    }
    return IDLE_NOTHING;
}

int idle_next(const struct idle *idle, uint64_t now_ms)
{
    int64_t gone = (int64_t)(now_ms - idle->since_ms), at = -1;
    switch (idle->state) {
    case IDLE_BUSY:
        at = idle->idle_ms;
        break;
    case IDLE_COUNTDOWN:
        at = gone / 1000 * 1000 + 1000;
        break;
    case IDLE_HOME:
        at = idle->attract_ms ? idle->attract_ms : -1;
        break;
    case IDLE_ATTRACT:
        at = (int64_t)(idle->shown + 1) * idle->turn_ms;
        break;
    }
    if (at < 0)
        return -1;
    return at > gone ? (int)(at - gone) : 0;
}
