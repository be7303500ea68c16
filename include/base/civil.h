/* civil.h - dates and times of day as people write them, without time zones:
 * a kiosk stands in one place. Day numbers are days since 1970-01-01 in the
 * proleptic Gregorian calendar (H. Hinnant, "chrono-Compatible Low-Level Date
 * Algorithms", 2013), 64 bits wide so that a 32-bit time_t plays no part. */
#ifndef BASE_CIVIL_H
#define BASE_CIVIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct civil {
    int year, month, day;     /* 2026, 1-12, 1-31 */
    int hour, minute, second; /* 0-23, 0-59, 0-59 */
};

static inline int64_t civil_day_number(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

static inline struct civil civil_from_seconds(int64_t seconds)
{
    int64_t days = seconds / 86400, rest = seconds % 86400;
    if (rest < 0) {
        rest += 86400;
        days--;
    }
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    struct civil civil = {
        .day = (int)(doy - (153 * mp + 2) / 5 + 1),
        .month = (int)(mp < 10 ? mp + 3 : mp - 9),
        .hour = (int)(rest / 3600),
        .minute = (int)(rest / 60 % 60),
        .second = (int)(rest % 60),
    };
    civil.year = (int)(yoe + era * 400 + (civil.month <= 2));
    return civil;
}

static inline int64_t civil_to_seconds(const struct civil *civil)
{
    return civil_day_number(civil->year, civil->month, civil->day) * 86400 +
           civil->hour * 3600 + civil->minute * 60 + civil->second;
}

/* 0 is Monday, as in ISO 8601. */
static inline int civil_weekday(int64_t day_number)
{
    int64_t weekday = (day_number + 3) % 7;
    return (int)(weekday < 0 ? weekday + 7 : weekday);
}

static inline bool civil_digits(const char *text, size_t count, int *out)
{
    int value = 0;
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (text[i] - '0');
    }
    *out = value;
    return true;
}

/* Reads YYYY-MM-DD, optionally followed by THH:MM or THH:MM:SS, to the end of
 * the string; a day that does not exist is refused. */
static inline bool civil_parse(const char *text, struct civil *out)
{
    static const unsigned char lengths[] = {31, 28, 31, 30, 31, 30,
                                            31, 31, 30, 31, 30, 31};
    struct civil c = {0};
    size_t length = 0;
    while (length < 20 && text[length])
        length++;
    if (length != 10 && length != 16 && length != 19)
        return false;
    if (!civil_digits(text, 4, &c.year) || text[4] != '-' ||
        !civil_digits(text + 5, 2, &c.month) || text[7] != '-' ||
        !civil_digits(text + 8, 2, &c.day))
        return false;
    if (length > 10 &&
        (text[10] != 'T' || !civil_digits(text + 11, 2, &c.hour) ||
         text[13] != ':' || !civil_digits(text + 14, 2, &c.minute)))
        return false;
    if (length > 16 &&
        (text[16] != ':' || !civil_digits(text + 17, 2, &c.second)))
        return false;
    if (c.month < 1 || c.month > 12 || c.hour > 23 || c.minute > 59 ||
        c.second > 59)
        return false;
    bool leap = (c.year % 4 == 0 && c.year % 100 != 0) || c.year % 400 == 0;
    int last = lengths[c.month - 1] + (c.month == 2 && leap);
    if (c.day < 1 || c.day > last)
        return false;
    *out = c;
    return true;
}

#endif
