/* canvas.h - drawing in software into a surface.
 *
 * Plain integer loops: the same bytes on every CPU, so pictures compare without
 * tolerance. Every function clips (a glyph may write up to three pixels behind
 * its right edge back as they were); nothing allocates. Colours are blended as
 * stored (sRGB), rounded to nearest; glyph coverage is bent a little, one way
 * for dark ink and the other for light, in place of linear blending. The X byte
 * of what is drawn is 0. */
#ifndef UI_CANVAS_H
#define UI_CANVAS_H

#include "fonts/glyph_cache.h"
#include "fonts/paragraph.h"
#include "ui/picture.h"
#include "ui/presenter.h"

struct canvas {
    struct surface surface;
    struct rect clip;
};

void canvas_fill(struct canvas *canvas, struct rect rect, colour ink);

/* A rounded box: fill, then a border of border_px inside the edge (0: none).
 * radius_px is cut to half the shorter side. corners: bit 0 top left, 1 top
 * right, 2 bottom right, 3 bottom left are round; CANVAS_ALL_CORNERS. */
#define CANVAS_ALL_CORNERS 15u
void canvas_box(struct canvas *canvas, struct rect rect, int radius_px,
                unsigned corners, colour fill, int border_px, colour border);

/* The box only where it is not filled: a border alone. */
void canvas_frame(struct canvas *canvas, struct rect rect, int radius_px,
                  int border_px, colour border);

/* A line between the middles of two pixels, width_px wide, its ends round: what
 * a pen leaves. A line to where it starts is a dot. */
void canvas_line(struct canvas *canvas, int from_x, int from_y, int to_x,
                 int to_y, int width_px, colour ink);

/* Everything in rect is moved towards colour by amount/256: dimming behind an
 * overlay. */
void canvas_tint(struct canvas *canvas, struct rect rect, colour ink,
                 unsigned amount);

/* 8-bit coverage (an icon) at x, y, as it is. */
void canvas_mask(struct canvas *canvas, int x, int y, const uint8_t *coverage,
                 int width, int height, int pitch, colour ink);

/* The paragraph with its top left corner at x, y; the lines outside the clip
 * are not looked at. colours[tag & 15] colours a glyph; a run whose tag has
 * CANVAS_UNDERLINE is underlined. Its marks and pinyin are drawn with it; its
 * icons are left to the painter, which has their masks. */
#define CANVAS_UNDERLINE 16u
void canvas_text(struct canvas *canvas, struct glyph_cache *cache,
                 struct paragraph *paragraph, int x, int y,
                 const colour colours[16]);
/* Its lines from `first` up to `end`, or to its last, with the first one's top
 * left corner at x, y. */
void canvas_text_lines(struct canvas *canvas, struct glyph_cache *cache,
                       struct paragraph *paragraph, size_t first, size_t end,
                       int x, int y, const colour colours[16]);

/* The picture, already of the rectangle's size (picture_decode), its corners
 * rounded. */
void canvas_picture(struct canvas *canvas, struct rect rect,
                    const struct picture *picture, int radius_px);

/* Moves the rows of rect by dy (down when positive); what enters from outside
 * the rectangle is left as it was, for the caller to draw. */
void canvas_scroll(struct canvas *canvas, struct rect rect, int dy);

#endif
