/* columns.h - texts in columns: where they are cut, and where the parts stand.
 * Private to ui/.
 *
 * What is in the columns is counted in rows: lines of one height, the box's
 * `step`, so that the lines of all columns stand side by side. Between two rows
 * a column may end or not; columns_split looks for the best places, and knows
 * nothing of boxes. */
#ifndef UI_COLUMNS_H
#define UI_COLUMNS_H

#include "ui/box.h"

#define COLUMNS_LIMIT 8

/* May a column end in front of a row? */
enum column_cut {
    CUT_FREELY,
    CUT_LAST,  /* better not: the last line of a paragraph would stand alone at
                  the head of the next column, if there is one */
    CUT_FIRST, /* better not: its first line would be left at the foot */
    CUT_NEVER, /* a picture, or what stands with the next row */
};

/* cuts[i] is the enum column_cut in front of row i; in front of the first and
 * behind the last one a column may always end. ends[c] becomes the row behind
 * the last one of column c.
 *
 * most 0: all rows are shown, in columns of the same height but for two rows
 * more or less where a cut is better there. Otherwise no column is higher than
 * `most` rows (but a picture that is): where all rows fit, likewise; else
 * columns are filled from the first to the last, which leaves `tail` rows
 * free. Returns how many rows are shown. */
size_t columns_split(const unsigned char *cuts, size_t rows, size_t columns,
                     size_t most, size_t tail, size_t *ends);

/* The left edge of a column, in the order of reading, px from the content of
 * its box; after widening. */
int columns_x(const struct box *box, int column);

/* The steps of a layout for a box of columns; see layout.c. columns_forget
 * takes the parts of an earlier layout out of the tree. */
void columns_forget(struct box *box);
void columns_widen(struct box *box, int room);
int columns_raise(struct box *box);
void columns_place(struct box *box);

#endif
