/* kinsoku.h - the levels of strictness at the ends of lines. For fonts/ only.
 *
 * breaks.h marks what the GB style allows, which is what nearly every paragraph
 * wants; another level adds to it or takes away, glyph by glyph. */
#ifndef FONTS_KINSOKU_H
#define FONTS_KINSOKU_H

#include "fonts/shape.h"

void kinsoku_apply(struct shaped *shaped, enum strictness strictness);

#endif
