#include "app/page/rich.h"

#include <stdio.h>
#include <string.h>

#include "app/page/page.h"
#include "base/utf8.h"
#include "ui/canvas.h"
#include "ui/widgets.h"

/* Tags of the runs: which colour, underlined or not. */
enum { TAG_TEXT = 0, TAG_LINK = 1 };

struct runs {
    struct text_run *runs;
    size_t count, capacity;
    struct text_link *links;
    size_t link_count, link_capacity;
    struct text_mark *marks;
    size_t mark_count, mark_capacity;
};

/* A note's number is this part of its text's size. */
enum { NOTE_PERCENT = 62 };

/* On a panel of few and large pixels the text may be as small as can be. */
static int note_size(int size_px)
{
    enum { LEAST_PX = 4 };
    int size = size_px * NOTE_PERCENT / 100;
    return size < LEAST_PX ? LEAST_PX : size;
}

static struct text_style span_look(struct text_style style, uint32_t span)
{
    if (span & SPAN_BOLD)
        style.weight = FONT_BOLD;
    if (span & SPAN_CODE)
        style.family = FONT_SANS;
    if (span & SPAN_NOTE)
        style.size_px = note_size(style.size_px);
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

/* Emphasis is dots below Han. Letters and digits, which have none, are set in
 * the other face; Chinese has no slant. */
static void add_emphasis(struct runs *runs, const struct rich_text *text,
                         const struct span *span, struct text_style style,
                         uint32_t tag)
{
    struct text_style other = style;
    other.family = FONT_SANS;
    uint32_t from = span->start;
    bool latin = false;
    for (size_t at = span->start; at < span->end;) {
        uint32_t here = (uint32_t)at;
        bool next = utf8_next(text->text, text->length, &at) < 0x2000;
        if (next != latin) {
            add_run(runs, from, here, latin ? other : style, tag);
            from = here;
            latin = next;
        }
    }
    add_run(runs, from, span->end, latin ? other : style, tag);
}

static void add_marks(struct runs *runs, const struct span *span)
{
    static const struct {
        uint32_t style;
        enum text_mark_kind kind;
    } kinds[] = {
        {SPAN_NAME, MARK_LINE},     {SPAN_BOOK, MARK_WAVE},
        {SPAN_EMPHASIS, MARK_DOTS}, {SPAN_NOTE, MARK_RAISED},
        {SPAN_RUBY, MARK_RUBY},     {SPAN_ICON, MARK_ICON},
    };
    uint32_t icon = icon_by_name(span->icon);
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (!(span->style & kinds[i].style))
            continue;
        ARRAY_GROW(runs->marks, runs->mark_count, runs->mark_capacity);
        runs->marks[runs->mark_count++] =
            (struct text_mark){.start = span->start,
                               .end = span->end,
                               .kind = kinds[i].kind,
                               .ruby = span->ruby,
                               .icon = icon};
    }
}

