#include "content/ime/lexicon.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "content/ime/mapped.h"

#define MODULE "pinyin"

/* In front of the tables, in this order: names, starts, by_text, by_initials,
 * costs, read, text. Each begins at a multiple of its elements' size. */
struct header {
    char magic[8];
    uint64_t seal; /* of everything behind it */
    uint32_t syllables, words, characters, zero;
};

static size_t file_length(size_t syllables, size_t words, size_t characters)
{
    return sizeof(struct header) + syllables * LEXICON_SYLLABLE +
           (3 * words + 1) * sizeof(uint32_t) +
           (words + 2 * characters) * sizeof(uint16_t);
}

static bool names_are_sound(const struct syllables *syllables)
{
    for (size_t i = 0; i < syllables->count; i++)
        if (!*syllables->names[i] ||
            syllables->names[i][LEXICON_SYLLABLE - 1] ||
            (i && strcmp(syllables->names[i - 1], syllables->names[i]) >= 0))
            return false;
    return true;
}

/* So that no number in the file leads out of it. That its words are sorted is
 * left to the seal: were they not, some would not be found. */
static bool words_are_sound(const struct lexicon *lexicon, size_t characters)
{
    if (lexicon->starts[0] || lexicon->starts[lexicon->count] != characters)
        return false;
    for (uint32_t word = 0; word < lexicon->count; word++) {
        uint32_t start = lexicon->starts[word], end = lexicon->starts[word + 1];
        if (end <= start || end - start > LEXICON_LONGEST || end > characters ||
            lexicon->by_text[word] >= lexicon->count ||
            lexicon->by_initials[word] >= lexicon->count)
            return false;
    }
    for (size_t i = 0; i < characters; i++)
        if (lexicon->read[i] >= lexicon->syllables.count)
            return false;
    return true;
}

static bool take_apart(struct lexicon *lexicon, const struct mapped *file)
{
    struct header header;
    memcpy(&header, file->bytes, sizeof(header));
    if (header.syllables > LEXICON_SYLLABLES || header.words > LEXICON_WORDS ||
        header.characters > header.words * (size_t)LEXICON_LONGEST ||
        file->length !=
            file_length(header.syllables, header.words, header.characters))
        return false;
    const unsigned char *at = file->bytes + sizeof(header);
    lexicon->syllables.names = (const void *)at;
    lexicon->syllables.count = header.syllables;
    lexicon->count = header.words;
    at += header.syllables * LEXICON_SYLLABLE;
    lexicon->starts = (const void *)at;
    lexicon->by_text = lexicon->starts + header.words + 1;
    lexicon->by_initials = lexicon->by_text + header.words;
    lexicon->costs = (const void *)(lexicon->by_initials + header.words);
    lexicon->read = lexicon->costs + header.words;
    lexicon->text = lexicon->read + header.characters;
    return names_are_sound(&lexicon->syllables) &&
           words_are_sound(lexicon, header.characters);
}

bool lexicon_open(struct lexicon *lexicon, struct mapped *file,
                  const char *path)
{
    *lexicon = (struct lexicon){0};
    if (!mapped_open(file, MODULE, path, LEXICON_MAGIC, file_length(0, 0, 0),
                     file_length(LEXICON_SYLLABLES, LEXICON_WORDS,
                                 (size_t)LEXICON_WORDS * LEXICON_LONGEST)))
        return false;
    if (take_apart(lexicon, file)) {
        mapped_rest(file);
        return true;
    }
    log_warn(MODULE, "%s: damaged", path);
    mapped_close(file);
    return false;
}

void lexicon_save(const struct lexicon *lexicon, struct buf *out)
{
    const size_t words = lexicon->count, characters = lexicon->starts[words];
    struct header header = {
        .syllables = (uint32_t)lexicon->syllables.count,
        .words = (uint32_t)words,
        .characters = (uint32_t)characters,
    };
    const size_t at = out->length;
    memcpy(header.magic, LEXICON_MAGIC, sizeof(header.magic));
    buf_add(out, &header, sizeof(header));
    buf_add(out, lexicon->syllables.names,
            lexicon->syllables.count * LEXICON_SYLLABLE);
    buf_add(out, lexicon->starts, (words + 1) * sizeof(uint32_t));
    buf_add(out, lexicon->by_text, words * sizeof(uint32_t));
    buf_add(out, lexicon->by_initials, words * sizeof(uint32_t));
    buf_add(out, lexicon->costs, words * sizeof(uint16_t));
    buf_add(out, lexicon->read, characters * sizeof(uint16_t));
    buf_add(out, lexicon->text, characters * sizeof(uint16_t));
    const size_t sealed = offsetof(struct header, syllables);
    header.seal =
        mapped_seal(out->data + at + sealed, out->length - at - sealed);
    memcpy(out->data + at, &header, sizeof(header));
}

