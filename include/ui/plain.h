/* plain.h - the page that must appear when nothing else works: the start-up
 * splash and the rescue screen.
 *
 * Drawn with SDL2_ttf alone, without the store, the text engine or the theme.
 * When not even a font is found, a pattern that says "out of order" without
 * words (a big exclamation mark in a box) is drawn from rectangles. */
#ifndef UI_PLAIN_H
#define UI_PLAIN_H

#include "ui/window.h"

struct plain_page {
    const char *title;    /* 暂停服务 */
    const char *lines[8]; /* shown one below the other; NULL ends the list */
    const char *font;     /* from fonts_find_plain; NULL: none was found */
    int face;
    bool quiet; /* the splash: paper and grey instead of the red mark */
};

/* Draws the page over the whole window and presents it. */
void plain_show(struct window *window, const struct plain_page *page);

#endif
