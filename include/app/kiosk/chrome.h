/* chrome.h - what frames every screen: header, bar, panels, attract loop. */
#ifndef APP_KIOSK_CHROME_H
#define APP_KIOSK_CHROME_H

#include "ui/box.h"
#include "ui/rect.h"

struct app;

/* What header and bar (portrait) or rail (landscape) leave; on a small panel
 * there is no header while somebody types. */
struct rect chrome_page(const struct app *app);

/* Header, bar or rail, and what the screen in front keeps above its page; page:
 * what chrome_page gave, without the keyboard. *viewport_out is what is left
 * for the content. */
struct view *chrome_build(const struct app *app, struct rect page,
                          struct rect *viewport_out);

struct view *chrome_sizes(const struct app *app);     /* 大字 panel */
struct view *chrome_countdown(const struct app *app); /* 还要用吗 */

/* One picture of the attract loop: a headline of the edition, large. */
struct view *chrome_attract(const struct app *app);

#endif
