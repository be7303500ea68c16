#include "app/page/rich.h"

#include <stdio.h>
#include <string.h>

#include "app/page/page.h"
#include "ui/canvas.h"
#include "ui/widgets.h"

/* Tags of the runs: which colour, underlined or not. */
enum { TAG_TEXT = 0, TAG_LINK = 1 };

struct runs {
    struct text_run *runs;
    size_t count, capacity;
    struct text_link *links;
    size_t link_count, link_capacity;
};

static struct text_style span_look(struct text_style style, uint32_t span)
{
    if (span & SPAN_BOLD)
        style.weight = FONT_BOLD;
    /* Emphasis in Chinese is another face, not a slant. */
    if (span & (SPAN_EMPHASIS | SPAN_CODE))
        style.family = FONT_SANS;
    return style;
}

static void add_run(struct runs *runs, uint32_t start, uint32_t end,
                    struct text_style style, uint32_t tag)
{
    if (start >= end)
        return;
    ARRAY_GROW(runs->runs, runs->count, runs->capacity);
    runs->runs[runs->count++] = (struct text_run){start, end, style, tag};
}

static void add_link(struct runs *runs, const struct span *span)
{
    ARRAY_GROW(runs->links, runs->link_count, runs->link_capacity);
    runs->links[runs->link_count++] = (struct text_link){
        span->start, span->end, {PAGE_LINK, span->target, 0}};
}

static void collect(struct runs *runs, const struct rich_text *text,
                    struct text_style style)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < text->span_count; i++) {
        const struct span *span = &text->spans[i];
        bool link = (span->style & SPAN_LINK) && *span->target;
        add_run(runs, at, span->start, style, TAG_TEXT);
        add_run(runs, span->start, span->end, span_look(style, span->style),
                link ? TAG_LINK | CANVAS_UNDERLINE : TAG_TEXT);
        if (link)
            add_link(runs, span);
        at = span->end;
    }
    add_run(runs, at, text->length, style, TAG_TEXT);
}

struct box *rich_text(struct view *view, struct box *parent,
                      enum text_role role, enum colour_role ink,
                      const struct rich_text *text, enum text_align align,
                      int indent_em)
{
    const struct text_look *look = &view->theme->text[role];
    struct runs runs = {0};
    const struct paragraph_style style = {
        .line_height_px = look->line_height,
        .indent_em = indent_em,
        .align = align,
    };
    collect(&runs, text, look->style);
    if (!runs.count)
        runs =
            (struct runs){.runs = xcalloc(1, sizeof(*runs.runs)), .count = 1};
    if (!text->length)
        runs.runs[0].style = look->style;
    struct box *box =
        box_rich(view, parent, text->text, text->length, runs.runs, runs.count,
                 &style, runs.links, runs.link_count);
    box->text_colours[TAG_TEXT] = ink;
    box->text_colours[TAG_LINK] = COLOUR_LINK;
    free(runs.runs);
    free(runs.links);
    return box;
}

/* Blocks. */

static int body_em(const struct view *view)
{
    return view->theme->text[TEXT_BODY].style.size_px;
}

static void add_paragraph(struct view *view, struct box *parent,
                          const struct block *block)
{
    rich_text(view, parent, TEXT_BODY, COLOUR_INK, &block->content,
              ALIGN_JUSTIFY, 2);
}

static void add_heading(struct view *view, struct box *parent,
                        const struct block *block)
{
    enum text_role role =
        block->level <= 2 ? TEXT_ARTICLE_HEADING : TEXT_ARTICLE_SUBHEADING;
    struct box *box = rich_text(view, parent, role, COLOUR_INK, &block->content,
                                ALIGN_LEFT, 0);
    box->role = "heading";
    box->pad_top = view->theme->gap;
}

/* The bullet of a Song face is a speck: marks are set in the Sans. */
static struct box *add_mark(struct view *view, struct box *row,
                            const char *mark)
{
    const struct text_look *look = &view->theme->text[TEXT_BODY];
    const struct paragraph_style style = {.line_height_px = look->line_height};
    const struct text_run run = {
        0,
        (uint32_t)strlen(mark),
        {FONT_SANS, FONT_BOLD, look->style.size_px},
        TAG_TEXT,
    };
    struct box *box =
        box_rich(view, row, mark, strlen(mark), &run, 1, &style, NULL, 0);
    box->text_colours[TAG_TEXT] = COLOUR_ACCENT;
    return box;
}

/* The mark hangs left of the text, in a column as wide as the widest number. */
static void add_item(struct view *view, struct box *parent,
                     const struct block *block)
{
    char mark[16] = "";
    struct box *row = box_add(view, parent, BOX_ROW, "item");
    row->align = BOX_START;
    row->pad_left = body_em(view) * (int)(block->level < 6 ? block->level : 6);
    if (!block->continued && block->ordinal)
        snprintf(mark, sizeof(mark), "%u.", block->ordinal);
    else if (!block->continued)
        snprintf(mark, sizeof(mark), "%s", block->level ? "–" : "•");
    struct box *number = add_mark(view, row, mark);
    number->width = body_em(view) * (block->ordinal > 9 ? 2 : 3) /
                    (block->ordinal > 9 ? 1 : 2);
    struct box *text = rich_text(view, row, TEXT_BODY, COLOUR_INK,
                                 &block->content, ALIGN_JUSTIFY, 0);
    text->grow = 1;
}

static void add_note(struct view *view, struct box *parent,
                     const struct block *block)
{
    struct box *note = widget_note(view, parent, block->label);
    rich_text(view, note, TEXT_NOTE, COLOUR_INK, &block->content, ALIGN_JUSTIFY,
              0);
}

