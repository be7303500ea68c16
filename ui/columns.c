/* columns.c - texts in columns.
 *
 * Raising asks columns_split how high the columns are, placing asks again with
 * the height the box was given and lays out the parts: a text that is cut stays
 * in its box for the first part, and each further part takes one of the spare
 * boxes. At most one text is cut at the foot of a column, so there are enough.
 */
#include "columns.h"

#include "layout.h"
#include "shaping.h"

#define LEAST_EM 9 /* no column is narrower while there are others */
#define GIVE_WAY 2 /* rows a column may lack for the sake of a better cut */

/* ---- splitting ---- */

static enum column_cut cut_at(const unsigned char *cuts, size_t rows,
                              size_t row)
{
    return row < rows ? (enum column_cut)cuts[row] : CUT_FREELY;
}

/* How bad it is to end a column, one of `left` for so many rows, at this
 * height: how far that is from an equal share, squared; a bad cut counts as
 * much as GIVE_WAY rows and a half. The share is a little more than equal, so
 * that columns become lower from the first to the last. In parts of a row that
 * leave no fractions. */
static uint64_t badness(size_t rows, size_t left, size_t height,
                        enum column_cut cut)
{
    uint64_t wanted = 2 * (uint64_t)rows + left - 1;
    uint64_t have = 2 * (uint64_t)height * left;
    uint64_t off = have > wanted ? have - wanted : wanted - have;
    uint64_t bad_cut = cut == CUT_FREELY ? 0 : (2 * GIVE_WAY + 1) * left;
    return off * off + bad_cut * bad_cut;
}

static size_t even_end(const unsigned char *cuts, size_t rows, size_t start,
                       size_t left)
{
    size_t best = rows;
    uint64_t least = UINT64_MAX;
    for (size_t end = start + 1; end <= rows && left > 1; end++) {
        enum column_cut cut = cut_at(cuts, rows, end);
        if (cut == CUT_NEVER)
            continue;
        uint64_t bad = badness(rows - start, left, end - start, cut);
        if (bad < least) {
            least = bad;
            best = end;
        }
    }
    return best;
}

/* Columns of the same height; returns that of the highest. */
static size_t split_evenly(const unsigned char *cuts, size_t rows,
                           size_t columns, size_t *ends)
{
    size_t start = 0, highest = 0;
    for (size_t c = 0; c < columns; c++) {
        ends[c] =
            start < rows ? even_end(cuts, rows, start, columns - c) : start;
        if (ends[c] - start > highest)
            highest = ends[c] - start;
        start = ends[c];
    }
    return highest;
}

/* Nothing shows that a paragraph ends in the line behind the last one shown. */
static bool is_good_cut(enum column_cut cut, bool last_column)
{
    return cut == CUT_FREELY || (cut == CUT_LAST && last_column);
}

/* The last good cut in a column of `room` rows, unless a bad one is much
 * further down; else what begins here stands in it whole, however high. */
static size_t full_end(const unsigned char *cuts, size_t rows, size_t start,
                       size_t room, bool last_column)
{
    size_t most = rows - start < room ? rows : start + room, passable = 0;
    for (size_t end = most; end > start; end--) {
        enum column_cut cut = cut_at(cuts, rows, end);
        if (cut == CUT_NEVER)
            continue;
        if (is_good_cut(cut, last_column) &&
            (!passable || most - end <= GIVE_WAY))
            return end;
        if (!passable)
            passable = end;
    }
    if (passable || !room)
        return passable ? passable : start;
    for (most = start + 1; cut_at(cuts, rows, most) == CUT_NEVER;)
        most++;
    return most;
}

static size_t fill(const unsigned char *cuts, size_t rows, size_t columns,
                   size_t most, size_t tail, size_t *ends)
{
    size_t start = 0;
    for (size_t c = 0; c < columns; c++) {
        bool last = c + 1 == columns;
        size_t kept = !last ? 0 : tail < most ? tail : most;
        ends[c] = start < rows ? full_end(cuts, rows, start, most - kept, last)
                               : start;
        start = ends[c];
    }
    return start;
}

size_t columns_split(const unsigned char *cuts, size_t rows, size_t columns,
                     size_t most, size_t tail, size_t *ends)
{
    size_t highest = split_evenly(cuts, rows, columns, ends);
    if (!most || highest <= most ||
        fill(cuts, rows, columns, most, 0, ends) == rows)
        return rows;
    return fill(cuts, rows, columns, most, tail, ends);
}

