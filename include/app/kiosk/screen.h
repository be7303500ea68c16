/* screen.h - one screen of the kiosk as a small table of functions.
 *
 * `load` queries the store into screen->arena, `build` turns what it found into
 * boxes, `input` answers the screen's own actions. A new generation of content
 * loads a screen again with its state kept. Adding a screen is one file in
 * screens/ and one line in its table. */
#ifndef APP_KIOSK_SCREEN_H
#define APP_KIOSK_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "app/kiosk/typing.h"
#include "base/mem.h"
#include "ui/box.h"
#include "ui/flow.h"

struct app;
struct item_card;
struct screen;

struct screen_ops {
    const char *name;
    bool reading; /* a line says how much has been read */
    size_t state_size;
    /* False when there is nothing under this argument (any more). */
    bool (*load)(const struct app *app, struct screen *screen);
    /* Adds the screen's boxes below the view's root. */
    void (*build)(const struct app *app, const struct screen *screen,
                  struct view *view);
    /* Answers an ACT_SCREEN action by changing its state; true when it must be
     * loaded and built again. NULL: the screen has none. */
    bool (*input)(struct screen *screen, const struct action *action);
    /* The field that is typed into, in the state (typing.h); NULL there or
     * here: none. */
    struct typing_field *(*field)(struct screen *screen);
    /* Told after each change of it; true: load and build again. */
    bool (*typed)(struct screen *screen, enum typing_change change);
};

struct screen {
    const struct screen_ops *ops;  /* NULL: an unused place in the stack */
    const struct screen_ops *lost; /* what it is, while gone_screen shows */
    char *argument;                /* the link it was opened with */
    void *state;             /* state_size zeroed bytes, kept over loads */
    struct arena arena;      /* what load found, until the next load */
    void *data;              /* load's result, in the arena */
    bool from_top;           /* set by input: another page comes, read from
                                its top */
    struct flow_place place; /* of its reader while another is in front */
};

/* Opens the screen that shows a link; false when the link leads nowhere. */
bool screen_open(const struct app *app, struct screen *screen,
                 const char *link);
bool screen_open_ops(const struct app *app, struct screen *screen,
                     const struct screen_ops *ops, const char *argument);
/* As screen_open_ops, but never fails: what is not there may come with the next
 * generation, and until then the screen says so. */
void screen_open_hoping(const struct app *app, struct screen *screen,
                        const struct screen_ops *ops, const char *argument);
bool screen_reload(const struct app *app, struct screen *screen);
void screen_close(struct screen *screen);

/* One headline of a list, as all lists show it: the row's small print is made
 * of date, channel and minutes. */
void screen_card(const struct app *app, struct view *view, struct box *parent,
                 const struct item_card *card, bool with_channel);

extern const struct screen_ops home_screen, channel_screen, guides_screen,
    item_screen, listing_screen, row_screen, issue_screen, help_screen,
    gone_screen;

#endif
