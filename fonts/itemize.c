#include "fonts/itemize.h"

#include <hb.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "fonts/classes.h"
#include "fonts/face.h"

#define CHUNK_WISH 2048  /* characters, then until the next pair of Han */
#define CHUNK_LIMIT 8192 /* cut wherever that is */
#define UNIT_LIMIT 128   /* characters of a word, or marks on one base */

#define ZERO_WIDTH_JOINER 0x200Du

struct itemizer *itemizer_new(void)
{
    struct itemizer *itemizer = xcalloc(1, sizeof(*itemizer));
    itemizer->chars = xcalloc(CHUNK_LIMIT, sizeof(*itemizer->chars));
    return itemizer;
}

void itemizer_free(struct itemizer *itemizer)
{
    if (itemizer)
        free(itemizer->chars);
    free(itemizer);
}

/* ---- characters ---- */

static bool ends_chunk(const struct character *last, uint32_t next)
{
    return last->class == CLASS_NEWLINE ||
           (utf8_is_han(last->code) && utf8_is_han(next));
}

static void decode_chunk(struct itemizer *itemizer, const struct source *source,
                         size_t *at, size_t *run)
{
    struct character *c = itemizer->chars;
    size_t n = 0;
    itemizer->open_end = true;
    while (*at < source->length) {
        size_t next = *at;
        uint32_t code = utf8_next(source->text, source->length, &next);
        if (n >= CHUNK_WISH && ends_chunk(&c[n - 1], code))
            break;
        if (n == CHUNK_LIMIT) {
            itemizer->open_end = false;
            break;
        }
        while (*run + 1 < source->run_count && source->runs[*run].end <= *at)
            ++*run;
        c[n++] = (struct character){.code = code,
                                    .at = (uint32_t)*at,
                                    .run = (uint32_t)*run,
                                    .class = (uint8_t)class_of(code)};
        *at = next;
    }
    itemizer->count = n;
    itemizer->end = (uint32_t)*at;
}

/* Pairs —— and …… off from the left; the font joins the dashes into one glyph,
 * the dots stay two. */
static void join_units(struct character *c, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if ((c[i].class == CLASS_DASH || c[i].class == CLASS_ELLIPSIS) &&
            c[i].code == c[i - 1].code && !(c[i - 1].flags & CHARACTER_JOINED))
            c[i].flags |= CHARACTER_JOINED;
    }
}

/* ’ between letters is an apostrophe, and an em of width would tear the word
 * apart (source-han-sans issue 595). */
static void find_apostrophes(struct character *c, size_t count)
{
    for (size_t i = 1; i + 1 < count; i++) {
        if (c[i].code == 0x2019 && c[i - 1].class == CLASS_LATIN &&
            c[i + 1].class == CLASS_LATIN) {
            c[i].class = CLASS_LATIN;
            c[i].flags |= CHARACTER_NARROW;
        }
    }
}

/* ---- scripts ---- */

static bool is_undecided(uint32_t script)
{
    return script == HB_SCRIPT_COMMON || script == HB_SCRIPT_INHERITED;
}

/* Digits between right-to-left words still run left to right. */
static uint32_t follow(const struct character *c, uint32_t script)
{
    bool backward = hb_script_get_horizontal_direction((hb_script_t)script) ==
                    HB_DIRECTION_RTL;
    return backward && c->class == CLASS_DIGIT ? HB_SCRIPT_LATIN : script;
}

/* Common follows the text before it, at the start the text after it, and
 * Chinese marks are always Han: shaped as Common, or as Latin, —— is 1.676 em
 * and … 1.059 em wide (typography.md, finding 1). */
static void resolve_scripts(struct itemizer *itemizer)
{
    hb_unicode_funcs_t *unicode = hb_unicode_funcs_get_default();
    struct character *c = itemizer->chars;
    uint32_t last = itemizer->last_script;
    size_t leading = 0;
    for (size_t i = 0; i < itemizer->count; i++) {
        c[i].script = (uint32_t)hb_unicode_script(unicode, c[i].code);
        if (class_rules[c[i].class].chinese)
            c[i].script = HB_SCRIPT_HAN;
        else if (c[i].flags & CHARACTER_NARROW)
            c[i].script = HB_SCRIPT_LATIN;
        else if (is_undecided(c[i].script) && last)
            c[i].script = follow(&c[i], last);
        else if (is_undecided(c[i].script))
            continue;
        last = c[i].script;
        for (; leading < i; leading++) {
            if (is_undecided(c[leading].script))
                c[leading].script = follow(&c[leading], last);
        }
    }
    for (; leading < itemizer->count; leading++) {
        if (is_undecided(c[leading].script))
            c[leading].script = HB_SCRIPT_HAN;
    }
    itemizer->last_script = last;
}

/* ---- faces ---- */

