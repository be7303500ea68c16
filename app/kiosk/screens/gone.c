/* What a visitor sees where something was and is no more. */
#include "app/kiosk/app.h"
#include "ui/widgets.h"

static bool load(const struct app *app, struct screen *screen)
{
    (void)app;
    (void)screen;
    return true;
}

static void build(const struct app *app, const struct screen *screen,
                  struct view *view)
{
    struct box *column = page_column(view, true);
    (void)app;
    (void)screen;
    box_text(view, column, TEXT_PAGE_TITLE, COLOUR_INK, "这篇内容看不了")
        ->role = "heading";
    box_text(view, column, TEXT_DIALOG, COLOUR_INK2,
             "它可能刚刚更新或下架。请返回看看别的，或者点“求助”。");
    widget_button(view, column, "回首页", false,
                  &(struct action){ACT_HOME, "", 0});
}

const struct screen_ops gone_screen = {
    .name = "gone", .load = load, .build = build};
