#include "fonts/justify.h"

#include "base/mem.h"
#include "fonts/bidi.h"
#include "fonts/classes.h"
#include "fonts/face.h"

/* A word space grows to half an em before anything else does (rule 16). */
#define SPACE_LIMIT_DIVISOR 2

/* A gap never grows by more than an em of the first glyph: two ideographs at
 * the ends of an empty line are worse than a ragged one. */
#define GAP_LIMIT_EM 1

struct line_scratch *line_scratch_new(void)
{
    return xcalloc(1, sizeof(struct line_scratch));
}

void line_scratch_free(struct line_scratch *scratch)
{
    if (!scratch)
        return;
    free(scratch->pens);
    free(scratch->order);
    free(scratch->levels);
    free(scratch->placed);
    free(scratch);
}

void line_scratch_reserve(struct line_scratch *scratch, size_t count)
{
    if (count <= scratch->capacity)
        return;
    scratch->capacity = count < 64 ? 64 : count + count / 2;
    scratch->pens =
        xrealloc(scratch->pens, scratch->capacity, sizeof(*scratch->pens));
    scratch->order =
        xrealloc(scratch->order, scratch->capacity, sizeof(*scratch->order));
    scratch->levels =
        xrealloc(scratch->levels, scratch->capacity, sizeof(*scratch->levels));
    scratch->placed =
        xrealloc(scratch->placed, scratch->capacity, sizeof(*scratch->placed));
}

/* ---- widths ---- */

static void measure_glyphs(const struct setting *setting,
                           const struct line *line, size_t end, bool trims_end)
{
    const struct shaped *shaped = &setting->shaped;
    struct pen *pens = setting->fonts->line->pens;
    size_t span = span_of(shaped, line->first);
    for (size_t i = line->first; i < end; i++) {
        const struct glyph *glyph = &shaped->glyphs[i];
        struct pen *pen = &pens[i - line->first];
        while (span + 1 < shaped->span_count &&
               shaped->spans[span + 1].first <= i)
            span++;
        *pen = (struct pen){.advance = glyph->advance, .dx = glyph->dx};
        if (glyph->flags & GLYPH_GAP) {
            int32_t gap = spacing_gap(shaped->spans[span].font);
            pen->advance -= gap;
            pen->before = i > line->first ? gap : 0;
        }
        if (i >= line->end)
            pen->advance = pen->before = 0;
    }
    if (line->end == line->first)
        return;
    struct trim trim = spacing_edge(setting, line->first, TRIM_LEFT);
    pens[0].dx += trim.dx;
    pens[0].advance += trim.advance;
    if (trims_end) {
        trim = spacing_edge(setting, line->end - 1, TRIM_RIGHT);
        pens[line->end - line->first - 1].dx += trim.dx;
        pens[line->end - line->first - 1].advance += trim.advance;
    }
}

/* ---- what grows ---- */

/* A symbol without a class of its own that fills its em stands in the grid. */
static bool is_wide(const struct glyph *glyph, uint32_t font)
{
    return class_rules[glyph->class].wide ||
           (glyph->class == CLASS_OTHER &&
            glyph->advance == font_size(font) * 64);
}

/* May the gap in front of `glyph` grow? Not inside words and 2-em units, nor
 * beside connectors and solidi; nor between an ideograph and a Western mark
 * that leans on it. */
static bool may_grow(const struct glyph *last, bool last_wide,
                     const struct glyph *glyph, bool wide)
{
    if (!(glyph->flags & GLYPH_FIRST) || glyph->flags & GLYPH_JOINED ||
        class_rules[last->class].rigid || class_rules[glyph->class].rigid ||
        class_rules[last->class].hangs || class_rules[glyph->class].hangs ||
        last->class == CLASS_WESTERN_OPEN ||
        glyph->class == CLASS_WESTERN_CLOSE)
        return false;
    return last_wide || wide;
}

/* An amount given out in equal parts whose sum is exact. */
struct share {
    int64_t amount, count, given;
};

static int32_t share_next(struct share *share)
{
    int64_t before = share->amount * share->given / share->count;
    share->given++;
    return (int32_t)(share->amount * share->given / share->count - before);
}

/* The places that may grow are visited twice: counted, then paid. */
struct growth {
    struct share spaces, gaps;
};

typedef void visit_place(struct growth *growth, struct pen *pen, bool space,
                         int32_t size);

