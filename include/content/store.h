/* store.h - the kiosk's library: one SQLite file, opened read-only.
 *
 * Main thread only. Everything a query returns lives in the arena the caller
 * passes; text is UTF-8, never NULL, "" when the edition does not say. Dates
 * are "YYYY-MM-DD". No statement stays open between calls, so a writer is never
 * held up. A query that meets damage logs it once and returns what it has. */
#ifndef CONTENT_STORE_H
#define CONTENT_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/mem.h"
#include "content/document.h"
#include "content/schedule.h"

#define STORE_SCHEMA_VERSION 5
/* The longest text of a column; what is longer is cut off. */
#define STORE_TEXT_BYTES_MAX 65536

struct store;

enum store_error {
    STORE_OK,
    STORE_MISSING, /* no such file, or not readable */
    STORE_DAMAGED, /* not a database, torn, or a table is missing */
    STORE_NEWER,   /* written by a newer program */
    STORE_OLDER,   /* written by an older program: compile the edition again */
    STORE_EMPTY,   /* a database without a single item */
};

/* NULL with *error set when there is nothing to show; the reason is logged.
 * The caller owns the result. */
struct store *store_open(const char *path, enum store_error *error);
void store_close(struct store *store); /* NULL is fine */

/* True when another generation has been published since the last call, by a
 * commit, by a new file under the same name or by one copied over it. Cheap:
 * one stat and one pragma. A new file that cannot be opened is logged and
 * ignored: the old one serves on. */
bool store_refresh(struct store *store);

/* The day that decides what has expired and what is still to come. */
void store_set_today(struct store *store, const char *date);

struct edition {
    const char *title, *publisher, *date;
    int64_t number;
    const char *built; /* "YYYY-MM-DDTHH:MM:SS" */
};
void store_edition(struct store *store, struct arena *arena,
                   struct edition *out);

/* What a link of the edition points at. */
enum link_kind {
    LINK_NONE,    /* nothing on board */
    LINK_ITEM,    /* an article, a guide or an article of a paper */
    LINK_CHANNEL, /* articles/<channel> */
    LINK_GUIDES,  /* guides */
    LINK_TOPIC,   /* guides/<topic> */
    LINK_LISTING, /* listings/<kind> */
    LINK_ISSUE,   /* papers/<paper>/<date> */
};
enum link_kind store_resolve(struct store *store, const char *link);

/* An item as it stands in a list. */
struct item_card {
    const char *id, *title, *subtitle, *kicker, *summary, *date, *source;
    const char *channel, *channel_title; /* or the topic, or the paper */
    const char *image, *image_alt;
    unsigned characters; /* of the body; 300 are read in a minute */
    bool upcoming;       /* valid_from lies in the future */
    unsigned page;       /* of a paper, else 0 */
    unsigned rank;
    unsigned continues_on; /* the page of a paper where its second half stands;
                              0: it has none */
};

struct card_list {
    struct item_card *cards;
    size_t count; /* in this slice */
    size_t total; /* in all */
};

struct law_ref {
    const char *law, *article; /* 劳动合同法, 82 */
};

struct item {
    struct item_card card;
    const char *byline, *reviewed, *valid_until, *region;
    const char *kind;                  /* "article", "guide", "paper" */
    const char *parent, *parent_title; /* link and title of its list */
    const char **topics;               /* titles */
    size_t topic_count;
    struct law_ref *laws;
    size_t law_count;
    struct item_card *related;
    size_t related_count;
    const char *previous, *previous_title; /* ids; "" at the ends */
    const char *next, *next_title;
    const char *continued;    /* a note when the other half is missing, or "" */
    struct document document; /* of a paper: both halves joined */
};

/* False when there is no such item now, or it is damaged (then logged). */
bool store_item(struct store *store, struct arena *arena, const char *id,
                struct item *out);

struct channel {
    const char *id, *title, *summary;
};

/* A slice of a channel (articles/<channel>), newest first; false when there is
 * no such channel. */
bool store_channel(struct store *store, struct arena *arena, const char *id,
                   size_t offset, size_t limit, struct channel *out,
                   struct card_list *list_out);

