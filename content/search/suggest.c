/* suggest.c - a sentence has words that no text has, but a topic. The guides of
 * the topics it is about, and where to turn to. */
#include "search_private.h"

#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "fold.h"
#include "numbers.h"

enum {
    TOPICS_SHOWN = 4,
    GUIDES_SHOWN = 4, /* of a topic */
    SERVICES_SHOWN = 3,
    DOCS_MAX = 400, /* of a kind, that are compared with the sentence */
    PAIRS_MAX = 64,
    PHONE_MIN = 3, /* digits: 110 */
};

/* More than words may count: what the editors advise comes first. */
#define SCORE_ADVISED 1000.0

enum { HAS_TOO = 1, HAS_FIRST = 2 };

/* The pairs of a sentence, as bytes to look for. */
struct pairs {
    struct {
        char bytes[9];
        size_t length;
        size_t having; /* docs that have it */
    } items[PAIRS_MAX];
    size_t count;
};

/* A guide or a service, and how much of the sentence it has. */
struct near_doc {
    int64_t number;
    uint64_t in_text, in_title; /* pairs, by bits */
    double score;
    char date[sizeof("2026-11-25")];
    char *topics; /* ids, | between two: its first is what it is about */
    char *phone;  /* of a service, its digits; "" when it has none */
    char *id;
};
struct near_docs {
    struct near_doc *items;
    size_t count, capacity;
};

struct topic_score {
    size_t topic; /* of search->topics, or beyond: only guides know it */
    const char *id;
    double score;
};

static void make_pairs(const struct sentence *sentence, struct pairs *out)
{
    *out = (struct pairs){0};
    for (size_t i = 0; i + 1 < sentence->bare_count; i++) {
        char bytes[9] = "";
        size_t length = utf8_put(bytes, sentence->bare[i]);
        length += utf8_put(bytes + length, sentence->bare[i + 1]);
        bytes[length] = 0;
        bool known = out->count == PAIRS_MAX;
        for (size_t n = 0; n < out->count && !known; n++)
            known = !strcmp(out->items[n].bytes, bytes);
        if (known)
            continue;
        memcpy(out->items[out->count].bytes, bytes, sizeof(bytes));
        out->items[out->count++].length = length;
    }
}

static uint64_t pairs_in(const struct pairs *pairs, sqlite3_stmt *row,
                         int column)
{
    const char *text = search_text_at(row, column);
    size_t length = (size_t)sqlite3_column_bytes(row, column);
    uint64_t found = 0;
    for (size_t i = 0; i < pairs->count; i++)
        if (memmem(text, length, pairs->items[i].bytes, pairs->items[i].length))
            found |= (uint64_t)1 << i;
    return found;
}

static void score_docs(struct pairs *pairs, struct near_docs *docs)
{
    for (size_t i = 0; i < docs->count; i++)
        for (size_t n = 0; n < pairs->count; n++)
            pairs->items[n].having += docs->items[i].in_text >> n & 1;
    for (size_t i = 0; i < docs->count; i++) {
        struct near_doc *doc = &docs->items[i];
        for (size_t n = 0; n < pairs->count; n++) {
            if (!pairs->items[n].having)
                continue;
            double weight =
                log(1 + (double)docs->count / (double)pairs->items[n].having);
            doc->score += (doc->in_text >> n & 1) * weight;
            doc->score += (doc->in_title >> n & 1) * weight * 1.5;
        }
    }
}

/* The last line of a folded title, where it is a number: services are called by
 * it. */
static char *phone_of(const char *title)
{
    const char *line = strrchr(title, FOLD_BREAK);
    line = line ? line + 1 : title;
    size_t length = strspn(line, "0123456789");
    return xstrdup(length >= PHONE_MIN && !line[length] ? line : "");
}

/* All docs of a kind, with what they have of the sentence. */
static void compare_docs(struct search *search, enum search_kind kind,
                         struct pairs *pairs, struct near_docs *out)
{
    sqlite3_stmt *row = search_ask(
        search,
        "SELECT number, id, date, title || text, title, (SELECT"
        " group_concat(topic, '|') FROM (SELECT topic FROM item_topic"
        " WHERE item = origin ORDER BY position))"
        " FROM search_doc WHERE number BETWEEN ?1 AND ?2"
        " AND (expires = '' OR expires >= ?3) ORDER BY number LIMIT ?4");
    if (row) {
        sqlite3_bind_int64(row, 1, number_base((int)kind, 0));
        sqlite3_bind_int64(row, 2, number_base((int)kind + 1, 0) - 1);
        sqlite3_bind_text(row, 3, search->store->today, -1, SQLITE_STATIC);
        sqlite3_bind_int(row, 4, DOCS_MAX);
    }
    for (size_t n = 0; n < pairs->count; n++)
        pairs->items[n].having = 0;
    while (search_next(search, row)) {
        ARRAY_GROW(out->items, out->count, out->capacity);
        struct near_doc *doc = &out->items[out->count++];
        *doc = (struct near_doc){.number = sqlite3_column_int64(row, 0),
                                 .in_text = pairs_in(pairs, row, 3),
                                 .in_title = pairs_in(pairs, row, 4),
                                 .topics = xstrdup(search_text_at(row, 5)),
                                 .phone = phone_of(search_text_at(row, 4)),
                                 .id = xstrdup(search_text_at(row, 1))};
        snprintf(doc->date, sizeof(doc->date), "%s", search_text_at(row, 2));
    }
    sqlite3_finalize(row);
    score_docs(pairs, out);
}

