/* field.c - the field that is typed into. */
#include "base/buf.h"
#include "base/utf8.h"
#include "ui/canvas.h"
#include "ui/keyboard.h"

static int larger(int a, int b)
{
    return a > b ? a : b;
}

/* A text of one line as wide as it is. */
static void add_piece(struct view *view, struct box *row, const char *text,
                      size_t length, unsigned tag, enum colour_role ink)
{
    const struct text_look *look = &view->theme->text[TEXT_BUTTON];
    struct text_run run = {0, (uint32_t)length, look->style, (uint8_t)tag};
    run.style.weight = FONT_REGULAR;
    if (!length)
        return;
    struct box *box =
        box_rich(view, row, text, length, &run, 1,
                 &(struct paragraph_style){.line_height_px = look->line_height,
                                           .max_lines = 1},
                 NULL, 0);
    box->text_colours[0] = ink;
}

/* Of a text that is too long its end is shown, for that is where it grows. */
static size_t tail_start(const char *text, size_t length, size_t characters)
{
    size_t count = utf8_count(text, length), at = 0;
    for (; count > characters; count--)
        utf8_next(text, length, &at);
    return at;
}

static void add_secret(struct view *view, struct box *row, const char *text)
{
    struct buf dots = {0};
    size_t count = utf8_count(text, strlen(text));
    for (size_t i = 0; i < count; i++)
        buf_puts(&dots, "●");
    add_piece(view, row, buf_text(&dots), dots.length, 0, COLOUR_INK);
    buf_fini(&dots);
}

static void add_cursor(struct view *view, struct box *row)
{
    struct box *cursor = box_add(view, row, BOX_COLUMN, "");
    cursor->width = larger(2, theme_px(view->theme, 3));
    cursor->height = view->theme->text[TEXT_BUTTON].style.size_px * 5 / 4;
    cursor->fill = COLOUR_ACCENT;
}

static void add_text(struct view *view, struct box *row,
                     const struct keyboard_field *field, size_t room)
{
    size_t length = strlen(field->text), cursor = field->cursor;
    size_t composed = utf8_count(field->preedit, strlen(field->preedit)) / 2;
    size_t left = room > composed + 2 ? room - composed : 2;
    size_t from = tail_start(field->text, cursor, left);
    if (field->secret)
        add_secret(view, row, field->text);
    else
        add_piece(view, row, field->text + from, cursor - from, 0, COLOUR_INK);
    add_piece(view, row, field->preedit, strlen(field->preedit),
              CANVAS_UNDERLINE, COLOUR_INK2);
    if (field->active)
        add_cursor(view, row);
    if (!field->secret)
        add_piece(view, row, field->text + cursor, length - cursor, 0,
                  COLOUR_INK);
}

static void add_clear(struct view *view, struct box *row,
                      const struct action *clear)
{
    struct box *box = box_add(view, row, BOX_COLUMN, "button");
    box->min_width = box->min_height = view->theme->touch;
    box->align = BOX_STRETCH;
    box->pack = BOX_CENTER;
    box_pad(box, 0, theme_px(view->theme, 16));
    box_act(view, box, clear->kind, clear->argument, clear->value);
    box_text_lines(view, box, TEXT_CHIP, COLOUR_INK2, "清除", 1);
}

struct box *keyboard_field(struct view *view, struct box *parent,
                           const struct keyboard_field *field)
{
    const struct theme *theme = view->theme;
    bool empty = !*field->text && !*field->preedit;
    int height = larger(theme->text[TEXT_BUTTON].line_height +
                            theme_px(theme, theme->small ? 16 : 40),
                        larger(theme->touch + theme_px(theme, 12),
                               theme->small ? 0 : theme_px(theme, 104)));
    struct box *box = box_add(view, parent, BOX_ROW, "field");
    box->fill = COLOUR_CARD;
    box->border = COLOUR_INK;
    box->border_width = theme_px(theme, 3);
    box->min_height = height;
    box->radius = height / 2;
    box->align = BOX_CENTER;
    box->gap = theme_px(theme, 20);
    box_pad(box, 0, theme_px(theme, 36));
    box_act(view, box, field->open.kind, field->open.argument,
            field->open.value);
    box_icon(view, box, ICON_SEARCH, theme->icon, COLOUR_INK);
    struct box *words = box_add(view, box, BOX_ROW, "words");
    words->grow = 1;
    words->align = BOX_CENTER;
    words->gap = theme_px(theme, empty ? 10 : 2);
    words->clips = true;
    int em = theme->text[TEXT_BUTTON].style.size_px;
    int room = (view->width ? view->width : theme->width) - 2 * theme->page -
               theme_px(theme, 300);
    if (!empty)
        add_text(view, words, field, (size_t)larger(4, room / larger(em, 1)));
    else if (field->active)
        add_cursor(view, words);
    if (empty)
        box_text_lines(view, words, TEXT_DIALOG, COLOUR_INK2,
                       field->placeholder, 1);
    if (!empty && field->clear.kind)
        add_clear(view, box, &field->clear);
    return box;
}
