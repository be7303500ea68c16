/* build.c - the keyboard as boxes: chips, candidates, keys. Where it stands and
 * how large things are is measured in measure.c. */
#include "base/utf8.h"
#include "keyboard_private.h"
#include "ui/canvas.h"

struct builder {
    struct keyboard *keyboard;
    struct view *view;
    const struct theme *theme;
    const struct keyboard_show *show;
    struct metrics at;
};

/* Pieces. */

/* A text of an em: Han and marks are one wide, letters little more than half.
 */
static int text_width(const char *text, int em)
{
    size_t length = strlen(text);
    int width = 0;
    for (size_t at = 0; at < length;)
        width += utf8_next(text, length, &at) < 0x2000 ? em * 2 / 3 : em;
    return width;
}

/* One line in the middle of a key; smaller, down to what can be read at all,
 * where the key is too small for it. */
static void add_label(const struct builder *to, struct box *parent,
                      enum text_role role, enum colour_role ink,
                      const char *text, int width, int height)
{
    const struct text_look *look = &to->theme->text[role];
    struct text_run run = {0, (uint32_t)strlen(text), look->style, 0};
    int em = run.style.size_px, wide = larger(text_width(text, em), 1);
    int least = to->theme->touch * 35 / 127 + 1; /* 3.5 mm */
    int fits = smaller(em, smaller(em * height / look->line_height,
                                   (int)((int64_t)em * width / wide)));
    run.style.size_px = larger(fits, smaller(em, least));
    struct box *box = box_rich(
        to->view, parent, text, run.end, &run, 1,
        &(struct paragraph_style){.line_height_px = run.style.size_px *
                                                    look->line_height / em,
                                  .align = ALIGN_CENTER,
                                  .max_lines = 1},
        NULL, 0);
    box->text_colours[0] = ink;
}

static void set_edge(const struct builder *to, struct box *box)
{
    bool paper = to->theme->contrast == CONTRAST_PAPER;
    box->border = paper ? COLOUR_LINE : COLOUR_INK;
    box->border_width = px(to->theme, paper ? 1 : 2);
    box->radius = px(to->theme, 16);
}

static bool is_held(const struct builder *to, const struct key *key,
                    const char *text)
{
    return keyboard_holds(to->keyboard, (enum key_kind)key->kind, key->value,
                          text);
}

static void mean(const struct builder *to, struct box *box, enum key_kind kind,
                 int value, const char *text)
{
    box_act(to->view, box, to->keyboard->action_kind, text,
            keyboard_pack(kind, value));
}

static struct box *add_key_box(const struct builder *to, struct box *parent,
                               const struct key *key, const char *label,
                               int width, int height)
{
    bool types = key->kind == KEY_TEXT || key->kind == KEY_READING;
    bool done = key->kind == KEY_DONE;
    bool shifted = key->kind == KEY_SHIFT && to->keyboard->shift;
    struct box *box = box_add(to->view, parent, BOX_COLUMN, "key");
    set_edge(to, box);
    box->width = width;
    box->height = height;
    box->align = BOX_STRETCH;
    box->pack = BOX_CENTER;
    box->fill = done      ? COLOUR_ACCENT
                : shifted ? COLOUR_CHIP_ON
                : types   ? COLOUR_CARD
                          : COLOUR_KEY_WORD;
    if (done)
        box->border = COLOUR_ACCENT;
    if (is_held(to, key, key->text))
        box->fill = done ? COLOUR_ACCENT_PRESSED : COLOUR_KEY_PRESSED;
    /* Fingers are the keyboard's own: the stage never presses these. */
    if (key->kind != KEY_IDLE)
        mean(to, box, (enum key_kind)key->kind, key->value, key->text);
    box_label(to->view, box, label);
    return box;
}

static const char *reading_at(const struct builder *to, int index)
{
    return (size_t)index < to->show->reading_count ? to->show->readings[index]
                                                   : NULL;
}

static const struct layout *base_of(const struct builder *to)
{
    return &keyboard_layouts[to->show->base];
}

static const char *label_of(const struct builder *to, const struct key *key,
                            char capital[2])
{
    const char *label = key->label ? key->label : key->text;
    if (key->kind == KEY_DONE)
        return to->show->done;
    if (key->kind == KEY_BACK)
        return keyboard_layouts[base_of(to)->chip_of].chip;
    if (key->kind == KEY_READING && reading_at(to, key->value))
        return reading_at(to, key->value);
    if (!to->keyboard->shift || key->kind != KEY_TEXT || *label < 'a' ||
        *label > 'z')
        return label;
    capital[0] = (char)(*label - 'a' + 'A');
    capital[1] = 0;
    return capital;
}

