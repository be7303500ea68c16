/* search.c - opening, and the order in which a question is answered.
 *
 * First what holds the words; then, for a sentence or where there is hardly
 * anything, what it is about; then titles by their letters. All of it in one
 * transaction, so that an import in between changes nothing. */
#include "search_private.h"

#include <string.h>

#include "base/log.h"
#include "numbers.h"

enum {
    LIMIT_DEFAULT = 50,
    BUDGET_MS = 200,
    TOPICS_MS = 10000,
    FEW = 3,          /* hits, below which more is offered */
    SENTENCE_MIN = 5, /* letters */
    WORK_STEP = 1000, /* of SQLite, between two looks at the clock */
};

bool search_in_time(struct search *search)
{
    struct timespec now;
    if (search->cancel && atomic_load(search->cancel))
        search->stopped = true;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (now.tv_sec > search->until.tv_sec ||
        (now.tv_sec == search->until.tv_sec &&
         now.tv_nsec >= search->until.tv_nsec))
        search->stopped = true;
    return !search->stopped;
}

static bool is_cancelled(const struct search *search)
{
    return search->cancel && atomic_load(search->cancel);
}

static int stop_in_time(void *data)
{
    return !search_in_time(data);
}

static void set_time(struct search *search, unsigned ms)
{
    clock_gettime(CLOCK_MONOTONIC, &search->until);
    search->until.tv_sec += ms / 1000;
    search->until.tv_nsec += (long)(ms % 1000) * 1000000;
    if (search->until.tv_nsec >= 1000000000) {
        search->until.tv_sec++;
        search->until.tv_nsec -= 1000000000;
    }
    search->stopped = false;
}

static void fail(struct search *search)
{
    if (!search->failed)
        query_log(search->store);
    search->failed = true;
}

sqlite3_stmt *search_ask(struct search *search, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    if (search->failed || !search_in_time(search))
        return NULL;
    if (sqlite3_prepare_v2(search->store->db, sql, -1, &statement, NULL) ==
        SQLITE_OK)
        return statement;
    fail(search);
    return NULL;
}

bool search_next(struct search *search, sqlite3_stmt *statement)
{
    if (!statement || search->stopped || search->failed)
        return false;
    int status = sqlite3_step(statement);
    if (status == SQLITE_ROW)
        return true;
    if (status == SQLITE_INTERRUPT)
        search->stopped = true;
    else if (status != SQLITE_DONE)
        fail(search);
    return false;
}

const char *search_text_at(sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    return text ? text : "";
}

bool hits_add(struct hits *hits, int64_t number, double score, const char *id,
              const char *date)
{
    if (!number_is_fine(number))
        return false;
    for (size_t i = 0; i < hits->count; i++)
        if (hits->items[i].number == number) {
            if (score > hits->items[i].score)
                hits->items[i].score = score;
            return false;
        }
    ARRAY_GROW(hits->items, hits->count, hits->capacity);
    struct hit *hit = &hits->items[hits->count++];
    *hit = (struct hit){.number = number, .score = score, .id = xstrdup(id)};
    snprintf(hit->date, sizeof(hit->date), "%s", date);
    return true;
}

void hits_fini(struct hits *hits)
{
    for (size_t i = 0; i < hits->count; i++)
        free(hits->items[i].id);
    free(hits->items);
    *hits = (struct hits){0};
}

static void take_connection(struct search *search)
{
    sqlite3_db_config(search->store->db, SQLITE_DBCONFIG_LOOKASIDE, NULL, 0, 0);
    sqlite3_progress_handler(search->store->db, WORK_STEP, stop_in_time,
                             search);
}

/* Once a generation, which may take longer on a small board than a question
 * may. */
static void read_topics(struct search *search)
{
    topics_close(search->topics);
    search->topics = topics_new();
    set_time(search, TOPICS_MS);
    sqlite3_stmt *row =
        search_ask(search, "SELECT pattern, terms, topic FROM synonym"
                           " ORDER BY number");
    while (search_next(search, row))
        topics_add(search->topics, search_text_at(row, 0),
                   search_text_at(row, 1), search_text_at(row, 2));
    sqlite3_finalize(row);
    topics_ready(search->topics);
}

/* What is being served now, and nothing that is left of what was. */
static void follow(struct search *search)
{
    if (!store_refresh(search->store))
        return;
    take_connection(search);
    read_topics(search);
}

struct search *search_open(const char *path, enum store_error *error)
{
    struct store *store = store_open(path, error);
    if (!store)
        return NULL;
    struct search *search = xcalloc(1, sizeof(*search));
    search->store = store;
    take_connection(search);
    read_topics(search);
    return search;
}

void search_close(struct search *search)
{
    if (!search)
        return;
    store_close(search->store);
    topics_close(search->topics);
    free(search);
}

void search_set_today(struct search *search, const char *date)
{
    store_set_today(search->store, date);
}

void search_forget(struct search *search)
{
    /* Nothing of ours is left after a run; of SQLite's, what it has cached. */
    sqlite3_db_release_memory(search->store->db);
}

