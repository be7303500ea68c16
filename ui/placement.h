/* placement.h - where a view stands on the screen, and a walk over what of it
 * can be seen. Private to ui/. */
#ifndef UI_PLACEMENT_H
#define UI_PLACEMENT_H

#include "ui/box.h"

struct placement {
    const struct view *view;
    int x, y;         /* of the view's origin on the screen */
    struct rect clip; /* the viewport, on the screen */
};

static inline struct rect placement_rect(const struct placement *place,
                                         struct rect rect)
{
    rect.x += place->x;
    rect.y += place->y;
    return rect;
}

/* The first child that may reach below `top` (of the view). */
static inline const struct box *visible_first(const struct box *box, int top)
{
    size_t low = 0, high = box->index_count;
    if (!high)
        return box->first;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct rect *rect = &box->index[middle]->rect;
        if (rect->y + rect->height <= top)
            low = middle + 1;
        else
            high = middle;
    }
    return low < box->index_count ? box->index[low] : NULL;
}

/* The child after this one, unless it begins at `bottom` or below. */
static inline const struct box *visible_next(const struct box *child,
                                             int bottom)
{
    const struct box *next = child->next;
    bool below =
        next && next->parent->kind == BOX_COLUMN && next->rect.y >= bottom;
    return below ? NULL : next;
}

#endif
