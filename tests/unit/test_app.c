/* The kiosk under impatient fingers: the real program on pushed events and a
 * clock of ours, at moments a drive script cannot name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/kiosk/app.h"
#include "base/file.h"
#include "fonts/face.h"
#include "fonts/paragraph.h"
#include "fonts/pieces.h"

enum { WIDTH = 1080, HEIGHT = 1920, FRAME = 16 };

static struct window *window;
static struct app *app;
static uint64_t now;

static struct config test_config(void)
{
    struct config config;
    const char *build = getenv("BUILD");
    config_defaults(&config);
    snprintf(config.content, sizeof(config.content), "%s/content.db",
             build ? build : "build/release");
    return config;
}

static void turn(void)
{
    struct input input;
    while (window_poll(window, &input))
        app_input(app, &input);
    app_tick(app);
    app_draw(app);
}

static void pass(uint64_t ms)
{
    for (uint64_t until = now + ms; now < until;) {
        uint64_t step = app_moving(app) ? FRAME : 100;
        now += step < until - now ? step : until - now;
        window_set_clock(window, now);
        turn();
    }
}

static int open_kiosk(void **state)
{
    struct config config = test_config();
    struct civil friday = {2026, 2, 6, 14, 26, 30};
    enum store_error error;
    (void)state;
    now = 1000;
    window = window_open(&(struct window_options){WIDTH, HEIGHT, true, "test"});
    window_set_clock(window, now);
    if (!(app = app_new(&config, window, &error)))
        return -1;
    app_set_clock(app, &friday);
    turn();
    pass(1000);
    return 0;
}

static int close_kiosk(void **state)
{
    (void)state;
    app_free(app);
    window_close(window);
    return 0;
}

static void touch(enum input_kind kind, int x, int y)
{
    window_push_finger(window, kind, 0, x, y);
    turn();
}

static void tap_at(int x, int y)
{
    touch(INPUT_PRESS, x, y);
    pass(60);
    touch(INPUT_RELEASE, x, y);
}

static struct rect where(const char *text)
{
    struct hit hit = stage_find(app->stage, text);
    if (!hit.box)
        fail_msg("\"%s\" is not on the screen", text);
    return hit.rect;
}

static bool shows(const char *text)
{
    return stage_find(app->stage, text).box != NULL;
}

static void tap(const char *text)
{
    struct rect rect = where(text);
    tap_at(rect.x + rect.width / 2, rect.y + rect.height / 2);
}

static void open_guides(void)
{
    tap("我遇到了问题");
    pass(1000);
    assert_true(shows("老板不给钱怎么办"));
}

static void fling(void)
{
    touch(INPUT_PRESS, 540, 1500);
    for (int y = 1400; y >= 500; y -= 100) {
        pass(FRAME);
        touch(INPUT_MOVE, 540, y);
    }
    touch(INPUT_RELEASE, 540, 500);
    assert_true(stage_scroll(app->stage)->moving);
}

/* While a screen slides in, a finger means what it sees when it comes down, not
 * what has slid there when it goes up. */
static void a_tap_does_what_was_pressed(void **state)
{
    (void)state;
    tap("我遇到了问题");
    struct rect first = where("老板不给钱怎么办");
    int y = first.y + first.height - 10;
    touch(INPUT_PRESS, 540, y);
    pass(200);
    assert_true(where("老板不给钱怎么办").y < first.y);
    touch(INPUT_RELEASE, 540, y);
    pass(1000);
    assert_string_equal(app_screen(app)->argument, "guides/wage/arrears");
}

static void the_bar_answers_while_the_page_coasts(void **state)
{
    (void)state;
    open_guides();
    fling();
    pass(32);
    tap("返回");
    assert_int_equal(app->depth, 1);
}

static void a_coasting_page_is_caught_not_tapped(void **state)
{
    (void)state;
    open_guides();
    fling();
    pass(32);
    tap_at(540, 900);
    assert_int_equal(app->depth, 2);
    assert_false(stage_scroll(app->stage)->moving);
}

static void two_taps_at_once_open_one_screen(void **state)
{
    struct rect tile = where("我遇到了问题");
    (void)state;
    for (int i = 0; i < 2; i++) {
        window_push_finger(window, INPUT_PRESS, 0, tile.x + 9, tile.y + 9);
        window_push_finger(window, INPUT_RELEASE, 0, tile.x + 9, tile.y + 9);
    }
    turn();
    assert_int_equal(app->depth, 2);
}

/* The header is built again when the minute changes; a finger on the bar must
 * neither lose its tap nor the sign that it presses. */
