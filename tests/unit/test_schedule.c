/* test_schedule.c - when is this place open? */
#include "content/schedule.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct line {
    const char *byday, *opens, *closes, *from, *to;
};

#define LINES(...)   \
    {                \
        __VA_ARGS__, \
        {            \
            0        \
        }            \
    }
static const struct line break_hours[] =
    LINES({"MO,TU,WE,TH,FR", "07:00", "12:00", "", ""},
          {"MO,TU,WE,TH,FR", "13:30", "22:00", "", ""},
          {"", "", "", "2026-02-16", "2026-02-18"},
          {"", "10:00", "15:00", "2026-02-14", "2026-02-14"});
static const struct line round_clock[] = LINES({"", "00:00", "24:00", "", ""});
static const struct line night[] = LINES({"FR,SA", "20:00", "02:00", "", ""});
static const struct line until_midnight[] =
    LINES({"", "18:00", "00:00", "", ""});
static const struct line adjoining[] =
    LINES({"", "08:00", "12:00", "", ""}, {"", "12:00", "18:00", "", ""});
static const struct line one_sunday[] = LINES({"SU", "09:00", "17:00", "", ""});
static const struct line nothing[] = {{0}};

/* 2026-02-09 is a Monday. */
static const struct {
    const char *name;
    const struct line *lines;
    const char *now, *badge, *today;
} cases[] = {
    {"before opening", break_hours, "2026-02-09T06:59", "7:00 开门",
     "7:00–12:00、13:30–22:00"},
    {"open at the minute", break_hours, "2026-02-09T07:00",
     "营业中 · 12:00 关门", "7:00–12:00、13:30–22:00"},
    {"midday break", break_hours, "2026-02-09T12:00", "13:30 开门",
     "7:00–12:00、13:30–22:00"},
    {"afternoon", break_hours, "2026-02-09T21:59", "营业中 · 22:00 关门",
     "7:00–12:00、13:30–22:00"},
    {"after closing", break_hours, "2026-02-09T22:00", "今天已关",
     "7:00–12:00、13:30–22:00"},
    {"a Sunday without hours", break_hours, "2026-02-15T10:00", "今天已关",
     "今天休息"},
    {"a dated Saturday", break_hours, "2026-02-14T10:00", "营业中 · 15:00 关门",
     "10:00–15:00"},
    {"a closed holiday", break_hours, "2026-02-17T10:00", "今天已关",
     "今天休息"},
    {"after the holiday", break_hours, "2026-02-19T10:00",
     "营业中 · 12:00 关门", "7:00–12:00、13:30–22:00"},
    {"round the clock", round_clock, "2026-02-09T03:00", "24 小时", "24 小时"},
    {"into the night", night, "2026-02-13T23:00", "营业中 · 次日2:00 关门",
     "20:00–次日2:00"},
    {"after midnight", night, "2026-02-14T01:59", "营业中 · 2:00 关门",
     "20:00–次日2:00"},
    {"after the night", night, "2026-02-14T02:00", "20:00 开门",
     "20:00–次日2:00"},
    {"last night's end on a free day", night, "2026-02-15T01:00",
     "营业中 · 2:00 关门", "今天休息"},
    {"closing at midnight", until_midnight, "2026-02-09T23:59",
     "营业中 · 24:00 关门", "18:00–24:00"},
    {"hours that adjoin", adjoining, "2026-02-09T09:00", "营业中 · 18:00 关门",
     "8:00–18:00"},
    {"Sunday is the last bit", one_sunday, "2026-02-15T09:00",
     "营业中 · 17:00 关门", "9:00–17:00"},
    {"unknown", nothing, "2026-02-09T09:00", "", ""},
};

static void statuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct schedule_row rows[8];
        struct civil now;
        struct buf badge = {0}, today = {0};
        const char *field;
        size_t count = 0;
        for (const struct line *line = cases[i].lines; line->byday; line++)
            assert_true(schedule_parse(line->byday, line->opens, line->closes,
                                       line->from, line->to, &rows[count++],
                                       &field));
        assert_true(civil_parse(cases[i].now, &now));
        schedule_badge(schedule_now(rows, count, &now), &badge);
        schedule_today(rows, count, &now, &today);
        if (strcmp(buf_text(&badge), cases[i].badge) != 0 ||
            strcmp(buf_text(&today), cases[i].today) != 0)
            fail_msg("%s: %s | %s", cases[i].name, buf_text(&badge),
                     buf_text(&today));
        buf_fini(&badge);
        buf_fini(&today);
    }
}

static void states(void **state)
{
    (void)state;
    struct schedule_row row = {0, 480, 1080, INT64_MIN, INT64_MAX};
    struct civil now = {2026, 2, 9, 7, 0, 0};
    assert_int_equal(schedule_now(NULL, 0, &now).state, SCHEDULE_UNKNOWN);
    assert_int_equal(schedule_now(&row, 1, &now).state, SCHEDULE_LATER);
    now.hour = 8;
    assert_int_equal(schedule_now(&row, 1, &now).state, SCHEDULE_OPEN);
    assert_int_equal(schedule_now(&row, 1, &now).until, 1080);
    now.hour = 18;
    assert_int_equal(schedule_now(&row, 1, &now).state, SCHEDULE_CLOSED);
    row = (struct schedule_row){0, 0, 1440, INT64_MIN, INT64_MAX};
    assert_int_equal(schedule_now(&row, 1, &now).state, SCHEDULE_ALWAYS);
}