/* Marks, joiners and selectors belong to the character before them. */
static bool is_attached(const struct character *c)
{
    switch (
        hb_unicode_general_category(hb_unicode_funcs_get_default(), c->code)) {
    case HB_UNICODE_GENERAL_CATEGORY_ENCLOSING_MARK:
    case HB_UNICODE_GENERAL_CATEGORY_NON_SPACING_MARK:
    case HB_UNICODE_GENERAL_CATEGORY_SPACING_MARK:
    case HB_UNICODE_GENERAL_CATEGORY_FORMAT:
        return true;
    default:
        return false;
    }
}

/* HarfBuzz hides these whether the face knows them or not. */
static bool is_ignorable(uint32_t code)
{
    return (code >= 0x200B && code <= 0x200F) ||
           (code >= 0x202A && code <= 0x202E) ||
           (code >= 0x2060 && code <= 0x206F) ||
           (code >= 0xFE00 && code <= 0xFE0F) ||
           (code >= 0xE0000 && code <= 0xE0FFF) || code == 0x00AD ||
           code == 0x034F || code == 0x061C || code == 0xFEFF ||
           (code >= 0x180B && code <= 0x180F);
}

/* Letters of one word (Zhuang of 1957 has Cyrillic ones between Latin ones), or
 * a character with what is attached to it. */
static size_t unit_length(const struct character *c, size_t count)
{
    size_t n = 1;
    if (class_rules[c[0].class].chinese || utf8_is_han(c[0].code))
        count = count < 2 || !is_attached(&c[1]) ? 1 : count;
    for (; n < count && n < UNIT_LIMIT && c[n].run == c[0].run; n++) {
        bool word = c[0].class == CLASS_LATIN && c[n].class == CLASS_LATIN;
        if (c[n].class == CLASS_NEWLINE ||
            !(word || is_attached(&c[n]) || c[n - 1].code == ZERO_WIDTH_JOINER))
            break;
    }
    return n;
}

static bool covers_character(struct fonts *fonts, unsigned slot,
                             const struct character *c, bool first)
{
    hb_codepoint_t composed;
    if (is_ignorable(c->code) || c->class == CLASS_NEWLINE ||
        face_has(fonts, slot, c->code))
        return true;
    return !first &&
           hb_unicode_compose(hb_unicode_funcs_get_default(), c[-1].code,
                              c->code, &composed) &&
           face_has(fonts, slot, composed);
}

static bool covers(struct fonts *fonts, unsigned slot,
                   const struct character *c, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!covers_character(fonts, slot, &c[i], i == 0))
            return false;
    }
    return true;
}

static bool choose_face(struct fonts *fonts, const struct text_style *style,
                        struct character *c, size_t count)
{
    unsigned cursor = 0;
    int slot;
    while ((slot = face_next(fonts, style, c[0].script, &cursor)) >= 0) {
        if (covers(fonts, (unsigned)slot, c, count))
            break;
    }
    if (slot < 0)
        return false;
    for (size_t i = 0; i < count; i++)
        c[i].slot = (uint8_t)slot;
    return true;
}

/* No face has the whole unit: each character for itself, what is left becomes
 * the Han face's box. */
static void choose_faces_singly(struct fonts *fonts,
                                const struct text_style *style,
                                struct character *c, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (choose_face(fonts, style, &c[i], 1))
            continue;
        c[i].slot = fonts->primary[style->family][style->weight];
        face_report_missing(fonts, c[i].code);
    }
}

/* A space between two Tibetan or Arabic words stays in their face, so that the
 * words are shaped, and reversed, together. */
static bool stays(struct fonts *fonts, const struct character *c,
                  const struct character *before)
{
    return before && before->run == c->run && before->script == c->script &&
           c->script != HB_SCRIPT_HAN && c->script != HB_SCRIPT_LATIN &&
           c->class != CLASS_NEWLINE && face_has(fonts, before->slot, c->code);
}

static void choose_faces(struct fonts *fonts, const struct source *source)
{
    struct character *c = fonts->itemizer->chars;
    size_t count = fonts->itemizer->count, length;
    for (size_t i = 0; i < count; i += length) {
        const struct text_style *style = &source->runs[c[i].run].style;
        length = unit_length(&c[i], count - i);
        if (length == 1 && stays(fonts, &c[i], i ? &c[i - 1] : NULL))
            c[i].slot = c[i - 1].slot;
        else if (!choose_face(fonts, style, &c[i], length))
            choose_faces_singly(fonts, style, &c[i], length);
        /* HarfBuzz looks for the base of every mark: a thousand marks in a row
         * would cost a million steps. */
        if (length == UNIT_LIMIT && i + length < count)
            c[i + length].flags |= CHARACTER_APART;
    }
}

bool itemize_next(struct fonts *fonts, const struct source *source, size_t *at,
                  size_t *run)
{
    struct itemizer *itemizer = fonts->itemizer;
    if (*at >= source->length)
        return false;
    if (*at == 0) {
        itemizer->last_script = 0;
        itemizer->open_end = true;
    }
    itemizer->open_start = itemizer->open_end;
    decode_chunk(itemizer, source, at, run);
    join_units(itemizer->chars, itemizer->count);
    find_apostrophes(itemizer->chars, itemizer->count);
    resolve_scripts(itemizer);
    choose_faces(fonts, source);
    return true;
}
