/* shape.h - characters to glyphs, through HarfBuzz. For fonts/ only.
 *
 * A paragraph keeps 16 bytes a glyph and one span for each change of font or
 * tag. Glyphs stand in the order of the text; those of a right-to-left level
 * are turned round when a line is placed. Advances are in 1/64 px. */
#ifndef FONTS_SHAPE_H
#define FONTS_SHAPE_H

#include "fonts/itemize.h"

enum {
    GLYPH_FIRST = 1,    /* of its cluster */
    GLYPH_BREAK = 2,    /* a line may start here */
    GLYPH_JOINED = 4,   /* stays with the glyph before it, at no distance */
    GLYPH_GAP = 8,      /* a quarter em between Han and Latin before it */
    GLYPH_TRIMMED = 16, /* its blank half is already taken away */
    /* Most glyphs give and take in one of two ways (spacing.h), unless they
       stand first on a line: */
    GLYPH_PLACE = 32, /* nothing but the gap in front of them, which may grow */
    GLYPH_STILL = 64, /* nothing */
    GLYPH_PLAIN = GLYPH_PLACE | GLYPH_STILL,
};

struct glyph {
    uint32_t cluster; /* byte of the text */
    int32_t advance;
    int16_t dx, dy;
    uint16_t id;
    uint8_t class; /* enum char_class */
    uint8_t flags;
};
_Static_assert(sizeof(struct glyph) == 16, "memory is counted in glyphs");

struct span {
    uint32_t first; /* glyph */
    uint32_t font, tag;
    uint8_t level; /* bidi.h */
};

struct shaped {
    struct glyph *glyphs;
    struct span *spans;
    size_t count, capacity;
    size_t span_count, span_capacity;
};

/* Appends the glyphs of the chunk in fonts->itemizer. */
void shape_chunk(struct fonts *fonts, const struct source *source,
                 struct shaped *out);

/* One … in a style, for text that is cut: its font, id and advance. */
struct glyph shape_ellipsis(struct fonts *fonts, const struct text_style *style,
                            uint32_t *font_out);

/* The span a glyph belongs to. */
size_t span_of(const struct shaped *shaped, size_t glyph);

#endif
