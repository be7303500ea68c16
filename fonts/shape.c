#include "fonts/shape.h"

#include <hb.h>

#include "base/mem.h"
#include "fonts/classes.h"
#include "fonts/face.h"
#include "fonts/inert.h"
#include "fonts/pieces.h"

/* Always Chinese: without it the dash is 0.894 em. */
#define LANGUAGE "zh-cn"

struct item {
    struct character *chars;
    size_t count;
    uint32_t start, end; /* bytes */
    uint32_t font;
    uint8_t level;
};

static uint32_t font_of(const struct source *source, const struct character *c)
{
    int size_px = source->runs[c->run].style.size_px;
    return font_id(c->slot, face_fitted(c->slot, size_px));
}

/* Can b be shaped together with a, which is before it? */
static bool joins(const struct source *source, const struct character *a,
                  const struct character *b)
{
    return b->class != CLASS_NEWLINE && b->script == a->script &&
           b->level == a->level && !(b->flags & CHARACTER_APART) &&
           a->slot == b->slot &&
           (a->run == b->run || font_of(source, a) == font_of(source, b));
}

static struct item next_item(const struct source *source,
                             const struct itemizer *itemizer, size_t first,
                             uint32_t chunk_end)
{
    struct character *c = &itemizer->chars[first];
    struct item item = {.chars = c,
                        .count = 1u + c->ahead,
                        .start = c->at,
                        .font = font_of(source, c)};
    size_t left = itemizer->count - first;
    item.level = c->level;
    while (item.count < left && c->class != CLASS_NEWLINE &&
           joins(source, &c[item.count - 1], &c[item.count]))
        item.count += 1u + c[item.count].ahead;
    item.end = item.count < left ? c[item.count].at : chunk_end;
    return item;
}

/* pwid for the apostrophes of the item; few texts have more than some. */
static unsigned find_features(const struct item *item, hb_feature_t *features,
                              unsigned limit)
{
    unsigned count = 0;
    for (size_t i = 0; i < item->count && count < limit; i++) {
        const struct character *c = &item->chars[i];
        if (c->flags & CHARACTER_NARROW)
            features[count++] =
                (hb_feature_t){HB_TAG('p', 'w', 'i', 'd'), 1, c->at, c->at + 3};
    }
    return count;
}

static int16_t to_int16(int32_t value)
{
    return (int16_t)(value < INT16_MIN   ? INT16_MIN
                     : value > INT16_MAX ? INT16_MAX
                                         : value);
}

/* What no face has becomes the box of the glyph cache, an em wide. */
static int32_t advance_of(const hb_glyph_info_t *info,
                          const hb_glyph_position_t *position, uint32_t font)
{
    if (info->codepoint == 0 && position->x_advance > 0)
        return font_size(font) * 64;
    return position->x_advance;
}

static void run_harfbuzz(struct fonts *fonts, const struct source *source,
                         const struct item *item, const hb_feature_t *features,
                         unsigned count)
{
    hb_buffer_t *buffer = fonts->buffer;
    struct face *face = face_at(fonts, font_slot(item->font));
    hb_buffer_clear_contents(buffer);
    hb_buffer_add_utf8(buffer, source->text, (int)source->length, item->start,
                       (int)(item->end - item->start));
    hb_buffer_set_script(buffer, (hb_script_t)item->chars->script);
    hb_buffer_set_language(buffer, hb_language_from_string(LANGUAGE, -1));
    hb_buffer_set_direction(buffer, item->level & 1 ? HB_DIRECTION_RTL
                                                    : HB_DIRECTION_LTR);
    hb_shape(face_scaled(face, font_size(item->font)), buffer, features, count);
    if (item->level & 1)
        hb_buffer_reverse_clusters(buffer);
}

/* The glyphs of an item, of which HarfBuzz may have seen more. */
static struct piece_glyph *
take_glyphs(struct fonts *fonts, const struct item *item, unsigned *count_out)
{
    unsigned count, taken = 0;
    const hb_glyph_info_t *info =
        hb_buffer_get_glyph_infos(fonts->buffer, &count);
    const hb_glyph_position_t *position =
        hb_buffer_get_glyph_positions(fonts->buffer, &count);
    struct piece_glyph *out = pieces_reserve(fonts->pieces, count);
    for (unsigned i = 0; i < count; i++) {
        if (info[i].cluster < item->start || info[i].cluster >= item->end)
            continue;
        out[taken++] = (struct piece_glyph){
            .advance = advance_of(&info[i], &position[i], item->font),
            .dx = to_int16(position[i].x_offset),
            .dy = to_int16(position[i].y_offset),
            .id = (uint16_t)info[i].codepoint,
            .cluster = (uint16_t)(info[i].cluster - item->start),
        };
    }
    *count_out = taken;
    return out;
}

