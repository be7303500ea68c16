/* rescue.h - the page for when there is nothing else to show, and the way back
 * from it. */
#ifndef APP_KIOSK_RESCUE_H
#define APP_KIOSK_RESCUE_H

#include "app/kiosk/config.h"
#include "content/store.h"
#include "ui/window.h"

/* STORE_OK stands for "no font". */
void rescue_show(struct window *window, const struct config *config,
                 enum store_error error);

/* The page shown while the kiosk starts. */
void rescue_splash(struct window *window, const struct config *config);

/* Waits until the content is another file (or a minute is over), redrawing the
 * page when the display asks: what was logged once is not logged again and
 * again. False when the program is to end. */
bool rescue_wait(struct window *window, const struct config *config,
                 enum store_error error);

#endif
