/* The first screen: tiles as home.yaml orders them, then today's headlines. */
#include <stdio.h>

#include "app/kiosk/app.h"
#include "ui/widgets.h"

#define HALVES_DESIGN 1500 /* design pixels of width */

/* Tiles and headlines side by side. */
static const int half_weights[] = {5, 4};

static bool load(const struct app *app, struct screen *screen)
{
    struct home *home = arena_alloc(&screen->arena, sizeof(*home));
    store_home(app->store, &screen->arena, home);
    screen->data = home;
    return home->tile_count || home->headlines.count;
}

static void add_search(struct view *view, struct box *column)
{
    static const struct action search = {ACT_SEARCH, "", 0};
    keyboard_field(view, column,
                   &(struct keyboard_field){
                       .text = "",
                       .preedit = "",
                       .placeholder = "搜一搜：拖欠工资、工伤、附近驿站……",
                       .open = search,
                   });
}

static void add_notice(struct view *view, struct box *column,
                       const struct home *home)
{
    const struct theme *theme = view->theme;
    if (!*home->notice)
        return;
    struct box *notice = box_add(view, column, BOX_ROW, "notice");
    notice->fill = COLOUR_AMBER_TINT;
    notice->border = COLOUR_AMBER_LINE;
    notice->border_width = theme->hairline;
    notice->radius = theme->radius;
    notice->gap = theme->gap;
    notice->align = BOX_CENTER;
    notice->min_height = theme->touch;
    box_pad(notice, theme_px(theme, 16), theme_px(theme, 28));
    box_icon(view, notice, ICON_WARNING, theme->icon, COLOUR_AMBER);
    box_text_lines(view, notice, TEXT_TILE_WIDE_LINE, COLOUR_INK, home->notice,
                   2)
        ->grow = 1;
    if (*home->notice_link) {
        box_icon(view, notice, ICON_NEXT, theme->icon, COLOUR_AMBER);
        box_act(view, notice, ACT_LINK, home->notice_link, 0);
    }
}

/* Wide enough for tiles and headlines side by side. */
static bool two_halves(const struct view *view)
{
    return view->theme->landscape && view->theme->size < SIZE_LARGER &&
           view->width >= theme_px(view->theme, HALVES_DESIGN);
}

/* The width the tiles of the home screen have between them. */
static int tiles_width(const struct view *view)
{
    int width = page_measure(view);
    if (!two_halves(view))
        return width;
    return (width - view->theme->page) * half_weights[0] /
           (half_weights[0] + half_weights[1]);
}

/* How many tiles of a kind stand side by side: as many as leave their titles
 * on one line. In large print the first tile has a line of its own. */
static int tile_columns(const struct view *view, bool wide, bool first)
{
    enum { WIDE_TITLE_EM = 6, TITLE_EM = 4 };
    const struct theme *theme = view->theme;
    bool large = theme->size >= SIZE_LARGER;
    int columns = wide ? (large && first ? 1 : 2) : (large ? 2 : 3);
    int em = theme->text[wide ? TEXT_TILE_WIDE : TEXT_TILE].style.size_px;
    int least = em * (wide && first ? WIDE_TITLE_EM : TITLE_EM) + em / 2;
    if (wide && two_halves(view))
        return columns; /* set in smaller print there */
    while (columns > 1 &&
           (tiles_width(view) - (columns - 1) * theme->gap) / columns -
                   2 * theme->pad <
               least)
        columns--;
    return columns;
}

static void add_tile(struct view *view, struct box *grid,
                     const struct home_tile *tile, bool alone)
{
    /* Beside the headlines a tile has no room for a sign next to its title,
     * nor for larger print. */
    bool narrow = two_halves(view);
    enum icon icon = narrow ? ICON_NONE : icon_by_name(tile->icon);
    const struct action action = {ACT_LINK, tile->link, 0};
    if (alone)
        widget_strip(view, grid, tile->style, icon, tile->title, tile->lines,
                     tile->line_count, &action);
    else
        widget_tile(view, grid, tile->style, icon, tile->title, tile->lines,
                    tile->line_count, tile->wide && !narrow, &action);
}

/* Tiles of one size from `first` on. */
static size_t tiles_alike(const struct home *home, size_t first)
{
    size_t end = first;
    while (end < home->tile_count &&
           home->tiles[end].wide == home->tiles[first].wide)
        end++;
    return end - first;
}

/* Whole rows, then a row of what is left over, which shares the width:
 * whichever tiles an edition has, or hides today, there is no hole. */
static void add_tiles(struct view *view, struct box *column,
                      const struct home *home)
{
    const struct theme *theme = view->theme;
    for (size_t i = 0, row; i < home->tile_count; i += row) {
        size_t left = tiles_alike(home, i);
        size_t columns =
            (size_t)tile_columns(view, home->tiles[i].wide, i == 0);
        row = left < columns ? left : columns;
        struct box *grid = box_add(view, column, BOX_GRID, "tiles");
        grid->columns = (int)row;
        grid->gap = theme->gap;
        for (size_t k = i; k < i + row; k++)
            add_tile(view, grid, &home->tiles[k],
                     row == 1 && columns > 1 && !home->tiles[k].wide);
    }
}

static void add_headlines(const struct app *app, struct view *view,
                          struct box *column, const struct home *home)
{
    struct edition edition;
    struct civil day;
    char line[64] = "";
    if (!home->headlines.count)
        return;
    struct box *head = box_add(view, column, BOX_ROW, "row");
    head->align = BOX_BASELINE;
    head->gap = view->theme->gap;
    box_text(view, head, TEXT_SECTION, COLOUR_INK, home->headlines_title)
        ->role = "heading";
    store_edition(app->store, &view->arena, &edition);
    if (civil_parse(edition.date, &day))
        snprintf(line, sizeof(line), "更新于%d年%d月%d日", day.year, day.month,
                 day.day);
    box_text_lines(view, head, TEXT_META, COLOUR_INK2, line, 1)->grow = 1;
    struct box *rows = box_add(view, column, BOX_COLUMN, "rows");
    for (size_t i = 0; i < home->headlines.count; i++)
        screen_card(app, view, rows, &home->headlines.cards[i], true);
}

static void build_landscape(const struct app *app, struct view *view,
                            struct box *column, const struct home *home)
{
    struct box *halves = box_add(view, column, BOX_GRID, "halves");
    halves->columns = 2;
    halves->weights = half_weights;
    halves->gap = view->theme->page;
    struct box *left = box_add(view, halves, BOX_COLUMN, "left");
    struct box *right = box_add(view, halves, BOX_COLUMN, "right");
    left->gap = right->gap = view->theme->gap;
    add_search(view, left);
    add_notice(view, left, home);
    add_tiles(view, left, home);
    add_headlines(app, view, right, home);
}

static void build(const struct app *app, const struct screen *screen,
                  struct view *view)
{
    const struct home *home = screen->data;
    struct box *column = page_column(view, false);
    if (two_halves(view)) {
        build_landscape(app, view, column, home);
        return;
    }
    add_search(view, column);
    add_notice(view, column, home);
    add_tiles(view, column, home);
    add_headlines(app, view, column, home);
}

const struct screen_ops home_screen = {
    .name = "home", .load = load, .build = build};
