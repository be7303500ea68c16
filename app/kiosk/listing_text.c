#include "app/kiosk/listing_text.h"

#include <stdio.h>
#include <string.h>

static void add_tags(const char *value, struct buf *out)
{
    bool any = false;
    while (*value) {
        size_t length = strcspn(value, ";");
        const char *comma = strstr(value, "、");
        if (comma && (size_t)(comma - value) < length)
            length = (size_t)(comma - value);
        if (length) {
            if (any)
                buf_puts(out, "、");
            buf_add(out, value, length);
            any = true;
        }
        value += length;
        if (*value)
            value += *value == ';' ? 1 : strlen("、");
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

bool listing_badge(const struct listing *listing,
                   const struct listing_row *row, const struct civil *now,
                   struct buf *out)
{
    if (listing->has_schedule) {
        struct schedule_status status =
            schedule_now(row->schedule, row->schedule_count, now);
        schedule_badge(status, out);
        return status.state == SCHEDULE_OPEN ||
               status.state == SCHEDULE_ALWAYS;
    }
    if (listing->badge_column >= 0)
        listing_cell(listing, row, (unsigned)listing->badge_column, out);
    return true;
}
