/* layout.h - the steps of a layout, for pages that are laid out piece by piece.
 * Private to ui/. */
#ifndef UI_LAYOUT_H
#define UI_LAYOUT_H

#include "ui/box.h"

/* All four walks, with the texts as they are: shaped or not. */
void layout_view(struct view *view, int width_px, int height_px);

/* Whether only the height of this box depends on what is in it. */
bool layout_loose(const struct box *box);

/* Measures, widens and raises a child of a loose column once more, and adds up
 * the column; nothing is placed. */
void layout_child(struct box *child);
void layout_column(struct box *box);

/* One box's part in each walk, for those that lay out their children
 * themselves: the width it gets, the height that follows, its place. */
void layout_widen(struct box *box, int width);
int layout_raise(struct box *box);
void layout_place_box(struct box *box, int x, int y, int height);

/* The last walk alone. */
void layout_place(struct view *view, int height_px);

#endif
