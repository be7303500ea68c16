/* layout.c - where boxes stand.
 *
 * Four walks over the tree, each looking at a box once:
 *   measure  up    the width each box would like, and the least it bears
 *   widen    down  the width each box gets; texts are broken for it, once
 *   raise    up    the height that follows
 *   place    down  positions, and what is left of a given height
 * so the time is linear in the boxes, whatever their nesting. A text that is
 * not shaped yet takes part with what shaping.h expects of it. Widths given
 * never exceed what the parent has: too wide a row leaves out what is optional,
 * then squeezes what grows, then what can wrap, then everything alike. */
#include "layout.h"

#include "columns.h"
#include "shaping.h"

#define NARROWEST_EM                                                          \
    4                   /* no text is squeezed below this while others can be \
                         */
#define INDEX_FROM 16   /* a column of so many is searched, not walked */
#define COLUMNS_MOST 64 /* of a grid; no panel shows more */
#define LONGEST (1 << 28) /* px; sums end here, so that none overflows */

static int clamp(int64_t value, int low, int high)
{
    return value < low ? low : value > high ? high : (int)value;
}

static int length(int64_t value)
{
    return clamp(value, 0, LONGEST);
}

/* A position further on; like lengths, it ends somewhere. */
static int onward(int at, int64_t by)
{
    return clamp(at + by, -LONGEST, LONGEST);
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static int across_pads(const struct box *box)
{
    return box->pad_left + box->pad_right;
}

static int down_pads(const struct box *box)
{
    return box->pad_top + box->pad_bottom;
}

static int line_gap(const struct box *box)
{
    return box->line_gap ? box->line_gap : box->gap;
}

static int gaps(const struct box *box)
{
    return box->child_count > 1
               ? length((int64_t)box->gap * (int64_t)(box->child_count - 1))
               : 0;
}

static int grid_columns(const struct box *box)
{
    return clamp(box->columns, 1, COLUMNS_MOST);
}

static int grid_weight(const struct box *box, int column)
{
    return box->weights ? clamp(box->weights[column], 1, 10000) : 1;
}

static int64_t grid_weights(const struct box *box)
{
    int64_t sum = 0;
    for (int i = 0; i < grid_columns(box); i++)
        sum += grid_weight(box, i);
    return sum;
}

/* measure: what the children ask for, without the padding. */

struct wish {
    int natural, narrowest;
};

static struct wish measure(struct box *box);

static struct wish measure_widest(struct box *box)
{
    struct wish wish = {0, 0};
    for (struct box *child = box->first; child; child = child->next) {
        struct wish own = measure(child);
        wish.natural = larger(wish.natural, own.natural);
        wish.narrowest = larger(wish.narrowest, own.narrowest);
    }
    return wish;
}

static struct wish measure_row(struct box *box)
{
    int64_t natural = gaps(box), narrowest = gaps(box);
    for (struct box *child = box->first; child; child = child->next) {
        struct wish own = measure(child);
        natural += own.natural;
        narrowest += own.narrowest;
    }
    return (struct wish){length(natural), length(narrowest)};
}

static struct wish measure_grid(struct box *box)
{
    int64_t natural = 0, narrowest = 0, weights = grid_weights(box);
    int columns = grid_columns(box), column = 0;
    for (struct box *child = box->first; child; child = child->next) {
        struct wish own = measure(child);
        int weight = grid_weight(box, column);
        int64_t wide = own.natural * weights / weight;
        int64_t narrow = own.narrowest * weights / weight;
        natural = wide > natural ? wide : natural;
        narrowest = narrow > narrowest ? narrow : narrowest;
        column = (column + 1) % columns;
    }
    int64_t between = (int64_t)box->gap * (columns - 1);
    return (struct wish){length(natural + between),
                         length(narrowest + between)};
}

/* Its items on one line at best, one a line at worst. */
static struct wish measure_wrap(struct box *box)
{
    int64_t natural = gaps(box);
    int narrowest = 0;
    for (struct box *child = box->first; child; child = child->next) {
        struct wish own = measure(child);
        natural += own.natural;
        narrowest = larger(narrowest, own.narrowest);
    }
    return (struct wish){length(natural), narrowest};
}

/* All columns at best, one at worst. */
static struct wish measure_columns(struct box *box)
{
    columns_forget(box);
    struct wish wish = measure_widest(box);
    int64_t natural = (int64_t)wish.natural * box->columns +
                      (int64_t)box->gap * (box->columns - 1);
    return (struct wish){length(natural), wish.narrowest};
}

static struct wish measure_text(struct box *box)
{
    int natural = shaping_natural_width(box);
    return (struct wish){natural, natural < NARROWEST_EM * box->em
                                      ? natural
                                      : NARROWEST_EM * box->em};
}

static struct wish measure_fixed(struct box *box)
{
    (void)box;
    return (struct wish){0, 0};
}

static struct wish measure(struct box *box)
{
    static struct wish (*const kinds[])(struct box *) = {
        [BOX_COLUMN] = measure_widest, [BOX_ROW] = measure_row,
        [BOX_GRID] = measure_grid,     [BOX_WRAP] = measure_wrap,
        [BOX_TEXT] = measure_text,     [BOX_PICTURE] = measure_fixed,
        [BOX_ICON] = measure_fixed,    [BOX_COLUMNS] = measure_columns,
    };
    struct wish wish = kinds[box->kind](box);
    int pads = across_pads(box);
    wish.natural = length((int64_t)wish.natural + pads);
    wish.narrowest = length((int64_t)wish.narrowest + pads);
    if (box->width)
        wish.natural = wish.narrowest = length(box->width);
    wish.natural = larger(wish.natural, length(box->min_width));
    wish.narrowest = larger(wish.narrowest, length(box->min_width));
    box->natural = wish.natural;
    box->narrowest = wish.narrowest;
    return wish;
}

/* widen */

static void widen(struct box *box, int width);

static void widen_in_column(const struct box *column, struct box *child,
                            int room)
{
    bool stretch =
        column->align == BOX_STRETCH || column->align == BOX_BASELINE;
    int width = stretch && !child->width ? room : child->natural;
    widen(child, width < room ? width : room);
}

static void widen_column(struct box *box, int room)
{
    for (struct box *child = box->first; child; child = child->next)
        widen_in_column(box, child, room);
}

/* How much each child of a row can give or take in one round of sharing. What
 * was left out is narrower than it can be and has nothing to give. */
static int give_wrapping(const struct box *child)
{
    int spare = child->rect.width - child->narrowest;
    return spare > 0 ? spare : 0;
}

static int give_growing(const struct box *child)
{
    return child->grow > 0 ? give_wrapping(child) : 0;
}

static int give_everything(const struct box *child)
{
    return child->rect.width;
}

static int take_growing(const struct box *child)
{
    return child->grow;
}

/* Adds `amount` px (or takes them, when negative) from the children in
 * proportion to what `share` says of them, exactly: the fractions run on. */
static void distribute(struct box *box, int amount,
                       int (*share)(const struct box *child))
{
    int64_t total = 0, seen = 0, given = 0;
    for (struct box *child = box->first; child; child = child->next)
        total += share(child);
    if (total <= 0)
        return;
    for (struct box *child = box->first; child; child = child->next) {
        seen += share(child);
        int64_t upto = amount * seen / total;
        child->rect.width += (int)(upto - given);
        given = upto;
    }
}

static int64_t row_total(const struct box *box,
                         int (*share)(const struct box *child))
{
    int64_t total = 0;
    for (const struct box *child = box->first; child; child = child->next)
        total += share(child);
    return total;
}

static void squeeze(struct box *box, int64_t excess)
{
    static int (*const rounds[])(const struct box *) = {
        give_growing, give_wrapping, give_everything};
    for (size_t i = 0; i < COUNT_OF(rounds) && excess > 0; i++) {
        int64_t most = row_total(box, rounds[i]);
        int64_t part = excess < most ? excess : most;
        distribute(box, -(int)part, rounds[i]);
        excess -= part;
    }
}

/* What is left of a row's room when its children have their natural widths. */
static int64_t spare_width(const struct box *box, int room)
{
    int64_t spare = (int64_t)room - gaps(box);
    for (const struct box *child = box->first; child; child = child->next)
        spare -= child->rect.width;
    return spare;
}

static void widen_row(struct box *box, int room)
{
    for (struct box *child = box->first; child; child = child->next)
        child->rect.width = child->natural;
    bool tight = spare_width(box, room) < 0;
    for (struct box *child = box->first; child; child = child->next)
        if (tight && child->optional)
            child->rect.width = 0;
    int64_t left = spare_width(box, room);
    if (left > 0)
        distribute(box, length(left), take_growing);
    else
        squeeze(box, -left);
    for (struct box *child = box->first; child; child = child->next)
        widen(child, child->rect.width);
}

/* The left edge of a grid's column; column == columns: one gap past the end.
 * From running sums, so that the columns fill the room to the pixel. */
static int grid_edge(const struct box *box, int room, int column)
{
    int columns = grid_columns(box);
    int64_t before = 0;
    int64_t shared = (int64_t)room - (int64_t)box->gap * (columns - 1);
    for (int i = 0; i < column; i++)
        before += grid_weight(box, i);
    return onward((int)(length(shared) * before / grid_weights(box)),
                  (int64_t)box->gap * column);
}

static void widen_grid(struct box *box, int room)
{
    int columns = grid_columns(box), column = 0;
    for (struct box *child = box->first; child; child = child->next) {
        int width = grid_edge(box, room, column + 1) -
                    grid_edge(box, room, column) - box->gap;
        widen(child,
              child->width && child->width < width ? child->width : width);
        column = (column + 1) % columns;
    }
}

static void widen_wrap(struct box *box, int room)
{
    for (struct box *child = box->first; child; child = child->next)
        widen(child, child->natural < room ? child->natural : room);
}

static void widen_text(struct box *box, int room)
{
    if (box->paragraph)
        paragraph_set_width(box->paragraph, room > 0 ? room : 1);
}

static void widen_nothing(struct box *box, int room)
{
    (void)box, (void)room;
}

static void widen(struct box *box, int width)
{
    static void (*const kinds[])(struct box *, int) = {
        [BOX_COLUMN] = widen_column, [BOX_ROW] = widen_row,
        [BOX_GRID] = widen_grid,     [BOX_WRAP] = widen_wrap,
        [BOX_TEXT] = widen_text,     [BOX_PICTURE] = widen_nothing,
        [BOX_ICON] = widen_nothing,  [BOX_COLUMNS] = columns_widen,
    };
    box->rect.width = length(width);
    kinds[box->kind](box, length((int64_t)width - across_pads(box)));
}

/* raise: natural heights, without the padding. */

static int raise_box(struct box *box);

static int column_height(const struct box *box)
{
    int64_t sum = gaps(box);
    for (const struct box *child = box->first; child; child = child->next)
        sum += child->raised;
    return length(sum);
}

static int raise_column(struct box *box)
{
    for (struct box *child = box->first; child; child = child->next)
        raise_box(child);
    return column_height(box);
}

/* Where the first line of text stands, from the top of the box; a box without
 * text stands on its lower edge. */
static int baseline(const struct box *box)
{
    if (box->kind == BOX_TEXT && box->ascent)
        return box->pad_top + box->ascent;
    if (box->first)
        return box->pad_top + baseline(box->first);
    return box->raised;
}

/* The extent of one line of children standing side by side. */
struct extent {
    int height, ascent; /* ascent: only where baselines are aligned */
};

static struct extent line_extent(const struct box *box, const struct box *child,
                                 const struct box *end)
{
    struct extent extent = {0, 0};
    int below = 0;
    bool aligned = box->align == BOX_BASELINE;
    for (; child != end; child = child->next) {
        extent.height = larger(extent.height, child->raised);
        if (aligned) {
            int ascent = baseline(child);
            extent.ascent = larger(extent.ascent, ascent);
            below = larger(below, child->raised - ascent);
        }
    }
    if (aligned)
        extent.height = extent.ascent + below;
    return extent;
}

static int raise_row(struct box *box)
{
    for (struct box *child = box->first; child; child = child->next)
        raise_box(child);
    return line_extent(box, box->first, NULL).height;
}

/* The first child of the line after the one that starts at `first`. */
static struct box *wrap_line_end(const struct box *box, struct box *first,
                                 int *width_out)
{
    int64_t room = (int64_t)box->rect.width - across_pads(box);
    int64_t used = first->rect.width;
    struct box *child = first->next;
    while (child && used + box->gap + child->rect.width <= room) {
        used += box->gap + child->rect.width;
        child = child->next;
    }
    *width_out = (int)used;
    return child;
}

static struct box *grid_line_end(const struct box *box, struct box *first)
{
    for (int i = grid_columns(box); i > 0 && first; i--)
        first = first->next;
    return first;
}

static struct box *line_end(const struct box *box, struct box *first)
{
    int width;
    return box->kind == BOX_GRID ? grid_line_end(box, first)
                                 : wrap_line_end(box, first, &width);
}

static int raise_lines(struct box *box)
{
    int64_t sum = 0;
    for (struct box *child = box->first; child; child = child->next)
        raise_box(child);
    for (struct box *line = box->first, *end; line; line = end) {
        end = line_end(box, line);
        sum += line_extent(box, line, end).height;
        if (end)
            sum += line_gap(box);
    }
    return length(sum);
}

/* A text that is given back keeps its ascent, like its height. */
static int raise_text(struct box *box)
{
    if (box->paragraph && paragraph_line_count(box->paragraph))
        box->ascent = paragraph_line(box->paragraph, 0).baseline;
    return shaping_height(box, box->rect.width - across_pads(box));
}

static int raise_picture(struct box *box)
{
    if (box->picture_width <= 0 || box->picture_height <= 0)
        return 0;
    int64_t width = (int64_t)box->rect.width - across_pads(box);
    return length(width * box->picture_height / box->picture_width);
}

static int raise_nothing(struct box *box)
{
    (void)box;
    return 0;
}

/* A picture with proportions that had to be made narrower gets lower too. */
static bool fixed_height(const struct box *box)
{
    bool narrowed = box->kind == BOX_PICTURE && box->picture_width > 0 &&
                    box->width > box->rect.width;
    return box->height > 0 && !narrowed;
}

static int64_t whole_steps(const struct box *box, int64_t height)
{
    return box->step > 1 ? height - height % box->step : height;
}

/* What makes a height that begins a step reach its end. */
static int part_step(const struct box *box)
{
    return box->step > 1 ? box->step - 1 : 0;
}

static int keep_height(struct box *box, int content)
{
    int height = length((int64_t)content + down_pads(box));
    if (fixed_height(box))
        height = length(box->height);
    height = larger(height, length(box->min_height));
    box->raised = length(whole_steps(box, (int64_t)height + part_step(box)));
    return box->raised;
}

static int raise_box(struct box *box)
{
    static int (*const kinds[])(struct box *) = {
        [BOX_COLUMN] = raise_column, [BOX_ROW] = raise_row,
        [BOX_GRID] = raise_lines,    [BOX_WRAP] = raise_lines,
        [BOX_TEXT] = raise_text,     [BOX_PICTURE] = raise_picture,
        [BOX_ICON] = raise_nothing,  [BOX_COLUMNS] = columns_raise,
    };
    return keep_height(box, kinds[box->kind](box));
}

/* place: rect.width and raised hold what was found above; positions are the
 * view's. */

static void place(struct box *box, int x, int y, int height);

static int offset_of(enum box_align align, int room, int size)
{
    switch (align) {
    case BOX_CENTER:
        return (room - size) / 2;
    case BOX_END:
        return room - size;
    default:
        return 0;
    }
}

/* Where the first child starts, and how much is added to every gap. */
struct spread {
    int start, extra;
};

static struct spread spread_of(const struct box *box, int left, size_t count)
{
    if (left <= 0)
        return (struct spread){0, 0};
    if (box->pack == BOX_STRETCH)
        return (struct spread){0, count > 1 ? left / (int)(count - 1) : 0};
    return (struct spread){offset_of(box->pack, left, 0), 0};
}

static void place_column(struct box *box)
{
    int room = box->rect.width - across_pads(box);
    int64_t left = (int64_t)box->rect.height - down_pads(box) - gaps(box);
    int64_t grow = 0, seen = 0, given = 0;
    for (struct box *child = box->first; child; child = child->next) {
        left -= child->raised;
        grow += child->grow > 0 ? child->grow : 0;
    }
    box->clips = left < 0;
    struct spread spread =
        spread_of(box, grow ? 0 : length(left), box->child_count);
    int x = box->rect.x + box->pad_left;
    int y = box->rect.y + box->pad_top + spread.start;
    for (struct box *child = box->first; child; child = child->next) {
        int height = child->raised;
        if (grow && left > 0 && child->grow > 0) {
            seen += child->grow;
            int64_t more = whole_steps(child, left * seen / grow - given);
            height += (int)more;
            given += more;
        }
        place(child, x + offset_of(box->align, room, child->rect.width), y,
              height);
        y = onward(y, (int64_t)height + box->gap + spread.extra);
    }
}

/* One line of a row, wrap or grid is `extent` high at y; x_of tells where. */
static void place_in_line(const struct box *box, struct box *child, int x,
                          int y, struct extent extent)
{
    int height = child->raised;
    if (box->align == BOX_BASELINE)
        y += extent.ascent - baseline(child);
    else if (box->align == BOX_STRETCH && !fixed_height(child))
        height = extent.height;
    else
        y += offset_of(box->align, extent.height, height);
    place(child, x, y, height);
}

static void place_row(struct box *box)
{
    int64_t left = spare_width(box, box->rect.width - across_pads(box));
    struct spread spread = spread_of(box, length(left), box->child_count);
    struct extent extent = line_extent(box, box->first, NULL);
    int height = box->rect.height - down_pads(box);
    int x = box->rect.x + box->pad_left + spread.start;
    int y = box->rect.y + box->pad_top;
    box->clips = extent.height > height || left < 0;
    if (box->align != BOX_BASELINE)
        extent.height = height;
    for (struct box *child = box->first; child; child = child->next) {
        place_in_line(box, child, x, y, extent);
        x = onward(x, (int64_t)child->rect.width + box->gap + spread.extra);
    }
}

static void place_wrap(struct box *box)
{
    int room = box->rect.width - across_pads(box);
    int y = box->rect.y + box->pad_top;
    for (struct box *line = box->first, *end; line; line = end) {
        int width;
        end = wrap_line_end(box, line, &width);
        struct extent extent = line_extent(box, line, end);
        int x =
            box->rect.x + box->pad_left + spread_of(box, room - width, 1).start;
        for (struct box *child = line; child != end; child = child->next) {
            place_in_line(box, child, x, y, extent);
            x = onward(x, (int64_t)child->rect.width + box->gap);
        }
        y = onward(y, (int64_t)extent.height + line_gap(box));
    }
    box->clips = (int64_t)y - line_gap(box) > rect_bottom(box->rect);
}

static int64_t grid_rows(const struct box *box)
{
    int64_t columns = grid_columns(box);
    return ((int64_t)box->child_count + columns - 1) / columns;
}

static void place_grid(struct box *box)
{
    int room = box->rect.width - across_pads(box);
    int64_t rows = grid_rows(box), row = 0, left;
    left = (int64_t)box->rect.height - down_pads(box);
    for (struct box *line = box->first; line; line = grid_line_end(box, line))
        left -= line_extent(box, line, grid_line_end(box, line)).height;
    left -= rows > 1 ? (rows - 1) * line_gap(box) : 0;
    box->clips = left < 0;
    int y = box->rect.y + box->pad_top;
    for (struct box *line = box->first, *end; line; line = end, row++) {
        end = grid_line_end(box, line);
        struct extent extent = line_extent(box, line, end);
        if (left > 0 && box->align != BOX_BASELINE)
            extent.height += (int)(left * (row + 1) / rows - left * row / rows);
        int column = 0;
        for (struct box *child = line; child != end; child = child->next)
            place_in_line(box, child,
                          box->rect.x + box->pad_left +
                              grid_edge(box, room, column++),
                          y, extent);
        y = onward(y, (int64_t)extent.height + line_gap(box));
    }
}

static void place_nothing(struct box *box)
{
    box->clips = false;
}

static void place(struct box *box, int x, int y, int height)
{
    static void (*const kinds[])(struct box *) = {
        [BOX_COLUMN] = place_column, [BOX_ROW] = place_row,
        [BOX_GRID] = place_grid,     [BOX_WRAP] = place_wrap,
        [BOX_TEXT] = place_nothing,  [BOX_PICTURE] = place_nothing,
        [BOX_ICON] = place_nothing,  [BOX_COLUMNS] = columns_place,
    };
    box->rect.x = x;
    box->rect.y = y;
    box->rect.height = height;
    kinds[box->kind](box);
}

/* Long columns get their children in an array, so that what is visible can be
 * found without walking over what is not. */
static void index_children(struct view *view, struct box *box)
{
    if (box->kind == BOX_COLUMN && box->child_count >= INDEX_FROM &&
        box->index_count != box->child_count) {
        box->index =
            arena_alloc(&view->arena, box->child_count * sizeof(*box->index));
        box->index_count = 0;
        for (struct box *child = box->first; child; child = child->next)
            box->index[box->index_count++] = child;
    }
    for (struct box *child = box->first; child; child = child->next)
        index_children(view, child);
}

void layout_place(struct view *view, int height_px)
{
    struct box *root = view->root;
    place(root, 0, 0, height_px > 0 ? height_px : root->raised);
    view->width = root->rect.width;
    view->height = root->rect.height;
}

void layout_view(struct view *view, int width_px, int height_px)
{
    measure(view->root);
    widen(view->root, width_px);
    raise_box(view->root);
    layout_place(view, height_px);
    index_children(view, view->root);
}

void view_layout(struct view *view, int width_px, int height_px)
{
    shaping_shape_all(view, view->root);
    layout_view(view, width_px, height_px);
    view->flows = false;
}

/* A column's width comes from above when its parent stretches it: whatever its
 * texts turn out to be, only its height changes. */
bool layout_loose(const struct box *box)
{
    const struct box *parent = box->parent;
    if (box->kind != BOX_COLUMN)
        return false;
    return !parent || parent->align == BOX_STRETCH ||
           parent->align == BOX_BASELINE || box->width > 0;
}

void layout_child(struct box *child)
{
    const struct box *column = child->parent;
    measure(child);
    widen_in_column(column, child,
                    length((int64_t)column->rect.width - across_pads(column)));
    raise_box(child);
}

void layout_column(struct box *box)
{
    keep_height(box, column_height(box));
}

void layout_widen(struct box *box, int width)
{
    widen(box, width);
}

int layout_raise(struct box *box)
{
    return raise_box(box);
}

void layout_place_box(struct box *box, int x, int y, int height)
{
    place(box, x, y, height);
}
