/* One pointer out of many fingers, whatever the panel says; time; the surface.
 * Headless, through SDL's own queue. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <SDL.h>
#include <SDL_image.h>
#include <math.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "ui/window.h"

enum { WIDTH = 1080, HEIGHT = 1920 };

static struct window *open_headless(int width, int height)
{
    struct window_options options = {
        .width = width, .height = height, .headless = true, .title = "test"};
    struct window *window = window_open(&options);
    assert_non_null(window);
    return window;
}

static int setup(void **state)
{
    struct input input;
    struct window *window = open_headless(WIDTH, HEIGHT);
    while (window_poll(window, &input))
        continue;
    window_set_clock(window, 1000);
    *state = window;
    return 0;
}

static int teardown(void **state)
{
    window_close(*state);
    return 0;
}

static struct input next(struct window *window)
{
    struct input input = {.kind = INPUT_NONE};
    if (!window_poll(window, &input))
        input.kind = INPUT_NONE;
    return input;
}

static void expect(struct window *window, enum input_kind kind, int x, int y)
{
    struct input input = next(window);
    assert_int_equal(input.kind, kind);
    assert_int_equal(input.x, x);
    assert_int_equal(input.y, y);
}

static void expect_none(struct window *window)
{
    assert_int_equal(next(window).kind, INPUT_NONE);
}

/* --- Fingers ------------------------------------------------------------- */

static void test_tap(void **state)
{
    struct window *window = *state;
    window_push_finger(window, INPUT_PRESS, 0, 540, 960);
    expect(window, INPUT_PRESS, 540, 960);
    window_set_clock(window, 1234);
    window_push_finger(window, INPUT_MOVE, 0, 541, 970);
    struct input move = next(window);
    assert_int_equal(move.kind, INPUT_MOVE);
    assert_int_equal(move.time_ms, 1234);
    window_push_finger(window, INPUT_RELEASE, 0, 542, 980);
    expect(window, INPUT_RELEASE, 542, 980);
    expect_none(window);
}

/* What is pushed in pixels arrives at that pixel, in every column and row. */
static void test_every_pixel(void **state)
{
    struct window *window = *state;
    for (int y = 0; y < HEIGHT; y++) {
        int x = y * (WIDTH - 1) / (HEIGHT - 1);
        window_push_finger(window, INPUT_PRESS, 0, x, y);
        window_push_finger(window, INPUT_RELEASE, 0, x, y);
        expect(window, INPUT_PRESS, x, y);
        expect(window, INPUT_RELEASE, x, y);
    }
}

static void test_second_finger_ignored_until_all_up(void **state)
{
    struct window *window = *state;
    window_push_finger(window, INPUT_PRESS, 0, 10, 10);
    window_push_finger(window, INPUT_PRESS, 1, 500, 500);
    window_push_finger(window, INPUT_MOVE, 1, 510, 510);
    window_push_finger(window, INPUT_RELEASE, 0, 11, 11);
    window_push_finger(window, INPUT_MOVE, 1, 520, 520);
    window_push_finger(window, INPUT_PRESS, 0, 20, 20);
    window_push_finger(window, INPUT_RELEASE, 0, 20, 20);
    window_push_finger(window, INPUT_RELEASE, 1, 520, 520);
    window_push_finger(window, INPUT_PRESS, 1, 30, 30);
    expect(window, INPUT_PRESS, 10, 10);
    expect(window, INPUT_RELEASE, 11, 11);
    expect(window, INPUT_PRESS, 30, 30);
    expect_none(window);
}

static void test_lost_release(void **state)
{
    struct window *window = *state;
    window_push_finger(window, INPUT_PRESS, 0, 10, 10);
    expect(window, INPUT_PRESS, 10, 10);
    window_push_finger(window, INPUT_PRESS, 0, 50, 50);
    expect(window, INPUT_CANCEL, 10, 10);
    expect(window, INPUT_PRESS, 50, 50);
    window_push_finger(window, INPUT_RELEASE, 0, 50, 50);
    expect(window, INPUT_RELEASE, 50, 50);
}

static void expect_finger(struct window *window, int finger,
                          enum input_kind kind, int x, int y)
{
    struct input input = next(window);
    assert_int_equal(input.finger, finger);
    assert_int_equal(input.kind, kind);
    assert_int_equal(input.x, x);
    assert_int_equal(input.y, y);
}

