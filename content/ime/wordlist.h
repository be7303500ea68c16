/* wordlist.h - a lexicon that grows: words are added in any order, then sorted.
 * Zero-initialise; wordlist_fini frees, and the tables of wordlist_sort with
 * it. */
#ifndef CONTENT_IME_WORDLIST_H
#define CONTENT_IME_WORDLIST_H

#include "content/ime/lexicon.h"

struct word {
    uint16_t text[LEXICON_LONGEST], read[LEXICON_LONGEST];
    uint16_t length, cost;
};

struct wordlist {
    struct word *words;
    size_t count, capacity;
    void *tables;
};

void wordlist_add(struct wordlist *words, const struct word *word);

/* Sorts what was added and makes a lexicon of it, which lives until the next
 * wordlist_sort or wordlist_fini. Of words alike in text and reading the
 * likeliest stays. */
void wordlist_sort(struct wordlist *words, struct syllables syllables,
                   struct lexicon *lexicon);
void wordlist_fini(struct wordlist *words);

#endif
