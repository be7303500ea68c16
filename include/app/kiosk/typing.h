/* typing.h - what is typed on the screen: the keyboard joined with the engines
 * that make Chinese of it.
 *
 * A screen that takes text keeps a struct typing_field in its state and says so
 * in its ops:
 *
 *     field   the field of this screen, in its state (screen_close wipes it);
 *     typed   told after each change; true: load and build again.
 *
 * Whenever that screen is in front and field->open is set, the app shows the
 * keyboard in what header and bar leave (keyboard_place) and gives the rest to
 * the content, whose view is as wide and at least as high as that. The screen
 * builds its field with keyboard_field() (ui/keyboard.h) and opens it in its
 * `input`: field->open = true. 搜索 closes it. What is typed stands in
 * field->text, what is still being composed in field->preedit: Chinese
 * candidates are not part of either until they are chosen.
 *
 * Everything is of fixed size and wiped: the field by its screen, candidates,
 * ink and the engines' work space by typing_forget. Main thread only. */
#ifndef APP_KIOSK_TYPING_H
#define APP_KIOSK_TYPING_H

#include <stdbool.h>
#include <stddef.h>

#include "app/kiosk/config.h"
#include "ui/keyboard.h"

struct store;
struct typing;

#define TYPING_TEXT_BYTES 193    /* 64 characters of Han, and the NUL */
#define TYPING_PREEDIT_BYTES 160 /* letters with their separators */

enum typing_use {
    TYPING_WORDS,  /* anything: all ways to write */
    TYPING_DIGITS, /* 0 to 9 only: a PIN, a number */
};

/* Zeroed is empty, closed and for words. */
struct typing_field {
    enum typing_use use;
    const char *done;             /* what the big key says; NULL: 搜索 */
    size_t characters;            /* at most; 0: as many as there is room for */
    bool open;                    /* the keyboard is shown */
    char text[TYPING_TEXT_BYTES]; /* UTF-8, NUL-terminated */
    size_t cursor;                /* bytes, at a character's edge */
    char preedit[TYPING_PREEDIT_BYTES]; /* as it is shown: gong'zi */
    char letters[TYPING_PREEDIT_BYTES]; /* of pinyin, as they were typed:
                                           gongzi; "" in other modes */
    unsigned edits; /* how often the two functions below changed it */
};

enum typing_change {
    TYPING_NOTHING,
    TYPING_CHANGED, /* text, preedit or letters */
    TYPING_DONE,    /* 搜索 was pressed, the field is closed; what was still
                       being composed was taken: its first candidate */
};

/* The only ways to change a field from outside the keyboard; nothing is being
 * composed after either. Empties it and wipes what was in it; it stays open or
 * closed. */
void typing_field_clear(struct typing_field *field);
/* Replaces the text (a word somebody tapped); cut at a character's edge. */
void typing_field_set(struct typing_field *field, const char *text);

/* Opens the engines. action_kind: of the keyboard's boxes. One whose data is
 * missing or damaged is logged, once, and its way of writing is not offered;
 * ABC is always there. */
struct typing *typing_new(const struct config *config, unsigned action_kind);
void typing_free(struct typing *typing); /* NULL is fine */

/* A new generation of content: its terms come first among candidates. */
void typing_reload(struct typing *typing, struct store *store);

/* The field that is typed into from now on; NULL: none. Called whenever it may
 * have changed: another one, one that was closed or changed from outside begins
 * with nothing being composed. Borrowed until the next call. */
void typing_attend(struct typing *typing, struct typing_field *field);

/* The panel was turned or is another: ink has no place on it. */
void typing_turned(struct typing *typing);

/* An event of the keyboard, for the field that was last attended to. */
enum typing_change typing_key(struct typing *typing,
                              const struct key_event *event);

/* A field is open: the keyboard is to be shown. */
bool typing_is_on(const struct typing *typing);

/* Ink is recognised behind the frame that shows it, so that no frame waits for
 * it: app_draw asks after each. True when candidates changed. */
bool typing_think(struct typing *typing);
bool typing_wants_to_think(const struct typing *typing);

/* What the keyboard is to show; borrowed until the next call here. */
const struct keyboard_show *typing_show(struct typing *typing);
struct keyboard *typing_keyboard(struct typing *typing);

/* There is something of a visitor's in here. */
bool typing_has_traces(const struct typing *typing);
/* The visitor left: all of it is wiped, and the next one starts with the way of
 * writing that the settings say. */
void typing_forget(struct typing *typing);

#endif
