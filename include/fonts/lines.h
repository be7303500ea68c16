/* lines.h - shaped text into lines of a measure. For fonts/ only.
 *
 * One search over all the places a line may start finds the lines with the
 * least badness for the whole paragraph; `costs` in lines.c says what is bad.
 * Lines are judged by what they can give and take (struct slack), so that a
 * line which fits only when its commas are squeezed is a line that fits
 * (rule 5). Time is linear. Beyond SEARCH_BREAKS places to break the text is
 * searched piece by piece, the last two lines of a piece being found again
 * with the next one. The first break that fits is taken where there is nothing
 * to search: in a unit that is wider than the measure, where the text is cut,
 * and when the measure is so wide that a piece has no two lines. */
#ifndef FONTS_LINES_H
#define FONTS_LINES_H

#include "fonts/spacing.h"

#define SEARCH_BREAKS 1024

struct line {
    uint32_t first; /* glyph */
    uint32_t end;   /* behind the last glyph that has a width here: spaces at
                       the end of a line have none */
    int32_t width;  /* 1/64 px, before justification: may be more than the
                       measure where the line can shrink */
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
    int32_t em;            /* 1/64 px, what badness is relative to */
    bool justified;        /* lines shrink and grow to fit */
};

/* Replaces the contents of out. There is always one line. */
void lines_break(const struct setting *setting, const struct measure *measure,
                 struct lines *out);

/* The widest line when only forced breaks count. */
int64_t lines_natural_width(const struct setting *setting, int64_t indent);

#endif
