/* app.h - the kiosk: everything that lives as long as the program, and the
 * one place that navigates.
 *
 * A turn of the loop: input becomes gestures, gestures become actions,
 * app_apply carries them out, app_tick lets time pass, app_draw draws at most
 * once. Screens never change the app; they build views and answer actions. */
#ifndef APP_KIOSK_APP_H
#define APP_KIOSK_APP_H

#include "app/kiosk/clock.h"
#include "app/kiosk/config.h"
#include "app/kiosk/idle.h"
#include "app/kiosk/screen.h"
#include "app/kiosk/seeker.h"
#include "app/page/page.h"
#include "content/store.h"
#include "ui/gesture.h"
#include "ui/stage.h"
#include "ui/theme.h"
#include "ui/window.h"

/* What a tap can ask for. */
enum action_kind {
    ACT_NONE,
    ACT_LINK = PAGE_LINK, /* argument: a link, as page.h says */
    ACT_HOME,
    ACT_BACK,
    ACT_HELP,
    ACT_SEARCH, /* argument: words to begin with, or "" */
    ACT_FOUND,  /* value: which result of the search */
    ACT_FIND, /* 在本篇中找, in the article behind the search; argument: words
               */
    ACT_SIZES,        /* the panel of text sizes and contrasts */
    ACT_SET_SIZE,     /* value: enum text_size */
    ACT_SET_CONTRAST, /* value: enum contrast */
    ACT_CLOSE,        /* the panel */
    ACT_STAY,         /* 还要用 */
    ACT_SCREEN,       /* for the screen's own input */
    ACT_KEY,          /* of the keyboard, which takes fingers itself */
};

enum overlay { OVERLAY_NONE, OVERLAY_SIZES, OVERLAY_COUNTDOWN };

/* Screens a visitor can go back through; the oldest is forgotten beyond. */
#define APP_DEPTH 24

struct app {
    struct config config;
    struct window *window; /* borrowed */
    struct store *store;
    struct seeker *seeker; /* searches on a thread of its own */
    struct fonts *fonts;
    struct typing *typing;
    struct rect keys; /* where the keyboard stands; empty while it does not */
    struct rect keys_area; /* of what header and bar leave */
    struct stage *stage;
    struct theme theme;
    struct clock clock;
    struct idle idle;
    struct gesture gesture;
    /* What the finger came down on. A tap does this, whatever has moved or was
     * built again under the finger since. */
    struct action held;
    struct buf held_argument;
    enum text_size size;
    enum contrast contrast;
    struct screen stack[APP_DEPTH];
    size_t depth; /* at least 1: stack[0] is home */
    enum overlay overlay;
    bool attract;      /* the attract loop covers the screen */
    size_t attract_at; /* which headline */
    bool chrome_old, content_old, overlay_old; /* to be built again */
    bool keys_old;
    bool keep_place;      /* the next build of the content keeps its place */
    int64_t shown_minute; /* since 1970 */
    char today[11];
    uint64_t shift_start_ms;  /* of the transition; 0: none */
    uint64_t refresh_ms;      /* when to look for a new generation */
    uint64_t refresh_late_ms; /* when to look though a finger is down */
    uint64_t glyphs_at_trim;  /* drawn when the fonts were last trimmed */
    int64_t awaited_tried; /* when the awaited file was written that failed */
    bool quit;
};

/* NULL when there is nothing to show at all; *error then says why (STORE_OK:
 * no font). The window is borrowed and must outlive the app. */
struct app *app_new(const struct config *config, struct window *window,
                    enum store_error *error);
void app_free(struct app *app); /* NULL is fine */

void app_input(struct app *app, const struct input *input);
void app_apply(struct app *app, const struct action *action);
void app_tick(struct app *app);

/* Builds what is old and draws what changed; true when a frame was shown. */
bool app_draw(struct app *app);

/* Waits for the answer to what was asked, for scripts: the next tick shows it.
 */
void app_await(struct app *app);

/* Something moves: the loop must come back within 16 ms. */
bool app_moving(const struct app *app);
/* Milliseconds the loop may sleep when nothing is touched. */
int app_sleep_ms(const struct app *app);

/* The screen in front. */
struct screen *app_screen(struct app *app);

/* Sets the clock, for scripts. */
void app_set_clock(struct app *app, const struct civil *civil);
void app_set_panel(struct app *app, int panel_mm);

#endif
