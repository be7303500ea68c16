#include "app/kiosk/sheet.h"

#include "sheet_article.h"

#define LEAST_EM 9     /* below this one column is better than two */
#define COLUMNS_MOST 4 /* of a sheet; newspapers have more */

static int measure_of(int room, int columns, int em)
{
    int gutter = em * 3 / 2;
    return (room - gutter * (columns - 1)) / columns / em * em;
}

static int columns_of(int room, int em)
{
    for (int columns = COLUMNS_MOST; columns > 2; columns--)
        if (measure_of(room, columns, em) >= SHEET_WANTED_EM * em)
            return columns;
    return measure_of(room, 2, em) >= LEAST_EM * em ? 2 : 1;
}

/* What whole em leave over widens the gutters from 1.5 up to 2 em, then the
 * margins of the sheet. */
static struct sheet_frame frame_of(const struct theme *theme, int room)
{
    struct sheet_frame frame = {
        .em = theme->text[TEXT_SHEET].style.size_px,
        .line = theme->text[TEXT_SHEET].line_height,
    };
    frame.columns = columns_of(room, frame.em);
    frame.measure = measure_of(room, frame.columns, frame.em);
    if (frame.measure < frame.em)
        frame.measure = room > 1 ? room : 1;
    if (frame.columns > 1) {
        int over = room - frame.columns * frame.measure;
        frame.gutter = over / (frame.columns - 1);
        if (frame.gutter > 2 * frame.em)
            frame.gutter = 2 * frame.em;
    }
    return frame;
}

/* Between articles: a line of the grid with a rule in its middle. */
static void add_rule(struct view *view, struct box *parent,
                     const struct sheet_frame *frame, bool strong)
{
    struct box *line = box_add(view, parent, BOX_COLUMN, "rule");
    line->height = frame->line;
    line->pack = BOX_CENTER;
    struct box *bar = box_add(view, line, BOX_COLUMN, "");
    bar->height = strong ? theme_px(view->theme, 3) : view->theme->hairline;
    bar->fill = strong ? COLOUR_INK : COLOUR_LINE;
}

struct makeup {
    struct view *view;
    struct sheet_frame frame;
    const struct sheet *sheet;
    size_t next; /* article */
};

static struct sheet_place place_next(struct makeup *makeup, int span,
                                     enum text_role headline, int least_rows)
{
    const struct sheet_article *article =
        &makeup->sheet->articles[makeup->next++];
    struct sheet_place place = {
        .article = article,
        .span = span,
        .headline = headline,
        .least_rows = least_rows,
        .second_half = article->card->page != makeup->sheet->page,
    };
    if (place.second_half || !article->document)
        place.least_rows = 1 + (*article->card->summary ? 2 : 0);
    if (!makeup->sheet->height)
        place.least_rows = 0;
    return place;
}

static size_t articles_left(const struct makeup *makeup)
{
    return makeup->sheet->count - makeup->next;
}

static struct box *add_line_of_articles(struct makeup *makeup,
                                        struct box *sheet)
{
    struct box *row = box_add(makeup->view, sheet, BOX_ROW, "articles");
    row->step = makeup->frame.line;
    row->gap = makeup->frame.gutter - makeup->frame.gutter / 2;
    return row;
}

/* Behind the first of a line: half the gutter, with a rule at its middle. */
static struct box *add_beside(struct makeup *makeup, struct box *row, int span)
{
    struct box *stack = box_add(makeup->view, row, BOX_COLUMN, "stack");
    if (row->first == stack)
        return stack;
    stack->pad_left = makeup->frame.gutter / 2;
    stack->width = sheet_span_width(&makeup->frame, span) + stack->pad_left;
    stack->left_bar = makeup->view->theme->hairline;
    stack->border = COLOUR_LINE;
    return stack;
}

enum {
    LEAD_ROWS = 3,  /* lines of text at least: of the lead, below its picture */
    ROWS = 3,       /* of any other */
    HEAD_ROWS = 4,  /* lines a headline takes, and what is above and below it */
    SIDES_MOST = 2, /* columns beside the lead */
    SIDE_ARTICLES = 2 /* in each of them */
};

/* How many columns beside the lead take other articles. */
static int sides_of(const struct sheet_frame *frame, size_t others)
{
    int sides = frame->columns - 2;
    sides = sides < 0 ? 0 : sides > SIDES_MOST ? SIDES_MOST : sides;
    return (size_t)sides < others ? sides : (int)others;
}

