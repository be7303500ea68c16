/* find.c - words for letters: the tables are narrowed along the edges of the
 * lattice, depth first; what lies between letters is kept for sentences. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "content/ime/pinyin_private.h"

enum {
    STEPS = 24000, /* narrowings a key may cost, so that no row of letters is
                      slow */
    STEPS_LATER = 3000,   /* of those, for words that begin further on */
    LOOKS = 40000,        /* words that are looked at as possible completions */
    WHOLE = 30,           /* words of just these letters that are offered */
    LONGER = 6,           /* words that go on */
    COST_LONGER = 1500,   /* to go on at all, */
    COST_SYLLABLE = 1200, /* and for each syllable that was not typed */
    COST_WORD = 1000,     /* a sentence pays for each word */
    SHORTER = 200000,     /* stands behind everything that is of all letters */
    NOWHERE = 1 << 29,
};

struct walk {
    struct pinyin *pinyin;
    const struct lexicon *lexicon;
    uint8_t table;
    size_t from; /* the letter where the word begins */
    size_t steps;
};

static void add_found(struct pinyin_work *work, struct found found)
{
    if (work->found_count < FOUND)
        work->found[work->found_count++] = found;
}

static void add_to_slot(struct pinyin_work *work, size_t from, size_t end,
                        struct word_ref ref)
{
    struct slot *slot = &work->slots[from][end];
    if (slot->count == SLOT_WORDS &&
        ref.cost >= slot->words[SLOT_WORDS - 1].cost)
        return;
    size_t at = slot->count < SLOT_WORDS ? slot->count++ : SLOT_WORDS - 1;
    for (; at && slot->words[at - 1].cost > ref.cost; at--)
        slot->words[at] = slot->words[at - 1];
    slot->words[at] = ref;
}

/* Words of just the letters [walk->from, end). */
static void offer(const struct walk *walk, size_t end, uint32_t word,
                  uint32_t cost)
{
    struct pinyin_work *work = &walk->pinyin->work;
    struct word_ref ref = {word, walk->lexicon->costs[word] + cost,
                           walk->table};
    add_to_slot(work, walk->from, end, ref);
    if (!walk->from)
        add_found(work, (struct found){ref.cost, (uint8_t)end, 0, ref});
}

/* The likeliest few of words that go on behind all the letters. */
struct longer {
    struct word_ref best[LONGER];
    size_t count;
};

static void look_longer(const struct walk *walk, struct longer *longer,
                        uint32_t word, size_t depth, uint32_t cost)
{
    uint32_t more = (uint32_t)(lexicon_length(walk->lexicon, word) - depth);
    cost += walk->lexicon->costs[word] + COST_SYLLABLE * more;
    size_t at = longer->count;
    if (at == LONGER && cost >= longer->best[LONGER - 1].cost)
        return;
    at = at < LONGER ? longer->count++ : LONGER - 1;
    for (; at && longer->best[at - 1].cost > cost; at--)
        longer->best[at] = longer->best[at - 1];
    longer->best[at] = (struct word_ref){word, cost, walk->table};
}

static void offer_longer(const struct walk *walk, const struct longer *longer,
                         size_t end)
{
    for (size_t i = 0; i < longer->count; i++) {
        struct word_ref ref = longer->best[i];
        add_found(&walk->pinyin->work,
                  (struct found){ref.cost + COST_LONGER, (uint8_t)end, 0, ref});
    }
}

static void offer_range(const struct walk *walk, size_t end, size_t depth,
                        uint32_t from, uint32_t longer_from, uint32_t to,
                        uint32_t cost)
{
    struct pinyin_work *work = &walk->pinyin->work;
    const bool all = !walk->from && end == work->lattice.length;
    const uint32_t most = all ? WHOLE : SLOT_WORDS;
    for (uint32_t word = from; word < longer_from && word < from + most; word++)
        offer(walk, end, word, cost);
    if (!all)
        return;
    struct longer longer = {.count = 0};
    for (uint32_t word = longer_from; word < to && work->looks; word++) {
        work->looks--;
        look_longer(walk, &longer, word, depth, cost);
    }
    offer_longer(walk, &longer, end);
}

void pinyin_index(struct pinyin *pinyin, uint8_t table)
{
    const struct lexicon *lexicon = &pinyin->tables[table];
    const size_t count = pinyin->tables[0].syllables.count;
    const uint32_t all = (uint32_t)lexicon->count;
    free(pinyin->firsts[table]);
    uint32_t *firsts = xcalloc(count + 1, sizeof(*firsts));
    for (size_t i = 0; i <= count; i++)
        firsts[i] =
            lexicon_narrow(lexicon, i ? firsts[i - 1] : 0, all, 0, (int)i);
    pinyin->firsts[table] = firsts;
}

