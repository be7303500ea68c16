/* A channel: its articles, newest first, a page of them at a time. */
#include <stdio.h>

#include "app/kiosk/app.h"
#include "ui/widgets.h"

#define PAGE 30

struct state {
    size_t pages; /* further pages asked for */
};

struct data {
    struct channel channel;
    struct card_list list;
};

static bool load(const struct app *app, struct screen *screen)
{
    const struct state *state = screen->state;
    struct data *data = arena_alloc(&screen->arena, sizeof(*data));
    const char *id = strchr(screen->argument, '/');
    screen->data = data;
    return id && store_channel(app->store, &screen->arena, id + 1, 0,
                               (state->pages + 1) * PAGE, &data->channel,
                               &data->list);
}

static void build(const struct app *app, const struct screen *screen,
                  struct view *view)
{
    const struct data *data = screen->data;
    struct box *column = page_column(view, false);
    box_text(view, column, TEXT_PAGE_TITLE, COLOUR_INK, data->channel.title)
        ->role = "heading";
    if (*data->channel.summary)
        box_text(view, column, TEXT_META, COLOUR_INK2, data->channel.summary);
    struct box *rows = box_add(view, column, BOX_COLUMN, "rows");
    for (size_t i = 0; i < data->list.count; i++)
        screen_card(app, view, rows, &data->list.cards[i], false);
    if (!data->list.count)
        box_text(view, column, TEXT_DIALOG, COLOUR_INK2,
                 "这个栏目里暂时没有文章。");
    if (data->list.count < data->list.total) {
        char text[64];
        snprintf(text, sizeof(text), "再看 %zu 篇",
                 data->list.total - data->list.count < PAGE
                     ? data->list.total - data->list.count
                     : (size_t)PAGE);
        widget_button(view, column, text, true,
                      &(struct action){ACT_SCREEN, "", 0});
    }
}

static bool input(struct screen *screen, const struct action *action)
{
    struct state *state = screen->state;
    (void)action;
    state->pages++;
    return true;
}

const struct screen_ops channel_screen = {.name = "channel",
                                          .state_size = sizeof(struct state),
                                          .load = load,
                                          .build = build,
                                          .input = input};