/* Two thumbs that overlap, one of them twice; no position is skipped. */
static void test_all_fingers_where_asked_for(void **state)
{
    struct window *window = *state;
    window_follow(window, true);
    window_push_finger(window, INPUT_PRESS, 0, 10, 10);
    window_push_finger(window, INPUT_PRESS, 1, 500, 500);
    window_push_finger(window, INPUT_RELEASE, 0, 11, 11);
    window_push_finger(window, INPUT_PRESS, 0, 20, 20);
    window_push_finger(window, INPUT_MOVE, 0, 21, 20);
    window_push_finger(window, INPUT_MOVE, 0, 22, 20);
    window_push_finger(window, INPUT_RELEASE, 1, 501, 501);
    window_push_finger(window, INPUT_RELEASE, 0, 22, 20);
    window_push_finger(window, INPUT_PRESS, 1, 30, 30);
    expect_finger(window, 0, INPUT_PRESS, 10, 10);
    expect_finger(window, 1, INPUT_PRESS, 500, 500);
    expect_finger(window, 0, INPUT_RELEASE, 11, 11);
    expect_finger(window, 2, INPUT_PRESS, 20, 20);
    expect_finger(window, 2, INPUT_MOVE, 21, 20);
    expect_finger(window, 2, INPUT_MOVE, 22, 20);
    expect_finger(window, 1, INPUT_RELEASE, 501, 501);
    expect_finger(window, 2, INPUT_RELEASE, 22, 20);
    expect_finger(window, 0, INPUT_PRESS, 30, 30);
    expect_none(window);
}

/* Whoever was told of a finger is told when it is lost. */
static void test_lost_finger_where_asked_for(void **state)
{
    struct window *window = *state;
    window_follow(window, true);
    window_push_finger(window, INPUT_PRESS, 0, 10, 10);
    window_push_finger(window, INPUT_PRESS, 1, 20, 20);
    expect_finger(window, 0, INPUT_PRESS, 10, 10);
    expect_finger(window, 1, INPUT_PRESS, 20, 20);
    window_push_finger(window, INPUT_PRESS, 1, 30, 30);
    struct input cancel = next(window);
    assert_int_equal(cancel.kind, INPUT_CANCEL);
    assert_int_equal(cancel.finger, INPUT_EVERY_FINGER);
    expect_finger(window, 1, INPUT_PRESS, 30, 30);
    expect_none(window);
}

/* A palm that rests on the glass, or a release that never came, does not lock
 * the kiosk for the next visitor. */
static void test_silent_finger(void **state)
{
    struct window *window = *state;
    window_push_finger(window, INPUT_PRESS, 0, 10, 10);
    expect(window, INPUT_PRESS, 10, 10);
    window_set_clock(window, 3000);
    window_push_finger(window, INPUT_PRESS, 1, 50, 50);
    window_push_finger(window, INPUT_RELEASE, 1, 50, 50);
    expect_none(window);
    window_set_clock(window, 60000);
    window_push_finger(window, INPUT_PRESS, 1, 50, 50);
    expect(window, INPUT_CANCEL, 10, 10);
    expect(window, INPUT_PRESS, 50, 50);
    window_push_finger(window, INPUT_RELEASE, 1, 50, 50);
    expect(window, INPUT_RELEASE, 50, 50);
    expect_none(window);
}

static void push(SDL_Event event)
{
    SDL_PushEvent(&event);
}

/* A device SDL knows nothing of (any more): its finger is gone. */
static void test_unplugged_device(void **state)
{
    struct window *window = *state;
    push((SDL_Event){.tfinger = {.type = SDL_FINGERDOWN,
                                 .touchId = 77,
                                 .fingerId = 1,
                                 .x = 0.5f,
                                 .y = 0.5f}});
    expect(window, INPUT_PRESS, WIDTH / 2, HEIGHT / 2);
    expect(window, INPUT_CANCEL, WIDTH / 2, HEIGHT / 2);
    expect_none(window);
    window_push_finger(window, INPUT_PRESS, 0, 10, 10);
    expect(window, INPUT_PRESS, 10, 10);
}

