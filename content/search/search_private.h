/* search_private.h - one question on its way through the files of the search.
 *
 *   search.c   the order of it; statements, time
 *   rank.c     what holds the words: candidates, looked at and scored
 *   suggest.c  what a sentence is about: guides and services of its topic
 *   show.c     results as they are shown */
#ifndef CONTENT_SEARCH_PRIVATE_H
#define CONTENT_SEARCH_PRIVATE_H

#include <sqlite3.h>
#include <time.h>

#include "content/search.h"
#include "content/store/store_private.h"
#include "topics.h"
#include "words.h"

struct search {
    struct store *store;   /* a connection of our own */
    struct topics *topics; /* of this generation */
    struct timespec until;
    const atomic_bool *cancel;
    bool stopped, failed;
};

/* A doc that shall be shown, where scores tell the order. Literal hits stand
 * above SCORE_TITLE when the title has the words, below SCORE_NEAR when only
 * the text has them; what a sentence is about comes in between. */
#define SCORE_TITLE 6.0
#define SCORE_NEAR 4.0
struct hit {
    int64_t number;
    double score;
    char date[sizeof("2026-11-25")];
    char *id; /* freed with the list */
};

struct hits {
    struct hit *items;
    size_t count, capacity;
    struct search_count counts[SEARCH_KIND_COUNT];
};
/* The better score counts when it is there already; says whether it is new. */
bool hits_add(struct hits *hits, int64_t number, double score, const char *id,
              const char *date);
void hits_fini(struct hits *hits);

/* search.c - statements that end when time is up. NULL after a fault. */
sqlite3_stmt *search_ask(struct search *search, const char *sql);
/* False at the end, after a fault (logged, search->failed) and when there is no
 * more time (search->stopped). */
bool search_next(struct search *search, sqlite3_stmt *statement);
bool search_in_time(struct search *search);
const char *search_text_at(sqlite3_stmt *row, int column); /* "" for NULL */

/* rank.c - docs of one kind or SEARCH_ANY that have all the words. */
void rank_find(struct search *search, const struct words *words,
               enum search_kind kind, struct hits *out);
/* Letters for titles. */
void rank_letters(struct search *search, const char *letters, struct hits *out);

/* suggest.c - adds what a sentence is about, from this score downwards; says
 * whether it knew. votes are those of topics_vote for it. Terms of the topic
 * are added to `marks`. */
bool suggest(struct search *search, const struct sentence *sentence,
             const struct vote *votes, double score, struct hits *hits,
             struct words *marks);

/* show.c - false when it is gone or damaged. */
bool show_result(struct search *search, struct arena *arena,
                 const struct hit *hit, const struct words *words,
                 struct search_result *out);

#endif
