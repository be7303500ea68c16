#include "fonts/spacing.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "fonts/bidi.h"
#include "fonts/face.h"

/* Rule 13: between Han and Latin stands a quarter of an em; rules 15 and 16:
 * which shrinks to an eighth and grows to a half. Word spaces move between a
 * quarter and a half. */
#define GAP_DIVISOR 4
#define GAP_LEAST_DIVISOR 8
#define GAP_MOST_DIVISOR 2
#define SPACE_LEAST_DIVISOR 4
#define SPACE_MOST_DIVISOR 2

/* The inks of stacked marks (rule 23) stay this far apart. */
#define STACK_DISTANCE_DIVISOR 32
/* GB/T 15834 has no longer ones; where a measure has no room for what is one
 * nevertheless, it may be broken between pairs. */
#define STACK_LIMIT 3

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

/* Those with a blank half at their left or right, and what is blank itself. */
static const uint8_t sides[CLASS_COUNT] = {
    [CLASS_OPEN] = SIDE_OPEN,     [CLASS_CLOSE] = SIDE_CLOSE,
    [CLASS_PAUSE] = SIDE_CLOSE,   [CLASS_STOP] = SIDE_CLOSE,
    [CLASS_EXCLAIM] = SIDE_CLOSE, [CLASS_MIDDLE] = SIDE_MIDDLE,
    [CLASS_BLANK] = SIDE_MIDDLE,
};

/* The trim of a glyph met lately, in 1/64 px. */
#define TRIM_COUNT 64
struct trim_memo {
    uint32_t font; /* 0: none */
    uint16_t glyph;
    uint8_t class;
    int32_t dx, advance;
};

/* What two neighbours of a class each need; most of them nothing but the flag
 * of plain ones, GLYPH_PLACE or GLYPH_STILL. */
enum { PAIR_TRIMS = 1, PAIR_GAP = 2, PAIR_STACKS = 4, PAIR_GROWS = 8 };

struct spacing {
    struct trim_memo trims[TRIM_COUNT];
    uint8_t pairs[CLASS_COUNT][CLASS_COUNT];
};

/* In font units; nothing for what is no mark. */
static const struct face_trim *trim_of(const struct setting *setting,
                                       const struct glyph *glyph, uint32_t font)
{
    static const struct face_trim none = {0, 0, 0, 0};
    size_t at = glyph->cluster;
    uint32_t code = utf8_next(setting->text, setting->length, &at);
    size_t index = (size_t)(glyph - setting->shaped.glyphs);
    int mark = mark_find(bidi_shown(&setting->shaped, index, code));
    return mark >= 0 ? face_trim(setting->fonts, font, mark) : &none;
}

/* Text has few marks, and asks for each many times: a glyph and its class tell
 * the mark. */
static struct trim scaled_trim(const struct setting *setting,
                               const struct glyph *glyph, uint32_t font)
{
    struct fonts *fonts = setting->fonts;
    struct trim_memo *memo =
        &fonts->spacing->trims[(glyph->id ^ font * 7u) % TRIM_COUNT];
    if (memo->font != font || memo->glyph != glyph->id ||
        memo->class != glyph->class) {
        const struct face_trim *trim = trim_of(setting, glyph, font);
        *memo = (struct trim_memo){
            .font = font,
            .glyph = glyph->id,
            .class = glyph->class,
            .dx = trim->dx ? face_scale(fonts, font, trim->dx) : 0,
            .advance = face_scale(fonts, font, trim->advance),
        };
    }
    return (struct trim){memo->dx, memo->advance};
}

