/* keyboard_private.h - what the parts of the keyboard share. Private to
 * ui/keyboard/. */
#ifndef UI_KEYBOARD_PRIVATE_H
#define UI_KEYBOARD_PRIVATE_H

#include "ui/ink.h"
#include "ui/keyboard.h"

#define KEY_TEXT_BYTES 64 /* the longest candidate with its NUL */

struct key {
    const char *label; /* on the key and said of it; NULL: its text */
    const char *text;  /* what it types, or "" */
    const char *hint;  /* small, above the label; or NULL */
    unsigned char kind;
    unsigned char units; /* its share of the row; 0: behind the last key */
    short value;
};

#define LAYOUT_ROWS 4
#define LAYOUT_LOW_ROWS 3 /* on a low panel, where keys are wide enough */
#define LAYOUT_KEYS 14    /* of a row, the one that ends it included */

struct layout {
    const char *chip; /* on the chip that leads to it; NULL: it has none */
    enum keyboard_layout chip_of; /* whose chip is lit while it is the base */
    int pad_units, low_pad_units; /* the pad's share, as key.units; 0: none */
    struct key rows[LAYOUT_ROWS][LAYOUT_KEYS];
    struct key low[LAYOUT_LOW_ROWS][LAYOUT_KEYS]; /* empty: rows serve */
};

extern const struct layout keyboard_layouts[KEYBOARD_LAYOUT_COUNT];

/* What a box of the keyboard means, in its action. */
struct meaning {
    enum key_kind kind;
    int value;
    char text[KEY_TEXT_BYTES];
};

/* A finger on the keyboard. */
struct held {
    int finger;
    bool idle; /* it slid off, or has counted already */
    struct meaning meaning;
    struct rect rect; /* of its key, on the screen */
    uint64_t since_ms;
    unsigned repeats; /* how often it has counted while held */
};

struct keyboard {
    unsigned action_kind;
    struct held held[10];
    size_t held_count;
    struct meaning told[KEYBOARD_EVENTS]; /* the texts of the last events */
    bool old;
    bool shift, expanded;
    size_t page;
    struct ink ink;
};

/* Kind and value in the one number of an action. */
static inline int keyboard_pack(enum key_kind kind, int value)
{
    return value * 256 + (int)kind;
}

static inline int keyboard_kind_of(int packed)
{
    return packed & 0xFF;
}

static inline int keyboard_value_of(int packed)
{
    return (packed - keyboard_kind_of(packed)) / 256;
}

enum shape { SHAPE_BELOW, SHAPE_BESIDE, SHAPE_LOW };

/* px */
struct metrics {
    enum shape shape;
    bool one_strip; /* chips and candidates take turns */
    int edge, top, bottom, gap;
    int chip, bar, keys; /* heights; keys: of all rows and the gaps between */
    int width, height;   /* of the whole keyboard */
};

struct metrics keyboard_measure(const struct theme *theme, struct rect area);

static inline int larger(int a, int b)
{
    return a > b ? a : b;
}

static inline int smaller(int a, int b)
{
    return a < b ? a : b;
}

static inline int px(const struct theme *theme, int design)
{
    return theme_px(theme, design);
}

bool keyboard_holds(const struct keyboard *keyboard, enum key_kind kind,
                    int value, const char *text);

#endif
