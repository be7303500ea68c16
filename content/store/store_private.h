/* store_private.h - queries, for the files of the store. */
#ifndef CONTENT_STORE_PRIVATE_H
#define CONTENT_STORE_PRIVATE_H

#include <sqlite3.h>
#include <sys/types.h>
#include <time.h>

#include "content/store.h"

/* What tells one file from another. */
struct file_id {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec changed;
};

struct store {
    sqlite3 *db;
    char *path;
    struct file_id file;     /* being served */
    struct file_id rejected; /* under the same name, but of no use */
    int64_t generation;
    int64_t
        data_version; /* SQLite's, which counts other connections' commits */
    char built[sizeof("2026-02-06T12:00:00")];
    char today[sizeof("2026-02-06")];
    unsigned work; /* of the current query, against a damaged file's loops */
};

/* A statement that is over when query_close returns. Parameter 1 is always
 * today; the others are bound in order from 2 on. After a fault, which is
 * logged, query_next only says false. */
struct query {
    struct store *store;
    sqlite3_stmt *statement;
    int bound;
    bool failed;
};

void query_open(struct query *query, struct store *store, const char *sql);
void query_bind_text(struct query *query, const char *text);
void query_bind_int(struct query *query, int64_t value);
void query_bind_size(struct query *query, size_t value); /* clamped */
bool query_next(struct query *query);
/* Ready for another set of values from parameter 2 on. */
void query_again(struct query *query);
/* False when the query failed. */
bool query_close(struct query *query);

/* Logs what SQLite last complained of. */
void query_log(const struct store *store);

/* Columns of the current row. Texts are well-formed UTF-8 whatever the file
 * holds. */
const char *query_text(struct query *query, struct arena *arena, int column);
int64_t query_int(struct query *query, int column);
unsigned query_unsigned(struct query *query, int column); /* clamped */

/* An item's card needs `item i JOIN list l ON l.number = i.list`. */
#define CARD_COLUMNS                                                          \
    "i.id, i.title, i.subtitle, i.kicker, i.summary, i.date, i.source, "      \
    "l.key, l.title, i.image, i.image_alt, i.characters, i.valid_from > ?1, " \
    "i.page, i.rank, i.continues_on"
enum { CARD_COLUMN_COUNT = 16 };
#define CARD_TABLES " FROM item i JOIN list l ON l.number = i.list "
#define ITEM_ALIVE "(i.valid_until = '' OR i.valid_until >= ?1)"
#define ROW_ALIVE "(r.expires = '' OR r.expires >= ?1)" /* of listing_row r */

/* Whether a row is what was written. */
#define ITEM_SEALED                                                           \
    "(i.seal = 0 OR i.seal = seal(i.number, i.id, i.list, i.sequence,"        \
    " i.position, i.title, i.subtitle, i.kicker, i.byline, i.source, i.date," \
    " i.region, i.summary, i.image, i.image_alt, i.valid_from,"               \
    " i.valid_until, i.reviewed, i.continued, i.characters, i.page, i.rank,"  \
    " i.continues_on))"
#define DOCUMENT_SEALED "(d.seal = 0 OR d.seal = seal(d.item, d.bytes))"
#define MEDIA_SEALED                                                    \
    "(m.seal = 0 OR m.seal = seal(m.number, m.name, m.width, m.height," \
    " m.bytes))"

void card_read(struct query *query, struct arena *arena, struct item_card *out);

#endif
