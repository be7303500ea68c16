/* classes.h - what a character is to Chinese typesetting. For fonts/ only.
 *
 * The characters stand in fonts/data/marks.c, what is done with a class in
 * class_rules: adding a mark or changing a habit is editing a table. */
#ifndef FONTS_CLASSES_H
#define FONTS_CLASSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum char_class {
    CLASS_OTHER,     /* other scripts, symbols */
    CLASS_HAN,       /* ideographs, kana, bopomofo, full-width letters */
    CLASS_LATIN,     /* letters of words that take a gap next to Han */
    CLASS_DIGIT,     /* 0-9 */
    CLASS_SYMBOL,    /* % $ + ...: belong to the number or word beside them */
    CLASS_FIGURE,    /* １ ￥ ％ ℃ ＋ ×: the same, but an em wide */
    CLASS_SPACE,     /* word spaces: may grow, hang at the line end */
    CLASS_BLANK,     /* other blanks: hang at the line end */
    CLASS_NEWLINE,   /* a forced break */
    CLASS_OPEN,      /* “ ‘ （ 《: ink in the right half of the em */
    CLASS_CLOSE,     /* ” ’ ） 》: ink in the left half */
    CLASS_PAUSE,     /* ， 、 ； ： */
    CLASS_STOP,      /* 。 ． */
    CLASS_EXCLAIM,   /* ！ ？: two in a row are stacked (rule 23) */
    CLASS_MIDDLE,    /* · : always half an em (rule 11) */
    CLASS_CONNECTOR, /* ～ － – - */
    CLASS_SOLIDUS,   /* ／ */
    CLASS_DASH,      /* — of —— (rule 7) */
    CLASS_ELLIPSIS,  /* … of …… (rule 7) */
    CLASS_WESTERN_OPEN,  /* ( [ { */
    CLASS_WESTERN_CLOSE, /* ) ] } , . : ; ! ? */
    CLASS_COUNT
};

/* The half of a full-width mark that has no ink and can be taken away. */
enum trim_side { TRIM_NONE, TRIM_LEFT, TRIM_RIGHT };

/* Rule 15: what gives way when a line is too long, one after the other. Before
 * all of them comes the mark at the line end, which has always given its half
 * (rule 10); the interpunct has none to give (rule 11). */
enum shrink {
    SHRINK_SPACE, /* word spaces, down to a quarter em */
    SHRINK_BRACKET,
    SHRINK_PAUSE,
    SHRINK_GAP, /* between Han and Latin, down to an eighth */
    SHRINK_STOP,
    SHRINK_COUNT
};

struct class_rule {
    bool not_start; /* never first on a line (rule 2) */
    bool not_end;   /* never last on a line (rule 3, GB style of rule 4) */
    bool wide;      /* stands in the grid of em: a gap beside it may grow */
    bool rigid;     /* no gap beside it grows (rule 16) */
    bool word;      /* takes the gap between Han and Latin (rule 13) */
    bool hangs;     /* has no width at the end of a line */
    bool chinese;   /* Common, but always set as Chinese: Hani, CJK face */
    enum trim_side trim;
    enum shrink shrink; /* of those with a trim */
};
extern const struct class_rule class_rules[CLASS_COUNT];

/* One number, or a word: never apart, whatever the line needs (rule 24). */
static inline bool classes_join(enum char_class a, enum char_class b)
{
    return (a == CLASS_FIGURE && (b == CLASS_FIGURE || class_rules[b].word)) ||
           (b == CLASS_FIGURE && class_rules[a].word);
}

struct mark {
    uint16_t code;
    uint8_t class; /* enum char_class */
};
extern const struct mark marks[]; /* by code */
extern const size_t mark_count;

/* Characters that count what the number before them says: 2026年 is preferably
 * not broken (rule 24). UTF-8. */
extern const char counters[];

/* Stands for an icon (MARK_ICON). */
#define OBJECT_CHARACTER 0xFFFCu

/* The row of marks for a code point, or -1. */
int mark_find(uint32_t code);

enum char_class class_of(uint32_t code);

#endif