/* In these scripts nothing joins across a piece. */
static bool may_remember(const struct fonts *fonts, const struct item *item)
{
    uint32_t script = item->chars->script;
    return (script == HB_SCRIPT_HAN || script == HB_SCRIPT_LATIN) &&
           item->end - item->start <= PIECE_BYTES && !(item->level & 1) &&
           !fonts->always_shape;
}

/* The glyphs of an item, borrowed until the next one. HarfBuzz sees `seen`,
 * which may have a neighbour more that changes nothing. */
static const struct piece_glyph *shape_item(struct fonts *fonts,
                                            const struct source *source,
                                            const struct item *item,
                                            const struct item *seen,
                                            unsigned *count_out)
{
    hb_feature_t features[32];
    unsigned count = find_features(item, features, COUNT_OF(features));
    struct piece *piece = NULL;
    if (!count && may_remember(fonts, item)) {
        piece =
            pieces_find(fonts->pieces, item->font, item->chars->script,
                        source->text + item->start, item->end - item->start);
        *count_out = piece->count;
        if (piece->count)
            return piece->glyphs;
    }
    run_harfbuzz(fonts, source, seen, features, count);
    struct piece_glyph *glyphs = take_glyphs(fonts, item, count_out);
    if (piece && *count_out <= PIECE_BYTES) {
        piece->count = (uint8_t)*count_out;
        memcpy(piece->glyphs, glyphs, *count_out * sizeof(*glyphs));
    }
    return glyphs;
}

static void add_span(struct shaped *out, struct span span)
{
    const struct span *last =
        out->span_count ? &out->spans[out->span_count - 1] : NULL;
    if (last && last->font == span.font && last->tag == span.tag &&
        last->level == span.level)
        return;
    ARRAY_GROW(out->spans, out->span_count, out->span_capacity);
    span.first = (uint32_t)out->count;
    out->spans[out->span_count++] = span;
}

static void add_glyph(struct shaped *out, struct glyph glyph, uint32_t font,
                      uint32_t tag, uint8_t level)
{
    add_span(out, (struct span){0, font, tag, level});
    ARRAY_GROW(out->glyphs, out->count, out->capacity);
    out->glyphs[out->count++] = glyph;
}

static uint8_t flags_of(const struct character *c, bool first)
{
    if (!first)
        return GLYPH_JOINED;
    return (uint8_t)(GLYPH_FIRST |
                     (c->flags & (CHARACTER_BREAK | CHARACTER_JOINED)));
}
_Static_assert((int)CHARACTER_BREAK == (int)GLYPH_BREAK &&
                   (int)CHARACTER_JOINED == (int)GLYPH_JOINED,
               "flags_of takes both at once");

static void add_item(struct fonts *fonts, const struct source *source,
                     const struct item *item, const struct item *seen,
                     struct shaped *out)
{
    unsigned count;
    const struct piece_glyph *glyphs =
        shape_item(fonts, source, item, seen, &count);
    size_t at = 0;
    for (unsigned i = 0; i < count; i++) {
        uint32_t cluster = item->start + glyphs[i].cluster;
        while (at + 1 < item->count && item->chars[at + 1].at <= cluster)
            at++;
        const struct character *c = &item->chars[at];
        bool first = i == 0 || glyphs[i].cluster != glyphs[i - 1].cluster;
        struct glyph glyph = {
            .cluster = cluster,
            .advance = glyphs[i].advance,
            .dx = glyphs[i].dx,
            .dy = glyphs[i].dy,
            .id = glyphs[i].id,
            .class = c->class,
            .flags = flags_of(c, first),
        };
        add_glyph(out, glyph, item->font, source->runs[c->run].tag,
                  item->level);
    }
}

static void reserve(struct shaped *out, size_t count)
{
    if (out->capacity - out->count >= count)
        return;
    out->capacity = out->count + count + out->capacity / 2;
    out->glyphs = xrealloc(out->glyphs, out->capacity, sizeof(*out->glyphs));
}

/* ---- the fast path ---- */

/* Characters first up to end of an item, as an item. */
static struct item part_of(const struct item *item, size_t first, size_t end)
{
    struct item part = *item;
    part.chars = &item->chars[first];
    part.count = end - first;
    part.start = part.chars->at;
    if (end < item->count)
        part.end = item->chars[end].at;
    return part;
}

static bool is_simple(const struct fonts *fonts, const struct item *item)
{
    return item->chars->script == HB_SCRIPT_HAN && !(item->level & 1) &&
           fonts->faces[font_slot(item->font)].inert && !fonts->always_shape;
}