/* ---- widths ---- */

static int text_em(const struct box *box)
{
    for (const struct box *child = box->first; child; child = child->next)
        if (child->kind == BOX_TEXT)
            return child->em;
    return 1;
}

static int whole_em(int width, int em)
{
    return width > em ? width - width % em : width;
}

void columns_widen(struct box *box, int room)
{
    int em = text_em(box);
    box->column_count = box->columns;
    for (;; box->column_count--) {
        int64_t between = (int64_t)box->gap * (box->column_count - 1);
        int64_t width = (room - between) / box->column_count;
        box->column_width = width > 0 ? whole_em((int)width, em) : 0;
        if (box->column_count == 1 || box->column_width >= LEAST_EM * em)
            break;
    }
    for (struct box *child = box->first; child; child = child->next)
        layout_widen(child, child->width && child->width < box->column_width
                                ? child->width
                                : box->column_width);
}

int columns_x(const struct box *box, int column)
{
    int room = box->rect.width - box->pad_left - box->pad_right;
    if (box->column_count < 2)
        return 0;
    if (box->backward)
        column = box->column_count - 1 - column;
    return (int)((int64_t)column * (room - box->column_width) /
                 (box->column_count - 1));
}

/* ---- rows ---- */

/* The texts whose lines are the rows; anything else stands whole. */
static bool is_cut_by_lines(const struct box *box, const struct box *child)
{
    return child->kind == BOX_TEXT &&
           child->source->style.line_height_px == box->step &&
           !child->pad_top && !child->pad_bottom && !child->height &&
           !child->min_height;
}

static size_t rows_of(const struct box *box, const struct box *child)
{
    return ((size_t)child->raised + (size_t)box->step - 1) / (size_t)box->step;
}

static bool is_tail(const struct box *child)
{
    return child->tail && !child->next;
}

static int height_of(const struct box *box, size_t rows)
{
    enum { LONGEST = 1 << 28 }; /* px, as in layout.c */
    int64_t height = (int64_t)rows * box->step;
    return height < LONGEST ? (int)height : LONGEST;
}

struct rows {
    unsigned char *cuts;
    size_t count, capacity;
    size_t tail; /* of the tail, which are the last of `count` where the box
                    goes on, else come on top */
};

static void add_row(struct rows *rows, enum column_cut cut)
{
    ARRAY_GROW(rows->cuts, rows->count, rows->capacity);
    rows->cuts[rows->count++] = (unsigned char)cut;
}

static void add_rows(struct rows *rows, const struct box *box,
                     const struct box *child, enum column_cut before)
{
    bool lines = is_cut_by_lines(box, child);
    size_t count = rows_of(box, child);
    for (size_t i = 0; i < count; i++)
        add_row(rows, !i               ? before
                      : !lines         ? CUT_NEVER
                      : i == 1         ? CUT_FIRST
                      : i == count - 1 ? CUT_LAST
                                       : CUT_FREELY);
}

static struct rows rows_new(const struct box *box)
{
    struct rows rows = {0};
    enum column_cut before = CUT_FREELY;
    for (const struct box *child = box->first; child; child = child->next) {
        if (child->begun_in)
            continue;
        if (is_tail(child))
            rows.tail = rows_of(box, child);
        if (!is_tail(child) || box->goes_on)
            add_rows(&rows, box, child, before);
        before = child->keeps_next ? CUT_NEVER : CUT_FREELY;
    }
    return rows;
}

/* How a box's rows are shared out; with `goes_on` those of the tail are the
 * last of them. */
struct shares {
    size_t ends[COLUMNS_LIMIT];
    size_t shown, highest;
    bool tailed; /* the tail is shown */
};

static struct shares share_out(const struct box *box, const struct rows *rows,
                               size_t most)
{
    struct shares shares = {.highest = 0};
    size_t columns = (size_t)box->column_count, start = 0;
    size_t text = box->goes_on ? rows->count - rows->tail : rows->count;
    shares.shown = columns_split(rows->cuts, rows->count, columns, most,
                                 rows->tail, shares.ends);
    shares.tailed = box->goes_on || shares.shown < rows->count;
    for (size_t c = 0; c < columns; start = shares.ends[c++]) {
        /* Of the tail's rows none is shown where they were kept free. */
        if (shares.shown < rows->count && shares.ends[c] > text)
            shares.ends[c] = text;
        if (shares.ends[c] - start > shares.highest)
            shares.highest = shares.ends[c] - start;
    }
    if (shares.shown < rows->count && shares.highest < most)
        shares.highest = most;
    return shares;
}

