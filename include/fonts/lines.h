/* lines.h - shaped text into lines of a measure. For fonts/ only.
 *
 * The first break that fits. The better search and the compression before it
 * (rules 5, 15) have their place here. */
#ifndef FONTS_LINES_H
#define FONTS_LINES_H

#include "fonts/spacing.h"

struct line {
    uint32_t first; /* glyph */
    uint32_t end;   /* behind the last glyph that has a width here: spaces at
                       the end of a line have none */
    int32_t width;  /* 1/64 px, before justification */
};

struct lines {
    struct line *items;
    size_t count, capacity;
    uint32_t cut; /* with `truncated`: the first glyph not shown */
    bool truncated;
};

struct measure {
    int64_t first, others; /* 1/64 px */
    size_t max_lines;      /* 0: all */
    int64_t ellipsis;      /* width kept free where the text is cut */
};

/* Replaces the contents of out. There is always one line. */
void lines_break(const struct setting *setting, const struct measure *measure,
                 struct lines *out);

/* The widest line when only forced breaks count. */
int64_t lines_natural_width(const struct setting *setting, int64_t indent);

#endif
