/* features.h - what the recogniser sees of a character: 512 numbers that do not
 * depend on the order, the direction of time, the size or the place of strokes.
 *
 * The recogniser and the training program share it, so that both see the same.
 * It computes in double with + - * / and square roots only, which IEEE 754
 * rounds the same everywhere, and is compiled without fused multiply-adds
 * (Makefile): every machine sees the same numbers, whatever the optimiser does.
 */
#ifndef CONTENT_IME_FEATURES_H
#define CONTENT_IME_FEATURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "content/handwriting.h"

enum {
    FEATURES_GRID = 8,       /* cells across and down */
    FEATURES_DIRECTIONS = 8, /* every 45 degrees */
    FEATURES = FEATURES_GRID * FEATURES_GRID * FEATURES_DIRECTIONS,
    FEATURES_ONE = 4096, /* the length of the vector */
};

/* Strokes one after the other; every stroke has a point. */
struct ink {
    size_t stroke_count, point_count;
    size_t ends[HANDWRITING_STROKES]; /* where each stroke ends in points */
    struct handwriting_point points[HANDWRITING_POINTS];
};

/* One more cell all around catches what lies beyond the edge. */
struct feature_planes {
    double cells[FEATURES_DIRECTIONS][FEATURES_GRID + 2][FEATURES_GRID + 2];
};

/* Takes over what can be used of the strokes. False when that is nothing. */
bool ink_read(struct ink *ink, const struct handwriting_stroke *strokes,
              size_t count);
void ink_start_stroke(struct ink *ink);
/* Adds to the last stroke; what has no room is dropped. */
void ink_add(struct ink *ink, double x, double y);

/* Each from 0 to FEATURES_ONE. planes is work space. The ink has a point; its
 * taps grow to short dashes. */
void features_of(struct ink *ink, struct feature_planes *planes,
                 int16_t out[FEATURES]);

#endif
