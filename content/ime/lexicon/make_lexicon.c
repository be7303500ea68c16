/* Makes the lexicon of the pinyin keyboard:
 *
 *   make_lexicon RIME JIEBA OWN OUT
 *
 * RIME   pinyin_simp.dict.yaml of Debian's rime-data-pinyin-simp: words, how
 *        they are read, how often they were met
 * JIEBA  dict.txt of Debian's python3-jieba: words, how often
 * OWN    words of our field and their readings, one a line: 还钱 huan qian;
 *        what it says of a word is all that counts
 *
 * Each of the first two speaks for half of the probability. What only JIEBA
 * knows is read as its likeliest division into words of RIME. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "content/ime/wordlist.h"

enum {
    FILE_LIMIT = 64 << 20,
    LONGEST = 8,     /* characters of a word that is taken over */
    OWN_COST = 12500 /* of our words: P = 3.7e-6 */
};

struct maker {
    char (*names)[LEXICON_SYLLABLE];
    struct syllables syllables;
    struct wordlist own, rime, all;
    struct lexicon own_lexicon, rime_lexicon;
    double rime_sum, jieba_sum;
};

static void fail(const char *path, const char *why)
{
    fprintf(stderr, "make_lexicon: %s: %s\n", path, why);
    exit(1);
}

static struct buf read_text(const char *path)
{
    struct buf text = {0};
    if (!file_read(path, FILE_LIMIT, &text))
        fail(path, "cannot be read");
    return text;
}

/* Takes the next line off a text; false at its end. */
static bool next_line(char **at, char **line)
{
    if (!**at)
        return false;
    *line = *at;
    char *end = strchr(*at, '\n');
    *at = end ? end + 1 : *at + strlen(*at);
    if (end)
        *end = 0;
    return true;
}

/* False where it is not all Han, or too long. */
static bool put_text(struct word *word, const char *text)
{
    size_t length = strlen(text);
    word->length = 0;
    for (size_t at = 0; at < length;) {
        uint32_t code = utf8_next(text, length, &at);
        if (!lexicon_is_han(code) || word->length == LONGEST)
            return false;
        word->text[word->length++] = (uint16_t)code;
    }
    return word->length;
}

static bool put_reading(const struct maker *maker, struct word *word,
                        char *reading)
{
    size_t count = 0;
    char *rest;
    for (char *name = strtok_r(reading, " ", &rest); name;
         name = strtok_r(NULL, " ", &rest)) {
        uint16_t number = syllable_find(&maker->syllables, name, strlen(name));
        if (number == LEXICON_NONE || count == word->length)
            return false;
        word->read[count++] = number;
    }
    return count == word->length;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* All syllables that stand in RIME. */
static void collect_names(struct maker *maker, const char *text)
{
    size_t count = 0, capacity = 0;
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        const char *at = line + strcspn(line, "\t\n");
        if (*at != '\t')
            continue;
        for (at++; *at >= 'a' && *at <= 'z'; at += *at == ' ') {
            size_t length = strspn(at, "abcdefghijklmnopqrstuvwxyz");
            if (length < LEXICON_SYLLABLE) {
                ARRAY_GROW(maker->names, count, capacity);
                memset(maker->names[count], 0, LEXICON_SYLLABLE);
                memcpy(maker->names[count++], at, length);
            }
            at += length;
        }
    }
    size_t kept = 0;
    qsort(maker->names, count, LEXICON_SYLLABLE, compare_names);
    for (size_t i = 0; i < count; i++)
        if (!kept || strcmp(maker->names[kept - 1], maker->names[i]))
            memmove(maker->names[kept++], maker->names[i], LEXICON_SYLLABLE);
    maker->syllables =
        (struct syllables){(const char(*)[LEXICON_SYLLABLE])maker->names, kept};
}

/* -1000 ln P, as costs are kept. */
static uint16_t cost_of(double probability)
{
    double cost = probability > 0 ? -1000 * log(probability) : 60000;
    return (uint16_t)(cost > 60000 ? 60000 : cost < 1 ? 1 : lround(cost));
}

static double weight_of(double number)
{
    return number < 0.5 ? 0.5 : number;
}

static void read_own(struct maker *maker, char *text)
{
    for (char *line; next_line(&text, &line);) {
        struct word word = {.cost = OWN_COST};
        char *blank = strchr(line, ' ');
        if (*line == '#' || !blank)
            continue;
        *blank = 0;
        if (!put_text(&word, line) || !put_reading(maker, &word, blank + 1))
            fail(line, "is not read like this");
        wordlist_add(&maker->own, &word);
    }
    wordlist_sort(&maker->own, maker->syllables, &maker->own_lexicon);
}

static bool is_own(const struct maker *maker, const struct word *word)
{
    return lexicon_word(&maker->own_lexicon, word->text, word->length) !=
           LEXICON_WORDS;
}

