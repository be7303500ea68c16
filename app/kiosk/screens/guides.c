/* Rights guides by topic: all of them, or one topic's. */
#include "app/kiosk/app.h"
#include "ui/widgets.h"

struct data {
    struct topic *topics;
    size_t count;
};

static bool load(const struct app *app, struct screen *screen)
{
    struct data *data = arena_alloc(&screen->arena, sizeof(*data));
    const char *slash = strchr(screen->argument, '/');
    data->count = store_topics(app->store, &screen->arena,
                               slash ? slash + 1 : NULL, &data->topics);
    screen->data = data;
    return data->count > 0;
}

/* One guide as a card: the question people ask, and its answer in short. */
static void add_guide(struct view *view, struct box *parent, const char *topic,
                      const struct item_card *guide)
{
    const struct theme *theme = view->theme;
    struct box *card = box_add(view, parent, BOX_ROW, "row");
    card->fill = COLOUR_CARD;
    card->border = COLOUR_LINE;
    card->border_width = theme->hairline;
    card->radius = theme->radius;
    card->align = BOX_CENTER;
    card->gap = theme->gap;
    card->min_height = theme->touch;
    box_pad(card, theme->pad * 3 / 4, theme->pad);
    struct box *words = box_add(view, card, BOX_COLUMN, "words");
    words->grow = 1;
    words->gap = theme_px(theme, 8);
    box_text(view, words, TEXT_META, COLOUR_ACCENT, topic);
    box_text(view, words, TEXT_CARD_TITLE, COLOUR_INK, guide->title);
    if (*guide->summary)
        box_text_lines(view, words, TEXT_META, COLOUR_INK2, guide->summary, 2);
    box_icon(view, card, ICON_NEXT, theme->icon, COLOUR_INK2);
    box_act(view, card, ACT_LINK, guide->id, 0);
    box_label(view, card, guide->title);
}

static void build(const struct app *app, const struct screen *screen,
                  struct view *view)
{
    const struct data *data = screen->data;
    struct box *column = page_column(view, false);
    (void)app;
    box_text(view, column, TEXT_PAGE_TITLE, COLOUR_INK,
             strchr(screen->argument, '/') ? data->topics[0].title
                                           : "我遇到了问题")
        ->role = "heading";
    box_text(view, column, TEXT_DIALOG, COLOUR_INK2,
             "挑一个最像您情况的，两分钟看完。");
    struct box *rows = column;
    if (view->theme->landscape && view->theme->size < SIZE_LARGER) {
        rows = box_add(view, column, BOX_GRID, "rows");
        rows->columns = 2;
        rows->gap = rows->line_gap = view->theme->gap;
    }
    for (size_t i = 0; i < data->count; i++)
        for (size_t k = 0; k < data->topics[i].guides.count; k++)
            add_guide(view, rows, data->topics[i].title,
                      &data->topics[i].guides.cards[k]);
}

const struct screen_ops guides_screen = {
    .name = "guides", .load = load, .build = build};
