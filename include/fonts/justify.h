/* justify.h - where the glyphs of a line stand. For fonts/ only. */
#ifndef FONTS_JUSTIFY_H
#define FONTS_JUSTIFY_H

#include "fonts/lines.h"

/* A glyph in its line; index 0 is the line's first glyph, in text order. */
struct pen {
    int32_t advance, before; /* 1/64 px: its own, and the gap left of it */
    int32_t dx;              /* 1/64 px, with what trimming adds; then px of the
                                origin */
    int32_t left, right;     /* px */
};

/* Working memory of the longest line so far, in struct fonts. */
struct line_scratch {
    struct pen *pens;
    uint32_t *order;      /* the glyphs from left to right */
    uint8_t *levels;      /* of the bidirectional algorithm */
    bool turned;          /* order is not that of the text */
    struct slack *slacks; /* of the glyphs that are not plain */
    struct placed_glyph *placed;
    size_t capacity;
};

struct line_scratch *line_scratch_new(void);
void line_scratch_free(struct line_scratch *scratch); /* NULL is fine */
/* Room for `count` glyphs. */
void line_scratch_reserve(struct line_scratch *scratch, size_t count);

/* Fills pens and order for the glyphs from line->first up to `end`. The line
 * starts at x px. A line wider than `most` shrinks and one narrower than
 * `least` grows, as far as they can, 1/64 px. tail: width of what follows the
 * glyphs (an ellipsis). Returns where the glyphs end, in px. */
struct line_target {
    int x;
    int64_t least, most;
    int64_t tail;
};
int justify_line(const struct setting *setting, const struct line *line,
                 size_t end, const struct line_target *target);

/* 1/64 px to px. */
static inline int32_t round_px(int64_t value)
{
    return (int32_t)((value + 32) >> 6);
}

#endif
