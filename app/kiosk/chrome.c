#include "app/kiosk/chrome.h"

#include <stdio.h>

#include "app/kiosk/app.h"
#include "ui/widgets.h"

static void add_header(const struct app *app, struct view *view,
                       struct box *parent)
{
    struct civil now = clock_now(&app->clock, window_clock_ms(app->window));
    char clock[48];
    snprintf(clock, sizeof(clock), "%02d:%02d", now.hour, now.minute);
    widget_header(view, parent, app->config.station, app->config.station_line,
                  clock);
}

static void add_nav(const struct app *app, struct view *view,
                    struct box *parent)
{
    const struct screen *screen = &app->stack[app->depth - 1];
    const struct nav_item items[] = {
        {ICON_HOME, "首页", {ACT_HOME, "", 0}, app->depth == 1, false},
        {ICON_BACK, "返回", {ACT_BACK, "", 0}, false, app->depth == 1},
        {ICON_SEARCH,
         "搜索",
         {ACT_SEARCH, "", 0},
         screen->ops == &search_screen,
         false},
        {ICON_SIZE, "大字", {ACT_SIZES, "", 0}, false, false},
        {ICON_PHONE,
         "求助",
         {ACT_HELP, "", 0},
         screen->ops == &help_screen,
         false},
    };
    widget_nav(view, parent, items, COUNT_OF(items));
}

/* What the screen in front keeps above its page, as wide as the page. */
static struct box *add_head(const struct app *app, struct view *view,
                            struct box *parent, int width)
{
    const struct theme *theme = view->theme;
    const struct screen *screen = &app->stack[app->depth - 1];
    struct box *row = box_add(view, parent, BOX_ROW, "head");
    if (!screen->ops->head)
        return row;
    struct box *head = box_add(view, row, BOX_COLUMN, "head");
    head->width = width;
    head->gap = theme->gap;
    box_pad(head, theme->small ? theme->touch_gap : theme->gap, theme->page);
    head->pad_bottom = theme->touch_gap;
    screen->ops->head(app, screen, view, head);
    return row;
}

/* While somebody types on a small panel, three results need its place. */
static bool shows_header(const struct app *app)
{
    return !app->theme.small || !typing_is_on(app->typing);
}

struct rect chrome_page(const struct app *app)
{
    const struct theme *theme = &app->theme;
    struct rect page = {0, 0, theme->width, theme->height};
    if (shows_header(app)) {
        page.y = theme->header;
        page.height -= theme->header;
    }
    if (theme->landscape)
        page.width -= theme->rail;
    else
        page.height -= theme->bar;
    return page;
}

struct view *chrome_build(const struct app *app, struct rect page,
                          struct rect *viewport_out)
{
    const struct theme *theme = &app->theme;
    struct view *view = view_new(app->fonts, theme);
    struct box *stage = view->root, *nav = view->root;
    view->root->fill = COLOUR_PAPER;
    if (theme->landscape) {
        nav = box_add(view, view->root, BOX_ROW, "chrome");
        stage = box_add(view, nav, BOX_COLUMN, "column");
        nav->grow = stage->grow = 1;
    }
    if (shows_header(app))
        add_header(app, view, stage);
    struct box *head = add_head(app, view, stage, page.width);
    box_space(view, stage, 0);
    add_nav(app, view, nav);
    view_layout(view, theme->width, theme->height);
    page.y += head->rect.height;
    page.height -= head->rect.height;
    *viewport_out = page;
    return view;
}

/* A card in the middle of the panel, or at its lower edge in portrait, where
 * a hand reaches it. */
static struct box *add_sheet(struct view *view, const char *role)
{
    const struct theme *theme = view->theme;
    struct box *sheet = box_add(view, view->root, BOX_COLUMN, role);
    view->root->align = BOX_CENTER;
    view->root->pack = theme->landscape ? BOX_CENTER : BOX_END;
    sheet->fill = COLOUR_PAPER;
    sheet->border = COLOUR_LINE;
    sheet->border_width = theme->border;
    sheet->radius = theme->radius;
    sheet->gap = theme->gap;
    sheet->width = theme->width - 2 * theme->page;
    int widest = theme_px(theme, 1080);
    if (theme->landscape && sheet->width > widest)
        sheet->width = widest;
    box_pad(sheet, theme->pad + theme->gap / 2, theme->pad + theme->gap / 2);
    return sheet;
}

