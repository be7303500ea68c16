/* bench_scroll.c - what a scrolled frame of the kiosk takes, sixty a second,
 * for as long as it is told, with all that the kiosk does between frames:
 *
 *   bench_scroll CONTENT.DB ITEM SECONDS
 *
 * A new generation makes the kiosk read its screens again, in one frame for
 * each generation: a kiosk sees that once a day, and it is no scrolled frame,
 * so it is told apart. Prints the median and the 99th percentile of the
 * scrolled frames in milliseconds, how many others there were and the longest
 * of them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/kiosk/app.h"

enum { WIDTH = 1080, HEIGHT = 1920, STEP = 40, FRAMES_A_SECOND = 60 };

static double read_ms(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double now_ms(void)
{
    return read_ms(CLOCK_MONOTONIC);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Whether a new generation was read in it. */
static bool frame(struct app *app)
{
    static int direction = 1;
    struct scroll *scroll = stage_scroll(app->stage);
    struct input input;
    while (window_poll(app->window, &input))
        app_input(app, &input);
    app_tick(app);
    const bool reloaded = app->content_old;
    if (scroll->position >= scroll->limit)
        direction = -1;
    else if (scroll->position <= 0)
        direction = 1;
    scroll_by(scroll, direction * STEP);
    app_draw(app);
    return reloaded;
}

/* Until the next frame is due. */
static void rest(double until)
{
    const double left = until - now_ms();
    if (left > 0)
        nanosleep(&(struct timespec){.tv_nsec = (long)(left * 1e6)}, NULL);
}

int main(int argc, char **argv)
{
    struct config config;
    enum store_error error;
    const size_t seconds = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;
    if (seconds < 1 || seconds > 600)
        return 2;
    config_defaults(&config);
    snprintf(config.content, sizeof(config.content), "%s", argv[1]);
    struct window *window =
        window_open(&(struct window_options){WIDTH, HEIGHT, true, "bench"});
    struct app *app = window ? app_new(&config, window, &error) : NULL;
    if (!app)
        return 1;
    app_apply(app, &(struct action){ACT_LINK, argv[2], 0});
    /* A first pass meets every glyph of the page. */
    for (int i = 0; i < 400; i++)
        frame(app);
    const size_t frames = seconds * FRAMES_A_SECOND;
    size_t count = 0, reloads = 0;
    double longest = 0, *took = xcalloc(frames, sizeof(*took)),
           *worked = xcalloc(frames, sizeof(*worked));
    for (size_t i = 0; i < frames; i++) {
        const double start = now_ms(), work = read_ms(CLOCK_THREAD_CPUTIME_ID);
        const bool reloaded = frame(app);
        const double spent = now_ms() - start;
        worked[count] = read_ms(CLOCK_THREAD_CPUTIME_ID) - work;
        if (!reloaded)
            took[count++] = spent;
        else if (spent > longest)
            longest = spent;
        reloads += reloaded;
        rest(start + 1000.0 / FRAMES_A_SECOND);
    }
    qsort(took, count, sizeof(*took), compare);
    qsort(worked, count, sizeof(*worked), compare);
    printf("%.2f %.2f %zu %.2f %.2f\n", took[count / 2], took[count * 99 / 100],
           reloads, longest, worked[count * 99 / 100]);
    free(worked);
    free(took);
    app_free(app);
    window_close(window);
    return 0;
}
