/* clock.h - what time it is at the kiosk: the panel's clock and the day that
 * decides what has expired. A script sets it; otherwise it is local time. */
#ifndef APP_KIOSK_CLOCK_H
#define APP_KIOSK_CLOCK_H

#include "base/civil.h"

struct clock {
    bool scripted;
    int64_t seconds; /* scripted: civil seconds at ... */
    uint64_t at_ms;  /* ... this moment of the window's clock */
};

void clock_set(struct clock *clock, const struct civil *civil, uint64_t now_ms);
struct civil clock_now(const struct clock *clock, uint64_t now_ms);

/* Milliseconds until the clock's minute changes. */
int clock_to_next_minute(const struct clock *clock, uint64_t now_ms);

#endif
