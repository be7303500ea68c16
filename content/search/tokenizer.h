/* tokenizer.h - the FTS5 tokenizer "yichuang", for whoever opens a content
 * database to write or to search.
 *
 * A run of characters that are written without blanks becomes overlapping pairs
 * and its last character alone; a word becomes one token, its first 60 bytes.
 * Only the index needs the last character: it is what a single character is
 * looked up by, which is a prefix. */
#ifndef CONTENT_SEARCH_TOKENIZER_H
#define CONTENT_SEARCH_TOKENIZER_H

#include <sqlite3.h>
#include <stdbool.h>

#include "base/buf.h"

enum {
    TOKEN_BYTES_MAX = 60,
    TOKENS_MAX = 24, /* of a query */
    /* In front of each token that is told behind a text, as it is, and does not
     * count as one of it. No folded text has this byte. */
    TOKEN_BESIDE = 1,
};

/* As FTS5 has it: context, flags, a token, its length, its place. Not SQLITE_OK
 * ends it. */
typedef int (*token_sink)(void *, int, const char *, int, int, int);

/* The tokens of a text, as the index has them. */
int tokenizer_split(const char *text, size_t length, token_sink sink,
                    void *context);

/* An SQLite status. */
int tokenizer_register(sqlite3 *db);

/* Appends an FTS5 expression for words, as fold_query makes them; nothing when
 * there is no letter. True when it holds for those texts only that have them;
 * else for some others too. */
bool tokenizer_match(const char *folded, struct buf *out);

#endif
