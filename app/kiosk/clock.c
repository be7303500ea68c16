#include "app/kiosk/clock.h"

#include <sys/time.h>
#include <time.h>

void clock_set(struct clock *clock, const struct civil *civil, uint64_t now_ms)
{
    clock->scripted = true;
    clock->seconds = civil_to_seconds(civil);
    clock->at_ms = now_ms;
}

struct civil clock_now(const struct clock *clock, uint64_t now_ms)
{
    if (clock->scripted)
        return civil_from_seconds(clock->seconds +
                                  (int64_t)((now_ms - clock->at_ms) / 1000));
    time_t now = time(NULL);
    struct tm tm;
    if (!localtime_r(&now, &tm))
        return civil_from_seconds(0);
    return (struct civil){tm.tm_year + 1900, tm.tm_mon + 1,
                          tm.tm_mday,        tm.tm_hour,
                          tm.tm_min,         tm.tm_sec > 59 ? 59 : tm.tm_sec};
}

int clock_to_next_minute(const struct clock *clock, uint64_t now_ms)
{
    int rest;
    if (clock->scripted) {
        rest = (int)((now_ms - clock->at_ms) % 1000);
    } else {
        struct timeval now;
        gettimeofday(&now, NULL);
        rest = (int)(now.tv_usec / 1000);
    }
    return (60 - clock_now(clock, now_ms).second) * 1000 - rest;
}
