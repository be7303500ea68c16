/* rank.c - candidates come by rising numbers, which is falling priority, never
 * by a rank that FTS5 would have to work out for all of them. A few hundred are
 * looked at and scored. */
#include "search_private.h"

#include <math.h>
#include <string.h>

#include "fold.h"
#include "letters.h"
#include "numbers.h"
#include "tokenizer.h"

enum {
    TITLE_CANDIDATES_MAX = 60,
    /* Where pairs say for sure, those that are counted; else some that have the
     * pairs apart are looked at in vain. */
    CANDIDATES_MAX = 2000,
};

/* Docs of one kind that may have the words. */
struct candidates {
    int64_t numbers[CANDIDATES_MAX + TITLE_CANDIDATES_MAX];
    size_t count;
    size_t titles; /* how many of them, at the front, are there for the title */
    bool more;
};

struct ranking {
    struct search *search;
    const struct words *words;
    struct buf match; /* for FTS5 */
    bool exact;       /* a candidate has the words for sure */
    struct candidates kinds[SEARCH_KIND_COUNT];
    struct hits *hits;
};

/* Only what holds today: with an index of their own, as few have expired. */
#define WALK(table)                                                \
    "SELECT rowid FROM " table " WHERE " table " MATCH ?1"         \
    " AND rowid BETWEEN ?2 AND ?3 AND rowid NOT IN (SELECT number" \
    " FROM search_doc WHERE expires <> '' AND expires < ?5) LIMIT ?4"

static void walk(struct ranking *ranking, const char *sql, int kind,
                 size_t limit)
{
    struct search *search = ranking->search;
    struct candidates *candidates = &ranking->kinds[kind];
    sqlite3_stmt *found = search_ask(search, sql);
    if (!found)
        return;
    sqlite3_bind_text(found, 1, buf_text(&ranking->match), -1, SQLITE_STATIC);
    sqlite3_bind_int64(found, 2, number_base(kind, 0));
    sqlite3_bind_int64(found, 3, number_base(kind + 1, 0) - 1);
    sqlite3_bind_int64(found, 4, (sqlite3_int64)limit + 1);
    sqlite3_bind_text(found, 5, search->store->today, -1, SQLITE_STATIC);
    size_t end = candidates->count + limit;
    while (search_next(search, found)) {
        if (candidates->count == end) {
            candidates->more = true;
            break;
        }
        candidates->numbers[candidates->count++] =
            sqlite3_column_int64(found, 0);
    }
    sqlite3_finalize(found);
}

/* Where there are too many, those that have the words in the title come first,
 * however old. */
static void prefer_titles(struct ranking *ranking, int kind)
{
    struct candidates *candidates = &ranking->kinds[kind];
    struct candidates texts = *candidates;
    candidates->count = 0;
    walk(ranking, WALK("search_title"), kind, TITLE_CANDIDATES_MAX);
    candidates->titles = candidates->count;
    for (size_t i = 0; i < texts.count; i++) {
        bool known = false;
        for (size_t n = 0; n < candidates->titles && !known; n++)
            known = candidates->numbers[n] == texts.numbers[i];
        if (!known)
            candidates->numbers[candidates->count++] = texts.numbers[i];
    }
    candidates->more = true;
}

static const void *find(const char *text, size_t length, const char *word,
                        size_t word_length)
{
    return length >= word_length ? memmem(text, length, word, word_length)
                                 : NULL;
}

static unsigned count_in(const char *text, size_t length, const char *word,
                         size_t word_length, unsigned limit)
{
    unsigned count = 0;
    const char *end = text + length;
    for (const char *at = text;
         count < limit &&
         (at = find(at, (size_t)(end - at), word, word_length));
         at += word_length)
        count++;
    return count;
}

struct folded {
    const char *title, *text;
    size_t title_length, text_length;
};

/* Of one word; negative: the doc does not have it. */
static double score_word(const struct folded *doc, const char *word,
                         size_t length, bool *in_title)
{
    const char *title = find(doc->title, doc->title_length, word, length);
    unsigned times = count_in(doc->text, doc->text_length, word, length, 12);
    double score = 0;
    if (!title && !times)
        return -1;
    *in_title &= title != NULL;
    if (title)
        score += 1 + 2 * (double)length / (double)doc->title_length +
                 (title == doc->title ? 0.5 : 0);
    /* As BM25 counts: often is more, and more so in a short text. */
    double usual = 0.25 + 0.75 * (double)doc->text_length / 3000;
    return score + times / (times + 1.2 * usual);
}

/* What counts beside the words: kind, distance, age. */
static double prior(int64_t number, const char *date, const char *today)
{
    static const double kinds[SEARCH_KIND_COUNT] = {
        [SEARCH_GUIDE] = 0.8,
        [SEARCH_SERVICE] = 0.6,
        [SEARCH_ARTICLE] = 0.2,
        [SEARCH_PAPER] = 0,
    };
    double years = *date ? strtod(today, NULL) - strtod(date, NULL) : 5;
    double fresh = years < 0 ? 1 : years > 5 ? 0 : 1 - years / 5;
    return kinds[number_kind(number)] + 0.1 * (3 - number_distance(number)) +
           0.2 * fresh;
}

/* Whether all of a title, or a service's number, was asked for. */
static bool is_line(const char *lines, const char *word, size_t length)
{
    for (const char *line = lines; *line;) {
        const char *end = strchrnul(line, FOLD_BREAK);
        if ((size_t)(end - line) == length && !memcmp(line, word, length))
            return true;
        line = end + (*end != 0);
    }
    return false;
}

