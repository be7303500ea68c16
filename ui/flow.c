#include "ui/flow.h"

#include "layout.h"
#include "shaping.h"

#define SHORT_BYTES 12288 /* texts of so much are shaped at once */
/* In viewports beyond the one that shows: settled when less than NEAR is, up
 * to AHEAD; given back beyond FAR. Nothing is shaped twice while a finger goes
 * back and forth. */
#define NEAR(viewport) ((viewport) / 2)
#define AHEAD(viewport) (viewport)
#define FAR(viewport) ((viewport)*4)

/* Places are looked for where they are expected, then where they are. */
#define PLACE_TRIES 4

struct range {
    int top, bottom; /* px of the view */
};

static struct range around(int position, int viewport, int more)
{
    return (struct range){position - more, position + viewport + more};
}

void flow_layout(struct view *view, int width_px)
{
    if (view->text_bytes <= SHORT_BYTES) {
        view_layout(view, width_px, 0);
        return;
    }
    layout_view(view, width_px, 0);
    view->flows = true;
    view->settled_top = view->settled_bottom = 0;
}

static bool is_settled(const struct view *view, struct range range)
{
    int bottom = range.bottom < view->height ? range.bottom : view->height;
    int top = range.top > 0 ? range.top : 0;
    return top >= view->settled_top && bottom <= view->settled_bottom;
}

/* The first child of a column that reaches below y; else the last one. */
static struct box *child_at(const struct box *column, int y)
{
    if (column->index_count) {
        size_t low = 0, high = column->index_count - 1;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            if (rect_bottom(column->index[middle]->rect) <= y)
                low = middle + 1;
            else
                high = middle;
        }
        return column->index[low];
    }
    struct box *child = column->first;
    while (child->next && rect_bottom(child->rect) <= y)
        child = child->next;
    return child;
}

/* What stands at the upper edge. */
struct anchor {
    const struct box *box;
    int offset, height;
};

static struct anchor anchor_at(const struct view *view, int position)
{
    const struct box *box = view->root;
    while (box->first && layout_loose(box))
        box = child_at(box, position);
    return (struct anchor){box, position - box->rect.y, box->rect.height};
}

/* Part of the way into a text that only now got its height; else to the pixel.
 */
static int position_of_anchor(struct anchor anchor)
{
    int height = anchor.box->rect.height;
    int offset = anchor.offset;
    if (offset > 0 && height != anchor.height && anchor.height > 0)
        offset = (int)((int64_t)offset * height / anchor.height);
    return anchor.box->rect.y + offset;
}

static bool settle_box(struct view *view, struct box *box, struct range range);

static bool settle_column(struct view *view, struct box *column,
                          struct range range)
{
    bool changed = false;
    if (!column->first)
        return false;
    for (struct box *child = child_at(column, range.top);
         child && child->rect.y < range.bottom; child = child->next)
        changed |= settle_box(view, child, range);
    if (changed)
        layout_column(column);
    return changed;
}

/* True when a text was shaped; heights are true then, positions not yet. */
static bool settle_box(struct view *view, struct box *box, struct range range)
{
    if (layout_loose(box))
        return settle_column(view, box, range);
    if (!shaping_shape_all(view, box))
        return false;
    layout_child(box);
    return true;
}

/* What was settled as a whole goes as a whole. */
static const struct box *settled_with(const struct box *box)
{
    const struct box *unit = box;
    for (; box->parent; box = box->parent)
        if (!layout_loose(box->parent))
            unit = box->parent;
    return unit;
}

static void drop_far(struct view *view, struct range range)
{
    for (struct box **at = &view->shaped; *at;) {
        const struct rect *rect = &settled_with(*at)->rect;
        if (rect->y >= range.bottom || rect->y + rect->height <= range.top)
            shaping_drop(at);
        else
            at = &(*at)->next_shaped;
    }
}

int flow_settle(struct view *view, int position, int viewport_px)
{
    if (!view->flows ||
        is_settled(view, around(position, viewport_px, NEAR(viewport_px))))
        return position;
    struct range range = around(position, viewport_px, AHEAD(viewport_px));
    /* Lower texts than expected let further ones come near. */
    while (settle_column(view, view->root, range)) {
        struct anchor anchor = anchor_at(view, position);
        layout_place(view, 0);
        if (position > 0)
            position = position_of_anchor(anchor);
        range = around(position, viewport_px, AHEAD(viewport_px));
    }
    drop_far(view, around(position, viewport_px, FAR(viewport_px)));
    view->settled_top = range.top;
    view->settled_bottom = range.bottom;
    return position;
}

/* Places. */

static const struct box *next_box_without_children(const struct box *box)
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

/* What goes on in another column is no leaf of its own: in another size it may
 * not be there. */
static const struct box *next_leaf(const struct box *box)
{
    do
        box = next_box_without_children(box);
    while (box && box->begun_in);
    return box;
}

struct flow_place flow_place(const struct view *view, int position)
{
    struct flow_place place = {0};
    const struct box *box = position > 0 ? next_leaf(view->root) : NULL;
    for (; box; box = next_leaf(box)) {
        place.leaf++;
        if (rect_bottom(box->rect) <= position)
            continue;
        if (box->rect.y < position)
            place.part = (double)(position - box->rect.y) / box->rect.height;
        else
            place.above = box->rect.y - position;
        return place;
    }
    return (struct flow_place){0};
}

int flow_position(const struct view *view, struct flow_place place)
{
    const struct box *box = place.leaf ? next_leaf(view->root) : NULL;
    while (box && --place.leaf)
        box = next_leaf(box);
    if (!box)
        return 0;
    return box->rect.y - place.above +
           (int)(place.part * box->rect.height + 0.5);
}

int flow_settle_place(struct view *view, struct flow_place place,
                      int viewport_px)
{
    int position = flow_position(view, place);
    for (int tries = 0; tries < PLACE_TRIES; tries++) {
        flow_settle(view, position, viewport_px);
        int now = flow_position(view, place);
        if (now == position)
            break;
        position = now;
    }
    return position;
}
