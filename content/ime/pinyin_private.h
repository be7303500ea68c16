/* pinyin_private.h - what the files of the pinyin engine share. */
#ifndef CONTENT_IME_PINYIN_PRIVATE_H
#define CONTENT_IME_PINYIN_PRIVATE_H

#include "content/ime/lattice.h"
#include "content/ime/wordlist.h"

enum {
    TABLES = 2,     /* the general lexicon, and the edition's terms */
    SLOT_WORDS = 3, /* the likeliest that stand for a stretch */
    FOUND = 2048,
    SENTENCES = 2,
};

struct word_ref {
    uint32_t word, cost; /* cost: of the word and of how it was spelled */
    uint8_t table;
};

struct slot {
    struct word_ref words[SLOT_WORDS];
    size_t count;
};

/* A row of words. One word that stands alone is a candidate too, and may have
 * more syllables than were typed. */
struct found {
    uint32_t score;
    uint8_t end;      /* letters it stands for */
    uint8_t sentence; /* 1 + its number, or 0 */
    struct word_ref ref;
};

struct sentence {
    struct word_ref words[PINYIN_INPUT];
    size_t count;
};

/* All that a visitor's letters leave, wiped as one. */
struct pinyin_work {
    struct lattice lattice;
    struct slot slots[PINYIN_INPUT][PINYIN_INPUT + 1];
    struct found found[FOUND];
    size_t found_count;
    struct sentence sentences[SENTENCES];
    size_t sentence_count;
    size_t steps, looks; /* left for this key */
    bool any;            /* there is something to wipe */
};

struct pinyin {
    struct mapped file;
    struct lexicon tables[TABLES];
    uint32_t *firsts[TABLES]; /* of each syllable: where the words that begin
                                 with it begin; and the end */
    struct likeness likeness;
    struct wordlist terms;
    struct pinyin_work work;
};

/* To be called when a table changed. */
void pinyin_index(struct pinyin *pinyin, uint8_t table);

/* Fills work->found with everything the lattice may be, best first. */
void pinyin_search(struct pinyin *pinyin);

#endif
