/* presenter.h - where finished pixels go. Five functions; what draws does not
 * know which presenter is behind them. */
#ifndef UI_PRESENTER_H
#define UI_PRESENTER_H

#include <stddef.h>

#include "ui/rect.h"

/* XRGB8888 in cached memory, rows of stride pixels, X being 0. What was drawn
 * stays until it is drawn over. */
struct surface {
    uint32_t *pixels;
    int width, height, stride;
};

struct presenter_options {
    int width, height; /* px; 0: the display's own size, fullscreen */
    bool headless;     /* no display wanted: draw, show nobody */
    const char *title;
};

struct presenter {
    const char *name;
    /* NULL when there is no such display; the reason is logged. */
    void *(*open)(const struct presenter_options *options);
    /* The size as it is now: a window may be resized, a panel replugged. */
    void (*size)(void *self, int *width_out, int *height_out);
    /* The surface to draw on, of the present size; false while there is none
     * (display unplugged). Its content is lost when *fresh_out says so. */
    bool (*surface)(void *self, struct surface *out, bool *fresh_out);
    /* Shows the damaged parts of the surface; false when the display is gone
     * (logged once), to be tried again later. */
    bool (*present)(void *self, const struct rect *damage, size_t count);
    void (*close)(void *self); /* NULL is fine */
};

extern const struct presenter presenter_sdl;

/* The window (SDL_Window *) of what presenter_sdl opened: window.c needs it. */
void *presenter_sdl_window(void *self);

#endif
