#include "app/kiosk/loop.h"

#include "app/kiosk/app.h"

#define FRAME_MS 16
#define IDLE_MS 100

static int wait_ms(const struct app *app)
{
    if (app_moving(app))
        return FRAME_MS;
    int sleep = app_sleep_ms(app);
    return sleep < IDLE_MS ? sleep : IDLE_MS;
}

void loop_run(struct app *app)
{
    while (!app->quit) {
        struct input input;
        window_wait(app->window, wait_ms(app));
        while (!app->quit && window_poll(app->window, &input))
            app_input(app, &input);
        app_tick(app);
        app_draw(app);
    }
}