static void add_key(const struct builder *to, struct box *row,
                    const struct key *key, int width, int height)
{
    char capital[2];
    const char *label = label_of(to, key, capital);
    /* Of a key with three letters a script and a reader say the digit. */
    bool digit = key->hint && *key->text >= '2' && *key->text <= '9' &&
                 key->label[0] >= 'A' && key->label[0] <= 'Z';
    struct box *box =
        add_key_box(to, row, key, digit ? key->text : label, width, height);
    bool one = key->kind == KEY_TEXT && utf8_count(label, strlen(label)) <= 4 &&
               strcmp(label, "分词");
    bool shifted = key->kind == KEY_SHIFT && to->keyboard->shift;
    enum colour_role ink = key->kind == KEY_DONE   ? COLOUR_ON_ACCENT
                           : shifted               ? COLOUR_ON_CHIP
                           : key->kind == KEY_IDLE ? COLOUR_INK3
                                                   : COLOUR_INK;
    int room = width - 2 * px(to->theme, 8);
    int tall = height - 2 * px(to->theme, 4), hint = key->hint ? tall / 3 : 0;
    if (key->hint)
        add_label(to, box, TEXT_KEY_SMALL, COLOUR_INK2, key->hint, room, hint);
    add_label(to, box, one ? TEXT_KEY : TEXT_KEY_WORD, ink, label, room,
              tall - hint);
}

/* Rows of keys. */

static int units_of(const struct key *row)
{
    int units = 0;
    for (; row->units; row++)
        units += row->units;
    return units;
}

/* Edges of a key are worked out from its row's beginning, so that rounding
 * leaves no column out of line. */
static int edge_at(int units, int all, int width, int gap)
{
    return (int)((int64_t)units * (width + gap) / all);
}

static void add_row(const struct builder *to, struct box *parent,
                    const struct key *keys, int width, int height)
{
    struct box *row = box_add(to->view, parent, BOX_ROW, "keys");
    int all = units_of(keys), at = 0, gap = to->at.gap;
    row->gap = 0;
    row->height = height;
    for (const struct key *key = keys; key->units; key++) {
        int left = edge_at(at, all, width, gap);
        at += key->units;
        int right = edge_at(at, all, width, gap);
        if (key->kind == KEY_NONE)
            box_space(to->view, row, right - left)->height = height;
        else
            add_key(to, row, key, right - left - gap, height);
        if (key->kind != KEY_NONE && key[1].units)
            box_space(to->view, row, gap)->height = height;
    }
}

struct rows {
    const struct key (*keys)[LAYOUT_KEYS];
    int count, pad_units;
};

static struct rows rows_to_show(const struct builder *to)
{
    const struct layout *layout = &keyboard_layouts[to->show->layout];
    bool low = to->at.shape == SHAPE_LOW && layout->low[0][0].units;
    struct rows rows = {
        .keys = low ? layout->low : layout->rows,
        .pad_units = low ? layout->low_pad_units : layout->pad_units,
    };
    int most = low ? LAYOUT_LOW_ROWS : LAYOUT_ROWS;
    while (rows.count < most && rows.keys[rows.count][0].units)
        rows.count++;
    return rows;
}

static void add_rows(const struct builder *to, struct box *parent,
                     const struct rows *rows, int width)
{
    struct box *column = box_add(to->view, parent, BOX_COLUMN, "rows");
    int gap = to->at.gap;
    column->gap = gap;
    column->width = width;
    for (int i = 0; i < rows->count; i++) {
        int top = edge_at(i, rows->count, to->at.keys, gap);
        int bottom = edge_at(i + 1, rows->count, to->at.keys, gap);
        add_row(to, column, rows->keys[i], width, bottom - top - gap);
    }
}

static void add_pad(const struct builder *to, struct box *parent, int width)
{
    struct box *pad = box_add(to->view, parent, BOX_COLUMN, "pad");
    pad->width = width;
    pad->height = to->at.keys;
    pad->fill = COLOUR_CARD;
    pad->pack = BOX_CENTER;
    pad->align = BOX_STRETCH;
    set_edge(to, pad);
    pad->border_width = px(to->theme, 2);
    pad->ink = &to->keyboard->ink;
    pad->ink_width = larger(px(to->theme, 14), 3);
    mean(to, pad, KEY_PAD, 0, "");
    box_label(to->view, pad, "写字板");
    if (!to->keyboard->ink.stroke_count)
        add_label(to, pad, TEXT_KEY_WORD, COLOUR_INK3, "用手指在这里写字",
                  width - 2 * px(to->theme, 24), to->at.keys);
}

