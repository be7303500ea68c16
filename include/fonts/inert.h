/* inert.h - characters that shaping leaves alone. For fonts/ only.
 *
 * In Chinese text (script Hani, language zh-CN, left to right, no features of
 * ours) a face has few glyphs that its GSUB and GPOS lookups read or look at;
 * HarfBuzz can tell which. A character whose glyph is not among them, and that
 * is nothing special to Unicode either, becomes its nominal glyph with its
 * nominal advance in any company. Only the rest has to go to HarfBuzz.
 *
 * What is known about a code point is worked out when it is met first and kept
 * in pages of 256, 1 KB each; advances are kept once for all sizes, by number,
 * and scaled by HarfBuzz. */
#ifndef FONTS_INERT_H
#define FONTS_INERT_H

#include <stddef.h>
#include <stdint.h>

struct character;
struct hb_face_t;
struct hb_font_t;
struct inert_face;

enum {
    INERT_KNOWN = 1,
    INERT_PRESENT = 2,  /* the face has it */
    INERT_PLAIN = 4,    /* glyph and advance are what HarfBuzz would say... */
    INERT_SOLO = 8,     /* ...where its neighbours are plain, or none */
    INERT_CONTEXT = 16, /* lookups look at it when they change another glyph */
    INERT_ATTACHED = 32 /* joins the cluster of the character before it */
};

struct inert_code {
    uint16_t glyph;
    uint8_t advance; /* index of inert_advances */
    uint8_t flags;   /* INERT_ */
};

#define INERT_LIMIT 0x40000u /* code points beyond it go to HarfBuzz */
#define INERT_PAGES (INERT_LIMIT / 256)

struct inert { /* open for inert_find only */
    struct inert_code *pages[INERT_PAGES];
    int page_count;
    struct inert_face *face;
};

/* Cheap: the face's lookups are read when the first character is asked for. */
struct inert *inert_new(struct hb_face_t *face);
void inert_free(struct inert *inert); /* NULL is fine */

/* Works a code point out, and remembers it if there is room. */
struct inert_code inert_learn(struct inert *inert, uint32_t code);

static inline struct inert_code inert_find(struct inert *inert, uint32_t code)
{
    const struct inert_code *page =
        code < INERT_LIMIT ? inert->pages[code / 256] : NULL;
    if (page && page[code % 256].flags & INERT_KNOWN)
        return page[code % 256];
    return inert_learn(inert, code);
}

/* The next characters, from `at` on, that HarfBuzz must shape: from first up
 * to end, both `count` when there are none. It is to see one character more on
 * either side, where there is one, whose glyph is not changed by that. What is
 * in front of them has its own glyphs. All are looked up already. */
struct inert_stretch {
    size_t first, end;
};
struct inert_stretch inert_next(const struct character *c, size_t count,
                                size_t at);

/* Advances in 1/64 px by number, of everything found so far; valid until the
 * next call. font: of the face, scaled to size_px. */
const int32_t *inert_advances(struct inert *inert, struct hb_font_t *font,
                              int size_px);

#endif
