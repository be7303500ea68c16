#include "ui/box.h"

#include "base/buf.h"
#include "columns.h"
#include "shaping.h"

struct view *view_new(struct fonts *fonts, const struct theme *theme)
{
    struct view *view = xcalloc(1, sizeof(*view));
    view->fonts = fonts;
    view->theme = theme;
    view->root = box_add(view, NULL, BOX_COLUMN, "screen");
    return view;
}

void view_free(struct view *view)
{
    if (!view)
        return;
    while (view->shaped)
        shaping_drop(&view->shaped);
    free(view->found);
    arena_fini(&view->arena);
    free(view);
}

struct box *box_add(struct view *view, struct box *parent, enum box_kind kind,
                    const char *role)
{
    struct box *box = arena_alloc(&view->arena, sizeof(*box));
    while (parent && parent->depth >= BOX_DEPTH_MAX)
        parent = parent->parent;
    *box = (struct box){
        .kind = kind,
        .parent = parent,
        .role = role ? role : "",
        .label = "",
        .media = "",
        .action.argument = "",
        .pack = BOX_START,
        .columns = 1,
        .end_line = SIZE_MAX,
    };
    if (!parent)
        return box;
    box->depth = parent->depth + 1;
    if (parent->last)
        parent->last->next = box;
    else
        parent->first = box;
    parent->last = box;
    parent->child_count++;
    return box;
}

struct box *box_columns(struct view *view, struct box *parent, int columns,
                        int gap_px, int step_px)
{
    struct box *box = box_add(view, parent, BOX_COLUMNS, "columns");
    box->columns = columns < 1               ? 1
                   : columns > COLUMNS_LIMIT ? COLUMNS_LIMIT
                                             : columns;
    box->gap = gap_px;
    box->step = step_px > 0 ? step_px : 1;
    box->spare =
        arena_alloc(&view->arena, (size_t)box->columns * sizeof(*box->spare));
    return box;
}

void box_pad(struct box *box, int vertical, int horizontal)
{
    box->pad_top = box->pad_bottom = vertical;
    box->pad_left = box->pad_right = horizontal;
}

static struct action action_copy(struct view *view, struct action action)
{
    action.argument = arena_strdup(&view->arena, action.argument);
    return action;
}

void box_act(struct view *view, struct box *box, unsigned kind,
             const char *argument, int value)
{
    box->action = action_copy(view, (struct action){kind, argument, value});
}

void box_label(struct view *view, struct box *box, const char *label)
{
    box->label = arena_strdup(&view->arena, label);
}

struct box *box_text(struct view *view, struct box *parent, enum text_role role,
                     enum colour_role ink, const char *text)
{
    return box_text_lines(view, parent, role, ink, text, 0);
}

struct box *box_text_lines(struct view *view, struct box *parent,
                           enum text_role role, enum colour_role ink,
                           const char *text, int max_lines)
{
    const struct text_look *look = &view->theme->text[role];
    size_t length = text ? strlen(text) : 0;
    const struct text_run run = {
        .end = (uint32_t)length,
        .style = look->style,
    };
    const struct paragraph_style style = {
        .line_height_px = look->line_height,
        .max_lines = max_lines,
    };
    struct box *box = box_rich(view, parent, text ? text : "", length, &run, 1,
                               &style, NULL, 0);
    box->text_colours[0] = ink;
    return box;
}

/* The marks and their pinyin, which the caller keeps no longer than the call.
 */
static const struct text_mark *
marks_copy(struct view *view, const struct text_mark *marks, size_t count)
{
    struct text_mark *copies =
        arena_alloc(&view->arena, count * sizeof(*copies));
    for (size_t i = 0; i < count; i++) {
        copies[i] = marks[i];
        if (marks[i].ruby)
            copies[i].ruby = arena_strdup(&view->arena, marks[i].ruby);
    }
    return copies;
}

static const struct text_source *source_copy(struct view *view,
                                             const struct text_source *source)
{
    struct text_source *copy = arena_alloc(&view->arena, sizeof(*copy));
    struct text_run *runs =
        arena_alloc(&view->arena, source->run_count * sizeof(*runs));
    memcpy(runs, source->runs, source->run_count * sizeof(*runs));
    *copy = *source;
    copy->text = arena_strndup(&view->arena, source->text, source->length);
    copy->style.marks =
        marks_copy(view, source->style.marks, source->style.mark_count);
    copy->runs = runs;
    return copy;
}

struct box *box_rich(struct view *view, struct box *parent, const char *text,
                     size_t length, const struct text_run *runs,
                     size_t run_count, const struct paragraph_style *style,
                     const struct text_link *links, size_t link_count)
{
    struct box *box = box_add(view, parent, BOX_TEXT, "text");
    box->source = source_copy(
        view, &(struct text_source){text, length, runs, run_count, *style});
    view->text_bytes += length;
    for (size_t i = 0; i < COUNT_OF(box->text_colours); i++)
        box->text_colours[i] = COLOUR_INK;
    for (size_t i = 0; i < run_count; i++)
        if (box->em < runs[i].style.size_px)
            box->em = runs[i].style.size_px;
    if (!link_count)
        return box;
    struct text_link *copies =
        arena_alloc(&view->arena, link_count * sizeof(*copies));
    for (size_t i = 0; i < link_count; i++) {
        copies[i] = links[i];
        copies[i].action = action_copy(view, links[i].action);
    }
    box->links = copies;
    box->link_count = link_count;
    return box;
}

#define SHORT_TEXT 96 /* bytes: some thirty Han characters */

int box_text_width(struct view *view, struct box *box)
{
    if (box->source->length <= SHORT_TEXT)
        shaping_shape(view, box);
    return shaping_natural_width(box);
}

struct box *box_icon(struct view *view, struct box *parent, enum icon icon,
                     int size_px, enum colour_role ink)
{
    struct box *box = box_add(view, parent, BOX_ICON, "icon");
    box->icon = icon;
    box->icon_colour = ink;
    box->width = box->height = size_px;
    return box;
}

struct box *box_picture(struct view *view, struct box *parent,
                        const char *media, int width_px, int height_px)
{
    struct box *box = box_add(view, parent, BOX_PICTURE, "picture");
    box->media = arena_strdup(&view->arena, media);
    box->width = width_px;
    box->height = height_px;
    if (width_px && height_px) {
        box->picture_width = width_px;
        box->picture_height = height_px;
    }
    return box;
}

struct box *box_space(struct view *view, struct box *parent, int size_px)
{
    struct box *box = box_add(view, parent, BOX_COLUMN, "");
    box->width = box->height = size_px;
    box->grow = size_px ? 0 : 1;
    return box;
}

/* Texts in order, one space between, but none where a text goes on. */
static void collect_words(const struct box *box, size_t start, struct buf *out)
{
    bool text = box->kind == BOX_TEXT && box->source->length;
    if (!box->end_line)
        return;
    if ((*box->label || text) && out->length > start && !box->begun_in)
        buf_putc(out, ' ');
    buf_puts(out, box->label);
    if (*box->label)
        return;
    if (text) {
        struct text_part part = shaping_part(box);
        shaping_put_words(box, part.start, part.end, out);
    }
    for (const struct box *child = box->first; child; child = child->next)
        collect_words(child, start, out);
}

void box_words(const struct box *box, struct buf *out)
{
    collect_words(box, out->length, out);
}
