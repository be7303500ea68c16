/* codes.h - what setting text asks about a code point. For fonts/ only.
 *
 * Class, script and habits are worked out when a code point is met for the
 * first time and remembered in pages of 256, 1 KB each; the ideographs of the
 * basic block, most of our text, are alike and take no memory. */
#ifndef FONTS_CODES_H
#define FONTS_CODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CODE_KNOWN = 1,
    CODE_HAN = 2,        /* utf8_is_han */
    CODE_IDEOGRAPH = 4,  /* and an ideograph to line breaking: not 々 */
    CODE_COMMON = 8,     /* takes the script of its neighbours */
    CODE_ATTACHED = 16,  /* mark, joiner, selector: belongs to what is before */
    CODE_INVISIBLE = 32, /* HarfBuzz hides it whether a face knows it or not */
    CODE_TURNS = 64,     /* bidi_turns */
    CODE_GLUES = 128,    /* breaks_glues */
};

struct code {
    uint8_t class;  /* enum char_class */
    uint8_t script; /* index of codes.scripts */
    uint8_t traits; /* CODE_ */
    uint8_t unused;
};

#define CODES_LIMIT 0x40000u /* beyond it nothing is remembered */
#define CODES_PAGES (CODES_LIMIT / 256)

struct codes { /* open for codes_find only */
    struct code *pages[CODES_PAGES];
    struct code ideograph;
    int page_count;
    uint32_t scripts[256]; /* HarfBuzz tags; marks of Chinese are Hani */
    int script_count;
};

struct codes *codes_new(void);
void codes_free(struct codes *codes); /* NULL is fine */

/* Works a code point out, and remembers it if there is room. */
struct code codes_learn(struct codes *codes, uint32_t code);

static inline struct code codes_find(struct codes *codes, uint32_t code)
{
    if (code >= 0x4E00 && code <= 0x9FFF)
        return codes->ideograph;
    const struct code *page =
        code < CODES_LIMIT ? codes->pages[code / 256] : NULL;
    if (page && page[code % 256].traits & CODE_KNOWN)
        return page[code % 256];
    return codes_learn(codes, code);
}

#endif
