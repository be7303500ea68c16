/* document.h - an article as the kiosk reads it: a flat list of blocks.
 *
 * `yichuangctl build` turns Markdown into this form once; opening one is a
 * bounds-checked walk over bytes, no parsing. The encoding (version byte,
 * little-endian varints, strings by length) is described in
 * content/store/document.c and is private to it. */
#ifndef CONTENT_DOCUMENT_H
#define CONTENT_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/mem.h"

/* Limits of a document; what goes beyond is refused by both sides. */
#define DOCUMENT_BLOCKS_MAX 20000
#define DOCUMENT_CELLS_MAX 20000 /* of one table */
#define DOCUMENT_DEPTH_MAX 16    /* of lists and block quotes */

enum block_kind {
    BLOCK_PARAGRAPH,
    BLOCK_HEADING, /* level 2-4; the title of an item is not a block */
    BLOCK_ITEM,    /* one paragraph of a list item */
    BLOCK_NOTE,    /* a call-out: label and text */
    BLOCK_TABLE,
    BLOCK_IMAGE,
    BLOCK_CODE,
    BLOCK_RULE,
    BLOCK_ENDNOTE, /* what a note's number stands for; after all others */
    BLOCK_KIND_COUNT
};

enum span_style {
    SPAN_BOLD = 1,
    SPAN_EMPHASIS = 2,
    SPAN_CODE = 4,
    SPAN_LINK = 8,
    SPAN_BOOK = 16,  /* a title: a wavy line below */
    SPAN_NAME = 32,  /* a proper noun: a straight line below */
    SPAN_NOTE = 64,  /* the number of an endnote */
    SPAN_RUBY = 128, /* pinyin above */
    SPAN_ICON = 256, /* a sign within the line, where U+FFFC stands */
};

/* A stretch of a text in another style. Spans are in order, do not overlap and
 * lie on character boundaries. */
struct span {
    uint32_t start, end; /* bytes of the text */
    uint32_t style;      /* enum span_style, or-ed */
    const char *target;  /* SPAN_LINK: an item id or another link; else "" */
    const char *ruby;    /* SPAN_RUBY: a syllable for each Han character, one
                            blank between; else "" */
    const char *icon;    /* SPAN_ICON: what is said of it (icon_names.h); else
                            "". The span is one U+FFFC; one without such a span
                            is no icon */
};

struct rich_text {
    const char *text; /* UTF-8, NUL-terminated; '\n' is a forced line break */
    uint32_t length;  /* bytes */
    uint32_t span_count;
    struct span *spans;
};

enum cell_align { CELL_LEFT, CELL_CENTER, CELL_RIGHT };

struct block {
    enum block_kind kind;
    unsigned level;   /* heading: 2-4; item: depth of the list, 0 outermost */
    unsigned quote;   /* how many block quotes stand around it */
    unsigned ordinal; /* item: its number, 0 for a bullet; endnote: 1, 2 … */
    bool continued;   /* item, endnote: a further paragraph of it, no mark */
    struct rich_text content; /* image: the caption */
    const char *label; /* note: 注意, 提示 …; item: （一） or 一、 as the
                          source has it; else "" */
    const char *media, *alt; /* image: name in the store and spoken text */
    unsigned width, height;  /* image: pixels */
    unsigned columns, rows;  /* table: rows include the header row, row 0 */
    const enum cell_align *aligns; /* table: one a column */
    struct rich_text *cells;       /* table: columns * rows, row by row */
};

struct document {
    struct block *blocks;
    uint32_t count;
};

/* Decodes bytes into the arena; texts are copied, so bytes may go away. False
 * when the bytes are not a whole, well-formed document of a known version
 * (the caller knows which item it was and logs it). */
bool document_decode(struct arena *arena, const void *bytes, size_t length,
                     struct document *out);

/* Appends the encoded form. Only the fields a kind has are kept; the document
 * lies within the limits above. */
void document_encode(const struct document *document, struct buf *out);

/* Appends a text as it is read out: [电话] for an icon. */
void document_put_words(const struct rich_text *text, struct buf *out);

/* All words of the document in reading order, one block a line: for counting
 * characters and, later, for searching. */
void document_plain_text(const struct document *document, struct buf *out);

#endif