static void free_docs(struct near_docs *docs)
{
    for (size_t i = 0; i < docs->count; i++) {
        free(docs->items[i].topics);
        free(docs->items[i].phone);
        free(docs->items[i].id);
    }
    free(docs->items);
}

static void each_topic(const char *topics,
                       void (*each)(void *data, const char *topic, bool first),
                       void *data)
{
    for (const char *at = topics; *at;) {
        size_t length = strcspn(at, "|");
        char *topic = xstrndup(at, length);
        each(data, topic, at == topics);
        free(topic);
        at += length + (at[length] != 0);
    }
}

struct voting {
    struct search *search;
    struct arena arena;
    struct topic_score *topics;
    size_t count, capacity;
    const struct near_doc *guide;
    const char *topic; /* looked for */
    int has;           /* by the guide; 0: not at all */
};

static void vote_for(void *data, const char *topic, bool first)
{
    struct voting *voting = data;
    double part = voting->guide->score * (first ? 0.3 : 0.1);
    struct topic_score *found = NULL;
    for (size_t i = 0; i < voting->count && !found; i++)
        if (!strcmp(voting->topics[i].id, topic))
            found = &voting->topics[i];
    if (!found) {
        ARRAY_GROW(voting->topics, voting->count, voting->capacity);
        found = &voting->topics[voting->count++];
        *found = (struct topic_score){SIZE_MAX,
                                      arena_strdup(&voting->arena, topic), 0};
    }
    /* The best of its guides speaks for a topic. */
    if (part > found->score)
        found->score = part;
}

static int compare_topics(const void *left, const void *right)
{
    const struct topic_score *a = left, *b = right;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return strcmp(a->id, b->id);
}

static void see_topic(void *data, const char *topic, bool first)
{
    struct voting *voting = data;
    if (!strcmp(topic, voting->topic))
        voting->has = first ? HAS_FIRST : voting->has ? voting->has : HAS_TOO;
}

static int compare_docs_by_score(const void *left, const void *right)
{
    const struct near_doc *a = left, *b = right;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return strcmp(a->id, b->id);
}

static bool add_doc(struct hits *hits, const struct near_doc *doc, double score)
{
    bool new = hits_add(hits, doc->number, score, doc->id, doc->date);
    if (new)
        hits->counts[number_kind(doc->number)].count++;
    return new;
}

