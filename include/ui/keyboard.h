/* keyboard.h - the keys on the screen, and the pad to write on.
 *
 * Layouts are tables (ui/keyboard/layouts.c); a new one is a row there. The
 * keyboard knows fingers and where keys stand, not what is typed: what a key
 * means is told to the caller as an event, and what is to be shown (candidates,
 * readings) is given with each build. It is built as a view of its own, in
 * LAYER_KEYS of the stage, anew with every change.
 *
 * A key shows at once that it is pressed and counts when it is let go; a finger
 * that slides off it cancels. Any number of fingers may type: one that comes
 * down counts what the others hold, so that letters come in the order they were
 * pressed. A key that repeats does so after 400 ms, 12 times a second. Ink
 * follows the finger with every position that the panel reports.
 *
 * Main thread only. Everything here is of one visitor: keyboard_forget. */
#ifndef UI_KEYBOARD_H
#define UI_KEYBOARD_H

#include "ui/box.h"
#include "ui/ink.h"
#include "ui/stage.h"
#include "ui/window.h"

enum keyboard_layout {
    KEYBOARD_PINYIN,  /* 26 keys */
    KEYBOARD_NINE,    /* 9 keys, readings at the left */
    KEYBOARD_WRITE,   /* the pad */
    KEYBOARD_STROKES, /* 一丨丿丶乛 and one for any */
    KEYBOARD_LETTERS, /* ABC, with capitals */
    KEYBOARD_NUMBERS, /* and half-width marks */
    KEYBOARD_MARKS,   /* full-width marks */
    KEYBOARD_DIGITS,  /* 0 to 9 alone, large: for a PIN or a telephone number */
    KEYBOARD_LAYOUT_COUNT
};

enum key_kind {
    KEY_NONE,
    KEY_TEXT,      /* text: what it types */
    KEY_DELETE,    /* 退格; repeats */
    KEY_AGAIN,     /* 重写, 重输: what is being composed is dropped */
    KEY_SPACE,     /* 空格, which takes the first candidate */
    KEY_LAYOUT,    /* value: the enum keyboard_layout that is wanted */
    KEY_BACK,      /* the layout of before: out of numbers and marks */
    KEY_DONE,      /* 搜索 */
    KEY_CANDIDATE, /* value: which */
    KEY_READING,   /* value: which; text: what it types where there is none */
    KEY_STROKE,    /* a stroke was added to the ink */
    /* Not told to the caller. */
    KEY_SHIFT,
    KEY_MORE, /* all candidates in place of the keys, */
    KEY_LESS, /* and back */
    KEY_PAGE, /* value: by how many pages */
    KEY_PAD,
    KEY_IDLE, /* cannot be pressed now */
};

/* text: of a table or of the last build's view; until the next call. */
struct key_event {
    enum key_kind kind;
    int value;
    const char *text;
};

/* What to show. Borrowed for the call. */
struct keyboard_show {
    enum keyboard_layout layout;
    enum keyboard_layout base; /* what KEY_BACK leads to; its chip is lit */
    unsigned modes;      /* bit 1 << layout for each that has a chip and is
                            there; none: no chips */
    const char *done;    /* what its big key says: 搜索 */
    const char *notice;  /* in place of candidates; or "" */
    const char *hint;    /* likewise, where there is room for one; or "" */
    const char *preedit; /* letters that are being composed, above the
                            candidates; or "" */
    const char *const *candidates;
    size_t candidate_count;
    const char *const *readings; /* of KEYBOARD_NINE */
    size_t reading_count;
};

struct keyboard;

/* The kind of its boxes' actions; the caller keeps it from its own. */
struct keyboard *keyboard_new(unsigned action_kind);
void keyboard_free(struct keyboard *keyboard); /* NULL is fine */

/* Where it stands in what header and bar leave: along the lower edge, or at the
 * right where that is wide enough for ten keys (landscape). The rest is the
 * content's. */
struct rect keyboard_place(const struct theme *theme, struct rect area);

/* Its view, of the size that place gave. The caller owns it. */
struct view *keyboard_build(struct keyboard *keyboard, struct fonts *fonts,
                            const struct theme *theme, struct rect area,
                            const struct keyboard_show *show);

/* A finger: hit is what lies under it when it comes down (stage_hit), of which
 * only LAYER_KEYS matters. True when the finger is the keyboard's: it means
 * nothing to anybody else until it is up. Up to KEYBOARD_EVENTS events. */
#define KEYBOARD_EVENTS 12
bool keyboard_touch(struct keyboard *keyboard, const struct input *input,
                    const struct hit *hit,
                    struct key_event events[KEYBOARD_EVENTS], size_t *count);

/* Whether a finger that is down is the keyboard's. */
bool keyboard_has_finger(const struct keyboard *keyboard, int finger);

/* What time brings: a key that repeats. Returns how many events, at most 1. */
size_t keyboard_tick(struct keyboard *keyboard, uint64_t now_ms,
                     struct key_event *event);
/* Milliseconds until keyboard_tick has something to say; -1: never. */
int keyboard_next(const struct keyboard *keyboard, uint64_t now_ms);

/* It looks other than it was built: build it again. */
bool keyboard_is_old(const struct keyboard *keyboard);

/* What was written since it was cleared; grows with the finger. */
const struct ink *keyboard_ink(const struct keyboard *keyboard);
void keyboard_clear_ink(struct keyboard *keyboard);

/* No finger is on it any more, whatever is on the panel. */
void keyboard_let_go(struct keyboard *keyboard);

/* Lets go, clears the ink, wipes what it knows. */
void keyboard_forget(struct keyboard *keyboard);

/* The field that is typed into: magnifier, text with what is being composed
 * underlined at the cursor, a mark for the cursor, 清除 when there is
 * something. */
struct keyboard_field {
    const char *text;
    size_t cursor;             /* bytes */
    const char *preedit;       /* or "" */
    const char *placeholder;   /* shown when there is no text */
    bool active;               /* the cursor is shown */
    bool secret;               /* dots in place of the text: a PIN */
    struct action open, clear; /* a tap on it, and on 清除 */
};
struct box *keyboard_field(struct view *view, struct box *parent,
                           const struct keyboard_field *field);

#endif
