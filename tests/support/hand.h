/* hand.h - printed characters, and seven ways in which hands write them. It
 * shares nothing with the program that made the recogniser's model. */
#ifndef TESTS_SUPPORT_HAND_H
#define TESTS_SUPPORT_HAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "content/handwriting.h"

enum { HAND_STROKES = 64, HAND_POINTS = 4096 };

struct drawing {
    uint32_t code;
    size_t stroke_count, point_count;
    struct handwriting_stroke strokes[HAND_STROKES];
    struct handwriting_point points[HAND_POINTS];
};

/* A file of lines "字<tab>x,y x,y;x,y x,y": strokes apart by ;, # comments. The
 * caller frees the result; a file that is missing or wrong ends the test. */
struct drawing *drawings_read(const char *path, size_t *count_out);

#define HAND_WAYS(X)                                                \
    X(CLEAN, "clean")       /* as printed */                        \
    X(MILD, "mild")         /* with care */                         \
    X(QUICK, "quick")       /* in a hurry */                        \
    X(JOINED, "joined")     /* mild, a third of strokes joined */   \
    X(SWAPPED, "swapped")   /* mild, some strokes in other order */ \
    X(SHUFFLED, "shuffled") /* mild, in any order */                \
    X(MESSY, "messy")       /* quick, joined and swapped */

enum hand_way {
#define X(id, name) HAND_##id,
    HAND_WAYS(X)
#undef X
        HAND_COUNT
};
extern const char *const hand_names[HAND_COUNT];

/* The same seed writes the same. */
void hand_write(const struct drawing *printed, enum hand_way way, uint64_t seed,
                struct drawing *out);

#endif
