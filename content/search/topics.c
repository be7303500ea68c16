/* topics.c - patterns, and the characters and pairs they are made of.
 *
 * Weights are those of information retrieval: what n of N topics say counts
 * ln(1 + N / n). */
#include "topics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "fold.h"

enum {
    PIECES_MAX = 5, /* as synonyms.csv may have */
    BARE_MIN = 3,   /* letters that are left of a pattern and still say it */
};

/* A run of letters between two gaps. */
struct piece {
    size_t start, count; /* in topics->letters */
};

struct pattern {
    struct piece all[PIECES_MAX], bare[PIECES_MAX];
    size_t count, bare_count;
    uint64_t mask, bare_mask; /* of their letters */
    size_t topic;
    const char *terms;
    double weight;
};

/* A pair of letters, or a single one with 0 in front, and a topic whose
 * patterns have it. */
struct gram {
    uint64_t key;
    uint32_t topic, times;
};

struct topics {
    struct arena arena;
    uint32_t *letters;
    size_t letter_count, letter_capacity;
    struct pattern *patterns;
    size_t pattern_count, pattern_capacity;
    struct gram *grams; /* by key, then topic */
    size_t gram_count, gram_capacity;
    const char **ids;
    size_t id_count, id_capacity;
};

/* Who speaks, and how: it says nothing of what it is about. */
static const char silent_letters[] =
    "我你您他她它俺咱们的了吗呢啊吧呀嘛哦哈就都还又也很太这那得着呗啦哎";
static const char *const silent_words[] = {
    "请问",     "想问",   "问一下", "一下", "求助", "知道", "能不能",
    "可不可以", "是不是", "怎么办", "咋办", "咋整", "怎么"};
/* Words that say something by such a letter: 就业 is not 业. */
static const char *const speaking_words[] = {
    "就业", "就医", "就诊", "就餐", "就近", "就职", "成就", "太阳", "太原",
    "得病", "取得", "所得", "获得", "着火", "着凉", "着装", "还款", "还钱",
    "还贷", "归还", "偿还", "退还", "返还", "了解", "了结", "目的", "的士",
    "都市", "首都", "成都", "都匀", "他人", "他乡", "自我", "网吧", "酒吧",
};
static const char *const asking[] = {
    "怎么",     "咋",     "吗",   "呢",   "什么",   "为啥",   "如何",
    "多少",     "多久",   "哪里", "哪儿", "能不能", "是不是", "有没有",
    "可不可以", "要不要", "谁",   "几天", "几个月", "合法",
};

static size_t decode(const char *folded, size_t length, uint32_t *out,
                     size_t limit)
{
    size_t count = 0;
    for (size_t at = 0; at < length && count < limit;) {
        uint32_t code = utf8_next(folded, length, &at);
        if (code != FOLD_BREAK)
            out[count++] = code;
    }
    return count;
}

static bool begins(const uint32_t *letters, size_t count, const char *word,
                   size_t *length_out)
{
    size_t at = 0, length = strlen(word), n = 0;
    for (; at < length; n++)
        if (n >= count || letters[n] != utf8_next(word, length, &at))
            return false;
    *length_out = n;
    return true;
}

/* The length of the first of these words that stands here; 0: none. */
static size_t word_at(const uint32_t *letters, size_t count,
                      const char *const *words, size_t word_count)
{
    size_t length;
    for (size_t i = 0; i < word_count; i++)
        if (begins(letters, count, words[i], &length))
            return length;
    return 0;
}

static bool is_silent(uint32_t code)
{
    for (size_t at = 0; at < sizeof(silent_letters) - 1;)
        if (utf8_next_valid(silent_letters, &at) == code)
            return true;
    return false;
}

