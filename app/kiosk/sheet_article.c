#include "sheet_article.h"

#include <stdio.h>

#include "app/kiosk/app.h"
#include "app/page/rich.h"

#define NARROW_EM 14     /* up to here an indent is 1 em (rule 18) */
#define HEADLINE_LINES 4 /* longer ones end in …… */
#define DECK_LINES 3     /* likewise, above and below it */
#define TEXT_BYTES 6000  /* of an article; more never show */

int sheet_span_width(const struct sheet_frame *frame, int span)
{
    return span * frame->measure + (span - 1) * frame->gutter;
}

int sheet_picture_rows(const struct sheet_frame *frame)
{
    int height = frame->measure * (frame->columns > 1 ? 58 : 43) / 100;
    return (height + frame->line - 1) / frame->line;
}

int sheet_rows_in_store(const struct sheet_frame *frame,
                        const struct sheet_place *place)
{
    enum { MOST = 1000 };
    int em = frame->measure / frame->em;
    int64_t rows = place->article->card->characters / (em > 0 ? em : 1);
    if (place->pictured)
        rows += sheet_picture_rows(frame);
    rows = rows / place->span + 2 - place->least_rows;
    return rows < 1 || !place->article->document ? 1
           : rows > MOST                         ? MOST
                                                 : (int)rows;
}

/* Heads. */

/* In the middle where the head is, on however many lines. */
static struct box *add_lines(struct view *view, struct box *head,
                             enum text_role role, enum colour_role ink,
                             const char *text, int max_lines)
{
    const struct text_look *look = &view->theme->text[role];
    const struct text_run run = {0, (uint32_t)strlen(text), look->style, 0};
    const struct paragraph_style style = {
        .line_height_px = look->line_height,
        .max_lines = max_lines,
        .align = head->align == BOX_CENTER ? ALIGN_CENTER : ALIGN_LEFT,
    };
    struct box *box =
        box_rich(view, head, text, strlen(text), &run, 1, &style, NULL, 0);
    box->text_colours[0] = ink;
    return box;
}

static void add_deck(struct view *view, struct box *head, const char *text,
                     enum colour_role ink)
{
    if (*text)
        add_lines(view, head, TEXT_SHEET_DECK, ink, text, DECK_LINES);
}

static size_t off_middle(size_t at, size_t length)
{
    return at * 2 > length ? at * 2 - length : length - at * 2;
}

/* Each line by itself would begin where its own first letter does. */
static bool is_one_way(const char *title, size_t at, size_t length)
{
    return paragraph_is_backward(title, length) ==
           paragraph_is_backward(title + at, length - at);
}

/* Where a headline of two lines breaks best: behind a mark, the lines as even
 * as can be. 0: nowhere. */
static size_t break_of(const char *title)
{
    static const char *const marks[] = {"，", "：", "；", "！", "？", "　"};
    size_t length = strlen(title), best = 0;
    for (size_t i = 0; i < COUNT_OF(marks); i++) {
        const char *at = title;
        while ((at = strstr(at, marks[i]))) {
            at += strlen(marks[i]);
            size_t here = (size_t)(at - title);
            if (here < length && is_one_way(title, here, length) &&
                off_middle(here, length) < off_middle(best, length))
                best = here;
        }
    }
    return best;
}

/* True when the part, set on one line, fits. */
static bool fits(struct view *view, enum text_role role, const char *part,
                 int width)
{
    struct view *trial = view_new(view->fonts, view->theme);
    struct box *box = box_text(trial, trial->root, role, COLOUR_INK, part);
    int natural = box_text_width(trial, box);
    view_free(trial);
    return natural <= width;
}

/* A headline that is a little too long for one line becomes two that make
 * sense each. */
static void add_headline(struct view *view, struct box *head,
                         enum text_role role, const char *title, int width)
{
    struct buf lines = {0};
    size_t at = fits(view, role, title, width) ? 0 : break_of(title);
    if (at) {
        buf_add(&lines, title, at);
        bool both = fits(view, role, buf_text(&lines), width) &&
                    fits(view, role, title + at, width);
        if (both)
            buf_putc(&lines, '\n');
        buf_puts(&lines, title + at);
    }
    struct box *headline =
        add_lines(view, head, role, COLOUR_INK, at ? buf_text(&lines) : title,
                  HEADLINE_LINES);
    headline->role = "headline";
    box_label(view, headline, title);
    buf_fini(&lines);
}