static void count_place(struct growth *growth, struct pen *pen, bool space,
                        int32_t size)
{
    growth->gaps.count++;
    if (space && pen->advance < size / SPACE_LIMIT_DIVISOR) {
        growth->spaces.count++;
        growth->spaces.amount += size / SPACE_LIMIT_DIVISOR - pen->advance;
    }
}

static void pay_place(struct growth *growth, struct pen *pen, bool space,
                      int32_t size)
{
    int32_t amount = 0;
    if (space && pen->advance < size / SPACE_LIMIT_DIVISOR)
        amount = share_next(&growth->spaces);
    amount += share_next(&growth->gaps);
    if (space)
        pen->advance += amount;
    else
        pen->before += amount;
}

/* Every place of the line that may grow: word spaces between other things, and
 * the gaps in front of wide characters. */
static void visit_places(const struct setting *setting, const struct line *line,
                         visit_place *visit, struct growth *growth)
{
    const struct shaped *shaped = &setting->shaped;
    struct pen *pens = setting->fonts->line->pens;
    size_t span = span_of(shaped, line->first);
    const struct glyph *last = NULL;
    bool last_wide = false, inside = false;
    uint8_t last_level = 0;
    for (size_t i = line->first; i < line->end; i++) {
        const struct glyph *glyph = &shaped->glyphs[i];
        while (span + 1 < shaped->span_count &&
               shaped->spans[span + 1].first <= i)
            span++;
        uint32_t font = shaped->spans[span].font;
        bool wide = is_wide(glyph, font);
        uint8_t level = shaped->spans[span].level;
        bool space = glyph->class == CLASS_SPACE;
        if ((space && inside) || (last && level == last_level &&
                                  may_grow(last, last_wide, glyph, wide)))
            visit(growth, &pens[i - line->first], space, font_size(font) * 64);
        inside |= !class_rules[glyph->class].hangs;
        last = glyph;
        last_wide = wide;
        last_level = level;
    }
}

static void grow(const struct setting *setting, const struct line *line,
                 int64_t rest)
{
    struct growth growth = {{0, 0, 0}, {0, 0, 0}};
    visit_places(setting, line, count_place, &growth);
    if (!growth.gaps.count)
        return;
    if (growth.spaces.amount > rest)
        growth.spaces.amount = rest;
    growth.gaps.amount = rest - growth.spaces.amount;
    const struct shaped *shaped = &setting->shaped;
    uint32_t font = shaped->spans[span_of(shaped, line->first)].font;
    if (growth.gaps.amount >
        growth.gaps.count * font_size(font) * 64 * GAP_LIMIT_EM)
        return;
    visit_places(setting, line, pay_place, &growth);
}

/* ---- positions ---- */

/* The gap before a cluster that runs from right to left is on its right, where
 * no glyph of its own starts: the cluster there, which is of the same level,
 * takes it. */
static void turn_gaps(const struct shaped *shaped, const struct line *line,
                      struct line_scratch *scratch, size_t count)
{
    struct pen *pens = scratch->pens;
    const uint32_t *order = scratch->order;
    size_t edge = count; /* of the cluster: behind its last glyph */
    for (size_t i = count; i-- > 0;) {
        if (!(scratch->levels[order[i]] & 1)) {
            edge = i;
            continue;
        }
        if (!(shaped->glyphs[line->first + order[i]].flags & GLYPH_FIRST))
            continue;
        if (edge < count)
            pens[order[edge]].before += pens[order[i]].before;
        pens[order[i]].before = 0;
        edge = i;
    }
}

/* Every edge is rounded from the exact position, so errors never add up. */
static int place_pens(struct line_scratch *scratch, size_t count, int x)
{
    int64_t at = 0;
    for (size_t i = 0; i < count; i++) {
        struct pen *pen = &scratch->pens[scratch->order[i]];
        at += pen->before;
        pen->left = x + round_px(at);
        pen->dx = x + round_px(at + pen->dx);
        at += pen->advance;
        pen->right = x + round_px(at);
    }
    return x + round_px(at);
}

int justify_line(const struct setting *setting, const struct line *line,
                 size_t end, const struct line_target *target)
{
    struct line_scratch *scratch = setting->fonts->line;
    size_t count = end - line->first;
    line_scratch_reserve(scratch, count);
    measure_glyphs(setting, line, end, target->tail == 0);
    if (target->width > line->width && line->end > line->first)
        grow(setting, line, target->width - line->width);
    if (bidi_order(&setting->shaped, line->first, end, scratch->levels,
                   scratch->order))
        turn_gaps(&setting->shaped, line, scratch, count);
    return place_pens(scratch, count, target->x);
}
