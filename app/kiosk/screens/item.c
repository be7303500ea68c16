/* An article, a guide or a newspaper article. */
#include "app/page/item.h"

#include "app/kiosk/app.h"

static bool load(const struct app *app, struct screen *screen)
{
    struct item *item = arena_alloc(&screen->arena, sizeof(*item));
    screen->data = item;
    return store_item(app->store, &screen->arena, screen->argument, item);
}

static void build(const struct app *app, const struct screen *screen,
                  struct view *view)
{
    (void)app;
    item_page(view, screen->data);
}

const struct screen_ops item_screen = {
    .name = "item", .reading = true, .load = load, .build = build};
