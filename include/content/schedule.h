/* schedule.h - opening times after the HSDS 3.0 `schedule` table (Open
 * Referral): when is this place open?
 *
 * Rows without dates hold in general. When rows with valid_from/valid_to cover
 * a day, only they hold on that day: that is how holidays are written. A dated
 * row without times says closed. A day may have several rows (midday break);
 * 00:00-24:00 is round the clock; closes before opens runs past midnight. What
 * adjoins is one opening: 8:00-12:00 and 12:00-18:00 close at 18:00. */
#ifndef CONTENT_SCHEDULE_H
#define CONTENT_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/civil.h"

struct schedule_row {
    unsigned weekdays; /* bit 0 Monday … bit 6 Sunday; 0 means every day */
    int opens, closes; /* minutes after midnight; -1, -1: closed */
    int64_t from, to;  /* day numbers, inclusive; INT64_MIN/MAX: open end */
};

enum schedule_state {
    SCHEDULE_UNKNOWN, /* no rows at all */
    SCHEDULE_OPEN,    /* open; `until` is when it closes */
    SCHEDULE_ALWAYS,  /* open round the clock today */
    SCHEDULE_LATER,   /* closed now, opens again today at `until` */
    SCHEDULE_CLOSED,  /* closed for the rest of the day */
};

struct schedule_status {
    enum schedule_state state;
    int until; /* minutes after midnight; 1440 is midnight tonight, and later
                * (at most 2880) is tomorrow */
};

/* "MO,TU,…" (RFC 5545 BYDAY without numbers), "HH:MM", "YYYY-MM-DD"; empty
 * strings are allowed as the header says. False when a field is malformed;
 * *field is then its name. */
bool schedule_parse(const char *byday, const char *opens, const char *closes,
                    const char *from, const char *to, struct schedule_row *out,
                    const char **field);

struct schedule_status schedule_now(const struct schedule_row *rows,
                                    size_t count, const struct civil *now);

/* 营业中 · 18:00 关门 / 24 小时 / 今天已关 / 13:30 开门 … as a short badge. */
void schedule_badge(struct schedule_status status, struct buf *out);

/* Today's hours, 7:00–12:00、13:30–22:00 / 24 小时 / 今天休息. */
void schedule_today(const struct schedule_row *rows, size_t count,
                    const struct civil *now, struct buf *out);

#endif