static void add_image(struct view *view, struct box *parent,
                      const struct block *block)
{
    struct box *figure = box_add(view, parent, BOX_COLUMN, "figure");
    int width = page_measure(view);
    for (const struct box *box = parent; box; box = box->parent)
        if (!strcmp(box->role, "column"))
            width = view->width - box->pad_left - box->pad_right;
    figure->gap = view->theme->gap / 2;
    figure->align = BOX_CENTER;
    unsigned across = block->width ? block->width : 16;
    unsigned down = block->height ? block->height : 9;
    int64_t height = (int64_t)width * down / across;
    /* A tall picture must not hide the text around it. */
    int64_t tallest = view->theme->height * 6 / 10;
    if (height > tallest) {
        width = (int)((int64_t)width * tallest / height);
        height = tallest;
    }
    struct box *picture = box_picture(view, figure, block->media, width,
                                      height > 0 ? (int)height : 1);
    picture->radius = theme_px(view->theme, 16);
    box_label(view, picture, block->alt);
    if (block->content.length) {
        struct box *caption = rich_text(view, figure, TEXT_CAPTION, COLOUR_INK2,
                                        &block->content, ALIGN_LEFT, 0);
        caption->width = width;
        caption->role = "caption";
    }
}

/* A column is as wide as its longest cell asks, within bounds, so that a
 * column of figures leaves its room to one of sentences. */
static int *column_weights(struct view *view, const struct block *table)
{
    enum { NARROWEST = 4, WIDEST = 18 };
    int *weights = arena_alloc(&view->arena, table->columns * sizeof(*weights));
    for (unsigned i = 0; i < table->columns * table->rows; i++) {
        const struct rich_text *cell = &table->cells[i];
        /* Three bytes a Han character is near enough to its em. */
        int em = (int)(cell->length / 3) + 1;
        int *weight = &weights[i % table->columns];
        em = em < NARROWEST ? NARROWEST : em > WIDEST ? WIDEST : em;
        if (em > *weight)
            *weight = em;
    }
    return weights;
}

static void add_cell(struct view *view, struct box *grid,
                     const struct block *table, unsigned index)
{
    static const enum text_align aligns[] = {
        [CELL_LEFT] = ALIGN_LEFT,
        [CELL_CENTER] = ALIGN_CENTER,
        [CELL_RIGHT] = ALIGN_RIGHT,
    };
    bool header = index < table->columns;
    struct box *cell = box_add(view, grid, BOX_COLUMN, "cell");
    cell->border = COLOUR_LINE;
    cell->rule_below = view->theme->hairline;
    if (header) {
        cell->fill = COLOUR_AMBER_TINT;
        cell->border = COLOUR_AMBER;
    }
    box_pad(cell, theme_px(view->theme, 16), theme_px(view->theme, 14));
    struct rich_text text = table->cells[index];
    struct span bold = {0, text.length, SPAN_BOLD, ""};
    if (header && !text.span_count && text.length) {
        text.spans = &bold;
        text.span_count = 1;
    }
    rich_text(view, cell, TEXT_TABLE, COLOUR_INK, &text,
              aligns[table->aligns[index % table->columns]], 0);
}

static void add_table(struct view *view, struct box *parent,
                      const struct block *block)
{
    if (!block->columns || !block->rows)
        return;
    struct box *grid = box_add(view, parent, BOX_GRID, "table");
    grid->columns = (int)block->columns;
    grid->weights = column_weights(view, block);
    grid->fill = COLOUR_CARD;
    grid->border = COLOUR_LINE;
    grid->border_width = view->theme->hairline;
    for (unsigned i = 0; i < block->columns * block->rows; i++)
        add_cell(view, grid, block, i);
}

static void add_code(struct view *view, struct box *parent,
                     const struct block *block)
{
    struct box *card = box_add(view, parent, BOX_COLUMN, "code");
    card->fill = COLOUR_CARD;
    card->border = COLOUR_LINE;
    card->border_width = view->theme->hairline;
    box_pad(card, theme_px(view->theme, 20), theme_px(view->theme, 24));
    rich_text(view, card, TEXT_TABLE, COLOUR_INK, &block->content, ALIGN_LEFT,
              0);
}

static void add_rule(struct view *view, struct box *parent,
                     const struct block *block)
{
    (void)block;
    widget_rule(view, parent);
}

static struct box *add_quote(struct view *view, struct box *parent,
                             unsigned depth)
{
    struct box *box = parent;
    for (unsigned i = 0; i < depth && i < 4; i++) {
        box = box_add(view, box, BOX_COLUMN, "quote");
        box->border = COLOUR_LINE;
        box->left_bar = theme_px(view->theme, 8);
        box->pad_left = theme_px(view->theme, 36);
        box->gap = parent->gap;
    }
    return box;
}

void rich_document(struct view *view, struct box *parent,
                   const struct document *document)
{
    static void (*const add[BLOCK_KIND_COUNT])(struct view *, struct box *,
                                               const struct block *) = {
        [BLOCK_PARAGRAPH] = add_paragraph, [BLOCK_HEADING] = add_heading,
        [BLOCK_ITEM] = add_item,           [BLOCK_NOTE] = add_note,
        [BLOCK_TABLE] = add_table,         [BLOCK_IMAGE] = add_image,
        [BLOCK_CODE] = add_code,           [BLOCK_RULE] = add_rule,
    };
    struct box *box = parent;
    unsigned quote = 0;
    for (uint32_t i = 0; i < document->count; i++) {
        const struct block *block = &document->blocks[i];
        if (block->quote != quote) {
            quote = block->quote;
            box = quote ? add_quote(view, parent, quote) : parent;
        }
        add[block->kind](view, box, block);
    }
}
