#include "ui/find.h"

#include "found.h"
#include "shaping.h"
#include "ui/flow.h"

/* A mark is looked for where it is expected, then where it is. */
#define POSITION_TRIES 4

static struct box *next_box(struct box *box, const struct box *top)
{
    if (box->first && !box->aside)
        return box->first;
    while (box != top && !box->next)
        box = box->parent;
    return box == top ? NULL : box->next;
}

static void mark_text(struct view *view, struct box *box, find_in_text *find,
                      void *user, struct find_range *ranges)
{
    size_t count =
        find(user, box->source->text, FIND_LIMIT - view->found_count, ranges);
    box->found = view->found_count;
    box->found_count = count;
    if (!count)
        return;
    view->found =
        xrealloc(view->found, view->found_count + count, sizeof(*view->found));
    for (size_t i = 0; i < count; i++)
        view->found[view->found_count++] =
            (struct found){box, ranges[i].start, ranges[i].end};
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

size_t find_mark(struct view *view, struct box *top, find_in_text *find,
                 void *user)
{
    unmark(view);
    if (!find)
        return 0;
    struct find_range *ranges = xcalloc(FIND_LIMIT, sizeof(*ranges));
    for (struct box *box = top; box && view->found_count < FIND_LIMIT;
         box = next_box(box, top))
        if (box->kind == BOX_TEXT && !box->begun_in && !box->aside)
            mark_text(view, box, find, user, ranges);
    free(ranges);
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
