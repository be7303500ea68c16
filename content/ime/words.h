/* words.h - a lexicon that grows: words are added in any order, then sorted.
 * Zero-initialise; words_fini frees, and the tables of words_sort with it. */
#ifndef CONTENT_IME_WORDS_H
#define CONTENT_IME_WORDS_H

#include "content/ime/lexicon.h"

struct word {
    uint16_t text[LEXICON_LONGEST], read[LEXICON_LONGEST];
    uint16_t length, cost;
};

struct words {
    struct word *words;
    size_t count, capacity;
    void *tables;
};

void words_add(struct words *words, const struct word *word);

/* Sorts what was added and makes a lexicon of it, which lives until the next
 * words_sort or words_fini. Of words alike in text and reading the likeliest
 * stays. */
void words_sort(struct words *words, struct syllables syllables,
                struct lexicon *lexicon);
void words_fini(struct words *words);

#endif
