/* window.h - the display and the finger on it.
 *
 * Fingers and the mouse are one pointer: the first one down; a second finger is
 * ignored until all are up. SDL's own touch-to-mouse emulation is off. Finger
 * positions outside 0..1 are clamped when slightly off and the event is dropped
 * when they are not numbers or wildly out of range (a panel that reports raw
 * values is logged once); a release counts anyway, where the finger was last.
 * A finger that has said nothing for 5 s does not keep the next one out. Where
 * somebody types or writes, window_follow tells of all fingers. */
#ifndef UI_WINDOW_H
#define UI_WINDOW_H

#include "ui/presenter.h"

struct window;

enum input_kind {
    INPUT_NONE,
    INPUT_PRESS,
    INPUT_MOVE,
    INPUT_RELEASE,
    INPUT_CANCEL, /* the pointer is gone without a release: forget the press */
    INPUT_RESIZE, /* the surface has another size */
    INPUT_REDRAW, /* the display needs everything again */
    INPUT_KEY,    /* a key of a real keyboard (counts as activity) */
    INPUT_QUIT,   /* the window was closed, or SIGTERM/SIGINT came */
};

struct input {
    enum input_kind kind;
    int x, y;         /* px, inside the surface */
    uint64_t time_ms; /* of window_clock_ms */
    int finger;       /* 0: the pointer; others only where window_follow asks
                         for them: 1 to 9, the same while it is down;
                         INPUT_EVERY_FINGER of a cancel: none is down */
};
#define INPUT_EVERY_FINGER (-1)

struct window_options {
    int width, height; /* px; 0: fullscreen */
    bool headless;
    const char *title;
};

/* NULL when no display can be opened; the reason is logged. */
struct window *window_open(const struct window_options *options);
void window_close(struct window *window); /* NULL is fine */

/* Monotonic milliseconds. A script sets them itself: window_set_clock makes
 * time stand still at `ms` until the next call. */
uint64_t window_clock_ms(const struct window *window);
void window_set_clock(struct window *window, uint64_t ms);

/* Sleeps until something may have happened: input where the backend gives a
 * file descriptor to wait on, at most timeout_ms (negative: as long as it
 * takes). Where there is nothing to wait on it returns after 16 ms while the
 * screen is touched and 100 ms otherwise. Signals end it. With a clock that was
 * set it does not sleep. */
void window_wait(struct window *window, int timeout_ms);

/* Whether further fingers are told too, and every position of each instead of
 * the last of those that wait: for keys and pens. Off at first. */
void window_follow(struct window *window, bool follow);

/* A descriptor of the caller's that ends window_wait once it can be read; -1:
 * none any more. The window only looks at it. */
void window_watch(struct window *window, int fd);

/* One pending input; false when there is none. Never blocks. */
bool window_poll(struct window *window, struct input *out);

/* Wipes where fingers were: SDL keeps the events that it is done with, to use
 * them again, and of those a stroke can be read. What waits stays. */
void window_forget(struct window *window);

/* Puts a finger event into the queue the way a touch panel does; x, y in px of
 * the surface, finger 0 or 1. kind is PRESS, MOVE or RELEASE. */
void window_push_finger(struct window *window, enum input_kind kind, int finger,
                        int x, int y);

/* Puts an event from outside into the queue, for tests of faults: the raw
 * normalised coordinates of a panel, whatever they are. */
void window_push_raw_finger(struct window *window, enum input_kind kind,
                            int finger, float x, float y);

/* Changes the size of the window, for scripts. */
void window_set_size(struct window *window, int width, int height);

void window_size(struct window *window, int *width_out, int *height_out);
bool window_surface(struct window *window, struct surface *out,
                    bool *fresh_out);
bool window_present(struct window *window, const struct rect *damage,
                    size_t count);

/* The window as SDL knows it, for plain.h only (struct SDL_Window *). */
void *window_native(struct window *window);

/* Writes the surface as a PNG; false when the file cannot be written (logged).
 */
bool window_save(struct window *window, const char *path);

#endif
