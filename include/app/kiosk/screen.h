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
    /* Adds what stays above the page while it scrolls. NULL: nothing. */
    void (*head)(const struct app *app, const struct screen *screen,
                 struct view *view, struct box *parent);
    /* The page is laid out: where it is to be shown instead of at `position`,
     * px; what the screen looks for in it is marked here. NULL: there. */
    int (*reach)(struct screen *screen, struct view *view, int position,
                 int viewport_px);
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

/* Looks for words in the article that an item screen shows, from now on; typing
 * asks for the keyboard. words "": what is to be found is still to be typed. */
void item_find(struct screen *screen, const char *words, bool typing);

/* Of a search screen: begins with these words, or with "" goes on with what is
 * there and asks for the keyboard; */
void search_begin(struct screen *screen, const char *words);
/* what is looked for, until the next change; */
const char *search_words(const struct screen *screen);
/* an answer has come (seeker.h): true when it is to be read from its top. */
bool search_answered(struct screen *screen);

extern const struct screen_ops home_screen, channel_screen, guides_screen,
    item_screen, listing_screen, row_screen, issue_screen, help_screen,
    search_screen, gone_screen;

#endif
