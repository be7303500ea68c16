/* interlinear.h - what stands between the lines: dots and lines below the
 * characters, pinyin above them, raised numbers (rules 21, 22); and the icons
 * within one. For fonts/ only.
 *
 * None of it takes height: the line gap stays what it is. Only pinyin wider
 * than its character moves that character's neighbour away. */
#ifndef FONTS_INTERLINEAR_H
#define FONTS_INTERLINEAR_H

#include "fonts/justify.h"

/* Pinyin above one character. */
struct ruby {
    uint32_t base;         /* its glyph */
    uint32_t first, count; /* glyphs of the pinyin */
    int width;             /* px */
    int x;                 /* px, in the line that was asked for last */
};

struct interlinear {
    struct text_mark *marks; /* NULL: nothing, and nothing costs anything */
    size_t mark_count;
    struct ruby *rubies; /* in the order of their characters */
    size_t ruby_count, ruby_capacity;
    struct placed_glyph *pinyin; /* from the left end of each syllable */
    size_t pinyin_count, pinyin_capacity;
    /* What was asked for last. */
    struct placed_mark *placed;
    size_t placed_count, placed_capacity;
    struct placed_glyph *above;
    size_t above_capacity;
};

/* Copies the marks, raises what they raise, makes the pinyin and room for it.
 * After spacing_apply. */
void interlinear_init(struct interlinear *interlinear, struct setting *setting,
                      const struct text_mark *marks, size_t count);
void interlinear_fini(struct interlinear *interlinear);

/* Of a line that justify_line has just placed, in a measure of width px. */
size_t interlinear_marks(struct interlinear *interlinear,
                         const struct setting *setting, const struct line *line,
                         int baseline);
size_t interlinear_ruby(struct interlinear *interlinear,
                        const struct setting *setting, const struct line *line,
                        int baseline, int width);

#endif
