/* spacing.h - the width of marks and the gaps between scripts. For fonts/
 * only. What depends on two neighbours is done once for the paragraph; what
 * depends on the ends of a line is asked for when lines are made. */
#ifndef FONTS_SPACING_H
#define FONTS_SPACING_H

#include "fonts/shape.h"

/* Rule 13: a quarter of an em between Han and Latin letters or digits. */
#define SPACING_GAP_DIVISOR 4

/* What is set: the shaped glyphs, and what they were made of. */
struct setting {
    struct fonts *fonts;
    const char *text;
    size_t length;
    struct shaped shaped;
};

/* Applies rules 8, 11 and 13 to the glyphs. */
void spacing_apply(struct setting *setting);

/* The gap in front of a glyph with GLYPH_GAP: part of its advance, dropped at
 * the start of a line. 1/64 px. */
int32_t spacing_gap(uint32_t font);

/* What trimming a glyph adds to its offset and advance when it stands first
 * (TRIM_LEFT, rule 9) or last (TRIM_RIGHT, rule 10) on a line: 0 for all but
 * marks that have not been trimmed yet. */
struct trim {
    int32_t dx, advance;
};
struct trim spacing_edge(const struct setting *setting, size_t glyph, int side);

#endif
