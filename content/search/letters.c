/* letters.c - titles by their letters. */
#include "letters.h"

#include <stdlib.h>
#include <string.h>

#include "base/data.h"
#include "base/mem.h"
#include "content/pinyin.h"

/* The lexicon is opened with the first title: most updates touch few, some
 * none. */
struct letters {
    struct pinyin *pinyin;
    bool opened;
};

struct letters *letters_open(void)
{
    return xcalloc(1, sizeof(struct letters));
}

void letters_close(struct letters *letters)
{
    if (!letters)
        return;
    pinyin_close(letters->pinyin);
    free(letters);
}

void letters_of(struct letters *letters, const char *title, struct buf *out)
{
    char path[PATH_MAX];
    if (!letters->opened)
        letters->pinyin = pinyin_open(data_path(NULL, "pinyin.lex", path));
    letters->opened = true;
    if (letters->pinyin)
        pinyin_read(letters->pinyin, title, out);
}

/* How much of the title is left when `typed` was read from here on as
 * syllables; NULL when it does not stand here. */
static const char *match_syllables(const char *at, const char *typed)
{
    for (; *typed; at++) {
        if (*at == ' ')
            continue;
        if (*at != *typed++)
            return NULL;
    }
    return at;
}

static const char *match_initials(const char *at, const char *typed)
{
    for (; *typed; typed++) {
        if (*at != *typed)
            return NULL;
        at += strcspn(at, " ");
        at += *at == ' ';
    }
    return at;
}

int letters_match(const char *letters, const char *typed)
{
    int best = 0;
    if (!*typed)
        return 0;
    for (const char *at = letters; *at;) {
        const char *ends[] = {match_syllables(at, typed),
                              match_initials(at, typed)};
        for (size_t i = 0; i < COUNT_OF(ends); i++) {
            if (!ends[i])
                continue;
            int fit = 1 + (at == letters) + (*ends[i] == 0) +
                      (at == letters && *ends[i] == 0);
            if (fit > best)
                best = fit;
        }
        at += strcspn(at, " ");
        at += *at == ' ';
    }
    return best;
}