/* One hit before another, always in the same order. */
static int compare_hits(const void *left, const void *right)
{
    const struct hit *a = left, *b = right;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    int order = strcmp(b->date, a->date);
    return order ? order : strcmp(a->id, b->id);
}

static bool reads_like_letters(const char *query)
{
    size_t letters = strspn(query, "abcdefghijklmnopqrstuvwxyz"
                                   "ABCDEFGHIJKLMNOPQRSTUVWXYZ'");
    return letters >= 2 && !query[letters];
}

static void find_letters(struct search *search, const char *query,
                         struct hits *hits)
{
    char letters[SEARCH_QUERY_BYTES];
    size_t count = 0;
    for (const char *at = query; *at && count + 1 < sizeof(letters); at++)
        if (*at != '\'')
            letters[count++] = (char)(*at | 0x20);
    letters[count] = 0;
    rank_letters(search, letters, hits);
    explicit_bzero(letters, sizeof(letters));
}

/* A sentence is answered by what it is about, before anything that only has its
 * words; of a few words the texts that have them come first. */
static void offer(struct search *search, const char *query, struct hits *hits,
                  struct words *marks, struct search_answer *out)
{
    struct sentence sentence;
    const size_t literal = hits->count;
    sentence_read(query, &sentence);
    bool said = false;
    struct vote *votes = xcalloc(topics_count(search->topics), sizeof(*votes));
    topics_vote(search->topics, &sentence, votes);
    for (size_t i = 0; i < topics_count(search->topics); i++)
        said |= votes[i].exact > 0;
    out->question =
        sentence.question ||
        (said && (sentence.all_count >= SENTENCE_MIN || literal < FEW));
    if (sentence.bare_count >= 2 && (out->question || literal < FEW))
        out->suggested =
            suggest(search, &sentence, votes,
                    out->question ? SCORE_TITLE - 0.5 : 0.95, hits, marks) &&
            literal < FEW;
    free(votes);
    sentence_wipe(&sentence);
}

static void count_all(const struct hits *hits, struct search_answer *out)
{
    struct search_count *all = &out->counts[SEARCH_ANY];
    for (int i = 0; i < SEARCH_KIND_COUNT; i++) {
        out->counts[i] = hits->counts[i];
        all->count += hits->counts[i].count;
        all->more |= hits->counts[i].more;
    }
    if (all->count > SEARCH_COUNT_MAX) {
        all->count = SEARCH_COUNT_MAX;
        all->more = true;
    }
}

static void show(struct search *search, struct arena *arena,
                 const struct hits *hits, const struct words *marks,
                 const struct search_options *options,
                 struct search_answer *out)
{
    size_t limit = options->limit ? options->limit : LIMIT_DEFAULT;
    const char *folder = search_kind_folder(options->kind);
    size_t length = strlen(folder);
    out->results =
        arena_alloc(arena, (limit < hits->count ? limit : hits->count) *
                               sizeof(*out->results));
    for (size_t i = 0; i < hits->count && out->result_count < limit; i++) {
        const struct hit *hit = &hits->items[i];
        if (strncmp(hit->id, folder, length) != 0 || is_cancelled(search))
            continue;
        struct search_result *result = &out->results[out->result_count];
        if (!show_result(search, arena, hit, marks, result))
            continue;
        result->best = !out->result_count && hit->score >= SCORE_NEAR;
        out->result_count++;
    }
}

static void answer(struct search *search, struct arena *arena,
                   const char *query, const struct search_options *options,
                   struct search_answer *out)
{
    struct words words = {0}, marks = {0};
    struct hits hits = {0};
    words_add(&words, query);
    words_add(&marks, query);
    if (words.count) {
        rank_find(search, &words, options->kind, &hits);
        if (reads_like_letters(query))
            find_letters(search, query, &hits);
        else
            offer(search, query, &hits, &marks, out);
    }
    if (hits.count)
        qsort(hits.items, hits.count, sizeof(*hits.items), compare_hits);
    count_all(&hits, out);
    out->stopped = search->stopped;
    /* What was found in time is shown; that takes a few rows. */
    set_time(search, options->budget_ms ? options->budget_ms : BUDGET_MS);
    show(search, arena, &hits, &marks, options, out);
    out->stopped |= search->stopped;
    hits_fini(&hits);
    words_fini(&words);
    words_fini(&marks);
}

bool search_run(struct search *search, struct arena *arena, const char *query,
                const struct search_options *options, struct search_answer *out)
{
    static const struct search_options all = {.kind = SEARCH_ANY};
    const struct search_options *wanted = options ? options : &all;
    *out = (struct search_answer){0};
    search->failed = false;
    follow(search);
    search->cancel = wanted->cancel;
    set_time(search, wanted->budget_ms ? wanted->budget_ms : BUDGET_MS);
    sqlite3_exec(search->store->db, "BEGIN", NULL, NULL, NULL);
    answer(search, arena, query, wanted, out);
    sqlite3_exec(search->store->db, "COMMIT", NULL, NULL, NULL);
    bool fine = !search->failed && !is_cancelled(search);
    search->cancel = NULL;
    if (!fine)
        *out = (struct search_answer){0};
    return fine;
}
