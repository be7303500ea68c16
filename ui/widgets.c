#include "ui/widgets.h"

#include "ui/canvas.h"

static bool plain_contrast(const struct view *view)
{
    return view->theme->contrast == CONTRAST_PAPER;
}

static int px(const struct view *view, int design)
{
    return theme_px(view->theme, design);
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static int line_height(const struct view *view, enum text_role role)
{
    return view->theme->text[role].line_height;
}

static void set_action(struct view *view, struct box *box,
                       const struct action *action)
{
    if (action)
        box_act(view, box, action->kind, action->argument, action->value);
}

/* Text set in the middle of its box, on however many lines. */
static struct box *add_centred(struct view *view, struct box *parent,
                               enum text_role role, enum colour_role ink,
                               const char *text)
{
    const struct text_look *look = &view->theme->text[role];
    const struct text_run run = {0, (uint32_t)strlen(text), look->style, 0};
    const struct paragraph_style style = {
        .line_height_px = look->line_height,
        .align = ALIGN_CENTER,
    };
    struct box *box =
        box_rich(view, parent, text, strlen(text), &run, 1, &style, NULL, 0);
    box->text_colours[0] = ink;
    return box;
}

/* A piece of even colour; size 0: as long as there is room. */
static struct box *add_bar(struct view *view, struct box *parent, int width,
                           int height, enum colour_role fill)
{
    struct box *bar = box_add(view, parent, BOX_COLUMN, "");
    bar->width = width;
    bar->height = height;
    bar->fill = fill;
    return bar;
}

/* Header. */

static void add_mark(struct view *view, struct box *parent)
{
    struct box *mark = box_add(view, parent, BOX_COLUMN, "mark");
    int em = view->theme->text[TEXT_STATION].style.size_px;
    mark->width = mark->height = larger(px(view, 60), em * 3 / 2);
    mark->radius = px(view, 16);
    mark->fill = COLOUR_ACCENT;
    mark->align = mark->pack = BOX_CENTER;
    add_centred(view, mark, TEXT_STATION, COLOUR_ON_ACCENT, "工");
}

struct box *widget_header(struct view *view, struct box *parent,
                          const char *station, const char *line,
                          const char *clock)
{
    const struct theme *theme = view->theme;
    struct box *header = box_add(view, parent, BOX_ROW, "header");
    header->fill = COLOUR_CARD;
    header->border = COLOUR_LINE;
    header->rule_below = theme->hairline;
    header->height = theme->header;
    header->align = BOX_CENTER;
    header->gap = theme->gap;
    box_pad(header, 0, theme->page);
    add_mark(view, header);
    struct box *names = box_add(view, header, BOX_COLUMN, "names");
    names->grow = 1;
    box_text_lines(view, names, TEXT_STATION, COLOUR_INK, station, 1);
    if (line && *line)
        box_text_lines(view, names, TEXT_STATION_SUB, COLOUR_INK2, line, 1);
    box_text_lines(view, header, TEXT_CLOCK, COLOUR_INK, clock, 1);
    return header;
}

/* Navigation. */

static void add_nav_item(struct view *view, struct box *parent,
                         const struct nav_item *item)
{
    enum colour_role ink = item->on         ? COLOUR_ACCENT
                           : item->disabled ? COLOUR_INK3
                                            : COLOUR_INK2;
    struct box *box = box_add(view, parent, BOX_COLUMN, "nav-item");
    box->align = box->pack = BOX_CENTER;
    box->gap = px(view, 4);
    box->min_height = view->theme->touch;
    if (!item->disabled)
        set_action(view, box, &item->action);
    box_icon(view, box, item->icon, view->theme->icon, ink);
    add_centred(view, box, item->on ? TEXT_NAV_ON : TEXT_NAV, ink, item->text);
    /* Where one is shows without colour, too. */
    struct box *bar = add_bar(view, box, px(view, 48), px(view, 6),
                              item->on ? COLOUR_ACCENT : COLOUR_NONE);
    bar->radius = px(view, 3);
}

struct box *widget_nav(struct view *view, struct box *parent,
                       const struct nav_item *items, size_t count)
{
    const struct theme *theme = view->theme;
    bool rail = theme->landscape;
    struct box *nav = box_add(view, parent, rail ? BOX_ROW : BOX_COLUMN, "nav");
    nav->fill = COLOUR_CARD;
    struct box *edge = add_bar(view, nav, rail ? theme->hairline : 0,
                               rail ? 0 : theme->hairline, COLOUR_LINE);
    edge->role = "edge";
    struct box *grid = box_add(view, nav, BOX_GRID, "items");
    grid->columns = rail ? 1 : (int)count;
    grid->grow = 1;
    if (rail)
        nav->width = theme->rail;
    else
        nav->height = theme->bar;
    for (size_t i = 0; i < count; i++)
        add_nav_item(view, grid, &items[i]);
    return nav;
}

/* Tiles. */

static const struct tile_style {
    const char *name;
    enum colour_role fill, border, title, line, icon;
} tile_styles[] = {
    {"plain", COLOUR_CARD, COLOUR_LINE, COLOUR_INK, COLOUR_INK2, COLOUR_ACCENT},
    {"red", COLOUR_ACCENT, COLOUR_ACCENT, COLOUR_ON_ACCENT, COLOUR_ON_ACCENT2,
     COLOUR_ON_ACCENT},
    {"amber", COLOUR_AMBER_TINT, COLOUR_AMBER_LINE, COLOUR_INK, COLOUR_INK2,
     COLOUR_AMBER},
    {"teal", COLOUR_TEAL_TINT, COLOUR_TEAL_LINE, COLOUR_INK, COLOUR_INK2,
     COLOUR_TEAL},
    {"blue", COLOUR_BLUE_TINT, COLOUR_BLUE_LINE, COLOUR_INK, COLOUR_INK2,
     COLOUR_BLUE},
};

/* The first is for names an edition may bring that we do not know. */
static const struct tile_style *tile_style(const char *name)
{
    for (size_t i = 0; name && i < COUNT_OF(tile_styles); i++)
        if (!strcmp(tile_styles[i].name, name))
            return &tile_styles[i];
    return &tile_styles[0];
}

/* The sign stands level with the first line of the title, and goes when the
 * title needs its place. */
static void add_tile_sign(struct view *view, struct box *head, enum icon icon,
                          int size, int title_line,
                          const struct tile_style *style)
{
    struct box *sign = box_icon(view, head, icon, size, style->icon);
    sign->optional = true;
    sign->pad_left = px(view, 16);
    sign->width += sign->pad_left;
    sign->pad_top = larger((title_line - size) / 2, 0);
    sign->height += sign->pad_top;
}

static void add_tile_head(struct view *view, struct box *tile, enum icon icon,
                          const char *title, bool wide,
                          const struct tile_style *style)
{
    enum text_role role = wide ? TEXT_TILE_WIDE : TEXT_TILE;
    struct box *head = box_add(view, tile, BOX_ROW, "head");
    head->align = BOX_START;
    struct box *text = box_text(view, head, role, style->title, title);
    text->grow = 1;
    if (icon == ICON_NONE)
        return;
    /* The usual length of a title, so that the tiles of a grid show their
     * signs all or none. */
    text->min_width = (wide ? 6 : 4) * view->theme->text[role].style.size_px;
    add_tile_sign(view, head, icon,
                  wide ? view->theme->icon_large : view->theme->icon,
                  line_height(view, role), style);
}

static struct box *add_tile(struct view *view, struct box *parent,
                            enum box_kind kind, const struct tile_style *style,
                            const struct action *action)
{
    const struct theme *theme = view->theme;
    struct box *tile = box_add(view, parent, kind, "tile");
    tile->fill = style->fill;
    tile->border = plain_contrast(view) || style->fill == COLOUR_ACCENT
                       ? style->border
                       : COLOUR_INK;
    tile->border_width = theme->border;
    tile->radius = theme->radius;
    box_pad(tile, theme->pad, theme->pad);
    set_action(view, tile, action);
    return tile;
}

struct box *widget_tile(struct view *view, struct box *parent,
                        const char *style_name, enum icon icon,
                        const char *title, const char *const *lines,
                        size_t line_count, bool wide,
                        const struct action *action)
{
    const struct theme *theme = view->theme;
    const struct tile_style *style = tile_style(style_name);
    struct box *tile = add_tile(view, parent, BOX_COLUMN, style, action);
    tile->min_height = larger(px(view, wide ? 260 : 196), theme->touch);
    tile->pack = BOX_STRETCH;
    tile->gap = px(view, 8);
    add_tile_head(view, tile, icon, title, wide, style);
    if (!line_count)
        return tile;
    /* In landscape half the panel is the list's: there is no room for more. */
    enum text_role role =
        wide && !theme->landscape ? TEXT_TILE_WIDE_LINE : TEXT_TILE_LINE;
    struct box *foot = box_add(view, tile, BOX_COLUMN, "lines");
    for (size_t i = 0; i < line_count; i++)
        box_text(view, foot, role, style->line, lines[i]);
    return tile;
}

struct box *widget_strip(struct view *view, struct box *parent,
                         const char *style_name, enum icon icon,
                         const char *title, const char *const *lines,
                         size_t line_count, const struct action *action)
{
    const struct tile_style *style = tile_style(style_name);
    struct box *strip = add_tile(view, parent, BOX_ROW, style, action);
    strip->min_height = view->theme->touch;
    strip->align = BOX_CENTER;
    struct box *words = box_add(view, strip, BOX_WRAP, "words");
    words->grow = 1;
    words->gap = px(view, 32);
    words->line_gap = px(view, 8);
    words->align = BOX_CENTER;
    box_text(view, words, TEXT_TILE, style->title, title);
    for (size_t i = 0; i < line_count; i++)
        box_text(view, words, TEXT_TILE_LINE, style->line, lines[i]);
    if (icon != ICON_NONE)
        box_icon(view, strip, icon, view->theme->icon, style->icon)->optional =
            true;
    return strip;
}

/* Rows of lists. */

static void add_row_number(struct view *view, struct box *row,
                           const char *number)
{
    struct box *box =
        box_text_lines(view, row, TEXT_NUMBER, COLOUR_TEAL, number, 1);
    box->min_width = view->theme->text[TEXT_NUMBER].style.size_px * 3 / 2;
}

static void add_marked_run(struct text_run *runs, size_t *count, size_t start,
                           size_t end, struct text_style style, uint32_t tag)
{
    if (start < end)
        runs[(*count)++] =
            (struct text_run){(uint32_t)start, (uint32_t)end, style, tag};
}

static struct box *add_marked(struct view *view, struct box *parent,
                              enum text_role role, enum colour_role ink,
                              const char *text, int max_lines,
                              const struct widget_marks *marks)
{
    const struct text_look *look = &view->theme->text[role];
    const struct paragraph_style style = {.line_height_px = look->line_height,
                                          .max_lines = max_lines};
    struct text_style bold = look->style;
    struct text_run *runs =
        arena_alloc(&view->arena, (2 * marks->count + 1) * sizeof(*runs));
    size_t at = 0, count = 0, length = strlen(text);
    bold.weight = FONT_BOLD;
    for (size_t i = 0; i < marks->count; i++) {
        const struct widget_mark *mark = &marks->marks[i];
        add_marked_run(runs, &count, at, mark->start, look->style, 0);
        add_marked_run(runs, &count, mark->start, mark->end, bold,
                       1 | CANVAS_UNDERLINE);
        at = mark->end;
    }
    add_marked_run(runs, &count, at, length, look->style, 0);
    if (!length)
        runs[count++] = (struct text_run){0, 0, look->style, 0};
    struct box *box =
        box_rich(view, parent, text, length, runs, count, &style, NULL, 0);
    box->text_colours[0] = ink;
    box->text_colours[1] = COLOUR_ACCENT;
    return box;
}

static void add_row_words(struct view *view, struct box *row,
                          const struct widget_row *content)
{
    struct box *words = box_add(view, row, BOX_COLUMN, "words");
    words->grow = 1;
    words->gap = px(view, 4);
    add_marked(view, words, content->serif ? TEXT_ROW_TITLE : TEXT_CARD_TITLE,
               COLOUR_INK, content->title, content->tight ? 1 : 4,
               &content->title_marks);
    if (content->summary && *content->summary)
        box_text_lines(view, words, TEXT_META, COLOUR_INK2, content->summary,
                       3);
    if (content->meta && *content->meta)
        add_marked(view, words, TEXT_META, COLOUR_INK2, content->meta,
                   content->tight ? 1 : 2, &content->meta_marks);
}

struct box *widget_row(struct view *view, struct box *parent,
                       const struct widget_row *content)
{
    const struct theme *theme = view->theme;
    struct box *row = box_add(view, parent, BOX_ROW, "row");
    row->border = COLOUR_LINE;
    row->rule_below = theme->hairline;
    row->align = BOX_CENTER;
    row->gap = px(view, 28);
    row->min_height = theme->touch;
    box_pad(row, px(view, content->tight ? 14 : 28), 0);
    set_action(view, row, &content->action);
    if (content->number)
        add_row_number(view, row, content->number);
    add_row_words(view, row, content);
    if (content->tag)
        widget_tag(view, row, content->tag, content->tag_colour,
                   content->tag_fill);
    if (content->media && *content->media) {
        struct box *picture = box_picture(view, row, content->media,
                                          px(view, 200), px(view, 132));
        picture->radius = px(view, 16);
    }
    return row;
}

/* Small pieces. */

struct box *widget_chip(struct view *view, struct box *parent, const char *text,
                        bool on, const struct action *action)
{
    const struct theme *theme = view->theme;
    enum colour_role ink = on ? COLOUR_ON_CHIP : COLOUR_INK;
    int text_height = line_height(view, TEXT_CHIP);
    struct box *chip = box_add(view, parent, BOX_ROW, "chip");
    chip->fill = on ? COLOUR_CHIP_ON : COLOUR_CARD;
    chip->border = on                     ? COLOUR_CHIP_ON
                   : plain_contrast(view) ? COLOUR_LINE
                                          : COLOUR_INK;
    chip->border_width = px(view, 2);
    chip->align = chip->pack = BOX_CENTER;
    chip->gap = px(view, 12);
    chip->min_width = theme->touch;
    chip->min_height =
        larger(larger(px(view, 72), theme->touch), text_height + px(view, 32));
    chip->radius = chip->min_height / 2;
    box_pad(chip, px(view, 12), px(view, 32));
    set_action(view, chip, action);
    if (on)
        box_icon(view, chip, ICON_CHECK, text_height * 3 / 4, ink);
    add_centred(view, chip, TEXT_CHIP, ink, text);
    return chip;
}

struct box *widget_button(struct view *view, struct box *parent,
                          const char *text, bool ghost,
                          const struct action *action)
{
    const struct theme *theme = view->theme;
    struct box *button = box_add(view, parent, BOX_COLUMN, "button");
    button->fill = ghost ? COLOUR_CARD : COLOUR_ACCENT;
    button->border = ghost ? COLOUR_INK : COLOUR_NONE;
    button->border_width = ghost ? px(view, 3) : 0;
    button->radius = px(view, 28);
    button->align = button->pack = BOX_CENTER;
    button->min_width = theme->touch;
    button->min_height = larger(px(view, 112), theme->touch);
    box_pad(button, px(view, 20), theme->pad);
    set_action(view, button, action);
    add_centred(view, button, TEXT_BUTTON,
                ghost ? COLOUR_INK : COLOUR_ON_ACCENT, text);
    return button;
}

struct box *widget_tag(struct view *view, struct box *parent, const char *text,
                       enum colour_role ink, enum colour_role fill)
{
    struct box *tag = box_add(view, parent, BOX_COLUMN, "tag");
    tag->fill = fill;
    tag->radius = px(view, 10);
    /* Where tints are gone, an edge keeps it a badge. */
    if (!plain_contrast(view)) {
        tag->border = ink;
        tag->border_width = px(view, 2);
    }
    box_pad(tag, px(view, 4), px(view, 16));
    add_centred(view, tag, TEXT_TAG, ink, text);
    return tag;
}

struct box *widget_note(struct view *view, struct box *parent,
                        const char *label)
{
    struct box *note = box_add(view, parent, BOX_COLUMN, "note");
    note->fill = COLOUR_AMBER_TINT;
    note->border = COLOUR_AMBER;
    note->left_bar = px(view, 8);
    note->radius = px(view, 16);
    note->corners = 2 | 4; /* square where the bar is */
    note->gap = px(view, 4);
    box_pad(note, px(view, 20), px(view, 28));
    note->pad_left += note->left_bar;
    if (!label || !*label)
        return note;
    struct text_look look = view->theme->text[TEXT_NOTE];
    look.style.weight = FONT_BOLD;
    const struct text_run run = {0, (uint32_t)strlen(label), look.style, 0};
    box_rich(view, note, label, strlen(label), &run, 1,
             &(struct paragraph_style){.line_height_px = look.line_height},
             NULL, 0);
    return note;
}

struct box *widget_rule(struct view *view, struct box *parent)
{
    struct box *rule =
        add_bar(view, parent, 0, view->theme->hairline, COLOUR_LINE);
    rule->role = "rule";
    return rule;
}