static void add_keys(const struct builder *to)
{
    struct rows rows = rows_to_show(to);
    int width = to->at.width - 2 * to->at.edge;
    struct box *body = box_add(to->view, to->view->root, BOX_ROW, "body");
    body->height = to->at.keys;
    if (!rows.pad_units) {
        add_rows(to, body, &rows, width);
        return;
    }
    int all = rows.pad_units + units_of(rows.keys[0]);
    int pad = edge_at(rows.pad_units, all, width, to->at.gap) - to->at.gap;
    body->gap = to->at.gap;
    add_pad(to, body, pad);
    add_rows(to, body, &rows, width - pad - to->at.gap);
}

/* Candidates. */

/* What a candidate takes: whole characters, a little air, a finger's width. */
static int candidate_width(const struct builder *to, const char *text)
{
    int em = to->theme->text[TEXT_CANDIDATE].style.size_px;
    return larger(text_width(text, em) + px(to->theme, 20), to->theme->touch);
}

static void add_candidate(const struct builder *to, struct box *row,
                          size_t index, int width, int height)
{
    const char *text = to->show->candidates[index];
    struct box *box = box_add(to->view, row, BOX_COLUMN, "candidate");
    box->width = width;
    box->height = height;
    box->pack = BOX_CENTER;
    box->align = BOX_STRETCH;
    box->radius = px(to->theme, 12);
    if (keyboard_holds(to->keyboard, KEY_CANDIDATE, (int)index, text))
        box->fill = COLOUR_KEY_PRESSED;
    mean(to, box, KEY_CANDIDATE, (int)index, text);
    /* Bold, not red alone, says which one the space bar takes. */
    if (index == 0)
        add_label(to, box, TEXT_CANDIDATE_FIRST,
                  box->fill == COLOUR_NONE ? COLOUR_ACCENT : COLOUR_INK, text,
                  width, height);
    else
        add_label(to, box, TEXT_CANDIDATE, COLOUR_INK, text, width, height);
}

/* How many from `first` on have room in a row. At least one: a candidate that
 * is too long is made smaller. */
static size_t row_end(const struct builder *to, size_t first, int width)
{
    size_t index = first;
    int taken = 0, gap = to->theme->touch_gap;
    for (; index < to->show->candidate_count; index++) {
        taken += candidate_width(to, to->show->candidates[index]);
        if (taken > width && index > first)
            break;
        taken += gap;
    }
    return index;
}

static size_t add_candidates(const struct builder *to, struct box *row,
                             size_t first, int width, int height)
{
    size_t end = row_end(to, first, width);
    row->gap = to->theme->touch_gap;
    row->align = BOX_CENTER;
    for (size_t i = first; i < end; i++)
        add_candidate(
            to, row, i,
            smaller(width, candidate_width(to, to->show->candidates[i])),
            height);
    return end;
}

static struct box *add_bar(const struct builder *to, int height)
{
    struct box *bar = box_add(to->view, to->view->root, BOX_ROW, "bar");
    bar->fill = COLOUR_CARD;
    set_edge(to, bar);
    bar->height = height;
    bar->align = BOX_CENTER;
    bar->gap = to->at.gap;
    box_pad(bar, 0, px(to->theme, 12));
    return bar;
}

static void add_preedit(const struct builder *to, struct box *parent)
{
    struct box *box = box_text_lines(to->view, parent, TEXT_KEY_SMALL,
                                     COLOUR_INK2, to->show->preedit, 1);
    box->pad_left = px(to->theme, 10);
}

static void add_more(const struct builder *to, struct box *bar, int height)
{
    static const struct key more = {"更多", "", NULL, KEY_MORE, 1, 0};
    static const struct key less = {"收起", "", NULL, KEY_LESS, 1, 0};
    int width = larger(to->theme->touch, px(to->theme, 112));
    add_key(to, bar, to->keyboard->expanded ? &less : &more, width, height);
}

/* Candidates in as many rows as the bar has room for. Returns the first that
 * has none. */
