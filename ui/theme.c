#include "ui/theme.h"

#include "base/mem.h"

const char *const theme_size_names[SIZE_COUNT] = {"标准", "大", "特大", "最大"};
const char *const theme_contrast_names[CONTRAST_COUNT] = {"纸色", "白底黑字",
                                                          "黑底白字"};

/* Colours: one row a role, one column a contrast. PAPER is kiosk.css. WHITE
 * and BLACK know no tints: what a tint says there is said by a border. */
#define COLOURS(X)                                  \
    /* role            paper     white     black */ \
    X(PAPER, 0xFBF8F3, 0xFFFFFF, 0x000000)          \
    X(CARD, 0xFFFFFF, 0xFFFFFF, 0x000000)           \
    X(INK, 0x1E1A17, 0x000000, 0xFFFFFF)            \
    X(INK2, 0x5E554D, 0x333333, 0xE8E8E8)           \
    X(INK3, 0x756B61, 0x595959, 0xA8A8A8)           \
    X(LINE, 0xE4DCD0, 0x595959, 0x8A8A8A)           \
    X(ACCENT, 0xB5121B, 0x8E0E15, 0xFFD400)         \
    X(ON_ACCENT, 0xFFFFFF, 0xFFFFFF, 0x000000)      \
    X(ON_ACCENT2, 0xFBDAD6, 0xFFFFFF, 0x000000)     \
    X(ACCENT_PRESSED, 0x8E0E15, 0x4A0509, 0xFFFFFF) \
    X(PRESSED, 0xEFE8DD, 0xE2E2E2, 0x333333)        \
    X(RED_TINT, 0xFBEAE7, 0xFFFFFF, 0x000000)       \
    X(TEAL, 0x0B6A6A, 0x004848, 0xFFFFFF)           \
    X(TEAL_TINT, 0xE3F1EF, 0xFFFFFF, 0x000000)      \
    X(TEAL_LINE, 0xC2DFDB, 0x000000, 0xFFFFFF)      \
    X(AMBER, 0x8F5400, 0x5C3600, 0xFFD400)          \
    X(AMBER_TINT, 0xFBF0DC, 0xFFFFFF, 0x000000)     \
    X(AMBER_LINE, 0xEED9B0, 0x000000, 0xFFFFFF)     \
    X(BLUE, 0x1F4E8C, 0x0A2F66, 0xFFFFFF)           \
    X(BLUE_TINT, 0xE6EEF8, 0xFFFFFF, 0x000000)      \
    X(BLUE_LINE, 0xC7D8EE, 0x000000, 0xFFFFFF)      \
    X(LINK, 0x1F4E8C, 0x0A2F66, 0xFFD400)           \
    X(CHIP_ON, 0x1E1A17, 0x000000, 0xFFFFFF)        \
    X(ON_CHIP, 0xFFFFFF, 0xFFFFFF, 0x000000)        \
    X(SCROLLBAR, 0xCFC4B4, 0x595959, 0x8A8A8A)      \
    X(FOUND, 0xFFE39A, 0xFFE680, 0x4D4000)          \
    X(KEYBOARD, 0xE9E1D5, 0xD6D6D6, 0x242424)       \
    X(KEY_WORD, 0xF3EDE3, 0xF0F0F0, 0x000000)       \
    X(KEY_PRESSED, 0xCDBFA9, 0xA8A8A8, 0x555555)

static const colour colours[COLOUR_ROLE_COUNT][CONTRAST_COUNT] = {
#define X(role, paper, white, black) [COLOUR_##role] = {paper, white, black},
    COLOURS(X)
#undef X
};

/* Type: em at the standard and at the largest size in design pixels, line
 * height in percent of the em. The sizes between are interpolated, big titles
 * grow by less than small print. */
enum growth { GROW_INTERFACE, GROW_BODY };

