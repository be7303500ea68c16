/* A listing: chips to narrow it down, its rows, a page of them at a time. */
#include <stdio.h>

#include "app/kiosk/app.h"
#include "app/kiosk/listing_text.h"
#include "ui/widgets.h"

#define PAGE 40
#define FILTERS 6
#define VALUES_SHOWN 8 /* of one facet: more are too many to choose from */
#define VALUES_FEW 4   /* where they would push the list off the screen */

struct state {
    struct {
        unsigned column;
        char value[96];
    } filters[FILTERS];
    size_t count;
    size_t pages;
};

static bool load(const struct app *app, struct screen *screen)
{
    const struct state *state = screen->state;
    struct listing_filter filters[FILTERS];
    struct listing *listing = arena_alloc(&screen->arena, sizeof(*listing));
    const char *kind = strchr(screen->argument, '/');
    for (size_t i = 0; i < state->count; i++)
        filters[i] = (struct listing_filter){state->filters[i].column,
                                             state->filters[i].value};
    screen->data = listing;
    return kind &&
           store_listing(app->store, &screen->arena, kind + 1, filters,
                         state->count, 0, (state->pages + 1) * PAGE, listing);
}

static void add_facet(struct view *view, struct box *column,
                      const struct facet *facet)
{
    struct box *line = box_add(view, column, BOX_WRAP, "chips");
    line->gap = line->line_gap = view->theme->touch_gap;
    const struct theme *theme = view->theme;
    size_t most =
        theme->small || theme->size >= SIZE_LARGER ? VALUES_FEW : VALUES_SHOWN;
    for (size_t i = 0; i < facet->count; i++) {
        const struct facet_value *value = &facet->values[i];
        /* What is switched on can always be switched off. */
        if (i >= most && !value->on)
            continue;
        char text[128];
        snprintf(text, sizeof(text), "%s %zu", value->value, value->count);
        struct box *chip = widget_chip(
            view, line, value->on ? value->value : text, value->on,
            &(struct action){ACT_SCREEN, value->value, (int)facet->column});
        box_label(view, chip, value->value);
    }
}

static void meta_of(const struct listing *listing,
                    const struct listing_row *row, struct buf *out)
{
    for (size_t i = 0; i < listing->card_count; i++) {
        struct buf cell = {0};
        listing_cell(listing, row, listing->card[i], &cell);
        if (cell.length) {
            if (out->length)
                buf_puts(out, " · ");
            buf_puts(out, buf_text(&cell));
        }
        buf_fini(&cell);
    }
}

static void add_row(const struct app *app, struct view *view,
                    struct box *column, const struct listing *listing,
                    const struct listing_row *row)
{
    struct civil now = clock_now(&app->clock, window_clock_ms(app->window));
    struct buf meta = {0}, badge = {0}, link = {0};
    int phone = listing->phone_column;
    bool good = listing_badge(listing, row, &now, &badge);
    meta_of(listing, row, &meta);
    buf_printf(&link, "listings/%s/%s", listing->kind, row->id);
    /* A list without opening times but with telephones is read for them. */
    bool numbers = !listing->has_schedule && phone >= 0;
    widget_row(view, column,
               &(struct widget_row){
                   .title = listing->title_column >= 0
                                ? row->values[listing->title_column]
                                : row->id,
                   .meta = buf_text(&meta),
                   .media = "",
                   .number = numbers ? row->values[phone] : NULL,
                   .tag = !numbers && badge.length ? buf_text(&badge) : NULL,
                   .tag_colour = good ? COLOUR_TEAL : COLOUR_INK2,
                   .tag_fill = good ? COLOUR_TEAL_TINT : COLOUR_CARD,
                   .action = {ACT_LINK, buf_text(&link), 0},
               });
    buf_fini(&meta);
    buf_fini(&badge);
    buf_fini(&link);
}

static void add_more(struct view *view, struct box *column,
                     const struct listing *listing)
{
    char text[96];
    size_t left = listing->row_total - listing->row_count;
    if (!left)
        return;
    snprintf(text, sizeof(text), "再看 %zu 个",
             left < PAGE ? left : (size_t)PAGE);
    widget_button(view, column, text, true,
                  &(struct action){ACT_SCREEN, "", -1});
}

static void build(const struct app *app, const struct screen *screen,
                  struct view *view)
{
    const struct listing *listing = screen->data;
    struct box *column = screen_column(view, false);
    char count[96];
    struct box *head = box_add(view, column, BOX_ROW, "row");
    head->align = BOX_BASELINE;
    head->gap = view->theme->gap;
    box_text(view, head, TEXT_PAGE_TITLE, COLOUR_INK, listing->title)->role =
        "heading";
    snprintf(count, sizeof(count), "%zu个%s", listing->row_total,
             listing->item);
    box_text_lines(view, head, TEXT_META, COLOUR_INK2, count, 1)->grow = 1;
    if (*listing->notice)
        box_text(view, column, TEXT_META, COLOUR_AMBER, listing->notice);
    for (size_t i = 0; i < listing->facet_count; i++)
        add_facet(view, column, &listing->facets[i]);
    if (!listing->row_total)
        box_text(view, column, TEXT_DIALOG, COLOUR_INK2,
                 *listing->empty ? listing->empty : "这里还没有内容。");
    struct box *rows = box_add(view, column, BOX_COLUMN, "rows");
    for (size_t i = 0; i < listing->row_count; i++)
        add_row(app, view, rows, listing, &listing->rows[i]);
    add_more(view, column, listing);
}

static bool remove_filter(struct state *state, unsigned column,
                          const char *value)
{
    for (size_t i = 0; i < state->count; i++)
        if (state->filters[i].column == column &&
            !strcmp(state->filters[i].value, value)) {
            state->filters[i] = state->filters[--state->count];
            return true;
        }
    return false;
}

/* A chip switches its value on and off; column -1 asks for another page. */
static bool input(struct screen *screen, const struct action *action)
{
    struct state *state = screen->state;
    unsigned column = (unsigned)action->value;
    if (action->value < 0) {
        state->pages++;
        return true;
    }
    state->pages = 0;
    if (remove_filter(state, column, action->argument))
        return true;
    if (state->count == FILTERS ||
        strlen(action->argument) >= sizeof(state->filters[0].value))
        return false;
    state->filters[state->count].column = column;
    strcpy(state->filters[state->count++].value, action->argument);
    return true;
}

const struct screen_ops listing_screen = {.name = "listing",
                                          .state_size = sizeof(struct state),
                                          .load = load,
                                          .build = build,
                                          .input = input};
