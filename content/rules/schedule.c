/* schedule.c - an opening is a stretch of minutes counted from today's
 * midnight, so that last night's runs from below zero into today and tonight's
 * beyond 1440. No list of them is built: a place has a handful of rows. */
#include "content/schedule.h"

#include <string.h>

enum { DAY = 1440 };

static bool parse_byday(const char *text, unsigned *weekdays_out)
{
    static const char names[7][3] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
    unsigned weekdays = 0;
    for (const char *at = text; *at;) {
        size_t day = 0;
        while (day < 7 && strncmp(at, names[day], 2) != 0)
            day++;
        if (day == 7)
            return false;
        weekdays |= 1u << day;
        at += 2;
        if (!*at)
            break;
        if (*at != ',')
            return false;
        at++;
        at += strspn(at, " ");
        if (!*at)
            return false;
    }
    *weekdays_out = weekdays;
    return true;
}

static bool parse_time(const char *text, int *minutes_out)
{
    int hour, minute;
    if (!*text) {
        *minutes_out = -1;
        return true;
    }
    size_t digits = strcspn(text, ":");
    if (digits < 1 || digits > 2 || !civil_digits(text, digits, &hour) ||
        strlen(text + digits) != 3 ||
        !civil_digits(text + digits + 1, 2, &minute))
        return false;
    if (hour > 24 || minute > 59 || (hour == 24 && minute))
        return false;
    *minutes_out = hour * 60 + minute;
    return true;
}

static bool parse_day(const char *text, int64_t open_end, int64_t *day_out)
{
    struct civil civil;
    *day_out = open_end;
    if (!*text)
        return true;
    if (strlen(text) != 10 || !civil_parse(text, &civil))
        return false;
    *day_out = civil_day_number(civil.year, civil.month, civil.day);
    return true;
}

bool schedule_parse(const char *byday, const char *opens, const char *closes,
                    const char *from, const char *to, struct schedule_row *out,
                    const char **field)
{
    struct schedule_row row;
    *field = !parse_byday(byday, &row.weekdays)       ? "byday"
             : !parse_time(opens, &row.opens)         ? "opens_at"
             : !parse_time(closes, &row.closes)       ? "closes_at"
             : !parse_day(from, INT64_MIN, &row.from) ? "valid_from"
             : !parse_day(to, INT64_MAX, &row.to)     ? "valid_to"
                                                      : NULL;
    if (*field)
        return false;
    bool dated = row.from != INT64_MIN || row.to != INT64_MAX;
    if ((row.opens < 0 && (row.closes >= 0 || !dated)) || row.opens == DAY)
        *field = "opens_at";
    else if (row.opens >= 0 && (row.closes < 0 || row.closes == row.opens))
        *field = "closes_at";
    else if (row.from > row.to)
        *field = "valid_to";
    else
        *out = row;
    return !*field;
}

static bool is_dated(const struct schedule_row *row)
{
    return row->from != INT64_MIN || row->to != INT64_MAX;
}

static bool covers(const struct schedule_row *row, int64_t day)
{
    return row->from <= day && day <= row->to;
}

/* The rows of one day, as seen from `today`. */
struct day {
    const struct schedule_row *rows;
    size_t count;
    unsigned weekday; /* a bit */
    int64_t number;
    bool dated; /* only rows with dates hold */
    int offset; /* of its midnight from today's, in minutes */
};

static struct day day_of(const struct schedule_row *rows, size_t count,
                         int64_t today, int ahead)
{
    struct day day = {rows, count, 0, today + ahead, false, ahead * DAY};
    day.weekday = 1u << civil_weekday(day.number);
    for (size_t i = 0; i < count; i++)
        day.dated |= is_dated(&rows[i]) && covers(&rows[i], day.number);
    return day;
}

