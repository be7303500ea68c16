#include "fonts/itemize.h"

#include <hb.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "fonts/classes.h"
#include "fonts/codes.h"
#include "fonts/face.h"
#include "fonts/inert.h"

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

static bool ends_chunk(const struct character *last, struct code next)
{
    return last->class == CLASS_NEWLINE ||
           (last->traits & next.traits & CODE_IDEOGRAPH);
}

/* Returns the classes met, one bit each. */
static uint32_t decode_chunk(struct fonts *fonts, const struct source *source,
                             size_t *at, size_t *run)
{
    struct itemizer *itemizer = fonts->itemizer;
    struct character *c = itemizer->chars;
    size_t n = 0, next = *at;
    uint32_t classes = 0;
    itemizer->open_end = true;
    for (; next < source->length; n++) {
        size_t start = next;
        uint32_t code = utf8_next_valid(source->text, &next);
        struct code known = codes_find(fonts->codes, code);
        if (n >= CHUNK_WISH &&
            (n == CHUNK_LIMIT || ends_chunk(&c[n - 1], known))) {
            itemizer->open_end = ends_chunk(&c[n - 1], known);
            next = start;
            break;
        }
        while (*run + 1 < source->run_count && source->runs[*run].end <= start)
            ++*run;
        c[n] = (struct character){.code = code,
                                  .at = (uint32_t)start,
                                  .run = (uint32_t)*run,
                                  .script = fonts->codes->scripts[known.script],
                                  .class = known.class,
                                  .traits = known.traits};
        classes |= 1u << known.class;
    }
    *at = next;
    itemizer->count = n;
    itemizer->end = (uint32_t)next;
    return classes;
}
_Static_assert(CLASS_COUNT <= 32, "a bit for each class");

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
            c[i].script = HB_SCRIPT_LATIN;
            c[i].flags |= CHARACTER_NARROW;
        }
    }
}

/* ---- scripts ---- */

/* Digits between right-to-left words still run left to right. */
static uint32_t follow(const struct character *c, uint32_t script)
{
    bool backward = c->class == CLASS_DIGIT &&
                    hb_script_get_horizontal_direction((hb_script_t)script) ==
                        HB_DIRECTION_RTL;
    return backward ? (uint32_t)HB_SCRIPT_LATIN : script;
}

/* Common follows the text before it, at the start the text after it, and
 * Chinese marks are always Han: shaped as Common, or as Latin, —— is 1.676 em
 * and … 1.059 em wide (typography.md, finding 1). */
static void resolve_scripts(struct itemizer *itemizer)
{
    struct character *c = itemizer->chars;
    size_t count = itemizer->count, i = 0;
    uint32_t last = itemizer->last_script;
    if (!last) {
        while (i < count && c[i].traits & CODE_COMMON)
            i++;
        uint32_t first = i < count ? c[i].script : (uint32_t)HB_SCRIPT_HAN;
        for (size_t leading = 0; leading < i; leading++)
            c[leading].script = follow(&c[leading], first);
    }
    for (; i < count; i++) {
        if (c[i].traits & CODE_COMMON)
            c[i].script = follow(&c[i], last);
        last = c[i].script;
    }
    itemizer->last_script = last;
}

/* ---- faces ---- */

/* Letters of one word (Zhuang of 1957 has Cyrillic ones between Latin ones), or
 * a character with what is attached to it. */
static size_t unit_length(const struct character *c, size_t count)
{
    size_t n = 1;
    if (class_rules[c[0].class].chinese || c[0].traits & CODE_HAN)
        count = count < 2 || !(c[1].traits & CODE_ATTACHED) ? 1 : count;
    for (; n < count && n < UNIT_LIMIT && c[n].run == c[0].run; n++) {
        bool word = c[0].class == CLASS_LATIN && c[n].class == CLASS_LATIN;
        if (c[n].class == CLASS_NEWLINE ||
            !(word || c[n].traits & CODE_ATTACHED ||
              c[n - 1].code == ZERO_WIDTH_JOINER))
            break;
    }
    return n;
}

static bool covers_character(struct fonts *fonts, unsigned slot,
                             const struct character *c, bool first)
{
    hb_codepoint_t composed;
    if (c->traits & CODE_INVISIBLE || c->class == CLASS_NEWLINE ||
        c->code == OBJECT_CHARACTER || face_has(fonts, slot, c->code))
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

/* Most characters stand alone and are in the Han face of their style. */
static bool is_plain(const struct character *c, bool attached,
                     struct inert *primary)
{
    return c->script == HB_SCRIPT_HAN && !attached && c->class != CLASS_LATIN &&
           c->code != ZERO_WIDTH_JOINER && primary &&
           inert_find(primary, c->code).flags & INERT_PRESENT;
}

static void choose_faces_of_unit(struct fonts *fonts,
                                 const struct text_style *style,
                                 struct character *c, size_t length,
                                 const struct character *before)
{
    if (length == 1 && stays(fonts, c, before))
        c->slot = before->slot;
    else if (!choose_face(fonts, style, c, length))
        choose_faces_singly(fonts, style, c, length);
}

static void choose_faces(struct fonts *fonts, const struct source *source)
{
    struct character *c = fonts->itemizer->chars;
    size_t count = fonts->itemizer->count, length;
    const struct text_style *style = NULL;
    struct inert *primary = NULL;
    uint32_t run = UINT32_MAX;
    uint8_t slot = 0;
    for (size_t i = 0; i < count; i += length) {
        if (c[i].run != run) {
            run = c[i].run;
            style = &source->runs[run].style;
            slot = fonts->primary[style->family][style->weight];
            primary = fonts->faces[slot].inert;
        }
        length = 1;
        if (is_plain(&c[i], i + 1 < count && c[i + 1].traits & CODE_ATTACHED,
                     primary)) {
            c[i].slot = slot;
            continue;
        }
        length = unit_length(&c[i], count - i);
        choose_faces_of_unit(fonts, style, &c[i], length, i ? &c[i - 1] : NULL);
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
    uint32_t classes = decode_chunk(fonts, source, at, run);
    if (classes & (1u << CLASS_DASH | 1u << CLASS_ELLIPSIS))
        join_units(itemizer->chars, itemizer->count);
    if (classes & 1u << CLASS_CLOSE)
        find_apostrophes(itemizer->chars, itemizer->count);
    resolve_scripts(itemizer);
    choose_faces(fonts, source);
    return true;
}