/* lexicon_narrow, but that the first syllables are known by heart. */
static uint32_t narrow(const struct walk *walk, uint32_t from, uint32_t to,
                       size_t depth, int syllable)
{
    return depth ? lexicon_narrow(walk->lexicon, from, to, depth, syllable)
                 : walk->pinyin->firsts[walk->table][syllable];
}

static void walk_on(struct walk *walk, size_t at, size_t depth, size_t initials,
                    uint32_t from, uint32_t to, uint32_t cost);

/* Along an edge that stands for many syllables: each is a range of its own. */
static void walk_many(struct walk *walk, const struct edge *edge, size_t depth,
                      size_t initials, uint32_t from, uint32_t to,
                      uint32_t cost)
{
    while (from < to && walk->steps) {
        int syllable = lexicon_syllable(walk->lexicon, from, depth);
        uint32_t next = narrow(walk, from, to, depth, syllable + 1);
        walk_on(walk, edge->end, depth + 1, initials, from, next, cost);
        from = next;
    }
}

/* Only first letters, from the start of a word on, are looked up in by_initials
 * (find_initials); walking them would be too many ways. */
static bool is_left_out(const struct walk *walk, const struct edge *edge,
                        size_t depth, size_t initials)
{
    const struct lattice *lattice = &walk->pinyin->work.lattice;
    if (!edge->initial)
        return false;
    if (walk->from && edge->end != lattice->length && initials)
        return true;
    return initials == depth && depth >= 2;
}

/* Words [from, to) agree in their first `depth` syllables, which the letters up
 * to `at` stand for. */
static void walk_on(struct walk *walk, size_t at, size_t depth, size_t initials,
                    uint32_t from, uint32_t to, uint32_t cost)
{
    const struct lexicon *lexicon = walk->lexicon;
    const struct lattice *lattice = &walk->pinyin->work.lattice;
    if (!walk->steps)
        return;
    walk->steps--;
    if (depth) {
        uint32_t longer = lexicon_narrow(lexicon, from, to, depth, 0);
        offer_range(walk, at, depth, from, longer, to, cost);
        from = longer;
    }
    if (at == lattice->length || from == to || depth == LEXICON_LONGEST)
        return;
    for (size_t i = 0; i < lattice->edge_counts[at]; i++) {
        const struct edge *edge = &lattice->edges[at][i];
        if (is_left_out(walk, edge, depth, initials))
            continue;
        uint32_t first = narrow(walk, from, to, depth, edge->first);
        uint32_t after = narrow(walk, first, to, depth, edge->after);
        if (first == after)
            continue;
        if (edge->after - edge->first == 1)
            walk_on(walk, edge->end, depth + 1, initials + edge->initial, first,
                    after, cost + edge->cost);
        else
            walk_many(walk, edge, depth, initials + edge->initial, first, after,
                      cost + edge->cost);
    }
}

/* The letters [walk->from, end), each the first of a syllable. */
static void find_initials(struct walk *walk, size_t end)
{
    struct pinyin_work *work = &walk->pinyin->work;
    const struct lexicon *lexicon = walk->lexicon;
    char initials[PINYIN_INPUT];
    const size_t count =
        lattice_initials(&work->lattice, walk->from, end, initials);
    if (count < 2 || count > LEXICON_LONGEST)
        return;
    const bool last = end == work->lattice.length;
    const bool all = !walk->from && last;
    uint32_t cost = (uint32_t)count * COST_INITIAL;
    if (last)
        cost -= COST_INITIAL - COST_UNFINISHED;
    struct lexicon_range range = lexicon_initials(lexicon, initials, count);
    uint32_t most = all ? WHOLE : SLOT_WORDS;
    for (uint32_t i = range.from; i < range.longer && i < range.from + most;
         i++)
        offer(walk, end, lexicon->by_initials[i], cost);
    if (!all)
        return;
    struct longer longer = {.count = 0};
    for (uint32_t i = range.longer; i < range.to && work->looks; i++) {
        work->looks--;
        look_longer(walk, &longer, lexicon->by_initials[i], count, cost);
    }
    offer_longer(walk, &longer, end);
}

