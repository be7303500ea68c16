#include "display_list.h"

#include "columns.h"
#include "found.h"
#include "shaping.h"
#include "ui/canvas.h"
#include "ui/ink.h"

struct flattener {
    struct display_list *list;
    const struct placement *place;
    const struct pressed *pressed;
    bool moves;
    int top, bottom; /* of the viewport, in the view's coordinates */
};

/* What a state looks like under the finger where the screen does not say. */
static const unsigned char pressed_fills[COLOUR_ROLE_COUNT] = {
    [COLOUR_ACCENT] = COLOUR_ACCENT_PRESSED,
    [COLOUR_CHIP_ON] = COLOUR_INK2,
};

uint64_t hash_mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 32;
}

static uint64_t hash_text(uint64_t hash, const char *text)
{
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001B3u;
    return hash_mix(hash, 0);
}

static uint64_t look_of(const struct command *command)
{
    uint64_t hash = hash_mix(command->kind, command->fill);
    hash = hash_mix(hash, command->border);
    hash = hash_mix(hash, (uint64_t)(uint32_t)command->radius << 32 |
                              (uint32_t)command->border_width);
    hash = hash_mix(hash, (uint64_t)command->corners << 32 | command->amount);
    const struct box *box = command->box;
    if (command->kind == COMMAND_TEXT) {
        hash = hash_mix(hash, paragraph_hash(box->paragraph));
        hash = hash_mix(hash, box->first_line);
        hash = hash_mix(hash, box->end_line);
        for (size_t i = 0; i < COUNT_OF(box->text_colours); i++)
            hash =
                hash_mix(hash, command->theme->colours[box->text_colours[i]]);
    } else if (command->kind == COMMAND_PICTURE) {
        hash = hash_text(hash, box->media);
    } else if (command->kind == COMMAND_ICON) {
        hash = hash_mix(hash, (uint64_t)box->icon);
    } else if (command->kind == COMMAND_LINE) {
        hash = hash_mix(hash, (uint64_t)(uint32_t)command->from_x << 32 |
                                  (uint32_t)command->from_y);
        hash = hash_mix(hash, (uint64_t)(uint32_t)command->to_x << 32 |
                                  (uint32_t)command->to_y);
    }
    return hash;
}

void display_list_clear(struct display_list *list)
{
    list->count = 0;
}

void display_list_forget(struct display_list *list)
{
    if (list->commands)
        explicit_bzero(list->commands,
                       list->capacity * sizeof(*list->commands));
    list->count = 0;
}

void display_list_fini(struct display_list *list)
{
    free(list->commands);
    *list = (struct display_list){0};
}

void display_list_add(struct display_list *list, struct command command)
{
    if (rect_empty(rect_intersect(command.visible, command.clip)))
        return;
    command.look = look_of(&command);
    ARRAY_GROW(list->commands, list->count, list->capacity);
    list->commands[list->count++] = command;
}

static void add(const struct flattener *to, const struct box *box,
                struct rect cut, struct command command)
{
    command.moves = to->moves;
    command.clip = to->place->clip;
    command.visible = rect_intersect(command.visible, cut);
    command.box = box;
    command.theme = to->place->view->theme;
    display_list_add(to->list, command);
}

static void add_fill(const struct flattener *to, const struct box *box,
                     struct rect cut, struct rect rect, enum colour_role role)
{
    add(to, box, cut,
        (struct command){
            .kind = COMMAND_FILL,
            .rect = rect,
            .visible = rect,
            .fill = to->place->view->theme->colours[role],
        });
}

static enum colour_role fill_of(const struct flattener *to,
                                const struct box *box)
{
    if (to->pressed->box != box || to->pressed->link)
        return box->fill;
    if (box->pressed_fill != COLOUR_NONE)
        return box->pressed_fill;
    enum colour_role role = (enum colour_role)pressed_fills[box->fill];
    return role != COLOUR_NONE ? role : COLOUR_PRESSED;
}

/* A list row has no edges of its own: under the finger it gets some, a little
 * wider than its text. */
static struct rect pressed_row(const struct flattener *to, struct rect rect)
{
    int aside = to->place->view->theme->gap / 2;
    return (struct rect){rect.x - aside, rect.y, rect.width + 2 * aside,
                         rect.height};
}

