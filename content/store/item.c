/* item.c - articles, and the lists they stand in. */
#include "store_private.h"

#include "base/log.h"

void card_read(struct query *query, struct arena *arena, struct item_card *out)
{
    const char **texts[] = {
        &out->id,     &out->title,     &out->subtitle,
        &out->kicker, &out->summary,   &out->date,
        &out->source, &out->channel,   &out->channel_title,
        &out->image,  &out->image_alt,
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        *texts[i] = query_text(query, arena, (int)i);
    out->characters = query_unsigned(query, 11);
    out->upcoming = query_int(query, 12) != 0;
    out->page = query_unsigned(query, 13);
    out->rank = query_unsigned(query, 14);
    out->continues_on = query_unsigned(query, 15);
}

/* Runs the query to its end and closes it; total is set to count. */
static void card_read_list(struct query *query, struct arena *arena,
                           struct card_list *out)
{
    struct item_card *cards = NULL;
    size_t count = 0, capacity = 0;
    while (query_next(query)) {
        ARRAY_GROW(cards, count, capacity);
        card_read(query, arena, &cards[count++]);
    }
    query_close(query);
    *out = (struct card_list){.count = count, .total = count};
    out->cards = arena_alloc(arena, count * sizeof(*cards));
    if (count)
        memcpy(out->cards, cards, count * sizeof(*cards));
    free(cards);
}

static void read_topics(struct store *store, struct arena *arena,
                        int64_t number, struct item *out)
{
    struct query query;
    struct buf titles = {0};
    query_open(&query, store,
               "SELECT t.title FROM item_topic x JOIN topic t ON t.id = x.topic"
               " WHERE x.item = ?2 ORDER BY x.position");
    query_bind_int(&query, number);
    while (query_next(&query)) {
        const char *title = query_text(&query, arena, 0);
        buf_add(&titles, &title, sizeof(title));
    }
    query_close(&query);
    out->topic_count = titles.length / sizeof(*out->topics);
    out->topics = arena_alloc(arena, titles.length);
    if (titles.length)
        memcpy(out->topics, titles.data, titles.length);
    buf_fini(&titles);
}

static void read_laws(struct store *store, struct arena *arena, int64_t number,
                      struct item *out)
{
    struct query query;
    struct buf laws = {0};
    query_open(&query, store,
               "SELECT law, article FROM item_law WHERE item = ?2"
               " ORDER BY position");
    query_bind_int(&query, number);
    while (query_next(&query)) {
        struct law_ref law = {query_text(&query, arena, 0),
                              query_text(&query, arena, 1)};
        buf_add(&laws, &law, sizeof(law));
    }
    query_close(&query);
    out->law_count = laws.length / sizeof(*out->laws);
    out->laws = arena_alloc(arena, laws.length);
    if (laws.length)
        memcpy(out->laws, laws.data, laws.length);
    buf_fini(&laws);
}

static void read_related(struct store *store, struct arena *arena,
                         int64_t number, struct item *out)
{
    struct query query;
    struct card_list cards;
    query_open(
        &query, store,
        "SELECT " CARD_COLUMNS " FROM item_related x"
        " JOIN item i ON i.number = x.other JOIN list l ON l.number = i.list"
        " WHERE x.item = ?2 AND " ITEM_ALIVE " ORDER BY x.position");
    query_bind_int(&query, number);
    card_read_list(&query, arena, &cards);
    out->related = cards.cards;
    out->related_count = cards.count;
}

static void read_neighbour(struct store *store, struct arena *arena,
                           const char *sql, int64_t sequence,
                           const char *position, const char **id_out,
                           const char **title_out)
{
    struct query query;
    query_open(&query, store, sql);
    query_bind_int(&query, sequence);
    query_bind_text(&query, position);
    bool found = query_next(&query);
    *id_out = found ? query_text(&query, arena, 0) : "";
    *title_out = found ? query_text(&query, arena, 1) : "";
    query_close(&query);
}

static void read_neighbours(struct store *store, struct arena *arena,
                            int64_t sequence, const char *position,
                            struct item *out)
{
    read_neighbour(store, arena,
                   "SELECT i.id, i.title FROM item i WHERE i.sequence = ?2"
                   " AND i.position < ?3 AND " ITEM_ALIVE
                   " ORDER BY i.position DESC LIMIT 1",
                   sequence, position, &out->previous, &out->previous_title);
    read_neighbour(store, arena,
                   "SELECT i.id, i.title FROM item i WHERE i.sequence = ?2"
                   " AND i.position > ?3 AND " ITEM_ALIVE
                   " ORDER BY i.position LIMIT 1",
                   sequence, position, &out->next, &out->next_title);
}

static const char *const item_sql =
    "SELECT " CARD_COLUMNS ", i.byline, i.reviewed, i.valid_until, i.region,"
    " l.kind, l.id, l.title, i.continued, i.number, i.sequence, i.position,"
    " d.bytes, " ITEM_SEALED " AND " DOCUMENT_SEALED
    " FROM item i JOIN list l ON l.number = i.list"
    " LEFT JOIN document d ON d.item = i.number"
    " WHERE i.number = coalesce((SELECT number FROM item WHERE id = ?2),"
    " (SELECT item FROM item_alias WHERE id = ?2)) AND " ITEM_ALIVE;

static bool read_row(struct query *query, struct arena *arena, const char *id,
                     struct item *out)
{
    const char **texts[] = {
        &out->byline, &out->reviewed, &out->valid_until,  &out->region,
        &out->kind,   &out->parent,   &out->parent_title, &out->continued,
    };
    const int document = CARD_COLUMN_COUNT + (int)COUNT_OF(texts) + 3;
    card_read(query, arena, &out->card);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        *texts[i] = query_text(query, arena, CARD_COLUMN_COUNT + (int)i);
    const void *bytes = sqlite3_column_blob(query->statement, document);
    int length = sqlite3_column_bytes(query->statement, document);
    if (query_int(query, document + 1) &&
        document_decode(arena, bytes, (size_t)length, &out->document))
        return true;
    log_error("store", "%s: %s is damaged", query->store->path, id);
    return false;
}

bool store_item(struct store *store, struct arena *arena, const char *id,
                struct item *out)
{
    struct query query;
    int64_t number = 0, sequence = 0;
    const char *position = "";
    *out = (struct item){0};
    query_open(&query, store, item_sql);
    query_bind_text(&query, id);
    bool fine = query_next(&query) && read_row(&query, arena, id, out);
    if (fine) {
        number = query_int(&query, CARD_COLUMN_COUNT + 8);
        sequence = query_int(&query, CARD_COLUMN_COUNT + 9);
        position = query_text(&query, arena, CARD_COLUMN_COUNT + 10);
    }
    query_close(&query);
    if (!fine)
        return false;
    read_topics(store, arena, number, out);
    read_laws(store, arena, number, out);
    read_related(store, arena, number, out);
    read_neighbours(store, arena, sequence, position, out);
    return true;
}

/* Counts the expired, which an index of their own holds, not the others. */
static const char *const channel_sql =
    "SELECT l.number, l.key, l.title, l.summary, l.total -"
    " (SELECT count(*) FROM item WHERE list = l.number AND valid_until <> ''"
    "  AND valid_until < ?1)"
    " FROM list l WHERE l.kind = 'article' AND l.id = 'articles/' || ?2";

bool store_channel(struct store *store, struct arena *arena, const char *id,
                   size_t offset, size_t limit, struct channel *out,
                   struct card_list *list_out)
{
    struct query query;
    static const char prefix[] = "articles/";
    *list_out = (struct card_list){0};
    if (!strncmp(id, prefix, strlen(prefix)))
        id += strlen(prefix);
    query_open(&query, store, channel_sql);
    query_bind_text(&query, id);
    bool found = query_next(&query);
    int64_t list = found ? query_int(&query, 0) : 0;
    size_t total = found ? query_unsigned(&query, 4) : 0;
    if (found)
        *out = (struct channel){query_text(&query, arena, 1),
                                query_text(&query, arena, 2),
                                query_text(&query, arena, 3)};
    query_close(&query);
    if (!found)
        return false;
    query_open(&query, store,
               "SELECT " CARD_COLUMNS CARD_TABLES
               "WHERE i.list = ?2 AND " ITEM_ALIVE
               " ORDER BY i.position LIMIT ?3 OFFSET ?4");
    query_bind_int(&query, list);
    query_bind_size(&query, limit);
    query_bind_size(&query, offset);
    card_read_list(&query, arena, list_out);
    list_out->total = total;
    return true;
}

static void read_guides(struct store *store, struct arena *arena, int64_t list,
                        struct card_list *out)
{
    struct query query;
    query_open(&query, store,
               "SELECT " CARD_COLUMNS CARD_TABLES
               "WHERE i.list = ?2 AND " ITEM_ALIVE " ORDER BY i.position");
    query_bind_int(&query, list);
    card_read_list(&query, arena, out);
}

size_t store_topics(struct store *store, struct arena *arena, const char *id,
                    struct topic **out)
{
    struct query query;
    struct topic *topics = NULL;
    size_t count = 0, capacity = 0;
    query_open(&query, store,
               "SELECT number, key, title FROM list WHERE kind = 'guide'"
               " AND (?2 = '' OR key = ?2) ORDER BY position");
    query_bind_text(&query, id ? id : "");
    while (query_next(&query)) {
        struct topic topic = {
            query_text(&query, arena, 1), query_text(&query, arena, 2), {0}};
        read_guides(store, arena, query_int(&query, 0), &topic.guides);
        if (!topic.guides.count)
            continue;
        ARRAY_GROW(topics, count, capacity);
        topics[count++] = topic;
    }
    query_close(&query);
    *out = arena_alloc(arena, count * sizeof(*topics));
    if (count)
        memcpy(*out, topics, count * sizeof(*topics));
    free(topics);
    return count;
}

static void read_page(struct store *store, struct arena *arena, int64_t list,
                      struct issue_page *page)
{
    struct query query;
    query_open(&query, store,
               "SELECT " CARD_COLUMNS CARD_TABLES
               "WHERE i.list = ?2 AND ?3 IN (i.page, i.continues_on)"
               " AND " ITEM_ALIVE " ORDER BY i.page <> ?3, i.position");
    query_bind_int(&query, list);
    query_bind_int(&query, page->number);
    card_read_list(&query, arena, &page->articles);
}

static void read_pages(struct store *store, struct arena *arena, int64_t list,
                       struct issue *out)
{
    struct query query;
    struct issue_page *pages = NULL;
    size_t capacity = 0;
    query_open(
        &query, store,
        "SELECT number, name FROM issue_page WHERE list = ?2 ORDER BY number");
    query_bind_int(&query, list);
    while (query_next(&query)) {
        ARRAY_GROW(pages, out->page_count, capacity);
        struct issue_page *page = &pages[out->page_count++];
        *page = (struct issue_page){
            query_unsigned(&query, 0), query_text(&query, arena, 1), {0}};
        read_page(store, arena, list, page);
    }
    query_close(&query);
    out->pages = arena_alloc(arena, out->page_count * sizeof(*pages));
    if (out->page_count)
        memcpy(out->pages, pages, out->page_count * sizeof(*pages));
    free(pages);
}

bool store_issue(struct store *store, struct arena *arena, const char *id,
                 struct issue *out)
{
    struct query query;
    *out = (struct issue){0};
    query_open(&query, store,
               "SELECT l.number, l.id, s.paper, s.date, s.issue_no, s.total_no,"
               " s.lunar FROM list l JOIN issue s ON s.list = l.number"
               " WHERE l.id = ?2");
    query_bind_text(&query, id);
    bool found = query_next(&query);
    int64_t list = found ? query_int(&query, 0) : 0;
    const char **texts[] = {&out->id,       &out->paper,    &out->date,
                            &out->issue_no, &out->total_no, &out->lunar};
    for (size_t i = 0; found && i < COUNT_OF(texts); i++)
        *texts[i] = query_text(&query, arena, (int)i + 1);
    query_close(&query);
    if (found)
        read_pages(store, arena, list, out);
    return found;
}

size_t store_other_issues(struct store *store, struct arena *arena,
                          const char *id, size_t limit, struct issue_ref **out)
{
    struct query query;
    struct buf issues = {0};
    query_open(&query, store,
               "SELECT l.id, s.date, s.issue_no FROM list l"
               " JOIN issue s ON s.list = l.number WHERE l.kind = 'paper'"
               " AND l.key = (SELECT key FROM list WHERE id = ?2)"
               " AND l.id <> ?2 ORDER BY s.date DESC LIMIT ?3");
    query_bind_text(&query, id);
    query_bind_size(&query, limit);
    while (query_next(&query)) {
        struct issue_ref issue = {query_text(&query, arena, 0),
                                  query_text(&query, arena, 1),
                                  query_text(&query, arena, 2)};
        buf_add(&issues, &issue, sizeof(issue));
    }
    query_close(&query);
    size_t count = issues.length / sizeof(**out);
    *out = arena_alloc(arena, issues.length);
    if (issues.length)
        memcpy(*out, issues.data, issues.length);
    buf_fini(&issues);
    return count;
}