static const struct type {
    unsigned char family, weight, growth, standard, largest;
    unsigned short line_percent;
} types[TEXT_ROLE_COUNT] = {
#define SANS(growth, ...)                            \
    {                                                \
        FONT_SANS, FONT_REGULAR, growth, __VA_ARGS__ \
    }
#define SANS_BOLD(growth, ...)                    \
    {                                             \
        FONT_SANS, FONT_BOLD, growth, __VA_ARGS__ \
    }
#define SERIF(growth, ...)                            \
    {                                                 \
        FONT_SERIF, FONT_REGULAR, growth, __VA_ARGS__ \
    }
#define SERIF_BOLD(growth, ...)                    \
    {                                              \
        FONT_SERIF, FONT_BOLD, growth, __VA_ARGS__ \
    }
    [TEXT_STATION] = SANS_BOLD(GROW_INTERFACE, 34, 48, 122),
    [TEXT_STATION_SUB] = SANS(GROW_INTERFACE, 24, 36, 130),
    [TEXT_CLOCK] = SANS(GROW_INTERFACE, 36, 52, 120),
    [TEXT_NAV] = SANS(GROW_INTERFACE, 26, 40, 125),
    [TEXT_NAV_ON] = SANS_BOLD(GROW_INTERFACE, 26, 40, 125),
    [TEXT_PAGE_TITLE] = SANS_BOLD(GROW_INTERFACE, 60, 84, 130),
    [TEXT_SECTION] = SANS_BOLD(GROW_INTERFACE, 40, 60, 135),
    [TEXT_TILE_WIDE] = SANS_BOLD(GROW_INTERFACE, 52, 76, 125),
    [TEXT_TILE] = SANS_BOLD(GROW_INTERFACE, 42, 71, 125),
    [TEXT_TILE_WIDE_LINE] = SANS(GROW_INTERFACE, 30, 46, 150),
    [TEXT_TILE_LINE] = SANS(GROW_INTERFACE, 26, 44, 150),
    [TEXT_ROW_TITLE] = SERIF_BOLD(GROW_INTERFACE, 36, 58, 138),
    [TEXT_CARD_TITLE] = SANS_BOLD(GROW_INTERFACE, 36, 58, 138),
    [TEXT_META] = SANS(GROW_INTERFACE, 26, 44, 150),
    [TEXT_CHIP] = SANS(GROW_INTERFACE, 30, 50, 130),
    [TEXT_BUTTON] = SANS_BOLD(GROW_INTERFACE, 38, 60, 130),
    [TEXT_TAG] = SANS_BOLD(GROW_INTERFACE, 24, 40, 150),
    [TEXT_ARTICLE_TITLE] = SERIF_BOLD(GROW_BODY, 60, 84, 130),
    [TEXT_ARTICLE_HEADING] = SERIF_BOLD(GROW_BODY, 42, 66, 140),
    [TEXT_ARTICLE_SUBHEADING] = SERIF_BOLD(GROW_BODY, 38, 64, 145),
    [TEXT_BODY] = SERIF(GROW_BODY, 38, 65, 175),
    [TEXT_NOTE] = SANS(GROW_BODY, 28, 48, 160),
    [TEXT_TABLE] = SANS(GROW_BODY, 28, 48, 150),
    [TEXT_CAPTION] = SANS(GROW_BODY, 26, 44, 150),
    [TEXT_SHEET_LEAD] = SERIF_BOLD(GROW_BODY, 54, 76, 130),
    [TEXT_SHEET_HEAD] = SERIF_BOLD(GROW_BODY, 42, 66, 130),
    [TEXT_SHEET_SIDE] = SERIF_BOLD(GROW_BODY, 36, 58, 135),
    [TEXT_SHEET_DECK] = SERIF(GROW_BODY, 30, 51, 150),
    [TEXT_SHEET] = SERIF(GROW_BODY, 30, 51, 165),
    [TEXT_NUMBER] = SANS_BOLD(GROW_INTERFACE, 44, 70, 125),
    [TEXT_DIALOG] = SANS(GROW_INTERFACE, 34, 58, 150),
    [TEXT_ATTRACT] = SANS_BOLD(GROW_INTERFACE, 76, 100, 130),
    [TEXT_KEY] = SANS(GROW_INTERFACE, 44, 66, 120),
    [TEXT_KEY_WORD] = SANS(GROW_INTERFACE, 32, 50, 120),
    [TEXT_KEY_SMALL] = SANS(GROW_INTERFACE, 26, 38, 120),
    [TEXT_CANDIDATE] = SANS(GROW_INTERFACE, 50, 70, 120),
    [TEXT_CANDIDATE_FIRST] = SANS_BOLD(GROW_INTERFACE, 50, 70, 120),
};

/* How much of the way from standard to largest: 1, 1.25, 1.5, 1.7 for the
 * interface and 1, 1.2, 1.45, 1.7 for what is read. */
static const unsigned char way_percent[][SIZE_COUNT] = {
    [GROW_INTERFACE] = {0, 36, 71, 100},
    [GROW_BODY] = {0, 29, 64, 100},
};

/* Lengths in design pixels, likewise. */
static const struct length {
    size_t field;
    unsigned char standard, largest;
} lengths[] = {
#define LENGTH(name, ...)                         \
    {                                             \
        offsetof(struct theme, name), __VA_ARGS__ \
    }
    LENGTH(hairline, 1, 1), LENGTH(page, 48, 48),
    LENGTH(gap, 24, 24),    LENGTH(pad, 32, 32),
    LENGTH(radius, 20, 20), LENGTH(header, 112, 144),
    LENGTH(bar, 136, 176),  LENGTH(rail, 152, 184),
    LENGTH(icon, 44, 60),   LENGTH(icon_large, 64, 92),
};

