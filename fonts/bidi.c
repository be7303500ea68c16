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

bool bidi_turns(uint32_t code)
{
    switch (u_charDirection((UChar32)code)) {
    case U_RIGHT_TO_LEFT:
    case U_RIGHT_TO_LEFT_ARABIC:
    case U_ARABIC_NUMBER:
    case U_RIGHT_TO_LEFT_EMBEDDING:
    case U_RIGHT_TO_LEFT_OVERRIDE:
    case U_RIGHT_TO_LEFT_ISOLATE:
        return true;
    default:
        return false;
    }
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

/* ICU takes quadratic time for some text nobody writes: a paragraph that is
 * longer, in UTF-16 units, is given to it in pieces. */
#define PIECE_LIMIT 16384

/* A newline, or the other character of class B that is no control. */
static bool ends_paragraph(UChar unit)
{
    return unit == '\n' || unit == 0x2029;
}

static int32_t piece_length(const UChar *units, int32_t count)
{
    int32_t length = 0;
    while (length < count && length < PIECE_LIMIT)
        if (ends_paragraph(units[length++]))
            return length;
    if (length < count && U16_IS_LEAD(units[length - 1]))
        length--;
    return length;
}

static bool is_digit(UChar unit)
{
    return unit >= '0' && unit <= '9';
}

/* Digits with single hyphens between them, from a digit on: where they end. */
static int32_t number_end(const UChar *units, int32_t count, int32_t at,
                          int *hyphens_out)
{
    for (*hyphens_out = 0; at < count; at++) {
        bool hyphen = units[at] == '-' && at + 1 < count &&
                      is_digit(units[at - 1]) && is_digit(units[at + 1]);
        if (!hyphen && !is_digit(units[at]))
            break;
        *hyphens_out += hyphen;
    }
    return at;
}

/* After an Arabic letter rule W2 makes hyphens part groups of digits, which are
 * then seen from right to left: right for 3000-5000, but 0851-85661773 would be
 * another telephone number, and 2026-11-20 another date. A stop in place of the
 * hyphen holds them together (W4). Ours to choose: UAX #9, 4.3. */
static void join_numbers(UChar *units, int32_t count)
{
    enum { LEAST = 8 }; /* units of a date: 2026-1-1 */
    for (int32_t at = 0, end; at < count; at = end + 1) {
        int hyphens;
        end = at;
        if (!is_digit(units[at]))
            continue;
        end = number_end(units, count, at, &hyphens);
        bool whole = hyphens > 1 || (hyphens == 1 && units[at] == '0');
        for (int32_t i = at; i < end && whole && end - at >= LEAST; i++)
            if (units[i] == '-')
                units[i] = '.';
    }
}

/* Returns the base level. */
static UBiDiLevel find_levels(UBiDi *icu, const UChar *units, int32_t count,
                              UBiDiLevel base, uint8_t *out)
{
    UErrorCode status = U_ZERO_ERROR;
    ubidi_setPara(icu, units, count, base, NULL, &status);
    const UBiDiLevel *levels = ubidi_getLevels(icu, &status);
    /* ICU fails at this for want of memory only. */
    if (U_FAILURE(status)) {
        log_error("bidi", "ICU: %s", u_errorName(status));
        abort();
    }
    base = ubidi_getParaLevel(icu);
    for (int32_t i = 0; i < count; i++)
        out[i] = levels[i] | (base & 1 ? BIDI_BASE_BACKWARD : 0);
    return base;
}

bool bidi_starts_backward(const char *text, size_t length)
{
    for (size_t at = 0; at < length && text[at] != '\n';) {
        uint32_t code = utf8_next(text, length, &at);
        UCharDirection direction = u_charDirection((UChar32)code);
        if (direction == U_LEFT_TO_RIGHT)
            return false;
        if (direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC)
            return true;
    }
    return false;
}

struct bidi *bidi_new(const char *text, size_t length, uint8_t base)
{
    struct bidi *bidi = xcalloc(1, sizeof(*bidi));
    int32_t count;
    UChar *units = to_utf16(text, length, &count);
    UBiDi *icu = mem_check(ubidi_open());
    UBiDiLevel level = base;
    join_numbers(units, count);
    bidi->levels = xcalloc((size_t)count, sizeof(*bidi->levels));
    /* One by one: among many, ICU looks each up from the first. */
    for (int32_t at = 0, next; at < count; at = next) {
        next = at + piece_length(units + at, count - at);
        level =
            find_levels(icu, units + at, next - at, level, bidi->levels + at);
        if (ends_paragraph(units[next - 1]))
            level = base;
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
        c->ahead = 0; /* they may have another level */
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

/* Levels of the glyphs from first up to end; false: all run from left to right,
 * and levels are not set. */
static bool find_turned(const struct shaped *shaped, size_t first, size_t end,
                        uint8_t *levels)
{
    size_t start = span_of(shaped, first), s = start;
    while (s < shaped->span_count && shaped->spans[s].first < end &&
           !(shaped->spans[s].level & 1))
        s++;
    if (s == shaped->span_count || shaped->spans[s].first >= end)
        return false;
    size_t at = first;
    for (s = start; at < end; s++) {
        size_t stop = end;
        if (s + 1 < shaped->span_count && shaped->spans[s + 1].first < end)
            stop = shaped->spans[s + 1].first;
        memset(levels + (at - first), shaped->spans[s].level & BIDI_LEVEL,
               stop - at);
        at = stop;
    }
    return true;
}

bool bidi_order(const struct shaped *shaped, size_t first, size_t end,
                uint8_t *levels, uint32_t *order)
{
    size_t count = end - first;
    if (first == end || !find_turned(shaped, first, end, levels))
        return false;
    ubidi_reorderVisual(levels, (int32_t)count, (int32_t *)order);
    keep_clusters(shaped->glyphs + first, levels, count, order);
    return true;
}