/* Twice: for the sum, then for the words. */
static void read_rime(struct maker *maker, const char *text, bool sum)
{
    char *copy = xstrdup(text), *at = copy;
    for (char *line; next_line(&at, &line);) {
        struct word word = {0};
        char *reading = strchr(line, '\t');
        char *weight = reading ? strchr(reading + 1, '\t') : NULL;
        if (!weight)
            continue;
        *reading++ = 0;
        *weight++ = 0;
        double number = weight_of(strtod(weight, NULL));
        if (!put_text(&word, line) || !put_reading(maker, &word, reading))
            continue;
        if (sum) {
            maker->rime_sum += number;
            continue;
        }
        word.cost = cost_of(number / maker->rime_sum / 2);
        wordlist_add(&maker->rime, &word);
    }
    free(copy);
}

static double probability_of(uint16_t cost)
{
    return exp(cost / -1000.0);
}

/* Of a text that is read in several ways each reading gets its share. */
static void give_shares(struct maker *maker, const struct word *word,
                        double probability)
{
    const struct lexicon *rime = &maker->rime_lexicon;
    size_t place = lexicon_text_place(rime, word->text, word->length);
    if (place == rime->count) {
        struct word read = *word;
        lexicon_read(rime, word->text, word->length, read.read);
        for (size_t i = 0; i < read.length; i++)
            if (read.read[i] == LEXICON_NONE)
                return;
        read.cost = cost_of(probability);
        wordlist_add(&maker->all, &read);
        return;
    }
    double all = 0;
    for (size_t pass = 0; pass < 2; pass++)
        for (size_t i = place; i < rime->count; i++) {
            uint32_t other = rime->by_text[i];
            if (lexicon_length(rime, other) != word->length ||
                memcmp(rime->text + rime->starts[other], word->text,
                       word->length * sizeof(*word->text)))
                break;
            double share = probability_of(rime->costs[other]);
            if (!pass) {
                all += share;
                continue;
            }
            struct word read = *word;
            memcpy(read.read, rime->read + rime->starts[other],
                   word->length * sizeof(*read.read));
            read.cost = cost_of(share + probability * share / all);
            wordlist_add(&maker->all, &read);
        }
}

static void read_jieba(struct maker *maker, const char *text, bool sum)
{
    char *copy = xstrdup(text), *at = copy;
    for (char *line; next_line(&at, &line);) {
        struct word word = {0};
        char *number = strchr(line, ' ');
        if (!number)
            continue;
        *number++ = 0;
        if (!put_text(&word, line))
            continue;
        double weight = weight_of(strtod(number, NULL));
        if (sum)
            maker->jieba_sum += weight;
        else if (!is_own(maker, &word))
            give_shares(maker, &word, weight / maker->jieba_sum / 2);
    }
    free(copy);
}

static void take_over(struct maker *maker, const struct wordlist *from,
                      bool own)
{
    for (size_t i = 0; i < from->count; i++)
        if (own || !is_own(maker, &from->words[i]))
            wordlist_add(&maker->all, &from->words[i]);
}

static void write_out(const struct lexicon *lexicon, const char *path)
{
    struct buf bytes = {0};
    lexicon_save(lexicon, &bytes);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes.data, 1, bytes.length, file) != bytes.length ||
        fclose(file))
        fail(path, "cannot be written");
    printf("%s: %zu words, %zu syllables, %zu bytes\n", path, lexicon->count,
           lexicon->syllables.count, bytes.length);
    buf_fini(&bytes);
}

int main(int argc, char **argv)
{
    if (argc != 5)
        fail("usage", "make_lexicon RIME JIEBA OWN OUT");
    struct maker maker = {0};
    struct lexicon all;
    struct buf rime = read_text(argv[1]), jieba = read_text(argv[2]);
    struct buf own = read_text(argv[3]);
    collect_names(&maker, rime.data);
    if (maker.syllables.count > LEXICON_SYLLABLES ||
        maker.syllables.count < 300)
        fail(argv[1], "is not what it was");
    read_own(&maker, own.data);
    read_rime(&maker, rime.data, true);
    read_rime(&maker, rime.data, false);
    wordlist_sort(&maker.rime, maker.syllables, &maker.rime_lexicon);
    read_jieba(&maker, jieba.data, true);
    read_jieba(&maker, jieba.data, false);
    take_over(&maker, &maker.rime, false);
    take_over(&maker, &maker.own, true);
    wordlist_sort(&maker.all, maker.syllables, &all);
    write_out(&all, argv[4]);
    wordlist_fini(&maker.own);
    wordlist_fini(&maker.rime);
    wordlist_fini(&maker.all);
    free(maker.names);
    buf_fini(&rime);
    buf_fini(&jieba);
    buf_fini(&own);
    return 0;
}