static void malformed(void **state)
{
    (void)state;
    static const struct {
        struct line line;
        const char *field; /* NULL: fine */
    } lines[] = {
        {{"MO", "08:00", "18:00", "", ""}, NULL},
        {{"MO, TU", "8:00", "18:00", "", ""}, NULL},
        {{"", "", "", "2026-10-01", "2026-10-07"}, NULL},
        {{"", "", "", "2026-10-01", ""}, NULL},
        {{"M", "08:00", "18:00", "", ""}, "byday"},
        {{"1MO", "08:00", "18:00", "", ""}, "byday"},
        {{"MO;TU", "08:00", "18:00", "", ""}, "byday"},
        {{"MO,", "08:00", "18:00", "", ""}, "byday"},
        {{"", "8", "18:00", "", ""}, "opens_at"},
        {{"", "24:00", "18:00", "", ""}, "opens_at"},
        {{"", "08:60", "18:00", "", ""}, "opens_at"},
        {{"", "", "18:00", "", ""}, "opens_at"},
        {{"", "", "", "", ""}, "opens_at"},
        {{"", "08:00", "25:00", "", ""}, "closes_at"},
        {{"", "08:00", "24:01", "", ""}, "closes_at"},
        {{"", "08:00", "", "", ""}, "closes_at"},
        {{"", "08:00", "08:00", "", ""}, "closes_at"},
        {{"", "08:00", "18:00", "2026-2-6", ""}, "valid_from"},
        {{"", "08:00", "18:00", "", "2026-02-30"}, "valid_to"},
        {{"", "08:00", "18:00", "2026-03-01", "2026-02-01"}, "valid_to"},
    };
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        const struct line *line = &lines[i].line;
        struct schedule_row row;
        const char *field = NULL;
        bool fine = schedule_parse(line->byday, line->opens, line->closes,
                                   line->from, line->to, &row, &field);
        assert_int_equal(fine, !lines[i].field);
        if (lines[i].field)
            assert_string_equal(field, lines[i].field);
    }
}

/* Whether minute `at`, counted from today's midnight, is open: row by row, no
 * merging, straight from what schedule.h says. */
static bool open_at(const struct schedule_row *rows, size_t count,
                    int64_t today, int at)
{
    for (int ahead = -2; ahead <= 3; ahead++) {
        int64_t day = today + ahead;
        bool dated = false;
        for (size_t i = 0; i < count; i++)
            dated |= (rows[i].from != INT64_MIN || rows[i].to != INT64_MAX) &&
                     rows[i].from <= day && day <= rows[i].to;
        for (size_t i = 0; i < count; i++) {
            const struct schedule_row *row = &rows[i];
            bool has_date = row->from != INT64_MIN || row->to != INT64_MAX;
            unsigned bit = 1u << civil_weekday(day);
            if (has_date != dated || day < row->from || day > row->to ||
                (row->weekdays && !(row->weekdays & bit)) || row->opens < 0)
                continue;
            int start = ahead * 1440 + row->opens;
            int end = ahead * 1440 + row->closes +
                      (row->closes < row->opens ? 1440 : 0);
            if (start <= at && at < end)
                return true;
        }
    }
    return false;
}

static struct schedule_row random_row(unsigned *seed, int64_t today)
{
    struct schedule_row row = {0, -1, -1, INT64_MIN, INT64_MAX};
    if (rand_r(seed) % 2)
        row.weekdays = (unsigned)rand_r(seed) & 0x7F;
    if (rand_r(seed) % 3 == 0) {
        row.from = today - 3 + rand_r(seed) % 6;
        row.to = row.from + rand_r(seed) % 3;
    }
    if (row.from == INT64_MIN || rand_r(seed) % 3) {
        row.opens = rand_r(seed) % 24 * 60;
        do
            row.closes = rand_r(seed) % 25 * 60;
        while (row.closes == row.opens);
    }
    return row;
}

static void minute_by_minute(void **state)
{
    (void)state;
    unsigned seed = 11;
    const struct civil start = {2026, 2, 9, 0, 0, 0};
    int64_t today = civil_day_number(start.year, start.month, start.day);
    for (int round = 0; round < 3000; round++) {
        struct schedule_row rows[5];
        size_t count = 1 + (size_t)rand_r(&seed) % 5;
        for (size_t i = 0; i < count; i++)
            rows[i] = random_row(&seed, today);
        for (int minute = round % 7; minute < 1440; minute += 29) {
            struct civil now = start;
            now.hour = minute / 60;
            now.minute = minute % 60;
            struct schedule_status got = schedule_now(rows, count, &now);
            struct schedule_status want = {SCHEDULE_CLOSED, 1440};
            bool always = true;
            for (int m = 0; m < 1440 && always; m++)
                always = open_at(rows, count, today, m);
            int at = minute;
            if (always) {
                want.state = SCHEDULE_ALWAYS;
            } else if (open_at(rows, count, today, minute)) {
                while (at < 2880 && open_at(rows, count, today, at))
                    at++;
                want = (struct schedule_status){SCHEDULE_OPEN, at};
            } else {
                while (at < 1440 && !open_at(rows, count, today, at))
                    at++;
                if (at < 1440)
                    want = (struct schedule_status){SCHEDULE_LATER, at};
            }
            if (got.state != want.state || got.until != want.until)
                fail_msg("round %d minute %d: %d until %d, not %d until %d",
                         round, minute, (int)got.state, got.until,
                         (int)want.state, want.until);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statuses),
        cmocka_unit_test(states),
        cmocka_unit_test(malformed),
        cmocka_unit_test(minute_by_minute),
    };
    return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
