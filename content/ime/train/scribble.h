/* scribble.h - writes a printed character the way a hand may have: shaken,
 * slanted, stretched, bent, strokes moved, cut, joined and swapped. */
#ifndef CONTENT_IME_TRAIN_SCRIBBLE_H
#define CONTENT_IME_TRAIN_SCRIBBLE_H

#include "content/ime/features.h"
#include "content/ime/train/numbers.h"

/* carelessness: 0 is as printed, 1 is a hand in a hurry. */
void scribble(const struct ink *printed, double carelessness, struct dice *dice,
              struct ink *out);

#endif