static void trim_glyph(const struct setting *setting, struct glyph *glyph,
                       uint32_t font)
{
    if (glyph->flags & GLYPH_TRIMMED)
        return;
    struct trim trim = scaled_trim(setting, glyph, font);
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

static bool is_between_han(const struct shaped *shaped, size_t glyph)
{
    return glyph > 0 && glyph + 1 < shaped->count &&
           shaped->glyphs[glyph - 1].class == CLASS_HAN &&
           shaped->glyphs[glyph + 1].class == CLASS_HAN;
}

/* Rule 11 again: connectors and solidi of the grid. Western ones belong to
 * words, numbers and ranges, but for those between ideographs. */
static void set_half(const struct setting *setting, struct glyph *glyph,
                     uint32_t font)
{
    size_t at = glyph->cluster;
    uint32_t code = utf8_next(setting->text, setting->length, &at);
    size_t index = (size_t)(glyph - setting->shaped.glyphs);
    if (code < 0xFF00 && !is_between_han(&setting->shaped, index))
        return;
    const struct face_half *half =
        face_half(setting->fonts, font, mark_find(code));
    if (!half->glyph)
        return;
    glyph->id = half->glyph;
    glyph->dx = (int16_t)face_scale(setting->fonts, font, half->dx);
    glyph->advance = font_size(font) * 64 / 2;
}

static bool takes_gap(enum char_class a, enum char_class b)
{
    return (a == CLASS_HAN && class_rules[b].word) ||
           (b == CLASS_HAN && class_rules[a].word);
}

int32_t spacing_gap(uint32_t font)
{
    return font_size(font) * 64 / GAP_DIVISOR;
}

struct neighbour {
    struct glyph *glyph;
    uint32_t font;
    uint8_t level;
};

/* Two of ！ ？ share one em, three share two: every second one gives up its
 * half as well, unless their inks would touch. */
static bool is_stacked(const struct setting *setting, struct neighbour a,
                       struct neighbour b)
{
    const struct face_trim *first = trim_of(setting, a.glyph, a.font);
    const struct face_trim *second = trim_of(setting, b.glyph, b.font);
    return first->advance && second->advance &&
           face_scale(setting->fonts, a.font, first->right) +
                   face_scale(setting->fonts, b.font, second->left) >=
               font_size(a.font) * 64 / STACK_DISTANCE_DIVISOR;
}

static void trim_pair(const struct setting *setting, struct neighbour a,
                      struct neighbour b)
{
    if (pair_trims[sides[a.glyph->class]][sides[b.glyph->class]] == PAIR_FIRST)
        trim_glyph(setting, a.glyph, a.font);
    else
        trim_glyph(setting, b.glyph, b.font);
}

/* The number of marks in the stack that ends with `here`; 0: none. Nothing
 * comes between them. */
static unsigned stack_marks(const struct setting *setting, unsigned stacked,
                            struct neighbour before, struct neighbour here)
{
    if (!is_stacked(setting, before, here))
        return 0;
    stacked = stacked ? stacked + 1 : 2;
    if (stacked <= STACK_LIMIT || stacked % 2 == 0)
        here.glyph->flags |= GLYPH_JOINED;
    if (stacked % 2 == 0)
        trim_glyph(setting, here.glyph, here.font);
    return stacked;
}

/* May the gap between two classes grow, if one of them stands in the grid? Not
 * beside connectors and solidi, nor within a number; and a mark stays with what
 * it leans on: what no line's end may part is not drawn apart either. */
static bool classes_may_grow(enum char_class before, enum char_class class)
{
    return !class_rules[before].rigid && !class_rules[class].rigid &&
           !class_rules[before].hangs && !class_rules[class].hangs &&
           !class_rules[before].not_end && !class_rules[class].not_start &&
           !classes_join(before, class);
}

/* What slack_at would say of a glyph behind another one of its level, without a
 * gap between them; 0 where that depends on more than the two classes. */
static uint8_t plain_flag(enum char_class before, enum char_class class)
{
    const struct class_rule *rule = &class_rules[class];
    if (rule->trim != TRIM_NONE || rule->hangs || class == CLASS_OTHER ||
        before == CLASS_OTHER)
        return 0;
    return (class_rules[before].wide || rule->wide) &&
                   classes_may_grow(before, class)
               ? GLYPH_PLACE
               : GLYPH_STILL;
}

static uint8_t pair_of(enum char_class a, enum char_class b)
{
    unsigned pair = plain_flag(a, b);
    if (pair_trims[sides[a]][sides[b]] != PAIR_KEEP)
        pair |= PAIR_TRIMS;
    if (takes_gap(a, b))
        pair |= PAIR_GAP;
    if (classes_may_grow(a, b))
        pair |= PAIR_GROWS;
    if (a == CLASS_EXCLAIM && b == CLASS_EXCLAIM)
        pair |= PAIR_STACKS;
    return (uint8_t)pair;
}

struct spacing *spacing_new(void)
{
    struct spacing *spacing = xcalloc(1, sizeof(*spacing));
    for (int a = 0; a < CLASS_COUNT; a++) {
        for (int b = 0; b < CLASS_COUNT; b++)
            spacing->pairs[a][b] =
                pair_of((enum char_class)a, (enum char_class)b);
    }
    return spacing;
}

void spacing_free(struct spacing *spacing)
{
    free(spacing);
}

/* Passes glyphs of one class up to one that something is between it and the one
 * before: nothing is between two ideographs, two letters, two blanks. */
static size_t skip_quiet(const struct spacing *spacing, struct glyph *glyphs,
                         size_t at, size_t end)
{
    uint8_t class = glyphs[at - 1].class;
    uint8_t flag = spacing->pairs[class][class] & GLYPH_PLAIN;
    if (class >= CLASS_OPEN)
        return at;
    for (; at < end && glyphs[at].class == class; at++) {
        if ((glyphs[at].flags & (GLYPH_FIRST | GLYPH_JOINED)) != GLYPH_FIRST)
            break;
        glyphs[at].flags |= flag;
    }
    return at;
}

/* Neighbours of two levels are none on the line, but marks share a blank. */
static void space_neighbours(const struct setting *setting,
                             struct neighbour before, struct neighbour here,
                             unsigned *stacked)
{
    struct glyph *glyph = here.glyph;
    uint8_t pair =
        setting->fonts->spacing->pairs[before.glyph->class][glyph->class];
    if (pair & PAIR_TRIMS)
        trim_pair(setting, before, here);
    *stacked =
        pair & PAIR_STACKS ? stack_marks(setting, *stacked, before, here) : 0;
    if (before.level != here.level)
        return;
    if (pair & PAIR_GAP) {
        glyph->advance += spacing_gap(here.font);
        glyph->flags |= GLYPH_GAP;
    } else if (!(glyph->flags & GLYPH_JOINED)) {
        glyph->flags |= pair & GLYPH_PLAIN;
    }
}

static void set_width(const struct setting *setting, struct neighbour here)
{
    enum char_class class = here.glyph->class;
    if (class == CLASS_MIDDLE)
        set_middle(here.glyph, here.font);
    else if (class == CLASS_CONNECTOR || class == CLASS_SOLIDUS)
        set_half(setting, here.glyph, here.font);
}

void spacing_apply(struct setting *setting)
{
    struct shaped *shaped = &setting->shaped;
    struct glyph *glyphs = shaped->glyphs;
    struct neighbour before = {NULL, 0, 0};
    unsigned stacked = 0;
    for (size_t s = 0; s < shaped->span_count; s++) {
        const struct span *span = &shaped->spans[s];
        size_t end = s + 1 < shaped->span_count ? span[1].first : shaped->count;
        for (size_t i = span->first; i < end; i++) {
            if (!(glyphs[i].flags & GLYPH_FIRST))
                continue;
            struct neighbour here = {&glyphs[i], span->font, span->level};
            set_width(setting, here);
            if (before.glyph)
                space_neighbours(setting, before, here, &stacked);
            size_t next =
                skip_quiet(setting->fonts->spacing, glyphs, i + 1, end);
            if (next > i + 1)
                stacked = 0;
            i = next - 1;
            before = here;
            before.glyph = &glyphs[i];
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
    return scaled_trim(setting, g, shaped->spans[span_of(shaped, glyph)].font);
}

/* ---- what a glyph can give or take ---- */

/* A symbol without a class of its own that fills its em stands in the grid. */
static bool is_wide(const struct glyph *glyph, int32_t em)
{
    return class_rules[glyph->class].wide ||
           (glyph->class == CLASS_OTHER && glyph->advance == em);
}

static bool may_grow(const struct slack_walk *walk, const struct glyph *glyph,
                     bool wide)
{
    const struct spacing *spacing = walk->setting->fonts->spacing;
    return (walk->last_wide || wide) &&
           (glyph->flags & (GLYPH_FIRST | GLYPH_JOINED)) == GLYPH_FIRST &&
           spacing->pairs[glyph[-1].class][glyph->class] & PAIR_GROWS;
}

/* A pair that shares a blank half already keeps it: ，“ never touch. */
static bool may_shrink(const struct setting *setting, size_t at)
{
    const struct glyph *glyph = &setting->shaped.glyphs[at];
    if (class_rules[glyph->class].trim == TRIM_NONE ||
        (glyph->flags & (GLYPH_TRIMMED | GLYPH_FIRST)) != GLYPH_FIRST)
        return false;
    return class_rules[glyph->class].trim == TRIM_LEFT ||
           at + 1 == setting->shaped.count || !(glyph[1].flags & GLYPH_TRIMMED);
}

static int32_t at_least_0(int32_t value)
{
    return value > 0 ? value : 0;
}

static void add_space(struct slack *slack, const struct glyph *glyph,
                      int32_t em)
{
    slack->place = slack->space = true;
    slack->shrinks = SHRINK_SPACE;
    slack->shrink = at_least_0(glyph->advance - em / SPACE_LEAST_DIVISOR);
    slack->grows = GROW_SPACE;
    slack->grow = at_least_0(em / SPACE_MOST_DIVISOR - glyph->advance);
}

static void add_gap(struct slack *slack, int32_t em)
{
    slack->shrinks = SHRINK_GAP;
    slack->shrink = em / GAP_DIVISOR - em / GAP_LEAST_DIVISOR;
    slack->grows = GROW_GAP;
    slack->grow = em / GAP_MOST_DIVISOR - em / GAP_DIVISOR;
}

static void add_mark(struct slack *slack, const struct glyph *glyph,
                     struct trim trim)
{
    slack->shrinks = class_rules[glyph->class].shrink;
    slack->shrink = -trim.advance;
    slack->dx = trim.dx;
}

static void enter_span(struct slack_walk *walk, size_t number)
{
    const struct shaped *shaped = &walk->setting->shaped;
    const struct span *span = &shaped->spans[number];
    walk->span = number;
    walk->span_end =
        number + 1 < shaped->span_count ? span[1].first : shaped->count;
    walk->font = span->font;
    walk->em = font_size(span->font) * 64;
    walk->level = span->level;
}

struct slack_walk slack_walk(const struct setting *setting, size_t first)
{
    struct slack_walk walk = {.setting = setting, .first = first};
    if (setting->shaped.span_count)
        enter_span(&walk, span_of(&setting->shaped, first));
    return walk;
}

struct slack slack_at(struct slack_walk *walk, size_t at)
{
    const struct glyph *glyph = &walk->setting->shaped.glyphs[at];
    while (at >= walk->span_end)
        enter_span(walk, walk->span + 1);
    bool wide = is_wide(glyph, walk->em), first = at == walk->first;
    struct slack slack = {0};
    if (!first && glyph[-1].flags & GLYPH_PLAIN) {
        walk->last_wide = class_rules[glyph[-1].class].wide;
        walk->inside = true;
    }
    if (glyph->class == CLASS_SPACE && walk->inside)
        add_space(&slack, glyph, walk->em);
    else if (!first && walk->level == walk->last_level)
        slack.place = may_grow(walk, glyph, wide);
    if (glyph->flags & GLYPH_GAP)
        add_gap(&slack, walk->em);
    else if (may_shrink(walk->setting, at))
        add_mark(&slack, glyph, scaled_trim(walk->setting, glyph, walk->font));
    walk->inside |= !class_rules[glyph->class].hangs;
    walk->last_wide = wide;
    walk->last_level = walk->level;
    return slack;
}