static void test_focus_lost(void **state)
{
    struct window *window = *state;
    SDL_Event lost = {.window = {.type = SDL_WINDOWEVENT,
                                 .event = SDL_WINDOWEVENT_FOCUS_LOST}};
    push(lost);
    expect_none(window);
    window_push_finger(window, INPUT_PRESS, 0, 10, 10);
    push(lost);
    window_push_finger(window, INPUT_MOVE, 0, 20, 20);
    window_push_finger(window, INPUT_RELEASE, 0, 20, 20);
    window_push_finger(window, INPUT_PRESS, 0, 30, 30);
    expect(window, INPUT_PRESS, 10, 10);
    expect(window, INPUT_CANCEL, 10, 10);
    expect(window, INPUT_PRESS, 30, 30);
}

static void test_out_of_range(void **state)
{
    static const struct {
        float x, y;
        int at_x, at_y; /* -1: dropped */
    } cases[] = {
        {0.0f, 0.0f, 0, 0},
        {1.0f, 1.0f, WIDTH - 1, HEIGHT - 1},
        {-0.01f, 0.5f, 0, HEIGHT / 2},
        {0.5f, -0.4f, WIDTH / 2, 0},
        {1.2f, 1.5f, WIDTH - 1, HEIGHT - 1},
        {-0.0f, 0.99999f, 0, HEIGHT - 1},
        {1.6f, 0.5f, -1, 0},
        {0.5f, -0.6f, -1, 0},
        {4095.0f, 2047.0f, -1, 0},
        {NAN, 0.5f, -1, 0},
        {0.5f, NAN, -1, 0},
        {INFINITY, 0.5f, -1, 0},
        {0.5f, -INFINITY, -1, 0},
        {3e38f, -3e38f, -1, 0},
    };
    struct window *window = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        window_push_raw_finger(window, INPUT_PRESS, 0, cases[i].x, cases[i].y);
        window_push_raw_finger(window, INPUT_RELEASE, 0, cases[i].x,
                               cases[i].y);
        if (cases[i].at_x >= 0) {
            expect(window, INPUT_PRESS, cases[i].at_x, cases[i].at_y);
            expect(window, INPUT_RELEASE, cases[i].at_x, cases[i].at_y);
        }
        expect_none(window);
    }
}

/* Nonsense in the middle of a drag: the drag goes on, its end is an end. */
static void test_nonsense_while_pressed(void **state)
{
    struct window *window = *state;
    window_push_finger(window, INPUT_PRESS, 0, 10, 10);
    expect(window, INPUT_PRESS, 10, 10);
    window_push_raw_finger(window, INPUT_MOVE, 0, NAN, 9.0f);
    expect_none(window);
    window_push_finger(window, INPUT_MOVE, 0, 20, 20);
    expect(window, INPUT_MOVE, 20, 20);
    window_push_raw_finger(window, INPUT_RELEASE, 0, 3000.0f, NAN);
    expect(window, INPUT_RELEASE, 20, 20);
}

static void test_flood(void **state)
{
    struct window *window = *state;
    window_push_finger(window, INPUT_PRESS, 0, 0, 0);
    window_push_finger(window, INPUT_PRESS, 1, 0, 0);
    for (int i = 0; i < 5000; i++)
        window_push_finger(window, INPUT_MOVE, 0, i % WIDTH, i % HEIGHT);
    for (int i = 0; i < 5000; i++)
        window_push_finger(window, INPUT_MOVE, 1, i % WIDTH, i % HEIGHT);
    for (int i = 0; i < 200000; i++) /* more than SDL's queue holds */
        window_push_finger(window, INPUT_MOVE, 0, 700, 800);
    expect(window, INPUT_PRESS, 0, 0);
    expect(window, INPUT_MOVE, 4999 % WIDTH, 4999 % HEIGHT);
    expect(window, INPUT_MOVE, 700, 800);
    expect_none(window);
}

/* More fingers than anyone has: the first one still is the pointer. */
static void test_many_fingers(void **state)
{
    struct window *window = *state;
    for (int i = 0; i < 40; i++)
        window_push_finger(window, INPUT_PRESS, i, i, i);
    for (int i = 39; i >= 0; i--)
        window_push_finger(window, INPUT_RELEASE, i, i, i);
    expect(window, INPUT_PRESS, 0, 0);
    expect(window, INPUT_RELEASE, 0, 0);
    expect_none(window);
    window_push_finger(window, INPUT_PRESS, 7, 9, 9);
    expect(window, INPUT_PRESS, 9, 9);
}

/* --- Mouse, keys, the window -------------------------------------------- */

