/* fold.h - what counts as the same letter, for an index and for a query alike.
 *
 * A folded text holds letters only, one FOLD_BREAK where something else stood
 * between them. A blank that only keeps Han and Latin apart is left out, so
 * that 拨打12351 and 拨打 12351 are one. In a query each blank ends a word. */
#ifndef CONTENT_SEARCH_FOLD_H
#define CONTENT_SEARCH_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum { FOLD_BREAK = '\n' };

enum fold_class {
    FOLD_GAP,  /* blanks, punctuation, symbols */
    FOLD_HAN,  /* what is written without blanks: Han, kana, Yi syllables */
    FOLD_WORD, /* letters, digits and marks of scripts that write words */
};

/* Full width becomes half width, capitals small, traditional simplified. */
uint32_t fold_code(uint32_t code);
enum fold_class fold_class(uint32_t folded);

/* A walk over the letters of a text that is well-formed or not. */
struct fold {
    const char *text;
    size_t length, at;
    enum fold_class last; /* FOLD_GAP at the start */
};
struct fold_letter {
    uint32_t code; /* folded */
    enum fold_class class;
    size_t start, end; /* bytes of the text */
    bool gap;          /* something else stands in front of it, */
    bool broken;       /* which is kept in the folded text */
};
/* False at the end. */
bool fold_next(struct fold *fold, struct fold_letter *out);

/* Appends the folded text. */
void fold_text(const char *text, size_t length, struct buf *out);
/* The same for what is looked for: words. */
void fold_query(const char *text, size_t length, struct buf *out);

#endif
