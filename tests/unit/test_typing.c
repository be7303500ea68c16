/* Typing on the screen: fingers on the real kiosk, the real engines, a screen
 * with nothing but a field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/kiosk/app.h"
#include "base/file.h"
#include "ui/keyboard.h"
#include "ui/widgets.h"

enum { FRAME = 16 };

static struct window *window;
static struct app *app;
static uint64_t now;

/* A screen that takes text. */

struct state {
    struct typing_field field;
    unsigned changes, done;
};

static bool load(const struct app *kiosk, struct screen *screen)
{
    (void)kiosk;
    (void)screen;
    return true;
}

static void build(const struct app *kiosk, const struct screen *screen,
                  struct view *view)
{
    const struct state *state = screen->state;
    (void)kiosk;
    struct box *page = box_add(view, view->root, BOX_COLUMN, "page");
    box_pad(page, view->theme->gap, view->theme->page);
    page->gap = view->theme->gap;
    keyboard_field(view, page,
                   &(struct keyboard_field){
                       .text = state->field.text,
                       .cursor = state->field.cursor,
                       .preedit = state->field.preedit,
                       .placeholder = "想找什么？",
                       .active = state->field.open,
                       .open = {ACT_SCREEN, "", 1},
                       .clear = {ACT_SCREEN, "", 2},
                   });
    for (int i = 0; i < 4; i++)
        widget_row(view, page,
                   &(struct widget_row){.title = "工资被拖欠怎么办",
                                        .meta = "指南 · 回答 4 个问题"});
}

static bool input(struct screen *screen, const struct action *action)
{
    struct state *state = screen->state;
    if (action->value == 2)
        typing_field_clear(&state->field);
    state->field.open = true;
    return true;
}

static struct typing_field *field_of(struct screen *screen)
{
    return &((struct state *)screen->state)->field;
}

static bool typed(struct screen *screen, enum typing_change change)
{
    struct state *state = screen->state;
    state->changes++;
    state->done += change == TYPING_DONE;
    return true;
}

static const struct screen_ops typing_screen = {
    .name = "typing",
    .state_size = sizeof(struct state),
    .load = load,
    .build = build,
    .input = input,
    .field = field_of,
    .typed = typed,
};

/* The kiosk. */

static void turn(void)
{
    struct input in;
    while (window_poll(window, &in))
        app_input(app, &in);
    app_tick(app);
    app_draw(app);
}

static void pass(uint64_t ms)
{
    for (uint64_t until = now + ms; now < until;) {
        uint64_t step = app_moving(app) ? FRAME : 50;
        now += step < until - now ? step : until - now;
        window_set_clock(window, now);
        turn();
    }
}

static struct typing_field *field(void)
{
    return field_of(app_screen(app));
}

static int open_screen(void)
{
    struct screen *screen = &app->stack[app->depth];
    if (!screen_open_ops(app, screen, &typing_screen, ""))
        return -1;
    app->depth++;
    field()->open = true;
    app->content_old = app->chrome_old = true;
    turn();
    return 0;
}

static int open_panel(int width, int height, int mm)
{
    struct config config;
    enum store_error error;
    const char *built = getenv("BUILD");
    built = built ? built : "build/release";
    config_defaults(&config);
    snprintf(config.content, sizeof(config.content), "%s/content.db", built);
    snprintf(config.input, sizeof(config.input), "%s", built);
    config.panel_mm = mm;
    now = 1000;
    window = window_open(&(struct window_options){width, height, true, "test"});
    window_set_clock(window, now);
    if (!(app = app_new(&config, window, &error)))
        return -1;
    turn();
    return open_screen();
}

static int open_kiosk(void **state)
{
    (void)state;
    return open_panel(1080, 1920, 268);
}

static int close_kiosk(void **state)
{
    (void)state;
    app_free(app);
    window_close(window);
    return 0;
}
