/* rect.h - rectangles of whole pixels; empty when width or height is not
 * positive. Any coordinates are allowed: what does not fit an int is cut off.
 * Colours are 0xRRGGBB. */
#ifndef UI_RECT_H
#define UI_RECT_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

struct rect {
    int x, y, width, height;
};

typedef uint32_t colour; /* 0xRRGGBB */

static inline bool rect_empty(struct rect r)
{
    return r.width <= 0 || r.height <= 0;
}

static inline bool rect_contains(struct rect r, int x, int y)
{
    return x >= r.x && y >= r.y && x - (int64_t)r.x < r.width &&
           y - (int64_t)r.y < r.height;
}

/* From its edges, right and bottom just outside; a side that is not positive
 * becomes 0. */
static inline struct rect rect_from_edges(int64_t left, int64_t top,
                                          int64_t right, int64_t bottom)
{
#define RECT_CUT(value, low) \
    ((int)((value) < (low) ? (low) : (value) > INT_MAX ? INT_MAX : (value)))
    return (struct rect){RECT_CUT(left, INT_MIN), RECT_CUT(top, INT_MIN),
                         RECT_CUT(right - left, 0), RECT_CUT(bottom - top, 0)};
#undef RECT_CUT
}

static inline int64_t rect_right(struct rect r)
{
    return (int64_t)r.x + r.width;
}

static inline int64_t rect_bottom(struct rect r)
{
    return (int64_t)r.y + r.height;
}

static inline struct rect rect_intersect(struct rect a, struct rect b)
{
    int64_t right = rect_right(a), bottom = rect_bottom(a);
    return rect_from_edges(a.x > b.x ? a.x : b.x, a.y > b.y ? a.y : b.y,
                           right < rect_right(b) ? right : rect_right(b),
                           bottom < rect_bottom(b) ? bottom : rect_bottom(b));
}

/* The smallest rectangle around both; an empty one does not count. */
static inline struct rect rect_union(struct rect a, struct rect b)
{
    int64_t right = rect_right(a), bottom = rect_bottom(a);
    if (rect_empty(a))
        return b;
    if (rect_empty(b))
        return a;
    return rect_from_edges(a.x < b.x ? a.x : b.x, a.y < b.y ? a.y : b.y,
                           right > rect_right(b) ? right : rect_right(b),
                           bottom > rect_bottom(b) ? bottom : rect_bottom(b));
}

static inline struct rect rect_inset(struct rect r, int by)
{
    return rect_from_edges((int64_t)r.x + by, (int64_t)r.y + by,
                           rect_right(r) - by, rect_bottom(r) - by);
}

#endif
