/* listing_text.h - cells of a listing as people read them. */
#ifndef APP_KIOSK_LISTING_TEXT_H
#define APP_KIOSK_LISTING_TEXT_H

#include "base/buf.h"
#include "base/civil.h"
#include "content/store.h"

/* The cell by its column's type: 、 between tags, 元 after money, a date in
 * words. Appends nothing for an empty cell. */
void listing_cell(const struct listing *listing, const struct listing_row *row,
                  unsigned column, struct buf *out);

/* The row's badge: its opening state, else its badge column; and whether that
 * is good news (open) or not. */
bool listing_badge(const struct listing *listing, const struct listing_row *row,
                   const struct civil *now, struct buf *out);

#endif
