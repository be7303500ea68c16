/* spacing.h - the width of marks and the gaps between scripts. For fonts/
 * only. What depends on two neighbours is done once for the paragraph; what
 * depends on the line is asked for when lines are made. */
#ifndef FONTS_SPACING_H
#define FONTS_SPACING_H

#include "fonts/classes.h"
#include "fonts/shape.h"

/* What is set: the shaped glyphs, and what they were made of. */
struct setting {
    struct fonts *fonts;
    const char *text;
    size_t length;
    struct shaped shaped;
};

/* What spacing remembers; one of struct fonts. */
struct spacing;
struct spacing *spacing_new(void);
void spacing_free(struct spacing *spacing); /* NULL is fine */

/* Applies rules 8, 11, 13 and 23 to the glyphs, and marks the plain ones. */
void spacing_apply(struct setting *setting);

/* The gap in front of a glyph with GLYPH_GAP: part of its advance, dropped at
 * the start of a line. 1/64 px. */
int32_t spacing_gap(uint32_t font);

/* What trimming a glyph adds to its offset and advance when it stands first
 * (TRIM_LEFT, rule 9) or last (TRIM_RIGHT, rule 10) on a line: 0 for all but
 * marks that have not been trimmed yet. */
struct trim {
    int32_t dx, advance;
};
struct trim spacing_edge(const struct setting *setting, size_t glyph, int side);

/* Rule 16: what grows when a line is too short, one after the other; when both
 * are exhausted, every gap that may. */
enum grow {
    GROW_SPACE, /* word spaces, up to half an em */
    GROW_GAP,   /* between Han and Latin, up to half an em */
    GROW_COUNT
};

/* Those do not grow by more than an em: two ideographs at the ends of an empty
 * line are worse than a ragged one. */
#define GAP_LIMIT_EM 1

/* How many gaps share that. In a line of words with a few ideographs in it only
 * the spaces do, or the line would come apart at the ideographs. */
static inline int64_t growing_gaps(int64_t places, int64_t spaces)
{
    return spaces * 2 >= places ? spaces : places;
}

/* What a glyph can give or take within a line, 1/64 px. At the ends of the
 * line it is less: see slack_at_start and slack_at_end. */
struct slack {
    int32_t shrink, grow;
    int32_t dx;      /* where the origin goes when all of `shrink` is taken */
    uint8_t shrinks; /* which class: enum shrink */
    uint8_t grows;   /* enum grow */
    bool place;      /* its gap, or the space itself, takes part in the rest */
    bool space;
};

/* Looks at the glyphs from one that starts a forced line or any line, but for
 * those with GLYPH_PLAIN behind it, which the caller passes by itself. */
struct slack_walk {
    const struct setting *setting;
    size_t first;
    size_t span, span_end; /* of the last glyph; glyph behind the span */
    uint32_t font;         /* of the span */
    int32_t em;            /* 1/64 px */
    bool last_wide, inside;
    uint8_t level, last_level;
};
struct slack_walk slack_walk(const struct setting *setting, size_t first);
/* Glyphs in the order of the text. */
struct slack slack_at(struct slack_walk *walk, size_t at);

/* What is left of a glyph's slack as the first one of its line: the gap is
 * dropped, an opening mark has lost its half... */
static inline struct slack slack_at_start(const struct glyph *glyph,
                                          struct slack slack)
{
    slack.place = false;
    if (glyph->flags & GLYPH_GAP)
        slack.shrink = slack.grow = 0;
    if (class_rules[glyph->class].trim == TRIM_LEFT)
        slack.shrink = 0;
    return slack;
}

/* ...and as the last one. */
static inline struct slack slack_at_end(const struct glyph *glyph,
                                        struct slack slack)
{
    if (class_rules[glyph->class].trim == TRIM_RIGHT)
        slack.shrink = 0;
    return slack;
}

#endif