static void lift_sheet(struct view *view)
{
    if (!view->theme->landscape)
        view->root->pad_bottom = view->theme->bar + view->theme->page;
    view_layout(view, view->theme->width, view->theme->height);
}

static void add_choices(struct view *view, struct box *sheet,
                        const char *const *names, int count, int on,
                        unsigned kind)
{
    struct box *row = box_add(view, sheet, BOX_WRAP, "choices");
    row->gap = row->line_gap = view->theme->gap;
    for (int i = 0; i < count; i++)
        widget_chip(view, row, names[i], i == on,
                    &(struct action){kind, "", i});
}

struct view *chrome_sizes(const struct app *app)
{
    struct view *view = view_new(app->fonts, &app->theme);
    struct box *sheet = add_sheet(view, "panel");
    box_text(view, sheet, TEXT_SECTION, COLOUR_INK, "字的大小");
    add_choices(view, sheet, theme_size_names, SIZE_COUNT, (int)app->size,
                ACT_SET_SIZE);
    box_text(view, sheet, TEXT_SECTION, COLOUR_INK, "屏幕颜色");
    add_choices(view, sheet, theme_contrast_names, CONTRAST_COUNT,
                (int)app->contrast, ACT_SET_CONTRAST);
    widget_button(view, sheet, "好了", false,
                  &(struct action){ACT_CLOSE, "", 0});
    lift_sheet(view);
    return view;
}

struct view *chrome_countdown(const struct app *app)
{
    char seconds[64];
    struct view *view = view_new(app->fonts, &app->theme);
    struct box *sheet = add_sheet(view, "countdown");
    snprintf(seconds, sizeof(seconds), "%d 秒后回到首页，您看过的内容会清除。",
             idle_seconds_left(&app->idle, window_clock_ms(app->window)));
    box_text(view, sheet, TEXT_PAGE_TITLE, COLOUR_INK, "您还在用吗？");
    box_text(view, sheet, TEXT_DIALOG, COLOUR_INK2, seconds);
    widget_button(view, sheet, "还要用", false,
                  &(struct action){ACT_STAY, "", 0});
    lift_sheet(view);
    return view;
}

static void add_attract_card(struct view *view, struct box *column,
                             const struct item_card *card)
{
    const struct theme *theme = view->theme;
    int width = theme->width - 2 * theme->page;
    int height = width * 420 / 984;
    if (height > theme->height / 2)
        height = theme->height / 2;
    if (*card->image) {
        struct box *picture =
            box_picture(view, column, card->image, width, height);
        picture->radius = theme->radius;
    }
    if (*card->channel_title)
        box_text(view, column, TEXT_META, COLOUR_ACCENT, card->channel_title);
    box_text_lines(view, column, TEXT_ATTRACT, COLOUR_INK, card->title, 3);
    if (*card->summary)
        box_text_lines(view, column, TEXT_DIALOG, COLOUR_INK2, card->summary,
                       4);
}

struct view *chrome_attract(const struct app *app)
{
    const struct theme *theme = &app->theme;
    struct view *view = view_new(app->fonts, theme);
    struct home home;
    view->root->fill = COLOUR_PAPER;
    add_header(app, view, view->root);
    struct box *column = box_add(view, view->root, BOX_COLUMN, "attract");
    column->grow = 1;
    column->gap = theme->gap;
    column->pack = BOX_CENTER;
    box_pad(column, theme->page, theme->page);
    store_home(app->store, &view->arena, &home);
    if (home.headlines.count)
        add_attract_card(
            view, column,
            &home.headlines.cards[app->attract_at % home.headlines.count]);
    struct box *foot = box_add(view, view->root, BOX_ROW, "foot");
    foot->fill = COLOUR_ACCENT;
    foot->pack = BOX_CENTER;
    foot->align = BOX_CENTER;
    foot->gap = theme->gap;
    foot->min_height = theme->bar;
    box_icon(view, foot, ICON_HAND, theme->icon_large, COLOUR_ON_ACCENT);
    box_text(view, foot, TEXT_TILE_WIDE, COLOUR_ON_ACCENT, "点一下屏幕开始");
    view_layout(view, theme->width, theme->height);
    return view;
}
