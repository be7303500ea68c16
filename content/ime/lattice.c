#include "content/ime/lattice.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { LETTERS_MOST = LEXICON_SYLLABLE - 2 }; /* of a syllable: zhuang */

#define BIT(letter) (UINT32_C(1) << ((letter) - 'a'))

/* ITU-T E.161 */
static const char *const keys[10] = {
    [2] = "abc", [3] = "def",  [4] = "ghi", [5] = "jkl",
    [6] = "mno", [7] = "pqrs", [8] = "tuv", [9] = "wxyz",
};

static uint32_t letters_of_key(char key)
{
    if (key >= 'a' && key <= 'z')
        return BIT(key);
    uint32_t letters = 0;
    if (key >= '2' && key <= '9')
        for (const char *at = keys[key - '0']; *at; at++)
            letters |= BIT(*at);
    return letters;
}

static bool is_letter(char typed)
{
    return typed >= 'a' && typed <= 'z';
}

static void read_input(struct lattice *lattice, const char *input)
{
    size_t at = 0;
    for (; input[at] && lattice->length < PINYIN_INPUT && at < UINT8_MAX;
         at++) {
        uint32_t letters = letters_of_key(input[at]);
        if (!letters) {
            lattice->parted[lattice->length] = true;
            continue;
        }
        lattice->places[lattice->length] = (uint8_t)at;
        lattice->typed[lattice->length] = input[at];
        lattice->letters[lattice->length++] = letters;
    }
    lattice->places[lattice->length] = (uint8_t)at;
    lattice->parted[lattice->length] = true;
}

/* What sounds alike is written alike: z for zh, n for l, an for ang. name is at
 * most LETTERS_MOST letters. */
static void write_key(const char *name, size_t length,
                      char key[LEXICON_SYLLABLE])
{
    memset(key, 0, LEXICON_SYLLABLE);
    for (size_t i = 0, put = 0; i < length; i++)
        if (!(i == 1 && name[1] == 'h' && strchr("zcs", name[0])))
            key[put++] = name[i];
    if (key[0] == 'l')
        key[0] = 'n';
    size_t end = strlen(key);
    if (end > 2 && key[end - 1] == 'g' && key[end - 2] == 'n' &&
        strchr("aei", key[end - 3]))
        key[end - 1] = 0;
}

static int compare_keys(const void *a, const void *b, void *context)
{
    const struct likeness *likeness = context;
    uint16_t left = *(const uint16_t *)a, right = *(const uint16_t *)b;
    int side = strcmp(likeness->keys[left], likeness->keys[right]);
    return side ? side : (left > right) - (left < right);
}

void likeness_init(struct likeness *likeness, const struct syllables *syllables)
{
    likeness->keys = xcalloc(syllables->count, LEXICON_SYLLABLE);
    likeness->order = xcalloc(syllables->count, sizeof(*likeness->order));
    for (size_t i = 0; i < syllables->count; i++) {
        const char *name = syllables->names[i];
        write_key(name, strlen(name), likeness->keys[i]);
        likeness->order[i] = (uint16_t)i;
    }
    qsort_r(likeness->order, syllables->count, sizeof(*likeness->order),
            compare_keys, likeness);
}

void likeness_fini(struct likeness *likeness)
{
    free(likeness->keys);
    free(likeness->order);
}

static void add_edge(struct lattice *lattice, size_t from, struct edge edge)
{
    size_t *count = &lattice->edge_counts[from];
    if (edge.first >= edge.after)
        return;
    for (size_t i = 0; i < *count; i++) {
        struct edge *other = &lattice->edges[from][i];
        if (other->end == edge.end && other->first == edge.first &&
            other->after == edge.after) {
            if (edge.cost < other->cost)
                *other = edge;
            return;
        }
    }
    if (*count < EDGES)
        lattice->edges[from][(*count)++] = edge;
}

/* Where the letter at `depth` of the names [from, to) first is at least
 * `letter`. */
static uint16_t narrow_names(const struct syllables *syllables, uint16_t from,
                             uint16_t to, size_t depth, char letter)
{
    while (from < to) {
        uint16_t middle = (uint16_t)(from + (to - from) / 2);
        if (syllables->names[middle][depth] < letter)
            from = (uint16_t)(middle + 1);
        else
            to = middle;
    }
    return from;
}

struct spelling {
    struct lattice *lattice;
    const struct syllables *syllables;
    size_t from;
};

static void add_names(const struct spelling *spelling, size_t depth,
                      uint16_t first, uint16_t after)
{
    struct lattice *lattice = spelling->lattice;
    const char *name = spelling->syllables->names[first];
    struct edge edge = {first, after, 0, (uint8_t)(spelling->from + depth),
                        false};
    if (!name[depth]) {
        struct edge whole = edge;
        whole.after = (uint16_t)(first + 1);
        add_edge(lattice, spelling->from, whole);
    }
    /* A letter that can begin many, or the last ones, not yet all there. */
    if (edge.end == lattice->length && depth > 1) {
        edge.cost = COST_UNFINISHED;
        add_edge(lattice, spelling->from, edge);
    }
}

