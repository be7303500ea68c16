/* outline.h - vector icons to 8-bit coverage, through FreeType's rasteriser. */
#ifndef FONTS_OUTLINE_H
#define FONTS_OUTLINE_H

#include <stdbool.h>
#include <stdint.h>

#include "fonts/fonts.h"

/* Draws an SVG path (commands M L H V C Q A Z and their lower-case forms, SVG
 * 1.1 chapter 8.3) whose view box is `box` units square into size_px * size_px
 * bytes of coverage. stroke > 0: stroked that wide (in units), round caps and
 * joins; else filled, non-zero. False, with coverage all 0, when the path is
 * malformed. */
bool outline_draw(struct fonts *fonts, const char *path, int box, float stroke,
                  int size_px, uint8_t *coverage);

#endif
