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

/* Up to where chunks have reached: no character of a text is 0. */
void itemizer_forget(struct itemizer *itemizer)
{
    size_t count = 0;
    while (count < CHUNK_LIMIT && itemizer->chars[count].code)
        count++;
    explicit_bzero(itemizer->chars, count * sizeof(*itemizer->chars));
    itemizer->count = 0;
}

/* ---- characters ---- */

static bool ends_chunk(const struct character *last,
                       const struct character *next)
{
    return last->class == CLASS_NEWLINE ||
           (last->traits & next->traits & CODE_IDEOGRAPH);
}

/* The run byte `at` belongs to, from the one before it. */
static size_t find_run(const struct source *source, size_t run, size_t at)
{
    while (run + 1 < source->run_count && source->runs[run].end <= at)
        run++;
    return run;
}

/* What the Han face of a run's style knows: NULL: nothing yet, or not that
 * way. */
static struct inert *primary_of(struct fonts *fonts,
                                const struct text_style *style, uint8_t *slot)
{
    *slot = fonts->primary[style->family][style->weight];
    return fonts->faces[*slot].inert;
}

/* Where a chunk is being decoded. */
struct decoding {
    const char *text;
    size_t at, end; /* of the text, or of the run */
    uint32_t run;
    struct inert *primary; /* of the run */
    uint8_t slot;
    size_t stretch; /* where the last ideographs in a row start */
};

/* U+4E00 to U+9FFF, and less than a block more. */
static bool is_ideograph_lead(char byte)
{
    return (uint8_t)byte >= 0xE4 && (uint8_t)byte <= 0xE9;
}

/* Ideographs of the basic block in a row, most of all text: they are in the Han
 * face and inert there, so nothing is left to be found out about them. Returns
 * how many there are, at most `limit`. */
static size_t decode_ideographs(const struct codes *codes, struct decoding *d,
                                struct character *c, size_t limit)
{
    const uint8_t *s = (const uint8_t *)d->text;
    const struct character model = {.run = d->run,
                                    .script = HB_SCRIPT_HAN,
                                    .slot = d->slot,
                                    .class = CLASS_HAN,
                                    .flags = CHARACTER_BREAK,
                                    .traits = codes->ideograph.traits};
    size_t n = 0, at = d->at;
    size_t end = d->end - at > limit * 3 ? at + limit * 3 : d->end;
    for (; at < end && is_ideograph_lead(d->text[at]); n++, at += 3) {
        uint32_t code = (uint32_t)(s[at] & 0x0F) << 12 |
                        (uint32_t)(s[at + 1] & 0x3F) << 6 | (s[at + 2] & 0x3F);
        struct inert_code inert = inert_find(d->primary, code);
        if (code < 0x4E00 || !(inert.flags & INERT_PLAIN))
            break;
        memcpy(&c[n], &model, sizeof(model));
        c[n].code = code;
        c[n].at = (uint32_t)at;
        c[n].inert = inert;
    }
    if (n) {
        c[0].ahead = (uint16_t)(n - 1);
        c[0].flags = 0;
    }
    d->at = at;
    return n;
}

/* A mark follows the last character, which has to share its face. */
static void part_last(struct character *stretch, struct character *last)
{
    last->inert.flags = 0;
    if (stretch < last && stretch + stretch->ahead == last)
        stretch->ahead--;
}

static void enter_run(struct fonts *fonts, const struct source *source,
                      struct decoding *d)
{
    d->run = (uint32_t)find_run(source, d->run, d->at);
    d->end = d->run + 1 < source->run_count ? source->runs[d->run].end
                                            : source->length;
    d->primary = primary_of(fonts, &source->runs[d->run].style, &d->slot);
}

/* Most characters stand alone and are in the Han face of their style. */
static bool is_plain(struct inert *primary, const struct character *c)
{
    return primary && c->script == HB_SCRIPT_HAN && c->class != CLASS_LATIN &&
           c->code != ZERO_WIDTH_JOINER &&
           inert_find(primary, c->code).flags & INERT_PRESENT;
}

/* Any other character. What is Chinese by itself, and in the Han face, has its
 * face with that. */
static struct character decode_other(struct fonts *fonts,
                                     const struct decoding *d, size_t *next)
{
    uint32_t code = utf8_next_valid(d->text, next);
    struct code known = codes_find(fonts->codes, code);
    struct character c = {.code = code,
                          .at = (uint32_t)d->at,
                          .run = d->run,
                          .script = fonts->codes->scripts[known.script],
                          .class = known.class,
                          .traits = known.traits};
    if (is_plain(d->primary, &c)) {
        c.slot = d->slot;
        c.inert = inert_find(d->primary, code);
    }
    return c;
}

/* Takes in a character that is not one of many ideographs. */
static void add_other(struct itemizer *itemizer, const struct decoding *d,
                      struct character c, size_t n)
{
    itemizer->chars[n] = c;
    if (c.traits & CODE_ATTACHED && n > 0)
        part_last(&itemizer->chars[d->stretch], &itemizer->chars[n - 1]);
    itemizer->classes |= 1u << c.class;
    itemizer->traits |= c.traits;
}