static void a_press_outlives_the_minute(void **state)
{
    struct rect help = where("求助");
    struct surface surface;
    bool fresh;
    (void)state;
    while (!shows("14:26"))
        pass(100);
    while (app_sleep_ms(app) > 150 ||
           clock_to_next_minute(&app->clock, now) > 150)
        pass(50);
    touch(INPUT_PRESS, help.x + 20, help.y + 20);
    assert_true(window_surface(window, &surface, &fresh));
    const uint32_t *pixel =
        surface.pixels + (help.y + 10) * surface.stride + help.x + 10;
    uint32_t pressed = *pixel;
    pass(300);
    assert_true(shows("14:27"));
    assert_int_equal(*pixel, pressed);
    touch(INPUT_RELEASE, help.x + 20, help.y + 20);
    assert_ptr_equal(app_screen(app)->ops, &help_screen);
}

static void a_press_shows_in_the_next_frame(void **state)
{
    uint64_t frames = stage_stats(app->stage).frames;
    struct rect tile = where("附近驿站");
    (void)state;
    touch(INPUT_PRESS, tile.x + 20, tile.y + 20);
    assert_int_equal(stage_stats(app->stage).frames, frames + 1);
}

/* A palm on the panel, or a release that was lost: nobody is there, and nothing
 * keeps the kiosk awake. */
static void a_finger_at_rest_is_nobody(void **state)
{
    (void)state;
    open_guides();
    touch(INPUT_PRESS, 540, 900);
    pass(1000);
    assert_false(app_moving(app));
    pass(61000);
    assert_true(shows("还要用"));
    pass(16000);
    assert_int_equal(app->depth, 1);
    assert_false(app->gesture.down);
}

static void a_held_finger_that_stirs_is_still_there(void **state)
{
    static const enum input_kind kinds[] = {INPUT_MOVE, INPUT_RELEASE};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        open_guides();
        touch(INPUT_PRESS, 540, 900);
        pass(62000);
        assert_true(shows("还要用"));
        touch(kinds[i], 540, 890);
        assert_false(shows("还要用"));
        assert_int_equal(app->depth, 2);
        if (kinds[i] != INPUT_RELEASE)
            touch(INPUT_RELEASE, 540, 890);
        pass(59000);
        assert_false(shows("还要用"));
        tap("首页");
        pass(1000);
    }
}

/* What rested through the whole idle time is no finger until it is up. */
static void a_forgotten_finger_does_nothing(void **state)
{
    (void)state;
    touch(INPUT_PRESS, 540, 1700);
    pass(300000);
    assert_true(app->attract);
    touch(INPUT_MOVE, 540, 1500);
    touch(INPUT_RELEASE, 540, 1500);
    pass(500);
    assert_true(app->attract);
    tap_at(540, 1700);
    pass(500);
    assert_false(app->attract);
    assert_int_equal(app->depth, 1);
}

/* What a visitor typed is set in type, and shaping remembers its words. */
static bool is_remembered(const char *words)
{
    for (size_t i = 0; i < PIECE_COUNT; i++) {
        if (strncmp(app->fonts->pieces->items[i].text, words, strlen(words)) ==
            0)
            return true;
    }
    return false;
}

static void nothing_typed_outlives_its_visitor(void **state)
{
    static const char words[] = "Wang 13900000000";
    const struct text_run run = {
        0, sizeof(words) - 1, {FONT_SANS, FONT_REGULAR, 30}, 0};
    (void)state;
    open_guides();
    paragraph_free(paragraph_new(app->fonts, words, sizeof(words) - 1, &run, 1,
                                 &(struct paragraph_style){0}));
    assert_true(is_remembered("Wang"));
    pass(80000);
    assert_int_equal(app->depth, 1);
    assert_false(is_remembered("Wang"));
}

static void the_panel_itself_is_not_beside_it(void **state)
{
    (void)state;
    tap("大字");
    struct rect label = where("屏幕颜色");
    tap_at(label.x + 5, label.y + 5);
    assert_true(shows("屏幕颜色"));
    tap_at(540, 300);
    assert_false(shows("屏幕颜色"));
}

static void turning_the_panel_lets_go(void **state)
{
    (void)state;
    open_guides();
    touch(INPUT_PRESS, 540, 600);
    touch(INPUT_MOVE, 540, 400);
    window_set_size(window, HEIGHT, WIDTH);
    turn();
    int position = stage_scroll(app->stage)->position;
    touch(INPUT_MOVE, 900, 900);
    touch(INPUT_RELEASE, 900, 900);
    assert_int_equal(stage_scroll(app->stage)->position, position);
    assert_int_equal(app->depth, 2);
    window_set_size(window, WIDTH, HEIGHT);
    turn();
}

/* A tap, and in the same turn the panel is turned: the new screen starts at its
 * beginning, not where the old one stood. */