static size_t add_candidate_bar(const struct builder *to)
{
    const struct theme *theme = to->theme;
    const struct keyboard_show *show = to->show;
    struct box *bar = add_bar(to, to->at.bar);
    struct box *column = box_add(to->view, bar, BOX_COLUMN, "candidates");
    int inside = to->at.width - 2 * to->at.edge - 2 * px(theme, 12);
    int more = larger(theme->touch, px(theme, 112)) + to->at.gap;
    int preedit = *show->preedit && to->at.shape != SHAPE_LOW
                      ? theme->text[TEXT_KEY_SMALL].line_height
                      : 0;
    int height = smaller(to->at.bar - preedit - px(theme, 8),
                         larger(theme->touch, px(theme, 88)));
    int gap = theme->touch_gap;
    int rows =
        larger(1, (to->at.bar - preedit + gap) / larger(height + gap, 1));
    bool all = rows == 1 && row_end(to, 0, inside) == show->candidate_count;
    int width = all ? inside : inside - more;
    size_t next = 0;
    column->grow = 1;
    column->pack = BOX_CENTER;
    column->clips = true;
    if (preedit)
        add_preedit(to, column);
    column = box_add(to->view, column, BOX_COLUMN, "rows");
    column->gap = gap;
    for (int i = 0; i < rows && next < show->candidate_count; i++)
        next = add_candidates(to, box_add(to->view, column, BOX_ROW, "row"),
                              next, width, height);
    if (next < show->candidate_count || to->keyboard->expanded)
        add_more(to, bar,
                 larger(theme->touch,
                        smaller(to->at.bar - 2 * px(theme, 8), px(theme, 80))));
    return next;
}

static void add_notice(const struct builder *to)
{
    struct box *bar = add_bar(to, to->at.bar);
    const struct keyboard_show *show = to->show;
    const char *text = *show->notice    ? show->notice
                       : *show->preedit ? show->preedit
                                        : show->hint;
    struct box *box =
        box_text_lines(to->view, bar, TEXT_KEY_WORD, COLOUR_INK2, text,
                       to->at.shape == SHAPE_BESIDE ? 3 : 1);
    box->grow = 1;
    box->pad_left = px(to->theme, 10);
}

/* All candidates in place of the keys, a page at a time. */

struct grid {
    int width, row, rows;
};

static size_t page_end(const struct builder *to, const struct grid *grid,
                       size_t first)
{
    for (int i = 0; i < grid->rows && first < to->show->candidate_count; i++)
        first = row_end(to, first, grid->width);
    return first;
}

/* The first candidate of the page that was turned to; the last page there is
 * when that is beyond. */
static size_t find_page(const struct builder *to, const struct grid *grid,
                        size_t first)
{
    struct keyboard *keyboard = to->keyboard;
    size_t page = 0;
    while (page < keyboard->page) {
        size_t end = page_end(to, grid, first);
        if (end >= to->show->candidate_count)
            break;
        first = end;
        page++;
    }
    keyboard->page = page;
    return first;
}

static void add_page_keys(const struct builder *to, struct box *body, int width,
                          bool last)
{
    const struct key keys[][2] = {
        {{"上一页", "", NULL, to->keyboard->page ? KEY_PAGE : KEY_IDLE, 1, -1}},
        {{"下一页", "", NULL, last ? KEY_IDLE : KEY_PAGE, 1, 1}},
        {{"退格", "", NULL, KEY_DELETE, 1, 0}},
    };
    struct box *column = box_add(to->view, body, BOX_COLUMN, "rows");
    int count = (int)COUNT_OF(keys);
    column->gap = to->at.gap;
    column->width = width;
    for (int i = 0; i < count; i++) {
        int top = edge_at(i, count, to->at.keys, to->at.gap);
        int bottom = edge_at(i + 1, count, to->at.keys, to->at.gap);
        add_row(to, column, keys[i], width, bottom - top - to->at.gap);
    }
}

static void add_expanded(const struct builder *to, size_t first)
{
    const struct theme *theme = to->theme;
    int inside = to->at.width - 2 * to->at.edge;
    int keys = larger(theme->touch, px(theme, 160));
    int row = larger(theme->touch, px(theme, 88));
    struct grid grid = {.width =
                            inside - keys - to->at.gap - 2 * px(theme, 12)};
    grid.rows = larger(1, (to->at.keys + to->at.gap) / (row + to->at.gap));
    grid.row = edge_at(1, grid.rows, to->at.keys, to->at.gap) - to->at.gap;
    struct box *body = box_add(to->view, to->view->root, BOX_ROW, "body");
    body->height = to->at.keys;
    body->gap = to->at.gap;
    struct box *card = box_add(to->view, body, BOX_COLUMN, "candidates");
    card->fill = COLOUR_CARD;
    set_edge(to, card);
    card->width = inside - keys - to->at.gap;
    card->height = to->at.keys;
    card->gap = to->at.gap;
    box_pad(card, 0, px(theme, 12));
    size_t next = find_page(to, &grid, first);
    for (int i = 0; i < grid.rows && next < to->show->candidate_count; i++)
        next = add_candidates(to, box_add(to->view, card, BOX_ROW, "row"), next,
                              grid.width, grid.row);
    add_page_keys(to, body, keys, next == to->show->candidate_count);
}

