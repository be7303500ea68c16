/* measure.c - where the keyboard stands, and how large everything on it is.
 *
 * Three shapes. Below the content, in portrait: chips, candidates, four rows of
 * keys. Beside it, where half of a landscape panel is wide enough for ten keys:
 * the same over the whole height, with more room for candidates. Low, where it
 * is not: three rows of keys. On a small panel chips and candidates take turns.
 * The height is that of the panel, not of the text size: larger letters must
 * not push away what is looked for. */
#include "keyboard_private.h"

enum {
    BELOW_PERCENT = 46,  /* of the height that the keyboard takes at most, */
    BESIDE_PERCENT = 58, /* of the width where it stands at the side, */
    KEYS_PERCENT = 60,   /* of the height that keys take there */
};

/* With a pixel for each, which rounding may take. */
static int ten_keys(const struct theme *theme, int gap, int edge)
{
    return 10 * (theme->touch + 1) + 9 * gap + 2 * edge;
}

static int rows_of(int key, int gap, int count)
{
    return count * key + (count - 1) * gap;
}

/* Where ten keys of a finger's width and the gaps between have no room, the
 * gaps give way first. */
static void squeeze(struct metrics *m, const struct theme *theme)
{
    int room = (m->width - 2 * m->edge - 10 * theme->touch) / 9;
    if (room >= m->gap)
        return;
    m->edge = smaller(m->edge, px(theme, 12));
    m->gap =
        larger((m->width - 2 * m->edge - 10 * theme->touch) / 9, px(theme, 8));
}

/* As high as wished for, as there is room for, but a finger at least. */
static int key_height(const struct theme *theme, int wish, int room, int gap)
{
    int key = (room - (LAYOUT_ROWS - 1) * gap) / LAYOUT_ROWS;
    return larger(theme->touch, smaller(px(theme, wish), key));
}

static void measure_below(struct metrics *m, const struct theme *theme,
                          struct rect area)
{
    m->shape = SHAPE_BELOW;
    squeeze(m, theme);
    m->one_strip = theme->small;
    int around = m->top + m->bar + m->gap + m->bottom;
    if (m->one_strip)
        m->chip = m->bar;
    else
        around += m->chip + m->gap;
    int room = (int)((int64_t)area.height * BELOW_PERCENT / 100) - around;
    m->keys =
        rows_of(key_height(theme, 104, room, m->gap), m->gap, LAYOUT_ROWS);
    m->height = around + m->keys;
}

/* Over the whole height: candidates get what the keys leave. */
static void measure_beside(struct metrics *m, const struct theme *theme,
                           struct rect area)
{
    m->shape = SHAPE_BESIDE;
    m->height = area.height;
    int around = m->top + m->chip + 2 * m->gap + m->bottom;
    int room = (int)((int64_t)area.height * KEYS_PERCENT / 100);
    m->keys =
        rows_of(key_height(theme, 128, room, m->gap), m->gap, LAYOUT_ROWS);
    m->bar = larger(m->bar, m->height - around - m->keys);
}

static void measure_low(struct metrics *m, const struct theme *theme)
{
    m->shape = SHAPE_LOW;
    m->one_strip = true;
    m->gap = m->top = m->bottom = theme->touch_gap;
    m->edge = theme->touch_gap / 2;
    m->chip = m->bar = theme->touch + px(theme, 8);
    m->keys = rows_of(theme->touch, m->gap, LAYOUT_LOW_ROWS);
    m->height = m->top + m->bar + m->gap + m->keys + m->bottom;
}

struct metrics keyboard_measure(const struct theme *theme, struct rect area)
{
    struct metrics m = {
        .edge = px(theme, 24),
        .top = px(theme, 16),
        .bottom = px(theme, 24),
        .gap = larger(theme->touch_gap, px(theme, 12)),
        .chip = larger(theme->touch, px(theme, 72)),
        .bar = larger(
            px(theme, 112),
            theme->text[TEXT_KEY_SMALL].line_height + px(theme, 8) +
                larger(theme->touch, theme->text[TEXT_CANDIDATE].line_height)),
        .width = area.width,
    };
    int beside = larger(area.width / 2, ten_keys(theme, m.gap, m.edge));
    if (!theme->landscape) {
        measure_below(&m, theme, area);
    } else if ((int64_t)beside * 100 <= (int64_t)area.width * BESIDE_PERCENT) {
        m.width = beside;
        measure_beside(&m, theme, area);
    } else {
        measure_low(&m, theme);
    }
    m.height = smaller(m.height, area.height);
    return m;
}

struct rect keyboard_place(const struct theme *theme, struct rect area)
{
    struct metrics m = keyboard_measure(theme, area);
    return (struct rect){
        area.x + area.width - m.width,
        area.y + area.height - m.height,
        m.width,
        m.height,
    };
}