static void a_new_screen_starts_at_its_top(void **state)
{
    (void)state;
    open_guides();
    touch(INPUT_PRESS, 540, 1500);
    touch(INPUT_MOVE, 540, 700);
    pass(500);
    touch(INPUT_RELEASE, 540, 700);
    assert_true(stage_scroll(app->stage)->position > 400);
    app_apply(app, &(struct action){ACT_LINK, "guides/wage/arrears", 0});
    app_set_panel(app, 268);
    app_draw(app);
    assert_int_equal(stage_scroll(app->stage)->position, 0);
}

/* Back from a page on which the print was made larger: the list stands where it
 * was left, by what it showed, not by pixels. */
static void going_back_finds_the_place(void **state)
{
    (void)state;
    open_guides();
    for (int i = 0; i < 2; i++) {
        touch(INPUT_PRESS, 540, 1700);
        touch(INPUT_MOVE, 540, 300);
        pass(500);
        touch(INPUT_RELEASE, 540, 300);
    }
    struct hit first = stage_hit(app->stage, 540, 500);
    char *title = xstrdup(first.box->label);
    int position = stage_scroll(app->stage)->position, y = where(title).y;
    tap(title);
    pass(500);
    tap("返回");
    pass(500);
    assert_int_equal(stage_scroll(app->stage)->position, position);
    tap(title);
    pass(500);
    tap("大字");
    tap("最大");
    tap("好了");
    tap("返回");
    pass(500);
    assert_in_range(where(title).y, y / 2, y * 2);
    free(title);
}

/* A second finger is nobody's; the first goes on. */
static void a_second_finger_means_nothing(void **state)
{
    struct rect tile = where("读报");
    (void)state;
    window_push_finger(window, INPUT_PRESS, 0, 20, 1700);
    window_push_finger(window, INPUT_PRESS, 1, tile.x + 20, tile.y + 20);
    window_push_finger(window, INPUT_RELEASE, 1, tile.x + 20, tile.y + 20);
    turn();
    assert_int_equal(app->depth, 1);
    touch(INPUT_RELEASE, 20, 1700);
    tap("读报");
    assert_int_equal(app->depth, 2);
}

static void everything_of_a_visitor_goes(void **state)
{
    (void)state;
    tap("大字");
    tap("最大");
    tap("黑底白字");
    tap("好了");
    pass(500);
    open_guides();
    fling();
    pass(3000);
    tap("大字");
    pass(61000);
    assert_true(shows("还要用"));
    pass(16000);
    assert_int_equal(app->depth, 1);
    assert_int_equal(app->overlay, OVERLAY_NONE);
    assert_int_equal(app->size, app->config.text_size);
    assert_int_equal(app->contrast, app->config.contrast);
    assert_int_equal(stage_scroll(app->stage)->position, 0);
    for (size_t i = 1; i < APP_DEPTH; i++) {
        assert_null(app->stack[i].argument);
        assert_null(app->stack[i].state);
        assert_null(app->stack[i].arena.chunks);
    }
}

/* A clock that is set by whole hours shows it at once. */
static void the_hour_changes_without_the_minute(void **state)
{
    (void)state;
    assert_true(shows("14:26"));
    app->clock.seconds += 3 * 3600;
    turn();
    assert_true(shows("17:26"));
    app->clock.seconds -= (int64_t)50 * 365 * 86400;
    turn();
    assert_true(shows("17:26"));
    assert_memory_equal(app->today, "1976", 4);
}

/* Home itself can be empty in one generation and full in the next. */
static void what_was_gone_comes_back(void **state)
{
    struct screen *home = &app->stack[0];
    struct screen_ops empty = home_screen;
    (void)state;
    empty.load = issue_screen.load; /* no issue has its name */
    home->ops = &empty;
    assert_false(screen_reload(app, home));
    assert_ptr_equal(home->ops, &gone_screen);
    empty.load = home_screen.load;
    assert_true(screen_reload(app, home));
    assert_ptr_equal(home->ops, &empty);
    home->ops = &home_screen;
}

/* The bundled edition serves until the station's own arrives, broken first. */
static void the_stations_own_content_takes_over(void **state)
{
    char path[] = "/tmp/yichuang-awaited-XXXXXX";
    struct buf bytes = {0};
    struct store *bundled = app->store;
    (void)state;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "half a file", 11), 11);
    snprintf(app->config.awaited, sizeof(app->config.awaited), "%s", path);
    pass(5000);
    assert_ptr_equal(app->store, bundled);
    assert_true(file_read(app->config.content, 1u << 30, &bytes));
    assert_int_equal(pwrite(fd, bytes.data, bytes.length, 0),
                     (ssize_t)bytes.length);
    struct timespec later[2] = {{time(NULL) + 5, 0}, {time(NULL) + 5, 0}};
    assert_int_equal(futimens(fd, later), 0);
    pass(5000);
    assert_string_equal(app->config.awaited, "");
    assert_ptr_equal(app->stack[0].ops, &home_screen);
    close(fd);
    unlink(path);
    buf_fini(&bytes);
}