/* Chips. */

static void add_chip(const struct builder *to, struct box *row,
                     enum keyboard_layout layout)
{
    const char *label = keyboard_layouts[layout].chip;
    bool on = base_of(to)->chip_of == layout;
    bool held = keyboard_holds(to->keyboard, KEY_LAYOUT, (int)layout, label);
    struct box *chip = box_add(to->view, row, BOX_COLUMN, "chip");
    set_edge(to, chip);
    chip->height = to->at.chip;
    chip->radius = to->at.chip / 2;
    chip->min_width = to->theme->touch;
    chip->fill = held ? COLOUR_KEY_PRESSED : on ? COLOUR_CHIP_ON : COLOUR_CARD;
    chip->pack = BOX_CENTER;
    box_pad(chip, 0, px(to->theme, 32));
    mean(to, chip, KEY_LAYOUT, (int)layout, label);
    box_text_lines(to->view, chip, TEXT_CHIP,
                   on && !held ? COLOUR_ON_CHIP : COLOUR_INK, label, 1);
}

static int chip_width(const struct builder *to, enum keyboard_layout layout)
{
    int em = to->theme->text[TEXT_CHIP].style.size_px;
    return larger(to->theme->touch,
                  text_width(keyboard_layouts[layout].chip, em) +
                      2 * px(to->theme, 32));
}

/* In as many words as there is room for. */
static void add_promise(const struct builder *to, struct box *row, int room)
{
    static const char *const promises[] = {"输入不留记录", "不留记录"};
    int em = to->theme->text[TEXT_KEY_SMALL].style.size_px;
    for (size_t i = 0; i < COUNT_OF(promises); i++)
        if (text_width(promises[i], em) <= room) {
            box_text_lines(to->view, row, TEXT_KEY_SMALL, COLOUR_INK2,
                           promises[i], 1);
            return;
        }
}

static void add_chips(const struct builder *to)
{
    struct box *row = box_add(to->view, to->view->root, BOX_ROW, "chips");
    row->height = to->at.chip;
    row->align = BOX_CENTER;
    row->gap = larger(to->theme->touch_gap, px(to->theme, 18));
    int taken = 0;
    for (int i = 0; i < KEYBOARD_LAYOUT_COUNT; i++) {
        if (!(to->show->modes & 1u << i))
            continue;
        add_chip(to, row, (enum keyboard_layout)i);
        taken += row->gap + chip_width(to, (enum keyboard_layout)i);
    }
    box_space(to->view, row, 0);
    add_promise(to, row, to->at.width - 2 * to->at.edge - taken - row->gap);
}

static bool is_composing(const struct keyboard_show *show)
{
    return show->candidate_count || *show->preedit || *show->notice;
}

/* Returns the first candidate that it does not show. */
static size_t add_head(const struct builder *to)
{
    bool composing = is_composing(to->show);
    bool one = to->at.one_strip;
    if (!one || !composing)
        add_chips(to);
    if (one && !composing)
        return 0;
    if (to->show->candidate_count)
        return add_candidate_bar(to);
    add_notice(to);
    return 0;
}

/* A candidate that is another now is not what the finger pressed. */
static void check_held(struct keyboard *keyboard,
                       const struct keyboard_show *show)
{
    for (size_t i = 0; i < keyboard->held_count; i++) {
        struct held *held = &keyboard->held[i];
        size_t index = (size_t)held->meaning.value;
        if (held->meaning.kind == KEY_CANDIDATE &&
            (index >= show->candidate_count ||
             strcmp(held->meaning.text, show->candidates[index])))
            held->idle = true;
    }
}

struct view *keyboard_build(struct keyboard *keyboard, struct fonts *fonts,
                            const struct theme *theme, struct rect area,
                            const struct keyboard_show *show)
{
    struct builder to = {
        .keyboard = keyboard,
        .view = view_new(fonts, theme),
        .theme = theme,
        .show = show,
        .at = keyboard_measure(theme, area),
    };
    struct box *root = to.view->root;
    check_held(keyboard, show);

    root->fill = COLOUR_KEYBOARD;
    root->gap = to.at.gap;
    root->pad_top = to.at.top;
    root->pad_bottom = to.at.bottom;
    root->pad_left = root->pad_right = to.at.edge;
    root->clips = true;
    size_t first = add_head(&to);
    keyboard->expanded &= first < show->candidate_count;
    if (keyboard->expanded)
        add_expanded(&to, first);
    else
        add_keys(&to);
    view_layout(to.view, to.at.width, to.at.height);
    keyboard->old = false;
    return to.view;
}