/* What is bold or an icon within a link is no link of its own. */
static void add_link(struct runs *runs, const struct span *span)
{
    struct text_link *last =
        runs->link_count ? &runs->links[runs->link_count - 1] : NULL;
    if (last && last->end == span->start &&
        !strcmp(last->action.argument, span->target)) {
        last->end = span->end;
        return;
    }
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
        uint32_t tag = link ? TAG_LINK | CANVAS_UNDERLINE : TAG_TEXT;
        struct text_style look = span_look(style, span->style);
        if (span->style & SPAN_EMPHASIS)
            add_emphasis(runs, text, span, look, tag);
        else
            add_run(runs, span->start, span->end, look, tag);
        add_marks(runs, span);
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
    collect(&runs, text, look->style);
    const struct paragraph_style style = {
        .line_height_px = look->line_height,
        .indent_em = indent_em,
        .align = align,
        .snap = align == ALIGN_JUSTIFY, /* prose */
        .marks = runs.marks,
        .mark_count = runs.mark_count,
    };
    if (!runs.count) {
        runs.runs = xcalloc(1, sizeof(*runs.runs));
        runs.runs[runs.count++].style = look->style;
    }
    struct box *box =
        box_rich(view, parent, text->text, text->length, runs.runs, runs.count,
                 &style, runs.links, runs.link_count);
    box->text_colours[TAG_TEXT] = ink;
    box->text_colours[TAG_LINK] = COLOUR_LINK;
    free(runs.runs);
    free(runs.links);
    free(runs.marks);
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

static bool is_backward(const struct rich_text *text)
{
    return paragraph_is_backward(text->text, text->length);
}

/* A mark of text from right to left takes its direction: the dot of 1. stands
 * between the figure and the text. */
static void add_mark(struct view *view, struct box *row, const char *mark,
                     const struct rich_text *marked, enum text_role role,
                     struct text_style look, enum colour_role ink)
{
    struct buf text = {0};
    if (is_backward(marked))
        buf_puts(&text, "\u200F");
    buf_puts(&text, mark);
    const struct paragraph_style style = {
        .line_height_px = view->theme->text[role].line_height};
    const struct text_run run = {0, (uint32_t)text.length, look, TAG_TEXT};
    struct box *box = box_rich(view, row, buf_text(&text), text.length, &run, 1,
                               &style, NULL, 0);
    box->text_colours[TAG_TEXT] = ink;
    buf_fini(&text);
}

/* The mark hangs left of the text; align_marks makes its column. Bullets and
 * figures are set in the Sans: the bullet of a Song face is a speck. */
static void add_item(struct view *view, struct box *parent,
                     const struct block *block)
{
    struct text_style text_look = view->theme->text[TEXT_BODY].style;
    struct text_style look = {FONT_SANS, FONT_BOLD, text_look.size_px};
    char mark[16] = "";
    struct box *row = box_add(view, parent, BOX_ROW, "item");
    row->align = BOX_START;
    /* Stands below the text of the item around it. */
    row->pad_left =
        body_em(view) * 2 * (int)(block->level < 4 ? block->level : 4);
    if (*block->label) {
        add_mark(view, row, block->label, &block->content, TEXT_BODY, text_look,
                 COLOUR_INK);
    } else {
        if (!block->continued && block->ordinal)
            snprintf(mark, sizeof(mark), "%u.", block->ordinal);
        else if (!block->continued)
            snprintf(mark, sizeof(mark), "%s", block->level ? "–" : "•");
        add_mark(view, row, mark, &block->content, TEXT_BODY, look,
                 COLOUR_ACCENT);
    }
    struct box *text = rich_text(view, row, TEXT_BODY, COLOUR_INK,
                                 &block->content, ALIGN_JUSTIFY, 0);
    text->grow = 1;
}

/* Below a rule, at the end of the article. */
static void add_endnote(struct view *view, struct box *parent,
                        const struct block *block)
{
    char mark[16] = "";
    if (block->ordinal == 1 && !block->continued)
        widget_rule(view, parent);
    if (!block->continued)
        snprintf(mark, sizeof(mark), "%u", block->ordinal);
    struct box *row = box_add(view, parent, BOX_ROW, "item");
    row->align = BOX_START;
    add_mark(view, row, mark, &block->content, TEXT_NOTE,
             view->theme->text[TEXT_NOTE].style, COLOUR_INK2);
    struct box *text = rich_text(view, row, TEXT_NOTE, COLOUR_INK2,
                                 &block->content, ALIGN_JUSTIFY, 0);
    text->grow = 1;
}

/* How wide what is put into parent may be. */
static int room_in(const struct view *view, const struct box *parent)
{
    int width = page_measure(view), around = 0;
    for (const struct box *box = parent; box; box = box->parent) {
        if (!strcmp(box->role, "column"))
            width = view->width - box->pad_left - box->pad_right;
        if (!strcmp(box->role, "quote"))
            around += box->pad_left;
    }
    return width - around;
}

static bool is_item(const struct box *box)
{
    return box && !strcmp(box->role, "item");
}

/* The whole em that a mark and the distance to its text take. */
static int mark_width(struct view *view, struct box *mark)
{
    enum { DISTANCE_DIVISOR = 3 }; /* of an em */
    int width = box_text_width(view, mark) + mark->em / DISTANCE_DIVISOR;
    return (width + mark->em - 1) / mark->em * mark->em;
}

/* Figures, bullets or labels? 0: no mark, as a further paragraph has none. */
static char mark_kind(const struct box *mark)
{
    static const char turn[] = "\u200F";
    const char *text = mark->source->text;
    if (strncmp(text, turn, strlen(turn)) == 0)
        text += strlen(turn);
    if (!*text)
        return 0;
    if (*text >= '0' && *text <= '9')
        return '1';
    return strcmp(text, "•") && strcmp(text, "–") ? 'a' : '.';
}

/* Behind the last item of a list: one with other marks is another list. */
static const struct box *list_end(const struct box *first)
{
    char kind = mark_kind(first->first);
    const struct box *row = first;
    for (; is_item(row); row = row->next) {
        char other = mark_kind(row->first);
        if (row->pad_left == first->pad_left && other && other != kind)
            break;
    }
    return row;
}

/* The marks of a list hang in one column, as wide as the widest needs. What is
 * left of smaller text's line goes there too: the text ends where all does. */
static void align_marks(struct view *view, struct box *parent)
{
    for (struct box *box = parent->first; box; box = box->next) {
        if (!strcmp(box->role, "quote"))
            align_marks(view, box);
        if (!is_item(box) || box->first->width)
            continue;
        const struct box *end = list_end(box);
        int width = 0, room = room_in(view, parent) - box->pad_left;
        for (struct box *row = box; row != end; row = row->next) {
            int needs = mark_width(view, row->first);
            if (row->pad_left == box->pad_left && needs > width)
                width = needs;
        }
        if (width < room)
            width = room - page_snap(room - width, box->first->em);
        for (struct box *row = box; row != end; row = row->next)
            if (row->pad_left == box->pad_left)
                row->first->width = width;
    }
}

/* Beside text from right to left the mark hangs at the right. */
static void turn_items(struct box *parent)
{
    for (struct box *row = parent->first; row; row = row->next) {
        struct box *mark = row->first;
        if (!strcmp(row->role, "quote"))
            turn_items(row);
        if (!is_item(row) || !paragraph_is_backward(row->last->source->text,
                                                    row->last->source->length))
            continue;
        row->first = mark->next;
        row->last->next = mark;
        row->last = mark;
        mark->next = NULL;
        row->pad_right = row->pad_left;
        row->pad_left = 0;
    }
}

/* Its text is smaller than the column's: the rest of the width goes to both
 * sides. */
struct box *rich_note(struct view *view, struct box *parent, const char *label)
{
    struct box *note = widget_note(view, parent, label);
    int em = view->theme->text[TEXT_NOTE].style.size_px;
    int room = room_in(view, parent) - note->pad_left - note->pad_right;
    int rest = room - page_snap(room, em);
    note->pad_left += rest / 2;
    note->pad_right += rest - rest / 2;
    return note;
}

static void add_note(struct view *view, struct box *parent,
                     const struct block *block)
{
    struct box *note = rich_note(view, parent, block->label);
    rich_text(view, note, TEXT_NOTE, COLOUR_INK, &block->content, ALIGN_JUSTIFY,
              0);
}

static void add_image(struct view *view, struct box *parent,
                      const struct block *block)
{
    struct box *figure = box_add(view, parent, BOX_COLUMN, "figure");
    int width = room_in(view, parent);
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

/* What a column of a table asks for, less and less, in px with its padding. */
enum {
    WISH_NATURAL, /* its longest cell on one line */
    WISH_SHORT,   /* no short cell broken, long ones at a bearable width */
    WISH_WORDS,   /* no number broken */
    WISH_COUNT
};

struct column {
    int wishes[WISH_COUNT];
};

static bool has_han(const char *text)
{
    size_t length = strlen(text);
    for (size_t at = 0; at < length;)
        if (utf8_is_han(utf8_next(text, length, &at)))
            return true;
    return false;
}

static void measure_cell(struct view *view, struct column *column,
                         const struct box *cell, int em, int room)
{
    enum { SHORT_EM = 8, LONG_EM = 6, WORDS_EM = 3, SLACK_PX = 2 };
    int text = box_text_width(view, cell->first), words = WORDS_EM * em;
    bool brief = text <= SHORT_EM * em;
    bool whole = brief && !has_han(cell->first->source->text);
    const int wishes[WISH_COUNT] = {
        [WISH_NATURAL] = text < room ? text : room,
        [WISH_SHORT] = brief ? text : LONG_EM * em,
        [WISH_WORDS] = whole || text < words ? text : words,
    };
    for (int i = 0; i < WISH_COUNT; i++) {
        int wish = wishes[i] + cell->pad_left + cell->pad_right + SLACK_PX;
        if (column->wishes[i] < wish)
            column->wishes[i] = wish;
    }
}

static struct column *measure_columns(struct view *view, const struct box *grid,
                                      int room)
{
    size_t count = (size_t)grid->columns, at = 0;
    struct column *columns =
        arena_alloc(&view->arena, count * sizeof(*columns));
    memset(columns, 0, count * sizeof(*columns));
    for (const struct box *cell = grid->first; cell; cell = cell->next)
        measure_cell(view, &columns[at++ % count], cell,
                     view->theme->text[TEXT_TABLE].style.size_px, room);
    return columns;
}

/* The first wish that all columns can have, and what is left over to those who
 * wished for more before; where all fit, or nothing does, in proportion. */
static int *column_widths(struct view *view, const struct box *grid, int room)
{
    const struct column *columns = measure_columns(view, grid, room);
    int *widths =
        arena_alloc(&view->arena, (size_t)grid->columns * sizeof(*widths));
    int64_t sums[WISH_COUNT] = {0};
    for (int i = 0; i < grid->columns; i++)
        for (int wish = 0; wish < WISH_COUNT; wish++)
            sums[wish] += columns[i].wishes[wish];
    int fits = 0;
    while (fits + 1 < WISH_COUNT && sums[fits] > room)
        fits++;
    for (int i = 0; i < grid->columns; i++) {
        const int *wishes = columns[i].wishes;
        widths[i] = wishes[fits];
        if (fits && sums[fits] < room)
            widths[i] +=
                (int)((room - sums[fits]) * (wishes[fits - 1] - wishes[fits]) /
                      (sums[fits - 1] - sums[fits]));
    }
    return widths;
}

void rich_embolden(struct view *view, struct rich_text *text)
{
    static const struct span bold = {0, 0, SPAN_BOLD, "", "", ""};
    uint32_t count = 0, at = 0;
    struct span *spans = arena_alloc(
        &view->arena, (2 * (size_t)text->span_count + 1) * sizeof(*spans));
    for (uint32_t i = 0; i <= text->span_count; i++) {
        bool rest = i == text->span_count;
        spans[count] = bold;
        spans[count].start = at;
        spans[count].end = rest ? text->length : text->spans[i].start;
        count += spans[count].start < spans[count].end;
        if (rest)
            break;
        spans[count] = text->spans[i];
        spans[count++].style |= SPAN_BOLD;
        at = text->spans[i].end;
    }
    text->spans = spans;
    text->span_count = count;
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
    if (header)
        rich_embolden(view, &text);
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
    grid->fill = COLOUR_CARD;
    grid->border = COLOUR_LINE;
    grid->border_width = view->theme->hairline;
    for (unsigned i = 0; i < block->columns * block->rows; i++)
        add_cell(view, grid, block, i);
    grid->weights = column_widths(view, grid, room_in(view, parent));
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
        box->pad_left = body_em(view);
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
        [BLOCK_ENDNOTE] = add_endnote,
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
    align_marks(view, parent);
    turn_items(parent);
}