static void add_head(struct view *view, struct box *box,
                     const struct sheet_frame *frame,
                     const struct sheet_place *place)
{
    const struct item_card *card = place->article->card;
    char above[64];
    struct box *head = box_add(view, box, BOX_COLUMN, "head");
    head->step = frame->line;
    head->pack = BOX_CENTER;
    if (place->headline == TEXT_SHEET_LEAD)
        head->align = BOX_CENTER;
    snprintf(above, sizeof(above), "上接第%u版", card->page);
    add_deck(view, head, place->second_half ? above : card->kicker,
             COLOUR_ACCENT);
    add_headline(view, head, place->headline, card->title,
                 sheet_span_width(frame, place->span));
    if (place->headline != TEXT_SHEET_SIDE)
        add_deck(view, head, card->subtitle, COLOUR_INK2);
}

/* Texts. */

static int indent_of(const struct sheet_frame *frame)
{
    return frame->measure <= NARROW_EM * frame->em ? 1 : 2;
}

static struct box *add_bold(struct view *view, struct box *columns,
                            enum colour_role ink, struct rich_text text,
                            enum text_align align)
{
    rich_embolden(view, &text);
    return rich_text(view, columns, TEXT_SHEET, ink, &text, align, 0);
}

/* Where the text of one article is put, and how many bytes more of it. */
struct galley {
    struct view *view;
    const struct sheet_frame *frame;
    struct box *columns;
    size_t left;
    bool skipped; /* something to see */
};

static size_t whole_characters(const char *text, size_t bytes)
{
    while (bytes && ((unsigned char)text[bytes] & 0xC0) == 0x80)
        bytes--;
    return bytes;
}

/* What stands before a text: the number of an item, the label of a call-out. */
static void put_mark(struct buf *out, const struct block *block)
{
    if (block->kind == BLOCK_NOTE && *block->label)
        buf_printf(out, "%s　", block->label);
    else if (block->kind != BLOCK_ITEM || block->continued)
        return;
    else if (*block->label)
        buf_puts(out, block->label);
    else if (block->ordinal)
        buf_printf(out, "%u. ", block->ordinal);
    else
        buf_puts(out, "• ");
}

/* A text put together of others. */
struct line {
    struct buf words;
    struct span *spans;
    uint32_t span_count;
};

static struct line line_new(struct view *view, size_t spans)
{
    struct line line = {
        .spans = arena_alloc(&view->arena, spans * sizeof(*line.spans)),
    };
    return line;
}

/* The first bytes of a text with what is marked in them. A tap anywhere opens
 * the article, so links in it lead nowhere else. */
static void line_add(struct line *line, const struct rich_text *text,
                     size_t length)
{
    uint32_t before = (uint32_t)line->words.length;
    buf_add(&line->words, text->text, length);
    for (uint32_t i = 0; i < text->span_count; i++) {
        struct span span = text->spans[i];
        if (span.end > length)
            break;
        span.start += before;
        span.end += before;
        span.style &= ~(uint32_t)SPAN_LINK;
        line->spans[line->span_count++] = span;
    }
}

static struct rich_text line_text(const struct line *line)
{
    return (struct rich_text){buf_text(&line->words),
                              (uint32_t)line->words.length, line->span_count,
                              line->spans};
}

/* As much of a text as has room. False when that is not all of it. */
static bool add_text(struct galley *to, const char *mark,
                     const struct rich_text *text)
{
    struct line line = line_new(to->view, text->span_count);
    size_t length = text->length;
    if (length > to->left)
        length = whole_characters(text->text, to->left);
    buf_puts(&line.words, mark);
    line_add(&line, text, length);
    struct rich_text beginning = line_text(&line);
    rich_text(to->view, to->columns, TEXT_SHEET, COLOUR_INK, &beginning,
              ALIGN_JUSTIFY, indent_of(to->frame));
    to->left -= length;
    buf_fini(&line.words);
    return length == text->length;
}

static bool add_paragraph(struct galley *to, const struct block *block)
{
    struct buf mark = {0};
    put_mark(&mark, block);
    bool all = add_text(to, buf_text(&mark), &block->content);
    buf_fini(&mark);
    return all;
}

static bool add_title(struct galley *to, const struct block *block)
{
    const struct rich_text *title = &block->content;
    if (title->length > to->left)
        return false;
    struct line line = line_new(to->view, title->span_count);
    line_add(&line, title, title->length);
    add_bold(to->view, to->columns, COLOUR_INK, line_text(&line), ALIGN_LEFT)
        ->keeps_next = true;
    to->left -= title->length;
    buf_fini(&line.words);
    return true;
}

