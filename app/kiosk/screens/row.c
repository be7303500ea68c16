/* One entry of a listing: everything its kind shows on the detail page. */
#include <stdio.h>

#include "app/kiosk/app.h"
#include "app/kiosk/listing_text.h"
#include "ui/widgets.h"

static bool load(const struct app *app, struct screen *screen)
{
    struct listing *listing = arena_alloc(&screen->arena, sizeof(*listing));
    const char *kind = strchr(screen->argument, '/');
    const char *row = kind ? strchr(kind + 1, '/') : NULL;
    screen->data = listing;
    if (!row)
        return false;
    char *name =
        arena_strndup(&screen->arena, kind + 1, (size_t)(row - kind - 1));
    return store_listing_row(app->store, &screen->arena, name, row + 1,
                             listing) &&
           listing->row_count == 1;
}

static void add_field(struct view *view, struct box *column, const char *label,
                      const char *value, enum text_role role,
                      enum colour_role ink)
{
    const struct theme *theme = view->theme;
    if (!*value)
        return;
    struct box *field = box_add(view, column, BOX_COLUMN, "field");
    field->border = COLOUR_LINE;
    field->rule_below = theme->hairline;
    field->pad_bottom = theme->gap;
    field->gap = theme_px(theme, 6);
    box_text(view, field, TEXT_META, COLOUR_INK2, label);
    box_text(view, field, role, ink, value);
}

static void add_opening(struct view *view, struct box *column,
                        const struct listing *listing, const struct civil *now)
{
    const struct listing_row *row = &listing->rows[0];
    struct buf text = {0};
    if (!listing->has_schedule || !row->schedule_count)
        return;
    schedule_today(row->schedule, row->schedule_count, now, &text);
    add_field(view, column, "今天开放", buf_text(&text), TEXT_DIALOG,
              COLOUR_INK);
    buf_fini(&text);
}

static void add_details(struct view *view, struct box *column,
                        const struct listing *listing)
{
    const struct listing_row *row = &listing->rows[0];
    for (size_t i = 0; i < listing->detail_count; i++) {
        unsigned at = listing->detail[i];
        bool phone = (int)at == listing->phone_column;
        struct buf text = {0};
        listing_cell(listing, row, at, &text);
        add_field(view, column, listing->columns[at].label, buf_text(&text),
                  phone ? TEXT_NUMBER : TEXT_DIALOG,
                  phone ? COLOUR_ACCENT : COLOUR_INK);
        buf_fini(&text);
    }
}

static void build(const struct app *app, const struct screen *screen,
                  struct view *view)
{
    const struct listing *listing = screen->data;
    const struct listing_row *row = &listing->rows[0];
    struct civil now = clock_now(&app->clock, window_clock_ms(app->window));
    struct box *column = page_column(view, true);
    struct buf badge = {0};
    bool good = listing_badge(listing, row, &now, &badge);
    box_text(view, column, TEXT_META, COLOUR_INK2, listing->title);
    box_text(view, column, TEXT_PAGE_TITLE, COLOUR_INK,
             listing->title_column >= 0 ? row->values[listing->title_column]
                                        : row->id)
        ->role = "title";
    if (badge.length) {
        struct box *line = box_add(view, column, BOX_WRAP, "facts");
        widget_tag(view, line, buf_text(&badge),
                   good ? COLOUR_TEAL : COLOUR_INK2,
                   good ? COLOUR_TEAL_TINT : COLOUR_CARD);
    }
    buf_fini(&badge);
    if (*listing->notice)
        box_text(view, column, TEXT_META, COLOUR_AMBER, listing->notice);
    add_opening(view, column, listing, &now);
    add_details(view, column, listing);
}

const struct screen_ops row_screen = {
    .name = "row", .load = load, .build = build};