/* Guides that are about a topic, or that also say something of it. */
static void add_guides(struct voting *voting, const struct near_docs *guides,
                       const char *topic, int has, double *score,
                       struct hits *hits)
{
    size_t shown = 0;
    voting->topic = topic;
    for (size_t i = 0; i < guides->count && shown < GUIDES_SHOWN; i++) {
        voting->has = 0;
        each_topic(guides->items[i].topics, see_topic, voting);
        if (voting->has != has)
            continue;
        add_doc(hits, &guides->items[i], *score);
        *score -= 0.05;
        shown++;
    }
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Whether a number stands in a text, and not within a longer one. */
static bool has_number(const char *text, const char *number)
{
    const size_t length = strlen(number);
    for (const char *at = text; (at = strstr(at, number)); at += length)
        if ((at == text || !is_digit(at[-1])) && !is_digit(at[length]))
            return true;
    return false;
}

/* Services whose number the guide gives. */
static void heed_guide(struct search *search, const struct near_doc *guide,
                       struct near_docs *services)
{
    sqlite3_stmt *row =
        search_ask(search, "SELECT text FROM search_doc WHERE number = ?1");
    if (row)
        sqlite3_bind_int64(row, 1, guide->number);
    if (search_next(search, row))
        for (size_t i = 0; i < services->count; i++) {
            struct near_doc *service = &services->items[i];
            if (*service->phone &&
                has_number(search_text_at(row, 0), service->phone))
                service->score += SCORE_ADVISED;
        }
    sqlite3_finalize(row);
}

/* A service station may have the number of the hotline it answers for. */
static bool has_same_phone(const struct near_doc *services, size_t count,
                           const char *phone)
{
    for (size_t i = 0; i < count; i++)
        if (*phone && !strcmp(services[i].phone, phone))
            return true;
    return false;
}

static void show_services(const struct near_docs *services, double score,
                          struct hits *hits)
{
    size_t shown = 0;
    for (size_t i = 0; i < services->count && shown < SERVICES_SHOWN; i++) {
        const struct near_doc *service = &services->items[i];
        if (service->score < 2)
            break;
        if (has_same_phone(services->items, i, service->phone))
            continue;
        add_doc(hits, service, score);
        score -= 0.12;
        shown++;
    }
}

/* Where to turn to: services that the guide (NULL: none) says to call, then
 * those that name what the law calls it, or have most of the sentence. */
static void add_services(struct search *search, const char *terms,
                         const struct sentence *sentence,
                         const struct near_doc *guide, double score,
                         struct hits *hits)
{
    struct pairs pairs;
    struct near_docs services = {0};
    struct sentence both;
    sentence_read(terms, &both);
    for (size_t i = 0;
         i < sentence->bare_count && both.bare_count < TOPIC_LETTERS_MAX; i++)
        both.bare[both.bare_count++] = sentence->bare[i];
    make_pairs(&both, &pairs);
    compare_docs(search, SEARCH_SERVICE, &pairs, &services);
    if (guide)
        heed_guide(search, guide, &services);
    if (services.count)
        qsort(services.items, services.count, sizeof(*services.items),
              compare_docs_by_score);
    show_services(&services, score, hits);
    free_docs(&services);
    sentence_wipe(&both);
    explicit_bzero(&pairs, sizeof(pairs));
}

/* The first of the guides that are about a topic; NULL: none is. */
static const struct near_doc *first_guide(struct voting *voting,
                                          const struct near_docs *guides,
                                          const char *topic)
{
    voting->topic = topic;
    for (size_t i = 0; i < guides->count; i++) {
        voting->has = 0;
        each_topic(guides->items[i].topics, see_topic, voting);
        if (voting->has == HAS_FIRST)
            return &guides->items[i];
    }
    return NULL;
}

static void take_votes(struct voting *voting, const struct vote *votes)
{
    struct search *search = voting->search;
    for (size_t i = 0; i < topics_count(search->topics); i++) {
        const char *id = topics_id(search->topics, i);
        struct topic_score *found = NULL;
        for (size_t n = 0; n < voting->count && !found; n++)
            if (!strcmp(voting->topics[n].id, id))
                found = &voting->topics[n];
        double score = votes[i].exact + votes[i].near * 0.6;
        if (score <= 0)
            continue;
        if (!found) {
            ARRAY_GROW(voting->topics, voting->count, voting->capacity);
            found = &voting->topics[voting->count++];
            *found = (struct topic_score){i, id, 0};
        }
        found->topic = i;
        found->score += score;
    }
}

bool suggest(struct search *search, const struct sentence *sentence,
             const struct vote *votes, double score, struct hits *hits,
             struct words *marks)
{
    const double top = score;
    struct voting voting = {.search = search};
    struct pairs pairs;
    struct near_docs guides = {0};
    make_pairs(sentence, &pairs);
    compare_docs(search, SEARCH_GUIDE, &pairs, &guides);
    for (size_t i = 0; i < guides.count; i++)
        if (guides.items[i].score > 0) {
            voting.guide = &guides.items[i];
            each_topic(guides.items[i].topics, vote_for, &voting);
        }
    take_votes(&voting, votes);
    if (voting.count)
        qsort(voting.topics, voting.count, sizeof(*voting.topics),
              compare_topics);
    if (guides.count)
        qsort(guides.items, guides.count, sizeof(*guides.items),
              compare_docs_by_score);
    bool knew = voting.count && voting.topics[0].score > 1;
    const double best = voting.count ? voting.topics[0].score : 0;
    size_t about = 0;
    while (knew && about < voting.count && about < TOPICS_SHOWN &&
           voting.topics[about].score >= best * 0.35)
        about++;
    for (int has = HAS_FIRST; has >= HAS_TOO; has--)
        for (size_t i = 0; i < about; i++)
            add_guides(&voting, &guides, voting.topics[i].id, has, &score,
                       hits);
    if (about) {
        const size_t topic = voting.topics[0].topic;
        const char *terms = topic < SIZE_MAX ? votes[topic].terms : "";
        /* Second, or third where it may as well be another topic. */
        bool close = about > 1 && voting.topics[1].score > best * 0.75;
        add_services(search, terms, sentence,
                     first_guide(&voting, &guides, voting.topics[0].id),
                     top - (close ? 0.075 : 0.025), hits);
        words_add(marks, terms);
    }
    free_docs(&guides);
    free(voting.topics);
    arena_fini(&voting.arena);
    explicit_bzero(&pairs, sizeof(pairs));
    return knew;
}
