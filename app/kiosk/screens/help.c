/* 求助: the station's own people first, then the hotlines of the edition. */
#include <stdio.h>

#include "app/kiosk/app.h"
#include "app/kiosk/listing_text.h"
#include "ui/widgets.h"

#define HOTLINES "hotlines" /* the kind of listing an edition keeps them in */
#define MOST 60

static bool load(const struct app *app, struct screen *screen)
{
    struct listing *listing = arena_alloc(&screen->arena, sizeof(*listing));
    screen->data = listing;
    /* Without hotlines the staff's number still stands here. */
    if (!store_listing(app->store, &screen->arena, HOTLINES, NULL, 0, 0, MOST,
                       listing))
        screen->data = NULL;
    return true;
}

static void add_staff(const struct config *config, struct view *view,
                      struct box *column)
{
    const struct theme *theme = view->theme;
    struct box *card = box_add(view, column, BOX_COLUMN, "staff");
    card->fill = COLOUR_ACCENT;
    card->radius = theme->radius;
    card->gap = theme_px(theme, 8);
    box_pad(card, theme->pad, theme->pad);
    box_text(view, card, TEXT_TILE_WIDE, COLOUR_ON_ACCENT,
             "需要人帮忙？找站里的人");
    if (*config->staff_phone) {
        box_text(view, card, TEXT_DIALOG, COLOUR_ON_ACCENT2,
                 config->staff_name);
        box_text(view, card, TEXT_NUMBER, COLOUR_ON_ACCENT,
                 config->staff_phone);
    } else {
        box_text(view, card, TEXT_DIALOG, COLOUR_ON_ACCENT2,
                 "请直接问驿站工作人员。");
    }
}

static void add_hotline(struct view *view, struct box *column,
                        const struct listing *listing,
                        const struct listing_row *row)
{
    const struct theme *theme = view->theme;
    struct buf link = {0}, line = {0};
    struct box *card = box_add(view, column, BOX_ROW, "row");
    card->border = COLOUR_LINE;
    card->rule_below = theme->hairline;
    card->align = BOX_CENTER;
    card->gap = theme->gap;
    card->min_height = theme->touch;
    card->pad_bottom = card->pad_top = theme_px(theme, 12);
    struct box *number = box_text_lines(view, card, TEXT_NUMBER, COLOUR_ACCENT,
                                        row->values[listing->phone_column], 1);
    number->width = theme->text[TEXT_NUMBER].style.size_px * 7 / 2;
    struct box *words = box_add(view, card, BOX_COLUMN, "words");
    words->grow = 1;
    if (listing->title_column >= 0)
        box_text(view, words, TEXT_CARD_TITLE, COLOUR_INK,
                 row->values[listing->title_column]);
    for (size_t i = 0; i < listing->card_count; i++)
        if ((int)listing->card[i] != listing->phone_column &&
            (int)listing->card[i] != listing->title_column) {
            if (line.length)
                buf_puts(&line, " · ");
            listing_cell(listing, row, listing->card[i], &line);
        }
    if (line.length)
        box_text(view, words, TEXT_META, COLOUR_INK2, buf_text(&line));
    buf_printf(&link, "listings/%s/%s", listing->kind, row->id);
    box_act(view, card, ACT_LINK, buf_text(&link), 0);
    buf_fini(&link);
    buf_fini(&line);
}

static void build(const struct app *app, const struct screen *screen,
                  struct view *view)
{
    const struct listing *listing = screen->data;
    struct box *column = page_column(view, false);
    box_text(view, column, TEXT_PAGE_TITLE, COLOUR_INK, "求助")->role =
        "heading";
    add_staff(&app->config, view, column);
    if (!listing || listing->phone_column < 0)
        return;
    box_text(view, column, TEXT_SECTION, COLOUR_INK, listing->title)->role =
        "heading";
    if (*listing->notice)
        box_text(view, column, TEXT_META, COLOUR_AMBER, listing->notice);
    struct box *rows = box_add(view, column, BOX_COLUMN, "rows");
    for (size_t i = 0; i < listing->row_count; i++)
        add_hotline(view, rows, listing, &listing->rows[i]);
}

const struct screen_ops help_screen = {
    .name = "help", .load = load, .build = build};
