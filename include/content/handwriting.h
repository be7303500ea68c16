/* handwriting.h - which character was drawn: strokes in, candidates out.
 *
 * The recogniser looks at where on the field lines run in which direction, not
 * at how many strokes there are or in which order they came: joined, swapped
 * and shaken strokes are what hands at a kiosk write. How that works stands on
 * top of content/ime/handwriting.c, how its model is made in
 * content/ime/train/README.md.
 *
 * A handle has its own work space and belongs to one thread at a time; several
 * handles may be open on the same file, which is mapped, shared and only read.
 * One recognition takes a fraction of a millisecond and allocates nothing, so a
 * worker is not needed for the frame's sake, but allowed. */
#ifndef CONTENT_HANDWRITING_H
#define CONTENT_HANDWRITING_H

#include <stddef.h>
#include <stdint.h>

struct handwriting;

/* What of the ink is looked at: the first so many strokes and points. More is
 * no error; no character comes near them (the most strokes are 36). */
enum { HANDWRITING_STROKES = 64, HANDWRITING_POINTS = 4096 };

/* Any unit and origin, x to the right and y down; only the shape counts. Points
 * that are no numbers (NaN) or beyond a million either way are left out. */
struct handwriting_point {
    float x, y;
};

/* From pen-down to pen-up. Borrowed for the call. */
struct handwriting_stroke {
    const struct handwriting_point *points;
    size_t count; /* 0: the stroke is left out */
};

struct handwriting_result {
    uint32_t codepoint;
    int32_t score; /* comparable within one answer only; higher is likelier */
};

/* Opens a model: content/ime/data/handwriting.model in the source tree,
 * $(prefix)/share/yichuang/handwriting.model where it is installed. Every byte
 * is checked. NULL when it is missing, cut short or damaged, with the reason
 * logged. The caller owns the result: handwriting_close() it. */
struct handwriting *handwriting_open(const char *path);
void handwriting_close(struct handwriting *model); /* wipes; NULL is fine */

/* The most likely characters first, at most `most` of them; returns how many:
 * always `most` (or as many as the model knows), but 0 when there is no ink: no
 * stroke with a point in it. A dot, or points that all lie on each other, is
 * ink and is answered, if with little to go by. What scores the same comes in
 * the order of code points, so that the answer is the same everywhere.
 *
 * previous is the character before the cursor, 0 when there is none: candidates
 * that often follow it come further up. */
size_t handwriting_recognise(struct handwriting *model,
                             const struct handwriting_stroke *strokes,
                             size_t count, uint32_t previous,
                             struct handwriting_result *results, size_t most);

/* Wipes what the handle still knows of the last ink. The caller wipes its own
 * strokes and results. NULL is fine. */
void handwriting_forget(struct handwriting *model);

/* How many characters the model knows. */
size_t handwriting_count(const struct handwriting *model);

#endif
