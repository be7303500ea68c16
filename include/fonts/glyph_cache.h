/* glyph_cache.h - rasterised glyphs, 8-bit coverage, under a byte budget.
 *
 * Pages are filled in arrival order and the page not used for longest goes
 * first when the budget is spent. The budget is a limit, not a plan: memory is
 * taken as glyphs come, and pages beyond 6 MiB are given back once no frame of
 * the last thousand has used them, so what a visitor looked at in passing, or
 * in another size, does not stay. */
#ifndef FONTS_GLYPH_CACHE_H
#define FONTS_GLYPH_CACHE_H

#include "fonts/fonts.h"

struct glyph_cache;

/* Whoever blends so many pixels at a time needs no other way for the end of a
 * row. */
#define GLYPH_ALIGN 4

struct glyph_image {
    const uint8_t *coverage; /* 0 to 255, height rows of pitch bytes */
    int pitch, width, height;
    int padding;   /* bytes of 0 after the width of every row, up to a
                      multiple of GLYPH_ALIGN */
    int left, top; /* of the bitmap against the origin; top counts up */
};

/* budget_bytes: coverage and book-keeping together; at least one page is kept
 * whatever it says. */
struct glyph_cache *glyph_cache_new(struct fonts *fonts, size_t budget_bytes);
void glyph_cache_free(struct glyph_cache *cache); /* NULL is fine */

/* Nothing found after this call is evicted until the next one. */
void glyph_cache_begin_frame(struct glyph_cache *cache);

/* Gives back all beyond 6 MiB that is not part of this frame: for when a
 * visitor leaves. */
void glyph_cache_shrink(struct glyph_cache *cache);

/* font and glyph as in struct placed_glyph. False when the glyph has no ink (a
 * space). The coverage is borrowed until the next glyph_cache_begin_frame. When
 * everything in the budget is already part of this frame and the glyph does not
 * fit, it is drawn all the same, counted as a refusal in glyph_cache_stats, and
 * borrowed until the next call only. */
bool glyph_cache_find(struct glyph_cache *cache, uint32_t font, uint32_t glyph,
                      struct glyph_image *out);

struct glyph_cache_stats {
    size_t bytes, pages, glyphs;
    uint64_t hits, misses, refusals;
    uint64_t evictions, given_back; /* pages: for want of room, of use */
};
struct glyph_cache_stats glyph_cache_stats(const struct glyph_cache *cache);

#endif
