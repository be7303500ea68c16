/* What a frame costs, against a memcpy of the same frame in the same run:
 *
 *   bench_frame CONTENT.DB ITEM display|headless
 *
 * Opens the item at 1080x1920 and prints, as ratios and milliseconds: a
 * scrolled frame with its way to the window, a full repaint with its glyphs,
 * and how many allocations 200 scrolled frames made. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/kiosk/app.h"

enum { WIDTH = 1080, HEIGHT = 1920, ROUNDS = 200, STEP = 40 };

static unsigned long allocations;

/* glibc's own allocator stands under these names; counting is all we add. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

void *malloc(size_t size)
{
    allocations++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    allocations++;
    return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    allocations++;
    return __libc_realloc(memory, size);
}

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

struct timing {
    double ms[ROUNDS];
};

static double quantile(struct timing *timing, double part)
{
    qsort(timing->ms, ROUNDS, sizeof(timing->ms[0]), compare);
    return timing->ms[(int)(part * (ROUNDS - 1))];
}

static double time_memcpy(void)
{
    static struct timing timing;
    size_t size = (size_t)WIDTH * HEIGHT * 4;
    char *from = malloc(size), *to = malloc(size);
    memset(from, 1, size);
    memset(to, 2, size);
    for (int i = 0; i < ROUNDS; i++) {
        double start = now_ms();
        memcpy(to, from, size);
        __asm__ volatile("" : : "r"(to) : "memory");
        timing.ms[i] = now_ms() - start;
    }
    free(from);
    free(to);
    return quantile(&timing, 0.5);
}

static double time_present(struct app *app)
{
    static struct timing timing;
    struct rect all = {0, 0, WIDTH, HEIGHT};
    for (int i = 0; i < ROUNDS; i++) {
        double start = now_ms();
        window_present(app->window, &all, 1);
        timing.ms[i] = now_ms() - start;
    }
    return quantile(&timing, 0.5);
}

static void drain(struct app *app)
{
    struct input input;
    while (window_poll(app->window, &input))
        app_input(app, &input);
}

static void scroll_once(struct app *app)
{
    struct scroll *scroll = stage_scroll(app->stage);
    static int direction = 1;
    if (scroll->position >= scroll->limit)
        direction = -1;
    else if (scroll->position <= 0)
        direction = 1;
    scroll_by(scroll, direction * STEP);
    app_draw(app);
}

static void report_scroll(struct app *app, double copy)
{
    static struct timing timing;
    /* A first pass meets every glyph of the page. */
    for (int i = 0; i < ROUNDS * 2; i++)
        scroll_once(app);
    unsigned long made = 0;
    for (int i = 0; i < ROUNDS; i++) {
        unsigned long before = allocations;
        double start = now_ms();
        scroll_once(app);
        timing.ms[i] = now_ms() - start;
        made += allocations - before;
        drain(app);
    }
    double median = quantile(&timing, 0.5);
    printf("scrolled frame        %6.2f x memcpy  (%.2f ms, p99 %.2f ms)\n",
           median / copy, median, quantile(&timing, 0.99));
    printf("allocations in %d scrolled frames: %lu\n", ROUNDS, made);
}

static void report_repaint(struct app *app, double copy)
{
    static struct timing timing;
    struct glyph_cache_stats before = stage_stats(app->stage).glyphs;
    for (int i = 0; i < ROUNDS; i++) {
        double start = now_ms();
        stage_invalidate(app->stage);
        app_draw(app);
        timing.ms[i] = now_ms() - start;
    }
    struct glyph_cache_stats after = stage_stats(app->stage).glyphs;
    double median = quantile(&timing, 0.5);
    printf("full repaint          %6.2f x memcpy  (%.2f ms, %llu glyphs)\n",
           median / copy, median,
           (unsigned long long)(after.hits - before.hits) / ROUNDS);
}

static void settle(struct app *app)
{
    double until = now_ms() + 400;
    while (now_ms() < until) {
        drain(app);
        app_tick(app);
        app_draw(app);
    }
}

int main(int argc, char **argv)
{
    struct config config;
    enum store_error error;
    if (argc != 4)
        return 2;
    config_defaults(&config);
    snprintf(config.content, sizeof(config.content), "%s", argv[1]);
    struct window *window = window_open(&(struct window_options){
        WIDTH, HEIGHT, !strcmp(argv[3], "headless"), "bench"});
    struct app *app = window ? app_new(&config, window, &error) : NULL;
    if (!app)
        return 1;
    app_apply(app, &(struct action){ACT_LINK, argv[2], 0});
    settle(app);
    double copy = time_memcpy();
    printf("memcpy of the frame   %6.2f ms\n", copy);
    double present = time_present(app);
    printf("present alone         %6.2f x memcpy  (%.2f ms)\n", present / copy,
           present);
    report_scroll(app, copy);
    report_repaint(app, copy);
    app_free(app);
    window_close(window);
    return 0;
}
