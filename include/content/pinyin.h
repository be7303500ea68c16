/* pinyin.h - Chinese from letters, and letters from Chinese.
 *
 * A table engine: words with their syllables and how likely they are, sorted by
 * syllables, searched anew with every key. All state is the input string, so
 * nothing is learnt and nothing is kept from one visitor to the next.
 *
 * Letters are a to z (v for ü), ' between two syllables, and the digits 2 to 9
 * for any letter of a key of a telephone; they may be mixed. Letters may be
 * whole syllables, the first letters of syllables (gzzf), or slips that
 * neighbours of Beijing make: n/l, z/zh, c/ch, s/sh, an/ang, en/eng, in/ing.
 *
 * One handle a thread. The lexicon file may be mapped any number of times. */
#ifndef CONTENT_PINYIN_H
#define CONTENT_PINYIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum {
    PINYIN_INPUT = 60, /* letters that are looked at; more are left over */
    PINYIN_CANDIDATES = 128, /* that are found at most */
    PINYIN_TEXT = 64,        /* bytes of a candidate, its NUL included */
    PINYIN_SYLLABLE = 7,     /* bytes of one, its NUL included: zhuang */
    PINYIN_READINGS = 24,
};

struct pinyin;

/* Opens a lexicon: pinyin.lex in build/<variant>/ of the source tree, or in
 * $(prefix)/share/yichuang. NULL when it is missing, cut short or damaged, with
 * the reason logged. The caller owns the result: pinyin_close() it. */
struct pinyin *pinyin_open(const char *path);
void pinyin_close(struct pinyin *pinyin); /* NULL is fine */

/* The words of an edition, which stand before others: what was given before is
 * dropped, then each text is read and added. Texts are UTF-8; of a title each
 * stretch of Han between marks is a term, where it has 2 to PINYIN_TERM
 * characters. At most PINYIN_TERMS terms; pinyin_terms_end makes them count.
 * pinyin_terms_add says false when there is no room for more. */
enum { PINYIN_TERM = 12, PINYIN_TERMS = 8192 };
void pinyin_terms_begin(struct pinyin *pinyin);
bool pinyin_terms_add(struct pinyin *pinyin, const char *text);
void pinyin_terms_end(struct pinyin *pinyin);

struct pinyin_candidate {
    char text[PINYIN_TEXT];
    size_t consumed; /* bytes of the input it stands for */
};

/* What the input may mean, best first: what stands for all of it, then shorter
 * beginnings, the longest first. Returns how many of at most `most`; no two
 * have the same text. */
size_t pinyin_find(struct pinyin *pinyin, const char *input,
                   struct pinyin_candidate *candidates, size_t most);

/* The input of the last pinyin_find with ' between its syllables as the best
 * candidate divides them: gong'zi, g'z'z'f. Of digits the letters they stand
 * for there. Cut at size. */
void pinyin_divided(const struct pinyin *pinyin, char *text, size_t size);

/* What the first digits of the input may be as a syllable, the longest first,
 * each by how common it is: for the column beside the nine keys. To choose one,
 * put it and a ' in place of as many digits. */
size_t pinyin_first_readings(struct pinyin *pinyin, const char *input,
                             char readings[][PINYIN_SYLLABLE], size_t most);

/* Appends how a text is read, a blank between two syllables: 银行卡 is yin hang
 * ka. Letters and digits stand for themselves, in small letters; marks and what
 * nobody can read are left out. By the likeliest words, never character by
 * character where a word is known. */
void pinyin_read(struct pinyin *pinyin, const char *text, struct buf *out);

/* Wipes what the last calls left; the terms stay. */
void pinyin_forget(struct pinyin *pinyin);

#endif