static void add_side(struct makeup *makeup, struct box *row, size_t count)
{
    struct box *stack = add_beside(makeup, row, 1);
    for (size_t i = 0; i < count; i++) {
        struct sheet_place place = place_next(makeup, 1, TEXT_SHEET_SIDE, ROWS);
        if (i)
            add_rule(makeup->view, stack, &makeup->frame, false);
        sheet_article_add(makeup->view, stack, &makeup->frame, &place);
    }
}

/* Where the sheet has room for the headline and some text, too, and the panel
 * for more than the picture. */
static bool has_picture(const struct makeup *makeup,
                        const struct sheet_place *lead)
{
    const struct sheet_frame *frame = &makeup->frame;
    int height = makeup->sheet->height, rows = sheet_picture_rows(frame);
    int around = rows + LEAD_ROWS + HEAD_ROWS;
    return *lead->article->card->image && !lead->second_half &&
           rows * frame->line <= makeup->view->theme->height * 2 / 5 &&
           (!height || around * frame->line <= height);
}

static void add_lead(struct makeup *makeup, struct box *sheet)
{
    const struct sheet_frame *frame = &makeup->frame;
    size_t others = makeup->sheet->count - 1;
    int sides = sides_of(frame, others);
    struct sheet_place lead =
        place_next(makeup, frame->columns - sides, TEXT_SHEET_LEAD, LEAD_ROWS);
    lead.pictured = has_picture(makeup, &lead);
    if (lead.pictured && makeup->sheet->height)
        lead.least_rows += sheet_picture_rows(frame);
    struct box *row = add_line_of_articles(makeup, sheet);
    row->grow = sheet_rows_in_store(frame, &lead);
    sheet_article_add(makeup->view, add_beside(makeup, row, lead.span), frame,
                      &lead);
    if (others > (size_t)sides * SIDE_ARTICLES)
        others = (size_t)sides * SIDE_ARTICLES;
    for (int side = 0; side < sides; side++) {
        size_t count = others / (size_t)(sides - side);
        others -= count;
        add_side(makeup, row, count);
    }
}

/* As many as make the lines below complete come first and share the width, the
 * more important taking what is over. */
static void add_below(struct makeup *makeup, struct box *sheet)
{
    const struct sheet_frame *frame = &makeup->frame;
    size_t columns = (size_t)frame->columns;
    size_t count = articles_left(makeup) % columns;
    if (!count)
        count = columns;
    int left = frame->columns;
    struct box *row = add_line_of_articles(makeup, sheet);
    int64_t rows = 0;
    for (size_t i = 0; i < count; i++) {
        int others = (int)(count - i);
        int span = (left + others - 1) / others;
        left -= span;
        struct sheet_place place = place_next(
            makeup, span,
            frame->columns > 1 && span > 1 ? TEXT_SHEET_HEAD : TEXT_SHEET_SIDE,
            ROWS);
        sheet_article_add(makeup->view, add_beside(makeup, row, span), frame,
                          &place);
        rows += sheet_rows_in_store(frame, &place);
    }
    row->grow = (int)(rows / (int64_t)count);
}

static int room_inside(const struct theme *theme, int room_px)
{
    return room_px - 2 * theme_px(theme, 32);
}

int sheet_least_height(const struct theme *theme, int room_px)
{
    enum { LINES_IN_ALL = 48 };
    struct sheet_frame frame = frame_of(theme, room_inside(theme, room_px));
    return LINES_IN_ALL / frame.columns * frame.line;
}

struct box *sheet_add(struct view *view, struct box *parent,
                      const struct sheet *sheet, int room_px)
{
    const struct theme *theme = view->theme;
    struct makeup makeup = {.view = view, .sheet = sheet};
    struct box *box = box_add(view, parent, BOX_COLUMN, "sheet");
    makeup.frame = frame_of(theme, room_inside(theme, room_px));
    box->fill = COLOUR_CARD;
    box->border = theme->contrast == CONTRAST_PAPER ? COLOUR_LINE : COLOUR_INK;
    box->border_width = theme->border;
    box->radius = theme->radius;
    box->min_height = sheet->height;
    box_pad(box, makeup.frame.line / 2,
            (room_px - sheet_span_width(&makeup.frame, makeup.frame.columns)) /
                2);
    if (!sheet->count) {
        box_text(view, box, TEXT_DIALOG, COLOUR_INK2, "这一版现在没有文章。");
        return box;
    }
    add_lead(&makeup, box);
    while (articles_left(&makeup)) {
        add_rule(view, box, &makeup.frame, true);
        add_below(&makeup, box);
    }
    return box;
}