/* Leaves out what says nothing. */
static size_t strip(const uint32_t *letters, size_t count, uint32_t *out)
{
    size_t kept = 0;
    for (size_t i = 0; i < count;) {
        size_t speaks = word_at(letters + i, count - i, speaking_words,
                                COUNT_OF(speaking_words));
        size_t skip = word_at(letters + i, count - i, silent_words,
                              COUNT_OF(silent_words));
        if (!speaks && !skip) {
            speaks = !is_silent(letters[i]);
            skip = !speaks;
        }
        for (skip = speaks ? 0 : skip; speaks; speaks--)
            out[kept++] = letters[i++];
        i += skip;
    }
    return kept;
}

void sentence_read(const char *query, struct sentence *out)
{
    struct buf folded = {0};
    size_t length;
    *out = (struct sentence){0};
    fold_query(query, strlen(query), &folded);
    out->all_count =
        decode(buf_text(&folded), folded.length, out->all, TOPIC_LETTERS_MAX);
    out->bare_count = strip(out->all, out->all_count, out->bare);
    for (size_t i = 0; i < out->all_count && !out->question; i++)
        for (size_t w = 0; w < COUNT_OF(asking) && !out->question; w++)
            out->question =
                begins(out->all + i, out->all_count - i, asking[w], &length);
    out->question |= strchr(query, '?') || strstr(query, "？");
    if (folded.data)
        explicit_bzero(folded.data, folded.capacity);
    buf_fini(&folded);
}

void sentence_wipe(struct sentence *sentence)
{
    explicit_bzero(sentence, sizeof(*sentence));
}

struct topics *topics_new(void)
{
    return xcalloc(1, sizeof(struct topics));
}

void topics_close(struct topics *topics)
{
    if (!topics)
        return;
    arena_fini(&topics->arena);
    free(topics->letters);
    free(topics->patterns);
    free(topics->grams);
    free(topics->ids);
    free(topics);
}

size_t topics_count(const struct topics *topics)
{
    return topics->id_count;
}

const char *topics_id(const struct topics *topics, size_t topic)
{
    return topics->ids[topic];
}

static size_t topic_of(struct topics *topics, const char *id)
{
    for (size_t i = 0; i < topics->id_count; i++)
        if (!strcmp(topics->ids[i], id))
            return i;
    ARRAY_GROW(topics->ids, topics->id_count, topics->id_capacity);
    topics->ids[topics->id_count] = arena_strdup(&topics->arena, id);
    return topics->id_count++;
}

static struct piece keep(struct topics *topics, const uint32_t *letters,
                         size_t count)
{
    struct piece piece = {topics->letter_count, count};
    for (size_t i = 0; i < count; i++) {
        ARRAY_GROW(topics->letters, topics->letter_count,
                   topics->letter_capacity);
        topics->letters[topics->letter_count++] = letters[i];
    }
    return piece;
}

static void add_gram(struct topics *topics, uint64_t key, size_t topic)
{
    ARRAY_GROW(topics->grams, topics->gram_count, topics->gram_capacity);
    topics->grams[topics->gram_count++] =
        (struct gram){key, (uint32_t)topic, 1};
}

static uint64_t key_of(const uint32_t *letters, size_t i, bool pair)
{
    return pair ? (uint64_t)letters[i] << 32 | letters[i + 1] : letters[i];
}

static void add_grams(struct topics *topics, const uint32_t *letters,
                      size_t count, size_t topic)
{
    for (size_t i = 0; i < count; i++) {
        add_gram(topics, key_of(letters, i, false), topic);
        if (i + 1 < count)
            add_gram(topics, key_of(letters, i, true), topic);
    }
}

/* A bit for each letter there is, some share one: what has others cannot stand
 * in a sentence. Nearly all patterns end here. */
static uint64_t mask_of(const uint32_t *letters, size_t count)
{
    uint64_t mask = 0;
    for (size_t i = 0; i < count; i++)
        mask |= (uint64_t)1 << letters[i] % 64;
    return mask;
}

