/* lexicon.h - words with their syllables and costs, in tables sorted for
 * searching without pointers.
 *
 * The words of a lexicon stand in the order of their syllables, of equal ones
 * the likelier first: whatever begins with the same syllables is one range,
 * those that end there at its front. That is a trie, narrowed by halving.
 *
 * One syllable a character, and characters of the basic plane only. Cost is
 * -1000 ln P, so 1,000 is a factor of e; what is twice as unlikely costs 693
 * more. */
#ifndef CONTENT_IME_LEXICON_H
#define CONTENT_IME_LEXICON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "content/ime/mapped.h"

enum {
    LEXICON_SYLLABLE = 8,    /* bytes of a name, its NUL included */
    LEXICON_SYLLABLES = 600, /* names */
    LEXICON_LONGEST = 12,    /* characters of a word */
    LEXICON_WORDS = 1 << 20,
    LEXICON_NONE = 0xFFFF, /* no syllable */
};

/* What names the syllables, for all tables that are searched together. */
struct syllables {
    const char (*names)[LEXICON_SYLLABLE]; /* sorted, NUL-padded */
    size_t count;
};

/* Of word w: characters text[starts[w]] to text[starts[w + 1]], read as the
 * same places of `read`. */
struct lexicon {
    struct syllables syllables;
    size_t count;
    const uint32_t *starts;      /* count + 1 */
    const uint32_t *by_text;     /* words by their characters, then by cost */
    const uint32_t *by_initials; /* by first letters, then by cost */
    const uint16_t *costs, *read, *text;
};

static inline size_t lexicon_length(const struct lexicon *lexicon,
                                    uint32_t word)
{
    return lexicon->starts[word + 1] - lexicon->starts[word];
}

/* The syllable at a depth, -1 behind the last. */
static inline int lexicon_syllable(const struct lexicon *lexicon, uint32_t word,
                                   size_t depth)
{
    return depth < lexicon_length(lexicon, word)
               ? lexicon->read[lexicon->starts[word] + depth]
               : -1;
}

/* Its first letter. */
static inline char lexicon_initial(const struct lexicon *lexicon, uint32_t word,
                                   size_t depth)
{
    int syllable = lexicon_syllable(lexicon, word, depth);
    return syllable < 0 ? 0 : lexicon->syllables.names[syllable][0];
}

/* A lexicon in a file (PINYIN_MAGIC, its seal, counts, the tables). */
#define LEXICON_MAGIC "YCPINYN1"
bool lexicon_open(struct lexicon *lexicon, struct mapped *file,
                  const char *path);
/* The bytes of such a file. */
void lexicon_save(const struct lexicon *lexicon, struct buf *out);

/* The first word of [from, to), which agree before depth, whose syllable there
 * is at least `syllable`. */
uint32_t lexicon_narrow(const struct lexicon *lexicon, uint32_t from,
                        uint32_t to, size_t depth, int syllable);

/* The range of by_initials that begins with these letters; *whole is where
 * those begin that go on behind them. */
struct lexicon_range {
    uint32_t from, longer, to;
};
struct lexicon_range lexicon_initials(const struct lexicon *lexicon,
                                      const char *letters, size_t count);

/* Where in by_text the words with these characters begin; count when there is
 * none. */
size_t lexicon_text_place(const struct lexicon *lexicon, const uint16_t *text,
                          size_t length);
/* The likeliest word with these characters; LEXICON_WORDS when there is none.
 */
uint32_t lexicon_word(const struct lexicon *lexicon, const uint16_t *text,
                      size_t length);

/* How a run of Han is read, by its likeliest division into words: a syllable or
 * LEXICON_NONE for each character. Returns what that division costs. */
uint32_t lexicon_read(const struct lexicon *lexicon, const uint16_t *text,
                      size_t length, uint16_t *read);

/* The number of a syllable, or LEXICON_NONE. */
uint16_t syllable_find(const struct syllables *syllables, const char *name,
                       size_t length);

/* Han of the basic plane, which is what lexicons hold. */
static inline bool lexicon_is_han(uint32_t code)
{
    return (code >= 0x3400 && code <= 0x9FFF) || code == 0x3007;
}

#endif