/* All syllables that begin like the letters from spelling->from on. */
static void spell(const struct spelling *spelling, size_t depth, uint16_t first,
                  uint16_t after)
{
    const struct lattice *lattice = spelling->lattice;
    size_t at = spelling->from + depth;
    if (depth)
        add_names(spelling, depth, first, after);
    if (at == lattice->length || depth == LETTERS_MOST ||
        (depth && lattice->parted[at]))
        return;
    for (char letter = 'a'; letter <= 'z'; letter++) {
        if (!(lattice->letters[at] & BIT(letter)))
            continue;
        uint16_t from =
            narrow_names(spelling->syllables, first, after, depth, letter);
        uint16_t to = narrow_names(spelling->syllables, from, after, depth,
                                   (char)(letter + 1));
        if (from < to)
            spell(spelling, depth + 1, from, to);
    }
}

static void spell_initial(const struct spelling *spelling, char letter,
                          size_t size, uint16_t cost)
{
    struct lattice *lattice = spelling->lattice;
    const struct syllables *syllables = spelling->syllables;
    uint16_t all = (uint16_t)syllables->count;
    uint16_t first = narrow_names(syllables, 0, all, 0, letter);
    uint16_t after = narrow_names(syllables, first, all, 0, (char)(letter + 1));
    if (size == 2)
        first = narrow_names(syllables, first, after, 1, 'h');
    if (size == 2)
        after = narrow_names(syllables, first, after, 1, 'i');
    size_t end = spelling->from + size;
    add_edge(lattice, spelling->from,
             (struct edge){first, after, cost, (uint8_t)end, true});
}

static void spell_initials(const struct spelling *spelling)
{
    const struct lattice *lattice = spelling->lattice;
    size_t at = spelling->from;
    for (char letter = 'a'; letter <= 'z'; letter++) {
        if (!(lattice->letters[at] & BIT(letter)))
            continue;
        size_t size = 1;
        if (strchr("zcs", letter) && at + 1 < lattice->length &&
            !lattice->parted[at + 1] && lattice->typed[at + 1] == 'h')
            size = 2;
        bool last = at + size == lattice->length;
        bool vowel = strchr("aoe", letter);
        unsigned cost = last    ? COST_UNFINISHED
                        : vowel ? COST_VOWEL
                                : COST_INITIAL;
        spell_initial(spelling, letter, size, (uint16_t)cost);
        char other = letter == 'n' ? 'l' : letter == 'l' ? 'n' : 0;
        if (other && is_letter(lattice->typed[at]))
            spell_initial(spelling, other, 1, (uint16_t)(cost + COST_FUZZY));
    }
}

/* The same letters of somebody who does not hear the difference. */
static void spell_alike(const struct spelling *spelling,
                        const struct likeness *likeness)
{
    struct lattice *lattice = spelling->lattice;
    char key[LEXICON_SYLLABLE];
    for (size_t size = 1; size <= LETTERS_MOST; size++) {
        size_t end = spelling->from + size;
        if (end > lattice->length || !is_letter(lattice->typed[end - 1]))
            return;
        const char *typed = lattice->typed + spelling->from;
        write_key(typed, size, key);
        size_t from = 0, to = spelling->syllables->count;
        while (from < to) {
            size_t middle = from + (to - from) / 2;
            if (strcmp(likeness->keys[likeness->order[middle]], key) < 0)
                from = middle + 1;
            else
                to = middle;
        }
        for (; from < spelling->syllables->count; from++) {
            uint16_t syllable = likeness->order[from];
            if (strcmp(likeness->keys[syllable], key))
                break;
            const char *name = spelling->syllables->names[syllable];
            bool same = strlen(name) == size && !memcmp(name, typed, size);
            struct edge edge = {syllable, (uint16_t)(syllable + 1),
                                same ? 0 : COST_FUZZY, (uint8_t)end, false};
            add_edge(lattice, spelling->from, edge);
        }
        if (lattice->parted[end])
            return;
    }
}

/* lve and nve are written lue and nue in the lexicon; keyboards have both. */
static void unify(struct lattice *lattice)
{
    for (size_t i = 0; i + 2 < lattice->length; i++)
        if (strchr("ln", lattice->typed[i]) && lattice->typed[i + 1] == 'v' &&
            lattice->typed[i + 2] == 'e') {
            lattice->typed[i + 1] = 'u';
            lattice->letters[i + 1] = BIT('u');
        }
}

void lattice_build(struct lattice *lattice, const struct syllables *syllables,
                   const struct likeness *likeness, const char *input)
{
    memset(lattice, 0, offsetof(struct lattice, edges));
    read_input(lattice, input);
    unify(lattice);
    for (size_t from = 0; from < lattice->length; from++) {
        struct spelling spelling = {lattice, syllables, from};
        spell(&spelling, 0, 0, (uint16_t)syllables->count);
        spell_initials(&spelling);
        spell_alike(&spelling, likeness);
    }
}

size_t lattice_initials(const struct lattice *lattice, size_t from, size_t end,
                        char initials[PINYIN_INPUT])
{
    size_t count = 0;
    for (size_t i = from; i < end; i++) {
        char letter = lattice->typed[i];
        if (!is_letter(letter) || strchr("iuv", letter))
            return 0;
        initials[count++] = letter;
        if (strchr("zcs", letter) && i + 1 < end && !lattice->parted[i + 1] &&
            lattice->typed[i + 1] == 'h')
            i++;
    }
    return count;
}
