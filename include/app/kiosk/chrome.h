/* chrome.h - what frames every screen: header, bar, panels, attract loop. */
#ifndef APP_KIOSK_CHROME_H
#define APP_KIOSK_CHROME_H

#include "ui/box.h"
#include "ui/rect.h"

struct app;

/* Header and bar (portrait) or rail (landscape), and what the screen in front
 * keeps above its page. *viewport_out is what is left for the content;
 * *keys_out for the keyboard, empty when there is none. */
struct view *chrome_build(const struct app *app, struct rect *viewport_out,
                          struct rect *keys_out);

struct view *chrome_sizes(const struct app *app);     /* 大字 panel */
struct view *chrome_countdown(const struct app *app); /* 还要用吗 */

/* One picture of the attract loop: a headline of the edition, large. */
struct view *chrome_attract(const struct app *app);

#endif