uint32_t lexicon_narrow(const struct lexicon *lexicon, uint32_t from,
                        uint32_t to, size_t depth, int syllable)
{
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (lexicon_syllable(lexicon, middle, depth) < syllable)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* Whether a word's initials stand before (-1), in (0) or behind (1) those that
 * begin with the letters. */
static int compare_initials(const struct lexicon *lexicon, uint32_t word,
                            const char *letters, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char initial = lexicon_initial(lexicon, word, i);
        if (initial != letters[i])
            return initial < letters[i] ? -1 : 1;
    }
    return 0;
}

struct lexicon_range lexicon_initials(const struct lexicon *lexicon,
                                      const char *letters, size_t count)
{
    /* Where a word is first behind: all before, all equal and as long, all. */
    uint32_t bounds[3];
    for (int bound = 0; bound < 3; bound++) {
        uint32_t from = bound ? bounds[bound - 1] : 0;
        uint32_t to = (uint32_t)lexicon->count;
        while (from < to) {
            uint32_t middle = from + (to - from) / 2;
            uint32_t word = lexicon->by_initials[middle];
            int side = compare_initials(lexicon, word, letters, count);
            bool before =
                side < 0 ||
                (!side &&
                 (bound == 2 ||
                  (bound == 1 && lexicon_length(lexicon, word) == count)));
            if (before)
                from = middle + 1;
            else
                to = middle;
        }
        bounds[bound] = from;
    }
    return (struct lexicon_range){bounds[0], bounds[1], bounds[2]};
}

static int compare_text(const struct lexicon *lexicon, uint32_t word,
                        const uint16_t *text, size_t length)
{
    const uint16_t *own = lexicon->text + lexicon->starts[word];
    size_t own_length = lexicon_length(lexicon, word);
    for (size_t i = 0; i < own_length && i < length; i++)
        if (own[i] != text[i])
            return own[i] < text[i] ? -1 : 1;
    return (own_length > length) - (own_length < length);
}

size_t lexicon_text_place(const struct lexicon *lexicon, const uint16_t *text,
                          size_t length)
{
    size_t from = 0, to = lexicon->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (compare_text(lexicon, lexicon->by_text[middle], text, length) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    if (from < lexicon->count &&
        !compare_text(lexicon, lexicon->by_text[from], text, length))
        return from;
    return lexicon->count;
}

uint32_t lexicon_word(const struct lexicon *lexicon, const uint16_t *text,
                      size_t length)
{
    size_t place = lexicon_text_place(lexicon, text, length);
    return place < lexicon->count ? lexicon->by_text[place] : LEXICON_WORDS;
}

/* The cheapest way to each place of a run. */
struct way {
    uint32_t cost, word; /* the word that ends here; LEXICON_WORDS: none, a
                            character that nobody can read */
    size_t from;
};

static void step(const struct lexicon *lexicon, const uint16_t *text,
                 size_t length, struct way *ways, size_t at)
{
    const uint32_t unknown = 40000; /* dearer than any word */
    for (size_t size = 1; size <= length - at && size <= LEXICON_LONGEST;
         size++) {
        uint32_t word = lexicon_word(lexicon, text + at, size);
        if (word == LEXICON_WORDS && size > 1)
            continue;
        uint32_t cost =
            ways[at].cost +
            (word == LEXICON_WORDS ? unknown : lexicon->costs[word]);
        if (cost < ways[at + size].cost)
            ways[at + size] = (struct way){cost, word, at};
    }
}

static uint32_t read_run(const struct lexicon *lexicon, const uint16_t *text,
                         size_t length, uint16_t *read)
{
    struct way ways[64 + 1];
    for (size_t i = 0; i <= length; i++)
        ways[i] = (struct way){UINT32_MAX, LEXICON_WORDS, 0};
    ways[0].cost = 0;
    for (size_t at = 0; at < length; at++)
        step(lexicon, text, length, ways, at);
    for (size_t at = length; at; at = ways[at].from)
        for (size_t i = ways[at].from; i < at; i++)
            read[i] = ways[at].word == LEXICON_WORDS
                          ? LEXICON_NONE
                          : lexicon->read[lexicon->starts[ways[at].word] + i -
                                          ways[at].from];
    return ways[length].cost;
}

uint32_t lexicon_read(const struct lexicon *lexicon, const uint16_t *text,
                      size_t length, uint16_t *read)
{
    const size_t most = 64; /* of a run that is looked at as one */
    uint32_t cost = 0;
    for (size_t at = 0; at < length; at += most)
        cost += read_run(lexicon, text + at,
                         length - at < most ? length - at : most, read + at);
    return cost;
}

uint16_t syllable_find(const struct syllables *syllables, const char *name,
                       size_t length)
{
    size_t from = 0, to = syllables->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        const char *other = syllables->names[middle];
        int side = strncmp(other, name, length);
        if (!side)
            side = other[length] != 0;
        if (!side)
            return (uint16_t)middle;
        if (side < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return LEXICON_NONE;
}
