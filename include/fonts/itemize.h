/* itemize.h - text to characters: class, script and face of each. For fonts/
 * only.
 *
 * Text goes through in chunks that end between two Han, where neither shaping
 * nor line breaking looks across, so working memory and every inner loop stay
 * bounded however long a paragraph is. An ordinary paragraph is one chunk. */
#ifndef FONTS_ITEMIZE_H
#define FONTS_ITEMIZE_H

#include "fonts/inert.h"
#include "fonts/paragraph.h"

enum { /* the first ones stand as they are in struct glyph */
       CHARACTER_BREAK = 2,  /* a line may start here */
       CHARACTER_JOINED = 4, /* second half of a 2-em unit (rule 7) */
       CHARACTER_NARROW = 8, /* an apostrophe: proportional, not full width */
       CHARACTER_APART = 16, /* not shaped together with what is before it */
};

struct character {
    uint32_t code;
    uint32_t at;     /* byte in the text */
    uint32_t run;    /* index of its text_run */
    uint32_t script; /* HarfBuzz tag, never Common */
    uint8_t slot;    /* of its face */
    uint8_t class;   /* enum char_class */
    uint8_t flags;
    uint8_t level;  /* bidi.h; 0 when nothing runs from right to left */
    uint8_t traits; /* of codes.h */
    uint16_t ahead; /* so many ideographs follow that are as this one in all but
                       code and glyph; a line may start with each. 0 for them */
    struct inert_code inert; /* of its face; not INERT_KNOWN: not looked up */
};

struct itemizer {
    struct character *chars;
    size_t count;
    uint32_t end;         /* of the chunk: byte */
    uint32_t classes;     /* of its characters, one bit each */
    uint32_t traits;      /* of any of them */
    bool open_start;      /* a line may start with the chunk */
    bool open_end;        /* and with the one after it */
    uint32_t last_script; /* of the text before the chunk; 0 at the start */
};

struct source {
    const char *text; /* well-formed */
    size_t length;
    const struct text_run *runs;
    size_t run_count;
};

struct itemizer *itemizer_new(void);
void itemizer_free(struct itemizer *itemizer);
void itemizer_forget(struct itemizer *itemizer); /* wipes the characters */

/* Makes the chunk at byte `*at` (run `*run`), and moves both behind it. Call
 * with both 0 first; false at the end of the text. Break flags and
 * levels are left to breaks.h and bidi.h. */
bool itemize_next(struct fonts *fonts, const struct source *source, size_t *at,
                  size_t *run);

#endif
