#include "app/kiosk/loop.h"

#include "app/kiosk/app.h"

#define FRAME_MS 16

static int wait_ms(const struct app *app)
{
    return app_moving(app) ? FRAME_MS : app_sleep_ms(app);
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
