#include "app/kiosk/listing_text.h"

#include <stdio.h>
#include <string.h>

static const char *const separators[] = {"、", "；", ";"};

/* Bytes of the separator at text, 0 when there is none. */
static size_t separator_at(const char *text)
{
    for (size_t i = 0; i < COUNT_OF(separators); i++)
        if (!strncmp(text, separators[i], strlen(separators[i])))
            return strlen(separators[i]);
    return 0;
}

static void add_tags(const char *value, struct buf *out)
{
    size_t before = out->length, gap;
    while (*value) {
        size_t length = 0;
        while (value[length] && !separator_at(value + length))
            length++;
        if (length && out->length > before)
            buf_puts(out, "、");
        buf_add(out, value, length);
        gap = separator_at(value + length);
        value += length + gap;
    }
}

static void add_date(const char *value, struct buf *out)
{
    struct civil day;
    if (civil_parse(value, &day))
        buf_printf(out, "%d年%d月%d日", day.year, day.month, day.day);
    else
        buf_puts(out, value);
}

void listing_cell(const struct listing *listing, const struct listing_row *row,
                  unsigned column, struct buf *out)
{
    const char *value = row->values[column];
    if (!*value)
        return;
    switch (listing->columns[column].type) {
    case COLUMN_TAGS:
        add_tags(value, out);
        break;
    case COLUMN_DATE:
        add_date(value, out);
        break;
    case COLUMN_MONEY:
        buf_printf(out, "%s元", value);
        break;
    default:
        buf_puts(out, value);
    }
}

bool listing_badge(const struct listing *listing, const struct listing_row *row,
                   const struct civil *now, struct buf *out)
{
    if (listing->has_schedule) {
        struct schedule_status status =
            schedule_now(row->schedule, row->schedule_count, now);
        schedule_badge(status, out);
        return status.state == SCHEDULE_OPEN || status.state == SCHEDULE_ALWAYS;
    }
    if (listing->badge_column >= 0)
        listing_cell(listing, row, (unsigned)listing->badge_column, out);
    return true;
}