/* Field by field: a struct of this size would be put together in registers. */
static inline void set_inert(struct glyph *glyph, const struct character *c,
                             const int32_t *advances)
{
    glyph->cluster = c->at;
    glyph->advance = advances[c->inert.advance];
    glyph->dx = glyph->dy = 0;
    glyph->id = c->inert.glyph;
    glyph->class = c->class;
    glyph->flags = flags_of(c, true);
}

/* Characters whose glyphs are known. */
static void add_inert(struct fonts *fonts, const struct source *source,
                      const struct item *item, struct shaped *out)
{
    struct face *face = &fonts->faces[font_slot(item->font)];
    int size_px = font_size(item->font);
    const int32_t *advances =
        inert_advances(face->inert, face_scaled(face, size_px), size_px);
    reserve(out, item->count);
    const struct character *c = item->chars, *end = c + item->count;
    while (c < end) {
        uint32_t run = c->run;
        add_span(out, (struct span){.font = item->font,
                                    .tag = source->runs[run].tag,
                                    .level = item->level});
        struct glyph *glyph = &out->glyphs[out->count];
        for (; c < end && c->run == run; c++)
            set_inert(glyph++, c, advances);
        out->count = (size_t)(glyph - out->glyphs);
    }
}

/* HarfBuzz gets what is not inert, and sees a neighbour on either side. */
static void add_stretch(struct fonts *fonts, const struct source *source,
                        const struct item *item, struct inert_stretch stretch,
                        struct shaped *out)
{
    size_t first = stretch.first ? stretch.first - 1 : 0;
    size_t end = stretch.end < item->count ? stretch.end + 1 : stretch.end;
    struct item seen = part_of(item, first, end);
    struct item wanted = part_of(item, stretch.first, stretch.end);
    add_item(fonts, source, &wanted, &seen, out);
}

static void add_simple(struct fonts *fonts, const struct source *source,
                       const struct item *item, struct shaped *out)
{
    struct inert_stretch stretch;
    for (size_t at = 0; at < item->count; at = stretch.end) {
        stretch = inert_next(item->chars, item->count, at);
        if (stretch.first > at) {
            struct item part = part_of(item, at, stretch.first);
            add_inert(fonts, source, &part, out);
        }
        if (stretch.end > stretch.first)
            add_stretch(fonts, source, item, stretch, out);
    }
}

/* A newline is a glyph without width or ink, so that it has a place in a line
 * like every other byte. */
static void add_newline(const struct source *source, const struct item *item,
                        struct shaped *out)
{
    struct glyph glyph = {.cluster = item->start,
                          .class = CLASS_NEWLINE,
                          .flags = flags_of(item->chars, true)};
    add_glyph(out, glyph, item->font, source->runs[item->chars->run].tag,
              item->level);
}

void shape_chunk(struct fonts *fonts, const struct source *source,
                 struct shaped *out)
{
    const struct itemizer *itemizer = fonts->itemizer;
    struct item item;
    for (size_t at = 0; at < itemizer->count; at += item.count) {
        item = next_item(source, itemizer, at, itemizer->end);
        if (item.chars->class == CLASS_NEWLINE) {
            add_newline(source, &item, out);
        } else if (is_simple(fonts, &item)) {
            add_simple(fonts, source, &item, out);
        } else {
            add_item(fonts, source, &item, &item, out);
        }
    }
}

struct glyph shape_ellipsis(struct fonts *fonts, const struct text_style *style,
                            uint32_t *font_out)
{
    static const char text[] = "\xE2\x80\xA6";
    struct character c = {
        .code = 0x2026, .script = HB_SCRIPT_HAN, .class = CLASS_ELLIPSIS};
    const struct source source = {text, sizeof(text) - 1, NULL, 0};
    const struct item item = {
        .chars = &c,
        .count = 1,
        .end = sizeof(text) - 1,
        .font = font_id(fonts->primary[style->family][style->weight],
                        style->size_px)};
    unsigned count;
    const struct piece_glyph *glyph =
        shape_item(fonts, &source, &item, &item, &count);
    *font_out = item.font;
    return (struct glyph){.advance = glyph->advance,
                          .id = glyph->id,
                          .class = CLASS_ELLIPSIS,
                          .flags = GLYPH_FIRST};
}

size_t span_of(const struct shaped *shaped, size_t glyph)
{
    size_t low = 0, high = shaped->span_count;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (shaped->spans[middle].first <= glyph)
            low = middle;
        else
            high = middle;
    }
    return low;
}