struct topic {
    const char *id, *title;
    struct card_list guides;
};

/* The topics that have guides, in the edition's order; only the one with this
 * id when id is not NULL. */
size_t store_topics(struct store *store, struct arena *arena, const char *id,
                    struct topic **out);

struct issue_page {
    unsigned number;
    const char *name;
    /* By rank; then those whose second half stands here, which have another
     * page number. */
    struct card_list articles;
};

struct issue {
    const char *id, *paper, *date, *issue_no, *total_no, *lunar;
    struct issue_page *pages;
    size_t page_count;
};
bool store_issue(struct store *store, struct arena *arena, const char *id,
                 struct issue *out);

struct issue_ref {
    const char *id, *date, *issue_no;
};

/* The other issues of the same paper, the latest first, at most `limit`. */
size_t store_other_issues(struct store *store, struct arena *arena,
                          const char *id, size_t limit, struct issue_ref **out);

struct home_tile {
    const char *title, *link, *style,
        *icon; /* style: red, amber, teal, blue, plain */
    const char **lines;
    size_t line_count;
    bool wide;
};

/* Without the tiles that hide when empty (hide_when_empty in home.yaml) and
 * lead to nothing today: a list whose items are gone or expired, an item that
 * is. */
struct home {
    const char *notice, *notice_link;
    struct home_tile *tiles;
    size_t tile_count;
    const char *headlines_title;
    struct card_list headlines;
};
void store_home(struct store *store, struct arena *arena, struct home *out);

enum column_type {
    COLUMN_TEXT,
    COLUMN_PHONE,
    COLUMN_MONEY,
    COLUMN_DATE,
    COLUMN_TIME,
    COLUMN_URL,
    COLUMN_TAGS,
    COLUMN_LAT,
    COLUMN_LON,
    COLUMN_NUMBER,
    COLUMN_MARKDOWN,
    COLUMN_TYPE_COUNT
};

struct listing_column {
    const char *name, *label;
    enum column_type type;
};

struct facet_value {
    const char *value;
    size_t count; /* rows that would be left with it added to the filter */
    bool on;
};

struct facet {
    unsigned column;
    struct facet_value *values; /* most frequent first */
    size_t count;
};

struct listing_row {
    const char *id;
    const char **values; /* one a column, "" where the sheet has none */
    struct schedule_row *schedule;
    size_t schedule_count;
    bool upcoming;
};

struct listing {
    const char *kind, *title, *item, *icon, *notice, *empty;
    struct listing_column *columns;
    size_t column_count;
    /* Columns by role, -1 where the kind has none. */
    int title_column, subtitle_column, badge_column, phone_column;
    int latitude_column, longitude_column, address_column, expires_column;
    bool has_schedule, has_map;
    unsigned *card, *detail; /* column numbers, in order */
    size_t card_count, detail_count;
    struct facet *facets;
    size_t facet_count;
    struct listing_row *rows;
    size_t row_count; /* in this slice */
    size_t row_total; /* with this filter */
};

struct listing_filter {
    unsigned column;
    const char *value;
};

/* Rows offset … offset+limit that carry every filter's value, in the kind's
 * order. False when there is no such kind. */
bool store_listing(struct store *store, struct arena *arena, const char *kind,
                   const struct listing_filter *filters, size_t filter_count,
                   size_t offset, size_t limit, struct listing *out);

/* The kind with exactly this row; false when either is gone. */
bool store_listing_row(struct store *store, struct arena *arena,
                       const char *kind, const char *row, struct listing *out);

/* Appends the bytes of a picture; false when there is none of that name. */
bool store_media(struct store *store, const char *name, struct buf *out);

/* The words of the edition, those that are asked for most first: titles of
 * topics, channels, listings, guides, places and articles, and what synonyms
 * lead to; several in one text are apart by blanks or marks. Until add says
 * false. The text lives for the call. False when something could not be read.
 */
bool store_terms(struct store *store,
                 bool (*add)(void *context, const char *text), void *context);

#endif