static void add_look(const struct flattener *to, const struct box *box,
                     struct rect cut, struct rect rect)
{
    const struct theme *theme = to->place->view->theme;
    enum colour_role fill = fill_of(to, box);
    bool border = box->border_width > 0 && box->border != COLOUR_NONE;
    bool bare = box->fill == COLOUR_NONE && !border;
    struct rect shape =
        fill != box->fill && bare ? pressed_row(to, rect) : rect;
    bool square = !box->radius && !border;
    if (fill != COLOUR_NONE)
        add(to, box, cut,
            (struct command){
                .kind = square ? COMMAND_FILL : COMMAND_BOX,
                .rect = shape,
                .visible = shape,
                .radius = box->radius,
                .corners = box->corners ? box->corners : CANVAS_ALL_CORNERS,
                .fill = theme->colours[fill],
                .border_width = border ? box->border_width : 0,
                .border = border ? theme->colours[box->border] : 0,
            });
    else if (border)
        add(to, box, cut,
            (struct command){
                .kind = COMMAND_FRAME,
                .rect = rect,
                .visible = rect,
                .radius = box->radius,
                .border_width = box->border_width,
                .border = theme->colours[box->border],
            });
}

static void add_lines(const struct flattener *to, const struct box *box,
                      struct rect cut, struct rect rect)
{
    struct rect bar = rect, rule = rect;
    bar.width = box->left_bar;
    rule.y += rule.height - box->rule_below;
    rule.height = box->rule_below;
    if (box->left_bar > 0)
        add_fill(to, box, cut, bar, box->border);
    if (box->rule_below > 0)
        add_fill(to, box, cut, rule, box->border);
}

static void add_rules_between(const struct flattener *to, const struct box *box,
                              struct rect cut, struct rect rect)
{
    struct rect rule = rect;
    rule.y += box->pad_top;
    rule.height -= box->pad_top + box->pad_bottom;
    rule.width = box->rule_between;
    for (int column = 1; column < box->column_count; column++) {
        int between = columns_x(box, column - 1) + columns_x(box, column);
        rule.x = rect.x + box->pad_left +
                 (between + box->column_width - rule.width) / 2;
        add_fill(to, box, cut, rule, box->border);
    }
}

static struct rect content_of(const struct box *box, struct rect rect)
{
    return (struct rect){
        rect.x + box->pad_left,
        rect.y + box->pad_top,
        rect.width - box->pad_left - box->pad_right,
        rect.height - box->pad_top - box->pad_bottom,
    };
}

static void add_pressed_link(const struct flattener *to, const struct box *box,
                             struct rect cut, struct rect content)
{
    struct text_rect parts[16];
    const struct text_link *link = to->pressed->link;
    size_t count =
        shaping_range(box, link->start, link->end, parts, COUNT_OF(parts));
    for (size_t i = 0; i < count; i++)
        add_fill(to, box, cut,
                 (struct rect){content.x + parts[i].x, content.y + parts[i].y,
                               parts[i].width, parts[i].height},
                 COLOUR_PRESSED);
}

static void add_frame(const struct flattener *to, const struct box *box,
                      struct rect cut, struct rect rect)
{
    const struct theme *theme = to->place->view->theme;
    add(to, box, cut,
        (struct command){
            .kind = COMMAND_FRAME,
            .rect = rect,
            .visible = rect,
            .radius = theme_px(theme, 4),
            .border_width = theme_px(theme, 3),
            .border = theme->colours[COLOUR_INK],
        });
}

/* A line at the lower edge says without colour that it is marked; a frame that
 * it is the one the reader was taken to. */
static void add_found_part(const struct flattener *to, const struct box *box,
                           struct rect cut, struct rect part, bool chosen)
{
    const struct theme *theme = to->place->view->theme;
    struct rect line = part;
    line.height = theme_px(theme, 3);
    line.y += part.height - line.height;
    add_fill(to, box, cut, part, COLOUR_FOUND);
    if (chosen)
        add_frame(to, box, cut, rect_inset(part, -theme_px(theme, 3)));
    else
        add_fill(to, box, cut, line, COLOUR_AMBER);
}

static void add_found(const struct flattener *to, const struct box *box,
                      struct rect cut, struct rect content)
{
    const struct view *view = to->place->view;
    size_t count;
    const struct found *found = found_in(view, box, &count);
    for (size_t i = 0; i < count; i++) {
        struct text_rect parts[8];
        size_t part_count = shaping_range(box, found[i].start, found[i].end,
                                          parts, COUNT_OF(parts));
        for (size_t k = 0; k < part_count; k++)
            add_found_part(to, box, cut,
                           (struct rect){content.x + parts[k].x,
                                         content.y + parts[k].y, parts[k].width,
                                         parts[k].height},
                           box->found + i == view->found_chosen);
    }
}

static void add_text(const struct flattener *to, const struct box *box,
                     struct rect cut, struct rect rect)
{
    struct rect content = content_of(box, rect);
    add_found(to, box, cut, content);
    if (to->pressed->box == box && to->pressed->link)
        add_pressed_link(to, box, cut, content);
    /* A glyph may reach out of its line, but no further than this. */
    add(to, box, cut,
        (struct command){
            .kind = COMMAND_TEXT,
            .rect = content,
            .visible = rect_inset(content, -(box->em / 2)),
        });
}

