/* bidi.h - text that runs from right to left, by ICU. For fonts/ only.
 *
 * Chinese never pays for it: only where a character was met that could change
 * the order ICU is asked. */
#ifndef FONTS_BIDI_H
#define FONTS_BIDI_H

#include "fonts/shape.h"

struct bidi;

/* A level of the Unicode Bidirectional Algorithm, odd: right to left; the top
 * bit says that the paragraph (up to a newline) runs from right to left. */
enum { BIDI_LEVEL = 0x7F, BIDI_BASE_BACKWARD = 0x80 };

/* The paragraph's first strong character decides; or it is set: 0, 1. */
#define BIDI_FIRST_STRONG 0xFE

/* Is it of class R, AL or AN, or a control that makes others run from right to
 * left? Text without such a character runs in its own order. */
bool bidi_turns(uint32_t code);

/* Is the first strong character before a newline one from right to left? */
bool bidi_starts_backward(const char *text, size_t length);

/* The levels of a well-formed text; 0851-85661773 and 2026-11-20 are in one
 * piece. bidi_free() it. */
struct bidi *bidi_new(const char *text, size_t length, uint8_t base);
void bidi_free(struct bidi *bidi); /* NULL is fine */

/* Sets the levels of the characters of a chunk. Every chunk of the text once,
 * in order. */
void bidi_mark(struct bidi *bidi, struct itemizer *itemizer);

/* The character a glyph of `code` shows: ( is drawn as ) from right to left. */
uint32_t bidi_shown(const struct shaped *shaped, size_t glyph, uint32_t code);

/* The glyphs from first up to end, as one line from left to right: their
 * numbers, counted from first, to `order`. Within a cluster they stay as they
 * are. levels: room for as many bytes. False: that is the order of the text,
 * and neither is set. */
bool bidi_order(const struct shaped *shaped, size_t first, size_t end,
                uint8_t *levels, uint32_t *order);

#endif
