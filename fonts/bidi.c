#include "fonts/bidi.h"

#include <unicode/uchar.h>
#include <unicode/ubidi.h>
#include <unicode/utf16.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"

struct bidi {
    uint8_t *levels; /* one a UTF-16 unit of the text */
    size_t at;       /* the unit the next chunk starts with */
};

/* ---- the scan ---- */

/* The length of the characters whose first byte says that they do not run from
 * right to left; 0 where the others must be looked at. */
static const uint8_t steps[256] = {
    [0x01 ... 0x7F] = 1, [0xC2 ... 0xD5] = 2, [0xE1] = 3,
    [0xE3 ... 0xEE] = 3, [0xF1 ... 0xF4] = 4,
};

/* The blocks of classes R, AL and AN, unassigned places among them, and the
 * controls that make other characters run from right to left. */
static bool turns(uint32_t code)
{
    static const uint32_t ranges[][2] = {
        {0x0590, 0x08FF}, {0x200F, 0x200F},   {0x202B, 0x202B},
        {0x202E, 0x202E}, {0x2067, 0x2067},   {0xFB1D, 0xFDFF},
        {0xFE70, 0xFEFF}, {0x10800, 0x10FFF}, {0x1E800, 0x1EFFF},
    };
    for (size_t i = 0; i < COUNT_OF(ranges); i++) {
        if (code >= ranges[i][0] && code <= ranges[i][1])
            return true;
    }
    return false;
}

bool bidi_needed(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length) {
        size_t step = steps[(unsigned char)text[at]];
        at += step;
        if (!step && turns(utf8_next(text, length, &at)))
            return true;
    }
    return false;
}

/* ---- levels ---- */

static UChar *to_utf16(const char *text, size_t length, int32_t *count_out)
{
    UChar *units = xcalloc(length, sizeof(*units));
    int32_t count = 0;
    for (size_t at = 0; at < length;) {
        uint32_t code = utf8_next(text, length, &at);
        U16_APPEND_UNSAFE(units, count, code);
    }
    *count_out = count;
    return units;
}

/* ICU's levels, and the base of each line of the text. */
static void copy_levels(struct bidi *bidi, UBiDi *icu, UErrorCode *status)
{
    int32_t count = ubidi_countParagraphs(icu);
    const UBiDiLevel *levels = ubidi_getLevels(icu, status);
    for (int32_t i = 0; U_SUCCESS(*status) && i < count; i++) {
        UBiDiLevel base;
        int32_t at, end;
        ubidi_getParagraphByIndex(icu, i, &at, &end, &base, status);
        for (; at < end; at++)
            bidi->levels[at] =
                (uint8_t)(levels[at] | (base & 1 ? BIDI_BASE_BACKWARD : 0));
    }
}

struct bidi *bidi_new(const char *text, size_t length, uint8_t base)
{
    struct bidi *bidi = xcalloc(1, sizeof(*bidi));
    UErrorCode status = U_ZERO_ERROR;
    int32_t count;
    UChar *units = to_utf16(text, length, &count);
    UBiDi *icu = mem_check(ubidi_open());
    bidi->levels = xcalloc((size_t)count, sizeof(*bidi->levels));
    ubidi_setPara(icu, units, count, base, NULL, &status);
    if (count)
        copy_levels(bidi, icu, &status);
    /* ICU fails at this for want of memory only. */
    if (U_FAILURE(status)) {
        log_error("bidi", "ICU: %s", u_errorName(status));
        abort();
    }
    ubidi_close(icu);
    free(units);
    return bidi;
}

void bidi_free(struct bidi *bidi)
{
    if (bidi)
        free(bidi->levels);
    free(bidi);
}

void bidi_mark(struct bidi *bidi, struct itemizer *itemizer)
{
    for (size_t i = 0; i < itemizer->count; i++) {
        struct character *c = &itemizer->chars[i];
        c->level = bidi->levels[bidi->at];
        bidi->at += U16_LENGTH(c->code);
    }
}

/* ---- lines ---- */

uint32_t bidi_shown(const struct shaped *shaped, size_t glyph, uint32_t code)
{
    const struct span *span = &shaped->spans[span_of(shaped, glyph)];
    return span->level & 1 ? (uint32_t)u_charMirror((UChar32)code) : code;
}

/* Rule L2 turns single glyphs round; those of a cluster, which HarfBuzz has
 * left from left to right, are turned back. */
static void keep_clusters(const struct glyph *glyphs, const uint8_t *levels,
                          size_t count, uint32_t *order)
{
    for (size_t i = 0, end; i < count; i = end) {
        end = i + 1;
        if (!(levels[order[i]] & 1))
            continue;
        while (end < count && !(glyphs[order[end - 1]].flags & GLYPH_FIRST))
            end++;
        for (size_t a = i, b = end - 1; a < b; a++, b--) {
            uint32_t number = order[a];
            order[a] = order[b];
            order[b] = number;
        }
    }
}

bool bidi_order(const struct shaped *shaped, size_t first, size_t end,
                uint8_t *levels, uint32_t *order)
{
    size_t count = end - first;
    bool turned = false;
    for (size_t s = span_of(shaped, first), at = first; at < end; s++) {
        uint8_t level = shaped->spans[s].level & BIDI_LEVEL;
        size_t stop = end;
        if (s + 1 < shaped->span_count && shaped->spans[s + 1].first < end)
            stop = shaped->spans[s + 1].first;
        memset(levels + (at - first), level, stop - at);
        turned |= level & 1;
        at = stop;
    }
    if (turned) {
        ubidi_reorderVisual(levels, (int32_t)count, (int32_t *)order);
        keep_clusters(shaped->glyphs + first, levels, count, order);
        return true;
    }
    for (size_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
    return false;
}