/* It then has the face of what it is joined to, and those behind it have not.
 */
static bool follows_joiner(const struct character *c, size_t n)
{
    return n > 0 && c[n - 1].code == ZERO_WIDTH_JOINER;
}

static void decode_chunk(struct fonts *fonts, const struct source *source,
                         size_t *at, size_t *run)
{
    struct itemizer *itemizer = fonts->itemizer;
    struct decoding d = {
        .text = source->text, .at = *at, .run = (uint32_t)*run};
    size_t n = 0, next, count;
    itemizer->open_end = true;
    itemizer->classes = itemizer->traits = 0;
    while (d.at < source->length) {
        if (d.at >= d.end)
            enter_run(fonts, source, &d);
        if (d.primary && n < CHUNK_WISH && is_ideograph_lead(d.text[d.at]) &&
            !follows_joiner(itemizer->chars, n) &&
            (count = decode_ideographs(fonts->codes, &d, &itemizer->chars[n],
                                       CHUNK_WISH - n)) > 0) {
            d.stretch = n;
            n += count;
            continue;
        }
        next = d.at;
        struct character c = decode_other(fonts, &d, &next);
        if (n >= CHUNK_WISH) {
            itemizer->open_end = ends_chunk(&itemizer->chars[n - 1], &c);
            if (n == CHUNK_LIMIT || itemizer->open_end)
                break;
            itemizer->open_end = true;
        }
        add_other(itemizer, &d, c, n++);
        d.at = next;
    }
    *at = d.at;
    *run = d.run;
    itemizer->count = n;
    itemizer->end = (uint32_t)d.at;
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
            c[i].inert.flags = 0;
        }
    }
}

/* ---- scripts ---- */

/* Digits between right-to-left words still run left to right. */
static uint32_t follow(const struct character *c, uint32_t script)
{
    bool backward = c->class == CLASS_DIGIT && script != HB_SCRIPT_HAN &&
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
    if (!itemizer->last_script) {
        while (i < count && c[i].traits & CODE_COMMON)
            i++;
        uint32_t first = i < count ? c[i].script : (uint32_t)HB_SCRIPT_HAN;
        for (size_t leading = 0; leading < i; leading++)
            c[leading].script = follow(&c[leading], first);
    } else if (c[0].traits & CODE_COMMON) {
        c[0].script = follow(&c[0], itemizer->last_script);
    }
    for (i = i ? i : 1; i < count; i += 1u + c[i].ahead) {
        if (c[i].traits & CODE_COMMON)
            c[i].script = follow(&c[i], c[i - 1].script);
    }
    itemizer->last_script = c[count - 1].script;
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

/* What shaping is to know of characters that it may not have to shape. */
static void note_inert(struct fonts *fonts, struct character *c, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct inert *inert = fonts->faces[c[i].slot].inert;
        if (inert && c[i].script == HB_SCRIPT_HAN)
            c[i].inert = inert_find(inert, c[i].code);
    }
}

/* Returns how many characters now have their face. */
static size_t choose_faces_of_unit(struct fonts *fonts,
                                   const struct text_style *style,
                                   struct character *c, size_t count,
                                   const struct character *before)
{
    uint8_t slot;
    struct inert *primary = primary_of(fonts, style, &slot);
    bool attached = count > 1 && c[1].traits & CODE_ATTACHED;
    size_t length = 1;
    if (!attached && is_plain(primary, c)) {
        c->slot = slot;
    } else {
        length = unit_length(c, count);
        if (length == 1 && stays(fonts, c, before))
            c->slot = before->slot;
        else if (!choose_face(fonts, style, c, length))
            choose_faces_singly(fonts, style, c, length);
    }
    note_inert(fonts, c, length);
    return length;
}

static void choose_faces(struct fonts *fonts, const struct source *source)
{
    struct character *c = fonts->itemizer->chars;
    size_t count = fonts->itemizer->count;
    for (size_t i = 0; i < count;) {
        while (i < count && c[i].inert.flags & INERT_KNOWN)
            i += 1u + c[i].ahead;
        if (i == count)
            break;
        size_t length =
            choose_faces_of_unit(fonts, &source->runs[c[i].run].style, &c[i],
                                 count - i, i ? &c[i - 1] : NULL);
        i += length;
        if (i == count)
            break;
        /* HarfBuzz looks for the base of every mark: a thousand marks in a row
         * would cost a million steps. */
        if (length == UNIT_LIMIT)
            c[i].flags |= CHARACTER_APART;
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
    decode_chunk(fonts, source, at, run);
    if (itemizer->classes & (1u << CLASS_DASH | 1u << CLASS_ELLIPSIS))
        join_units(itemizer->chars, itemizer->count);
    if (itemizer->classes & 1u << CLASS_CLOSE &&
        itemizer->classes & 1u << CLASS_LATIN)
        find_apostrophes(itemizer->chars, itemizer->count);
    resolve_scripts(itemizer);
    choose_faces(fonts, source);
    return true;
}
