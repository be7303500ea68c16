/* letters.h - how titles are read, for those who type letters and have not made
 * characters of them. */
#ifndef CONTENT_SEARCH_LETTERS_H
#define CONTENT_SEARCH_LETTERS_H

#include "base/buf.h"

struct letters;

/* letters_of appends nothing where the lexicon (content/pinyin.h) is missing,
 * which is logged. */
struct letters *letters_open(void);
void letters_close(struct letters *letters);

/* Appends the syllables of a title, a blank between two: gong zi bei tuo qian.
 * Letters and digits of the title stand for themselves. */
void letters_of(struct letters *letters, const char *title, struct buf *out);

/* Where letters a visitor typed stand in such a text: as whole syllables in a
 * row, the last of which may be cut (gongzib), or as initials (gzbtq). 0: they
 * do not; else the better the higher, 4 for all of it. */
int letters_match(const char *letters, const char *typed);

#endif
