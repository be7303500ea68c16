/* inert.c - HarfBuzz's own lookup sets, turned into a table.
 *
 * Glyphs in the input of a lookup may be changed, glyphs in its context make it
 * happen to others. What is in neither set, and starts a cluster of its own, is
 * inert. This is an argument, not a proof; tests/unit/test_shape.c compares
 * with hb_shape on texts, on all triples of marks and on random strings. Two
 * of the rules below were found only by such strings. */
#include "fonts/inert.h"

#include <hb-ot.h>
#include <hb.h>
#include <unicode/uchar.h>

#include "base/mem.h"
#include "fonts/itemize.h"

#define LANGUAGE "zh-cn"
#define PAGE_COUNT_LIMIT 256 /* 256 KB a face */
#define ADVANCE_COUNT_LIMIT 256
#define SIZE_COUNT 4 /* sizes whose advances are kept: 1 KB each */

/* Stands on either side when a character is tried alone. */
#define NEIGHBOUR 0x4E2Du

struct scaled_advances {
    int size_px, count;
    uint32_t used;
    int32_t values[ADVANCE_COUNT_LIMIT];
};

struct inert_face {
    hb_face_t *hb;
    hb_font_t *units; /* in font units; NULL until the first character */
    hb_set_t *input, *context;
    bool opaque; /* shaped by tables that have no such sets: nothing is inert */
    struct {
        int32_t units;
        uint16_t glyph; /* one that has it */
    } advances[ADVANCE_COUNT_LIMIT];
    int advance_count;
    struct scaled_advances sizes[SIZE_COUNT];
    uint32_t clock;
};

struct inert *inert_new(hb_face_t *face)
{
    struct inert *inert = xcalloc(1, sizeof(*inert));
    inert->face = xcalloc(1, sizeof(*inert->face));
    inert->face->hb = hb_face_reference(face);
    return inert;
}

void inert_free(struct inert *inert)
{
    if (!inert)
        return;
    for (size_t i = 0; i < INERT_PAGES; i++)
        free(inert->pages[i]);
    hb_set_destroy(inert->face->input);
    hb_set_destroy(inert->face->context);
    hb_font_destroy(inert->face->units);
    hb_face_destroy(inert->face->hb);
    free(inert->face);
    free(inert);
}

/* ---- what the face's lookups read ---- */

static bool has_table(hb_face_t *face, hb_tag_t tag)
{
    hb_blob_t *blob = hb_face_reference_table(face, tag);
    bool found = hb_blob_get_length(blob) > 0;
    hb_blob_destroy(blob);
    return found;
}

static bool is_opaque(hb_face_t *face)
{
    static const hb_tag_t tags[] = {
        HB_TAG('m', 'o', 'r', 'x'), HB_TAG('m', 'o', 'r', 't'),
        HB_TAG('k', 'e', 'r', 'x'), HB_TAG('k', 'e', 'r', 'n'),
        HB_TAG('t', 'r', 'a', 'k'), HB_TAG('S', 'i', 'l', 'f'),
    };
    for (size_t i = 0; i < COUNT_OF(tags); i++) {
        if (has_table(face, tags[i]))
            return true;
    }
    return false;
}

static void collect_table(struct inert_face *face, hb_shape_plan_t *plan,
                          hb_tag_t table)
{
    hb_set_t *lookups = hb_set_create();
    hb_codepoint_t lookup = HB_SET_VALUE_INVALID;
    hb_ot_shape_plan_collect_lookups(plan, table, lookups);
    while (hb_set_next(lookups, &lookup))
        hb_ot_layout_lookup_collect_glyphs(face->hb, table, lookup,
                                           face->context, face->input,
                                           face->context, NULL);
    hb_set_destroy(lookups);
}

static void collect_lookups(struct inert_face *face)
{
    const hb_segment_properties_t properties = {
        .direction = HB_DIRECTION_LTR,
        .script = HB_SCRIPT_HAN,
        .language = hb_language_from_string(LANGUAGE, -1),
    };
    int upem = (int)hb_face_get_upem(face->hb);
    hb_shape_plan_t *plan =
        hb_shape_plan_create(face->hb, &properties, NULL, 0, NULL);
    face->units = hb_font_create(face->hb);
    hb_ot_font_set_funcs(face->units);
    hb_font_set_scale(face->units, upem, upem);
    face->input = hb_set_create();
    face->context = hb_set_create();
    face->opaque = is_opaque(face->hb);
    collect_table(face, plan, HB_OT_TAG_GSUB);
    collect_table(face, plan, HB_OT_TAG_GPOS);
    hb_shape_plan_destroy(plan);
}

/* ---- what Unicode says ---- */

static bool has_property(uint32_t code, UProperty property)
{
    return u_hasBinaryProperty((UChar32)code, property);
}

