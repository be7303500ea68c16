/* lattice.h - what stretches of the typed letters may be as syllables.
 *
 * An edge leads from a letter to a later one and stands for any of the
 * syllables [first, after) there. What it costs is how far the letters are from
 * being that syllable in full, in units of a lexicon's costs. */
#ifndef CONTENT_IME_LATTICE_H
#define CONTENT_IME_LATTICE_H

#include "content/ime/lexicon.h"
#include "content/pinyin.h"

enum {
    EDGES = 96, /* that leave a letter, at most; dearer ones are left out */
    COST_FUZZY = 2500,
    COST_INITIAL = 3000,
    COST_VOWEL = 3500, /* one that stands for a syllable beginning with it */
    COST_UNFINISHED = 600,
};

struct edge {
    uint16_t first, after, cost;
    uint8_t end;
    bool initial; /* of a syllable only its first letter */
};

struct lattice {
    size_t length;                    /* letters, without separators */
    uint32_t letters[PINYIN_INPUT];   /* each a set, 1 << (letter - 'a') */
    char typed[PINYIN_INPUT + 1];     /* the letter, or the digit */
    bool parted[PINYIN_INPUT + 1];    /* a syllable ends before this letter */
    uint8_t places[PINYIN_INPUT + 1]; /* bytes of the input before it; of the
                                         end: of all that was looked at */
    size_t edge_counts[PINYIN_INPUT];
    struct edge edges[PINYIN_INPUT][EDGES];
};

/* Which syllables sound alike to those who do not tell n from l, z from zh, an
 * from ang. */
struct likeness {
    char (*keys)[LEXICON_SYLLABLE]; /* of each syllable: alike are equal */
    uint16_t *order;                /* syllables, sorted by key */
};
void likeness_init(struct likeness *likeness,
                   const struct syllables *syllables);
void likeness_fini(struct likeness *likeness);

/* Reads the input into a lattice; characters that are no letters are skipped.
 */
void lattice_build(struct lattice *lattice, const struct syllables *syllables,
                   const struct likeness *likeness, const char *input);

/* The letters as initials of syllables: zh counts as z. Returns how many stand
 * in the first `end` letters, 0 when digits or an i, u, v are among them. */
size_t lattice_initials(const struct lattice *lattice, size_t from, size_t end,
                        char initials[PINYIN_INPUT]);

#endif
