/* pieces.h - short texts as HarfBuzz shaped them lately. For fonts/ only.
 *
 * What little has to go to HarfBuzz is mostly the same few words, numbers with
 * commas and brackets, over and over. They are remembered by font, script and
 * bytes; only where no neighbour beyond the piece could change it. They may be
 * words of a visitor, so they can be forgotten. */
#ifndef FONTS_PIECES_H
#define FONTS_PIECES_H

#include <stddef.h>
#include <stdint.h>

#define PIECE_BYTES 32  /* longer texts are not remembered */
#define PIECE_COUNT 256 /* 107 KB, touched as they fill */

struct piece_glyph {
    int32_t advance; /* 1/64 px */
    int16_t dx, dy;
    uint16_t id;
    uint16_t cluster; /* byte, from the start of the piece */
};

struct piece {
    uint32_t font, script;
    char text[PIECE_BYTES]; /* then zeros */
    uint8_t length;         /* 0: none */
    uint8_t count;
    struct piece_glyph glyphs[PIECE_BYTES];
};

struct pieces { /* one of struct fonts */
    struct piece items[PIECE_COUNT];
    struct piece_glyph *glyphs; /* of a text that is not remembered */
    size_t capacity;
};

struct pieces *pieces_new(void);
void pieces_free(struct pieces *pieces); /* NULL is fine */
void pieces_forget(struct pieces *pieces);

/* The place of a text of 1 to PIECE_BYTES bytes: filled with it, or else
 * emptied and named for it, its glyphs still to come. */
struct piece *pieces_find(struct pieces *pieces, uint32_t font, uint32_t script,
                          const char *text, size_t length);

/* Room for the glyphs of any other text, until the next call. */
struct piece_glyph *pieces_reserve(struct pieces *pieces, size_t count);

#endif