static bool is_attached(uint32_t code)
{
    switch (hb_unicode_general_category(hb_unicode_funcs_get_default(), code)) {
    case HB_UNICODE_GENERAL_CATEGORY_ENCLOSING_MARK:
    case HB_UNICODE_GENERAL_CATEGORY_NON_SPACING_MARK:
    case HB_UNICODE_GENERAL_CATEGORY_SPACING_MARK:
        return true;
    default:
        /* Half-width voiced marks of kana are Grapheme_Extend only. */
        return has_property(code, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) ||
               has_property(code, UCHAR_GRAPHEME_EXTEND) ||
               has_property(code, UCHAR_EMOJI_MODIFIER);
    }
}

/* Controls and jamo have shaping of their own; flags and pictographs (after a
 * joiner) make one cluster of two. */
static bool is_special(uint32_t code)
{
    hb_unicode_funcs_t *unicode = hb_unicode_funcs_get_default();
    switch (hb_unicode_general_category(unicode, code)) {
    case HB_UNICODE_GENERAL_CATEGORY_CONTROL:
    case HB_UNICODE_GENERAL_CATEGORY_FORMAT:
    case HB_UNICODE_GENERAL_CATEGORY_SURROGATE:
    case HB_UNICODE_GENERAL_CATEGORY_UNASSIGNED:
        return true;
    default:
        return hb_unicode_combining_class(unicode, code) !=
                   HB_UNICODE_COMBINING_CLASS_NOT_REORDERED ||
               hb_unicode_script(unicode, code) == HB_SCRIPT_HANGUL ||
               has_property(code, UCHAR_EXTENDED_PICTOGRAPHIC) ||
               has_property(code, UCHAR_REGIONAL_INDICATOR);
    }
}

/* ---- code points ---- */

/* The number of an advance; -1 when there are too many. */
static int number_advance(struct inert_face *face, int32_t units,
                          uint16_t glyph)
{
    for (int i = 0; i < face->advance_count; i++) {
        if (face->advances[i].units == units)
            return i;
    }
    if (face->advance_count == ADVANCE_COUNT_LIMIT)
        return -1;
    face->advances[face->advance_count].units = units;
    face->advances[face->advance_count].glyph = glyph;
    return face->advance_count++;
}

static bool set_glyph(struct inert_face *face, struct inert_code *out,
                      hb_codepoint_t glyph)
{
    int32_t units = hb_font_get_glyph_h_advance(face->units, glyph);
    int number = number_advance(face, units, (uint16_t)glyph);
    if (number < 0)
        return false;
    out->glyph = (uint16_t)glyph;
    out->advance = (uint8_t)number;
    return true;
}

static bool is_plain_glyph(const struct inert_face *face, hb_codepoint_t glyph)
{
    return !hb_set_has(face->input, glyph) &&
           hb_ot_layout_get_glyph_class(face->hb, glyph) !=
               HB_OT_LAYOUT_GLYPH_CLASS_MARK;
}

static struct inert_code look_up(struct inert_face *face, uint32_t code)
{
    hb_codepoint_t glyph;
    struct inert_code out = {.flags = INERT_KNOWN};
    if (is_attached(code))
        out.flags |= INERT_ATTACHED;
    if (!hb_font_get_nominal_glyph(face->units, code, &glyph))
        return out;
    out.flags |= INERT_PRESENT;
    if (hb_set_has(face->context, glyph))
        out.flags |= INERT_CONTEXT;
    if (!(out.flags & INERT_ATTACHED) && !is_special(code) &&
        is_plain_glyph(face, glyph) && set_glyph(face, &out, glyph))
        out.flags |= INERT_PLAIN;
    return out;
}

/* Is a glyph of a text of single glyphs where it would be without the text? */
static bool is_unmoved(const hb_glyph_info_t *info,
                       const hb_glyph_position_t *position, hb_font_t *font)
{
    return !position->x_offset && !position->y_offset && !position->y_advance &&
           position->x_advance ==
               hb_font_get_glyph_h_advance(font, info->codepoint);
}

/* The glyph that character `number` of a text becomes; 0 when it does not
 * become one glyph that stands still between unchanged neighbours. */
static hb_codepoint_t try_text(struct inert_face *face, const uint32_t *text,
                               unsigned length, unsigned number,
                               hb_codepoint_t neighbour)
{
    hb_buffer_t *buffer = hb_buffer_create();
    unsigned count, good = 0;
    hb_buffer_add_codepoints(buffer, text, (int)length, 0, (int)length);
    hb_buffer_set_direction(buffer, HB_DIRECTION_LTR);
    hb_buffer_set_script(buffer, HB_SCRIPT_HAN);
    hb_buffer_set_language(buffer, hb_language_from_string(LANGUAGE, -1));
    hb_shape(face->units, buffer, NULL, 0);
    const hb_glyph_info_t *info = hb_buffer_get_glyph_infos(buffer, &count);
    const hb_glyph_position_t *position =
        hb_buffer_get_glyph_positions(buffer, &count);
    for (unsigned i = 0; i < count && count == length; i++)
        good += info[i].cluster == i &&
                (i == number || info[i].codepoint == neighbour) &&
                is_unmoved(&info[i], &position[i], face->units);
    hb_codepoint_t glyph = good == length ? info[number].codepoint : 0;
    hb_buffer_destroy(buffer);
    return glyph;
}