/* A whole edition lies where one is awaited. */
static int serve_awaited(char *path)
{
    struct buf bytes = {0};
    const struct config config = test_config();
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_true(file_read(config.content, 1u << 30, &bytes));
    assert_int_equal(write(fd, bytes.data, bytes.length),
                     (ssize_t)bytes.length);
    /* What was written when another one failed is not tried. */
    app->awaited_tried = 0;
    snprintf(app->config.awaited, sizeof(app->config.awaited), "%s", path);
    buf_fini(&bytes);
    return fd;
}

/* New content is read while the page rests, soon after a finger went, and in
 * the end under a finger that stays: what is taken down must go. */
static void new_content_waits_for_the_finger(void **state)
{
    static const uint64_t held_ms[] = {6000, 11000};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(held_ms); i++) {
        char path[] = "/tmp/yichuang-awaited-XXXXXX";
        pass(2000);
        touch(INPUT_PRESS, 540, 1500);
        touch(INPUT_MOVE, 540, 1400);
        int fd = serve_awaited(path);
        pass(held_ms[i]);
        const bool taken = !*app->config.awaited;
        touch(INPUT_RELEASE, 540, 1400);
        pass(1000);
        assert_int_equal(taken, i == 1);
        assert_string_equal(app->config.awaited, "");
        close(fd);
        unlink(path);
    }
}

/* Guides in every size, from top to end. */
static void read_a_lot(void)
{
    static const char *const items[] = {
        "guides/injury/claim",
        "guides/dispute/arbitration",
        "guides/wage/arrears",
        "guides/migrant/wages",
        "guides/truck/driver",
        "guides/female/maternity",
        "guides/sick/medical-period",
        "guides/heat/outdoor",
        "articles/local/women-workers-five-years",
    };
    for (int size = 0; size < SIZE_COUNT; size++) {
        app_apply(app, &(struct action){ACT_SET_SIZE, NULL, size});
        for (size_t i = 0; i < COUNT_OF(items); i++) {
            app_apply(app, &(struct action){ACT_LINK, items[i], 0});
            pass(300);
            struct scroll *scroll = stage_scroll(app->stage);
            assert_true(scroll->limit > 0);
            while (scroll->position < scroll->limit) {
                scroll_by(scroll, 1000);
                turn();
            }
            app_apply(app, &(struct action){ACT_HOME, NULL, 0});
        }
    }
}

/* Of what was drawn 6 MiB stay for the next visitor, and what home needs. */
static void a_visitors_glyphs_go(void **state)
{
    (void)state;
    open_guides(); /* by touch: somebody is there */
    read_a_lot();
    struct glyph_cache_stats before = stage_stats(app->stage).glyphs;
    assert_true(before.bytes > 10 << 20);
    assert_int_equal(before.evictions, 0);
    pass(77000);
    assert_true(stage_stats(app->stage).glyphs.bytes < 7 << 20);
}

/* The setting is kept, and nothing is missing for it. */
static void glyphs_keep_to_their_limit(void **state)
{
    enum store_error error;
    (void)state;
    app_free(app);
    struct config config = test_config();
    config.glyph_cache_mb = 4;
    app = app_new(&config, window, &error);
    assert_non_null(app);
    turn();
    read_a_lot();
    struct glyph_cache_stats stats = stage_stats(app->stage).glyphs;
    assert_true(stats.bytes <= 4 << 20);
    assert_true(stats.evictions > 0);
    assert_int_equal(stats.refusals, 0);
}

int main(void)
{
#define CASE(test) \
    cmocka_unit_test_setup_teardown(test, open_kiosk, close_kiosk)
    const struct CMUnitTest tests[] = {
        CASE(a_tap_does_what_was_pressed),
        CASE(the_bar_answers_while_the_page_coasts),
        CASE(a_coasting_page_is_caught_not_tapped),
        CASE(two_taps_at_once_open_one_screen),
        CASE(a_press_outlives_the_minute),
        CASE(a_press_shows_in_the_next_frame),
        CASE(a_finger_at_rest_is_nobody),
        CASE(a_held_finger_that_stirs_is_still_there),
        CASE(a_forgotten_finger_does_nothing),
        CASE(nothing_typed_outlives_its_visitor),
        CASE(the_panel_itself_is_not_beside_it),
        CASE(turning_the_panel_lets_go),
        CASE(a_new_screen_starts_at_its_top),
        CASE(going_back_finds_the_place),
        CASE(a_second_finger_means_nothing),
        CASE(everything_of_a_visitor_goes),
        CASE(a_visitors_glyphs_go),
        CASE(glyphs_keep_to_their_limit),
        CASE(the_hour_changes_without_the_minute),
        CASE(what_was_gone_comes_back),
        CASE(the_stations_own_content_takes_over),
        CASE(new_content_waits_for_the_finger),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
