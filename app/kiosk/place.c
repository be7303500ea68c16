#include "app/kiosk/place.h"

static const struct box *next_leaf(const struct box *box)
{
    if (box->first) {
        box = box->first;
    } else {
        while (box && !box->next)
            box = box->parent;
        box = box ? box->next : NULL;
    }
    while (box && box->first)
        box = box->first;
    return box;
}

struct place place_of(const struct view *view, int position)
{
    struct place place = {.inside = view && position > 0};
    if (!place.inside)
        return place;
    for (const struct box *box = next_leaf(view->root); box;
         box = next_leaf(box), place.leaf++) {
        if (box->rect.y + box->rect.height <= position)
            continue;
        if (box->rect.height > 0)
            place.part = (double)(position - box->rect.y) / box->rect.height;
        break;
    }
    return place;
}

int place_position(const struct view *view, struct place place)
{
    if (!place.inside)
        return 0;
    const struct box *box = next_leaf(view->root);
    while (box && place.leaf--)
        box = next_leaf(box);
    return box ? (int)(box->rect.y + place.part * box->rect.height + 0.5) : 0;
}