/* Row i of the day as a stretch; false when it says nothing on that day. */
static bool day_opening(const struct day *day, size_t i, int *start, int *end)
{
    const struct schedule_row *row = &day->rows[i];
    if (is_dated(row) != day->dated || !covers(row, day->number) ||
        (row->weekdays && !(row->weekdays & day->weekday)) || row->opens < 0)
        return false;
    *start = day->offset + row->opens;
    *end = day->offset + row->closes + (row->closes < row->opens ? DAY : 0);
    return true;
}

/* Where the opening that holds minute `from` ends, following what adjoins; from
 * itself when nothing is open then. */
static int open_until(const struct day *days, size_t day_count, int from)
{
    int end = from;
    bool grown;
    do {
        grown = false;
        for (size_t d = 0; d < day_count; d++) {
            for (size_t i = 0; i < days[d].count; i++) {
                int start, stop;
                if (day_opening(&days[d], i, &start, &stop) && start <= end &&
                    stop > end) {
                    end = stop;
                    grown = true;
                }
            }
        }
    } while (grown);
    return end;
}

/* The first opening of the day that starts at `from` or later, DAY when none.
 */
static int next_start(const struct day *day, int from)
{
    int next = DAY;
    for (size_t i = 0; i < day->count; i++) {
        int start, end;
        if (day_opening(day, i, &start, &end) && start >= from && start < next)
            next = start;
    }
    return next;
}

static int64_t today_of(const struct civil *now)
{
    return civil_day_number(now->year, now->month, now->day);
}

struct schedule_status schedule_now(const struct schedule_row *rows,
                                    size_t count, const struct civil *now)
{
    if (!count)
        return (struct schedule_status){SCHEDULE_UNKNOWN, 0};
    struct day days[3];
    for (int i = 0; i < 3; i++)
        days[i] = day_of(rows, count, today_of(now), i - 1);
    int minute = now->hour * 60 + now->minute;
    if (open_until(days, 3, 0) >= DAY)
        return (struct schedule_status){SCHEDULE_ALWAYS, DAY};
    int until = open_until(days, 3, minute);
    if (until > minute)
        return (struct schedule_status){SCHEDULE_OPEN,
                                        until < 2 * DAY ? until : 2 * DAY};
    int next = next_start(&days[1], minute);
    if (next < DAY)
        return (struct schedule_status){SCHEDULE_LATER, next};
    return (struct schedule_status){SCHEDULE_CLOSED, DAY};
}

static void put_time(struct buf *out, int minutes)
{
    if (minutes > DAY) {
        buf_puts(out, "次日");
        minutes -= DAY;
    }
    buf_printf(out, "%d:%02d", minutes / 60, minutes % 60);
}

void schedule_badge(struct schedule_status status, struct buf *out)
{
    switch (status.state) {
    case SCHEDULE_UNKNOWN:
        break;
    case SCHEDULE_OPEN:
        buf_puts(out, "营业中");
        if (status.until < 2 * DAY) {
            buf_puts(out, " · ");
            put_time(out, status.until);
            buf_puts(out, " 关门");
        }
        break;
    case SCHEDULE_ALWAYS:
        buf_puts(out, "24 小时");
        break;
    case SCHEDULE_LATER:
        put_time(out, status.until);
        buf_puts(out, " 开门");
        break;
    case SCHEDULE_CLOSED:
        buf_puts(out, "今天已关");
        break;
    }
}

void schedule_today(const struct schedule_row *rows, size_t count,
                    const struct civil *now, struct buf *out)
{
    if (!count)
        return;
    struct day today = day_of(rows, count, today_of(now), 0);
    int start = next_start(&today, 0);
    if (start == DAY) {
        buf_puts(out, "今天休息");
        return;
    }
    if (start == 0 && open_until(&today, 1, 0) >= DAY) {
        buf_puts(out, "24 小时");
        return;
    }
    for (const char *separator = ""; start < DAY; separator = "、") {
        int end = open_until(&today, 1, start);
        buf_puts(out, separator);
        put_time(out, start);
        buf_puts(out, "–");
        put_time(out, end);
        start = next_start(&today, end + 1);
    }
}
