#include "ui/ink.h"

#include <string.h>

static int16_t cut(int value)
{
    return (int16_t)(value < INT16_MIN   ? INT16_MIN
                     : value > INT16_MAX ? INT16_MAX
                                         : value);
}

static void put(struct ink *ink, int x, int y)
{
    ink->points[ink->point_count++] = (struct ink_point){cut(x), cut(y)};
    ink->ends[ink->stroke_count - 1] = (uint16_t)ink->point_count;
}

bool ink_down(struct ink *ink, int x, int y)
{
    if (ink->stroke_count == INK_STROKES || ink->point_count == INK_POINTS)
        return false;
    ink->stroke_count++;
    put(ink, x, y);
    return true;
}

void ink_to(struct ink *ink, int x, int y)
{
    if (!ink->stroke_count || ink->point_count == INK_POINTS)
        return;
    struct ink_point last = ink->points[ink->point_count - 1];
    if (last.x != cut(x) || last.y != cut(y))
        put(ink, x, y);
}

void ink_clear(struct ink *ink)
{
    explicit_bzero(ink, sizeof(*ink));
}