static void walk_from(struct pinyin *pinyin, size_t from)
{
    for (uint8_t table = 0; table < TABLES; table++) {
        struct walk walk = {pinyin, &pinyin->tables[table], table, from,
                            from ? STEPS_LATER : STEPS};
        if (!walk.lexicon->count)
            continue;
        walk_on(&walk, from, 0, 0, 0, (uint32_t)walk.lexicon->count, 0);
        for (size_t end = from + 2; end <= pinyin->work.lattice.length; end++)
            find_initials(&walk, end);
    }
}

/* Sentences: the cheapest row of words over all letters. */

struct path {
    uint32_t cost;
    size_t from; /* where its last word begins */
};

static void find_paths(const struct pinyin_work *work,
                       struct path paths[PINYIN_INPUT + 1])
{
    paths[0] = (struct path){0};
    for (size_t end = 1; end <= work->lattice.length; end++) {
        paths[end] = (struct path){NOWHERE, 0};
        for (size_t from = 0; from < end; from++) {
            const struct slot *slot = &work->slots[from][end];
            if (!slot->count || paths[from].cost == NOWHERE)
                continue;
            uint32_t cost = paths[from].cost + slot->words[0].cost + COST_WORD;
            if (cost < paths[end].cost)
                paths[end] = (struct path){cost, from};
        }
    }
}

static void add_sentence(struct pinyin_work *work, const struct path *paths,
                         size_t end, size_t alternative)
{
    struct sentence *sentence = &work->sentences[work->sentence_count++];
    const struct slot *last = &work->slots[paths[end].from][end];
    struct word_ref words[PINYIN_INPUT];
    size_t count = 0;
    words[count++] = last->words[alternative];
    for (size_t at = paths[end].from; at; at = paths[at].from)
        words[count++] = work->slots[paths[at].from][at].words[0];
    for (size_t i = 0; i < count; i++)
        sentence->words[i] = words[count - 1 - i];
    sentence->count = count;
    explicit_bzero(words, sizeof(words));
    uint32_t cost =
        paths[end].cost - last->words[0].cost + last->words[alternative].cost;
    add_found(work, (struct found){.score = cost,
                                   .end = (uint8_t)end,
                                   .sentence = (uint8_t)work->sentence_count});
}

static size_t path_characters(const struct pinyin *pinyin,
                              const struct path *paths, size_t end)
{
    size_t count = 0;
    for (size_t at = end; at; at = paths[at].from) {
        const struct word_ref *ref =
            &pinyin->work.slots[paths[at].from][at].words[0];
        count += lexicon_length(&pinyin->tables[ref->table], ref->word);
    }
    return count;
}

static void find_sentences(struct pinyin *pinyin)
{
    struct pinyin_work *work = &pinyin->work;
    struct path paths[PINYIN_INPUT + 1];
    size_t end = work->lattice.length;
    find_paths(work, paths);
    while (end && paths[end].cost == NOWHERE)
        end--;
    /* What is too long for one candidate is offered up to where it fits. */
    while (end && path_characters(pinyin, paths, end) * 3 >= PINYIN_TEXT)
        end = paths[end].from;
    if (!end || !paths[end].from)
        return;
    size_t alternatives = work->slots[paths[end].from][end].count;
    for (size_t i = 0; i < alternatives && i < SENTENCES; i++)
        add_sentence(work, paths, end, i);
}

static int by_score(const void *left, const void *right)
{
    const struct found *a = left, *b = right;
    if (a->score != b->score)
        return a->score < b->score ? -1 : 1;
    /* qsort keeps no order, and equal scores must not flicker. */
    if (a->ref.table != b->ref.table)
        return a->ref.table > b->ref.table ? -1 : 1;
    return (a->ref.word > b->ref.word) - (a->ref.word < b->ref.word);
}

void pinyin_search(struct pinyin *pinyin)
{
    struct pinyin_work *work = &pinyin->work;
    const size_t length = work->lattice.length;
    work->found_count = work->sentence_count = 0;
    work->looks = LOOKS;
    work->any = true;
    for (size_t from = 0; from < length; from++)
        for (size_t end = from; end <= length; end++)
            work->slots[from][end].count = 0;
    for (size_t from = 0; from < length; from++)
        walk_from(pinyin, from);
    find_sentences(pinyin);
    for (size_t i = 0; i < work->found_count; i++)
        if (work->found[i].end < length)
            work->found[i].score += SHORTER - work->found[i].end * 1000u;
    qsort(work->found, work->found_count, sizeof(*work->found), by_score);
}