/* A character that lookups may change, tried between two ideographs and at the
 * ends of a text: mostly it becomes the same glyph there (dashes their Chinese
 * form) and stands still. */
static void try_alone(struct inert_face *face, uint32_t code,
                      struct inert_code *out)
{
    const uint32_t text[] = {NEIGHBOUR, code, NEIGHBOUR};
    struct inert_code neighbour = look_up(face, NEIGHBOUR);
    if ((neighbour.flags & (INERT_PLAIN | INERT_CONTEXT)) != INERT_PLAIN)
        return;
    hb_codepoint_t glyph = try_text(face, text, 3, 1, neighbour.glyph);
    if (glyph && glyph == try_text(face, text, 2, 1, neighbour.glyph) &&
        glyph == try_text(face, text + 1, 2, 0, neighbour.glyph) &&
        glyph == try_text(face, text + 1, 1, 0, neighbour.glyph) &&
        set_glyph(face, out, glyph))
        out->flags |= INERT_SOLO;
}

static struct inert_code *page_of(struct inert *inert, uint32_t code)
{
    struct inert_code **page = &inert->pages[code / 256];
    if (!*page && inert->page_count < PAGE_COUNT_LIMIT) {
        *page = xcalloc(256, sizeof(**page));
        inert->page_count++;
    }
    return *page;
}

struct inert_code inert_learn(struct inert *inert, uint32_t code)
{
    struct inert_face *face = inert->face;
    if (!face->units)
        collect_lookups(face);
    struct inert_code result = look_up(face, code);
    struct inert_code *page = code < INERT_LIMIT ? page_of(inert, code) : NULL;
    if (!page || face->opaque)
        result.flags &= (uint8_t)~INERT_PLAIN;
    else if ((result.flags & (INERT_PRESENT | INERT_PLAIN | INERT_ATTACHED)) ==
             INERT_PRESENT)
        try_alone(face, code, &result);
    if (page)
        page[code % 256] = result;
    return result;
}

/* ---- stretches ---- */

static bool is_plain(const struct character *c)
{
    return c->inert.flags & INERT_PLAIN;
}

static bool is_plain_context(const struct character *c)
{
    const uint8_t both = INERT_PLAIN | INERT_CONTEXT;
    return (c->inert.flags & both) == both;
}

/* Widened to the left over the base of a mark, then over what lookups look at;
 * to the right over that, other such characters, and bases of marks. */
static struct inert_stretch widen(const struct character *c, size_t count,
                                  size_t at)
{
    size_t first = at, end = at + 1;
    if (c[at].inert.flags & INERT_ATTACHED && first > 0 &&
        is_plain(&c[first - 1]))
        first--;
    while (first > 0 && is_plain_context(&c[first - 1]))
        first--;
    while (end < count) {
        bool base = end + 1 < count && c[end + 1].inert.flags & INERT_ATTACHED;
        if (is_plain(&c[end]) && !is_plain_context(&c[end]) && !base)
            break;
        end++;
    }
    return (struct inert_stretch){first, end};
}

struct inert_stretch inert_next(const struct character *c, size_t count,
                                size_t at)
{
    for (size_t i = at; i < count; i++) {
        while (i < count && is_plain(&c[i]))
            i += 1u + c[i].ahead;
        if (i == count)
            break;
        struct inert_stretch stretch = widen(c, count, i);
        if (!(c[i].inert.flags & INERT_SOLO) || stretch.end - stretch.first > 1)
            return stretch;
    }
    return (struct inert_stretch){count, count};
}

/* ---- advances ---- */

static struct scaled_advances *size_for(struct inert_face *face, int size_px)
{
    struct scaled_advances *oldest = &face->sizes[0];
    for (size_t i = 0; i < COUNT_OF(face->sizes); i++) {
        struct scaled_advances *size = &face->sizes[i];
        if (size->size_px == size_px)
            return size;
        if (size->used < oldest->used)
            oldest = size;
    }
    oldest->size_px = size_px;
    oldest->count = 0;
    return oldest;
}

const int32_t *inert_advances(struct inert *inert, hb_font_t *font, int size_px)
{
    struct inert_face *face = inert->face;
    struct scaled_advances *size = size_for(face, size_px);
    size->used = ++face->clock;
    for (; size->count < face->advance_count; size->count++)
        size->values[size->count] = hb_font_get_glyph_h_advance(
            font, face->advances[size->count].glyph);
    return size->values;
}
