/* words.h - a query as words, and where they stand. */
#ifndef CONTENT_SEARCH_WORDS_H
#define CONTENT_SEARCH_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "content/search.h"

enum { WORDS_MAX = 24 };

struct words {
    struct buf folded; /* FOLD_BREAK between two; the words point into it */
    struct {
        const char *text;
        size_t length; /* bytes */
    } words[WORDS_MAX];
    size_t count;
};

/* At most SEARCH_QUERY_BYTES of the query. Adds to what is there, so that terms
 * can follow a query; words_fini wipes. */
void words_add(struct words *words, const char *query);
void words_fini(struct words *words);
/* Wipes before it frees. */
void words_wipe(struct buf *buf);

/* Where any of the words stands in a text, in order; how many. */
size_t words_find(const struct words *words, struct arena *arena,
                  const char *text, size_t length, size_t limit,
                  const struct search_mark **out);

#endif