static SDL_Event button(Uint32 type, Uint8 which, int x, int y)
{
    return (SDL_Event){
        .button = {.type = type, .button = which, .x = x, .y = y}};
}

static void test_mouse(void **state)
{
    struct window *window = *state;
    SDL_Event motion = {.motion = {.type = SDL_MOUSEMOTION, .x = 5, .y = 6}};
    push(motion);
    push(button(SDL_MOUSEBUTTONDOWN, SDL_BUTTON_RIGHT, 5, 6));
    push(button(SDL_MOUSEBUTTONUP, SDL_BUTTON_LEFT, 5, 6));
    expect_none(window);
    push(button(SDL_MOUSEBUTTONDOWN, SDL_BUTTON_LEFT, 7, 8));
    push(motion);
    push(motion);
    window_push_finger(window, INPUT_PRESS, 0, 100, 100);
    window_push_finger(window, INPUT_RELEASE, 0, 100, 100);
    push(button(SDL_MOUSEBUTTONUP, SDL_BUTTON_LEFT, -40, 5000));
    expect(window, INPUT_PRESS, 7, 8);
    expect(window, INPUT_MOVE, 5, 6);
    expect(window, INPUT_RELEASE, 0, HEIGHT - 1);
    expect_none(window);
    window_push_finger(window, INPUT_PRESS, 0, 100, 100);
    push(button(SDL_MOUSEBUTTONDOWN, SDL_BUTTON_LEFT, 7, 8));
    push(button(SDL_MOUSEBUTTONUP, SDL_BUTTON_LEFT, 7, 8));
    expect(window, INPUT_PRESS, 100, 100);
    expect_none(window);
}

static void test_other_events(void **state)
{
    struct window *window = *state;
    push((SDL_Event){.key = {.type = SDL_KEYDOWN}});
    push((SDL_Event){.key = {.type = SDL_KEYUP}});
    push((SDL_Event){.text = {.type = SDL_TEXTINPUT}});
    push((SDL_Event){.user = {.type = SDL_USEREVENT}});
    push((SDL_Event){
        .window = {.type = SDL_WINDOWEVENT, .event = SDL_WINDOWEVENT_EXPOSED}});
    push((SDL_Event){.type = SDL_QUIT});
    assert_int_equal(next(window).kind, INPUT_KEY);
    assert_int_equal(next(window).kind, INPUT_REDRAW);
    assert_int_equal(next(window).kind, INPUT_QUIT);
    expect_none(window);
}

static void test_signal_quits(void **state)
{
    struct window *window = *state;
    raise(SIGTERM);
    assert_int_equal(next(window).kind, INPUT_QUIT);
    expect_none(window);
}

static void test_resize(void **state)
{
    static const struct {
        int width, height;
    } sizes[] = {{1920, 1080}, {1280, 800}, {1, 1}, {1080, 1920}};
    struct window *window = *state;
    struct surface surface;
    bool fresh;
    assert_true(window_surface(window, &surface, &fresh));
    assert_true(fresh);
    assert_true(window_surface(window, &surface, &fresh));
    assert_false(fresh);
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        struct rect all = {0, 0, sizes[i].width, sizes[i].height};
        int width, height;
        window_set_size(window, all.width, all.height);
        assert_false(window_present(window, &all, 1));
        assert_int_equal(next(window).kind, INPUT_RESIZE);
        window_size(window, &width, &height);
        assert_int_equal(width, all.width);
        assert_int_equal(height, all.height);
        assert_true(window_surface(window, &surface, &fresh));
        assert_true(fresh);
        assert_int_equal(surface.width, all.width);
        assert_int_equal(surface.height, all.height);
        memset(surface.pixels, 1,
               (size_t)surface.stride * (size_t)surface.height * 4);
        assert_true(window_present(window, &all, 1));
    }
}

static void test_present_any_damage(void **state)
{
    static const struct rect odd[] = {
        {0, 0, 0, 0},
        {-50, -50, 20, 20},
        {-50, -50, 100, 100},
        {1070, 0, 50, 50},
        {INT_MAX, INT_MAX, INT_MAX, INT_MAX},
        {5, 5, -1, 10},
        {INT_MIN, INT_MIN, INT_MAX, INT_MAX},
    };
    struct window *window = *state;
    struct surface surface;
    struct rect many[100];
    bool fresh;
    assert_true(window_surface(window, &surface, &fresh));
    assert_true(window_present(window, odd, COUNT_OF(odd)));
    assert_true(window_present(window, NULL, 0));
    for (size_t i = 0; i < COUNT_OF(many); i++)
        many[i] = (struct rect){(int)i, (int)i, 5, 5};
    assert_true(window_present(window, many, COUNT_OF(many)));
}

