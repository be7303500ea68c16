/* loop.h - the one loop that drives the screen, on real time. */
#ifndef APP_KIOSK_LOOP_H
#define APP_KIOSK_LOOP_H

struct app;

/* Until the window is closed or the program is told to end. */
void loop_run(struct app *app);

#endif