static void add_picture(const struct flattener *to, const struct box *box,
                        struct rect cut, struct rect rect, colour under)
{
    struct rect content = content_of(box, rect);
    add(to, box, cut,
        (struct command){
            .kind = COMMAND_PICTURE,
            .rect = content,
            .visible = content,
            .radius = box->radius,
            .fill = under,
        });
}

static void add_icon(const struct flattener *to, const struct box *box,
                     struct rect cut, struct rect rect)
{
    struct rect content = content_of(box, rect);
    int size = content.width < content.height ? content.width : content.height;
    if (box->icon == ICON_NONE || size <= 0)
        return;
    content.x += (content.width - size) / 2;
    content.y += (content.height - size) / 2;
    content.width = content.height = size;
    add(to, box, cut,
        (struct command){
            .kind = COMMAND_ICON,
            .rect = content,
            .visible = content,
            .fill = to->place->view->theme->colours[box->icon_colour],
        });
}

/* Each piece is a command of its own, so that only the cells it crosses are
 * drawn again when it comes. */
static void add_ink_line(const struct flattener *to, const struct box *box,
                         struct rect cut, struct ink_point from,
                         struct ink_point to_point)
{
    int half = box->ink_width / 2 + 1;
    struct rect line = rect_inset(
        rect_from_edges(from.x < to_point.x ? from.x : to_point.x,
                        from.y < to_point.y ? from.y : to_point.y,
                        (from.x < to_point.x ? to_point.x : from.x) + 1,
                        (from.y < to_point.y ? to_point.y : from.y) + 1),
        -half);
    struct rect at = {cut.x + line.x, cut.y + line.y, line.width, line.height};
    add(to, box, cut,
        (struct command){
            .kind = COMMAND_LINE,
            .rect = at,
            .visible = at,
            .radius = box->ink_width,
            .from_x = from.x - line.x,
            .from_y = from.y - line.y,
            .to_x = to_point.x - line.x,
            .to_y = to_point.y - line.y,
            .fill = to->place->view->theme->colours[COLOUR_INK],
        });
}

static void add_ink(const struct flattener *to, const struct box *box,
                    struct rect rect)
{
    const struct ink *ink = box->ink;
    size_t at = 0;
    for (size_t stroke = 0; stroke < ink->stroke_count; stroke++) {
        struct ink_point from = ink->points[at];
        /* A lone point is a dot. */
        for (size_t i = at; i < ink->ends[stroke]; i++) {
            if (i > at || ink->ends[stroke] == at + 1)
                add_ink_line(to, box, rect, from, ink->points[i]);
            from = ink->points[i];
        }
        at = ink->ends[stroke];
    }
}

static void add_box(const struct flattener *to, const struct box *box,
                    struct rect cut, colour under)
{
    struct rect rect = placement_rect(to->place, box->rect);
    if (box->rect.y >= to->bottom || box->rect.y + box->rect.height <= to->top)
        return;
    add_look(to, box, cut, rect);
    /* Not what it is while pressed: pictures would be loaded again for it. */
    if (box->fill != COLOUR_NONE)
        under = to->place->view->theme->colours[box->fill];
    if (box->kind == BOX_TEXT && box->paragraph)
        add_text(to, box, cut, rect);
    else if (box->kind == BOX_PICTURE)
        add_picture(to, box, cut, rect, under);
    else if (box->kind == BOX_ICON)
        add_icon(to, box, cut, rect);
    if (box->kind == BOX_COLUMNS && box->rule_between > 0)
        add_rules_between(to, box, cut, rect);
    if (box->clips)
        cut = rect_intersect(cut, rect);
    for (const struct box *child = visible_first(box, to->top); child;
         child = visible_next(child, to->bottom))
        add_box(to, child, cut, under);
    add_lines(to, box, cut, rect);
    if (box->ink)
        add_ink(to, box, rect);
}

void display_list_add_view(struct display_list *list,
                           const struct placement *place, bool moves,
                           const struct pressed *pressed)
{
    static const struct rect everything = {-0x20000000, -0x20000000, 0x40000000,
                                           0x40000000};
    const struct theme *theme = place->view->theme;
    const struct flattener to = {
        .list = list,
        .place = place,
        .pressed = pressed,
        .moves = moves,
        .top = place->clip.y - place->y,
        .bottom = place->clip.y + place->clip.height - place->y,
    };
    add_box(&to, place->view->root, everything, theme->colours[COLOUR_PAPER]);
}
