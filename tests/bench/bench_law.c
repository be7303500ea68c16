/* What a very long text costs on the screen:
 *
 *   bench_law CONTENT.DB ITEM
 *
 * Opens the item at 1080x1920 without a display and prints the milliseconds to
 * its first frame, to the first frame in another text size, of the frames of a
 * fling through the whole of it; how far the scroll bar was moved by heights
 * that became known; and the private memory. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/kiosk/app.h"

enum { WIDTH = 1080, HEIGHT = 1920, ROUNDS = 9, FRAME_MS = 16 };
enum { FLING = 9000 }; /* px a second; a fast finger */

/* Of this process alone: what else runs on the machine is not counted. */
static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void report(const char *what, double *ms, size_t count)
{
    qsort(ms, count, sizeof(*ms), compare);
    printf("%-22s%7.2f ms (worst %.2f)\n", what, ms[count / 2], ms[count - 1]);
}

static long private_kb(void)
{
    FILE *file = fopen("/proc/self/smaps_rollup", "r");
    char line[256];
    long sum = 0, kb;
    while (file && fgets(line, sizeof(line), file))
        if (sscanf(line, "Private_%*[^:]: %ld", &kb) == 1)
            sum += kb;
    if (file)
        fclose(file);
    return sum;
}

static uint64_t clock_ms = 1000;

static double frame(struct app *app)
{
    clock_ms += FRAME_MS;
    window_set_clock(app->window, clock_ms);
    double start = now_ms();
    app_tick(app);
    app_draw(app);
    return now_ms() - start;
}

static void settle(struct app *app)
{
    for (int i = 0; i < 30; i++)
        frame(app);
}

static double apply(struct app *app, const struct action *action)
{
    double start = now_ms();
    app_apply(app, action);
    app_tick(app);
    app_draw(app);
    return now_ms() - start;
}

static void measure_opening(struct app *app, const char *item)
{
    double ms[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        ms[i] = apply(app, &(struct action){ACT_LINK, item, 0});
        settle(app);
        if (i + 1 == ROUNDS)
            break;
        apply(app, &(struct action){ACT_HOME, "", 0});
        settle(app);
    }
    report("first frame", ms, ROUNDS);
}

static void measure_sizes(struct app *app)
{
    double ms[ROUNDS];
    struct scroll *scroll = stage_scroll(app->stage);
    scroll_to(scroll, scroll->limit / 2);
    settle(app);
    for (int i = 0; i < ROUNDS; i++) {
        int size = ((int)app->size + 1) % SIZE_COUNT;
        ms[i] = apply(app, &(struct action){ACT_SET_SIZE, "", size});
        settle(app);
    }
    report("another text size", ms, ROUNDS);
    apply(app, &(struct action){ACT_SET_SIZE, "", SIZE_STANDARD});
    settle(app);
}

/* Where the scroll bar stands, in the viewport's pixels. */
static double bar(const struct scroll *scroll)
{
    return scroll->limit ? (double)scroll->position / scroll->limit * HEIGHT
                         : 0;
}

static void measure_fling(struct app *app)
{
    static double ms[100000];
    struct scroll *scroll = stage_scroll(app->stage);
    double furthest = 0;
    size_t frames = 0;
    scroll_to(scroll, 0);
    settle(app);
    int estimate = scroll->limit;
    while (scroll->position < scroll->limit && frames < 100000) {
        scroll_fling(scroll, FLING, clock_ms);
        double before = bar(scroll);
        int position = scroll->position, limit = scroll->limit;
        ms[frames++] = frame(app);
        /* What it would have moved had the limit stayed. */
        double step =
            limit ? (double)FLING * FRAME_MS / 1000 / limit * HEIGHT : 0;
        double moved = bar(scroll) - before - step;
        if (position == 0)
            continue;
        moved = moved < 0 ? -moved : moved;
        furthest = moved > furthest ? moved : furthest;
    }
    printf("fling                 %zu frames of %d px\n", frames,
           FLING * FRAME_MS / 1000);
    report("  a frame", ms, frames);
    printf("  height              %d px, estimated %d (%+.2f %%)\n",
           scroll->limit, estimate,
           scroll->limit ? 100.0 * (estimate - scroll->limit) / scroll->limit
                         : 0.0);
    printf("  bar off by at most  %.1f px in a frame\n", furthest);
}

int main(int argc, char **argv)
{
    struct config config;
    enum store_error error;
    if (argc != 3)
        return 2;
    config_defaults(&config);
    config.idle_seconds = 86400;
    snprintf(config.content, sizeof(config.content), "%s", argv[1]);
    struct window *window =
        window_open(&(struct window_options){WIDTH, HEIGHT, true, "bench"});
    window_set_clock(window, clock_ms);
    struct app *app = window ? app_new(&config, window, &error) : NULL;
    if (!app)
        return 1;
    settle(app);
    long home = private_kb();
    measure_opening(app, argv[2]);
    long opened = private_kb();
    measure_sizes(app);
    measure_fling(app);
    printf("private memory        %ld kB at home, %ld at the first page, "
           "%ld after all\n",
           home, opened, private_kb());
    app_free(app);
    window_close(window);
    return 0;
}