#define DESIGN_MM 268 /* a 21.5-inch panel is 1080 design pixels wide */
#define DESIGN_PX 1080
#define SMALL_MM 180
#define UNIT_ONE 65536

/* The integer square root, rounded down. */
static uint32_t root(uint64_t square)
{
    uint64_t low = 0, high = UINT32_MAX;
    while (low < high) {
        uint64_t middle = (low + high + 1) / 2;
        if (middle <= square / middle)
            low = middle;
        else
            high = middle - 1;
    }
    return (uint32_t)low;
}

/* A length in hundredths of a millimetre as pixels, rounded up. */
static int px_of_mm100(const struct theme *theme, int panel_mm, int mm100)
{
    int64_t across = (int64_t)panel_mm * 100;
    return (int)(((int64_t)theme->width * mm100 + across - 1) / across);
}

/* px a design pixel, 16.16: its millimetres on this panel, times the square
 * root of how much shorter or longer the short side is than the design's.
 * Integers only, so that every CPU sees the same picture. */
static int unit_of(const struct theme *theme, int panel_mm)
{
    int short_px = theme->width < theme->height ? theme->width : theme->height;
    uint64_t plain = (uint64_t)theme->width * DESIGN_MM * UNIT_ONE /
                     ((uint64_t)panel_mm * DESIGN_PX);
    uint64_t reach = (uint64_t)short_px * (uint64_t)panel_mm * UNIT_ONE /
                     ((uint64_t)theme->width * DESIGN_MM);
    uint64_t unit = plain * root(reach * UNIT_ONE) / UNIT_ONE;
    return unit < UNIT_ONE / 16   ? UNIT_ONE / 16
           : unit > UNIT_ONE * 16 ? UNIT_ONE * 16
                                  : (int)unit;
}

static int between(int standard, int largest, enum growth growth,
                   enum text_size size)
{
    int way = (largest - standard) * way_percent[growth][size];
    return standard + (way + 50) / 100;
}

static void set_text(struct theme *theme, int panel_mm)
{
    /* No text is smaller than 3.5 mm, whatever the panel. */
    int smallest = px_of_mm100(theme, panel_mm, 350);
    for (size_t i = 0; i < TEXT_ROLE_COUNT; i++) {
        const struct type *type = &types[i];
        int em =
            theme_px(theme, between(type->standard, type->largest,
                                    (enum growth)type->growth, theme->size));
        em = em < smallest ? smallest : em;
        em = em < 4 ? 4 : em > 400 ? 400 : em;
        theme->text[i] = (struct text_look){
            .style = {(enum font_family)type->family,
                      (enum font_weight)type->weight, em},
            .line_height = (em * type->line_percent + 50) / 100,
        };
    }
}

void theme_init(struct theme *theme, int width_px, int height_px, int panel_mm,
                enum text_size size, enum contrast contrast)
{
    if (panel_mm < 40 || panel_mm > 4000)
        panel_mm = width_px > height_px ? 476 : DESIGN_MM;
    *theme = (struct theme){
        .width = width_px < 1 ? 1 : width_px,
        .height = height_px < 1 ? 1 : height_px,
        .landscape = width_px > height_px,
        .size = size,
        .contrast = contrast,
    };
    int64_t short_px =
        theme->width < theme->height ? theme->width : theme->height;
    theme->small = short_px * panel_mm < (int64_t)SMALL_MM * theme->width;
    theme->unit = unit_of(theme, panel_mm);
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        int *field = (int *)(void *)((char *)theme + lengths[i].field);
        *field =
            theme_px(theme, between(lengths[i].standard, lengths[i].largest,
                                    GROW_INTERFACE, size));
    }
    theme->border = theme_px(theme, contrast == CONTRAST_PAPER ? 1 : 4);
    theme->touch = px_of_mm100(theme, panel_mm, 1270);
    theme->touch_gap = px_of_mm100(theme, panel_mm, 250);
    theme->slop = px_of_mm100(theme, panel_mm, 300);
    if (theme->gap < theme->touch_gap)
        theme->gap = theme->touch_gap;
    for (size_t i = 0; i < COLOUR_ROLE_COUNT; i++)
        theme->colours[i] = colours[i][contrast];
    set_text(theme, panel_mm);
}

int theme_px(const struct theme *theme, int design)
{
    int64_t px = ((int64_t)design * theme->unit + UNIT_ONE / 2) / UNIT_ONE;
    return design > 0 && px < 1 ? 1 : (int)px;
}
