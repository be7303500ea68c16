/* numbers.h - how search_doc.number is made: for the files of the search. */
#ifndef CONTENT_SEARCH_NUMBERS_H
#define CONTENT_SEARCH_NUMBERS_H

#include <stdbool.h>
#include <stdint.h>

#include "content/search.h"

/* Four bytes as FTS5 writes numbers, for 16 kinds. */
enum { NUMBER_BITS = 22, NUMBER_DISTANCES = 4 };
#define NUMBER_SPAN ((int64_t)1 << NUMBER_BITS)

/* The first number of a kind's docs; distance 0 is the nearest publisher. */
static inline int64_t number_base(int kind, int distance)
{
    return ((int64_t)kind * NUMBER_DISTANCES + distance) << NUMBER_BITS;
}

/* Whether it is one at all: a damaged database may hold any. Ask before the two
 * below. */
static inline bool number_is_fine(int64_t number)
{
    return number >= 0 && number < number_base(SEARCH_KIND_COUNT, 0);
}

static inline int number_kind(int64_t number)
{
    return (int)(number >> NUMBER_BITS) / NUMBER_DISTANCES;
}

static inline int number_distance(int64_t number)
{
    return (int)(number >> NUMBER_BITS) % NUMBER_DISTANCES;
}

#endif
