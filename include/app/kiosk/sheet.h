/* sheet.h - one page of a newspaper as a sheet: headlines across, texts in
 * columns.
 *
 * All of the sheet stands on one frame of columns, each a whole number of em
 * wide, and on one grid of lines. The first article leads: it is the widest,
 * with the largest headline. Where the panel has three columns or more, the
 * next ones stand beside it; the rest follows below, as many side by side as
 * there are columns, those of an incomplete line wider. Each shows the
 * beginning of its text, as much as the height of the sheet leaves it, and is a
 * target as a whole. How much an article has to tell decides what it gets of
 * the height, how high up it stands is its rank. */
#ifndef APP_KIOSK_SHEET_H
#define APP_KIOSK_SHEET_H

#include "content/store.h"
#include "ui/box.h"

struct sheet_article {
    const struct item_card *card;
    const struct document *document; /* NULL: only its headline is set */
};

struct sheet {
    const struct sheet_article *articles; /* the most important first */
    size_t count;
    unsigned page; /* its number, which tells first halves from second ones */
    int height;    /* px to fill with as much of the texts as has room; it may
                      become higher. 0: all texts are shown whole */
};

/* A lower one would tell too little. */
int sheet_least_height(const struct theme *theme, int room_px);

/* Adds the sheet below the parent, room_px wide. */
struct box *sheet_add(struct view *view, struct box *parent,
                      const struct sheet *sheet, int room_px);

#endif