static bool add_pair(struct galley *to, const struct rich_text cells[2])
{
    struct line line =
        line_new(to->view, (size_t)cells[0].span_count + cells[1].span_count);
    line_add(&line, &cells[0], cells[0].length);
    buf_puts(&line.words, "：");
    line_add(&line, &cells[1], cells[1].length);
    struct rich_text text = line_text(&line);
    bool all = add_text(to, "", &text);
    buf_fini(&line.words);
    return all;
}

/* A narrow column has no room for a table; one of two columns reads as well
 * line by line. */
static bool add_table(struct galley *to, const struct block *block)
{
    if (block->columns != 2)
        return false;
    for (unsigned row = 1; row < block->rows; row++)
        if (!add_pair(to, &block->cells[2 * row]))
            return false;
    return true;
}

static bool skip_picture(struct galley *to, const struct block *block)
{
    (void)block;
    to->skipped = true;
    return true;
}

static bool add_nothing(struct galley *to, const struct block *block)
{
    (void)to, (void)block;
    return true;
}

/* False when there is more in it than was added, which ends at the first thing
 * to read that does not fit into columns, or beyond what a sheet can show. */
static bool add_document(struct galley *to, const struct document *document)
{
    static bool (*const add[BLOCK_KIND_COUNT])(struct galley *,
                                               const struct block *) = {
        [BLOCK_PARAGRAPH] = add_paragraph, [BLOCK_ITEM] = add_paragraph,
        [BLOCK_NOTE] = add_paragraph,      [BLOCK_HEADING] = add_title,
        [BLOCK_TABLE] = add_table,         [BLOCK_IMAGE] = skip_picture,
        [BLOCK_RULE] = add_nothing,
    };
    for (uint32_t i = 0; i < document->count; i++) {
        const struct block *block = &document->blocks[i];
        if (!to->left || !add[block->kind] || !add[block->kind](to, block))
            return false;
    }
    return !to->skipped;
}

/* Of what is told elsewhere, what it is about. */
static void add_summary(struct galley *to, const char *summary)
{
    struct rich_text text = {.text = summary,
                             .length = (uint32_t)strlen(summary)};
    if (text.length)
        add_text(to, "", &text);
}

/* On one line, whatever the measure. */
static void add_tail(struct view *view, struct box *columns,
                     const struct sheet_frame *frame,
                     const struct sheet_place *place)
{
    const struct item_card *card = place->article->card;
    bool narrow = frame->measure < SHEET_WANTED_EM * frame->em;
    char text[96];
    if (place->second_half)
        snprintf(text, sizeof(text), "点开连读 ›");
    else if (card->continues_on)
        snprintf(text, sizeof(text),
                 narrow ? "接第%u版连读 ›" : "接第%u版，点开连读 ›",
                 card->continues_on);
    else
        snprintf(text, sizeof(text), narrow ? "阅读全文 ›" : "点开阅读全文 ›");
    struct rich_text words = {.text = text, .length = (uint32_t)strlen(text)};
    add_bold(view, columns, COLOUR_ACCENT, words, ALIGN_RIGHT)->tail = true;
}

static void add_picture(struct view *view, struct box *columns,
                        const struct sheet_frame *frame,
                        const struct item_card *card)
{
    int height = sheet_picture_rows(frame) * frame->line - frame->line / 3;
    struct box *picture =
        box_picture(view, columns, card->image, frame->measure, height);
    picture->radius = theme_px(view->theme, 8);
    box_label(view, picture, card->image_alt);
}

static void add_body(struct view *view, struct box *box,
                     const struct sheet_frame *frame,
                     const struct sheet_place *place)
{
    const struct sheet_article *article = place->article;
    struct box *columns =
        box_columns(view, box, place->span, frame->gutter, frame->line);
    struct galley galley = {view, frame, columns, TEXT_BYTES, false};
    columns->max_rows = place->least_rows;
    columns->grow = 1;
    columns->backward = paragraph_is_backward(article->card->title,
                                              strlen(article->card->title));
    if (place->pictured)
        add_picture(view, columns, frame, article->card);
    if (article->document && !place->second_half) {
        columns->goes_on = !add_document(&galley, article->document);
    } else {
        add_summary(&galley, article->card->summary);
        columns->goes_on = true;
    }
    add_tail(view, columns, frame, place);
}

void sheet_article_add(struct view *view, struct box *parent,
                       const struct sheet_frame *frame,
                       const struct sheet_place *place)
{
    struct box *box = box_add(view, parent, BOX_COLUMN, "article");
    box->width = sheet_span_width(frame, place->span);
    box->step = frame->line;
    box->grow = sheet_rows_in_store(frame, place);
    box_act(view, box, ACT_LINK, place->article->card->id, 0);
    add_head(view, box, frame, place);
    add_body(view, box, frame, place);
}