int columns_raise(struct box *box)
{
    for (struct box *child = box->first; child; child = child->next)
        layout_raise(child);
    struct rows rows = rows_new(box);
    struct shares shares =
        share_out(box, &rows, box->max_rows > 0 ? (size_t)box->max_rows : 0);
    free(rows.cuts);
    return height_of(box, shares.highest);
}

/* ---- places ---- */

void columns_forget(struct box *box)
{
    for (struct box *child = box->first; child; child = child->next) {
        while (child->next && child->next->begun_in)
            child->next = child->next->next;
        child->first_line = 0;
        child->end_line = SIZE_MAX;
        if (!child->next)
            box->last = child;
    }
}

/* Everything is left out until it is placed. */
static void leave_out(const struct box *box, struct box *child)
{
    child->rect =
        (struct rect){box->rect.x + box->pad_left, box->rect.y + box->pad_top,
                      child->rect.width, 0};
    child->end_line = 0;
}

static struct box *part_of(struct box *box, struct box *child, size_t *used)
{
    struct box *part = &box->spare[(*used)++], *before = child;
    while (before->next && before->next->begun_in == child)
        before = before->next;
    *part = *child;
    part->begun_in = child;
    part->next_shaped = NULL;
    part->next = before->next;
    before->next = part;
    if (box->last == before)
        box->last = part;
    return part;
}

/* The rows from `first` up to `end` of a child, at the top of which is y. */
static void place_rows(struct box *box, struct box *child, size_t first,
                       size_t end, int x, int y, size_t *used)
{
    int height = height_of(box, end - first);
    if (!is_cut_by_lines(box, child)) {
        child->end_line = SIZE_MAX;
        layout_place_box(child, x, y + (height - child->raised) / 2,
                         child->raised);
        return;
    }
    /* Nothing is drawn of a text that is not shaped. */
    if (first && !child->paragraph)
        return;
    struct box *part = first ? part_of(box, child, used) : child;
    part->first_line = first;
    part->end_line = first || end < rows_of(box, child) ? end : SIZE_MAX;
    part->rect = (struct rect){x, y, box->column_width, height};
}

/* What of a child, whose rows begin at `at`, is in which column. */
static void place_child(struct box *box, struct box *child, size_t at,
                        const size_t *ends, size_t *used)
{
    size_t past = at + rows_of(box, child), start = 0;
    for (int c = 0; c < box->column_count; start = ends[c++]) {
        size_t first = at > start ? at : start;
        size_t end = past < ends[c] ? past : ends[c];
        if (first < end)
            place_rows(box, child, first - at, end - at,
                       box->rect.x + box->pad_left + columns_x(box, c),
                       box->rect.y + box->pad_top +
                           height_of(box, first - start),
                       used);
    }
}

/* At the foot of the last column. */
static void place_tail(struct box *box, struct box *tail, size_t height)
{
    size_t rows = rows_of(box, tail), used = 0;
    size_t row = height > rows ? height - rows : 0;
    place_rows(box, tail, 0, rows,
               box->rect.x + box->pad_left +
                   columns_x(box, box->column_count - 1),
               box->rect.y + box->pad_top + height_of(box, row), &used);
}

void columns_place(struct box *box)
{
    size_t at = 0, used = 0;
    columns_forget(box);
    struct rows rows = rows_new(box);
    int room = box->rect.height - box->pad_top - box->pad_bottom;
    size_t given = room > 0 ? (size_t)(room / box->step) : 0;
    struct shares shares = share_out(box, &rows, box->max_rows ? given : 0);
    for (struct box *child = box->first, *next; child; child = next) {
        next = child->next;
        leave_out(box, child);
        if (!is_tail(child)) {
            place_child(box, child, at, shares.ends, &used);
            at += rows_of(box, child);
        } else if (shares.tailed) {
            place_tail(box, child, given);
        }
    }
    box->clips = shares.highest > given;
    free(rows.cuts);
}