static void add_alternative(struct topics *topics, const char *text,
                            size_t length, const char *terms, size_t topic)
{
    uint32_t letters[TOPIC_LETTERS_MAX], bare[TOPIC_LETTERS_MAX];
    struct pattern pattern = {.topic = topic, .terms = terms};
    size_t all_letters = 0, bare_letters = 0;
    for (size_t at = 0; at <= length && pattern.count < PIECES_MAX;) {
        const char *end = memchr(text + at, '*', length - at);
        size_t size = end ? (size_t)(end - text) - at : length - at;
        size_t count = decode(text + at, size, letters, TOPIC_LETTERS_MAX);
        size_t kept = strip(letters, count, bare);
        if (count)
            pattern.all[pattern.count++] = keep(topics, letters, count);
        if (kept)
            pattern.bare[pattern.bare_count++] = keep(topics, bare, kept);
        pattern.mask |= mask_of(letters, count);
        pattern.bare_mask |= mask_of(bare, kept);
        add_grams(topics, bare, kept, topic);
        all_letters += count;
        bare_letters += kept;
        at += size + 1;
    }
    /* 不要我了 is more than 不要, which is said of anything. */
    if (bare_letters < all_letters && bare_letters < BARE_MIN)
        pattern.bare_count = 0;
    if (bare_letters < 2) { /* 太热: what says nothing says it here */
        for (size_t i = 0; i < pattern.count; i++)
            add_grams(topics, topics->letters + pattern.all[i].start,
                      pattern.all[i].count, topic);
    }
    if (!pattern.count)
        return;
    ARRAY_GROW(topics->patterns, topics->pattern_count,
               topics->pattern_capacity);
    topics->patterns[topics->pattern_count++] = pattern;
}

void topics_add(struct topics *topics, const char *pattern, const char *terms,
                const char *topic)
{
    size_t number = topic_of(topics, topic);
    const char *kept = arena_strdup(&topics->arena, terms);
    for (const char *at = pattern; *at;) {
        size_t length = strcspn(at, "|");
        if (length)
            add_alternative(topics, at, length, kept, number);
        at += length + (at[length] != 0);
    }
}

static int compare_grams(const void *left, const void *right)
{
    const struct gram *a = left, *b = right;
    return a->key != b->key       ? (a->key < b->key ? -1 : 1)
           : a->topic != b->topic ? (a->topic < b->topic ? -1 : 1)
                                  : 0;
}

