#include "fonts/justify.h"

#include "base/mem.h"
#include "fonts/bidi.h"
#include "fonts/face.h"

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
    free(scratch->slacks);
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
    scratch->slacks =
        xrealloc(scratch->slacks, scratch->capacity, sizeof(*scratch->slacks));
    scratch->placed =
        xrealloc(scratch->placed, scratch->capacity, sizeof(*scratch->placed));
}

/* ---- widths ---- */

/* The gaps in front of glyphs are no part of their advances here. */
static void split_gap(const struct shaped *shaped, const struct line *line,
                      size_t at, size_t *span, struct pen *pen)
{
    while (*span + 1 < shaped->span_count &&
           shaped->spans[*span + 1].first <= at)
        ++*span;
    int32_t gap = spacing_gap(shaped->spans[*span].font);
    pen->advance -= gap;
    pen->before = at > line->first ? gap : 0;
}

static void measure_glyphs(const struct setting *setting,
                           const struct line *line, size_t end, bool trims_end)
{
    const struct shaped *shaped = &setting->shaped;
    const struct glyph *glyph = &shaped->glyphs[line->first];
    struct pen *pens = setting->fonts->line->pens, *pen = pens;
    size_t span = span_of(shaped, line->first);
    for (size_t i = line->first; i < end; i++, glyph++, pen++) {
        pen->advance = glyph->advance;
        pen->before = 0;
        pen->dx = glyph->dx;
        if (glyph->flags & GLYPH_GAP)
            split_gap(shaped, line, i, &span, pen);
    }
    for (size_t i = line->end; i < end; i++)
        pens[i - line->first].advance = pens[i - line->first].before = 0;
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

/* ---- what shrinks and grows ---- */

/* An amount given out in proportion to what each place has, with an exact sum:
 * equal amounts where places are alike. */
struct share {
    int64_t amount, total, given;
};

static int32_t share_next(struct share *share, int64_t part)
{
    if (!part || !share->amount)
        return 0;
    int64_t before = share->amount * share->given / share->total;
    share->given += part;
    return (int32_t)(share->amount * share->given / share->total - before);
}

/* The same, a part of 1 at a time and so without a division each. */
struct even_share {
    int64_t amount, total;
    int32_t each;
    int64_t left, error;
};

static void even_start(struct even_share *share, int64_t amount)
{
    share->amount = amount;
    if (!amount)
        return;
    share->each = (int32_t)(amount / share->total);
    share->left = amount % share->total;
}

static int32_t even_next(struct even_share *share)
{
    share->error += share->left;
    if (share->error < share->total)
        return share->each;
    share->error -= share->total;
    return share->each + 1;
}

struct shares {
    struct share shrink[SHRINK_COUNT], grow[GROW_COUNT];
    struct even_share rest;
    uint8_t places; /* which plain glyphs share it: see growing_gaps */
};

/* The slack of a line is visited twice: added up, and kept, then taken. */
static void count_slack(const struct setting *setting, const struct line *line,
                        struct shares *shares)
{
    const struct glyph *glyphs = setting->shaped.glyphs;
    struct slack_walk walk = slack_walk(setting, line->first);
    struct slack *next = setting->fonts->line->slacks;
    int64_t places = 0, spaces = 0;
    for (size_t at = line->first; at < line->end; at++) {
        if (glyphs[at].flags & GLYPH_PLAIN && at > line->first) {
            places += glyphs[at].flags & GLYPH_PLACE ? 1 : 0;
            continue;
        }
        struct slack slack = slack_at(&walk, at);
        if (at == line->first) /* is not plain there */
            slack = slack_at_start(&glyphs[at], slack);
        if (at + 1 == line->end)
            slack = slack_at_end(&glyphs[at], slack);
        shares->shrink[slack.shrinks].total += slack.shrink;
        shares->grow[slack.grows].total += slack.grow;
        places += slack.place;
        spaces += slack.space;
        *next++ = slack;
    }
    shares->rest.total = growing_gaps(places, spaces);
    shares->places = shares->rest.total < places ? 0 : GLYPH_PLACE;
}

static void take_own(struct shares *shares, struct pen *pen,
                     const struct slack *slack)
{
    int32_t grown = share_next(&shares->grow[slack->grows], slack->grow);
    int32_t shrunk = share_next(&shares->shrink[slack->shrinks], slack->shrink);
    if (slack->space || (slack->place && shares->places))
        grown += even_next(&shares->rest);
    if (slack->space)
        pen->advance += grown - shrunk;
    else
        pen->before += grown;
    if (slack->space || !shrunk)
        return;
    if (slack->shrinks == SHRINK_GAP) {
        pen->before -= shrunk;
        return;
    }
    pen->advance -= shrunk;
    pen->dx += (int32_t)((int64_t)slack->dx * shrunk / slack->shrink);
}

static void take_slack(const struct setting *setting, const struct line *line,
                       struct shares *shares)
{
    const struct glyph *glyphs = setting->shaped.glyphs;
    const struct slack *next = setting->fonts->line->slacks;
    struct pen *pen = setting->fonts->line->pens;
    take_own(shares, pen++, next++);
    for (size_t at = line->first + 1; at < line->end; at++, pen++) {
        if (!(glyphs[at].flags & GLYPH_PLAIN))
            take_own(shares, pen, next++);
        else if (glyphs[at].flags & shares->places)
            pen->before += even_next(&shares->rest);
    }
}

/* As much of `amount` as the share has. */
static int64_t fill_share(struct share *share, int64_t amount)
{
    share->amount = amount < share->total ? amount : share->total;
    return amount - share->amount;
}

/* Class k + 1 is left alone while class k has something (rules 15 and 16). */
static bool fill_shares(struct shares *shares, int64_t rest, int64_t em)
{
    for (int i = 0; rest < 0 && i < SHRINK_COUNT; i++)
        rest = -fill_share(&shares->shrink[i], -rest);
    for (int i = 0; rest > 0 && i < GROW_COUNT; i++)
        rest = fill_share(&shares->grow[i], rest);
    if (rest > shares->rest.total * em * GAP_LIMIT_EM)
        return false;
    even_start(&shares->rest, rest > 0 ? rest : 0);
    return true;
}

/* rest: what the line is shorter than its target; negative: longer. */
static void adjust(const struct setting *setting, const struct line *line,
                   int64_t rest)
{
    const struct shaped *shaped = &setting->shaped;
    uint32_t font = shaped->spans[span_of(shaped, line->first)].font;
    struct shares shares;
    memset(&shares, 0, sizeof(shares));
    count_slack(setting, line, &shares);
    if (fill_shares(&shares, rest, font_size(font) * 64))
        take_slack(setting, line, &shares);
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
static inline int64_t place_pen(struct pen *pen, int64_t at)
{
    at += pen->before;
    pen->left = round_px(at);
    pen->dx = round_px(at + pen->dx);
    at += pen->advance;
    pen->right = round_px(at);
    return at;
}

static int place_pens(struct line_scratch *scratch, size_t count, int x)
{
    struct pen *pens = scratch->pens;
    int64_t at = (int64_t)x * 64;
    if (scratch->turned) {
        for (size_t i = 0; i < count; i++)
            at = place_pen(&pens[scratch->order[i]], at);
    } else {
        for (struct pen *pen = pens; pen < pens + count; pen++)
            at = place_pen(pen, at);
    }
    return round_px(at);
}

int justify_line(const struct setting *setting, const struct line *line,
                 size_t end, const struct line_target *target)
{
    struct line_scratch *scratch = setting->fonts->line;
    size_t count = end - line->first;
    line_scratch_reserve(scratch, count);
    measure_glyphs(setting, line, end, target->tail == 0);
    bool adjusts = line->width > target->most || line->width < target->least;
    if (adjusts && line->end > line->first)
        adjust(setting, line,
               (line->width > target->most ? target->most : target->least) -
                   line->width);
    scratch->turned = bidi_order(&setting->shaped, line->first, end,
                                 scratch->levels, scratch->order);
    if (scratch->turned)
        turn_gaps(&setting->shaped, line, scratch, count);
    return place_pens(scratch, count, target->x);
}
