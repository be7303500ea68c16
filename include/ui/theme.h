/* theme.h - sizes and colours of everything on the screen.
 *
 * Sizes are kept in millimetres of a 21.5-inch panel (268 mm wide, 1080 px:
 * one design pixel of the pictures is 0.248 mm) and become pixels by the
 * configured width of the panel. Panels with a shorter short side are read
 * from nearer, longer ones from farther: text and spaces follow the square root
 * of it, touch targets stay at 12.7 mm and the gap between them at 2.5 mm. */
#ifndef UI_THEME_H
#define UI_THEME_H

#include "fonts/fonts.h"
#include "ui/rect.h"

enum text_size {
    SIZE_STANDARD,
    SIZE_LARGE,
    SIZE_LARGER,
    SIZE_LARGEST,
    SIZE_COUNT
};
enum contrast {
    CONTRAST_PAPER,
    CONTRAST_WHITE,
    CONTRAST_BLACK,
    CONTRAST_COUNT
};

/* What people call them, on the kiosk and in commands. */
extern const char *const theme_size_names[SIZE_COUNT];
extern const char *const theme_contrast_names[CONTRAST_COUNT];

enum colour_role {
    COLOUR_NONE, /* draws nothing */
    COLOUR_PAPER,
    COLOUR_CARD,
    COLOUR_INK,
    COLOUR_INK2,
    COLOUR_INK3, /* what cannot be chosen now; readable all the same */
    COLOUR_LINE,
    COLOUR_ACCENT,     /* red; yellow on black */
    COLOUR_ON_ACCENT,  /* text on it */
    COLOUR_ON_ACCENT2, /* lesser text on it */
    COLOUR_ACCENT_PRESSED,
    COLOUR_PRESSED, /* a card under the finger */
    COLOUR_RED_TINT,
    COLOUR_TEAL,
    COLOUR_TEAL_TINT,
    COLOUR_TEAL_LINE,
    COLOUR_AMBER,
    COLOUR_AMBER_TINT,
    COLOUR_AMBER_LINE,
    COLOUR_BLUE,
    COLOUR_BLUE_TINT,
    COLOUR_BLUE_LINE,
    COLOUR_LINK,
    COLOUR_CHIP_ON,
    COLOUR_ON_CHIP,
    COLOUR_SCROLLBAR,
    COLOUR_FOUND,    /* behind words that were looked for */
    COLOUR_KEYBOARD, /* what the keys lie on; lesser text on it is INK2 */
    COLOUR_KEY_WORD, /* keys that do something, beside those that type */
    COLOUR_KEY_PRESSED,
    COLOUR_ROLE_COUNT
};

enum text_role {
    TEXT_STATION,
    TEXT_STATION_SUB,
    TEXT_CLOCK,
    TEXT_NAV,
    TEXT_NAV_ON,
    TEXT_PAGE_TITLE,
    TEXT_SECTION,
    TEXT_TILE_WIDE,
    TEXT_TILE,
    TEXT_TILE_WIDE_LINE,
    TEXT_TILE_LINE,
    TEXT_ROW_TITLE,  /* serif headline in a list */
    TEXT_CARD_TITLE, /* sans headline in a list */
    TEXT_META,
    TEXT_CHIP,
    TEXT_BUTTON,
    TEXT_TAG,
    TEXT_ARTICLE_TITLE,
    TEXT_ARTICLE_HEADING,
    TEXT_ARTICLE_SUBHEADING,
    TEXT_BODY,
    TEXT_NOTE,
    TEXT_TABLE,
    TEXT_CAPTION,
    TEXT_SHEET_LEAD, /* of a newspaper page: its first headline, */
    TEXT_SHEET_HEAD, /* one across columns, */
    TEXT_SHEET_SIDE, /* one of a single column, */
    TEXT_SHEET_DECK, /* the lines above and below a headline, */
    TEXT_SHEET,      /* the text */
    TEXT_NUMBER /* telephone */,
    TEXT_DIALOG,
    TEXT_ATTRACT,
    TEXT_KEY,       /* a letter on its key, */
    TEXT_KEY_WORD,  /* a word on one, */
    TEXT_KEY_SMALL, /* what is above it, and what is being composed */
    TEXT_CANDIDATE,
    TEXT_CANDIDATE_FIRST,
    TEXT_ROLE_COUNT
};

struct text_look {
    struct text_style style;
    int line_height; /* px */
};

struct theme {
    int width, height; /* px of the panel */
    bool landscape;
    bool small; /* short side under 180 mm */
    enum text_size size;
    enum contrast contrast;
    int unit; /* px a design pixel, 16.16, for theme_px */
    colour colours[COLOUR_ROLE_COUNT];
    struct text_look text[TEXT_ROLE_COUNT];
    int hairline, border;       /* px: of rules, of cards */
    int page, gap, pad, radius; /* margins, between cards, inside, corners */
    int touch, touch_gap;       /* 12.7 mm, 2.5 mm */
    int header, bar,
        rail; /* heights of header and nav bar, width of the rail */
    int slop; /* a tap may wander this far */
    int icon, icon_large;
};

/* panel_mm is the width in mm of the panel as it hangs; nonsense values (not
 * 40 to 4000) are taken as 21.5 inches. */
void theme_init(struct theme *theme, int width_px, int height_px, int panel_mm,
                enum text_size size, enum contrast contrast);

/* A length in design pixels (0.248 mm) as px of this panel; never 0 for a
 * positive length. */
int theme_px(const struct theme *theme, int design);

#endif
