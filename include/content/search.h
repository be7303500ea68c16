/* search.h - finding what is on board, by words, by what people say, by
 * letters.
 *
 * A search has a connection of its own to the database, so that a worker thread
 * can ask while the kiosk reads; one thread uses one search at a time. Answers
 * live in the arena the caller passes and stay valid when the search is closed
 * or the content changes. Text is UTF-8, never NULL; offsets are bytes and lie
 * on character boundaries.
 *
 * What counts as the same letter: simplified and traditional characters, full
 * and half width, capitals and small letters. A text is found by any characters
 * that stand together in it, without its marks of punctuation in between; of
 * scripts that write words, by words and their beginnings. Several words
 * (blanks or marks between them) must all be there.
 *
 * A typed query is a visitor's own. It is wiped from all memory that is ours
 * when search_run returns; what SQLite is given goes through an allocator that
 * wipes, where the program asked for that (search_keep_private). */
#ifndef CONTENT_SEARCH_H
#define CONTENT_SEARCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "content/document.h"
#include "content/store.h"

/* What can be found, in the order in which the filters show it: what ids begin
 * with, what it is called. */
#define SEARCH_KINDS(X)            \
    X(GUIDE, "guides", "指南")     \
    X(SERVICE, "listings", "服务") \
    X(ARTICLE, "articles", "文章") \
    X(PAPER, "papers", "报纸")

enum search_kind {
#define X(symbol, folder, title) SEARCH_##symbol,
    SEARCH_KINDS(X)
#undef X
        SEARCH_KIND_COUNT,
    SEARCH_ANY = SEARCH_KIND_COUNT /* as a filter */
};
const char *search_kind_folder(enum search_kind kind); /* guides */
const char *search_kind_title(enum search_kind kind);  /* 指南; ANY: 全部 */
/* False when no kind has this folder. */
bool search_kind_of(const char *folder, enum search_kind *out);

enum {
    SEARCH_COUNT_MAX = 300,  /* counted exactly; beyond: "300+" */
    SEARCH_QUERY_BYTES = 384 /* what is longer is cut off, between characters */
};

/* Makes SQLite wipe whatever it frees, in this process; call it before anything
 * else of SQLite (and of the store). False, and logged, when it is too late.
 * The kiosk calls it once at its start. */
bool search_keep_private(void);

struct search;

/* A connection of its own to a database as `store_open` takes it; NULL with
 * *error set when it cannot be used, which is logged. search_close is the
 * caller's. May be called on one thread and used on another afterwards. Takes a
 * moment, as the first run after an update does: what people say is read. */
struct search *search_open(const char *path, enum store_error *error);
void search_close(struct search *search); /* NULL is fine */

/* The day that decides what has expired; by default the clock's. */
void search_set_today(struct search *search, const char *date);

struct search_mark {
    uint32_t start, end;
};

/* A text with the stretches that were asked for, in order, apart. */
struct search_text {
    const char *text;
    const struct search_mark *marks;
    size_t mark_count;
};

struct search_result {
    const char *id; /* guides/wage/arrears, listings/hotlines/12351: a link */
    enum search_kind kind;
    const char *kind_title; /* 指南 */
    const char *parent;     /* title of its channel, topic, paper, listing */
    struct search_text title;
    struct search_text snippet; /* one line; "" when there is nothing to say */
    const char *const *topics;  /* ids */
    size_t topic_count;
    const char *date; /* or "" */
    double score;     /* falls from result to result */
    bool best;        /* 最相关: at most one, the first */
    bool upcoming;    /* valid_from lies in the future */
};

struct search_count {
    size_t count; /* at most SEARCH_COUNT_MAX */
    bool more;    /* there are more than counted: "300+" */
};

struct search_options {
    enum search_kind kind; /* SEARCH_ANY: all */
    size_t limit;          /* results wanted; 0: 50 */
    unsigned budget_ms;    /* what was found until then is the answer; 0: 200 */
    const atomic_bool *cancel; /* NULL, or true from any thread: stop now */
};

struct search_answer {
    struct search_result *results;
    size_t result_count;
    struct search_count counts[SEARCH_KIND_COUNT + 1]; /* by kind; ANY: all */
    bool question;  /* it reads like a question or a sentence */
    bool suggested; /* hardly anything holds these words: what is shown is
                       near in meaning */
    bool stopped;   /* the time was up, or it was cancelled: not all of it */
};

/* Asks. Everything that is wrong with a query (empty, only marks, not UTF-8) is
 * an answer without results. Reads the newest generation each time. False when
 * it was cancelled or the database failed (logged): then out is empty. */
bool search_run(struct search *search, struct arena *arena, const char *query,
                const struct search_options *options,
                struct search_answer *out);

/* Wipes what is left of earlier queries, statements and caches too. Not while
 * another thread is in search_run. */
void search_forget(struct search *search);

/* Where a query stands in a document, for 在本篇中找. */
struct search_place {
    uint32_t block;      /* of the document */
    uint32_t cell;       /* of a table, row by row; else 0 */
    uint32_t start, end; /* bytes of the block's or the cell's text */
};

/* At most `limit` places in reading order, in the arena; how many. Folds as a
 * search does. Blanks in the query separate words, each of which is looked for;
 * places do not overlap. Needs no search; any thread. */
size_t search_find(struct arena *arena, const struct document *document,
                   const char *query, size_t limit, struct search_place **out);

/* The same in one text. */
size_t search_find_text(struct arena *arena, const char *text,
                        const char *query, size_t limit,
                        const struct search_mark **out);

#endif