/* The grams of a key: each topic once. NULL: no pattern has it. */
static const struct gram *find_grams(const struct topics *topics, uint64_t key,
                                     size_t *count_out)
{
    size_t low = 0, high = topics->gram_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (topics->grams[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    size_t end = low;
    while (end < topics->gram_count && topics->grams[end].key == key)
        end++;
    *count_out = end - low;
    return end > low ? &topics->grams[low] : NULL;
}

static double weight_of(const struct topics *topics, size_t having)
{
    return log(1 + (double)topics->id_count / (double)having);
}

/* Of a single letter, or a pair, which says more. */
static double gram_weight(const struct topics *topics, const uint32_t *letters,
                          size_t i, bool pair)
{
    size_t having;
    if (!find_grams(topics, key_of(letters, i, pair), &having))
        return 0;
    return weight_of(topics, having) * (pair ? 1 : 0.5);
}

static double pattern_weight(const struct topics *topics,
                             const struct pattern *pattern)
{
    const struct piece *pieces =
        pattern->bare_count ? pattern->bare : pattern->all;
    size_t count = pattern->bare_count ? pattern->bare_count : pattern->count;
    double weight = 0;
    for (size_t p = 0; p < count; p++) {
        const uint32_t *letters = topics->letters + pieces[p].start;
        for (size_t i = 0; i < pieces[p].count; i++) {
            weight += gram_weight(topics, letters, i, false);
            if (i + 1 < pieces[p].count)
                weight += gram_weight(topics, letters, i, true);
        }
    }
    return weight;
}

void topics_ready(struct topics *topics)
{
    size_t count = 0;
    if (topics->gram_count)
        qsort(topics->grams, topics->gram_count, sizeof(*topics->grams),
              compare_grams);
    for (size_t i = 0; i < topics->gram_count; i++) {
        if (count &&
            !compare_grams(&topics->grams[count - 1], &topics->grams[i]))
            topics->grams[count - 1].times++;
        else
            topics->grams[count++] = topics->grams[i];
    }
    topics->gram_count = count;
    for (size_t i = 0; i < topics->pattern_count; i++)
        topics->patterns[i].weight =
            pattern_weight(topics, &topics->patterns[i]);
}

/* Whether the pieces stand in this order, at most a gap apart. One piece after
 * the other, with all the places where it may end: going back and forth would
 * take a moment each for patterns made to be slow. */
static bool stands(const struct topics *topics, const struct piece *pieces,
                   size_t count, const uint32_t *letters, size_t length)
{
    bool ends[TOPIC_LETTERS_MAX + 1];
    size_t reach = length; /* the first may stand anywhere */
    memset(ends, 0, sizeof(ends));
    ends[0] = true;
    for (size_t p = 0; p < count; p++, reach = TOPIC_GAP_MAX) {
        const struct piece *piece = &pieces[p];
        bool next[TOPIC_LETTERS_MAX + 1] = {false};
        bool found = false;
        size_t left = 0; /* places for which the last end is near enough */
        for (size_t i = 0; i + piece->count <= length; i++) {
            left = ends[i] ? reach + 1 : left;
            if (!left)
                continue;
            left--;
            if (!memcmp(letters + i, topics->letters + piece->start,
                        piece->count * sizeof(*letters)))
                found = next[i + piece->count] = true;
        }
        if (!found)
            return false;
        memcpy(ends, next, sizeof(ends));
    }
    return true;
}

/* The letters of a sentence, and what they may be. */
struct said {
    const struct sentence *sentence;
    uint64_t all, bare;
};

static bool applies(const struct topics *topics, const struct pattern *pattern,
                    const struct said *said)
{
    const struct sentence *sentence = said->sentence;
    return (!(pattern->mask & ~said->all) &&
            stands(topics, pattern->all, pattern->count, sentence->all,
                   sentence->all_count)) ||
           (pattern->bare_count && !(pattern->bare_mask & ~said->bare) &&
            stands(topics, pattern->bare, pattern->bare_count, sentence->bare,
                   sentence->bare_count));
}

/* The strongest pattern counts; others that say the same in other words add
 * little. */
static void vote_exact(const struct topics *topics,
                       const struct sentence *sentence, struct vote *votes,
                       double *best)
{
    const struct said said = {sentence,
                              mask_of(sentence->all, sentence->all_count),
                              mask_of(sentence->bare, sentence->bare_count)};
    for (size_t i = 0; i < topics->pattern_count; i++) {
        const struct pattern *pattern = &topics->patterns[i];
        struct vote *vote = &votes[pattern->topic];
        if (!applies(topics, pattern, &said))
            continue;
        vote->exact += pattern->weight * 0.15;
        if (pattern->weight > best[pattern->topic]) {
            vote->exact += (pattern->weight - best[pattern->topic]) * 0.85;
            best[pattern->topic] = pattern->weight;
            vote->terms = pattern->terms;
        }
    }
}

static void vote_gram(const struct topics *topics, uint64_t key, double part,
                      struct vote *votes)
{
    size_t count;
    const struct gram *grams = find_grams(topics, key, &count);
    for (size_t i = 0; i < count; i++)
        votes[grams[i].topic].near +=
            part * weight_of(topics, count) *
            (grams[i].times < 4 ? 0.55 + 0.15 * grams[i].times : 1.15);
}

void topics_vote(const struct topics *topics, const struct sentence *sentence,
                 struct vote *votes)
{
    double *best = xcalloc(topics->id_count, sizeof(*best));
    for (size_t i = 0; i < topics->id_count; i++)
        votes[i] = (struct vote){.terms = ""};
    vote_exact(topics, sentence, votes, best);
    for (size_t i = 0; i < sentence->bare_count; i++) {
        vote_gram(topics, key_of(sentence->bare, i, false), 0.25, votes);
        if (i + 1 < sentence->bare_count)
            vote_gram(topics, key_of(sentence->bare, i, true), 1, votes);
    }
    free(best);
}