/* --- Time ---------------------------------------------------------------- */

static uint64_t real_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void test_clock(void **state)
{
    struct window *window = open_headless(100, 100);
    uint64_t before = real_ms(), clock = window_clock_ms(window);
    (void)state;
    assert_true(clock >= before && clock <= real_ms());
    window_set_clock(window, 5);
    assert_int_equal(window_clock_ms(window), 5);
    before = real_ms();
    window_wait(window, 10000); /* time stands still: no sleep */
    assert_true(real_ms() - before < 5000);
    assert_int_equal(window_clock_ms(window), 5);
    window_close(window);
}

static void test_wait(void **state)
{
    struct window *window = open_headless(100, 100);
    struct input input;
    (void)state;
    while (window_poll(window, &input))
        continue;
    uint64_t before = real_ms();
    window_wait(window, 30);
    assert_true(real_ms() - before >= 29);
    window_wait(window, -1); /* nothing wakes a headless window: a tick does */
    window_push_finger(window, INPUT_PRESS, 0, 5, 5);
    before = real_ms();
    window_wait(window, 10000);
    assert_true(real_ms() - before < 5000);
    assert_int_equal(next(window).kind, INPUT_PRESS);
    window_wait(window, 0);
    window_close(window);
}

/* --- Files and failures -------------------------------------------------- */

static void test_save(void **state)
{
    enum { W = 37, H = 23 };
    struct window *window = open_headless(W, H);
    char folder[] = "/tmp/test_window.XXXXXX", path[64];
    struct surface surface;
    struct stat info;
    bool fresh;
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/shot.png", folder);
    assert_true(window_surface(window, &surface, &fresh));
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            surface.pixels[y * surface.stride + x] =
                (uint32_t)(x * 6) << 16 | (uint32_t)(y * 11) << 8 | 0x42;
    assert_true(window_save(window, path));
    SDL_Surface *read = IMG_Load(path);
    assert_non_null(read);
    assert_int_equal(read->w, W);
    assert_int_equal(read->h, H);
    assert_int_equal(read->format->BytesPerPixel, 3);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            const uint8_t *p =
                (const uint8_t *)read->pixels + y * read->pitch + x * 3;
            assert_int_equal(p[0], x * 6);
            assert_int_equal(p[1], y * 11);
            assert_int_equal(p[2], 0x42);
        }
    SDL_FreeSurface(read);
    snprintf(path, sizeof(path), "%s/shot.png.tmp", folder);
    assert_int_not_equal(stat(path, &info), 0);
    snprintf(path, sizeof(path), "%s/none/shot.png", folder);
    assert_false(window_save(window, path));
    snprintf(path, sizeof(path), "%s/shot.png", folder);
    unlink(path);
    rmdir(folder);
    window_close(window);
}

static void test_no_display(void **state)
{
    struct window_options options = {.width = 100, .height = 100};
    (void)state;
    setenv("SDL_VIDEODRIVER", "x11", 1);
    setenv("DISPLAY", ":4711", 1);
    assert_null(window_open(&options));
    unsetenv("SDL_VIDEODRIVER");
    unsetenv("DISPLAY");
    window_close(NULL);
    /* And a headless one still opens after the failure. */
    window_close(open_headless(0, 0));
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(test_tap),
        CASE(test_every_pixel),
        CASE(test_second_finger_ignored_until_all_up),
        CASE(test_all_fingers_where_asked_for),
        CASE(test_lost_finger_where_asked_for),
        CASE(test_lost_release),
        CASE(test_silent_finger),
        CASE(test_unplugged_device),
        CASE(test_focus_lost),
        CASE(test_out_of_range),
        CASE(test_nonsense_while_pressed),
        CASE(test_flood),
        CASE(test_many_fingers),
        CASE(test_mouse),
        CASE(test_other_events),
        CASE(test_signal_quits),
        CASE(test_resize),
        CASE(test_present_any_damage),
        cmocka_unit_test(test_clock),
        cmocka_unit_test(test_wait),
        cmocka_unit_test(test_save),
        cmocka_unit_test(test_no_display),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
