/* model.h - the file that the recogniser reads and the training program writes.
 *
 * Little-endian, each part at a multiple of 8 bytes, in the order of struct
 * model_part. A character is a class; classes are in the order of code points.
 */
#ifndef CONTENT_IME_MODEL_H
#define CONTENT_IME_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "content/ime/features.h"

#define MODEL_MAGIC "YCHWR01\n"

enum {
    MODEL_CLASSES = 30000, /* at most */
    MODEL_DIMENSIONS = 256,
    MODEL_FOLLOWERS = 1 << 20,
    MODEL_SHIFT = 24,
    /* What a follower's weight counts: 16 of them are one unit of 5 ln P. */
    MODEL_WEIGHT = 16,
};

/* At most this is the square of a column's length in the projection, so that a
 * sum over all features fits 32 bits (Cauchy-Schwarz: 4096 * 2^18 = 2^30). */
#define MODEL_COLUMN (INT64_C(1) << 36)
#define MODEL_MOST (INT32_C(1) << 29) /* of means and priors, either way */

struct model_head {
    char magic[8];
    uint64_t seal; /* FNV-1a of all that follows */
    uint32_t classes, dimensions;
    uint32_t shift;     /* projected values are counted in 2^-shift */
    uint32_t unit;      /* of the score: the worth of one MODEL_WEIGHT-th */
    uint32_t followers; /* pairs of characters */
    uint32_t zero;
};

enum model_part {
    MODEL_CODES,      /* uint32_t [classes], rising */
    MODEL_PRIORS,     /* int32_t [classes], added to the score */
    MODEL_MEAN,       /* int32_t [dimensions], taken off the projection */
    MODEL_PROJECTION, /* int16_t [FEATURES][dimensions] */
    MODEL_VECTORS,    /* int8_t [classes][dimensions] */
    MODEL_STARTS,     /* uint32_t [classes + 1]: each class's followers */
    MODEL_NEXT,       /* uint16_t [followers]: classes */
    MODEL_WEIGHTS,    /* uint8_t [followers] */
    MODEL_PARTS
};

struct model_layout {
    size_t start[MODEL_PARTS], length[MODEL_PARTS]; /* bytes */
    size_t total;
};

/* False when a count is none that a model may have. */
static inline bool model_lay_out(const struct model_head *head,
                                 struct model_layout *out)
{
    if (head->classes < 1 || head->classes > MODEL_CLASSES ||
        head->dimensions < 1 || head->dimensions > MODEL_DIMENSIONS ||
        head->followers > MODEL_FOLLOWERS || head->shift < 1 ||
        head->shift > MODEL_SHIFT || head->zero != 0)
        return false;
    const size_t classes = head->classes, dimensions = head->dimensions;
    const size_t lengths[MODEL_PARTS] = {
        [MODEL_CODES] = classes * 4,
        [MODEL_PRIORS] = classes * 4,
        [MODEL_MEAN] = dimensions * 4,
        [MODEL_PROJECTION] = FEATURES * dimensions * 2,
        [MODEL_VECTORS] = classes * dimensions,
        [MODEL_STARTS] = (classes + 1) * 4,
        [MODEL_NEXT] = (size_t)head->followers * 2,
        [MODEL_WEIGHTS] = head->followers};
    size_t at = sizeof(*head);
    for (int part = 0; part < MODEL_PARTS; part++) {
        out->start[part] = at;
        out->length[part] = lengths[part];
        at += (lengths[part] + 7) / 8 * 8;
    }
    out->total = at;
    return true;
}

#endif
