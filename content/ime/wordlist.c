#include "content/ime/wordlist.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void wordlist_add(struct wordlist *words, const struct word *word)
{
    ARRAY_GROW(words->words, words->count, words->capacity);
    words->words[words->count++] = *word;
}

static int compare_units(const uint16_t *a, size_t a_length, const uint16_t *b,
                         size_t b_length)
{
    for (size_t i = 0; i < a_length && i < b_length; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return (a_length > b_length) - (a_length < b_length);
}

static int by_reading(const void *left, const void *right)
{
    const struct word *a = left, *b = right;
    int side = compare_units(a->read, a->length, b->read, b->length);
    if (!side)
        side = (a->cost > b->cost) - (a->cost < b->cost);
    return side ? side : compare_units(a->text, a->length, b->text, b->length);
}

static int by_text(const void *left, const void *right)
{
    const struct word *a = left, *b = right;
    int side = compare_units(a->text, a->length, b->text, b->length);
    if (!side)
        side = compare_units(a->read, a->length, b->read, b->length);
    return side ? side : (a->cost > b->cost) - (a->cost < b->cost);
}

static void drop_twins(struct wordlist *words)
{
    size_t kept = 0;
    qsort(words->words, words->count, sizeof(*words->words), by_text);
    for (size_t i = 0; i < words->count; i++) {
        const struct word *word = &words->words[i];
        const struct word *last = kept ? &words->words[kept - 1] : NULL;
        if (last && last->length == word->length &&
            !memcmp(last->text, word->text,
                    sizeof(*word->text) * word->length) &&
            !memcmp(last->read, word->read, sizeof(*word->read) * word->length))
            continue;
        words->words[kept++] = *word;
    }
    words->count = kept;
}

static int order_text(const void *left, const void *right, void *context)
{
    const struct wordlist *words = context;
    const struct word *a = &words->words[*(const uint32_t *)left];
    const struct word *b = &words->words[*(const uint32_t *)right];
    int side = compare_units(a->text, a->length, b->text, b->length);
    if (!side)
        side = (a->cost > b->cost) - (a->cost < b->cost);
    return side ? side : by_reading(a, b);
}

struct initials_order {
    const struct wordlist *words;
    struct syllables syllables;
};

static int order_initials(const void *left, const void *right, void *context)
{
    const struct initials_order *order = context;
    const struct word *a = &order->words->words[*(const uint32_t *)left];
    const struct word *b = &order->words->words[*(const uint32_t *)right];
    for (size_t i = 0; i < a->length && i < b->length; i++) {
        char one = order->syllables.names[a->read[i]][0];
        char other = order->syllables.names[b->read[i]][0];
        if (one != other)
            return one < other ? -1 : 1;
    }
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    if (a->cost != b->cost)
        return a->cost < b->cost ? -1 : 1;
    return by_reading(a, b);
}

void wordlist_sort(struct wordlist *words, struct syllables syllables,
                   struct lexicon *lexicon)
{
    if (words->count) {
        drop_twins(words);
        qsort(words->words, words->count, sizeof(*words->words), by_reading);
    }
    const size_t count = words->count;
    size_t characters = 0, at = 0;
    for (size_t i = 0; i < count; i++)
        characters += words->words[i].length;
    free(words->tables);
    words->tables = xcalloc((3 * count + 1) * sizeof(uint32_t) +
                                (count + 2 * characters) * sizeof(uint16_t),
                            1);
    uint32_t *starts = words->tables, *texts = starts + count + 1;
    uint32_t *initials = texts + count;
    uint16_t *costs = (uint16_t *)(initials + count), *read = costs + count;
    uint16_t *text = read + characters;
    for (size_t i = 0; i < count; i++) {
        const struct word *word = &words->words[i];
        starts[i] = (uint32_t)at;
        texts[i] = initials[i] = (uint32_t)i;
        costs[i] = word->cost;
        memcpy(read + at, word->read, word->length * sizeof(*read));
        memcpy(text + at, word->text, word->length * sizeof(*text));
        at += word->length;
    }
    starts[count] = (uint32_t)at;
    struct initials_order order = {words, syllables};
    qsort_r(texts, count, sizeof(*texts), order_text, words);
    qsort_r(initials, count, sizeof(*initials), order_initials, &order);
    *lexicon = (struct lexicon){syllables, count, starts, texts,
                                initials,  costs, read,   text};
}

void wordlist_fini(struct wordlist *words)
{
    free(words->words);
    free(words->tables);
    *words = (struct wordlist){0};
}