/* Negative: it does not have all the words. */
static double score_doc(const struct words *words, const struct folded *doc)
{
    double score = 0;
    bool in_title = true;
    for (size_t i = 0; i < words->count; i++) {
        double one = score_word(doc, words->words[i].text,
                                words->words[i].length, &in_title);
        if (one < 0)
            return -1;
        score += one;
    }
    score /= (double)(words->count ? words->count : 1);
    if (in_title)
        score += SCORE_TITLE;
    if (in_title && words->count == 1 &&
        is_line(doc->title, words->words[0].text, words->words[0].length))
        score += 2;
    return score;
}

static bool take(struct ranking *ranking, sqlite3_stmt *row, int64_t number,
                 bool add)
{
    const struct folded doc = {search_text_at(row, 2), search_text_at(row, 3),
                               (size_t)sqlite3_column_bytes(row, 2),
                               (size_t)sqlite3_column_bytes(row, 3)};
    const char *id = search_text_at(row, 0), *date = search_text_at(row, 1);
    double score = score_doc(ranking->words, &doc);
    if (score < 0)
        return false;
    score += prior(number, date, ranking->search->store->today);
    return !add || hits_add(ranking->hits, number, score, id, date);
}

static bool look_at(struct ranking *ranking, sqlite3_stmt *row, int64_t number,
                    bool add)
{
    sqlite3_bind_int64(row, 1, number);
    bool found =
        search_next(ranking->search, row) && take(ranking, row, number, add);
    sqlite3_reset(row);
    return found;
}

/* Takes at most `most` hits of a kind. */
static void look(struct ranking *ranking, sqlite3_stmt *row, int kind,
                 size_t most)
{
    const struct candidates *candidates = &ranking->kinds[kind];
    struct search_count *counted = &ranking->hits->counts[kind];
    size_t found = 0, i = 0;
    for (; i < candidates->count && found < most; i++)
        found += look_at(ranking, row, candidates->numbers[i], true);
    size_t rest = candidates->count - i;
    counted->more = candidates->more;
    if (ranking->exact)
        found += rest;
    else /* is there one more? */
        for (; i < candidates->count && !counted->more; i++)
            counted->more =
                look_at(ranking, row, candidates->numbers[i], false);
    counted->more |= found > SEARCH_COUNT_MAX;
    counted->count = found < SEARCH_COUNT_MAX ? found : SEARCH_COUNT_MAX;
}

/* What is asked for gets all that can be looked at; else each kind a fair part.
 * What one leaves goes to the others, in order. */
static void share(const struct ranking *ranking, enum search_kind wanted,
                  size_t parts[SEARCH_KIND_COUNT])
{
    size_t left = SEARCH_COUNT_MAX;
    for (int round = 0; round < 2; round++)
        for (int kind = 0; kind < SEARCH_KIND_COUNT; kind++) {
            size_t most = round || (int)wanted == kind ? left
                          : wanted == SEARCH_ANY
                              ? SEARCH_COUNT_MAX / SEARCH_KIND_COUNT
                              : 0;
            size_t open = ranking->kinds[kind].count - parts[kind];
            size_t more = open < most ? open : most;
            parts[kind] += more;
            left -= more;
        }
}

void rank_find(struct search *search, const struct words *words,
               enum search_kind wanted, struct hits *out)
{
    struct ranking *ranking = xcalloc(1, sizeof(*ranking));
    size_t parts[SEARCH_KIND_COUNT] = {0};
    *ranking = (struct ranking){.search = search, .words = words, .hits = out};
    ranking->exact = tokenizer_match(buf_text(&words->folded), &ranking->match);
    for (int kind = 0; kind < SEARCH_KIND_COUNT && ranking->match.length;
         kind++) {
        walk(ranking, WALK("search_text"), kind,
             ranking->exact ? SEARCH_COUNT_MAX : CANDIDATES_MAX);
        if (ranking->kinds[kind].more)
            prefer_titles(ranking, kind);
    }
    share(ranking, wanted, parts);
    sqlite3_stmt *row = search_ask(
        search,
        "SELECT id, date, title, text FROM search_doc WHERE number = ?1");
    for (int kind = 0; kind < SEARCH_KIND_COUNT && row; kind++)
        look(ranking, row, kind, parts[kind]);
    sqlite3_finalize(row);
    words_wipe(&ranking->match);
    free(ranking);
}

void rank_letters(struct search *search, const char *letters, struct hits *out)
{
    sqlite3_stmt *all = search_ask(
        search, "SELECT l.doc, l.letters, d.id, d.date FROM search_letters l"
                " JOIN search_doc d ON d.number = l.doc"
                " WHERE d.expires = '' OR d.expires >= ?1");
    if (all)
        sqlite3_bind_text(all, 1, search->store->today, -1, SQLITE_STATIC);
    while (out->count < SEARCH_COUNT_MAX && search_next(search, all)) {
        int64_t number = sqlite3_column_int64(all, 0);
        int fit = number_is_fine(number)
                      ? letters_match(search_text_at(all, 1), letters)
                      : 0;
        const char *date = search_text_at(all, 3);
        if (fit && hits_add(out, number,
                            SCORE_NEAR + 0.4 * fit +
                                0.1 * prior(number, date, search->store->today),
                            search_text_at(all, 2), date))
            out->counts[number_kind(number)].count++;
    }
    sqlite3_finalize(all);
}
