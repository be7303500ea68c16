#include "ui/find.h"

#include "found.h"
#include "shaping.h"
#include "ui/flow.h"

/* A mark is looked for where it is expected, then where it is. */
#define POSITION_TRIES 4

static struct box *next_box(struct box *box, const struct box *top)
{
    if (box->first)
        return box->first;
    while (box != top && !box->next)
        box = box->parent;
    return box == top ? NULL : box->next;
}

static void add_mark(struct view *view, struct box *box,
                     struct find_range range, size_t *capacity)
{
    ARRAY_GROW(view->found, view->found_count, *capacity);
    view->found[view->found_count++] =
        (struct found){box, (uint32_t)range.start, (uint32_t)range.end};
}

static void mark_text(struct view *view, struct box *box, find_next *next,
                      void *user, size_t *capacity)
{
    const char *text = box->source->text;
    size_t length = box->source->length;
    struct find_range range = {0, 0};
    box->found = view->found_count;
    while (view->found_count < FIND_LIMIT &&
           next(user, text, length, range.end, &range) &&
           range.end > range.start)
        add_mark(view, box, range, capacity);
    box->found_count = view->found_count - box->found;
}

static void unmark(struct view *view)
{
    for (size_t i = 0; i < view->found_count; i++)
        view->found[i].box->found_count = 0;
    free(view->found);
    view->found = NULL;
    view->found_count = 0;
    view->found_chosen = SIZE_MAX;
}

size_t find_mark(struct view *view, struct box *top, find_next *next,
                 void *user)
{
    size_t capacity = 0;
    unmark(view);
    for (struct box *box = top; box && next; box = next_box(box, top))
        if (box->kind == BOX_TEXT && !box->begun_in)
            mark_text(view, box, next, user, &capacity);
    return view->found_count;
}

void find_choose(struct view *view, size_t mark)
{
    view->found_chosen = mark;
}

const struct found *found_in(const struct view *view, const struct box *box,
                             size_t *count_out)
{
    *count_out = box->found_count;
    return box->found_count ? &view->found[box->found] : NULL;
}

/* As far down as the mark is into the text. */
static int expected_y(const struct found *found)
{
    const struct box *box = found->box;
    size_t length = box->source->length ? box->source->length : 1;
    return (int)((int64_t)box->rect.height * found->start / (int64_t)length);
}

int found_y(const struct found *found)
{
    const struct box *box = found->box;
    struct text_rect rect;
    if (!box->paragraph)
        return box->rect.y + expected_y(found);
    if (!shaping_range(box, found->start, found->end, &rect, 1))
        return box->rect.y;
    return box->rect.y + box->pad_top + rect.y;
}

size_t find_below(const struct view *view, int position)
{
    for (size_t i = 0; i < view->found_count; i++)
        if (found_y(&view->found[i]) >= position)
            return i;
    return 0;
}

int find_position(struct view *view, size_t mark, int viewport_px)
{
    int position = 0;
    if (mark >= view->found_count)
        return position;
    for (int tries = 0; tries < POSITION_TRIES; tries++) {
        int before = position;
        position = found_y(&view->found[mark]) - viewport_px / 3;
        if (position < 0)
            position = 0;
        if (tries && position == before)
            break;
        flow_settle(view, position, viewport_px);
    }
    return position;
}
