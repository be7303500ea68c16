#include "fonts/spacing.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "fonts/bidi.h"
#include "fonts/classes.h"
#include "fonts/face.h"

/* Two marks in a row share one blank half, so that the pair is 1.5 em wide
 * (rule 8): which of the two gives it up. */
enum pair_side { SIDE_OTHER, SIDE_OPEN, SIDE_CLOSE, SIDE_MIDDLE, SIDE_COUNT };
enum pair_trim { PAIR_KEEP, PAIR_FIRST, PAIR_SECOND };

static const uint8_t pair_trims[SIDE_COUNT][SIDE_COUNT] = {
    [SIDE_OPEN] = {[SIDE_OPEN] = PAIR_SECOND},
    [SIDE_CLOSE] = {[SIDE_OPEN] = PAIR_SECOND,
                    [SIDE_CLOSE] = PAIR_FIRST,
                    [SIDE_MIDDLE] = PAIR_FIRST},
    [SIDE_MIDDLE] = {[SIDE_OPEN] = PAIR_SECOND},
};

static enum pair_side side_of(enum char_class class)
{
    static const uint8_t sides[] = {[TRIM_NONE] = SIDE_OTHER,
                                    [TRIM_LEFT] = SIDE_OPEN,
                                    [TRIM_RIGHT] = SIDE_CLOSE};
    return class == CLASS_MIDDLE ? SIDE_MIDDLE : sides[class_rules[class].trim];
}

static struct trim trim_of(const struct setting *setting,
                           const struct glyph *glyph, uint32_t font)
{
    struct trim trim = {0, 0};
    size_t at = glyph->cluster;
    uint32_t code = utf8_next(setting->text, setting->length, &at);
    size_t index = (size_t)(glyph - setting->shaped.glyphs);
    int mark = mark_find(bidi_shown(&setting->shaped, index, code));
    if (mark >= 0)
        face_trim(setting->fonts, font, mark, &trim.dx, &trim.advance);
    return trim;
}

static void trim_glyph(const struct setting *setting, struct glyph *glyph,
                       uint32_t font)
{
    struct trim trim = trim_of(setting, glyph, font);
    glyph->dx = (int16_t)(glyph->dx + trim.dx);
    glyph->advance += trim.advance;
    glyph->flags |= GLYPH_TRIMMED;
}

/* Rule 11: half an em in every face; Sans has 1 em, Serif a third. */
static void set_middle(struct glyph *glyph, uint32_t font)
{
    int32_t half = font_size(font) * 64 / 2;
    glyph->dx = (int16_t)(glyph->dx + (half - glyph->advance) / 2);
    glyph->advance = half;
}

static bool takes_gap(enum char_class a, enum char_class b)
{
    return (a == CLASS_HAN && class_rules[b].word) ||
           (b == CLASS_HAN && class_rules[a].word);
}

int32_t spacing_gap(uint32_t font)
{
    return font_size(font) * 64 / SPACING_GAP_DIVISOR;
}

struct neighbour {
    struct glyph *glyph;
    uint32_t font;
    uint8_t level;
};

static void space_pair(const struct setting *setting, struct neighbour a,
                       struct neighbour b)
{
    enum char_class first = a.glyph->class, second = b.glyph->class;
    switch (pair_trims[side_of(first)][side_of(second)]) {
    case PAIR_FIRST:
        trim_glyph(setting, a.glyph, a.font);
        break;
    case PAIR_SECOND:
        trim_glyph(setting, b.glyph, b.font);
        break;
    }
    /* Neighbours of two levels are none on the line. */
    if (takes_gap(first, second) && a.level == b.level) {
        b.glyph->advance += spacing_gap(b.font);
        b.glyph->flags |= GLYPH_GAP;
    }
}

void spacing_apply(struct setting *setting)
{
    struct shaped *shaped = &setting->shaped;
    struct neighbour before = {NULL, 0, 0};
    for (size_t s = 0; s < shaped->span_count; s++) {
        const struct span *span = &shaped->spans[s];
        size_t end = s + 1 < shaped->span_count ? span[1].first : shaped->count;
        for (size_t i = span->first; i < end; i++) {
            struct neighbour here = {&shaped->glyphs[i], span->font,
                                     span->level};
            if (!(here.glyph->flags & GLYPH_FIRST))
                continue;
            if (here.glyph->class == CLASS_MIDDLE)
                set_middle(here.glyph, span->font);
            if (before.glyph)
                space_pair(setting, before, here);
            before = here;
        }
    }
}

struct trim spacing_edge(const struct setting *setting, size_t glyph, int side)
{
    const struct shaped *shaped = &setting->shaped;
    const struct glyph *g = &shaped->glyphs[glyph];
    if (class_rules[g->class].trim != (enum trim_side)side ||
        g->flags & GLYPH_TRIMMED)
        return (struct trim){0, 0};
    return trim_of(setting, g, shaped->spans[span_of(shaped, glyph)].font);
}
